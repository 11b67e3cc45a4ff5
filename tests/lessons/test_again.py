"""A function written again is checked in full, earns nothing, and exists for that check alone."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cs231n_lib.checks import Result, Reward, passed
from cs231n_lib.classroom.release.source import AGAIN, read_notebook
from cs231n_lib.course import mine
from cs231n_lib.course.plan import LESSONS, checks_of, exercises_of
from cs231n_lib.course.student.carry import carry
from cs231n_lib.course.student.definitions import needed
from cs231n_lib.course.student.notebook import AGAIN_CELL, Cell, Notebook, parse
from cs231n_lib.functions import layers
from cs231n_lib.lessons import again as module
from cs231n_lib.lessons.again import again
from cs231n_lib.widgets.html import Html

ROOT = Path(__file__).parents[2]
CALL = re.compile(r'^checks\.again\("(\w+)"\)$', re.MULTILINE)
TEXTS = {lesson: ROOT / "solutions" / lesson.folder / f"{lesson.folder}.py" for lesson in LESSONS}
OFFERED = {lesson: CALL.findall(path.read_text(encoding="utf-8")) for lesson, path in TEXTS.items()}
AT_THE_LIMIT = (4, 9)
"""Lessons whose hours leave no room for eight more minutes."""
NAME = "affine_backward"


def affine_backward(dout: Any, cache: Any) -> Any:
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def doubled_bias(dout: Any, cache: Any) -> Any:
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0) * 2


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], None]]:
    """Defines the function in the notebook."""
    monkeypatch.setattr(module, "_written", {})
    monkeypatch.setattr(passed, "_passed", {})
    main = sys.modules["__main__"]
    yield lambda function: setattr(main, NAME, function)
    vars(main).pop(NAME, None)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_lessons_from_03_on_offer_one_earlier_function(lesson: Any) -> None:
    names = OFFERED[lesson]
    assert len(names) == (lesson.number >= 3 and lesson.number not in AT_THE_LIMIT)
    for name in names:
        assert mine.exercises()[name][1].number < lesson.number
        assert (
            f"`{mine.exercises()[name][0].header.removeprefix('def ').removesuffix(':')}`" in TEXTS[lesson].read_text()
        )
        assert checks_of(lesson.slug).again is again


@pytest.mark.parametrize("lesson", [one for one in LESSONS if OFFERED[one]], ids=lambda lesson: lesson.slug)
def test_its_cells_are_neither_graded_nor_answers(lesson: Any) -> None:
    cells = {cell.id: cell for cell in read_notebook(TEXTS[lesson], exercises_of(checks_of(lesson.slug))).cells}
    assert [name for name in AGAIN if name in cells] == list(AGAIN)
    assert all("nbgrader" not in cells[name].metadata for name in AGAIN)
    assert all(line.startswith("#") for line in cells[AGAIN_CELL].source.splitlines())


def test_without_a_function_it_says_what_to_write(write: Callable[[Any], None]) -> None:
    shown = again(NAME)
    assert isinstance(shown, Html)
    assert shown.text.startswith("Write affine_backward(dout, cache) in the cell above")


def test_right_function_gets_a_hundred_per_cent(write: Callable[[Any], None]) -> None:
    write(affine_backward)
    result = again(NAME)
    assert isinstance(result, Result)
    assert (result.passed, result.reward, result.reached) == (True, Reward.PERCENTAGE, "100 % right")


def test_wrong_function_is_named_and_can_be_corrected(write: Callable[[Any], None]) -> None:
    write(doubled_bias)
    result = again(NAME)
    assert isinstance(result, Result)
    assert not result.passed
    assert any(not row.passed and "db" in row.sentence for row in result.rows)
    write(affine_backward)
    assert float(again(NAME)) == 100  # type: ignore[arg-type]  # a result


def test_function_exists_for_the_check_alone(write: Callable[[Any], None]) -> None:
    write(affine_backward)
    assert float(again(NAME)) == 100  # type: ignore[arg-type]  # a result
    assert NAME not in vars(sys.modules["__main__"])
    assert passed.last_passed(NAME) is None
    assert mine.affine_backward is not affine_backward
    assert float(again(NAME)) == 100, "the check can run again"  # type: ignore[arg-type]  # a result


def test_call_of_the_library_earns_nothing(write: Callable[[Any], None]) -> None:
    write(lambda dout, cache: layers.affine_backward(dout, cache))
    assert float(again(NAME)) == 0  # type: ignore[arg-type]  # a result


def test_grading_does_not_run_it(write: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    write(affine_backward)
    assert isinstance(again(NAME), Html)


def test_no_answer_uses_its_cell() -> None:
    written = Cell("code", "def affine_backward(dout, cache):\n    return 0", id=AGAIN_CELL)
    source = "def relu_backward(dout, cache):\n    return affine_backward(dout, cache)"
    answer = Cell("code", source, name="relu_backward", solution=True)
    elsewhere = Cell("code", written.source, id="own-1")
    assert len(needed(Notebook((elsewhere, answer)), "relu_backward")) == 2
    assert len(needed(Notebook((written, answer)), "relu_backward")) == 1


def test_new_release_keeps_what_was_written() -> None:
    def cell(source: str, name: str) -> dict[str, Any]:
        return {
            "cell_type": "code",
            "id": name,
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }

    def notebook(*cells: dict[str, Any]) -> bytes:
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()

    asked, check = cell("# Write it here.", AGAIN_CELL), cell('checks.again("affine_backward")', "again-check")
    before = notebook(asked, check)
    student = parse(notebook(cell("def affine_backward(dout, cache):\n    return 1", AGAIN_CELL), check))
    carried = parse(carry(notebook(cell("# In the next cell.", AGAIN_CELL), check), student, parse(before)))
    texts = [one.source for one in carried.cells]
    assert any("return 1" in text for text in texts)
    assert texts.count('checks.again("affine_backward")') == 1


def test_unloaded_course_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_finders", [])
    with pytest.raises(RuntimeError, match="Run the first cell of the lesson"):
        again(NAME)
