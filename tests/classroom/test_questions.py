"""Questions on a student's own code: the inputs, the edits, the keys, and the pages of a graded class."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.nbgrader_course import read_config
from cs231n_lib.classroom.report.questions.answer_code import AnswerCode
from cs231n_lib.classroom.report.questions.inputs import input_texts, lessons_with_inputs, tiny_input
from cs231n_lib.classroom.report.questions.line_edits import line_edits
from cs231n_lib.classroom.report.questions.outcome import call, is_finite
from cs231n_lib.course.plan import checks_of, exercises_of

ROOT = Path(__file__).parents[2]
LESSON = "08_update_rules"
ALL_INPUTS = [(slug, name) for slug in lessons_with_inputs() for name in input_texts(slug)]


@pytest.mark.parametrize(("slug", "name"), ALL_INPUTS)
def test_reference_accepts_each_tiny_input(slug: str, name: str) -> None:
    exercise = exercises_of(checks_of(slug))[name]
    for seed in range(3):
        tiny = tiny_input(slug, name, random.Random(seed))
        assert tiny is not None
        outcome = call(exercise.reference, tiny.values(), exercise)
        assert outcome.error is None
        assert is_finite(outcome.value)


def test_numbers_trade_places_within_their_array() -> None:
    drawn = {tiny_input("update_rules", "momentum", random.Random(seed)).call("momentum") for seed in range(40)}
    assert len(drawn) == 8
    values = tiny_input("update_rules", "momentum", random.Random(3)).values()
    assert sorted(values["v"]) == [2.0, 6.0]


def test_fixed_numbers_keep_their_places() -> None:
    for seed in range(10):
        tiny = tiny_input("backpropagation", "binned_loss", random.Random(seed))
        assert np.array_equal(tiny.values()["edges"], [0.0, 1.0, 2.0, 4.0])


def texts(source: str) -> set[str | None]:
    return {edit.text for edit in line_edits(AnswerCode("f", source), ["x"])}


def test_no_edit_combines_a_value_with_itself() -> None:
    found = texts("def f(x, m):\n    y = x - m\n    return y / (m * x)\n")
    assert "y = m - x" in found
    assert "y = x + m" in found
    assert not {"y = x - x", "y = m - m"} & found


def test_augmented_assignment_is_not_spelled_out() -> None:
    found = texts("def f(x, m):\n    y = 2 * x\n    y += m\n    return y\n")
    assert {"y = m", "y -= m"} <= found
    assert "y = y + m" not in found


def test_edit_keeps_the_rest_of_the_line() -> None:
    found = texts("def f(x):\n    y = (x+1) .sum( axis=0 , keepdims=True)  # größer\n    return y\n")
    assert "y = (x+1) .sum( axis=0 )  # größer" in found


def release(root: Path) -> nbformat.NotebookNode:
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "notebooks" / LESSON, root / "notebooks" / LESSON)
    return nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)


def add_lesson(gradebook: Gradebook, released: nbformat.NotebookNode) -> None:
    gradebook.add_assignment(LESSON)
    gradebook.add_notebook(LESSON, LESSON, kernelspec="{}")
    for cell in released.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("grade"):
            gradebook.add_grade_cell(
                mark["grade_id"], LESSON, LESSON, max_score=mark["points"], cell_type=cell.cell_type
            )


def add_student(root: Path, gradebook: Gradebook, student: str, answers: dict[str, str], failed: str = "") -> None:
    """Add a graded student whose answers have full points, except the failed one."""
    notebook = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in answers:
            cell.source = answers[name]
    path = root / "autograded" / student / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    gradebook.add_student(student, first_name="Ada", last_name=f"Lovelace {student}")
    submission = gradebook.add_submission(LESSON, student)
    for grade in submission.notebooks[0].grades:
        right = grade.name.removeprefix("check_") in answers and grade.name != f"check_{failed}"
        grade.auto_score = grade.max_score if right else 0
        grade.needs_manual_grade = False
    gradebook.db.commit()


def model_answers() -> dict[str, str]:
    exercises = exercises_of(checks_of("update_rules"))
    return {name: exercises[name].model_answer for name in input_texts("update_rules")}


pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")


@pytest.fixture
def graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Gradebook]]:
    monkeypatch.setenv("CS231N_GRADING_SEED", "a seed of this test")
    released = release(tmp_path)
    read_config(tmp_path)  # puts nbgrader's programs on the path
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db", "cs231n") as gradebook:
        add_lesson(gradebook, released)
        yield tmp_path, gradebook


def written(root: Path, *options: str) -> tuple[str, str]:
    assert main(["questions", "8", "--root", str(root), "--unsafe", *options]) == 0
    folder = root / "questions" / LESSON
    suffix = f"-{options[1]}" if options[:1] == ("--student",) else ""
    return (folder / f"pages{suffix}.html").read_text(), (folder / f"key{suffix}.html").read_text()


def test_class_of_two_gets_pages_and_a_key(graded: tuple[Path, Gradebook], capsys: pytest.CaptureFixture[str]) -> None:
    root, gradebook = graded
    some = {name: source for name, source in model_answers().items() if name in ("momentum", "nesterov", "newton_step")}
    add_student(root, gradebook, "s1", some)
    add_student(root, gradebook, "s2", {"momentum": some["momentum"], "nesterov": some["nesterov"]}, "nesterov")
    pages, key = written(root)
    assert pages.count("<section>") == 2
    assert "Ada Lovelace s1 (s1)" in pages
    assert pages.split("</section>")[0].count('class="question"') == 5
    assert "This page has only 2 questions" in pages.split("</section>")[1]
    assert "<code>nesterov</code>" in pages.split("</section>")[1]
    assert key.count("<h2>") == 2
    assert "s2: 2 questions, because" in capsys.readouterr().err
    alone, _ = written(root, "--student", "s1", "--no-names")
    assert "Lovelace" not in alone
    assert alone.partition("</h1>")[2].partition("</section>")[0] in pages


def test_ungraded_lessons_get_one_sentence(graded: tuple[Path, Gradebook], capsys: pytest.CaptureFixture[str]) -> None:
    root, _ = graded
    assert main(["questions", "8", "--root", str(root)]) == 1
    assert capsys.readouterr().err == (
        f"No submission of {LESSON} is graded yet. Run: python -m cs231n_lib grade {LESSON}\n"
    )
    assert main(["questions", "10", "--root", str(root)]) == 1
    assert "is not graded, so it has no questions" in capsys.readouterr().err


def test_unknown_student_is_named(graded: tuple[Path, Gradebook], capsys: pytest.CaptureFixture[str]) -> None:
    root, gradebook = graded
    add_student(root, gradebook, "s1", {"momentum": model_answers()["momentum"]})
    assert main(["questions", "8", "--root", str(root), "--student", "s9"]) == 1
    assert "belongs to s9" in capsys.readouterr().err
