"""The two loops of L-BFGS, which earn a star now, in a notebook of a release in which they had points."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lessons.update_rules.alternatives import lbfgs_by_index

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.grading.judge import JudgeChecks
from cs231n_lib.course.overview.terminal import describe_progress
from cs231n_lib.course.plan import lesson
from cs231n_lib.course.student.progress import AnswerState, Progress, read_lesson
from cs231n_lib.lessons.update_rules import checks

NAME, LESSON = "lbfgs_direction", "08_update_rules/08_update_rules.ipynb"
OLD = Path(__file__).parents[2] / "fixtures/release_0_1/notebooks" / LESSON
POINTS = 16
ANSWER = "    q = dw  # an answer\n    return -q"


def old_notebook(folder: Path, shows: str) -> None:
    """Save the old release with an answer, whose check shows this number."""
    notebook = json.loads(OLD.read_text(encoding="utf-8"))
    cells: dict[str, Any] = {cell["id"]: cell for cell in notebook["cells"]}
    header = "".join(cells[NAME]["source"]).partition("    # Your code goes here")[0]
    cells[NAME]["source"] = header + ANSWER
    output = {"output_type": "execute_result", "data": {"text/plain": shows}, "metadata": {}, "execution_count": 2}
    cells[f"check_{NAME}"] |= {"outputs": [output], "execution_count": 2}
    path = folder / LESSON
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def progress_in(folder: Path) -> Progress:
    return read_lesson(folder, lesson(8))


@pytest.mark.parametrize(
    ("shows", "state", "points"),
    [
        ("16.0", AnswerState.RIGHT, 16),
        ("4.0", AnswerState.PARTLY, 4),
        ("100.0", AnswerState.RIGHT, 16),
        ("50.0", AnswerState.PARTLY, 8),
        ("101.0", AnswerState.FAILED, 0),
    ],
)
def test_old_notebook_has_its_points_with_either_check(
    tmp_path: Path, shows: str, state: AnswerState, points: float
) -> None:
    old_notebook(tmp_path, shows)
    (answer,) = (one for one in progress_in(tmp_path).answers if one.name == NAME)
    assert (answer.state, answer.points, answer.out_of, answer.bonus) == (state, points, POINTS, False)


def test_grading_an_old_notebook_gives_its_points() -> None:
    cells = {cell.id: cell for cell in nbformat.read(OLD, as_version=4).cells}
    found = JudgeChecks()._check(cells[f"check_{NAME}"], "update_rules")
    assert found is not None
    assert (found[0].worth, found[0].importance) == (POINTS, "extra")
    assert found[0](lbfgs_by_index).points == POINTS
    assert found[0](lambda dw, s, y: -dw).points < POINTS
    assert checks.lbfgs_direction.worth == 0


def test_start_keeps_the_answer_and_asks_for_its_check(tmp_path: Path) -> None:
    old_notebook(tmp_path, "16.0")
    assert main(["start", str(tmp_path), "--no-lab"]) == 0
    progress = progress_in(tmp_path)
    assert [one.name for one in progress.bonuses] == ["adamw", NAME]
    assert progress.bonuses[1].state is AnswerState.NOT_CHECKED
    cells = {cell["id"]: cell for cell in json.loads((tmp_path / LESSON).read_text(encoding="utf-8"))["cells"]}
    assert ANSWER in "".join(cells[NAME]["source"])
    assert describe_progress(progress).endswith("☆ 0 of 2 bonuses done")
