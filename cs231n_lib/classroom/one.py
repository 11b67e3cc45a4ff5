"""Grades one submission in a folder of its own, with a gradebook that knows the lesson and nobody but this student.

A worker does this, which may be another machine: what it needs comes to it as bytes, and what it found goes back so.
"""

import os
import re
import shutil
import sqlite3
import tempfile
import warnings
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbgrader.api
from distributed import get_worker
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy import Engine, create_engine, event, text

from .grading import SEED
from .nbgrader_course import CONFIG, read_config

STAMP = "timestamp.txt"
SECRET = "submission_secret.txt"
"""What nbgrader's exchange puts beside a submission, and asks for to give its feedback back."""

_UNREADABLE = re.compile(r"cannot be read \((.*?)\)")
_ERROR = re.compile(r"^\s*[\w.]*(?:Error|Exception): (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Course:
    """What a worker needs of a course to grade one of its lessons.

    ``files`` are the configuration, the lesson's release and its solution, by their paths in the course's folder;
    ``blank`` is a gradebook without students; ``places`` is whether to look for where a wrong answer goes wrong.
    """

    files: dict[str, bytes]
    blank: bytes
    seed: str
    unsafe: bool
    places: bool = True

    @cached_property
    def key(self) -> str:
        """Another one for any other content."""
        key = sha256(repr((self.seed, self.unsafe, self.places, sorted(self.files))).encode() + self.blank)
        for name in sorted(self.files):
            key.update(self.files[name])
        return key.hexdigest()


def course_at(root: Path, lesson: str, blank: bytes, seed: str, *, unsafe: bool, places: bool = True) -> Course:
    """The course in the folder ``root``, for one of its lessons, whose `blank_gradebook` this is."""
    wanted = [CONFIG, "class.toml", "notebooks/*.json", f"notebooks/{lesson}/*", f"solutions/{lesson}/*.ipynb"]
    found = {path for pattern in wanted for path in root.glob(pattern) if path.is_file()}
    files = {str(path.relative_to(root)): path.read_bytes() for path in sorted(found)}
    return Course(files, blank, seed, unsafe, places)


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
        # Otherwise nbgrader starts a program, for a second, which tells the version of an empty database.
        version = gradebook.db.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        with closing(sqlite3.connect(path)) as new:
            new.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            new.execute("INSERT INTO alembic_version VALUES (?)", (version,))
            new.commit()
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


def expect_remarks() -> None:
    """Print nothing where nbgrader adds a submission before the session knows it, which SQLAlchemy remarks on."""
    warnings.filterwarnings("ignore", "Object of type <Submitted")


_HERE: dict[str, tuple["tempfile.TemporaryDirectory[str]", Any]] = {}
"""Each course's folder for this process alone, and nbgrader in it."""


def _is_own(file: str) -> bool:
    """Whether a gradebook is this process's alone, and soon thrown away."""
    return any(Path(file).parent == Path(made.name) for made, _ in _HERE.values())


@event.listens_for(Engine, "connect")
def _hasten(connection: Any, _: Any) -> None:
    """Let nobody wait for the disk where a gradebook is this process's own."""
    if isinstance(connection, sqlite3.Connection) and _is_own(connection.execute("PRAGMA database_list").fetchone()[2]):
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = MEMORY")


_kept_engine = cache(create_engine)


def _engine(url: str, **options: Any) -> Engine:
    """The engine of a gradebook; of this process's own always the same one, which keeps the SQL that it has compiled.

    nbgrader makes one for each of a submission's eight steps, and compiling for each took a third of the grader's time.
    """
    return (_kept_engine if _is_own(url.removeprefix("sqlite:///")) else create_engine)(url, **options)


nbgrader.api.create_engine = _engine


def at_hand(course: Course) -> tuple[Path, Any]:
    """The course as files, without any student, and nbgrader there."""
    if course.key not in _HERE:
        try:
            worker = get_worker().local_directory  # which is removed with the worker, however that ends
        except ValueError:
            worker = None
        made = tempfile.TemporaryDirectory(dir=worker)
        for name, content in course.files.items():
            path = Path(made.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        config = read_config(Path(made.name))
        config.CourseDirectory.db_url = f"sqlite:///{made.name}/gradebook.db"
        config.JudgeChecks.unsafe = course.unsafe
        if not course.places:
            config.JudgeChecks.places = False
        expect_remarks()
        _HERE[course.key] = made, NbGraderAPI(config=config)
    made, api = _HERE[course.key]
    folder = Path(made.name)
    for name in ("submitted", "autograded", "feedback"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "gradebook.db").write_bytes(course.blank)
    return folder, api


def put_into(folder: Path, files: dict[str, bytes]) -> None:
    """Write files into a new folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def grade_one(course: Course, job: Job) -> Graded:
    """Grade a submission as ``nbgrader autograde`` does."""
    try:
        os.environ[SEED] = course.seed
        folder, api = at_hand(course)
        put_into(folder / "submitted" / job.student / job.lesson, job.files)
        if job.extension is not None:
            with Gradebook(api.coursedir.db_url) as gradebook:
                gradebook.update_or_create_student(job.student)
                gradebook.update_or_create_submission(job.lesson, job.student)
                gradebook.grant_extension(job.lesson, job.student, minutes=job.extension / 60)
        done = api.autograde(job.lesson, job.student)
        if not done["success"]:
            return Graded(job, why(done.get("log", "") + "\n" + done.get("error", "")))
        return _read(folder / "autograded" / job.student / job.lesson, api.coursedir.db_url, job)
    except BaseException as error:  # whatever it is, it concerns this student only; an interrupt would end the worker
        return Graded(job, f"{type(error).__name__}: {error}"[:300])


def why(log: str) -> str:
    """The sentence that matters in nbgrader's log."""
    found = _UNREADABLE.findall(log) + _ERROR.findall(log)
    return str([*found, *reversed(log.strip().splitlines()), "nbgrader said nothing"][0])[:300]


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
