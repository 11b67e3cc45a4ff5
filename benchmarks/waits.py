"""CPU and wall-clock time of what people wait for, in this checkout and, paired with it, in another.

python -m benchmarks waits                          # everything, for this checkout
python -m benchmarks waits --against ../before      # takes turns with another checkout
python -m benchmarks waits --only start,first_cell  # only these parts

Each measurement runs in a process of its own. The checkouts take turns, so a busy machine slows both. Both check
the same answers, which come from the other checkout. The command compares CPU seconds, because
wall-clock time includes the waiting for other programs.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.timing import show

ROOT = Path(__file__).parents[1]
LESSONS = tuple(sorted(path.stem for path in ROOT.glob("solutions/0[1-9]_*/*.py")))
WRONG_ANSWERS = 4
"""Number of named mistakes that are checked in each exercise."""

Times = list[tuple[float, float]]
"""CPU and wall-clock seconds of each thing that a process measured."""

# The programs below run in the checkout that is measured, and print their times as JSON. They use only what both
# checkouts have.
CLOCK = """
import json, sys, time
times = []
class clock:
    def __enter__(self): self.start = time.process_time(), time.perf_counter()
    def __exit__(self, *_): times.append((time.process_time() - self.start[0], time.perf_counter() - self.start[1]))
"""
SOLUTION = """
import json, resource, sys, time
from pathlib import Path
import nbformat
from cs231n_lib.classroom.release import build
path = Path("solutions", sys.argv[1], sys.argv[1] + ".ipynb")
notebook, start = nbformat.read(path, as_version=4), time.perf_counter()
build.run(notebook, path.absolute())
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([(used.ru_utime + used.ru_stime, time.perf_counter() - start)]))
"""
ANSWERS = """
import ast, random
from cs231n_lib.checks.run.instrument import text_of
from cs231n_lib.checks.slips import Edited
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of
def right(exercise):
    text = text_of(exercise.reference)
    return [ast.unparse(text.tree) + "\\n"] if text else []
def wrong(exercise):
    edited = [m.implementation.source for m in exercise.mistakes if isinstance(m.implementation, Edited)]
    return random.Random(exercise.name).sample(edited, min(len(edited), int(sys.argv[3])))
print(json.dumps({
    name: {"right": right, "wrong": wrong}[sys.argv[2]](exercise)
    for name, exercise in exercises_of(checks_of(slug_of(sys.argv[1]))).items()
    if not exercise.cpu_time  # trains a network, which takes most of its time
}))
"""
# A notebook has IPython and matplotlib loaded when a check runs.
CHECKS = """
import linecache, warnings
from inspect import unwrap
import IPython.utils.capture, matplotlib.pyplot
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of
def written(exercise, source):
    name = unwrap(exercise.reference).__name__
    file, space = f"<answer {name} {len(linecache.cache)}>", dict(unwrap(exercise.reference).__globals__)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), space)
    return space[name]
warnings.simplefilter("ignore")
exercises = exercises_of(checks_of(slug_of(sys.argv[1])))
for name, answers in json.load(sys.stdin).items():
    for source in answers:
        function = written(exercises[name], source)
        with clock():
            exercises[name](function)
print(json.dumps(times))
"""
START = """
import subprocess
with clock():
    from cs231n_lib.__main__ import main
    subprocess.run = lambda *_, **__: subprocess.CompletedProcess([], 0)
    main(["start", sys.argv[1]])
print()
print(json.dumps(times))
"""
FIRST_CELL = """
import nbformat
import ipykernel.ipkernel, ipykernel.kernelapp, ipykernel.zmqshell
from IPython.core.interactiveshell import InteractiveShell
book = nbformat.read(f"solutions/{sys.argv[1]}/{sys.argv[1]}.ipynb", as_version=4)
cells = [cell.source for cell in book.cells if cell.cell_type == "code"]
shell = InteractiveShell.instance()
shell.run_cell("None")
with clock():
    for cell in cells[: int(sys.argv[2])]:
        shell.run_cell(cell).raise_error()
