"""Workarounds for Python in a browser (Pyodide, as in JupyterLite).

In a browser, Python has only one thread and no processes, signals or CPU time. The kernel does not read messages from
the page while it runs a cell, so a click on Stop arrives through a `StopChannel`.
"""

import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from time import monotonic, process_time
from typing import Any

IN_BROWSER = sys.platform == "emscripten"
"""Whether Python runs in a browser."""

SLOWNESS = 4.0 if IN_BROWSER else 1.0
"""Factor for time limits. Checks take 3.5 to 3.7 times as long in WebAssembly."""
TRAINING_SLOWNESS = 10.0 if IN_BROWSER else 1.0
"""Factor for training limits. Large matrix products take about 20 times as long."""

on_line: Callable[[float], bool] | None = None
"""Callback of time limits in a browser. It gets the time and returns True to stop."""

DRIVE = Path("/drive")
"""Folder in which Python and the page share JupyterLite's files."""

YIELD_INTERVAL, LOOK_INTERVAL = 1 / 30, 0.3
"""Minimum seconds between two pauses, and between two searches for the stop file."""

_HERE = Path(__file__).parent


def cpu_time() -> float:
    """CPU time of this process in seconds, or the elapsed time in a browser."""
    return monotonic() if IN_BROWSER else process_time()


def can_yield() -> bool:
    """Whether Python can pause for the page (JavaScript Promise Integration, JSPI)."""
    if not IN_BROWSER:
        return False
    try:
        from pyodide.ffi import can_run_sync
    except ImportError:  # Pyodide before 0.27
        return False
    return bool(can_run_sync())


def yield_to_page() -> bool:
    """Pause for messages from the page, and return whether Python could pause."""
    if not can_yield():
        return False
    from asyncio import sleep

    from pyodide.ffi import run_sync

    run_sync(sleep(0))
    return True


def read_from_site(name: str) -> bytes:
    """Read a file in the site's ``static/data`` that the browser's wheel leaves out.

    Raises
    ------
    OSError
        The site cannot be reached, or does not have the file.
    """
    from js import XMLHttpRequest, location

    # The kernel's script is in the site's extensions/. Unlike the page, the kernel may wait for the response.
    site = str(location.href).partition("/extensions/")[0]
    request = XMLHttpRequest.new()
    request.open("GET", f"{site}/static/data/{name}", False)
    request.responseType = "arraybuffer"
    try:
        request.send()
    except Exception as error:  # a JsException, which only Pyodide has
        raise OSError(0, "the site cannot be reached") from error
    if request.status != 200:
        raise OSError(0, f"the site responded with status {request.status}")
    return bytes(request.response.to_bytes())


def install(requirement: str) -> str:
    """Return a sentence on installing ``requirement``, which a browser cannot run."""
    if IN_BROWSER:
        return "This package does not run in a browser. Install the course on a computer to use it"
    return f'Install it: pip install "{requirement}"'


def other_folder(command: str) -> str:
    """Return a clause on passing another folder to ``command``, or "" in a browser."""
    return "" if IN_BROWSER else f", or pass a folder in which you may write: python -m cs231n_lib {command} FOLDER"


class StopChannel:
    """Channel through which a page asks the running cell to stop.

    In a browser that can pause Python, the page posts to a BroadcastChannel. In other browsers the page writes a file
    beside the notebook, and the kernel looks for this file. Outside a browser the channel does nothing, because the
    kernel receives the widget's messages. ``browser.js`` is the page's side. Pass ``pauses=False`` to use the file in
    every browser if the running code must not be suspended.

    Attributes
    ----------
    address : dict
        ``{"name": ..., "file": ...}`` for the page, or an empty dict if the channel does nothing. ``name`` belongs to
        the BroadcastChannel. ``file`` is the path of the file for the page's contents manager, or "".
    """

    def __init__(self, *, pauses: bool = True) -> None:
        self.address: dict[str, str] = {}
        self._widgets: list[Any] = []
        self._file: Path | None = None
        self._requested = False
        self._pauses = pauses
        self._due = 0.0
        if IN_BROWSER:
            self._open()

    def _open(self) -> None:
        from uuid import uuid4

        from js import BroadcastChannel
        from pyodide.ffi import create_proxy

        name, here = f"cs231n-{uuid4()}", Path.cwd()
        self._pauses = self._pauses and can_yield()
        if not self._pauses and here.is_relative_to(DRIVE):
            self._file = here / f"{name}.txt"
        self.address = {"name": name, "file": self._file.relative_to(DRIVE).as_posix() if self._file else ""}
        self._listener = create_proxy(self._on_message)
        self._radio = BroadcastChannel.new(name)
        self._radio.onmessage = self._listener

    def attach(self, widget: Any) -> None:
        """Keep the address in the widget's ``stop_channel`` until the channel is closed."""
        self._widgets.append(widget)
        widget.stop_channel = self.address

    def _on_message(self, event: Any) -> None:
        self._requested = True  # an exception raised here would reach only the browser's console

    def requested(self) -> bool:
        """Look for a click on Stop, and return whether there was one."""
        if self.address and not self._requested and monotonic() >= self._due:
            if self._pauses and yield_to_page():
                self._due = monotonic() + YIELD_INTERVAL
            elif self._file:
                self._requested = self._file.exists()
                self._due = monotonic() + LOOK_INTERVAL
        return self._requested

    def close(self) -> None:
        """Stop listening, and remove the file."""
        if not self.address:
            return
        self.address = {}
        for widget in self._widgets:
            widget.stop_channel = {}
        self._radio.close()
        self._listener.destroy()
        if self._file:
            self._file.unlink(missing_ok=True)


def stop_script() -> str:
    """Return the JavaScript of ``requestStop(model)``, the page's side of the channel."""
    return (_HERE / "browser.js").read_text(encoding="utf-8")


def stop_button(channel: StopChannel) -> Any:
    """Make a Stop button that uses the channel, unlike a button of ipywidgets."""
    import anywidget
    import traitlets

    class StopButton(anywidget.AnyWidget):  # type: ignore[misc]
        _esm = stop_script() + (_HERE / "stop_button.js").read_text(encoding="utf-8")
        stop_channel = traitlets.Dict().tag(sync=True)

    button = StopButton()
    channel.attach(button)
    return button


def hide_harmless_warnings() -> None:
    """Hide two messages of Matplotlib and tqdm that look like errors in a browser."""
    warnings.filterwarnings("ignore", "tqdm:disabling monitor support")
    logging.getLogger("matplotlib.font_manager").addFilter(lambda record: "font cache" not in str(record.msg))


if IN_BROWSER:
    hide_harmless_warnings()
