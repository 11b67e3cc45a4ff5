"""Time limit for code that does not check the time itself."""

import contextlib
import ctypes
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any

from cs231n_lib import browser

try:
    import resource
except ImportError:  # Windows, or a browser
    CAN_LIMIT_MEMORY = False
else:
    CAN_LIMIT_MEMORY = Path("/proc/self/statm").exists()
"""Whether the system reports and can limit how much memory this process reserves."""

# Schedules an exception in a thread. The last argument is the one that a weak reference passes to its callback. The
# callback must be a C function, because one in Python would raise the exception within itself.
_raise_soon = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_ulong, ctypes.py_object, ctypes.py_object)(
    ("PyThreadState_SetAsyncExc", ctypes.pythonapi)
)

if hasattr(signal, "setitimer"):
    WALL_CLOCK, CPU_CLOCK = (signal.ITIMER_REAL, signal.SIGALRM), (signal.ITIMER_PROF, signal.SIGPROF)
    """Timer and the signal that it sends."""


class TimeLimitReached(BaseException):
    """Raised inside the student's function when its time is up.

    It is not an `Exception`, so ``except Exception`` does not catch it.
    """


class _Harmless(BaseException):
    pass


class TimeLimit:
    """Time limit that raises `TimeLimitReached` in the current thread.

    The limit counts ``seconds`` between `start` and `stop`.

    A bare ``except`` may catch the exception. Deleting the exception therefore schedules the next one, which reaches
    the code after the handler. In the main thread an alarm interrupts even a sleep. In other threads, and on
    Windows, which has no alarm, the exception is raised only after a sleep or a long call into C, such as a large
    matrix product. Without alarms and threads, as in a browser, a trace function checks the time before each line until
    the limit is reached. This function does not interrupt a second endless loop in the ``finally`` of the first.

    With ``cpu_time`` an alarm counts the CPU time of all threads. Without alarms the limit counts wall-clock time.
    ``line_by_line=False`` turns the trace function off, for code that checks the time itself.

    ``interrupted`` tells whether somebody pressed Stop. `attempt` then raises `KeyboardInterrupt`, even if the code has
    caught the exception.

    Limits can be nested. The alarm of the outer limit continues when the inner limit stops.
    """

    def __init__(self, seconds: float, cpu_time: bool = False, *, line_by_line: bool = True) -> None:
        self.seconds = seconds
        self.cpu_time = cpu_time
        self.may_trace = line_by_line
        self.outer: tuple[float, float] = (0.0, 0.0)
        self.started_at = 0.0
        self.running = False
        self.interrupted = False
        self.thread = threading.get_ident()
        self.raised: list[weakref.ref[TimeLimitReached]] = []
        self.timer: threading.Timer | None = None
        self.handlers: dict[int, Any] = {}
        self.line_by_line = False
        self.tracer: Any = None
        self.hook: Any = None

    def start(self) -> None:
        """Set the alarm, or raise at once if no time is left."""
        if self.seconds <= 0:
            raise TimeLimitReached

        def on_alarm(signum: int, frame: FrameType | None) -> None:
            if self.running:
                raise self._returning_limit()

        self.running = True
        self.hook, sys.unraisablehook = sys.unraisablehook, self._unraisable
        if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
            self.clock, alarm = CPU_CLOCK if self.cpu_time else WALL_CLOCK
            self.handlers = {number: signal.getsignal(number) for number in (alarm, signal.SIGINT)}
            signal.signal(alarm, on_alarm)
            self.started_at = self._now()
            self.outer = signal.setitimer(self.clock, self.seconds, 0.5)
        else:
            limit = self._returning_limit()
            self.timer = threading.Timer(self.seconds, _raise_soon, (self.thread, limit, None))
            self.timer.daemon = True
            try:
                self.timer.start()
            except RuntimeError:  # no thread can be started
                self.timer = None
                if self.may_trace:
                    self._trace_deadline(limit)

    def _returning_limit(self) -> type[TimeLimitReached]:
        """Exception whose deletion schedules the next one.

        Most limits are never reached, so with an alarm the class is created only when the limit is reached.
        """
        limit = self

        class ReturningLimit(TimeLimitReached):
            def __init__(self) -> None:
                limit.raised.append(weakref.ref(self, partial(_raise_soon, limit.thread, ReturningLimit)))

        return ReturningLimit

    def stop(self) -> None:
        """Cancel the alarm, or complete a call of this method that the alarm interrupted."""
        self.running = False
        reached = self.raised or (self.timer and self.timer.finished.is_set())
        self.raised.clear()
        if self.timer:
            self.timer.cancel()
        if self.line_by_line:
            sys.settrace(self.tracer)
        if self.handlers:
            signal.setitimer(self.clock, 0)
        for number, handler in self.handlers.items():
            signal.signal(number, handler)
        left, interval = self.outer
        if left:
            signal.setitimer(self.clock, max(left - (self._now() - self.started_at), 1e-3), interval)
        if reached:
            self._discard_pending()
        if self.hook:
            sys.unraisablehook, self.hook = self.hook, None

    def _now(self) -> float:
        return browser.cpu_time() if self.cpu_time else monotonic()

    def _unraisable(self, unraisable: Any) -> None:
        """Ignore an alarm in a callback, which cannot raise.

        The next alarm follows.
        """
        hook = self.hook or sys.__unraisablehook__
        if not isinstance(unraisable.exc_value, TimeLimitReached | _Harmless):
            hook(unraisable)

    def _trace_deadline(self, limit: type[TimeLimitReached]) -> None:
        """Raise ``limit`` at the first line after the deadline.

        Tracing slows every line.
        """
        end = monotonic() + self.seconds

        def look(frame: FrameType, event: str, arg: Any) -> Any:
            now = monotonic()
            if self.running and browser.on_line and browser.on_line(now):
                self.interrupted = True
            if self.running and (now >= end or self.interrupted):
                raise limit
            return look

        self.line_by_line, self.tracer = True, sys.gettrace()
        sys.settrace(look)

    def _discard_pending(self) -> None:
        """Replace the pending exception with a harmless one and catch it.

        Clearing the pending exception would hang a profiled thread in Python 3.11.
        """
        with contextlib.suppress(_Harmless):
            _raise_soon(self.thread, _Harmless, None)
            for _ in range(10):
                pass


def attempt(limit: TimeLimit | None, call: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    """Return the result of ``call``, or any error except an interrupt.

    The error is `TimeLimitReached` if ``call`` exceeds ``limit``.
    """
    try:
        try:
            if limit:
                limit.start()
            return call(), None
        finally:
            if limit:
                limit.stop()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a student's code may raise any exception, including SystemExit
        if limit:
            limit.stop()
            if limit.interrupted:
                raise KeyboardInterrupt from None
        return None, error


@contextlib.contextmanager
def memory_limit(extra_bytes: int) -> Iterator[None]:
    """Limit the additional memory of this process by raising `MemoryError`.

    The limit has an effect only on systems that support it, such as Linux.
    """
    if not CAN_LIMIT_MEMORY:
        yield
        return
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = pages * resource.getpagesize() + extra_bytes
    if limit >= (soft if soft >= 0 else limit + 1):
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
