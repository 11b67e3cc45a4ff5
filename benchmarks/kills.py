"""Kills of the grader, a worker or the scheduler at random moments.

A second run must leave the same gradebook as an undisturbed run.

python -m benchmarks kills --times 20
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from cs231n_lib.classroom.nbgrader_course import nbgrader_api
from cs231n_lib.classroom.release.build import build

ROOT = Path(__file__).parents[1]
FIXTURE = ROOT / "tests" / "fixtures" / "course"
LESSON = "01_demo"
STUB = "    # Your code goes here, in place of the next line.\n    raise NotImplementedError"
ANSWERS = {
    "double": ("return 2 * x", "return x * x"),
    "mean_square": ("return scale * float(np.mean(x ** 2))", "return 1"),
}
VICTIMS = ("grader", "worker", "scheduler")

Row = tuple[object, ...]
Process = subprocess.Popen[bytes]


def make_class(root: Path, students: int) -> None:
    """Release the lesson built in ``root`` and add submissions, one of which has a manual grade."""
    with (root / "nbgrader_config.py").open("a") as config:
        config.write('\nc.JudgeChecks.home = "course_lessons"\n')
    (root / "class.toml").write_text('[grading]\nseed = "of the kills"\n')
    if not nbgrader_api(root, root / "gradebook.db").generate_assignment(LESSON)["success"]:
        raise RuntimeError(f"nbgrader did not release {LESSON}.")
    for number in range(students):
        notebook = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
        for place, cell in enumerate(cell for cell in notebook.cells if cell.id in ANSWERS):
            cell.source = cell.source.replace(STUB, f"    {ANSWERS[cell.id][number >> place & 1]}")
        folder = root / "submitted" / f"student-{number}" / LESSON
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{LESSON}.ipynb")
    with Gradebook(f"sqlite:///{root}/gradebook.db", "cs231n") as gradebook:
        gradebook.add_student("student-0")
        gradebook.add_submission(LESSON, "student-0")
        grade = gradebook.find_grade("reflection", LESSON, LESSON, "student-0")
        grade.manual_score, grade.needs_manual_grade = 7, False
        gradebook.db.commit()


def rows(root: Path, lesson: str = LESSON) -> list[Row]:
    """Entries of the gradebook for each student, and whether the page of feedback exists."""
    found: list[Row] = []
    with Gradebook(f"sqlite:///{root}/gradebook.db", "cs231n") as gradebook:
        for submission in gradebook.assignment_submissions(lesson):
            student = str(submission.student.id)
            (notebook,) = submission.notebooks
            page = (root / "feedback" / student / lesson / f"{lesson}.html").exists()
            found.append(("score", student, submission.score, submission.late_submission_penalty, page))
            found += [
                ("grade", student, g.name, g.auto_score, g.manual_score, g.needs_manual_grade) for g in notebook.grades
            ]
            found += [("comment", student, c.name, c.auto_comment, c.manual_comment) for c in notebook.comments]
    return sorted(found, key=repr)


def _start(folder: Path, *command: str, within: Sequence[str] = ()) -> Process:
    folder.mkdir(parents=True, exist_ok=True)
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(FIXTURE)])}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([*within, sys.executable, "-m", *command], cwd=folder, env=env, stdout=log, stderr=log)


class Cluster:
    """Scheduler and two workers, each with its own folder, as if started by hand.

    The folder ``hidden`` is empty for the workers, as if it were on another machine.
    """

    def __init__(self, folder: Path, hidden: Path) -> None:
        self.folder = folder
        self.elsewhere = ("bwrap", "--dev-bind", "/", "/", "--tmpfs", str(hidden), "--die-with-parent", "--")
        self.processes: dict[str, Process] = {}
        self.complete()

    @property
    def address(self) -> str:
        """Address of the scheduler, after waiting until it has one."""
        file, end = self.folder / "scheduler" / "file.json", time.monotonic() + 120
        while not file.exists() and time.monotonic() < end:
            time.sleep(0.1)
        return str(json.loads(file.read_text())["address"])

    def complete(self) -> None:
        """Start the processes that are not running."""
        if not self._runs("scheduler"):
            self.end()
            file = self.folder / "scheduler" / "file.json"
            file.unlink(missing_ok=True)
            options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
            self.processes["scheduler"] = _start(file.parent, "dask", "scheduler", *options)
        for name in ("worker", "second worker"):
            if not self._runs(name):
                options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", ".")
                self.processes[name] = _start(
                    self.folder / name, "dask", "worker", self.address, *options, within=self.elsewhere
                )

    def _runs(self, name: str) -> bool:
        return name in self.processes and self.processes[name].poll() is None

    def end(self) -> None:
        """Kill all processes."""
        for process in self.processes.values():
            process.kill()
            process.wait()
        self.processes.clear()


@contextmanager
def cluster_in(folder: Path, hidden: Path) -> Iterator[Cluster]:
    """Cluster that stops at the end of the block."""
    cluster = Cluster(folder, hidden)
    try:
        yield cluster
    finally:
        cluster.end()


def grade(root: Path, cluster: Cluster, lesson: str = LESSON) -> Process:
    """Start grading the class on the cluster."""
    return _start(root / "log", "cs231n_lib", "grade", lesson, "--root", str(root), "--scheduler", cluster.address)


def graded(root: Path, cluster: Cluster) -> list[Row]:
    """Grade the class to the end and return the entries of the gradebook."""
    process = grade(root, cluster)
    if process.wait(600):
        raise RuntimeError((root / "log" / "log").read_text()[-3000:])
    return rows(root)


def disturbed(ready: Path, cluster: Cluster, victim: str, after: float) -> list[Row]:
    """Grade a copy of a class, kill the victim ``after`` seconds later, and grade again."""
    root = ready.with_name(f"{victim}-{after:.3f}")
    shutil.copytree(ready, root)
    process = grade(root, cluster)
    time.sleep(after)
    killed = process if victim == "grader" else cluster.processes[victim]
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    process.wait(600)
    cluster.complete()
    found = graded(root, cluster)
    shutil.rmtree(root)
    return found


def main(times: int = 20, students: int = 4) -> None:
    """Kill each victim ``times`` times and print how many gradebooks are equal."""
    random.seed(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ready = folder / "class" / "ready"
        shutil.copytree(FIXTURE / "solutions", ready / "solutions")
        shutil.copy(ROOT / "nbgrader_config.py", ready)
        sys.path.insert(0, str(FIXTURE))
        os.environ["PYTHONPATH"] = str(FIXTURE)
        build(ready, home="course_lessons")
        make_class(ready, students)
        with cluster_in(folder / "cluster", ready.parent) as cluster:
            undisturbed = ready.with_name("undisturbed")
            shutil.copytree(ready, undisturbed)
            start = time.monotonic()
            expected = graded(undisturbed, cluster)
            seconds = time.monotonic() - start
            print(f"An undisturbed run with {students} students gave {len(expected)} rows in {seconds:.0f} s.")
            for victim in VICTIMS:
                moments = [random.uniform(0, seconds) for _ in range(times)]
                equal = [disturbed(ready, cluster, victim, moment) == expected for moment in moments]
                print(
                    f"After {times} kills of the {victim}, {sum(equal)} gradebooks were equal row for row.", flush=True
                )
