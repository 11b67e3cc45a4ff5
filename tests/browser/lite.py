"""The lessons in a browser, without a server of Jupyter's: the site on this machine, and what is fetched."""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from browser.lab import MINUTE, Lab

COMPRESSED = (".js", ".mjs", ".json", ".css", ".html", ".wasm", ".svg", ".ipynb")
"""What servers of static pages compress."""
START_SECONDS = 4 * MINUTE
"""Limit for Python to start in a page, on a busy machine."""
TRAINING = """import numpy as np
from cs231n_lib import MLP, SGD, LiveDashboard, Trainer
from cs231n_lib.datasets import digits
(train, validation), rng = digits(), np.random.default_rng(0)
trainer = Trainer(MLP([64, 100, 10], rng=rng), SGD(lr=0.02), batch_size=32, rng=rng)
print(trainer.fit(train, validation, epochs=1000, callbacks=[LiveDashboard()]).ending)"""
"""Cell that trains for long, and prints how the training ended."""
OPENED = """path => {
    const shown = window.jupyterapp?.shell.currentWidget;
    return shown?.context?.path === path && shown.context.isReady
        && shown.content.widgets.length > 1 && shown.content.widgets.length === shown.content.model.cells.length;
}"""
"""Whether the page shows every cell of a notebook. Its first cell can be there before the others."""


@dataclass
class Site:
    """Server of a folder. It counts the bytes that go over the wire."""

    folder: Path
    url: str = ""
    sent: Counter[str] = field(default_factory=Counter)
    """Bytes sent by path."""
    missing: list[str] = field(default_factory=list)
    interrupted: tuple[str, ...] = ()
    """Parts of the paths of files that are sent by half."""


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".wasm": "application/wasm", ".mjs": "text/javascript"}

    def __init__(self, *arguments: Any, site: Site) -> None:
        self.site = site
        super().__init__(*arguments, directory=str(site.folder))

    def log_message(self, format: str, *arguments: Any) -> None:
        """Write nothing."""

    def do_GET(self) -> None:
        """Send a file, compressed where servers compress, with a tag by which a browser asks whether it changed."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.site.missing.append(self.path)
            self._answer(404, b"missing")
            return
        tag = f'"{path.stat().st_mtime_ns:x}"'
        if self.headers.get("If-None-Match") == tag:
            self._answer(304, b"", ETag=tag)
            return
        content, encoded = self._content(path), {}
        if path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", ""):
            content, encoded = gzip.compress(content, 6), {"Content-Encoding": "gzip"}
        kind = {"Content-Type": self.guess_type(str(path)), "Cache-Control": "max-age=600", "ETag": tag}
        self._answer(200, content, **kind, **encoded)
        self.site.sent[self.path.partition("?")[0]] += len(content)

    def _content(self, path: Path) -> bytes:
        content = path.read_bytes()
        if path.name == "jupyter-lite.json" and path.parent.name == "lite":
            # Every cell stays in the page, so that a test can read it.
            settings = json.loads(content)
            overrides = settings["jupyter-config-data"].setdefault("settingsOverrides", {})
            overrides["@jupyterlab/notebook-extension:tracker"] = {"windowingMode": "none"}
            content = json.dumps(settings).encode()
        if path.name == "index.html":
            content = content.replace(b'data-seconds="90"', b'data-seconds="15"')
        return content

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            if any(part in self.path for part in self.site.interrupted):
                self.wfile.write(content[: len(content) // 2])
                self.close_connection = True
                return
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Write nothing about a page that was left while it was loading."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve_site(folder: Path) -> Iterator[Site]:
    """Serve a folder on a free port of this machine."""
    site = Site(folder)
    server = _Server(("127.0.0.1", 0), partial(_Handler, site=site))
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Lite(Lab):
    """A page with the lessons, in which Python itself runs."""

    def open(self, notebook: str, front_end: str = "lab") -> None:
        """Load the page with a notebook, and wait until Python has started."""
        self.show(notebook, front_end)
        self.wait_until_idle(START_SECONDS)

    def show(self, notebook: str, front_end: str = "lab") -> None:
        """Load the page with a notebook, and do not wait for Python."""
        self.page.goto(f"{self.server.url}/lite/{front_end}/index.html?path={notebook}")
        self.page.wait_for_function(OPENED, arg=notebook, timeout=1e3 * MINUTE)

    def run_all(self, timeout: float = 5 * MINUTE) -> None:
        """Run every cell from the first, until the last has ended or one has raised."""
        self.page.evaluate("() => { window.cellRun = window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        self.wait_until_done(timeout)

    def _end_kernels(self) -> None:
        """Do nothing, because a page's kernels end with it."""

    def append(self, source: str) -> int:
        """Add a cell of code at the end, and return its position."""
        add = """async source => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = notebook.widgets.length - 1;
            await window.jupyterapp.commands.execute('notebook:insert-cell-below');
            notebook.activeCell.model.sharedModel.setSource(source);
            return notebook.activeCellIndex;
        }"""
        return int(self.page.evaluate(add, source))

    def write_source(self, which: int | str, source: str) -> None:
        """Replace what stands in a cell's editor at once."""
        self.page.evaluate(
            "([i, source]) => { window.jupyterapp.shell.currentWidget.content.widgets[i].model.sharedModel"
            ".setSource(source); }",
            [self._index(which), source],
        )

    def stored(self, notebook: str) -> str:
        """What the browser keeps of a notebook, as JSON without the time."""
        read = """async path => {
            const model = await window.jupyterapp.serviceManager.contents.get(path, { content: true });
            return JSON.stringify(model.content);
        }"""
        return str(self.page.evaluate(read, notebook))

    def problems(self) -> list[str]:
        """Errors that cells show, and what they write in red."""
        found = """() => [...window.jupyterapp.shell.currentWidget.content.widgets].flatMap(cell =>
            (cell.model.sharedModel.getOutputs?.() ?? [])
                .filter(o => o.output_type === 'error' || o.name === 'stderr')
                .map(o => o.evalue ?? [o.text].flat().join('')))"""
        return [str(one) for one in self.page.evaluate(found)]

    def has(self, grade_id: str) -> bool:
        """Whether the notebook has a cell of this ``grade_id``."""
        names = (
            "() => window.jupyterapp.shell.currentWidget.content.widgets.map(c => c.model.metadata.nbgrader?.grade_id)"
        )
        return grade_id in self.page.evaluate(names)
