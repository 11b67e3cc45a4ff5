"""How long each lesson runs, alone or beside busy processes: its solution in a fresh kernel, by the clock and in CPU.

python -m benchmarks lessons --beside 4
python -m benchmarks lessons --beside 1 --only 09_training
"""

import resource
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


def seconds(solution: Path, beside: int) -> tuple[float, float]:
    """Wall and CPU seconds of one run of a solution; its kernel is that of a build."""
    notebook = nbformat.read(solution, as_version=4)
    with tempfile.TemporaryDirectory() as scratch, busy(beside):
        start, before = time.perf_counter(), _cpu_of_ended()
        run(notebook, Path(scratch, solution.name))
        return time.perf_counter() - start, _cpu_of_ended() - before


def _cpu_of_ended() -> float:
    """CPU seconds of the processes that were started here and have ended, as the kernel has after its run."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main(beside: int = 0, only: str = "") -> None:
    """Run every lesson once, or ``only`` one, and print the table."""
    solutions = [path.with_suffix(".ipynb") for path in lesson_sources(ROOT) if only in ("", path.stem)]
    rows = [[path.stem, *(f"{one:.1f}" for one in seconds(path, beside))] for path in solutions]
    show(f"Lessons beside {beside} busy processes", ["lesson", "seconds", "CPU"], rows)


if __name__ == "__main__":
    main()
