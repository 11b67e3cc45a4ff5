"""Check of an earlier function that a student writes again from memory.

The function is used only for this check, which is not graded. It is removed from the notebook's names, and neither
`course.mine` nor the library that a student takes home ever uses it.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cs231n_lib.checks import Exercise, Result, Reward
from cs231n_lib.checks.report import PERCENT, box
from cs231n_lib.widgets.html import Html

Finder = Callable[[str], Exercise]
"""``finder(name)`` returns the exercise of a lesson by its name."""

_finders: list[Finder] = []
_written: dict[str, Any] = {}


def find_with(finder: Finder) -> None:
    """Set the function that finds exercises, because no lesson may import another."""
    _finders[:] = [finder]


def again(name: str) -> Result | Html:
    """Check the notebook's version of an earlier function, and report a percentage.

    If the notebook has no such function, or nbgrader runs the notebook, the result says what to write.
    """
    if not _finders:
        raise RuntimeError("again: the course is not loaded. Run the first cell of the lesson, then this one")
    exercise = _finders[0](name)
    notebook = vars(sys.modules["__main__"])
    if name in notebook:
        _written[name] = notebook.pop(name)
    if name not in _written or "NBGRADER_EXECUTION" in os.environ:
        return _request(exercise)
    return replace(exercise(_written[name], points=PERCENT), reward=Reward.PERCENTAGE)


def _request(exercise: Exercise) -> Html:
    call = exercise.header.removeprefix("def ").removesuffix(":")
    text = f"Write `{call}` in the cell above, run that cell, then run this one. You can also skip this."
    return Html(box(text), text.replace("`", ""))
