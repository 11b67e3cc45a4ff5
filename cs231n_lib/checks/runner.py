"""Runs a student's function where it can do no harm: on copies, silenced, watched, and for a limited time."""

import copy
import io
import linecache
import sys
import threading
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from inspect import unwrap
from itertools import islice
from time import monotonic, process_time
from types import CodeType, FrameType
from typing import Any, Protocol

import numpy as np

from .limit import TimeLimit
from .plain import holds_itself

Function = Callable[..., Any]

SLIP = "<slip in "
"""How the file's name of a mistake begins that is an edit; a student's function must not call one either."""

MOST_COLLECTED = 100_000
"""An endless generator is read up to here: more than any exercise asks for, and no trouble to hold in memory."""

_NUMPY_WARNINGS: dict[str, Any] = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


@dataclass(frozen=True)
class Case:
    """One call of the student's function: its arguments, and a label that says in words what is tried."""

    label: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)


Cases = Iterator[Case]
"""What the cases of a row are drawn as."""


def case(label: str, *args: Any, **kwargs: Any) -> Case:
    """Write a `Case` the way the call itself would be written."""
    return Case(label, args, kwargs)


@dataclass
class Outcome:
    """What came of one call: a value or an error, the arguments as the call left them, and what else it did."""

    value: Any = None
    error: BaseException | None = None
    arguments: tuple[Any, ...] = ()
    used_forbidden: bool = False
    printed: str = ""
    warned: tuple[str, ...] = ()
    line: str = ""
    """Where an error rose: the last line of the student's own code that it passed, such as "line 3: `y = x @ w`"."""


class Runner(Protocol):
    """Calls a function, wherever it lives, and tells what came of it.

    The checks reach a student's function through this alone, so that it may live in another process. With ``advance``
    the call draws from the case's own generators, which move on, so that the next call meets new numbers.
    """

    def __call__(self, case: Case, *, advance: bool = False) -> Outcome:
        """What becomes of the case; with ``advance`` its generators move on."""

    def each(self, cases: Sequence[Case], *, advance: bool = False) -> list[Outcome]:
        """What becomes of each case, one after another: where they go to another process, they all go at once.

        With ``advance`` no two cases may have a generator in common.
        """


class LocalRunner:
    """The `Runner` of a function in this process; all its calls together may take ``seconds``.

    Parameters
    ----------
    function
        What to call.
    seconds : float
        The time for all calls of this runner together.
    collect
        Applied to a returned iterable while the guard still holds, for instance ``list`` where a generator is asked.
    forbidden
        The code of the functions that must not be called from within.
    of_cpu : bool
        Whether the seconds are those of computing, and not by the clock on the wall.
    """

    def __init__(
        self,
        function: Function,
        seconds: float,
        collect: Callable[[Any], Any] | None = None,
        forbidden: Collection[CodeType] = (),
        of_cpu: bool = False,
    ) -> None:
        self.function = function
        self.of_cpu = of_cpu
        self.clock = process_time if of_cpu else monotonic
        self.deadline = self.clock() + seconds
        self.collect = collect
        self.forbidden = forbidden
        self.watch_slips = False

    def __call__(self, case: Case, *, advance: bool = False) -> Outcome:
        """Call the function on copies of the arguments, silenced and watched."""
        arguments = (*case.args, *case.kwargs.values())
        shared = {id(a): a for a in arguments if advance and isinstance(a, np.random.Generator)}
        args, kwargs = copy.deepcopy((case.args, case.kwargs), shared)
        outcome = Outcome(arguments=(*args, *kwargs.values()))
        with (
            silence() as (output, caught),
            _watch(self.forbidden, self.watch_slips, outcome),
            np.errstate(**_NUMPY_WARNINGS),
        ):
            limit = TimeLimit(self.deadline - self.clock(), self.of_cpu)
            try:
                try:
                    limit.start()
                    outcome.value = self._collected(self.function(*args, **kwargs))
                finally:
                    limit.stop()
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a student's function may raise anything, SystemExit included
                limit.stop()
                outcome.error = error
                outcome.line = self._line_of(error)
        outcome.printed = output.getvalue()
        outcome.warned = tuple(dict.fromkeys(str(w.message) for w in caught))
        return outcome

    def each(self, cases: Sequence[Case], *, advance: bool = False) -> list[Outcome]:
        """Call the function on one case after another."""
        return [self(case, advance=advance) for case in cases]

    def _collected(self, value: Any) -> Any:
        if holds_itself(value):
            raise ValueError("what is returned holds itself: is a list appended to itself?")
        if self.collect is None or not isinstance(value, Iterable):
            return value
        return self.collect(islice(value, MOST_COLLECTED))

    def _line_of(self, error: BaseException) -> str:
        """The last line of the function's own code that ``error`` passed through."""
        theirs = _globals_of(self.function)
        found, trace = "", error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_globals is theirs:
                text = linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno).strip()
                found = f"line {trace.tb_lineno}" + (f": {literal(text)}" if text else "")
            trace = trace.tb_next
        return found


def literal(text: str) -> str:
    """Mark somebody else's text as code, so that a star or a back-tick in it formats nothing; cut it if it is long."""
    one_line = " ".join(text.split()).replace("`", "'")
    return f"`{one_line[:200]}{'…' * (len(one_line) > 200)}`"


def message_of(error: BaseException) -> str:
    """What ``error`` says; an exception class of the student's own may fail even at that."""
    try:
        return str(error)
    except Exception:
        return ""


def _globals_of(function: Any) -> dict[str, Any]:
    """The namespace that a student's function was written in, from which its helpers come too."""
    while isinstance(function, partial):
        function = function.func
    function = unwrap(function)
    method = function if hasattr(function, "__globals__") else type(function).__call__
    return getattr(method, "__globals__", vars(sys.modules["__main__"]))


class _Bounded(io.StringIO):
    """Keeps the first characters written to it and forgets the rest: an endless print must not fill the memory."""

    LIMIT = 2000
    written = 0
    """Characters, those forgotten too."""

    def close(self) -> None:
        """Stay open: a student's function may close what it takes for the standard output."""

    def write(self, text: str) -> int:
        self.written += len(text)
        room = self.LIMIT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


@contextmanager
def silence() -> Iterator[tuple[_Bounded, list[warnings.WarningMessage]]]:
    """Keep prints, warnings, displays and figures of the body out of the notebook."""
    output = _Bounded()
    pyplot = sys.modules.get("matplotlib.pyplot")
    figures = set(pyplot.get_fignums()) if pyplot else set()
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(output))
        stack.enter_context(redirect_stderr(output))
        if "IPython" in sys.modules:  # without it nothing is displayed, and loading it takes as long as loading NumPy
            from IPython.utils.capture import capture_output

            stack.enter_context(capture_output(stdout=False, stderr=False, display=True))
        caught = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("default")
        yield output, caught
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot:
        for number in set(pyplot.get_fignums()) - figures:
            pyplot.close(number)


@contextmanager
def _watch(forbidden: Collection[CodeType], slips: bool, outcome: Outcome) -> Iterator[None]:
    """Note in ``outcome`` whether the body runs code that is forbidden."""
    if not forbidden:
        yield
        return

    def on_event(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and (frame.f_code in forbidden or (slips and frame.f_code.co_filename.startswith(SLIP))):
            outcome.used_forbidden = True

    previous, previous_in_threads = sys.getprofile(), threading.getprofile()
    threading.setprofile(on_event)
    sys.setprofile(on_event)
    try:
        yield
    finally:
        sys.setprofile(previous)
        threading.setprofile(previous_in_threads)
