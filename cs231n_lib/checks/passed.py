"""What passed in this Python: of each exercise the function that last had full marks, and whether it is still there."""

import sys
from typing import Any

from .report import Result
from .runner import Function

_passed: dict[str, Function] = {}


def is_complete(result: Result) -> bool:
    """Whether nothing is wrong, whatever it is worth: an exercise that a class leaves out gives no points."""
    return not result.problem and all(row.passed for row in result.rows)


def remember(name: str, function: Function, result: Result) -> None:
    """Keep the notebook's function of this exercise if it has full marks; otherwise what passed before stays."""
    if is_complete(result):
        _passed[name] = function


def last_passed(name: str) -> Function | None:
    """The function of this exercise that last had full marks."""
    return _passed.get(name)


def is_still_there(name: str) -> bool:
    """Whether what the notebook has under this name is what passed, if only run again unchanged."""
    now: Any = vars(sys.modules["__main__"]).get(name)
    then: Any = _passed.get(name)
    return now is then or (getattr(now, "__code__", now) == getattr(then, "__code__", None))


def forget() -> None:
    """Forget what passed."""
    _passed.clear()
