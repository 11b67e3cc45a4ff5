"""Record of the functions that passed their checks, and of the mistakes named before, in this Python session."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

from .report import Result
from .run.runner import Function

Listener = Callable[[str, Sequence[str]], None]
"""``listener(exercise, mistakes)`` is called when an exercise passes whose earlier reports named these mistakes."""

_passed: dict[str, Function] = {}
_named: dict[str, list[str]] = {}
_listeners: list[Listener] = []


def when_mended(listener: Listener) -> None:
    """Set the function to call when a named mistake is mended."""
    _listeners[:] = [listener]


def is_complete(result: Result) -> bool:
    """Whether every row passed, even in an exercise without points."""
    return not result.problem and all(row.passed for row in result.rows)


def remember(name: str, function: Function, result: Result) -> None:
    """Keep the notebook's function of this exercise if it passed, or else the mistakes that the report names."""
    if not is_complete(result):
        _named[name] = list(dict.fromkeys([*_named.get(name, []), *(mistake for mistake, _ in result.mistakes)]))
        return
    _passed[name] = function
    mended = _named.pop(name, [])
    for listener in _listeners if mended else []:
        listener(name, mended)


def last_passed(name: str) -> Function | None:
    """Return the last function of this exercise that passed."""
    return _passed.get(name)


def is_still_there(name: str) -> bool:
    """Whether the notebook's function has the code of the one that passed."""
    now: Any = vars(sys.modules["__main__"]).get(name)
    then: Any = _passed.get(name)
    return now is then or (getattr(now, "__code__", now) == getattr(then, "__code__", None))


def forget() -> None:
    """Forget all functions that passed and all mistakes."""
    _passed.clear()
    _named.clear()
