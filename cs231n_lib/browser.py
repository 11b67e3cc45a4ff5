"""Differences of a browser (Pyodide, as in JupyterLite) from a computer: clock, Stop button and remedies.

This is the only module that knows about the browser. Python runs there in one thread, without processes, signals and
CPU time, and the kernel reads no message of the page while it runs a cell. A click on Stop therefore arrives through a
`StopChannel`.
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
"""Factor of time limits for computing. WebAssembly takes 3.5 to 3.7 times as long as a computer for the checks."""
TRAINING_SLOWNESS = 10.0 if IN_BROWSER else 1.0
"""The same for training, because NumPy multiplies large matrices about 20 times as slowly there."""

on_line: Callable[[float], bool] | None = None
"""Function that a time limit calls now and then with the time in a browser. True asks for an interrupt."""

DRIVE = Path("/drive")
"""Folder of JupyterLite's files, which its pages see, too."""

YIELD_INTERVAL, LOOK_INTERVAL = 1 / 30, 0.3
"""Minimum seconds between two pauses for the page, and between two looks at the file, which takes 7 ms."""

_HERE = Path(__file__).parent


def cpu_time() -> float:
    """CPU time of this process in seconds, or in a browser, which does not count it, the elapsed time."""
    return monotonic() if IN_BROWSER else process_time()


def can_yield() -> bool:
    """Whether Python can pause here for the page, by JavaScript Promise Integration (JSPI)."""
    if not IN_BROWSER:
        return False
    try:
        from pyodide.ffi import can_run_sync
    except ImportError:  # Pyodide before 0.27
        return False
    return bool(can_run_sync())


def yield_to_page() -> bool:
    """Let the browser deliver what the page has sent, and return whether it could."""
    if not can_yield():
        return False
    from asyncio import sleep

    from pyodide.ffi import run_sync

    run_sync(sleep(0))
    return True


def read_from_site(name: str) -> bytes:
    """Read a file of the site's folder ``static/data``, which the browser's wheel leaves out.

    Raises
    ------
    OSError
        The site cannot be reached, or does not have the file.
    """
    from js import XMLHttpRequest, location

    # The kernel's script lies in a folder of the site. Unlike the page, the kernel may wait for an answer.
    site = str(location.href).partition("/extensions/")[0]
    request = XMLHttpRequest.new()
    request.open("GET", f"{site}/static/data/{name}", False)
    request.responseType = "arraybuffer"
    try:
        request.send()
    except Exception as error:  # a JsException, which only Pyodide has
        raise OSError(0, "the site cannot be reached") from error
    if request.status != 200:
        raise OSError(0, f"the site answers {request.status}")
    return bytes(request.response.to_bytes())


def install(requirement: str) -> str:
    """Return the sentence that says how to install ``requirement``."""
    if IN_BROWSER:
        return "It does not run in a browser. Install the course on a computer to use it"
    return f'Install it: pip install "{requirement}"'


def other_folder(command: str) -> str:
    """Return the end of a sentence that suggests another folder for ``command``, or "" in a browser, which has one."""
    return "" if IN_BROWSER else f", or pass a folder in which you may write: python -m cs231n_lib {command} FOLDER"


class StopChannel:
    """Channel through which a page asks the running cell to stop.

    In a browser that can pause Python, the page posts to a BroadcastChannel. In another browser it writes a file beside
    the notebook, which the kernel looks for. Outside a browser the channel does nothing, because a message arrives.
    ``browser.js`` is the other end. ``pauses=False`` chooses the file in any case, for code that must not be suspended.

    Attributes
    ----------
    address : dict
        ``{"name": ..., "file": ...}`` for the page, or an empty dict if the channel does nothing. ``name`` is that of
        the BroadcastChannel. ``file`` is the path of the file as the page's contents manager knows it, or "".
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
        """Set the trait ``stop_channel`` of a widget to the address until the channel is closed."""
        self._widgets.append(widget)
        widget.stop_channel = self.address

    def _on_message(self, event: Any) -> None:
        self._requested = True  # an exception raised here would reach only the browser's console

    def requested(self) -> bool:
        """Let a click arrive, and return whether the page has asked to stop."""
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
    """Return the JavaScript of ``requestStop(model)``, the page's end of a `StopChannel`."""
    return (_HERE / "browser.js").read_text(encoding="utf-8")


def stop_button(channel: StopChannel) -> Any:
    """Make a Stop button that uses the channel, which a button of ipywidgets cannot."""
    import anywidget
    import traitlets

    class StopButton(anywidget.AnyWidget):  # type: ignore[misc]
        _esm = stop_script() + (_HERE / "stop_button.js").read_text(encoding="utf-8")
        stop_channel = traitlets.Dict().tag(sync=True)

    button = StopButton()
    channel.attach(button)
    return button


def hide_harmless_warnings() -> None:
    """Hide two messages of Matplotlib and tqdm that would appear in red in a browser and ask for nothing."""
    warnings.filterwarnings("ignore", "tqdm:disabling monitor support")
    logging.getLogger("matplotlib.font_manager").addFilter(lambda record: "font cache" not in str(record.msg))


if IN_BROWSER:
    hide_harmless_warnings()
