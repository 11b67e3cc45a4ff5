"""A student at JupyterLab: open a notebook, type into a cell, run it, read what appears.

Cells are named by position (0 is the first, -1 the last) or by their nbgrader ``grade_id``. What a student does not
see, such as which cell has which ``grade_id``, is asked of JupyterLab's own application object; what they do see is
read from the page.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from playwright.sync_api import Locator, Page

from cs231n_lib.course.plan import LESSONS, PRIMER

REPOSITORY = Path(__file__).parents[2]
ARTEFACTS = REPOSITORY / "artefacts"
MINUTE = 60.0
LEFT_EARLY = ("Canceled future for create_subshell_request", "Cannot read properties of null (reading 'kernel')")
"""JupyterLab itself throws these if a notebook is left, or its kernel restarted, before its session or shell is ready.

None of the course's scripts reads a property named ``kernel``.
"""

_SETTINGS = {
    # The question whether to fetch news would cover the page.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Keep every cell in the page, also those scrolled out of sight, so that it can be read.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


@dataclass(frozen=True)
class Server:
    """A running JupyterLab: its address, the token that opens it, and the folder it shows."""

    url: str
    token: str
    root: Path


def write_notebook(path: Path, cells: list[NotebookNode]) -> None:
    """Write a notebook of these cells, for the Python that runs JupyterLab."""
    # Without a kernel named in it, JupyterLab would ask for one.
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)


def explorables() -> dict[str, Any]:
    """Every lesson's explorables: what makes each, by the lesson's slug and its own name."""
    homes = {
        lesson.slug: import_module(f"cs231n_lib.lessons.{lesson.slug}.explorables") for lesson in (PRIMER, *LESSONS)
    }
    return {f"{slug}.{name}": getattr(home, name) for slug, home in homes.items() for name in home.__all__}


def explorable_cell(name: str) -> NotebookNode:
    """A cell that shows an explorable: ``"architecture.boundary"``, or its own name alone where no other has it."""
    known = explorables()
    found = [full for full in known if name in (full, full.partition(".")[2])]
    if len(found) != 1:
        raise ValueError(f"{len(found)} explorables are called {name!r}; say which of {', '.join(found or known)}")
    slug, _, own = found[0].partition(".")
    use = "use=mine" if "use" in signature(known[found[0]]).parameters else ""
    lines = ["from cs231n_lib.course import mine", f"from cs231n_lib.lessons.{slug} import explorables"]
    return nbformat.v4.new_code_cell("\n".join([*lines, f"explorables.{own}({use})"]))


def nbgrader(root: Path, *arguments: str) -> None:
    """Run nbgrader in a process of its own, because Playwright keeps an event loop in this one."""
    done = subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@contextmanager
def serve(
    root: Path, home: Path, command: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run JupyterLab on a free port over ``root``, its settings and state in ``home``, its log in ``artefacts/``.

    With a ``command``, which follows ``python``, it is run just so, without the settings that ease other tests.
    """
    token = secrets.token_hex(16)
    for name, settings in {} if command else _SETTINGS.items():
        path = home / "config/lab/user-settings/@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    folders = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    command = command or ["-m", "jupyterlab", "--allow-root", f"--ServerApp.root_dir={root}"]
    options = ["--no-browser", "--port=0", "--expose-app-in-browser"]
    options += ["--JupyterNotebookApp.expose_app_in_browser=True"]
    ARTEFACTS.mkdir(exist_ok=True)
    with (ARTEFACTS / f"jupyterlab-{home.name}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *command, *options],
            env=os.environ
            | folders
            | dict(environment or {})
            | {"JUPYTER_TOKEN": token, "IPYTHONDIR": str(home / "ipython")},
            cwd=root,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Server(_address(process, home / "runtime"), token, root)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(process: subprocess.Popen[bytes], runtime: Path) -> str:
    """Wait for the file in which a Jupyter server says where it listens."""
    told = runtime / f"jpserver-{process.pid}.json"
    deadline = time.monotonic() + MINUTE
    while time.monotonic() < deadline and process.poll() is None:
        if told.exists() and (text := told.read_text()).endswith("}"):
            return str(json.loads(text)["url"])
        time.sleep(0.1)
    raise RuntimeError("JupyterLab did not start; its log is in artefacts/")


@dataclass
class Lab:
    """One browser page with JupyterLab in it."""

    page: Page
    server: Server
    errors: list[str] = field(default_factory=list)
    """What the page's scripts threw, in order, but for `LEFT_EARLY`."""
    empty: bool = False
    """Whether JupyterLab is on the page with nothing open, so that the next `open` need not load it."""

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self._note(str(error)))

    def _note(self, error: str) -> None:
        if not any(known in error for known in LEFT_EARLY):
            self.errors.append(error)

    @property
    def root(self) -> Path:
        """The folder that JupyterLab shows: notebooks written here can be opened by name."""
        return self.server.root

    def write(self, notebook: str, cells: list[NotebookNode]) -> None:
        """Put a notebook of these cells into `root`."""
        write_notebook(self.root / notebook, cells)

    def save(self) -> None:
        """Save the notebook, and wait until it is on the disk."""
        self.page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save'); }")

    def open(self, notebook: str, front_end: str = "lab/tree") -> None:
        """Open a notebook by its path below `root`, in the light theme, and wait until its kernel is ready.

        ``front_end="notebooks"`` opens it in Notebook 7, which has most of JupyterLab's commands. Where a test opens
        another, or the same again, the page is loaded anew.
        """
        if self.empty and front_end == "lab/tree":
            self.command("docmanager:open", path=notebook)
        else:
            # `reset` starts from an empty workspace: no tab of an earlier test comes back.
            self.page.goto(f"{self.server.url}{front_end}/{notebook}?token={self.server.token}&reset")
        self.empty = False
        self.page.wait_for_function(
            "path => window.jupyterapp?.shell.currentWidget?.context?.path === path", arg=notebook, timeout=1e3 * MINUTE
        )
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        self.theme("light")
        self.wait_until_idle()

    def close_all(self) -> None:
        """End every kernel and close every tab, saved or not; JupyterLab, if it is on the page, stays for the next."""
        self.empty = bool(self.page.evaluate(_CLOSE_ALL))
        self._end_kernels()

    def renew(self) -> None:
        """Take a new page: what is on this one, nobody knows."""
        browser = self.page.context.browser
        assert browser
        self.page.context.close()
        self.page, self.empty = browser.new_context().new_page(), False
        self.__post_init__()
        self._end_kernels()

    def _end_kernels(self) -> None:
        """Also those of another front end, and of pages that were left."""
        address, headers = f"{self.server.url}api/sessions", {"Authorization": f"token {self.server.token}"}
        for session in self.page.request.get(address, headers=headers).json():
            self.page.request.delete(f"{address}/{session['id']}", headers=headers)

    def command(self, name: str, **arguments: Any) -> None:
        """Carry out a JupyterLab command, as its menu entry would: ``command("notebook:restart-run-all")``."""
        self.page.evaluate(
            "([name, args]) => { void window.jupyterapp.commands.execute(name, args); }", [name, arguments]
        )

    def cell(self, which: int | str) -> Locator:
        """The cell on the page, by position or ``grade_id``."""
        return self.page.locator(".jp-Notebook:visible .jp-Cell").nth(self._index(which))

    def source(self, which: int | str) -> str:
        """What stands in the cell's editor."""
        return str(self.page.evaluate(f"i => {_NOTEBOOK}.widgets[i].model.sharedModel.source", self._index(which)))

    def type(self, which: int | str, source: str) -> None:
        """Replace what stands in the cell's editor, with the keyboard."""
        self.cell(which).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        # Inserted at once, as a paste is: key by key the editor would add its own indentation.
        self.page.keyboard.insert_text(source)
        written = self.source(which)
        assert written == source, f"the editor holds {written!r}, not what was typed"

    def find(self, text: str) -> int:
        """The position of the first cell in whose source this stands."""
        cells = range(self.page.locator(".jp-Notebook:visible .jp-Cell").count())
        return next(i for i in cells if text in self.source(i))

    def answer(self, exercise: str, source: str) -> str:
        """Type an answer, run its cell and then its check; return what the check says."""
        self.type(exercise, source)
        self.run(exercise)
        return self.run(f"check_{exercise}")

    def restart(self) -> None:
        """Start a new kernel: nothing that was run before counts any more."""
        self.page.evaluate(f"async () => {{ await {_PANEL}.sessionContext.restartKernel(); }}")
        self.wait_until_idle()

    def start(self, which: int | str) -> None:
        """Run the cell and do not wait for it: what follows happens while it runs."""
        self.page.evaluate(f"i => {{ {_NOTEBOOK}.activeCellIndex = i; }}", self._index(which))
        self.page.evaluate("() => { window.cellRun = window.jupyterapp.commands.execute('notebook:run-cell'); }")

    def run(self, which: int | str, timeout: float = MINUTE) -> str:
        """Run the cell, wait for its end, and return what it shows; ``timeout`` in seconds."""
        self.start(which)
        self.wait_until_done(timeout)
        return self.output(which)

    def wait_until_done(self, timeout: float = MINUTE) -> None:
        """Wait for the end of the cells that `start` or `run_all` set going."""
        done = self.page.evaluate(
            "seconds => Promise.race([window.cellRun.then(() => true),"
            " new Promise(resolve => setTimeout(() => resolve(false), 1e3 * seconds))])",
            timeout,
        )
        assert done, f"the cell still ran after {timeout:g} s"
        self.wait_until_idle(timeout)

    def run_all(self, timeout: float = 5 * MINUTE) -> None:
        """Run every cell from the first, in a new kernel, until the last has ended or one has raised."""
        self.page.evaluate(
            f"async () => {{ await {_PANEL}.sessionContext.restartKernel();"
            " window.cellRun = window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
        )
        self.wait_until_done(timeout)

    def wait_until_idle(self, timeout: float = MINUTE) -> None:
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(
            f"() => {_PANEL}?.sessionContext?.session?.kernel?.status === 'idle'", timeout=1e3 * timeout
        )

    def outputs(self, which: int | str) -> Locator:
        """What the cell shows below its code: text, pictures, reports and widgets, one element each."""
        return self.cell(which).locator(".jp-OutputArea-output")

    def output(self, which: int | str) -> str:
        """The text of `outputs`, as it reads on the page; empty where there is none."""
        return "\n".join(self.outputs(which).all_inner_texts()).strip()

    def validate(self, timeout: float = 5 * MINUTE) -> str:
        """Press nbgrader's Validate button, which saves and runs the notebook; return what its dialog says."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog", has_text="Validation Results")
        dialog.wait_for(timeout=1e3 * timeout)
        text = dialog.inner_text()
        dialog.get_by_role("button", name="Ok").click()
        return text

    def theme(self, name: str) -> None:
        """Change JupyterLab's colours: ``"light"`` or ``"dark"``."""
        full_name = f"JupyterLab {name.capitalize()}"
        self.command("apputils:change-theme", theme=full_name)
        self.page.locator(f"body[data-jp-theme-name='{full_name}']").wait_for(state="attached")
        # JupyterLab covers the page while it changes.
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def screenshot(self, name: str, of: Locator | None = None) -> Path:
        """Save the page, or one part of it, as ``artefacts/<name>.png``."""
        path = ARTEFACTS / f"{name}.png"
        (of or self.page).screenshot(path=path)
        return path

    def _index(self, which: int | str) -> int:
        names = self.page.evaluate(f"() => {_NOTEBOOK}.widgets.map(c => c.model.metadata.nbgrader?.grade_id ?? null)")
        return int(names.index(which) if isinstance(which, str) else range(len(names))[which])


_PANEL = "window.jupyterapp.shell.currentWidget"
_NOTEBOOK = f"{_PANEL}.content"
_CLOSE_ALL = """async () => {
    const app = window.jupyterapp;
    if (app?.name !== 'JupyterLab') return false;
    for (const panel of [...app.shell.widgets('main')]) {
        await panel.sessionContext?.shutdown();
        if (panel.context) panel.context.model.dirty = false;
        panel.dispose();
    }
    return !document.querySelector('.jp-Dialog');
}"""
