"""Buttons that hand a file to the browser, take files from it, and do something with the files that are here.

The page and Python exchange a file in parts, because a Jupyter server drops large messages. The page asks for each part
and asks again if it does not arrive. It sends files as text, because JupyterLite does not pass on the buffers of a
message to Python.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from cs231n_lib.checks.report import box
from cs231n_lib.widgets.keys import KEEP_KEYS

PART = 500_000
"""Bytes of a file per message to the page."""

MAX_BYTES = 100_000_000
"""Maximum bytes of all files that are taken together."""

_HERE = Path(__file__).parent


class FileButtons(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget's types are not followed
    """Row of buttons for files, with a note above it and a report below.

    `files.js` is the other end.

    Parameters
    ----------
    note : str
        HTML above the buttons.
    labels : tuple of str
        Labels of the button that hands out a file and of the one that takes files.
    pack : callable
        Makes the file, and returns its name and content, or HTML if there is none.
    take : callable
        Uses a list of names and contents, and returns HTML.
    more : mapping
        Further buttons by their labels. Each calls a function that returns HTML.
    accept : str
        Extensions of the files to take, as in ``.zip,.ipynb``.
    """

    _esm = KEEP_KEYS + (_HERE / "files.js").read_text(encoding="utf-8")
    _css = (_HERE / "files.css").read_text(encoding="utf-8")
    note = traitlets.Unicode().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    more = traitlets.List().tag(sync=True)
    accept = traitlets.Unicode().tag(sync=True)
    limit = traitlets.Int(MAX_BYTES).tag(sync=True)
    report = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        note: str,
        labels: tuple[str, str],
        pack: Callable[[], tuple[str, bytes] | str],
        take: Callable[[list[tuple[str, bytes]]], str],
        more: Mapping[str, Callable[[], str]],
        accept: str,
    ) -> None:
        super().__init__(note=note, labels=list(labels), more=list(more), accept=accept)
        self._pack, self._take, self._actions = pack, take, dict(more)
        self._request: Any = None
        self._packed: tuple[str, bytes] | str = ""
        self._arriving: dict[int, bytearray] = {}
        self.on_msg(self._on_message)

    def _on_message(self, _: Any, content: dict[str, Any], buffers: list[bytes]) -> None:
        match content:
            case {"kind": "pack", "request": request}:
                self._hand_out(request)
            case {"kind": "part", "part": int(number)} if not isinstance(self._packed, str):
                self._send_part(number)
            case {"kind": "file", "number": int(number), "part": int(part), "data": str(data)}:
                self._receive(number, part, data)
            case {"kind": "taken", "names": list(names), "sizes": list(sizes)}:
                self._say(self._use([str(name) for name in names], sizes))
            case {"kind": "more", "label": str(label)} if label in self._actions:
                self._say(self._actions[label]())

    def _hand_out(self, request: Any) -> None:
        if request != self._request:  # the parts of one file come from one zip, also if the page asks again
            self._request, self._packed = request, self._pack()
        if isinstance(self._packed, str):
            self._say(self._packed)
        else:
            self._send_part(0)

    def _send_part(self, number: int) -> None:
        assert isinstance(self._packed, tuple)
        name, content = self._packed
        head = {"kind": "part", "part": number, "parts": max(1, -(-len(content) // PART)), "name": name}
        self.send(head, [content[number * PART : (number + 1) * PART]])

    def _receive(self, number: int, part: int, data: str) -> None:
        if number == part == 0:  # also after an exchange that was interrupted
            self._arriving.clear()
        if sum(map(len, self._arriving.values())) <= MAX_BYTES:
            self._arriving.setdefault(number, bytearray()).extend(b64decode(data))

    def _use(self, names: list[str], sizes: list[Any]) -> str:
        arrived = [bytes(self._arriving.get(number, b"")) for number in range(len(names))]
        self._arriving.clear()
        lost = [name for name, content, size in zip(names, arrived, sizes, strict=False) if len(content) != size]
        if lost:
            return box(f"`{lost[0]}` did not arrive completely, so nothing was changed. Pick it again.")
        return self._take(list(zip(names, arrived, strict=True)))

    def _say(self, report: str) -> None:
        """Show a report, also if it is the one that is shown."""
        self.report = report
        self.send({"kind": "done"})
