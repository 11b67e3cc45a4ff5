"""One run of an experiment on the student's functions: who does what, what was replaced, and the sentence that says so.

>>> import numpy as np
>>> from cs231n_lib.lessons.optimization import checks
>>> run = Run(lambda name: Origin(checks.relative_error))
>>> _ = run.relative_error(np.array([1.0]), np.array([2.0]))
>>> print(run.says)
Running on the library's functions: `relative_error` is the library's until yours passes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.compare import listed
from cs231n_lib.course.guard import Fault, Function, Guard, OutOfTime

RUN_SECONDS = 60.0
FRAME_SECONDS = 0.04
"""For their code in one frame of a slider: with the drawing it stays within 85 ms."""
UNTIL, UNTIL_ALL = "until yours passes", "until yours pass"


@dataclass(frozen=True)
class Origin:
    """Where a function comes from.

    Parameters
    ----------
    function : callable or None
        The student's; ``None`` for the library's.
    why : str
        Why it is the library's, or of which version the student's is, as the end of a sentence about the function.
    """

    exercise: Exercise
    function: Function | None = None
    why: str = UNTIL


class Run:
    """The functions of one run, as attributes: the student's where they passed, guarded, otherwise the library's.

    Parameters
    ----------
    origin
        From a function's name to its `Origin`.
    seconds : float
        How long the run may last; then the library's functions finish it.
    silent : bool
        Whether nothing is to be said, for all is the library's: in a build, for instance.
    """

    def __init__(self, origin: Callable[[str], Origin], seconds: float = RUN_SECONDS, *, silent: bool = False) -> None:
        self._origin, self._seconds, self._silent = origin, seconds, silent
        self._functions: dict[str, _Guarded] = {}
        self._late = ""
        self._heard: Callable[[str], None] = lambda name: None
        self.begin()

    def begin(self) -> None:
        """Start the clock anew: each frame of a slider has its own time."""
        self._began = perf_counter()
        for function in self._functions.values():
            function.spent = 0.0

    def watch(self, heard: Callable[[str], None]) -> None:
        """Have the name of each function told to ``heard`` when it is called, also by another function of the run."""
        self._heard = heard

    def __getattr__(self, name: str) -> "Function":
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._functions:
            asked = perf_counter()
            self._functions[name] = _Guarded(self, self._origin(name))
            self._began += perf_counter() - asked  # to look for a function, in a saved notebook say, is not to run it
        return self._functions[name]

    @property
    def library(self) -> list[str]:
        """The names of the functions that were the library's, in whole or for a part of the run."""
        return [name for name, function in self._functions.items() if not function.theirs or self._late]

    @property
    def yours(self) -> list[str]:
        """The names of the functions that were the student's from start to end."""
        return [name for name in self._functions if name not in self.library]

    @property
    def says(self) -> str:
        """Which function was whose; empty where nobody would ask."""
        if self._silent or not self._functions:
            return ""
        functions = self._functions.values()
        theirs = [f for f in functions if f.origin.function]
        missing: dict[str, list[str]] = {}
        for f in functions:
            if not f.origin.function:
                missing.setdefault(f.origin.why, []).append(f.name)
        running = "Began" if self._late or any(f.fault for f in functions) else "Running"
        parts = [f"{running} on **your** {_named(theirs)}" if theirs else "Running on the library's functions"]
        for i, (why, names) in enumerate(missing.items()):
            ticked = listed([f"`{name}`" for name in names])
            verb = "are" if names[1:] else "is"
            reason = UNTIL_ALL if names[1:] and why == UNTIL else why
            parts.append(f"{':' if not theirs and not i else ';'} {ticked} {verb} the library's {reason}")
        versions = [f"Your `{f.name}` is {f.origin.why}." for f in theirs if f.origin.why != UNTIL]
        faults = [f"The library's `{f.name}` took over: in yours, {f.fault}." for f in functions if f.fault]
        return " ".join(["".join(parts) + ".", *versions, *faults, *([self._late] if self._late else [])])

    def _time_left(self) -> float:
        return self._seconds - (perf_counter() - self._began)

    def _is_over(self, last: "_Guarded", seconds: float) -> None:
        """Let the library finish; ``seconds`` is what it took for the call that was cut off."""
        slowest = max(self._functions.values(), key=lambda function: function.spent)
        what = f"{self._seconds:g} s of a run" if self._seconds >= 1 else f"{1e3 * self._seconds:g} ms of a frame"
        self._late = (
            f"The library's functions took over when the {what} were over: your `{slowest.name}` had used "
            f"{_duration(slowest.spent)} of them"
            + (
                f", where the library's needs {_duration(seconds)} for the call that was cut off."
                if last is slowest
                else "."
            )
        )


def _duration(seconds: float) -> str:
    """In two digits, or in whole seconds or milliseconds.

    >>> [_duration(seconds) for seconds in (0.0042, 0.1, 3.14, 58.2, 130)]
    ['4.2 ms', '100 ms', '3.1 s', '58 s', '130 s']
    """
    number, unit = (seconds, "s") if seconds >= 1 else (1e3 * seconds, "ms")
    return f"{number:.0f} {unit}" if number >= 10 else f"{number:.2g} {unit}"


def _named(functions: "list[_Guarded]") -> str:
    return listed([f"`{function.name}`" for function in functions])


@dataclass
class _Guarded:
    """One function of a run."""

    run: Run
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
    def theirs(self) -> bool:
        return self.guard is not None and not self.fault

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        reference = self.origin.exercise.reference
        self.run._heard(self.name)
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
            self.run._is_over(self, perf_counter() - began)
            return value
        finally:
            _running.pop()
            self.spent += perf_counter() - began
        return reference(*args, **kwargs)


_running: list[Run] = []


def running() -> Run | None:
    """The run whose function is being called: what that calls as ``mine.NAME`` belongs to the same run."""
    return _running[-1] if _running else None
