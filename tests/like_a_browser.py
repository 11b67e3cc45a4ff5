"""Run a program as in JupyterLite: python like_a_browser.py PROGRAM [FOLDER].

Python has one thread there, no processes, no alarms, and a `time.process_time` that is always 0. The kernel takes no
channel and accepts input. With a FOLDER, JupyterLite's files are in it and Python cannot pause for the page (JSPI).
The program finds the names ``page``, which clicks on Stop, and ``run_cell``, which fails on any error.
"""

import signal
import sys
import sysconfig
import threading
import time
import types
from pathlib import Path
from typing import Any, NoReturn

BLOCKED = ("_multiprocessing", "_posixshmem", "resource", "concurrent.futures.process", "multiprocessing.queues")
"""Modules that cannot be imported in Pyodide. The last two need the first in some versions of Python."""


class Page:
    """Page in front of the kernel: ``browser.js``, and a browser that delivers messages only during a pause."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.open: dict[str, Any] = {}
        self.sent: list[str] = []
        self.pauses = 0

    def click(self, address: dict[str, str]) -> None:
        """Do what ``requestStop`` of ``browser.js`` does."""
        self.sent.append(address["name"])
        if address["file"]:
            (self.folder / address["file"]).write_text("stop")

    def run_sync(self, coroutine: Any) -> None:
        """Wait for a coroutine, and deliver what was sent."""
        self.pauses += 1
        try:
            while True:
                coroutine.send(None)
        except StopIteration:
            pass
        for name in self.sent:
            if name in self.open:
                self.open[name].onmessage("stop")
        self.sent.clear()

    def module(self) -> dict[str, types.ModuleType]:
        """Modules that Pyodide has in addition."""
        page = self

        class Channel:
            onmessage: Any = None

            @classmethod
            def new(cls, name: str) -> "Channel":
                page.open[name] = channel = cls()
                channel.name = name
                return channel

            def close(self) -> None:
                del page.open[self.name]

        class Proxy:
            def __init__(self, function: Any) -> None:
                self.function = function

            def __call__(self, event: Any) -> None:
                self.function(event)

            def destroy(self) -> None:
                self.function = None

        js, pyodide, ffi = (types.ModuleType(name) for name in ("js", "pyodide", "pyodide.ffi"))
        js.BroadcastChannel = Channel
        ffi.create_proxy = Proxy
        ffi.can_run_sync = lambda: self.folder is None
        ffi.run_sync = self.run_sync
        pyodide.ffi = ffi
        return {"js": js, "pyodide": pyodide, "pyodide.ffi": ffi}


def forbid(*args: Any, **options: Any) -> NoReturn:
    """Fail as the start of a thread does in Pyodide."""
    raise RuntimeError("can't start new thread")


class Kernel:
    """Pyodide's kernel, whose request has no channel."""

    def get_parent(self) -> dict[str, Any]:
        """Return the request of the cell that runs."""
        return {"content": {"allow_stdin": True}}


def main(program: str, folder: str = "") -> None:
    """Take away what a browser lacks, then run the program."""
    page = Page(Path(folder) if folder else None)
    sysconfig.get_config_vars()  # reads a file named after the platform
    sys.platform = "emscripten"
    sys.modules |= dict.fromkeys(BLOCKED) | page.module()
    for name in ("setitimer", "getitimer", "alarm"):
        delattr(signal, name)
    for name in ("_start_new_thread", "_start_joinable_thread"):  # before and since Python 3.13
        if hasattr(threading, name):
            setattr(threading, name, forbid)
    time.process_time = lambda: 0.0

    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.kernel = Kernel()

    def show_error(*args: Any, **options: Any) -> NoReturn:
        raise SystemExit(f"an error was shown: {sys.exc_info()[1]!r}")

    shell.showtraceback = shell._showtraceback = show_error  # IPython reports an error of a display as success

    def run_cell(source: str) -> None:
        if not shell.run_cell(source).success:
            raise SystemExit(f"a cell failed: {source}")

    from cs231n_lib import browser

    if folder:
        browser.DRIVE = page.folder
    exec(compile(Path(program).read_text(encoding="utf-8"), program, "exec"), {"page": page, "run_cell": run_cell})


if __name__ == "__main__":
    main(*sys.argv[1:])
