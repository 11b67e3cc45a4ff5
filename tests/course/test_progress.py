"""What a student's notebooks say of their progress, in each state that a notebook can be in."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from cs231n_lib.__main__ import main
from cs231n_lib.course.plan import BRIDGE, LESSONS
from cs231n_lib.course.student.notebook import read
from cs231n_lib.course.student.progress import AnswerState, next_answer, notebook_path, read_course, read_lesson

ROOT = Path(__file__).parents[2]
FIRST, SECOND = LESSONS[:2]
IN_FIRST, IN_SECOND = (len(read(ROOT / "notebooks" / notebook_path(lesson)).checks) for lesson in (FIRST, SECOND))
Cells = dict[str, dict[str, Any]]
Result = dict[str, Any]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The first two lessons as released, in the project's own layout."""
    for lesson in (FIRST, SECOND):
        shutil.copytree(ROOT / "notebooks" / lesson.folder, tmp_path / "notebooks" / lesson.folder)
    return tmp_path


def edit(course: Path, change: Callable[[Cells], object]) -> None:
    """Change the graded cells of lesson 01, by ``grade_id``, and save."""
    path = course / "notebooks" / notebook_path(FIRST)
    notebook = json.loads(path.read_text())
    change({cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in notebook["cells"]})
    path.write_text(json.dumps(notebook))


def answer(cells: Cells, name: str, shows: Result | None, runs: tuple[int | None, int | None] = (1, 2)) -> None:
    """Write an answer, and store what its check shows; ``runs`` numbers the runs of the answer and of the check."""
    cells[name]["source"] = [f"def {name}():\n", "    return 1"]
    cells[name]["execution_count"], cells[f"check_{name}"]["execution_count"] = runs
    cells[f"check_{name}"]["outputs"] = [shows] if shows else []


def shown(text: str) -> Result:
    return {"output_type": "execute_result", "data": {"text/plain": [text]}, "metadata": {}, "execution_count": 2}


ERROR = {"output_type": "error", "ename": "NameError", "evalue": "", "traceback": []}
WARNING = {"output_type": "stream", "name": "stderr", "text": ["Warning"]}


def test_a_release_is_not_begun(course: Path) -> None:
    progress = read_lesson(course / "notebooks", FIRST)
    assert (progress.points, progress.by_hand, progress.right, progress.problems) == (0, 6, 0, ())
    assert {one.state for one in progress.exercises} == {AnswerState.NOT_BEGUN}
    assert sum(one.out_of for one in progress.answers) == 100
    assert (progress.answers[0].name, progress.answers[0].question) == ("numerical_gradient", "markdown-04")
    assert progress.answers[-1].state is AnswerState.NOT_WRITTEN


@pytest.mark.parametrize(
    ("shows", "runs", "state", "points"),
    [
        (shown("8.0"), (1, 2), AnswerState.RIGHT, 8),
        (shown("2.67"), (1, 2), AnswerState.PARTLY, 2.67),
        (shown("0.0"), (1, 2), AnswerState.WRONG, 0),
        (None, (1, None), AnswerState.NOT_CHECKED, 0),
        (shown("8.0"), (3, 2), AnswerState.RUN_SINCE, 0),
        (shown("8.0"), (None, 2), AnswerState.RIGHT, 8),
        (ERROR, (1, 2), AnswerState.FAILED, 0),
        (WARNING, (1, 2), AnswerState.FAILED, 0),
        (shown("9.0"), (1, 2), AnswerState.FAILED, 0),
        (shown("nan"), (1, 2), AnswerState.FAILED, 0),
        (shown("Right"), (1, 2), AnswerState.FAILED, 0),
    ],
)
def test_states_of_an_exercise(
    course: Path, shows: Result | None, runs: tuple[int, int], state: AnswerState, points: float
) -> None:
    edit(course, lambda cells: answer(cells, "numerical_gradient", shows, runs))
    progress = read_lesson(course / "notebooks", FIRST)
    assert (progress.answers[0].state, progress.answers[0].points, progress.points) == (state, points, points)


def test_a_check_of_the_stub_is_not_a_wrong_answer(course: Path) -> None:
    edit(course, lambda cells: cells["check_find_kinks"].update(outputs=[shown("0.0")], execution_count=2))
    assert {one.state for one in read_lesson(course / "notebooks", FIRST).exercises} == {AnswerState.NOT_BEGUN}


