"""One class whose grader, workers and scheduler are killed again and again while it is graded.

After each kill the command runs again, as an instructor would start it. The gradebook must equal that of an undisturbed
run. One submission in twenty attacks the grader or cannot be read.

python -m benchmarks interrupted --lesson 7 --students 300 --times 20
"""

import importlib
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from benchmarks.grading import ROOT, hand_in, release
from benchmarks.kills import VICTIMS, Cluster, Process, Row, cluster_in, grade, rows
from cs231n_lib.classroom.grading.ledger import Ledger

HOSTILE = 20
"""One submission in this many is hostile, and every third of these cannot be read."""

DRAW = 0
"""Seed of the choice of attacks."""

TOO_LARGE = {"60 MB", "10,000 cells"}
"""Files that would mostly measure the disk."""

RUNNING = 0.7
"""Fraction of the undisturbed time over which the kills are spread. Restarts take additional time."""

AFTERWARDS = 5.0
"""Seconds within which a command that has nothing left to grade is killed."""

LONGEST = 3600.0
"""Seconds that one run of the command may take."""


@dataclass
class Kills:
    """Number of kills while the class was being graded, and after all was graded."""

    during: int = 0
    after: int = 0
    commands: int = 0
    """Times that the command was started."""


def make_class(root: Path, lesson: str, students: int) -> int:
    """Release a lesson and hand in for each student. Returns the number of hostile submissions."""
    release(root, lesson, places=False)
    hand_in(root, lesson, students, wrong=3)
    tests = str(ROOT / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    corpora = importlib.import_module("classroom.corpora")
    cells = list(corpora.CELLS.values())
    damages = [damage for name, (damage, _) in corpora.UNREADABLE.items() if name not in TOO_LARGE]
    random.Random(DRAW).shuffle(cells)
    chosen = sorted((root / "submitted").iterdir())[HOSTILE // 2 :: HOSTILE]
    for number, folder in enumerate(chosen):
        path = folder / lesson / f"{lesson}.ipynb"
        if number % 3 == 2:
            path.write_bytes(damages[number // 3 % len(damages)](path.read_text()))
            continue
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(2, new_code_cell(cells[number % len(cells)].replace("ROOT", str(root))))
        nbformat.write(notebook, path)
    return len(chosen)


def outcome(root: Path, lesson: str) -> list[Row]:
    """Entries of the gradebook, and the reason why a student has no grade."""
    reasons = [("reason", student, note.get("problem", "")) for student, note in Ledger(root, lesson).records()]
    return sorted(rows(root, lesson) + reasons, key=repr)


def disturb(root: Path, lesson: str, cluster: Cluster, times: int, seconds: float) -> Kills:
    """Grade a class to the end, with ``times`` kills of each process spread over ``seconds``."""
    drawn = random.Random(times)
    victims = [victim for victim in VICTIMS for _ in range(times)]
    drawn.shuffle(victims)
    done = Kills(commands=1)
    process = grade(root, cluster, lesson)

    def again() -> Process:
        done.commands += 1
        cluster.complete()
        return grade(root, cluster, lesson)

    for victim in victims:
        finished = _ends_within(process, drawn.uniform(0, 2 * seconds / len(victims)))
        if finished:
            process = again()
            _ends_within(process, drawn.uniform(0, AFTERWARDS))
        killed = process if victim == "grader" else cluster.processes[victim]
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        done.during, done.after = done.during + (not finished), done.after + finished
        if victim == "worker":
            cluster.complete()
        else:
            process.wait(LONGEST)
            process = again()
    process.wait(LONGEST)
    again().wait(LONGEST)
    return done


def _ends_within(process: Process, seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def undisturbed(folder: Path, lesson: str, students: int) -> tuple[list[Row], float]:
    """Make a class in ``folder`` and grade it without kills. Returns the gradebook's entries and the seconds."""
    root, kept, noted = folder / "class" / "course", folder / "class" / "kept", folder / "undisturbed.json"
    if not noted.exists():
        hostile = make_class(root, lesson, students)
        shutil.copytree(root, kept)
        with cluster_in(folder / "cluster", root.parent) as cluster:
            start = time.monotonic()
            grade(root, cluster, lesson).wait(LONGEST)
            seconds = time.monotonic() - start
        found = outcome(root, lesson)
        noted.write_text(json.dumps([found, seconds]))
        print(
            f"{lesson}: {students} students, {hostile} of them hostile. The undisturbed run took {seconds:.0f} s and "
            f"left {len(found)} rows.",
            flush=True,
        )
    rows, seconds = json.loads(noted.read_text())
    return [tuple(row) for row in rows], seconds


def compare(folder: Path, lesson: str, students: int, times: int) -> tuple[list[Row], list[Row], Kills]:
    """Entries of the gradebook of an undisturbed class and of the same class with kills."""
    expected, seconds = undisturbed(folder, lesson, students)
    root = folder / "class" / "course"  # attacks contain this path
    shutil.rmtree(root)
    shutil.copytree(folder / "class" / "kept", root)
    with cluster_in(folder / "cluster", root.parent) as cluster:
        done = disturb(root, lesson, cluster, times, RUNNING * seconds)
    return expected, outcome(root, lesson), done


def main(lesson: str, students: int, times: int = 20, keep: Path | None = None) -> None:
    """Kill each process ``times`` times while one class is graded, and print the rows that differ.

    In ``keep`` the undisturbed class stays for a next call, and with ``times=0`` nothing is killed.
    """
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (keep or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
        if not times:
            undisturbed(folder, lesson, students)
            return
        expected, found, done = compare(folder, lesson, students, times)
    print(
        f"{done.during} kills during grading and {done.after} after it, {done.commands} commands, "
        f"{time.monotonic() - start:.0f} s in all."
    )
    differing = sorted({*expected} ^ {*found}, key=repr)
    print("The gradebooks are equal row for row." if not differing else f"{len(differing)} rows differ:")
    for row in differing:
        print("expected" if row in expected else "found   ", *row)
