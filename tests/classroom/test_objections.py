"""Codes on feedback pages, the second run of an answer, and its receipt."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from classroom.demo_class import LESSON, RIGHT, gradebook_of, hand_in, released_course
from course_lessons.demo import checks

from cs231n_lib.__main__ import main
from cs231n_lib.checks.evaluate.failed_case import FailedCase
from cs231n_lib.checks.evaluate.rows import draw
from cs231n_lib.checks.report import Result, Row
from cs231n_lib.classroom.errors import ClassroomError
from cs231n_lib.classroom.grading.ledger import Ledger, answer_code, read_code, spell_code
from cs231n_lib.classroom.grading.manual import regrade as regrading
from cs231n_lib.classroom.grading.manual.receipt import receipt_page, text_of
from cs231n_lib.classroom.grading.manual.regrade import CodedAnswer, Regrade, find_answer, last_deadline
from cs231n_lib.classroom.nbgrader_course import nbgrader_api

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")]

EARLIER = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=1)


@pytest.fixture(scope="module")
def course(built: Path, tmp_path_factory: pytest.TempPathFactory, sandbox: None) -> Path:
    """A class of two, graded: ada squares in place of doubling, and bob is right."""
    root = released_course(built, tmp_path_factory.mktemp("objections") / "course", "c.JudgeChecks.places = False")
    hand_in(root, "ada", "return x * x", RIGHT)
    hand_in(root, "bob", "return 2 * x", RIGHT)
    assert main(["grade", LESSON, "--root", str(root), "--workers", "1"]) == 0
    return root


def codes_on_page(root: Path, student: str) -> list[str]:
    page = (root / "feedback" / student / LESSON / f"{LESSON}.html").read_text()
    return re.findall(r"code for objections <code>([\w-]+)</code>", page)


def code_of(root: Path, student: str, cell: str = "check_double") -> str:
    secret = (root / "grading" / "codes.secret").read_text()
    digest = Ledger(root, LESSON).read(student)["submission"]
    return answer_code(secret, LESSON, cell, student, digest)


def test_feedback_page_has_a_code_for_each_graded_answer(course: Path) -> None:
    cells = ("check_double", "check_mean_square", "reflection")
    for student in ("ada", "bob"):
        assert codes_on_page(course, student) == [spell_code(code_of(course, student, cell)) for cell in cells]
    assert not set(codes_on_page(course, "ada")) & set(codes_on_page(course, "bob"))


def test_graded_notebook_shows_the_rubric_and_feedback_does_not(course: Path) -> None:
    for student in ("ada", "bob"):
        graded = (course / "autograded" / student / LESSON / f"{LESSON}.ipynb").read_text()
        assert graded.count("Two points for each reason: the rubric.") == 1
        assert "the rubric" not in (course / "feedback" / student / LESSON / f"{LESSON}.html").read_text()


def test_nbgraders_own_feedback_keeps_the_codes(course: Path) -> None:
    before = codes_on_page(course, "bob")
    (course / "feedback" / "bob" / LESSON / f"{LESSON}.html").unlink()
    assert nbgrader_api(course, course / "gradebook.db").generate_feedback(LESSON, "bob")["success"]
    assert codes_on_page(course, "bob") == before


def test_regrade_repeats_points_and_shows_the_failed_case(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CS231N_GRADING_SEED", "of another run")
    ledger, code = Ledger(course, LESSON), spell_code(code_of(course, "ada"))
    recorded = ledger.recorded_seed(ledger.read("ada")["seed"])
    assert recorded
    (case,) = next(row for row in draw(checks.double, recorded) if row.title == "Doubles each number").cases
    assert main(["regrade", code.lower(), "--root", str(course), "--receipt"]) == 0
    said = capsys.readouterr()
    assert f"{code}: double in {LESSON}, by ada\nThe points are the same: 0 of 40." in said.out
    x, expected, got = (
        [float(number) for number in re.search(rf"  {fact} .*\[(.*)\]", said.out)[1].split()]  # type: ignore[index]
        for fact in ("x", "expected", "got")
    )
    assert x == pytest.approx(case.args[0], abs=1e-5)
    assert expected == pytest.approx([2 * value for value in x], abs=1e-5)
    assert got == pytest.approx([value * value for value in x], abs=1e-5)
    assert "You square the numbers" in said.out
    page = (course / "report" / "receipts" / f"{code}.html").read_text()
    assert "return x * x" in page
    assert "seed" not in page
    assert "(no due date is set), and the receipt shows a test case. Send the receipt after" in said.err


def test_receipt_after_the_deadline_has_a_seed_of_its_own(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regrading, "last_deadline", lambda *_: EARLIER)
    done = regrading.regrade(course, code_of(course, "ada"), receipt=True)
    page = receipt_page(done)
    assert done.seed
    assert f'checks.double(seed="{done.seed}")' in unescape(page)
    ledger = Ledger(course, LESSON)
    recorded = ledger.recorded_seed(ledger.read("ada")["seed"])
    assert recorded
    assert done.seed != recorded
    assert recorded not in page


def test_last_deadline_includes_the_longest_extension(course: Path, tmp_path: Path) -> None:
    shutil.copy(course / "gradebook.db", tmp_path)
    with gradebook_of(tmp_path) as gradebook:
        assert last_deadline(gradebook, LESSON, None) is None
        due = datetime(2027, 2, 1, 18, tzinfo=UTC)
        assert last_deadline(gradebook, LESSON, due) == datetime(2027, 2, 1, 18)
        gradebook.grant_extension(LESSON, "bob", days=3)
        gradebook.grant_extension(LESSON, "ada", days=1)
        assert last_deadline(gradebook, LESSON, due) == datetime(2027, 2, 4, 18)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("K7QM", "'K7QM' is not a code. A code has eight letters and digits"),
        ("K7QM-2XP!", "'K7QM-2XP!' is not a code."),
        ("k7qm 2xpa", "No graded answer has the code K7QM-2XPA. Compare it with the feedback page"),
    ],
)
def test_unknown_code_is_named_in_one_sentence(course: Path, code: str, sentence: str) -> None:
    with gradebook_of(course) as gradebook, pytest.raises(ClassroomError) as raised:
        find_answer(course, gradebook, code)
    assert str(raised.value).startswith(sentence)


def test_code_of_two_answers_asks_for_the_student(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = {"check_double": "AAAAAAAA", "check_mean_square": "BBBBBBBB", "reflection": "CCCCCCCC"}
    monkeypatch.setattr(regrading, "answer_code", lambda secret, lesson, cell, student, digest: codes[cell])
    with gradebook_of(course) as gradebook:
        with pytest.raises(ClassroomError) as raised:
            find_answer(course, gradebook, "aaaa-aaaa")
        assert "stands for double in 01_demo by ada and double in 01_demo by bob. Name the student" in str(raised.value)
        assert find_answer(course, gradebook, "aaaa-aaaa", "bob").student == "bob"


def refusal(root: Path, code: str) -> str:
    with pytest.raises(ClassroomError) as raised:
        regrading.regrade(root, code)
    return str(raised.value)


def test_regrade_refuses_what_it_cannot_repeat(course: Path, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(course, root)
    code, ledger = code_of(root, "bob"), Ledger(root, LESSON)
    assert "is the reflection of bob in 01_demo, which a person grades" in refusal(
        root, code_of(root, "bob", "reflection")
    )

    record = ledger.read("bob")
    ledger.write("bob", record | {"seed": "lost"})
    assert "no longer contains the seed with which bob was graded" in refusal(root, code)
    ledger.write("bob", record | {"release": "another"})
    assert "bob was graded with another release of 01_demo. Run" in refusal(root, code)
    ledger.write("bob", record | {"submission": "0" * 64, "earlier": [record["submission"]]})
    assert "belongs to an earlier file of bob" in refusal(root, code)
    ledger.write("bob", record)
    hand_in(root, "bob", "return 3 * x", RIGHT)
    assert "The file of bob has changed since 01_demo was graded. Run" in refusal(root, code)


def test_failed_later_file_keeps_the_codes_of_the_graded_one(course: Path, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(course, root)
    code = code_of(root, "bob")
    hand_in(root, "bob", "return 2 * x", RIGHT).write_text("{")
    assert main(["grade", LESSON, "--root", str(root), "--student", "bob"]) == 1
    assert "file ends" in Ledger(root, LESSON).read("bob")["problem"]
    with gradebook_of(root) as gradebook:
        assert find_answer(root, gradebook, code).student == "bob"


def test_again_lists_changed_points_before_it_writes(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "course"
    shutil.copytree(course, root)
    with gradebook_of(root) as gradebook:  # as an earlier form of the check would have graded
        gradebook.find_grade("check_double", LESSON, LESSON, "ada").auto_score = 15
        gradebook.find_grade("check_mean_square", LESSON, LESSON, "bob").manual_score = 20
        gradebook.find_grade("check_mean_square", LESSON, LESSON, "bob").auto_score = 10
        gradebook.db.commit()
    graded = root / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb"
    graded.write_text(graded.read_text().replace('"square"', '"cube"'))
    before = {path: path.read_bytes() for path in [root / "gradebook.db", graded, *root.glob("feedback/*/*/*.html")]}
    changes = [
        "ada: double: 15 → 0 (named mistake: cube before, square now)",
        "bob: mean_square: 10 → 50 (named mistake: none, the 20 points given by hand remain)",
        "Points change for 2 of 2 students",
    ]
    command = ["grade", LESSON, "--root", str(root), "--again", "--workers", "1"]

    assert main([*command, "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [*changes, f"{LESSON}: 2 to grade"]
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert main(command) == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == changes
    assert f"{LESSON}: nothing was written. To write the new points, run the command again" in said.err
    assert {path: path.read_bytes() for path in before} == before

    assert main([*command, "--yes"]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == changes
    with gradebook_of(root) as gradebook:
        assert gradebook.find_grade("check_double", LESSON, LESSON, "ada").score == 0
        assert gradebook.find_grade("check_mean_square", LESSON, LESSON, "bob").score == 20
    assert codes_on_page(root, "ada") == codes_on_page(course, "ada")


def test_student_who_left_is_named(course: Path, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(course, root)
    code = code_of(root, "bob")
    with gradebook_of(root) as gradebook:
        gradebook.remove_student("bob")
    assert refusal(root, code) == f"The gradebook no longer contains {LESSON} by bob"


@pytest.mark.parametrize("command", [["regrade", "K7QM-2XPA"], ["marking", LESSON]])
def test_folder_without_a_graded_class_stays_empty(
    built: Path, tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "course"
    shutil.copytree(built, root)
    before = sorted(root.rglob("*"))
    assert main([*command, "--root", str(root)]) == 1
    assert f"{root / 'gradebook.db'} is missing. Run the command in the folder" in capsys.readouterr().err
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("typed", ["zdi6-yjtv", "ZD16YJTV", " zdL6 yjtv\n"])
def test_codes_are_read_as_people_type_them(typed: str) -> None:
    assert read_code(typed) == "ZD16YJTV"


def done(**changed: object) -> Regrade:
    answer = CodedAnswer("ZD16YJTV", "01_optimization", "check_relu", "ada", {})
    result = Result(
        "relu", 3.0, 5.0, (Row("A row", False, 5.0, 3.0),), mistakes=(("sign", "you <b>flip</b> the sign"),)
    )
    failed = FailedCase("A row", "a <case>", {"x": "<script>alert(1)</script>"}, "1", "2", "the value is wrong")
    given = {"name": "Ada", "recorded": 3.0, "by_hand": None, "result": result, "failed": failed, "source": "a < b"}
    return Regrade(answer, **given | {"seed": "", "last_deadline": None} | changed)  # type: ignore[arg-type]


def test_receipt_escapes_what_a_student_wrote() -> None:
    page = receipt_page(done())
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "a &lt; b" in page
    assert "http" not in page


def test_results_that_look_alike_are_explained() -> None:
    alike = FailedCase("A row", "a case", {}, "array [0.1 0.2]", "array [0.1 0.2]", "it is wrong", looks_right=True)
    for shown in (text_of(done(failed=alike)), receipt_page(done(failed=alike))):
        assert "they differ only in digits or entries that are not shown" in shown
    for shown in (text_of(done()), receipt_page(done())):
        assert "they differ only in digits or entries that are not shown" not in shown


def test_other_points_are_shown_with_both_numbers() -> None:
    assert not done(recorded=2.0).same
    assert "The points have changed: 3 of 5 in this run, 2 of 5 recorded." in text_of(done(recorded=2.0))
    assert "The points have changed" not in text_of(done())
    assert "A person has given 4 points instead." in text_of(done(by_hand=4.0))
