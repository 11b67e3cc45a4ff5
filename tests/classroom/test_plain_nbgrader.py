"""The grades of a class are those of nbgrader by itself: its own steps, one submission after another, no part of ours.

There every cell of the notebook runs in one kernel without a sandbox, and each check judges within it. Answers are
those of `tests/fixtures/unseen_third`, which were written from the released notebooks alone.
"""

import shutil
from copy import deepcopy
from itertools import cycle
from pathlib import Path

import nbformat
import pytest
from checks.answers import answers
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from cs231n_lib.classroom.grading.grade import Grading
from cs231n_lib.classroom.grading.judge import SEED_VARIABLE
from cs231n_lib.classroom.nbgrader_course import nbgrader_api
from cs231n_lib.course.plan import LESSONS
from cs231n_lib.course.student.notebook import CHECK

pytestmark = [
    pytest.mark.audit,
    pytest.mark.seeds,
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]

ROOT = Path(__file__).parents[2]
PLAIN = """\
c = get_config()
c.CourseDirectory.course_id = "cs231n"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.Execute.timeout = 600
c.Execute.iopub_timeout = 60
"""
"""All that nbgrader is told of the course where it grades by itself."""

Grades = dict[tuple[str, str], tuple[float | None, bool]]
"""Automatic points, and whether a person must look at it, by student and cell."""


def answered(solution: NotebookNode, lesson: str, *verdicts: str, which: int = 0) -> NotebookNode:
    """The solution with answers of these verdicts in turns, where there are such, in place of the library's."""
    written = list(answers(ROOT / "tests" / "fixtures" / "unseen_third" / f"{lesson}.py"))
    notebook = deepcopy(solution)
    exercises = [cell for cell in notebook.cells if any(one.exercise == cell.id for one in written)]
    for cell, verdict in zip(exercises, cycle(verdicts), strict=False):
        found = [one.source for one in written if (one.exercise, one.verdict) == (cell.id, verdict)]
        if found:
            cell.source = found[which % len(found)]
    return notebook


def grades(root: Path, lesson: str) -> Grades:
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {
            (str(submission.student.id), grade.name): (grade.auto_score, bool(grade.needs_manual_grade))
            for submission in gradebook.assignment_submissions(lesson)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def class_of(root: Path, lesson: str) -> Path:
    """A course with one lesson, and four who handed it in; where an answer goes wrong is not looked for."""
    solution = nbformat.read(ROOT / "solutions" / lesson / f"{lesson}.ipynb", as_version=4)
    for cell in solution.cells:
        if cell.id.startswith(CHECK):
            cell.source = cell.source.replace("()", "(where=False)")
    submissions = {
        "solution": solution,
        "right": answered(solution, lesson, "right"),
        "mixed": answered(solution, lesson, "right", "wrong"),
        "wrong": answered(solution, lesson, "wrong", which=1),
    }
    (root / "solutions" / lesson).mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    nbformat.write(solution, root / "solutions" / lesson / f"{lesson}.ipynb")
    assert nbgrader_api(root, root / "gradebook.db").generate_assignment(lesson)["success"]
    for student, notebook in submissions.items():
        folder = root / "submitted" / student / lesson
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{lesson}.ipynb")
    return root


@pytest.mark.parametrize("lesson", [one.folder for one in LESSONS])
def test_grades_are_those_of_plain_nbgrader(lesson: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SEED_VARIABLE, "a seed of this test")
    ours, plain = (class_of(tmp_path / name, lesson) for name in ("ours", "plain"))
    assert not Grading(ours, lesson).run().failed
    (plain / "nbgrader_config.py").write_text(PLAIN)
    done = nbgrader_api(plain, plain / "gradebook.db").autograde(lesson, "*")
    assert done["success"], done["log"]
    found, expected = grades(ours, lesson), grades(plain, lesson)
    print(f"{lesson}: {len(found)} grades")
    assert found.keys() == expected.keys()
    assert {where: (points, expected[where]) for where, points in found.items() if points != expected[where]} == {}
    total = {student: sum(points or 0 for (s, _), (points, _) in found.items() if s == student) for student, _ in found}
    assert total["wrong"] < total["mixed"] < total["right"] == total["solution"]
