"""The report on a class: statistics by hand and by SciPy, the page as a reader meets it, and a class of 30.

Of the 30, two are graded by nbgrader in full. For the other 28 the same checks are run here, and what they say is
stored as nbgrader stores it, in gradebook and notebooks: thirty kernels would take two minutes. A test compares both.
"""

import copy
import csv
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pytest
from checks.answer_keys import shared_answer_keys
from course_lessons.demo import checks as demo
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from lessons.battery import typed
from lessons.optimization.alternatives import ALTERNATIVES
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from scipy.stats import pearsonr

from cs231n_lib.__main__ import main
from cs231n_lib.checks import Bonus, Exercise
from cs231n_lib.checks.run.flaws import Headline, Trouble
from cs231n_lib.classroom.errors import ClassroomError
from cs231n_lib.classroom.grading.graded_notebooks import read_summaries
from cs231n_lib.classroom.nbgrader_course import nbgrader_api
from cs231n_lib.classroom.report.graded_class import GradedClass, GradedCourse, Part, PartResult, _places
from cs231n_lib.classroom.report.grades import LessonSummary
from cs231n_lib.classroom.report.page import agenda, page
from cs231n_lib.classroom.report.statistics import (
    MIN_STUDENTS,
    Discrimination,
    correlation,
    mistake_reports,
    part_reports,
    place_reports,
    totals,
    trouble_reports,
    unnamed_reports,
)
from cs231n_lib.course.plan import exercises_of
from cs231n_lib.lessons.optimization import checks as optimization

ROOT = Path(__file__).parents[2]
LESSON = "01_optimization"
DOUBLE, MEAN = Part("double", 40, demo.double), Part("mean_square", 50, demo.mean_square)
REFLECTION = Part("reflection", 10)


def small_class(*rows: Sequence[PartResult], parts: Sequence[Part] = (DOUBLE, MEAN, REFLECTION)) -> GradedClass:
    """One row of marks for each student, whose ids are unlike anything else on a page."""
    marks = {f"id-{i}-zz": dict(zip((p.name for p in parts), row, strict=True)) for i, row in enumerate(rows)}
    return GradedClass("01_demo", tuple(parts), marks)


ROWS = (
    (PartResult(40), PartResult(50), PartResult(10)),
    (PartResult(0, headline="Not right yet", mistakes=("square",)), PartResult(40, mistakes=("half",)), PartResult(5)),
    (
        PartResult(0, headline="Not right yet", mistakes=("square",)),
        PartResult(0, headline=Headline.NOT_STARTED),
        PartResult(0),
    ),
    (PartResult(0, headline="Not right yet", failed=("Doubles each number",)), PartResult(50), PartResult(6)),
)


def test_facility_and_levels_by_hand() -> None:
    double, mean, reflection = part_reports(small_class(*ROWS))
    assert double.facility == 40 / 160
    assert mean.facility == 140 / 200
    assert reflection.facility == 21 / 40
    assert double.levels == {"full": 1, "none": 3}
    assert mean.levels == {"full": 2, "part": 1, "not started": 1}
    assert list(totals(small_class(*ROWS))) == [100, 45, 0, 56]


def test_mistakes_are_counted_per_student_most_frequent_first() -> None:
    reports = mistake_reports(small_class(*ROWS))
    assert [(r.part.name, r.name, r.students) for r in reports] == [("double", "square", 2), ("mean_square", "half", 1)]
    assert reports[0].explanation == "You square the numbers: doubling is another thing."


def test_points_lost_without_a_name() -> None:
    (unnamed,) = unnamed_reports(small_class(*ROWS))
    assert (unnamed.part.name, unnamed.students, unnamed.failed) == ("double", 1, "Doubles each number")