print()
print(json.dumps(times))
"""

Measure = Callable[[Path, str, Path], Times]
"""Measures a case in the first checkout. If it needs answers, they come from the second."""


def _printed(code: str, root: Path, *arguments: str, stdin: str = "") -> str:
    """Last line that a Python program prints, which imports the library of the checkout in ``root``."""
    environment = os.environ | {"PYTHONPATH": str(root), "CS231N_STATIC": "1", "MPLBACKEND": "agg"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=root,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"A measurement in {root} failed:\n{done.stderr[-2000:]}")
    return done.stdout.splitlines()[-1]


def _measured(code: str, root: Path, *arguments: str, stdin: str = "") -> Times:
    """Times that a program prints."""
    return [(cpu, wall) for cpu, wall in json.loads(_printed(CLOCK + code, root, *arguments, stdin=stdin))]


@cache
def _answers(root: Path, lesson: str, kind: str) -> str:
    """Source of right or wrong answers by exercise, as JSON."""
    return _printed(CLOCK + ANSWERS, root, lesson, kind, str(WRONG_ANSWERS))


def solution(root: Path, lesson: str, _: Path) -> Times:
    """Time of the kernel that runs the whole solution of a lesson."""
    return _measured(SOLUTION, root, lesson)


def right(root: Path, lesson: str, other: Path) -> Times:
    """Times of the first check of a right answer to each exercise."""
    return _measured(CHECKS, root, lesson, stdin=_answers(other, lesson, "right"))


def wrong(root: Path, lesson: str, other: Path) -> Times:
    """Times of checks of wrong answers, each with the search for its place."""
    return _measured(CHECKS, root, lesson, stdin=_answers(other, lesson, "wrong"))


def start(root: Path, lesson: str, _: Path) -> Times:
    """Time of ``cs231n start`` in a new folder, or in the same one again, up to the start of the server."""
    with TemporaryDirectory() as folder:
        starts = 2 if lesson == "again" else 1
        return [_measured(START, root, folder)[0] for _ in range(starts)][-1:]


def first_cell(root: Path, lesson: str, _: Path) -> Times:
    """Time of the first cell of a lesson in a kernel that has just started."""
    return _measured(FIRST_CELL, root, lesson, "1")


def first_two(root: Path, lesson: str, _: Path) -> Times:
    """Time of the first two code cells, of which the second shows the lesson's first figure."""
    return _measured(FIRST_CELL, root, lesson, "2")


PARTS: dict[str, tuple[Measure, Sequence[str], int]] = {
    "solution": (solution, LESSONS, 1),
    "right": (right, LESSONS, 3),
    "wrong": (wrong, LESSONS, 1),
    "start": (start, ("new", "again"), 15),
    "first_cell": (first_cell, LESSONS, 5),
    "first_two": (first_two, LESSONS, 5),
}
"""The measurement of each part, the cases that it measures, and the default number of rounds."""


def compare(part: str, roots: Sequence[Path], rounds: int = 0, cases: Sequence[str] = ()) -> list[dict[str, Times]]:
    """Times of a part in each checkout by case, as medians of the rounds.

    In each round the checkouts take turns, and the first one changes from round to round. They check the same answers.
    """
    measure, known, usual = PARTS[part]
    found: list[dict[str, Times]] = [{} for _ in roots]
    for case in cases or known:
        samples: list[list[Times]] = [[] for _ in roots]
        for turn in range(rounds or usual):
            order = list(enumerate(roots))
            for i, root in order[:: -1 if turn % 2 else 1]:
                samples[i].append(measure(root, case, roots[-1]))
        for i, several in enumerate(samples):
            found[i][case] = [_medians(one) for one in zip(*several, strict=True)]
    return found


def _medians(times: Sequence[tuple[float, float]]) -> tuple[float, float]:
    cpu, wall = zip(*times, strict=True)
    return statistics.median(cpu), statistics.median(wall)


def rows(part: str, found: Sequence[dict[str, Times]]) -> list[list[str]]:
    """Rows of the table for a part, with the change from the other checkout to this one."""

    def row(name: str, of: Callable[[dict[str, Times], int], float]) -> list[str]:
        cpu, wall = [of(one, 0) for one in found], [of(one, 1) for one in found]
        change = [f"{100 * (cpu[0] / cpu[1] - 1):+.0f} %"] if len(cpu) > 1 else []
        return [name, *(f"{value:.3f}" for value in reversed(cpu)), *change, f"{wall[0]:.3f}"]

    def every(one: dict[str, Times], kind: int) -> list[float]:
        return sorted(times[kind] for several in one.values() for times in several)

    def middle(one: dict[str, Times], kind: int) -> float:
        return statistics.median(every(one, kind))

    def ninetieth(one: dict[str, Times], kind: int) -> float:
        return every(one, kind)[int(0.9 * len(every(one, kind)))]

    def total(one: dict[str, Times], kind: int) -> float:
        return sum(every(one, kind))

    if part in ("right", "wrong"):
        kinds = {"median": middle, "90th percentile": ninetieth, "sum": total}
        return [row(f"{part} answer, {name}", of) for name, of in kinds.items()]

    def of_case(case: str) -> Callable[[dict[str, Times], int], float]:
        return lambda one, kind: one[case][0][kind]

    single = [row(f"{part} {case}", of_case(case)) for case in found[0]]
    return single if part == "start" else [*single, row(f"{part}, sum", total)]


def main(against: Path | None = None, only: Sequence[str] = (), rounds: int = 0) -> None:
    """Print a table of all parts, or only of those named."""
    roots = [ROOT, *([against.resolve()] if against else [])]
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    table = [line for part in only or PARTS for line in rows(part, compare(part, roots, rounds))]
    columns = ["before (CPU s)", "now (CPU s)", "change", "now (wall s)"] if against else ["CPU (s)", "wall (s)"]
    show("Waiting times", ["what", *columns], table)
    print(f"Load at the start: {load:.1f}")
