"""Runs a student's function where it can do no harm: on copies, silenced, watched, and for a limited time."""

import copy
import ctypes
import io
import linecache
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from time import monotonic
from types import CodeType, FrameType
from typing import Any

import numpy as np
from IPython.utils.capture import capture_output

Function = Callable[..., Any]


class TimeLimitReached(BaseException):
    """Raised inside the student's function; not an `Exception`, so that ``except Exception`` does not swallow it."""


@dataclass(frozen=True)
class Case:
    """One call of the student's function: its arguments, and a label that says in words what is tried."""

    label: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)


def case(label: str, *args: Any, **kwargs: Any) -> Case:
    """Write a `Case` the way the call itself would be written."""
    return Case(label, args, kwargs)


@dataclass
class Outcome:
    """What came of one call: a value or an error, the arguments as the call left them, and what else it did."""

    value: Any = None
    error: BaseException | None = None
    arguments: tuple[Any, ...] = ()
    used_reference: bool = False
    printed: str = ""
    warned: tuple[str, ...] = ()


class Runner:
    """Calls one function; all calls together may take ``seconds``.

    Parameters
    ----------
    function
        What to call.
    seconds : float
        The time for all calls of this runner together, in seconds of wall time.
    collect
        Applied to the returned value while the guard still holds, for instance ``list`` where a generator is asked.
    reference
        The code of the function that must not be called from within; `None` where nothing is forbidden.
    """

    def __init__(
        self,
        function: Function,
        seconds: float,
        collect: Callable[[Any], Any] | None = None,
        reference: CodeType | None = None,
    ) -> None:
        self.function = function
        self.deadline = monotonic() + seconds
        self.collect = collect
        self.reference = reference

    def __call__(self, case: Case, *, advance: bool = False) -> Outcome:
        """Call the function on copies of the arguments; with ``advance`` it draws from the case's own generators, which
        move on, so that the next call meets new numbers."""
        arguments = (*case.args, *case.kwargs.values())
        shared = {id(a): a for a in arguments if advance and isinstance(a, np.random.Generator)}
        args, kwargs = copy.deepcopy((case.args, case.kwargs), shared)
        outcome = Outcome(arguments=(*args, *kwargs.values()))
        with _silence() as (output, caught), _watch(self.reference, outcome), np.errstate():
            try:
                with time_limit(self.deadline - monotonic()):
                    value = self.function(*args, **kwargs)
                    outcome.value = value if self.collect is None else self.collect(value)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a student's function may raise anything, SystemExit included
                outcome.error = error
        outcome.printed = output.getvalue()
        outcome.warned = tuple(dict.fromkeys(str(w.message) for w in caught))
        return outcome

    def line_of(self, error: BaseException) -> str:
        """The last line of the student's own code that ``error`` passed through, such as ``line 3: y = x @ w``."""
        code = getattr(self.function, "__code__", None)
        found, trace = "", error.__traceback__
        while code is not None and trace is not None:
            if trace.tb_frame.f_code.co_filename == code.co_filename:
                text = linecache.getline(code.co_filename, trace.tb_lineno).strip()
                found = f"line {trace.tb_lineno}: {text}" if text else f"line {trace.tb_lineno}"
            trace = trace.tb_next
        return found


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeLimitReached` in the body once ``seconds`` have passed, and every half second until it ends."""
    if seconds <= 0:
        raise TimeLimitReached
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():

        def on_alarm(signum: int, frame: FrameType | None) -> None:
            raise TimeLimitReached

        previous = signal.signal(signal.SIGALRM, on_alarm)
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
    else:  # Windows, or a thread of its own: the exception is raised at the next bytecode
        thread = ctypes.c_ulong(threading.get_ident())
        raise_there = ctypes.pythonapi.PyThreadState_SetAsyncExc
        timer = threading.Timer(seconds, raise_there, (thread, ctypes.py_object(TimeLimitReached)))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class _Bounded(io.StringIO):
    """Keeps the first characters written to it and forgets the rest: an endless print must not fill the memory."""

    LIMIT = 2000

    def write(self, text: str) -> int:
        room = self.LIMIT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


@contextmanager
def _silence() -> Iterator[tuple[_Bounded, list[warnings.WarningMessage]]]:
    """Keep prints, warnings, displays and figures of the body out of the notebook."""
    output = _Bounded()
    pyplot = sys.modules.get("matplotlib.pyplot")
    figures = set(pyplot.get_fignums()) if pyplot else set()
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(output))
        stack.enter_context(redirect_stderr(output))
        stack.enter_context(capture_output(stdout=False, stderr=False, display=True))
        caught = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        yield output, caught
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot:
        for number in set(pyplot.get_fignums()) - figures:
            pyplot.close(number)


@contextmanager
def _watch(reference: CodeType | None, outcome: Outcome) -> Iterator[None]:
    """Note in ``outcome`` whether the body runs the code of the reference."""
    if reference is None:
        yield
        return

    def on_event(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code is reference:
            outcome.used_reference = True

    previous = sys.getprofile()
    sys.setprofile(on_event)
    try:
        yield
    finally:
        sys.setprofile(previous)
