"""Marking of written answers by several people: rubric, comments by key, and the division with its progress."""

import csv
import json
import re
import shutil
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from classroom.demo_class import LESSON, RIGHT, gradebook_of, hand_in, released_course
from classroom.test_feedback import feedback_html
from nbformat import NotebookNode

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.errors import ClassroomError
from cs231n_lib.classroom.feedback.graders import without_cells_for_graders
from cs231n_lib.classroom.grading.manual.assistants import divide, mark_together
from cs231n_lib.classroom.grading.manual.comments import comments_of, expand, read_comments
from cs231n_lib.classroom.grading.manual.rubric import ShowRubric, rubrics, with_rubrics

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")

ASSISTANTS = ["Ada", "Ben", "Cem"]
RUBRIC = "Two points for each reason: the rubric."
COMMENTS = f'[{LESSON}.reflection]\nreason = "Give a <reason>."\nunits = "State the units of $x$."\n'


@pytest.fixture(scope="module")
def released(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released_course(built, tmp_path_factory.mktemp("marking") / "course")


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """A class of seven whose automatic grades are written, and of whom the seventh has no written answer."""
    root = tmp_path / "course"
    shutil.copytree(released, root)
    for number in range(7):
        add(root, f"student-{number}", answered=number < 6)
    return root


def add(root: Path, student: str, *, answered: bool = True) -> None:
    """Add a graded submission without running it."""
    path = hand_in(root, student, "return 2 * x", RIGHT)
    graded = root / "autograded" / student / LESSON / path.name
    graded.parent.mkdir(parents=True)
    step = ShowRubric(solutions=str(root / "solutions"))
    notebook, _ = step.preprocess(nbformat.read(path, as_version=4), {"nbgrader": {"assignment": LESSON}})
    nbformat.write(notebook, graded)
    with gradebook_of(root) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(LESSON, student)
        gradebook.find_grade("reflection", LESSON, LESSON, student).needs_manual_grade = answered
        gradebook.db.commit()


def mark(root: Path, student: str, points: float, comment: str = "") -> None:
    """Give points and a comment as Formgrader does."""
    with gradebook_of(root) as gradebook:
        grade = gradebook.find_grade("reflection", LESSON, LESSON, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.find_comment("reflection", LESSON, LESSON, student).manual_comment = comment
        gradebook.db.commit()


def comment_on(root: Path, student: str) -> str:
    with gradebook_of(root) as gradebook:
        return str(gradebook.find_comment("reflection", LESSON, LESSON, student).manual_comment)


def table(root: Path) -> list[dict[str, str]]:
    with (root / "report" / f"{LESSON}-marking.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def graded(root: Path, student: str = "student-0") -> NotebookNode:
    return nbformat.read(root / "autograded" / student / LESSON / f"{LESSON}.ipynb", as_version=4)


def test_rubric_follows_the_answer_in_the_graded_notebook(course: Path) -> None:
    sources = [cell.source for cell in graded(course).cells]
    answer = sources.index("A reason of student-0.")
    assert RUBRIC in sources[answer + 1]
    assert sum(RUBRIC in source for source in sources) == 1


def test_feedback_and_release_contain_no_rubric(course: Path) -> None:
    notebook = graded(course)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader.score = 0.0  # as `GetMarks` does
    page = feedback_html(notebook.cells)
    assert "A reason of student-0." in page
    assert "the rubric" not in page
    assert any("the rubric" in cell.source for cell in notebook.cells)
    assert "the rubric" not in (course / "notebooks" / LESSON / f"{LESSON}.ipynb").read_text()


def test_rubric_is_replaced_and_never_repeated(course: Path) -> None:
    once = graded(course)
    found = rubrics(course / "solutions", LESSON)
    assert found == {"reflection": RUBRIC}
    library = {"reflection": {"units": "State |\n\nthe <units>."}}
    twice = with_rubrics(with_rubrics(once, found, library), found, library)
    (cell,) = [cell for cell in twice.cells if RUBRIC in cell.source]
    assert "<td><code>@units</code></td><td>State | the &lt;units&gt;.</td>" in cell.source
    assert without_cells_for_graders(twice).cells == without_cells_for_graders(once).cells


def test_division_is_even_and_keeps_what_is_assigned() -> None:
    submissions = [f"{number:032x}" for number in range(200)]
    first = divide(submissions[:150], ASSISTANTS, {}, (), "secret")
    assert sorted(Counter(first.values()).values()) == [50, 50, 50]
    later = divide(submissions, ASSISTANTS, first, (), "secret")
    assert first.items() <= later.items()
    assert sorted(Counter(later.values()).values()) == [66, 67, 67]
    assert divide(submissions[::-1], ASSISTANTS, {}, (), "secret") == divide(submissions, ASSISTANTS, {}, (), "secret")
    assert divide(submissions, ASSISTANTS, {}, (), "another") != divide(submissions, ASSISTANTS, {}, (), "secret")


def test_division_changes_little_with_the_assistants() -> None:
    submissions = [f"{number:032x}" for number in range(120)]
    first = divide(submissions, ASSISTANTS, {}, (), "secret")
    of_ben = [one for one in submissions if first[one] == "Ben"]
    left = divide(submissions, ["Ada", "Cem"], first, of_ben[:10], "secret")
    assert all(left[one] == "Ben" for one in of_ben[:10])
    assert Counter(left.values()) == {"Ada": 55, "Cem": 55, "Ben": 10}
    assert all(left[one] == first[one] for one in submissions if first[one] != "Ben")
    joined = divide(submissions, [*ASSISTANTS, "Dee"], first, (), "secret")
    assert set(Counter(joined.values()).values()) == {30}
    assert sum(joined[one] != first[one] for one in submissions) == 30


def test_marking_shows_progress_without_names(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["marking", LESSON, "--root", str(course)]
    assert main([*command, "--assistants", *ASSISTANTS]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == [f"{name}: 0 of 2 done, 2 left" for name in ASSISTANTS]
    before = {row["link"]: row["assistant"] for row in table(course)}
    assert len(before) == 6
    mark(course, "student-0", 7)
    add(course, "late")
    assert main(command) == 0
    assert "1 of " in capsys.readouterr().out
    rows = table(course)
    assert before.items() <= {row["link"]: row["assistant"] for row in rows}.items()
    assert Counter(row["state"] for row in rows) == {"left": 6, "done": 1}
    files = [course / "report" / f"{LESSON}-marking.{ending}" for ending in ("html", "csv")]
    page = files[0].read_text()
    assert "1 submission has no written answer and needs no marking." in page
    assert all(row["link"] in page and row["link"].startswith("http://localhost:8888/formgrader/") for row in rows)
    for path in [*files, course / "grading" / f"{LESSON}.marking.json"]:
        assert "student" not in path.read_text().replace("the students' names", "")


def test_keys_in_comments_are_written_out_once(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (course / "comments.toml").write_text(COMMENTS)
    mark(course, "student-1", 4, "@reason Well seen, a@units. @unit")
    mark(course, "student-2", 4, "Nothing to write out.")
    assert main(["marking", LESSON, "--root", str(course)]) == 1
    said = capsys.readouterr()
    assert re.search(r"Submission \d: comments.toml has no comment @unit. Did you mean @units\?", said.err)
    assert "student" not in said.err
    assert "replaced keys in 1 comment." in said.out
    assert comment_on(course, "student-1") == "Give a <reason>. Well seen, a@units. @unit"
    assert comment_on(course, "student-2") == "Nothing to write out."
    assert "@reason" in next(cell.source for cell in graded(course).cells if RUBRIC in cell.source)
    assert len(list((course / "backups").iterdir())) == 1
    changed = (course / "autograded" / "student-0" / LESSON / f"{LESSON}.ipynb").stat().st_mtime_ns
    assert main(["marking", LESSON, "--root", str(course)]) == 1
    assert len(list((course / "backups").iterdir())) == 1
    assert (course / "autograded" / "student-0" / LESSON / f"{LESSON}.ipynb").stat().st_mtime_ns == changed


def test_comment_keys_do_not_expand_inside_words() -> None:
    known = {"kink": "You name kinks.", "nan": "See @kink."}
    assert expand("a@kink.org, (@kink), @@kink", known) == ("a@kink.org, (You name kinks.), @@kink", [])
    assert expand("@nan", known) == ("See @kink.", [])
    assert expand("@Kink", known) == ("@Kink", ["Kink"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[01_demo.reflection]\nreason = ", "cannot be read: "),
        ("[01_demo]\nreason = 'x'", "write the comments below a heading such as [01_demo.reflection]"),
        ("reason = 'x'", "write the comments below a heading such as [reason.reflection]"),
        ("[01_demo.reflection]\n'a b' = 'x'", "[01_demo.reflection]: 'a b' cannot be a key."),
        ("[01_demo.reflection]\nreason = 3", "[01_demo.reflection]: reason must be text in quotation marks"),
        ("[01_dmeo.reflection]\nreason = 'x'", "there is no lesson called 01_dmeo. Did you mean 01_demo?"),
        (
            "[01_demo.reflexion]\nr = 'x'",
            "there is no written answer of 01_demo called reflexion. Did you mean reflection?",
        ),
        ("[01_demo.other]\nr = 'x'", "there is no written answer of 01_demo called other. Choose from reflection"),
    ],
)
def test_unusable_comments_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "comments.toml"
    file.write_text(text)
    with pytest.raises(ClassroomError) as raised:
        comments_of(file, LESSON, [LESSON, "02_other"], ["reflection"])
    assert message in str(raised.value)


def test_missing_comments_file_has_no_comments(tmp_path: Path) -> None:
    assert read_comments(tmp_path / "comments.toml") == {}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["Ada", " Ada "], "Two assistants are called 'Ada'"),
        (["Ada", " "], "must have 1 to 60 printable characters"),
        (["A\x1bda"], "must have 1 to 60 printable characters"),
    ],
)
def test_unusable_assistants_write_nothing(course: Path, names: list[str], message: str) -> None:
    with pytest.raises(ClassroomError) as raised:
        mark_together(course, LESSON, names)
    assert message in str(raised.value)
    assert not (course / "report").exists()


def test_odd_names_stay_text_on_page_and_in_table(course: Path) -> None:
    mark_together(course, LESSON, ["<b>Ada", "=1+1"])
    page = (course / "report" / f"{LESSON}-marking.html").read_text()
    assert "<b>Ada" not in page
    assert "&lt;b&gt;Ada" in page
    assert {row["assistant"] for row in table(course)} == {"<b>Ada", "'=1+1"}
    assert json.loads((course / "grading" / f"{LESSON}.marking.json").read_text())["assistants"] == ["<b>Ada", "=1+1"]


def test_lesson_that_is_not_released_is_named(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["marking", "9", "--root", str(course)]) == 1
    assert "09_training is not released" in capsys.readouterr().err
