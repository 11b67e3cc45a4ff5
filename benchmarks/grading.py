"""Grade a made-up class: submissions a minute, and CPU a submission, with sandbox and feedback.

python -m benchmarks grading --students 24 --wrong 3
"""

import resource
import shutil
import tempfile
import time
from pathlib import Path

import nbformat

from cs231n_lib.__main__ import main as course
from cs231n_lib.checks.slips import Edited
from cs231n_lib.classroom.nbgrader_course import nbgrader_api
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of

ROOT = Path(__file__).parents[1]


def hand_in(root: Path, lesson: str, students: int, wrong: int) -> None:
    """Have so many students hand in the solution, every ``wrong``-th answer with one of its named mistakes."""
    exercises = exercises_of(checks_of(slug_of(lesson)))
    slips = {
        name: [m.implementation.source for m in exercise.mistakes if isinstance(m.implementation, Edited)]
        for name, exercise in exercises.items()
    }
    count = 0
    for number in range(students):
        notebook = nbformat.read(ROOT / "solutions" / lesson / f"{lesson}.ipynb", as_version=4)
        for cell in notebook.cells:
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
    students: int = 24, wrong: int = 3, lesson: str = "01_optimization", places: bool = True, keep: Path | None = None
) -> None:
    """Grade the class in ``keep``, or in a folder that is removed."""
    with tempfile.TemporaryDirectory() as scratch:
        root = keep or Path(scratch)
        root.mkdir(parents=True, exist_ok=True)
        shutil.copytree(ROOT / "solutions" / lesson, root / "solutions" / lesson, dirs_exist_ok=True)
        (root / "nbgrader_config.py").write_text(
            (ROOT / "nbgrader_config.py").read_text() + f"\nc.JudgeChecks.places = {places}\n"
        )
        (root / "class.toml").write_text('[grading]\nseed = "of the demonstration"\n')
        released = nbgrader_api(root, root / "gradebook.db").generate_assignment(lesson)
        if not released["success"]:
            raise RuntimeError(released.get("log") or released["error"])
        shutil.rmtree(root / "submitted", ignore_errors=True)
        hand_in(root, lesson, students, wrong)
        start, before = time.perf_counter(), _cpu()
        course(["grade", lesson, "--root", str(root), "--again"])
        wall, cpu = time.perf_counter() - start, _cpu() - before
        told = "with" if places else "without"
        print(f"{lesson}, {students} students, every {wrong}. answer wrong, {told} places: "
              f"{60 * students / wall:.0f} a minute, "
              f"{cpu / students:.2f} s of CPU each: {120 * students / cpu:.0f} a minute on two idle cores")  # fmt: skip
        if keep:
            print(f"Look at {root / 'feedback'}, and: cd {root}; nbgrader export; python -m cs231n_lib report")


def _cpu() -> float:
    """Seconds of this process and of all that it started and that have ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(kind)[:2]) for kind in kinds)
