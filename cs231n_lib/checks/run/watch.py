"""Watch for calls of the functions that an answer must not call."""

import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from threading import get_ident
from types import CodeType, FrameType
from typing import Any

SLIP_FILENAME = "<slip in "
"""Prefix of the file names of mistakes written as edits. A student's function must not call these mistakes."""


class ProfilingWatch:
    """Watch of every call in this thread and in threads that start during the watch.

    The attribute ``noticed`` tells whether forbidden code ran in the last ``with`` block. With ``slips`` the named
    mistakes are also forbidden.
    """

    def __init__(self, forbidden: Collection[CodeType], slips: bool) -> None:
        self.codes = set(map(id, forbidden))  # two functions of the same text at the same line have equal code
        self.slips = slips
        self.noticed = False

    def forbids(self, code: CodeType) -> bool:
        """Whether an answer must not call ``code``."""
        return id(code) in self.codes or (self.slips and code.co_filename.startswith(SLIP_FILENAME))

    def __enter__(self) -> None:
        self.noticed = False
        if self.codes:
            self.previous = sys.getprofile(), threading.getprofile()
            threading.setprofile(self._on_event)
            sys.setprofile(self._on_event)

    def __exit__(self, *_: object) -> None:
        if self.codes:
            self.restore_profile()

    def restore_profile(self) -> None:
        """Undo what the watch, or an answer, did to the functions that profile Python."""
        sys.setprofile(self.previous[0])
        threading.setprofile(self.previous[1])

    def _on_event(self, frame: FrameType, event: str, argument: Any) -> None:
        # The event is tested first, because most events are returns and calls of C functions.
        if event == "call" and self.forbids(frame.f_code):
            self.noticed = True


@contextmanager
def _without_profile() -> Iterator[None]:
    watch = sys.getprofile()
    sys.setprofile(None)
    try:
        yield
    finally:
        sys.setprofile(watch)


Watch: type[ProfilingWatch] = ProfilingWatch
"""Kind of watch for this Python. Python 3.12 and later report the calls of chosen code without slowing other code."""

unwatched: Callable[[], Any] = _without_profile
"""Context in which this thread may call forbidden code. References need it, because they may call the library."""


def report_calls(code: CodeType) -> None:
    """Let Python report the calls of ``code`` to every watch."""


TOOL, TOOL_NAME = 4, "cs231n_lib"
"""Number of this tool among those that monitor Python. Python reserves number 4 for no purpose."""

if sys.version_info >= (3, 12) and sys.monitoring.get_tool(TOOL) in (None, TOOL_NAME):
    CALLS = sys.monitoring.events.PY_START | sys.monitoring.events.PY_RESUME

    class MonitoringWatch(ProfilingWatch):
        """Watch to which Python reports only the calls of forbidden code."""

        def __init__(self, forbidden: Collection[CodeType], slips: bool) -> None:
            super().__init__(forbidden, slips)
            self.other_threads = frozenset(threading.enumerate())
            for code in forbidden:
                report_calls(code)

        def __enter__(self) -> None:
            self.noticed = False
            self.previous = sys.getprofile(), threading.getprofile()
            self.thread = threading.current_thread()
            _watches.append(self)

        def __exit__(self, *_: object) -> None:
            _watches.remove(self)
            if (sys.getprofile(), threading.getprofile()) != self.previous:
                self.restore_profile()
            _trusted.discard(get_ident())  # a time limit may have interrupted `_trust_this_thread`

        def notice(self, code: CodeType) -> None:
            """Record a call, unless it comes from a thread that is unrelated to the answer."""
            thread = threading.current_thread()
            if self.forbids(code) and (thread is self.thread or thread not in self.other_threads):
                self.noticed = True

    _watches: list[MonitoringWatch] = []
    """Watches whose ``with`` block runs now."""
    _trusted: set[int] = set()
    """Threads that may call forbidden code now."""

    def _on_call(code: CodeType, offset: int) -> None:
        if get_ident() not in _trusted:
            for watch in _watches:
                watch.notice(code)

    @contextmanager
    def _trust_this_thread() -> Iterator[None]:
        thread = get_ident()
        if thread in _trusted:
            yield
            return
        _trusted.add(thread)
        try:
            yield
        finally:
            _trusted.discard(thread)

    def report_calls(code: CodeType) -> None:
        """Let Python report the calls of ``code`` to every watch."""
        sys.monitoring.set_local_events(TOOL, code, CALLS)

    if sys.monitoring.get_tool(TOOL) is None:
        sys.monitoring.use_tool_id(TOOL, TOOL_NAME)
    sys.monitoring.register_callback(TOOL, sys.monitoring.events.PY_START, _on_call)
    sys.monitoring.register_callback(TOOL, sys.monitoring.events.PY_RESUME, _on_call)
    Watch, unwatched = MonitoringWatch, _trust_this_thread