def test_a_reflection_that_is_written_has_no_points_yet(course: Path) -> None:
    edit(course, lambda cells: cells["reflection"].update(source="I would compare both gradients."))
    progress = read_lesson(course / "notebooks", FIRST)
    assert (progress.answers[-1].state, progress.points, progress.by_hand) == (AnswerState.WRITTEN, 0, 6)


def test_next_answer_is_the_first_that_lacks_points(course: Path) -> None:
    names = [one.name for one in read_lesson(course / "notebooks", FIRST).exercises]

    def right_except(*wrong: str) -> Callable[[Cells], None]:
        def change(cells: Cells) -> None:
            for name in names:
                full = str(cells[f"check_{name}"]["metadata"]["nbgrader"]["points"])
                answer(cells, name, shown("1.0" if name in wrong else full))

        return change

    def name_of_next() -> tuple[int, str]:
        found = next_answer(read_course(course / "notebooks"))
        assert found
        return found[0].number, found[1].name

    edit(course, right_except("find_kinks", "minibatches"))
    assert name_of_next() == (1, "find_kinks")
    edit(course, right_except())
    assert name_of_next() == (1, "reflection")
    edit(course, lambda cells: cells["reflection"].update(source="I would compare both gradients."))
    assert name_of_next() == (2, read_lesson(course / "notebooks", SECOND).answers[0].name)


def test_copied_and_deleted_cells_are_named(course: Path) -> None:
    path = course / "notebooks" / notebook_path(FIRST)
    edit(course, lambda cells: answer(cells, "numerical_gradient", shown("8.0")))
    notebook = json.loads(path.read_text())
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    notebook["cells"].remove(cells["check_find_kinks"])
    notebook["cells"].append(cells["check_numerical_gradient"] | {"outputs": [shown("0.0")]})
    path.write_text(json.dumps(notebook))
    progress = read_lesson(course / "notebooks", FIRST)
    assert progress.answers[0].state is AnswerState.WRONG
    copied, missing = progress.problems
    assert copied.startswith("there are several copies of check_numerical_gradient.")
    assert missing.startswith("cells worth 8 points are missing")


@pytest.mark.parametrize("text", ["", "<<<<<<< HEAD\n{}", "[]", "{}", '{"cells": 1}', "\x80"])
def test_damaged_notebook_is_reported_as_a_problem(course: Path, text: str) -> None:
    (course / "notebooks" / notebook_path(FIRST)).write_text(text, encoding="latin-1")
    progress = read_lesson(course / "notebooks", FIRST)
    assert progress.answers == ()
    assert progress.here
    assert progress.problems[0].startswith("01_optimization.ipynb cannot be read")


def test_file_in_another_encoding_counts_with_its_points(course: Path) -> None:
    edit(course, lambda cells: answer(cells, "numerical_gradient", shown("8.0")))
    path = course / "notebooks" / notebook_path(FIRST)
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-16")
    progress = read_lesson(course / "notebooks", FIRST)
    assert (progress.points, progress.problems) == (8, ())


def test_renamed_and_missing_notebooks_have_different_remedies(course: Path) -> None:
    path = course / "notebooks" / notebook_path(FIRST)
    path.rename(path.with_name("my copy.ipynb"))
    assert "the folder has my copy.ipynb, so rename your notebook to 01_optimization.ipynb" in problem(course)
    path.with_name("my copy.ipynb").unlink()
    assert "put a fresh copy there" in problem(course)


def problem(course: Path) -> str:
    (found,) = read_lesson(course / "notebooks", FIRST).problems
    return found


