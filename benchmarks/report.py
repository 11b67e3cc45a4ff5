"""Time of the report on an invented class, with notebooks that are new or were read before.

In ``grade`` the workers read the notebooks with the feedback, so a later report need not read them.

python -m benchmarks report --students 1000
"""

import json
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from nbgrader.api import Gradebook

from cs231n_lib.checks.report import METADATA
from cs231n_lib.classroom.grading.graded_notebooks import summarise, summary_file, update_summaries
from cs231n_lib.classroom.nbgrader_course import nbgrader_api
from cs231n_lib.classroom.report.graded_class import GradedCourse
from cs231n_lib.classroom.report.write import report
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of

ROOT = Path(__file__).parents[1]


def main(students: int = 1000, lesson: str = "01_optimization") -> None:
    """Invent a class in a temporary folder and write its report three times."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        shutil.copytree(ROOT / "solutions" / lesson, root / "solutions" / lesson)
        shutil.copy(ROOT / "nbgrader_config.py", root)
        released = nbgrader_api(root, root / "gradebook.db").generate_assignment(lesson)
        if not released["success"]:
            raise RuntimeError(released.get("log") or released["error"])
        _make_up(root, lesson, students)
        for when in ("after grading", "again", "notebooks not read before"):
            if when == "notebooks not read before":
                summary_file(root, lesson).unlink()
            start, cpu = time.perf_counter(), time.process_time()
            list(report(root, lesson, root / "report"))
            whole, used = time.perf_counter() - start, time.process_time() - cpu
            cpu = time.process_time()
            GradedCourse(root).read(lesson)
            print(f"{lesson}, {students} students, {when}: {whole:.2f} s, {used:.2f} s of CPU; "
                  f"reading gradebook and summaries again took {time.process_time() - cpu:.2f} s of CPU")  # fmt: skip


def _make_up(root: Path, lesson: str, students: int) -> None:
    """Write graded notebooks with a named mistake in about one answer of three, their points and their summaries."""
    said, paths = {}, {}
    rng = np.random.default_rng(0)
    exercises = exercises_of(checks_of(slug_of(lesson)))
    notebook = json.loads((root / "solutions" / lesson / f"{lesson}.ipynb").read_bytes())
    checked = [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
    with Gradebook(f"sqlite:///{root}/gradebook.db", "cs231n") as gradebook:
        for number in range(students):
            student = f"student-{number:04d}"
            gradebook.add_student(student)
            wrong = {}
            for cell in checked:
                exercise = exercises.get(cell["metadata"]["nbgrader"]["grade_id"].removeprefix("check_"))
                if exercise is None:
                    continue
                mistakes = [m.name for m in exercise.mistakes] if rng.random() < 1 / 3 else []
                found = {"headline": "Not right yet", "mistakes": [str(rng.choice(mistakes))]} if mistakes else {}
                cell["outputs"] = [{"output_type": "execute_result", "data": {}, "metadata": {METADATA: found}}]
                wrong[cell["metadata"]["nbgrader"]["grade_id"]] = bool(found)
            for step in ("submitted", "autograded"):
                folder = root / step / student / lesson
                folder.mkdir(parents=True)
                (folder / f"{lesson}.ipynb").write_text(json.dumps(notebook) if step == "autograded" else "")
            said[student], paths[student] = summarise(notebook), folder / f"{lesson}.ipynb"
            (submitted,) = gradebook.add_submission(lesson, student).notebooks
            for grade in submitted.grades:
                grade.auto_score = None if grade.name not in wrong else 0.0 if wrong[grade.name] else grade.max_score
                grade.needs_manual_grade = grade.name not in wrong
        gradebook.db.commit()
    update_summaries(summary_file(root, lesson), said, paths)
