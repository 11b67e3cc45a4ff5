"""Run of an experiment with the student's functions, and a sentence about them.

>>> import numpy as np
>>> from cs231n_lib.lessons.optimization import checks
>>> run = ExperimentRun(lambda name: Origin(checks.relative_error))
>>> _ = run.relative_error(np.array([1.0]), np.array([2.0]))
>>> print(run.says)
Running on the library's functions. `relative_error` is the library's until yours passes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from cs231n_lib.browser import SLOWNESS, TRAINING_SLOWNESS
from cs231n_lib.checks import Exercise
from cs231n_lib.checks.run.messages import listed
from cs231n_lib.course.answers.guard import Fault, Function, Guard, OutOfTime

RUN_SECONDS = 60.0 * TRAINING_SLOWNESS
FRAME_SECONDS = 0.04 * SLOWNESS
"""Time after which the library's functions finish a frame of a slider, in seconds."""
UNTIL, UNTIL_ALL = "until yours passes", "until yours pass"


@dataclass(frozen=True)
class Origin:
    """Source of a function, either the student or the library."""

    exercise: Exercise
    function: Function | None = None
    """The student's function, or None for the library's."""
    reason: str = UNTIL
    """End of a sentence about the function, such as why it is the library's."""


class ExperimentRun:
    """Functions of one run as attributes, the student's if they pass.

    ``origin`` returns the `Origin` for a name. After ``seconds`` the library's functions finish the run. In a
    ``silent`` run `says` is empty, as in a build, which uses only the library.
    """

    def __init__(self, origin: Callable[[str], Origin], seconds: float = RUN_SECONDS, *, silent: bool = False) -> None:
        self._origin, self._seconds, self.silent = origin, seconds, silent
        self._functions: dict[str, _Guarded] = {}
        self._late = ""
        self._on_call: Callable[[str], None] = lambda name: None
        self.begin()

    def begin(self) -> None:
        """Restart the clock, because each frame of a slider has its own time limit."""
        self._began = perf_counter()
        for function in self._functions.values():
            function.spent = 0.0

    def watch(self, on_call: Callable[[str], None]) -> None:
        """Call ``on_call`` with the name of each function that the run calls."""
        self._on_call = on_call

    def __getattr__(self, name: str) -> "Function":
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._functions:
            asked = perf_counter()
            self._functions[name] = _Guarded(self, self._origin(name))
            self._began += perf_counter() - asked  # finding the function does not count as time of the run
        return self._functions[name]

    @property
    def library(self) -> list[str]:
        """Names of the functions that came from the library for all or part of the run."""
        return [name for name, function in self._functions.items() if not function.is_students or self._late]

    @property
    def yours(self) -> list[str]:
        """Names of the functions that were the student's from start to end."""
        return [name for name in self._functions if name not in self.library]

    @property
    def says(self) -> str:
        """Sentence that says which functions were the student's.

        The sentence is empty in a build or if no function ran.
        """
        if self.silent or not self._functions:
            return ""
        functions = self._functions.values()
        own = [f for f in functions if f.origin.function]
        missing: dict[str, list[str]] = {}
        for f in functions:
            if not f.origin.function:
                missing.setdefault(f.origin.reason, []).append(f.name)
        running = "Began" if self._late or any(f.fault for f in functions) else "Running"
        yours = listed([f"`{f.name}`" for f in own]) if own else ""
        parts = [f"{running} on **your** {yours}" if own else "Running on the library's functions"]
        for reason, names in missing.items():
            ticked = listed([f"`{name}`" for name in names])
            verb = "are" if names[1:] else "is"
            reason = UNTIL_ALL if names[1:] and reason == UNTIL else reason
            parts.append(f". {ticked} {verb} the library's {reason}")
        versions = [f"Your `{f.name}` is {f.origin.reason}." for f in own if f.origin.reason != UNTIL]
        faults = [f"The library's `{f.name}` took over, because yours failed: {f.fault}." for f in functions if f.fault]
        return " ".join(["".join(parts) + ".", *versions, *faults, *([self._late] if self._late else [])])

    def _time_left(self) -> float:
        return self._seconds - (perf_counter() - self._began)

    def _take_over(self, last: "_Guarded", seconds: float) -> None:
        """Let the library finish the run. Its version of ``last`` took ``seconds``."""
        slowest = max(self._functions.values(), key=lambda function: function.spent)
        limit = f"{self._seconds:g} s for a run" if self._seconds >= 1 else f"{1e3 * self._seconds:g} ms for a frame"
        needs = f", and the library's takes {_duration(seconds)} for the call that was cut off"
        self._late = (
            f"The library's functions took over at the time limit of {limit}. Your `{slowest.name}` had used "
            f"{_duration(slowest.spent)} of it{needs if last is slowest else ''}."
        )


def _duration(seconds: float) -> str:
    """Format a duration with two significant digits.

    >>> [_duration(seconds) for seconds in (0.0042, 0.1, 3.14, 58.2, 130)]
    ['4.2 ms', '100 ms', '3.1 s', '58 s', '130 s']
    """
    number, unit = (seconds, "s") if seconds >= 1 else (1e3 * seconds, "ms")
    return f"{number:.0f} {unit}" if number >= 10 else f"{number:.2g} {unit}"


@dataclass
class _Guarded:
    run: ExperimentRun
    origin: Origin
    fault: str = ""
    spent: float = 0.0
    guard: Guard | None = field(init=False)

    def __post_init__(self) -> None:
        function = self.origin.function
        self.guard = Guard(self.origin.exercise, function) if function else None

    @property
    def name(self) -> str:
        return self.origin.exercise.name

    @property
    def is_students(self) -> bool:
        return self.guard is not None and not self.fault

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        reference = self.origin.exercise.reference
        self.run._on_call(self.name)
        if self.guard is None or self.fault or self.run._late:
            return reference(*args, **kwargs)
        began, nested = perf_counter(), bool(_running)
        _running.append(self.run)
        try:
            return self.guard(args, kwargs, None if nested else self.run._time_left())
        except Fault as fault:
            self.fault = str(fault)
        except OutOfTime:
            self.spent += perf_counter() - began
            began = perf_counter()
            value = reference(*args, **kwargs)
            self.run._take_over(self, perf_counter() - began)
            return value
        finally:
            _running.pop()
            self.spent += perf_counter() - began
        return reference(*args, **kwargs)


_running: list[ExperimentRun] = []


def running() -> ExperimentRun | None:
    """Return the run that ``mine.NAME`` in a called function belongs to, or None."""
    return _running[-1] if _running else None
