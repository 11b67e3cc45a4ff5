"""Record of the functions that passed and of the faults found in this session."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .report import Result
from .run.runner import Function

Listener = Callable[[str, Sequence[str]], None]
"""Function called as ``listener(exercise, mistakes)`` when an exercise passes after reports named these mistakes."""

FAILURES_BEFORE_CHANGE = 3
"""Smallest number of failed checks with the same fault that makes a report offer the change."""


@dataclass(frozen=True)
class _Fault:
    """Named mistakes and failed rows of a check."""

    mistakes: frozenset[str]
    rows: frozenset[str]

    def is_that_of(self, other: "_Fault") -> bool:
        """Whether both share a named mistake or, without any, fail in the same rows."""
        if self.mistakes or other.mistakes:
            return bool(self.mistakes & other.mistakes)
        return self.rows == other.rows


_faults: dict[str, tuple[_Fault, int]] = {}
_passed: dict[str, Function] = {}
_named: dict[str, list[str]] = {}
_listeners: list[Listener] = []


def when_mended(listener: Listener) -> None:
    """Set the function to call when a named mistake is mended."""
    _listeners[:] = [listener]


def is_complete(result: Result) -> bool:
    """Whether every row passed, even in an exercise without points."""
    return not result.problem and all(row.passed for row in result.rows)


def count_failure(name: str, result: Result) -> int:
    """Count the consecutive failed checks with the same fault, including this one.

    Two failed checks have the same fault if their reports name a mistake in common or, if neither report names one, if
    the same rows fail. A refused answer is not counted.
    """
    if result.problem:
        return _faults[name][1] if name in _faults else 0
    fault = _Fault(frozenset(m for m, _ in result.mistakes), frozenset(r.title for r in result.rows if not r.passed))
    before, count = _faults.get(name, (fault, 0))
    _faults[name] = fault, count + 1 if fault.is_that_of(before) else 1
    return _faults[name][1]


def offers_change(name: str) -> bool:
    """Whether this exercise failed often enough with one fault to offer the change."""
    return name in _faults and _faults[name][1] >= FAILURES_BEFORE_CHANGE


def remember(name: str, function: Function, result: Result) -> None:
    """Keep the notebook's function if it passed, or else the mistakes in its report."""
    if not is_complete(result):
        _named[name] = list(dict.fromkeys([*_named.get(name, []), *(mistake for mistake, _ in result.mistakes)]))
        return
    _passed[name] = function
    _faults.pop(name, None)
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
    """Forget all functions that passed, all mistakes and all faults."""
    _passed.clear()
    _named.clear()
    _faults.clear()
