"""Grades one submission in a folder of its own, with a gradebook that knows the lesson and nobody but this student."""

import os
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from .grading import SEED
from .nbgrader_course import CONFIG, read_config

STAMP = "timestamp.txt"

SECRET = "submission_secret.txt"
"""What nbgrader's exchange puts beside a submission, and asks for to give its feedback back."""

_SAID = re.compile(r"cannot be read \((.*?)\)|^[\w.]*(?:Error|Exception): (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Job:
    """One student's submission: the files of its folder by name, and what grading needs to know of the student.

    ``extension`` is how much longer the student has, in seconds; ``key`` changes with whatever grades depend on.
    """

    lesson: str
    student: str
    files: dict[str, bytes]
    key: str
    extension: float | None = None


@dataclass(frozen=True)
class Graded:
    """What came of a job: the notebook as it was graded, or in ``problem`` why it was not.

    ``scores`` holds, by the graded cell's name, the automatic points, `None` where a person gives them, and whether a
    person must look at it; ``comments`` what nbgrader remarks on an answer.
    """

    job: Job
    problem: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    scores: dict[str, tuple[float | None, bool]] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    penalty: float | None = None
    timestamp: Any = None


def blank_gradebook(gradebook: Gradebook, lesson: str) -> bytes:
    """A gradebook, as a file of SQLite, in which there is one lesson and no student."""
    assignment = gradebook.find_assignment(lesson)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "gradebook.db")
        with Gradebook(f"sqlite:///{path}", gradebook.course_id) as blank:
            blank.add_assignment(lesson)
            blank.find_assignment(lesson).duedate = assignment.duedate
            for notebook in assignment.notebooks:
                at = (notebook.name, lesson)
                blank.add_notebook(*at, kernelspec=notebook.kernelspec)
                for cell in notebook.grade_cells:
                    blank.add_grade_cell(cell.name, *at, max_score=cell.max_score, cell_type=cell.cell_type)
                for cell in notebook.solution_cells:
                    blank.add_solution_cell(cell.name, *at)
                for cell in notebook.source_cells:
                    kept = {name: getattr(cell, name) for name in ("cell_type", "locked", "source", "checksum")}
                    blank.add_source_cell(cell.name, *at, **kept)
            blank.db.commit()
        return path.read_bytes()


@cache
def _own_course(root: str, scratch: str, unsafe: bool) -> tuple[Path, Any]:
    """A course's folder for this process alone, with what the course at ``root`` has of its own, and nbgrader in it."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    for name in (CONFIG, "class.toml", "notebooks", "solutions"):
        if Path(root, name).exists():
            (folder / name).symlink_to(Path(root, name))
    config = read_config(folder)
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    config.JudgeChecks.unsafe = unsafe
    return folder, NbGraderAPI(config=config)


def grade_one(root: str, scratch: str, blank: bytes, seed: str, job: Job, unsafe: bool = False) -> Graded:
    """Grade a submission as ``nbgrader autograde`` does; nothing is changed but a folder of its own in ``scratch``."""
    os.environ[SEED] = seed
    folder, api = _own_course(root, scratch, unsafe)
    for name in ("submitted", "autograded"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "gradebook.db").write_bytes(blank)
    handed_in = folder / "submitted" / job.student / job.lesson
    handed_in.mkdir(parents=True)
    for name, content in job.files.items():
        (handed_in / name).write_bytes(content)
    try:
        if job.extension is not None:
            with Gradebook(api.coursedir.db_url) as gradebook:
                gradebook.update_or_create_student(job.student)
                gradebook.update_or_create_submission(job.lesson, job.student)
                gradebook.grant_extension(job.lesson, job.student, minutes=job.extension / 60)
        done = api.autograde(job.lesson, job.student)
        if not done["success"]:
            return Graded(job, _why(done.get("log", "") + "\n" + done.get("error", "")))
        return _read(folder / "autograded" / job.student / job.lesson, api.coursedir.db_url, job)
    except BaseException as error:  # whatever it is, it concerns this student only; an interrupt would end the worker
        return Graded(job, f"{type(error).__name__}: {error}"[:300])


def _why(log: str) -> str:
    """The sentence that matters in nbgrader's log."""
    found: list[str] = [a or b for a, b in _SAID.findall(log)]
    return [*found, *reversed(log.strip().splitlines()), "nbgrader said nothing"][0][:300]


def _read(folder: Path, db_url: str, job: Job) -> Graded:
    with Gradebook(db_url) as gradebook:
        submission = gradebook.find_submission(job.lesson, job.student)
        notebook = submission.notebooks[0]
        return Graded(
            job,
            files={path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".ipynb", ".txt")},
            scores={grade.name: (grade.auto_score, bool(grade.needs_manual_grade)) for grade in notebook.grades},
            comments={comment.name: comment.auto_comment for comment in notebook.comments},
            penalty=notebook.late_submission_penalty,
            timestamp=submission.timestamp,
        )
