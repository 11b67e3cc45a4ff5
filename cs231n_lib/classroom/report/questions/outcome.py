"""Outcomes of calls, and the effects of edits on them."""

import copy
import math
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.run.flaws import Foreign
from cs231n_lib.checks.run.runner import Case, LocalRunner, Outcome
from cs231n_lib.checks.run.time_limit import TimeLimitReached

from .question import Effect

SECONDS, FIRST_SECONDS = 0.1, 2.0
"""Maximum CPU time, in seconds, of a call and of the first call, which may import modules."""

CLOSE, CLEARLY, FAR = 1e-9, 1e-3, 1e6
"""Results with a relative difference of at most ``CLOSE`` count as equal, and those with at least ``CLEARLY`` as
different. A difference of more than ``FAR`` may come from a division by almost zero.
"""


def call(function: Any, arguments: Mapping[str, Any], exercise: Exercise, seconds: float = SECONDS) -> Outcome:
    """Call a function on copies of the arguments."""
    runner = LocalRunner(function, seconds, exercise.collect, cpu_time=True)
    return runner(Case("", (), copy.deepcopy(dict(arguments))))


class LineLimit:
    """Function that counts executed lines and raises `TimeLimitReached` at a limit."""

    def __init__(self, function: Any, most: float = math.inf) -> None:
        self.function, self.most, self.lines = function, most, 0
        self.__globals__ = function.__globals__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        file, outer = self.function.__code__.co_filename, sys.gettrace()
        sys.settrace(lambda frame, *_: self._count if frame.f_code.co_filename == file else None)
        try:
            return self.function(*args, **kwargs)
        finally:
            sys.settrace(outer)

    def _count(self, frame: Any, event: str, value: Any) -> Any:
        if event == "line":
            self.lines += 1
            if self.lines > self.most:
                raise TimeLimitReached
        return self._count


def numbers_in(value: Any) -> Iterator[np.ndarray]:
    """Yield the numbers and arrays in a result, each as an array."""
    if isinstance(value, dict):
        value = [value[name] for name in sorted(value)]
    if isinstance(value, list | tuple):
        for inner in value:
            yield from numbers_in(inner)
    elif value is not None and not isinstance(value, str):
        yield np.asarray(value)


def arrays_in(value: Any) -> Iterator[np.ndarray]:
    """Yield the arrays in a value, including those in lists and tuples."""
    if isinstance(value, list | tuple):
        for inner in value:
            yield from arrays_in(inner)
    elif isinstance(value, np.ndarray):
        yield value


def is_finite(value: Any) -> bool:
    """Tell whether a result consists of finite numbers only."""
    try:
        return all(bool(np.isfinite(array.astype(float)).all()) for array in numbers_in(value))
    except (TypeError, ValueError):
        return False


def _form(value: Any) -> Any:
    """Return the nested shapes of a result. Lists and tuples have the same form."""
    if isinstance(value, dict):
        return {name: _form(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_form(inner) for inner in value]
    return None if value is None or isinstance(value, str | Foreign) else np.shape(value)


def types_of(value: Any) -> Any:
    """Return the types of the numbers in a result, such as ``float`` or ``float64``."""
    if isinstance(value, dict):
        return {name: types_of(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [types_of(inner) for inner in value]
    return type(value), getattr(value, "dtype", None)


def _structure(form: Any) -> Any:
    """Return the nesting of a form, without the shapes."""
    if isinstance(form, dict):
        return {name: _structure(inner) for name, inner in form.items()}
    return [_structure(inner) for inner in form] if isinstance(form, list) else form is None


def difference(first: Any, second: Any) -> float:
    """Return the largest relative difference between two results of the same form."""
    largest = 0.0
    for a, b in zip(numbers_in(first), numbers_in(second), strict=True):
        a, b = a.astype(complex), b.astype(complex)
        scale = max(1.0, float(np.abs(a).max(initial=0)))
        largest = max(largest, float(np.abs(a - b).max(initial=0)) / scale)
    return largest


def changes_arguments(outcome: Outcome, before: Mapping[str, Any]) -> bool:
    """Tell whether a call changed one of the caller's arrays."""
    for old, new in zip(before.values(), outcome.arguments, strict=True):
        if isinstance(old, np.ndarray | list | tuple) and (_form(old) != _form(new) or difference(old, new) > 0):
            return True
    return False


_UNCLEAR = TimeLimitReached | NameError | SyntaxError | OverflowError | RecursionError | MemoryError
"""Errors of implausible edits, or of a loop that would never end."""


def effect_of(right: Outcome, edited: Outcome, before: Mapping[str, Any]) -> Effect | None:
    """Return the effect of an edit, or None if no option describes it clearly."""
    if edited.error is not None:
        unclear = isinstance(edited.error, _UNCLEAR)
        return None if unclear else Effect.ERROR
    first, second = _form(right.value), _form(edited.value)
    if _structure(first) != _structure(second) or not is_finite(edited.value):
        return None
    pairs = zip(before.values(), edited.arguments, strict=True)
    if any(isinstance(old, dict) and repr(old) != repr(new) for old, new in pairs):  # no option mentions dictionaries
        return None
    changed = changes_arguments(edited, before)
    if first != second:
        return None if changed else Effect.SHAPE
    distance = difference(right.value, edited.value)
    if distance > FAR:
        return None
    if distance <= CLOSE:
        return Effect.CHANGED if changed else Effect.SAME
    return Effect.NUMBERS if distance >= CLEARLY and not changed else None


def is_like(first: Outcome, second: Outcome) -> bool:
    """Tell whether two calls returned the same finite result."""
    if first.error is not None or second.error is not None or _form(first.value) != _form(second.value):
        return False
    return is_finite(first.value) and is_finite(second.value) and difference(first.value, second.value) <= CLOSE
