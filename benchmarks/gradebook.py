"""Speed and memory of the gradebook's writer with many invented results, in SQLite and PostgreSQL.

python -m benchmarks gradebook --students 100000

If Debian's package `postgresql` and `psycopg` are installed, PostgreSQL runs in a temporary folder.
"""

import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from nbgrader.api import Gradebook

from cs231n_lib.classroom.grading.gradebook import merge
from cs231n_lib.classroom.grading.submission import GradedSubmission, GradingJob
from cs231n_lib.classroom.nbgrader_course import nbgrader_api

ROOT = Path(__file__).parents[1]
LESSON = "01_optimization"


@contextmanager
def postgres() -> Iterator[str | None]:
    """Address of a new database that stops after the block, or None if PostgreSQL or psycopg is missing."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs or find_spec("psycopg") is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as name:
        as_other = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(name, "postgres", "postgres")
            as_other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        data = f"{name}/data"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": name}
        subprocess.run([*as_other, programs[-1] / "initdb", "-D", data, "-U", "grader", "-A", "trust"], **quiet)
        control = [*as_other, programs[-1] / "pg_ctl", "-D", data, "-l", f"{name}/log", "-w"]
        subprocess.run([*control, "-o", f"-k {name} -c listen_addresses=", "start"], **quiet)
        try:
            yield f"postgresql+psycopg://grader@/postgres?host={name}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)


def write(url: str, source: Path, students: int, folder: Path) -> None:
    """Write one result per student to a new gradebook at ``url``, with the lesson from ``source``."""
    with Gradebook(f"sqlite:///{source}", "cs231n") as known, Gradebook(url, "cs231n") as gradebook:
        _copy_lesson(known, gradebook)
        (notebook,) = gradebook.find_assignment(LESSON).notebooks
        scores = {cell.name: (float(cell.max_score), False) for cell in notebook.grade_cells}
        files = {f"{LESSON}.ipynb": (ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb").read_bytes()}
        kind = url.partition(":")[0].partition("+")[0]
        now = datetime.now(UTC).replace(tzinfo=None)
        start, before = time.perf_counter(), time.process_time()
        rows = 2 + 2 * len(scores)  # a student's submission, its notebook, and a grade and a comment for each part
        for number in range(1, students + 1):
            student = f"student-{number:06d}"
            merge(
                gradebook,
                GradedSubmission(GradingJob(LESSON, student, {}, ""), "", files, scores, {}, None, now),
                folder,
            )
            if number in {students // 100, students // 10, students}:
                seconds = time.perf_counter() - start
                speed = number / seconds
                cpu = 1000 * (time.process_time() - before) / number
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
                print(
                    f"| {kind} | {number} | {speed:.0f} | {speed * rows:.0f} | {cpu:.1f} | {memory:.0f} |", flush=True
                )


def _copy_lesson(known: Gradebook, gradebook: Gradebook) -> None:
    gradebook.add_assignment(LESSON)
    (notebook,) = known.find_assignment(LESSON).notebooks
    gradebook.add_notebook(LESSON, LESSON)
    for cell in notebook.grade_cells:
        gradebook.add_grade_cell(cell.name, LESSON, LESSON, max_score=cell.max_score, cell_type=cell.cell_type)
    for cell in notebook.solution_cells:
        gradebook.add_solution_cell(cell.name, LESSON, LESSON)


def main(students: int = 1000) -> None:
    """Print the results of each database that is available."""
    with tempfile.TemporaryDirectory() as name, postgres() as address:
        root = Path(name)
        shutil.copytree(ROOT / "solutions" / LESSON, root / "solutions" / LESSON)
        shutil.copy(ROOT / "nbgrader_config.py", root)
        source = root / "known.db"
        if not nbgrader_api(root, source).generate_assignment(LESSON)["success"]:
            raise RuntimeError(f"nbgrader did not release {LESSON}.")
        print("| database | results | students/s | rows/s | CPU ms/student | peak memory (MB) |")
        print("| --- | --- | --- | --- | --- | --- |")
        for url in (f"sqlite:///{root}/gradebook.db", address):
            if url:
                write(url, source, students, root / "autograded")
        if address is None:
            print("PostgreSQL was left out, because it needs Debian's package postgresql and psycopg.")
