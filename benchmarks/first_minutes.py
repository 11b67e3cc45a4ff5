"""Wall-clock time from an empty machine to the first answered exercise, step by step.

The benchmark clones the last commit, installs it with ``make`` and opens the course with ``cs231n start``. It then
answers the first exercise of lesson 01 in a kernel and checks it. It does not count reading, typing or the browser.
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
# The installed Python runs this program. It executes the cells up to the check and prints the points.
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
"""Time limit in seconds for the start of JupyterLab."""


def main(*, cold: bool = False, python: Path | None = None) -> None:
    """Print the time of each step.

    With ``cold``, the package caches are empty. With ``python``, that interpreter's packages replace an installation.
    """
    with TemporaryDirectory() as folder:
        home = Path(folder)
        environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(home / "runtime")}
        environment.pop("PYTHONPATH", None)
        if cold:
            environment |= {f"{tool}_CACHE_DIR": str(home / "cache" / tool) for tool in ("UV", "PIP")}
        installer = "uv" if shutil.which("uv") else "pip"
        print(f"From installation to the first exercise, cache {'cold' if cold else 'warm'}, with {installer}")
        print("| step | seconds |\n| --- | --- |")
        began = monotonic()
        course = home / "course"
        with step("clone the project"):
            call("git", "clone", "--quiet", ROOT, course, cwd=home, environment=environment)
        if python is None:
            python = course / ".venv/bin/python"
            with step("install the packages"):
                call("make", ".venv/lab.installed", cwd=course, environment=environment)
        else:
            environment["PYTHONPATH"] = str(course)
        with step("copy the lessons, start JupyterLab and wait until it answers"):
            wait_for_lab(python, course, environment)
        with step("start the kernel, import and run the check"):
            points = call(python, "-c", RUN, course / "work" / LESSON, cwd=course / "work", environment=environment)
        print(f"| all, to {float(points.split()[-1]):g} points | {monotonic() - began:.1f} |")


@contextmanager
def step(name: str) -> Iterator[None]:
    """Time the block and print a row of the table."""
    began = monotonic()
    yield
    print(f"| {name} | {monotonic() - began:.1f} |", flush=True)


def call(*command: str | Path, cwd: Path, environment: dict[str, str]) -> str:
    """Run a command and return its output. If it fails, exit with the end of its output and errors."""
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command[:3]))} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def wait_for_lab(python: Path, course: Path, environment: dict[str, str]) -> None:
    """Start the course without a browser, wait until the server answers, and stop it."""
    command = [python, "-m", "cs231n_lib", "start", "work", "--", "--no-browser", "--ServerApp.port=0"]
    server = subprocess.Popen(
        command, cwd=course, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        until = monotonic() + ENOUGH
        while not answers(Path(environment["JUPYTER_RUNTIME_DIR"])):
            if server.poll() is not None or monotonic() > until:
                sys.exit(f"JupyterLab did not answer within {ENOUGH:g} s, or it stopped.")
            sleep(0.1)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.communicate()


def answers(runtime: Path) -> bool:
    """Whether a Jupyter server registered in this folder answers a request."""
    for note in runtime.glob("jpserver-*.json"):
        try:
            with urlopen(json.loads(note.read_text())["url"] + "api", timeout=5) as reply:
                return bool(reply.status == 200)
        except (URLError, ValueError):  # the server is not ready, or its file is incomplete
            continue
    return False