def test_a_notebook_of_another_lesson_lacks_all_points(course: Path) -> None:
    path = course / "notebooks" / notebook_path(FIRST)
    shutil.copy(ROOT / "notebooks/index.ipynb", path)
    assert "cells worth 100 points are missing" in problem(course)


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["progress", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_shows_the_course_and_what_is_next(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(course, lambda cells: answer(cells, "numerical_gradient", shown("8.0")))
    for folder in (course, course / "notebooks"):
        code, text, _ = run(capsys, "--root", folder)
        assert code == 0
        assert f"01 Optimization     ██░░░░░░░░░░░░░░░░░░░░░░░     8 of 100 · 1 of {IN_FIRST} exercises right" in text
        assert f"02 Backpropagation  ░░░░░░░░░░░░░░░░░░░░░░░░░     0 of 100 · {IN_SECOND} exercises, not begun" in text
        assert text.partition("Your points")[2].count("being written") == 7
        assert text.endswith("Next: numerical_gradient_centered in lesson 01, Optimization (not begun)\n")


@pytest.mark.parametrize("name", ["1", "01", "optimization", "01_optimization"])
def test_the_command_shows_the_exercises_of_a_lesson(
    course: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    edit(course, lambda cells: answer(cells, "numerical_gradient", shown("8.0")))
    edit(course, lambda cells: answer(cells, "find_kinks", shown("2.67")))
    _, text, _ = run(capsys, name, "--root", course)
    words = [" ".join(line.split()) for line in text.splitlines()]
    assert "✓ numerical_gradient 8 of 8 right" in words
    assert "◐ find_kinks 2.67 of 8 partly right" in words
    assert "○ reflection 6 not written yet, graded by hand" in words


def test_the_command_says_what_is_wrong(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (course / "notebooks" / notebook_path(FIRST)).write_text("")
    assert "! 01_optimization.ipynb cannot be read" in run(capsys, "--root", course)[1]
    assert "! 01_optimization.ipynb cannot be read" in run(capsys, "1", "--root", course)[1]
    assert "05 Preprocessing    being written" in run(capsys, "5", "--root", course)[1]
    code, _, error = run(capsys, "12", "--root", course)
    assert code == 1
    assert error.startswith(
        "No lesson is called '12'. Pass the number, name or folder of one of 00_primer, 01_optimization, "
    )
    assert error.endswith(", 10_bridge.\n")
    code, _, error = run(capsys, "--root", course / "nowhere")
    assert code == 1
    assert "has no lessons. Change to the course folder" in error


def test_ungraded_lesson_is_listed_once_present_without_points(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = run(capsys, "--root", course)[1]
    assert "Bridge" not in before
    path = course / "notebooks" / notebook_path(BRIDGE)
    path.parent.mkdir()
    path.touch()
    after = run(capsys, "--root", course)[1]
    assert "10 Bridge           optional, no points\n" in after
    assert after.replace("10 Bridge           optional, no points\n", "") == before
    assert run(capsys, "bridge", "--root", course)[1] == "10 Bridge           optional, no points\n"
    assert main(["grade", "10", "--root", str(course)]) == 1
    assert capsys.readouterr().err == "10_bridge is optional and has nothing to grade. Pass another lesson.\n"


@pytest.mark.slow
def test_a_notebook_that_was_run_and_saved(course: Path) -> None:
    """Three answers, run as a student does: right, wrong at 0 / 0 only, and right but run again after its check."""
    path = course / "notebooks" / notebook_path(FIRST)
    solution = nbformat.read(ROOT / "solutions" / notebook_path(FIRST), as_version=4)
    right = {cell.id: cell.source for cell in solution.cells}
    notebook = nbformat.read(path, as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    for name in ("numerical_gradient", "relative_error", "find_kinks"):
        cells[name].source = right[name]
    cells["relative_error"].source = cells["relative_error"].source.replace("np.where(scale == 0, 1, scale)", "scale")
    order = ["code-01", "numerical_gradient", "relative_error", "find_kinks"]
    order += ["check_numerical_gradient", "check_relative_error", "check_find_kinks", "find_kinks"]
    client = NotebookClient(notebook, kernel_name="python3", extra_arguments=["--log-level=ERROR"])
    with client.setup_kernel():
        for name in order:
            client.execute_cell(cells[name], notebook.cells.index(cells[name]))
    nbformat.write(notebook, path)
    progress = read_lesson(course / "notebooks", FIRST)
    states = {one.name: one.state for one in progress.answers}
    assert states["numerical_gradient"] is AnswerState.RIGHT
    assert states["relative_error"] is AnswerState.PARTLY
    assert states["find_kinks"] is AnswerState.RUN_SINCE
    assert states["minibatches"] is AnswerState.NOT_BEGUN
    assert 8 < progress.points < 8 + 6