def test_places_are_counted_by_line_and_expression_without_names() -> None:
    wrong = PartResult(0, headline="Not right yet", places=((3, "lr * dw"),))
    other = PartResult(0, headline="Not right yet", places=((3, "lr * dw"), (4, "<b>v</b>")))
    graded = small_class((wrong, *ROWS[0][1:]), (other, *ROWS[0][1:]), ROWS[0])
    told = [(r.part.name, r.line, r.expression, r.students) for r in place_reports(graded)]
    assert told == [("double", 3, "lr * dw", 2), ("double", 4, "<b>v</b>", 1)]
    shown = page(graded)
    assert "line 3" in shown
    assert "<code>lr * dw</code>" in shown
    assert "<b>v</b>" not in shown
    assert "id-0-zz" not in shown
    assert "Where answers go wrong" not in page(small_class(*ROWS))


@pytest.mark.parametrize("said", [None, "x", [1], [{"line": "3", "expression": "x"}], [{"line": 3, "expression": []}]])
def test_malformed_places_in_a_submission_are_ignored(said: object) -> None:
    assert _places(said) == ()


def test_a_place_is_short_and_counts_once() -> None:
    place = {"line": 3, "expression": "x" * 1000}
    assert _places([place] * 50) == ((3, "x" * 80),)


def test_a_part_that_waits_for_one_grade_is_in_no_total() -> None:
    waiting = small_class(*ROWS[:3], (*ROWS[3][:2], PartResult(0, waiting=True)))
    assert list(totals(waiting)) == [90, 40, 0, 50]
    reflection = part_reports(waiting)[2]
    assert np.isnan(reflection.facility)
    assert reflection.levels == {"full": 1, "part": 1, "none": 1, "waiting": 1}
    assert "1 answer needs manual grading" in page(waiting)


@given(st.integers(MIN_STUDENTS, 60), st.integers(0, 2**32), st.floats(-2, 2))
def test_correlation_and_its_interval_are_scipys(students: int, seed: int, slope: float) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=students)
    y = slope * x + rng.normal(size=students)
    expected = pearsonr(x, y)
    found = correlation(x, y)
    assert found is not None
    assert (found.r, found.low, found.high) == pytest.approx((expected.statistic, *expected.confidence_interval(0.95)))


def test_discrimination_leaves_the_part_itself_out() -> None:
    """Two parts that have nothing to do with one another: with itself in the total each would correlate at 1/√2."""
    pairs = [(x, y) for x in (0, 40) for y in (0, 50)] * 5
    reports = part_reports(small_class(*[(PartResult(x), PartResult(y), PartResult(0)) for x, y in pairs]))
    assert [r.discrimination and round(r.discrimination.r, 12) for r in reports] == [0, 0, None]


@pytest.mark.parametrize(("x", "y"), [(range(9), range(9)), ([1] * 20, range(20)), (range(20), [1] * 20)])
def test_no_correlation_of_few_students_or_of_equal_points(x: Sequence[float], y: Sequence[float]) -> None:
    assert correlation(x, y) is None


@pytest.mark.parametrize(
    ("ends", "verdict"), [((0.1, 0.8), "separates"), ((-0.1, 0.6), "cannot tell"), ((-0.9, -0.3), "reversed")]
)
def test_verdict_needs_an_interval_on_one_side_of_zero(ends: tuple[float, float], verdict: str) -> None:
    assert Discrimination(0.3, *ends).verdict == verdict


def test_perfect_agreement_is_an_interval_of_one_point() -> None:
    assert correlation(range(20), range(20)) == Discrimination(pytest.approx(1), pytest.approx(1), pytest.approx(1))


def the_agenda(graded: GradedClass) -> list[str]:
    reports = part_reports(graded), mistake_reports(graded), unnamed_reports(graded)
    return list(agenda(len(graded.marks), *reports))


def test_agenda_holds_frequent_mistakes_and_hard_exercises() -> None:
    mistake, hard = the_agenda(small_class(*ROWS))
    assert mistake.startswith("`double`: **2 of 4 students (50 %)** made the mistake “square”. You square the numbers")
    assert hard == "`double`: the class earned **25 %** of the points."


