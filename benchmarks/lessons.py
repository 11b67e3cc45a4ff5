"""How long each lesson runs, alone or beside busy processes: wall time of its solution in a fresh kernel.

python -m benchmarks lessons --beside 4
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from benchmarks.timing import show
from cs231n_lib.classroom.build import lesson_sources, run

ROOT = Path(__file__).parents[1]


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes that compute all the time."""
    started = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def seconds(solution: Path, beside: int) -> float:
    """Wall seconds of one run of a solution; its kernel is that of a build."""
    notebook = nbformat.read(solution, as_version=4)
    with tempfile.TemporaryDirectory() as scratch, busy(beside):
        start = time.perf_counter()
        run(notebook, Path(scratch, solution.name))
        return time.perf_counter() - start


def main(beside: int = 0) -> None:
    """Run every lesson once and print the table."""
    solutions = [path.with_suffix(".ipynb") for path in lesson_sources(ROOT)]
    rows = [[path.stem, f"{seconds(path, beside):.1f}"] for path in solutions]
    show(f"Lessons beside {beside} busy processes", ["lesson", "seconds"], rows)


if __name__ == "__main__":
    main()
