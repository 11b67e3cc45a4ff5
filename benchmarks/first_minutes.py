"""From nothing installed to the first answered exercise, each step by the clock: what a student waits for.

The project is cloned as it was last committed, installed by ``make``, and opened by ``cs231n start``; then the first
exercise of lesson 01 is answered and checked in a kernel. Reading and typing are not counted, nor is the browser.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
LESSON = Path("01_optimization/01_optimization.ipynb")
EXERCISE = "numerical_gradient"
ANSWER = """def numerical_gradient(f, x, h=1e-5):
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        above = x.copy()
        above[i] += h
        dx[i] = (f(above) - f(x)) / h
    return dx"""
# Run by the Python that was installed: cells up to the check, whose points it prints.
RUN = f"""
import nbformat, sys
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], as_version=4)
names = [cell.id for cell in book.cells]
book.cells[names.index({EXERCISE!r})].source = {ANSWER!r}
del book.cells[names.index("check_{EXERCISE}") + 1 :]
NotebookClient(book, kernel_name="python3", resources={{"metadata": {{"path": "."}}}}).execute()
print(book.cells[-1].outputs[0]["data"]["text/plain"])
"""
ENOUGH = 120.0
"""Seconds to wait for JupyterLab."""


def main(*, cold: bool = False, python: Path | None = None) -> None:
    """Print the steps; ``cold`` with empty caches of packages, and with ``python`` what that one has installed."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(home / "runtime")}
        environment.pop("PYTHONPATH", None)
        if cold:
            environment |= {f"{tool}_CACHE_DIR": str(home / "cache" / tool) for tool in ("UV", "PIP")}
        installer = "uv" if shutil.which("uv") else "pip"
        print(
            f"From nothing to the first answered exercise, package cache {'cold' if cold else 'warm'}, by {installer}"
        )
        print("| step | seconds |\n| --- | --- |")
        began = monotonic()
        course = home / "course"
        with step("clone the project"):
            call("git", "clone", "--quiet", ROOT, course, cwd=home, environment=environment)
        if python is None:
            python = course / ".venv/bin/python"
            with step("make: install from the lock"):
                call("make", ".venv/lab.installed", cwd=course, environment=environment)
        else:
            environment["PYTHONPATH"] = str(course)
        with step("copy the lessons, start JupyterLab, until it answers"):
            wait_for_lab(python, course, environment)
        with step("answer the first exercise: kernel, imports, check"):
            points = call(python, "-c", RUN, course / "work" / LESSON, cwd=course / "work", environment=environment)
        print(f"| all, to {float(points.split()[-1]):g} points | {monotonic() - began:.1f} |")


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print how long it took."""
    began = monotonic()
    yield
    print(f"| {name} | {monotonic() - began:.1f} |", flush=True)


def call(*command: str | Path, cwd: Path, environment: dict[str, str]) -> str:
    """What a command prints; what it complains about is shown if it fails."""
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command[:3]))} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def wait_for_lab(python: Path, course: Path, environment: dict[str, str]) -> None:
    """Open the course as a student does, but for the browser, and close it as soon as it answers."""
    command = [python, "-m", "cs231n_lib", "start", "work", "--", "--no-browser", "--ServerApp.port=0"]
    server = subprocess.Popen(
        command, cwd=course, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        until = monotonic() + ENOUGH
        while not answers(Path(environment["JUPYTER_RUNTIME_DIR"])):
            if server.poll() is not None or monotonic() > until:
                sys.exit("JupyterLab did not answer")
            sleep(0.1)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.communicate()


def answers(runtime: Path) -> bool:
    """Whether a Jupyter server that noted its address here says its version."""
    for note in runtime.glob("jpserver-*.json"):
        try:
            with urlopen(json.loads(note.read_text())["url"] + "api", timeout=5) as reply:
                return bool(reply.status == 200)
        except (URLError, ValueError):  # not yet, or the note is only half written
            continue
    return False
