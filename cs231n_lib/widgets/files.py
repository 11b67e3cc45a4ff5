"""Buttons that download files, upload files, and run an action on local files.

The page and Python exchange a file in parts, because a Jupyter server drops large messages. The page requests each part
of a download, and repeats the request if the part does not arrive. It uploads files as text, because JupyterLite does
not pass the buffers of a message on to Python.
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
"""Maximum number of bytes of a file in one message to the page."""

MAX_BYTES = 100_000_000
"""Maximum total size of the files in one upload, in bytes."""

_HERE = Path(__file__).parent


class FileButtons(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget's types are not followed
    """Row of buttons for files, with a note above it and a report below.

    `files.js` implements the page's side.

    Parameters
    ----------
    note : str
        HTML above the buttons.
    labels : tuple of str
        Labels of the download button and of the upload button.
    pack : callable
        Function that returns the name and content of the file to download, or HTML if there is no file.
    take : callable
        Function that receives the names and contents of the uploaded files as a list of pairs, and returns HTML.
    more : mapping
        Functions without arguments that return HTML, by the labels of the buttons that call them.
    accept : str
        Extensions of the files to upload, such as ``.zip,.ipynb``.
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
        if request != self._request:  # all parts must come from one zip, even if the page asks again
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
        if number == part == 0:  # a new upload discards the parts of an interrupted one
            self._arriving.clear()
        if sum(map(len, self._arriving.values())) <= MAX_BYTES:
            self._arriving.setdefault(number, bytearray()).extend(b64decode(data))

    def _use(self, names: list[str], sizes: list[Any]) -> str:
        arrived = [bytes(self._arriving.get(number, b"")) for number in range(len(names))]
        self._arriving.clear()
        lost = [name for name, content, size in zip(names, arrived, sizes, strict=False) if len(content) != size]
        if lost:
            return box(f"`{lost[0]}` did not arrive completely, so nothing was changed. Repeat the upload.")
        return self._take(list(zip(names, arrived, strict=True)))

    def _say(self, report: str) -> None:
        """Show a report, and tell the page, which would not notice an equal report."""
        self.report = report
        self.send({"kind": "done"})
