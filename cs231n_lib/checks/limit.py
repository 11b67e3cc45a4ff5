"""A time limit for code that was not written with one in mind."""

import contextlib
import ctypes
import signal
import sys
import threading
import weakref
from functools import partial
from time import monotonic
from types import FrameType
from typing import Any

# Sets an exception that a thread raises at its next loop or call. The last argument is what a weak reference hands to
# its callback. It must be C all the way: a callback in Python would raise the exception within itself.
_raise_soon = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_ulong, ctypes.py_object, ctypes.py_object)(
    ("PyThreadState_SetAsyncExc", ctypes.pythonapi)
)

if hasattr(signal, "setitimer"):
    WALL, CPU = (signal.ITIMER_REAL, signal.SIGALRM), (signal.ITIMER_PROF, signal.SIGPROF)
    """A clock, and the signal that it sends."""


class TimeLimitReached(BaseException):
    """Raised inside the student's function; not an `Exception`, so that ``except Exception`` does not swallow it."""


class _Harmless(BaseException):
    pass


class TimeLimit:
    """Raise `TimeLimitReached` in this thread once ``seconds`` have passed after `start`, until `stop`.

    A bare ``except`` may swallow it, so it comes back: as soon as the exception is forgotten, the next one is due, and
    that meets the code behind the handler. In the main thread an alarm interrupts even a sleep; in another, and on
    Windows, which knows no alarm, the sleep ends first. So does one long call into C, such as a huge matrix product.
    Where there are neither alarms nor threads, as in a browser, the clock is looked at before each line, until it is
    over: another endless loop, in a ``finally`` behind the first, is not interrupted there.

    With ``of_cpu`` the seconds are those of computing, all threads together, where the system can tell them.
    """

    def __init__(self, seconds: float, of_cpu: bool = False) -> None:
        self.seconds = seconds
        self.of_cpu = of_cpu
        self.running = False
        self.thread = threading.get_ident()
        self.raised: list[weakref.ref[TimeLimitReached]] = []
        self.timer: threading.Timer | None = None
        self.handlers: dict[int, Any] = {}
        self.line_by_line = False
        self.tracer: Any = None
        self.hook: Any = None

    def start(self) -> None:
        """Set the alarm; raise at once where no time is left."""
        if self.seconds <= 0:
            raise TimeLimitReached
        limit = self

        class ReturningLimit(TimeLimitReached):
            def __init__(self) -> None:
                limit.raised.append(weakref.ref(self, partial(_raise_soon, limit.thread, ReturningLimit)))

        def on_alarm(signum: int, frame: FrameType | None) -> None:
            if self.running:
                raise ReturningLimit

        self.running = True
        self.hook, sys.unraisablehook = sys.unraisablehook, self._unraisable
        if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
            self.kind, alarm = CPU if self.of_cpu else WALL
            self.handlers = {number: signal.getsignal(number) for number in (alarm, signal.SIGINT)}
            signal.signal(alarm, on_alarm)
            signal.setitimer(self.kind, self.seconds, 0.5)
        else:
            self.timer = threading.Timer(self.seconds, _raise_soon, (self.thread, ReturningLimit, None))
            self.timer.daemon = True
            try:
                self.timer.start()
            except RuntimeError:  # no thread can be started
                self.timer = None
                self._look_at_the_clock(ReturningLimit)

    def stop(self) -> None:
        """Unset the alarm and what is still due. A second call finishes a first one that the alarm cut off."""
        self.running = False
        reached = self.raised or (self.timer and self.timer.finished.is_set())
        self.raised.clear()
        if self.timer:
            self.timer.cancel()
        if self.line_by_line:
            sys.settrace(self.tracer)
        if self.handlers:
            signal.setitimer(self.kind, 0)
        for number, handler in self.handlers.items():
            signal.signal(number, handler)
        if reached:
            self._forget_what_is_due()
        if self.hook:
            sys.unraisablehook, self.hook = self.hook, None

    def _unraisable(self, told: Any) -> None:
        """Say nothing of an alarm that met a callback of Python's own, which cannot raise: the next is due."""
        hook = self.hook or sys.__unraisablehook__
        if not isinstance(told.exc_value, TimeLimitReached | _Harmless):
            hook(told)

    def _look_at_the_clock(self, limit: type[TimeLimitReached]) -> None:
        """Raise ``limit`` at the first line that begins after the end; lines are slower meanwhile."""
        end = monotonic() + self.seconds

        def look(frame: FrameType, event: str, arg: Any) -> Any:
            if self.running and monotonic() >= end:
                raise limit
            return look

        self.line_by_line, self.tracer = True, sys.gettrace()
        sys.settrace(look)

    def _forget_what_is_due(self) -> None:
        """Put a harmless exception in its place and catch that; in Python 3.11 unsetting it hangs a profiled thread."""
        with contextlib.suppress(_Harmless):
            _raise_soon(self.thread, _Harmless, None)
            for _ in range(10):
                pass
