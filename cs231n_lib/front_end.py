"""Detection of a live front end, and progress bars that suit it."""

import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any, TypeVar

from cs231n_lib import browser

Bar = Callable[[int, str, int], AbstractContextManager[Any]]
"""``bar(total, unit, initial)`` is a context manager that shows a progress bar."""

_replacement: ContextVar[Bar | None] = ContextVar("replacement", default=None)
_outer_stop: ContextVar[browser.StopChannel | None] = ContextVar("outer_stop", default=None)

T = TypeVar("T")


def has_live_front_end() -> bool:
    """Whether a person runs this code in a notebook that shows widgets.

    A live front end accepts input, unlike a program such as nbclient. If ``CS231N_STATIC`` is set or nbgrader runs the
    notebook, the result is False, and static figures replace widgets.
    """
    if "CS231N_STATIC" in os.environ or "NBGRADER_EXECUTION" in os.environ:
        return False
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return False
    try:
        request = kernel.get_parent("shell")
    except TypeError:  # Pyodide's kernel has only one channel
        request = kernel.get_parent()
    return bool(request.get("content", {}).get("allow_stdin"))


@contextmanager
def progress_bar(total: int, unit: str, initial: int = 0) -> Iterator[Any]:
    """Yield a tqdm bar that is visible only in a terminal or a live front end."""
    replacement = _replacement.get()
    if replacement:
        with replacement(total, unit, initial) as bar:
            yield bar
        return
    if not has_live_front_end():
        from tqdm import tqdm

        with tqdm(total=total, initial=initial, unit=unit, leave=False, disable=None) as bar:
            yield bar
        return
    from IPython.display import display
    from tqdm.notebook import tqdm as widget

    options = {"total": total, "initial": initial, "unit": unit, "leave": False, "display": False}
    if browser.IN_BROWSER:
        with _stoppable(widget, options) as bar:
            yield bar
        return
    bar = widget(**options)
    shown = display(bar.container, display_id=True)
    try:
        yield bar
    finally:
        bar.close()
        # Otherwise a saved notebook would show "Loading widget..." instead of the closed bar.
        shown.update({"text/plain": ""}, raw=True)


@contextmanager
def _stoppable(kind: type[Any], options: dict[str, Any]) -> Iterator[Any]:
    """Yield a bar with a Stop button, because a browser's kernel has no interrupt.

    After a click, the next update of the bar or of a nested bar raises `KeyboardInterrupt`.
    """
    from IPython.display import display

    outer = _outer_stop.get()
    channel = outer or browser.StopChannel()

    class StoppableBar(kind):  # type: ignore[misc]
        def update(self, n: float | None = 1) -> Any:
            if channel.requested():
                raise KeyboardInterrupt
            return super().update(n)

    bar = StoppableBar(**options)
    shown = [display(bar.container, display_id=True)]
    button = None if outer else browser.stop_button(channel)
    if button:
        shown.append(display(button, display_id=True))
    token = _outer_stop.set(channel)
    try:
        yield bar
    finally:
        _outer_stop.reset(token)
        bar.close()
        if button:
            channel.close()
        for output in shown:
            output.update({"text/plain": ""}, raw=True)


@contextmanager
def stoppable_check(name: str, seconds: float) -> Iterator[None]:
    """In a browser, show a bar and a Stop button if the block runs for long.

    The bar shows the elapsed time out of ``seconds``, because the remaining work of an answer is unknown. Outside a
    browser, ■ stops the block.
    """
    if not browser.IN_BROWSER or not has_live_front_end():
        yield
        return
    wait = _Wait(name, seconds)
    outer, browser.on_line = browser.on_line, wait.look
    try:
        yield
    finally:
        browser.on_line = outer
        wait.close()


class _Wait:
    """Bar and Stop button of a check, which appear after two seconds."""

    PATIENCE, INTERVAL = 2.0, 0.3

    def __init__(self, name: str, seconds: float) -> None:
        import ipywidgets

        self._words = f"Checking {name}, with a time limit of {seconds:g} s:"
        self._bar = ipywidgets.FloatProgress(max=seconds)
        self._seconds = ipywidgets.Label()
        self._began = monotonic()
        self._due = self._began + self.PATIENCE
        self._channel: browser.StopChannel | None = None
        self._shown: list[Any] = []

    def look(self, now: float) -> bool:
        """Show how long the check has run, and return whether Stop was clicked."""
        if now < self._due:
            return False
        self._due = now + self.INTERVAL
        self._bar.value = now - self._began
        self._seconds.value = f"{self._words} {now - self._began:.0f} s"
        if self._channel is None:
            from IPython.display import display

            self._channel = browser.StopChannel(pauses=False)  # code cannot be suspended within a line
            widgets = (self._seconds, self._bar, browser.stop_button(self._channel))
            self._shown = [display(widget, display_id=True) for widget in widgets]
        return self._channel.requested()

    def close(self) -> None:
        """Remove the bar."""
        if self._channel:
            self._channel.close()
        for output in self._shown:
            output.update({"text/plain": ""}, raw=True)


def one_by_one(items: Collection[T], unit: str) -> Iterator[T]:
    """Yield the items with a progress bar."""
    with progress_bar(len(items), unit) as bar:
        for item in items:
            yield item
            bar.update()


@contextmanager
def bars_in(bar: Bar) -> Iterator[None]:
    """Use ``bar`` instead of every `progress_bar` within the block."""
    token = _replacement.set(bar)
    try:
        yield
    finally:
        _replacement.reset(token)
