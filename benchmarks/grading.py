"""Speed and CPU time of grading an invented class, with the sandbox and feedback.

python -m benchmarks grading --students 24,120,1000 --wrong 3
"""

import os
import resource
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path

import nbformat
import psutil
from dask.system import CPU_COUNT

from cs231n_lib.__main__ import main as course
from cs231n_lib.checks.evaluate.prerequisites import call_through_mine
from cs231n_lib.checks.slips import Edited
from cs231n_lib.classroom.nbgrader_course import nbgrader_api
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of

ROOT = Path(__file__).parents[1]


def release(root: Path, lesson: str, places: bool) -> None:
    """Make a course of one lesson at ``root``, and release the lesson."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "solutions" / lesson, root / "solutions" / lesson, dirs_exist_ok=True)
    (root / "nbgrader_config.py").write_text(
        (ROOT / "nbgrader_config.py").read_text() + f"\nc.JudgeChecks.places = {places}\n"
    )
    (root / "class.toml").write_text('[grading]\nseed = "of the demonstration"\n')
    released = nbgrader_api(root, root / "gradebook.db").generate_assignment(lesson)
    if not released["success"]:
        raise RuntimeError(released.get("log") or released["error"])


def hand_in(root: Path, lesson: str, students: int, wrong: int, without: str = "") -> None:
    """Submit the solution for each student, with a named mistake in every ``wrong``-th answer.

    All students leave the exercise ``without`` as it was released.
    """
    exercises = exercises_of(checks_of(slug_of(lesson)))
    slips = {
        name: [
            call_through_mine(m.implementation.source, exercise.builds_on)
            for m in exercise.mistakes
            if isinstance(m.implementation, Edited)
        ]
        for name, exercise in exercises.items()
    }
    count = 0
    for number in range(students):
        notebook = nbformat.read(ROOT / "solutions" / lesson / f"{lesson}.ipynb", as_version=4)
        for cell in notebook.cells:
            if cell.id == without:
                cell.source = f"{exercises[without].header}\n    raise NotImplementedError"
                continue
            if cell.cell_type != "code" or not slips.get(cell.id):
                continue
            count += 1
            if count % wrong == 0:
                cell.source = slips[cell.id][number % len(slips[cell.id])].replace(
                    f"def {exercises[cell.id].reference.__name__}(", f"def {cell.id}("
                )
        folder = root / "submitted" / f"student-{number:04d}" / lesson
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{lesson}.ipynb")


def main(
    classes: Sequence[int] = (24,),
    wrong: int = 3,
    lesson: str = "01_optimization",
    places: bool = True,
    workers: int | None = None,
    without: str = "",
) -> None:
    """Grade classes of these sizes, each in a temporary folder."""
    if without and without not in exercises_of(checks_of(slug_of(lesson))):
        raise SystemExit(f"{lesson} has no exercise {without}. Pass one of its exercises to --without.")
    workers = workers or CPU_COUNT + 1
    asked = [(students, wrong, lesson, places, workers, without) for students in classes]
    # Each class gets its own process, because memory that one class has loaded would count for the next one.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as apart:
        rows = list(apart.map(grade, *zip(*asked, strict=True)))
    told = "with" if places else "without"
    unanswered = f", {without} not answered" if without else ""
    print(f"{lesson}{unanswered}, one answer in {wrong} wrong, {told} places, {workers} workers")
    print(
        "| students | all grades (s) | all feedback (s) | submissions a minute | CPU (s) each "
        "| grader's peak memory (MB) | with its workers (MB) |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for students, grades, wall, cpu, *memory in rows:
        pace = f"{grades:.0f} | {wall:.0f} | {60 * students / wall:.0f} | {cpu / students:.2f}"
        print(f"| {students} | {pace} | {' | '.join(f'{size / 1e6:.0f}' for size in memory)} |")


def grade(
    students: int, wrong: int, lesson: str, places: bool, workers: int, without: str
) -> tuple[int, float, float, float, int, int]:
    """Grade one class and measure it.

    Returns the size of the class, the seconds until the first page of feedback (when all grades are written), the
    seconds until the end, the CPU seconds, and in bytes the peak memory of the grader and of it with its workers.
    """
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch).resolve()
        release(root, lesson, places)
        hand_in(root, lesson, students, wrong, without)
        with counted() as used:
            start, before, most = time.time(), used(), [0, 0]
            watching = threading.Event()
            watcher = threading.Thread(target=_watch, args=(watching, most))
            watcher.start()
            course(["grade", lesson, "--root", str(root), "--again", "--workers", str(workers)])
            wall, cpu = time.time() - start, used() - before
            watching.set()
            watcher.join()
        grades = min(page.stat().st_mtime for page in (root / "feedback").rglob("*.html")) - start
        return students, grades, wall, cpu, *most


def _watch(end: threading.Event, most: list[int]) -> None:
    """Record in ``most`` the peak memory of the grader, and of it with its workers, without the submissions' processes.

    The first is the resident memory of this process. In the second, memory that a worker shares with a forked process
    counts once. Measuring this is slow, so it runs only when the total grows, which is often enough even for a small
    class.
    """
    largest = 0
    while not end.wait(0.5):
        of_me = psutil.Process().username()
        with suppress(psutil.Error):
            found = [psutil.Process(), *psutil.Process().children(recursive=True)]
            mine = [process for process in found if process.username() == of_me]
            most[0] = max(most[0], mine[0].memory_info().rss)
            whole = sum(process.memory_info().rss for process in mine)
            if whole > largest:
                infos = [process.memory_full_info() for process in mine]
                largest = whole
                most[1] = max(most[1], sum(getattr(info, "pss", info.uss) for info in infos))


@contextmanager
def counted() -> Iterator[Callable[[], float]]:
    """Clock of the CPU seconds of this process and of all that it starts.

    It reads them from a Linux control group if it may create one. Otherwise it misses the processes that are killed.
    """
    group = Path(f"/sys/fs/cgroup/cpuacct/benchmark-{os.getpid()}")
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    try:
        group.mkdir()
        (group / "cgroup.procs").write_text(str(os.getpid()))
    except OSError:
        print("Without a control group, the CPU time of killed processes is not counted, so the figures are too low.")
        yield lambda: sum(sum(resource.getrusage(kind)[:2]) for kind in kinds)
        return
    try:
        yield lambda: int((group / "cpuacct.usage").read_text()) / 1e9
    finally:
        for pid in (group / "cgroup.procs").read_text().split():
            with suppress(OSError):
                (group.parent / "cgroup.procs").write_text(pid)
        with suppress(OSError):
            group.rmdir()