def test_agenda_leaves_rare_mistakes_out() -> None:
    rare = [(PartResult(40), PartResult(40, mistakes=("half",)), PartResult(10))] * 2
    right = [(PartResult(40), PartResult(50), PartResult(10))]
    assert the_agenda(small_class(*rare, *right * 19)) == []
    assert len(the_agenda(small_class(*rare, *right * 18))) == 1


def test_agenda_and_page_flag_a_reversed_exercise() -> None:
    rows = [
        (PartResult(0 if strong else 40), PartResult(50 * strong), PartResult(10 * strong)) for strong in (0, 1)
    ] * 10
    assert "Strong students do worse than weak ones in `double`. Check the wording of the exercise." in the_agenda(
        small_class(*rows)
    )
    assert "<strong>reversed</strong>" in page(small_class(*rows))


class Reader(HTMLParser):
    """Collects tags and words, and sees that what is opened is closed."""

    VOID = ("meta", "img", "br")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open += [] if tag in self.VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.words += " " if tag in ("td", "th") else ""

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def read_page(graded: GradedClass) -> Reader:
    reader = Reader(page(graded))
    assert not reader.open
    return reader


@pytest.mark.parametrize("copies", [1, 3, 10])
def test_page_is_self_contained_without_scripts_and_accessible(copies: int) -> None:
    reader = read_page(small_class(*ROWS * copies))
    assert not reader.all("script") + reader.all("link")
    assert all((image["src"] or "").startswith("data:image/png;base64,") for image in reader.all("img"))
    assert all(len(image["alt"] or "") > 20 for image in reader.all("img"))
    assert len(reader.all("table")) == len(reader.all("caption")) == 3 + (copies == 1)
    assert len(reader.all("h1")) == 1
    assert "http" not in page(small_class(*ROWS * copies))


def test_page_names_no_student() -> None:
    assert "-zz" not in page(small_class(*ROWS))


@pytest.mark.parametrize("students", [1, 2, MIN_STUDENTS - 1])
def test_page_of_a_small_class_shows_no_discrimination(students: int) -> None:
    words = read_page(small_class(*(ROWS * 3)[:students])).words
    assert f"This figure needs at least {MIN_STUDENTS} graded students" in words


def test_page_of_one_student_has_no_plural() -> None:
    whole = page(small_class(*ROWS[:1]))
    assert "The only student has" in whole
    assert "1 students" not in whole


def test_page_flags_exercises_that_all_or_none_solved() -> None:
    words = read_page(small_class(*[(PartResult(40), PartResult(10), PartResult(10))] * 3)).words
    assert "everybody got all points" in words
    assert "nobody got all points" in words


def test_page_reports_omissions_and_technical_problems() -> None:
    slow, ended = (
        PartResult(0, headline="Not right yet", trouble=trouble) for trouble in (Trouble.NOT_IN_TIME, Trouble.ENDED)
    )
    graded = replace(
        small_class((slow, *ROWS[0][1:]), (slow, *ROWS[0][1:]), (ended, *ROWS[0][1:])),
        ungraded=Counter({"the file ends in the middle": 2, "it is empty": 1}),
        limited=2,
        died=1,
        unsafe=3,
        penalties=(9.0, 4.5),
        progress=(LessonSummary("01_optimization", 12, 0.875), LessonSummary("01_demo", 3, 0.5)),
    )
    assert [(r.part.name, r.trouble, r.students) for r in trouble_reports(graded)] == [
        ("double", "does not finish in time", 2),
        ("double", "ends Python", 1),
    ]
    assert not unnamed_reports(graded)
    words = " ".join(read_page(graded).words.split())
    for told in (
        "3 of 6 submissions are graded. The others are not, because the file ends in the middle (2); it is empty (1).",
        "3 submissions ran without a sandbox (--unsafe)",
        "2 late submissions lose 13.5 points in all. The figures here do not include these penalties.",
        "2 students have a cell that took longer than grading allows",
        "One student has a cell that ended Python",
        "2 (67 %) double does not finish in time",
        "Optimization 12 88 % 01_demo (this one) 3 50 %",
    ):
        assert told in words


