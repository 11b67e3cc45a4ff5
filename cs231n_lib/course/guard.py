"""One call of a function that a student wrote, from which nothing comes out but its value or what was wrong with it.

The call gets copies of its arrays, is silent, and ends when its time is over or when the student presses Stop. The
value has the form that the library's has for arguments of these shapes.
"""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from inspect import isgeneratorfunction
from itertools import islice
from typing import Any

import numpy as np

from cs231n_lib.checks import Exercise, Tolerance, Wrong, case
from cs231n_lib.checks.alike import unchanged
from cs231n_lib.checks.compare import compare
from cs231n_lib.checks.limit import TimeLimit, TimeLimitReached
from cs231n_lib.checks.names import result_names
from cs231n_lib.checks.runner import MOST_COLLECTED, literal, message_of, silence

Function = Callable[..., Any]
MOST_PRINTED = 10_000
"""Characters in one run: a print in each call of a training loop is more."""


class Fault(Exception):  # noqa: N818  (it reads as a verdict: raise Fault("…"))
    """What was wrong with a call, as the end of a sentence about the function."""


class OutOfTime(Exception):  # noqa: N818  (the same)
    """The time of the run was over before the call was."""


@dataclass
class Guard:
    """Calls ``function``, a student's answer to ``exercise``; keeps count over the calls of a run."""

    exercise: Exercise
    function: Function
    printed: int = 0
    forms: set[Any] = field(default_factory=set)
    """Of arguments together with the value that they gave, where it had the library's form."""

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float | None) -> Any:
        """The value, after at most ``seconds``; ``None`` within another guarded call.

        There the other one's limit holds, and the arrays are the student's own or copies already: they are not copied
        again, which would take as long as the steps of a training themselves.

        Raises
        ------
        Fault
            If the call did what it must not.
        OutOfTime
            If the time was over.
        KeyboardInterrupt
            If the student pressed Stop, even where the function swallows it.
        """
        nested = seconds is None
        given, named = (args, kwargs) if nested else (_copied(args), _copied(kwargs))
        states = [(rng, rng.bit_generator.state) for rng in _generators((args, kwargs))]
        try:
            value = self._value(given, named, seconds)
            if not nested and not _same((args, kwargs), (given, named)):
                raise Fault("it changed its arguments")
            value = self._in_form(value, args, kwargs, states)
        except (Fault, OutOfTime):
            for rng, state in states:  # so that the library's function draws what it would have drawn
                rng.bit_generator.state = state
            raise
        return iter(value) if isgeneratorfunction(self.exercise.reference) else value

    def _value(self, args: Any, kwargs: Any, seconds: float | None) -> Any:
        limit = None if seconds is None else _Limit(seconds)
        with silence() as (output, _), np.errstate(all="ignore"):
            try:
                try:
                    if limit:
                        limit.start()
                    value = self._collected(self.function(*args, **kwargs))
                finally:
                    if limit:
                        limit.stop()
            except TimeLimitReached:
                if limit is None:
                    raise  # it is that of the call around this one
                limit.stop()
                value = OutOfTime()
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a student's function may raise anything, SystemExit included
                value = Fault(_told(error))
        if limit and limit.interrupted:
            raise KeyboardInterrupt
        if isinstance(value, Fault | OutOfTime):
            raise value
        self.printed += output.written
        if self.printed > MOST_PRINTED:
            raise Fault(f"it printed {self.printed:,} characters, over {MOST_PRINTED:,}")
        return value

    def _collected(self, value: Any) -> Any:
        return list(islice(value, MOST_COLLECTED)) if self.exercise.collect and isinstance(value, Iterator) else value

    def _in_form(self, value: Any, args: Any, kwargs: Any, states: Any) -> Any:
        """The value as what runs on it can take it."""
        if not self.exercise.form:
            self._look_at(value, args, kwargs, states)
            return value
        try:
            return self.exercise.form(value, *args, **kwargs)
        except Wrong as wrong:
            raise Fault(f"the result is not of the form asked: {wrong}") from None

    def _look_at(self, value: Any, args: Any, kwargs: Any, states: Any) -> None:
        """Compare the value's form with that of the library's, once for each form of arguments and value."""
        form = _form((args, kwargs, value))
        if form in self.forms:
            return
        expected = reference_value(self.exercise, args, kwargs, states)
        names = result_names(self.exercise.reference)
        wrong = compare(expected, value, Tolerance(), case("", *args, **kwargs), names).in_form()
        if wrong:
            sentence = wrong.sentence.replace(": returns ", " has ")
            raise Fault(f"it {sentence}" if sentence.startswith("returns") else f"the result {sentence}")
        self.forms.add(form)


def reference_value(exercise: Exercise, args: Any, kwargs: Any, states: Any) -> Any:
    """What the library's function returns from the same random states, which stay as they are now."""
    after = [rng.bit_generator.state for rng, _ in states]
    for rng, state in states:
        rng.bit_generator.state = state
    value = exercise.reference(*_copied(args), **_copied(kwargs))
    value = list(value) if exercise.collect else value
    for (rng, _), state in zip(states, after, strict=True):
        rng.bit_generator.state = state
    return value


class _Limit(TimeLimit):
    """A time limit that ends at once when the student presses Stop, and remembers it."""

    interrupted = False

    def start(self) -> None:
        super().start()
        if self.handlers:  # in the main thread, which alone hears of it
            signal.signal(signal.SIGINT, self._on_stop)

    def _on_stop(self, signum: int, frame: Any) -> None:
        self.interrupted = True
        signal.setitimer(signal.ITIMER_REAL, 1e-6, 0.5)


def _told(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "it called `exit()`"
    message = message_of(error)
    return f"it stopped with {type(error).__name__}" + (f", {literal(message)}" if message else "")


def _copied(value: Any) -> Any:
    """The same with arrays of its own; what is no data, such as a generator or a function, is handed on."""
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
        return np.array_equal(before, after) or unchanged(before, after)
    if type(before) in (tuple, list):
        return len(before) == len(after) and all(_same(b, a) for b, a in zip(before, after, strict=True))
    if type(before) is dict:
        return before.keys() == after.keys() and all(_same(before[key], after[key]) for key in before)
    return True


def _form(value: Any) -> Any:
    """Type and shape of all that is in it; a number's value is not, for the count of steps may be one."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.char
    if type(value) in (tuple, list):
        return type(value), *map(_form, value)
    if type(value) is dict:
        return tuple((key, _form(one)) for key, one in value.items())
    return type(value)
