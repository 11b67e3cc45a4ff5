"""Guarded calls of a student's function, which return a value or report a fault.

A call prints nothing and ends at its time limit or when the student presses Stop. It works on copies of its arrays,
unless it is made within another guarded call. A value in the wrong form is a fault.
"""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from inspect import isgeneratorfunction
from itertools import islice
from typing import Any

import numpy as np

from cs231n_lib.checks import Exercise, Tolerance, Violation, case
from cs231n_lib.checks.run.agreement import unchanged
from cs231n_lib.checks.run.compare import compare
from cs231n_lib.checks.run.messages import describe_result_form
from cs231n_lib.checks.run.result_names import result_names
from cs231n_lib.checks.run.runner import MAX_COLLECTED, literal, message_of, silence
from cs231n_lib.checks.run.time_limit import TimeLimit, TimeLimitReached, attempt

Function = Callable[..., Any]
MAX_PRINTED = 10_000
"""Maximum number of characters that one function may print in a run."""


class Fault(Exception):  # noqa: N818  (it reads as a verdict: raise Fault("…"))
    """Raised if a call fails. The message is a clause, such as "it called `exit()`"."""


class OutOfTime(Exception):  # noqa: N818  (the same)
    """Raised if a call reaches the time limit of the run."""


@dataclass
class Guard:
    """Guard of a student's ``function`` for all its calls in a run."""

    exercise: Exercise
    function: Function
    printed: int = 0
    forms: set[Any] = field(default_factory=set)
    """Structures of the arguments and values of calls with a value in the right form."""

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float | None) -> Any:
        """Return the value within ``seconds``, or within the outer call's limit.

        Within another guarded call the arrays are already copies or the student's own, so they are not copied again.
        Copying them in every call would take as long as the training steps themselves.

        Raises
        ------
        Fault
            If the call raised an error, changed its arguments, printed too much, or returned a value in the wrong form.
        OutOfTime
            If the time limit was reached.
        KeyboardInterrupt
            If the student pressed Stop, even if the function catches the interrupt.
        """
        nested = seconds is None
        given, named = (args, kwargs) if nested else (_copied(args), _copied(kwargs))
        states = [(rng, rng.bit_generator.state) for rng in _generators((args, kwargs))]
        try:
            value = self._value(given, named, seconds)
            if not nested and not _same((args, kwargs), (given, named)):
                raise Fault("it changed its arguments")
            value = self._in_required_form(value, args, kwargs, states)
        except (Fault, OutOfTime):
            for rng, state in states:  # the library's function must draw the same numbers
                rng.bit_generator.state = state
            raise
        return iter(value) if isgeneratorfunction(self.exercise.reference) else value

    def _value(self, args: Any, kwargs: Any, seconds: float | None) -> Any:
        limit = None if seconds is None else _Limit(seconds)
        with silence() as (output, _), np.errstate(all="ignore"):
            value, error = attempt(limit, lambda: self._collected(self.function(*args, **kwargs)))
            late = isinstance(error, TimeLimitReached)
            if error is not None and late and limit is None:
                raise error  # this limit belongs to the outer call
            fault = _describe_error(error) if error is not None and not late else ""
        if limit and limit.interrupted:
            raise KeyboardInterrupt
        if late:
            raise OutOfTime
        if fault:
            raise Fault(fault)
        self.printed += output.written
        if self.printed > MAX_PRINTED:
            raise Fault(f"it printed {self.printed:,} characters, more than the limit of {MAX_PRINTED:,}")
        return value

    def _collected(self, value: Any) -> Any:
        return list(islice(value, MAX_COLLECTED)) if self.exercise.collect and isinstance(value, Iterator) else value

    def _in_required_form(self, value: Any, args: Any, kwargs: Any, states: Any) -> Any:
        """Return the value in the form that later code needs."""
        if not self.exercise.form:
            self._compare_form(value, args, kwargs, states)
            return value
        try:
            return self.exercise.form(value, *args, **kwargs)
        except Violation as wrong:
            raise Fault(f"its result does not have the required form: {wrong}") from None

    def _compare_form(self, value: Any, args: Any, kwargs: Any, states: Any) -> None:
        """Compare the value's structure with the library's, once for each structure."""
        form = _form((args, kwargs, value))
        if form in self.forms:
            return
        expected = reference_value(self.exercise, args, kwargs, states)
        names = result_names(self.exercise.reference)
        wrong = compare(expected, value, Tolerance(), case("", *args, **kwargs), names).form_difference()
        if wrong:
            raise Fault(describe_result_form(wrong))
        self.forms.add(form)


def reference_value(exercise: Exercise, args: Any, kwargs: Any, states: Any) -> Any:
    """Return the library's value for these random states, and undo its random draws."""
    after = [rng.bit_generator.state for rng, _ in states]
    for rng, state in states:
        rng.bit_generator.state = state
    value = exercise.reference(*_copied(args), **_copied(kwargs))
    value = list(value) if exercise.collect else value
    for (rng, _), state in zip(states, after, strict=True):
        rng.bit_generator.state = state
    return value


class _Limit(TimeLimit):
    """Time limit that also ends when the student presses Stop, and records this."""

    def start(self) -> None:
        super().start()
        if self.handlers:  # only the main thread receives signals
            signal.signal(signal.SIGINT, self._on_stop)

    def _on_stop(self, signum: int, frame: Any) -> None:
        self.interrupted = True
        signal.setitimer(signal.ITIMER_REAL, 1e-6, 0.5)


def _describe_error(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "it called `exit()`"
    message = message_of(error)
    return f"it stopped with {type(error).__name__}" + (f", {literal(message)}" if message else "")


def _copied(value: Any) -> Any:
    """Copy the arrays in a nested value, and keep its other objects."""
    if type(value) is np.ndarray:
        return value.copy()
    if type(value) in (tuple, list):
        return type(value)(_copied(one) for one in value)
    if type(value) is dict:
        return {key: _copied(one) for key, one in value.items()}
    return value


def _generators(value: Any) -> Iterator[np.random.Generator]:
    if isinstance(value, np.random.Generator):
        yield value
    elif type(value) in (tuple, list, dict):
        for one in value.values() if type(value) is dict else value:
            yield from _generators(one)


def _same(before: Any, after: Any) -> bool:
    if type(before) is np.ndarray:
        same = before.shape == after.shape and bool((before == after).all())
        return same or unchanged(before, after)
    if type(before) in (tuple, list):
        return len(before) == len(after) and all(_same(b, a) for b, a in zip(before, after, strict=True))
    if type(before) is dict:
        return before.keys() == after.keys() and all(_same(before[key], after[key]) for key in before)
    return True


def _form(value: Any) -> Any:
    """Return types and shapes of a nested value without its numbers."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.char
    if type(value) in (tuple, list):
        return type(value), *map(_form, value)
    if type(value) is dict:
        return tuple((key, _form(one)) for key, one in value.items())
    return type(value)