def test_notebooks_are_read_once_and_again_when_they_change(tmp_path: Path) -> None:
    limited = {"cell_type": "code", "metadata": {}, "outputs": [{"output_type": "error", "ename": "TimeLimit"}]}
    metadata = {"cs231n_lib": {"headline": "Not yet"}}
    check = {"metadata": {"nbgrader": {"grade": True, "grade_id": "check_a"}}, "outputs": [{"metadata": metadata}]}
    path, kept = tmp_path / "ada.ipynb", tmp_path / "notes" / "01_demo.said.json"
    path.write_text(json.dumps({"cells": [limited, check]}))
    paths = {"ada": path, "gone": tmp_path / "gone.ipynb"}
    first = read_summaries(paths, kept)
    assert first["ada"]["cells"] == {"check_a": {"headline": "Not yet"}}
    assert (first["ada"]["limited"], first["ada"]["died"], list(first)) == (1, 0, ["ada"])
    stat = path.stat()
    path.write_text(path.read_text().replace("Not yet", "Nothing"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert read_summaries(paths, kept) == first  # of the same time and size: not read
    os.utime(path)
    assert read_summaries(paths, kept)["ada"]["cells"] == {"check_a": {"headline": "Nothing"}}
    kept.write_text("[")
    assert read_summaries(paths, kept)["ada"]["cells"] == {"check_a": {"headline": "Nothing"}}


def stub(*args: object, **kwargs: object) -> None:
    raise NotImplementedError


def nonsense(*args: object, **kwargs: object) -> str:
    return "no number"


EXERCISES = {name: exercise for name, exercise in exercises_of(optimization).items() if not isinstance(exercise, Bonus)}
"""A bonus is not graded."""
WRONG = {(name, m.name): m.implementation for name, exercise in EXERCISES.items() for m in exercise.mistakes}
ABILITY = np.random.default_rng(6).normal(size=28)
REAL = ("real-all", "real-wrong")
Plan = dict[str, str | int]
"""What a student writes for each exercise: the number of an alternative, a mistake's name, "stub" or "nonsense"."""


def plans() -> dict[str, Plan]:
    rng = np.random.default_rng(8)
    made: dict[str, Plan] = {
        REAL[0]: dict.fromkeys(EXERCISES, 0),
        REAL[1]: {name: "stub" if i % 3 == 2 else e.mistakes[0].name for i, (name, e) in enumerate(EXERCISES.items())},
    }
    for student, ability in enumerate(ABILITY):
        made[f"student-{student:02d}"] = {name: _choice(e, ability, rng) for name, e in EXERCISES.items()}
    return made


def _choice(exercise: Exercise, ability: float, rng: np.random.Generator) -> str | int:
    if rng.normal() < ability + 1 - exercise.difficulty / 3:
        return int(rng.integers(len(ALTERNATIVES[exercise.name])))
    first_ones_most = 0.5 ** np.arange(len(exercise.mistakes))
    mistake = exercise.mistakes[rng.choice(len(exercise.mistakes), p=first_ones_most / first_ones_most.sum())]
    return str(rng.choice([mistake.name, "stub", "nonsense"], p=[0.7, 0.2, 0.1]))


PLANS = plans()
PLANTED = Counter(
    (exercise, written)
    for plan in PLANS.values()
    for exercise, written in plan.items()
    if written in {mistake.name for mistake in EXERCISES[exercise].mistakes}
)


def find(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def graded_here(release: NotebookNode, plan: Plan) -> NotebookNode:
    """The notebook as autograding leaves it, as far as the report reads it."""
    notebook = copy.deepcopy(release)
    for name, written in plan.items():
        exercise = EXERCISES[name]
        made_up = {"stub": stub, "nonsense": nonsense}
        function = made_up.get(written) or (
            ALTERNATIVES[name][written] if isinstance(written, int) else typed(WRONG[name, written])
        )
        data, metadata = DisplayFormatter().format(exercise(function, where=False))
        find(notebook, f"check_{name}").outputs = [new_output("execute_result", data, metadata=metadata)]
    return notebook


def enter(gradebook: Gradebook, student: str, notebook: NotebookNode) -> None:
    gradebook.add_student(student)
    gradebook.add_submission(LESSON, student)
    for name in EXERCISES:
        grade = gradebook.find_grade(f"check_{name}", LESSON, LESSON, student)
        grade.auto_score = float(find(notebook, f"check_{name}").outputs[0].data["text/plain"])
        grade.needs_manual_grade = False
    gradebook.find_grade("reflection", LESSON, LESSON, student).needs_manual_grade = True


def handed_in(release: NotebookNode, solution: NotebookNode, plan: Plan) -> NotebookNode:
    """A submission in code; to spare time its author deleted the experiments."""
    notebook = copy.deepcopy(release)
    notebook.cells = [c for c in notebook.cells if "nbgrader" in c.metadata or "import checks" in c.source]
    for name, written in plan.items():
        cell = find(notebook, name)
        if isinstance(written, int):
            cell.source = find(solution, name).source
        elif written != "stub":
            cell.source = WRONG[name, written].source
    find(notebook, "reflection").source = "A thought."
    return notebook


def write(notebook: NotebookNode, root: Path, step: str, student: str) -> None:
    folder = root / step / student / LESSON
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{LESSON}.ipynb")


@pytest.fixture(scope="module")
def course(sandbox: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A class of 30 that handed in, one who did not, and one whose file is not graded yet."""
    root = tmp_path_factory.mktemp("report") / "course"
    root.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "solutions" / LESSON, root / "solutions" / LESSON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CS231N_GRADING_SEED", "a seed of this test")
        patch.setenv("NBGRADER_EXECUTION", "autograde")
        api = nbgrader_api(root, root / "gradebook.db")
        assert api.generate_assignment(LESSON)["success"]
        release = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
        solution = nbformat.read(root / "solutions" / LESSON / f"{LESSON}.ipynb", as_version=4)
        for student in REAL:
            write(handed_in(release, solution, PLANS[student]), root, "submitted", student)
            graded = api.autograde(LESSON, student)
            assert graded["success"], graded["log"]
        with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
            gradebook.add_student("absent")
            gradebook.add_student("ungraded")
            gradebook.add_submission(LESSON, "ungraded")  # and no scores, as autograding leaves it where it fails
            for student in sorted(PLANS.keys() - REAL):
                with shared_answer_keys():
                    notebook = graded_here(release, PLANS[student])
                write(notebook, root, "autograded", student)
                enter(gradebook, student, notebook)
            gradebook.db.commit()
        write(release, root, "submitted", "ungraded")
        yield root


@pytest.fixture(scope="module")
def graded(course: Path) -> GradedClass:
    return GradedCourse(course).read(LESSON)


# nbgrader adds a submission to an assignment before it adds it to the session, which SQLAlchemy remarks on.
class_of_30 = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]


class TestClassOf30:
    pytestmark = class_of_30

    def test_marks_cover_every_graded_student(self, graded: GradedClass) -> None:
        assert graded.marks.keys() == PLANS.keys()
        assert graded.absent == 1
        assert graded.remarks == ("Handed in but not graded, and left out: ungraded (grading has not finished)",)

    def test_autograded_results_equal_those_computed_here(self, course: Path, graded: GradedClass) -> None:
        release = nbformat.read(course / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
        for student in REAL:
            stored = nbformat.read(course / "autograded" / student / LESSON / f"{LESSON}.ipynb", as_version=4)
            here = graded_here(release, PLANS[student])
            for name in EXERCISES:
                theirs, ours = (find(notebook, f"check_{name}").outputs[0] for notebook in (stored, here))
                theirs.metadata.get("cs231n_lib", {}).pop("places", None)  # which are not looked for here
                assert theirs.metadata == ours.metadata
                assert theirs.data["text/plain"] == ours.data["text/plain"]
        assert all(graded.marks[REAL[0]][name].points == exercise.points for name, exercise in EXERCISES.items())

    def test_exercises_are_in_the_order_of_the_lesson(self, course: Path, graded: GradedClass) -> None:
        text = (course / "solutions" / LESSON / f"{LESSON}.py").read_text()
        places = [text.index(f'exercise="{part.name}"') for part in graded.parts if part.exercise]
        assert places == sorted(places)
        assert len(places) == len(EXERCISES)

    def test_planted_mistakes_are_counted_exactly(self, graded: GradedClass) -> None:
        assert sum(PLANTED.values()) > 60
        assert {(r.part.name, r.name): r.students for r in mistake_reports(graded)} == PLANTED

    def test_planted_stubs_are_counted_exactly(self, graded: GradedClass) -> None:
        for report in part_reports(graded)[:-1]:
            stubs = sum(plan[report.part.name] == "stub" for plan in PLANS.values())
            right = sum(isinstance(plan[report.part.name], int) for plan in PLANS.values())
            assert (report.levels["not started"], report.levels["full"]) == (stubs, right)

    def test_discrimination_is_scipys(self, graded: GradedClass) -> None:
        points = np.array([[marks[name].points for name in EXERCISES] for marks in graded.marks.values()])
        found = {report.part.name: report.discrimination for report in part_reports(graded)}
        for i, name in enumerate(EXERCISES):
            assert found[name].r == pytest.approx(pearsonr(points[:, i], np.delete(points, i, 1).sum(1)).statistic)
        assert found["reflection"] is None

    def test_totals_follow_the_planted_ability(self, graded: GradedClass) -> None:
        total = dict(zip(graded.marks, totals(graded), strict=True))
        measured = [total[f"student-{i:02d}"] for i in range(len(ABILITY))]
        assert pearsonr(ABILITY, measured).statistic > 0.7

    def test_command_writes_page_and_table(
        self, course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], graded: GradedClass
    ) -> None:
        assert main(["report", "--root", str(course), "--output", str(tmp_path / "out")]) == 0
        said = capsys.readouterr()
        assert f"{LESSON}: wrote the report on 30 students" in said.out
        assert "not graded, and left out: ungraded" in said.err
        words = Reader((tmp_path / "out" / f"{LESSON}.html").read_text()).words
        (most, count), *_ = PLANTED.most_common()
        assert f"{count} of 30 students" in words
        assert most[1] in words
        assert not [student for student in PLANS if student in words]
        with (tmp_path / "out" / f"{LESSON}.csv").open() as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 30 * (len(EXERCISES) + 1)
        assert Counter((row["exercise"], row["mistakes"]) for row in rows if row["mistakes"]) == PLANTED
        assert {row["level"] for row in rows if row["exercise"] == "reflection"} == {"waiting"}

    def test_lost_notebooks_and_cells_are_remarked_and_do_not_count(self, course: Path, tmp_path: Path) -> None:
        shutil.copytree(course, tmp_path / "course")
        folder = tmp_path / "course" / "autograded"
        shutil.rmtree(folder / REAL[1])
        path = folder / REAL[0] / LESSON / f"{LESSON}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.remove(find(notebook, "check_ridge_loss"))
        path.chmod(0o644)  # nbgrader leaves it read-only
        nbformat.write(notebook, path)
        graded = GradedCourse(tmp_path / "course").read(LESSON)
        first, second, _ = graded.remarks
        assert first.endswith(
            f"{LESSON}.ipynb lacks the cells check_ridge_loss, so the points are counted but the mistakes are not"
        )
        assert second.endswith(f"{LESSON}.ipynb is missing, so the points are counted but the mistakes are not")
        assert not any(mark.mistakes for mark in graded.marks[REAL[1]].values())
        assert sum(mark.points for mark in graded.marks[REAL[0]].values()) == 94

    def test_forged_check_metadata_is_ignored(self, course: Path, tmp_path: Path) -> None:
        shutil.copytree(course, tmp_path / "course")
        path = tmp_path / "course" / "autograded" / REAL[0] / LESSON / f"{LESSON}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        made_up = {"headline": ["x"], "mistakes": ["=HYPERLINK()", {}], "failed": 3}
        for name, forged in (("ridge_loss", made_up), ("minibatches", "nothing"), ("find_kinks", None)):
            find(notebook, f"check_{name}").outputs[0].metadata = {"cs231n_lib": forged}
        path.chmod(0o644)  # nbgrader leaves it read-only
        nbformat.write(notebook, path)
        marks = GradedCourse(tmp_path / "course").read(LESSON).marks[REAL[0]]
        assert all(marks[name] == PartResult(exercise.points) for name, exercise in EXERCISES.items())

    def test_report_gives_ungraded_reasons_and_unsandboxed_runs(self, course: Path, tmp_path: Path) -> None:
        shutil.copytree(course, tmp_path / "course")
        notes = tmp_path / "course" / "grading" / LESSON
        notes.mkdir(parents=True)
        (notes / "ungraded.json").write_text('{"problem": "the worker of ungraded ended"}')
        (notes / "real-all.json").write_text('{"key": "x", "unsafe": true}')
        graded = GradedCourse(tmp_path / "course").read(LESSON)
        assert graded.ungraded == {"the worker of … ended": 1}
        assert graded.unsafe == 1
        (tmp_path / "course" / "submitted" / "ungraded" / LESSON / f"{LESSON}.ipynb").write_text('{"cells": [')
        graded = GradedCourse(tmp_path / "course").read(LESSON)
        assert graded.ungraded == {"the file ends in the middle": 1}
        assert [(one.lesson, one.students) for one in graded.progress] == [(LESSON, 30)]
        assert graded.progress[0].share == pytest.approx(totals(graded).mean() / 94)

    def test_answers_graded_by_hand_count(self, course: Path, tmp_path: Path) -> None:
        shutil.copytree(course, tmp_path / "course")
        with Gradebook(f"sqlite:///{tmp_path}/course/gradebook.db") as gradebook:
            for student in PLANS:
                grade = gradebook.find_grade("reflection", LESSON, LESSON, student)
                grade.manual_score, grade.needs_manual_grade = 4.5, False
            gradebook.db.commit()
        graded = GradedCourse(tmp_path / "course").read(LESSON)
        assert part_reports(graded)[-1].facility == 4.5 / 6
        assert max(totals(graded)) == 98.5

    @pytest.mark.parametrize(
        ("lesson", "said"), [("02", f"Pass one of: {LESSON}"), ("nonsense", f"folder of one of {LESSON}")]
    )
    def test_unknown_lesson(self, course: Path, lesson: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["report", lesson, "--root", str(course)]) == 1
        assert said in capsys.readouterr().err

    def test_lesson_without_graded_submissions_is_refused(self, course: Path, tmp_path: Path) -> None:
        shutil.copytree(course, tmp_path / "course", ignore=shutil.ignore_patterns("gradebook.db"))
        assert nbgrader_api(tmp_path / "course", tmp_path / "course" / "gradebook.db").generate_assignment(
            LESSON, force=True
        )["success"]
        with pytest.raises(ClassroomError, match="No submission of 01_optimization is graded yet"):
            GradedCourse(tmp_path / "course").read(LESSON)
        assert main(["report", "--root", str(tmp_path / "course")]) == 1


@pytest.mark.parametrize("files", [(), ("nbgrader_config.py",)])
def test_nothing_to_report_on(tmp_path: Path, files: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    for name in files:
        shutil.copy(ROOT / name, tmp_path)
    assert main(["report", "--root", str(tmp_path)]) == 1
    assert "is missing" in capsys.readouterr().err
    assert not (tmp_path / "gradebook.db").exists()
