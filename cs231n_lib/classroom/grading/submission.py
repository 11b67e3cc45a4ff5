"""Grading of one submission, with a gradebook for one lesson and student.

The worker may run on another machine, so it receives its input and returns its result as bytes.
"""

import json
import os
import re
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from distributed import get_worker
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import scoped_session, sessionmaker

from ..errors import ClassroomError
from ..intake import SubmissionExporter
from ..nbgrader_course import CONFIG, read_config
from .judge import SEED_VARIABLE

TIMESTAMP_FILE = "timestamp.txt"
SECRET_FILE = "submission_secret.txt"
"""Files that nbgrader's exchange adds to submissions and needs to return feedback."""

_ERROR = re.compile(r"^\s*[\w.]*(?:Error|Exception): (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class CourseFiles:
    """Files and settings with which a worker grades one lesson.

    ``files`` are the configuration, the lesson's release and its solution, by path in the course's folder. ``blank`` is
    a gradebook without students. ``places`` says whether to search for the places where wrong answers fail, and
    ``changes`` whether to search also for changes that correct these answers.
    """

    files: dict[str, bytes]
    blank: bytes
    seed: str
    unsafe: bool
    places: bool = True
    changes: bool = False

    @cached_property
    def key(self) -> str:
        """Hash of the contents."""
        key = sha256(
            repr((self.seed, self.unsafe, self.places, self.changes, sorted(self.files))).encode() + self.blank
        )
        for name in sorted(self.files):
            key.update(self.files[name])
        return key.hexdigest()


def read_course_files(
    root: Path, lesson: str, blank: bytes, seed: str, *, unsafe: bool, places: bool = True, changes: bool = False
) -> CourseFiles:
    """Read the files of the course at ``root`` for one lesson."""
    wanted = [CONFIG, "class.toml", "notebooks/*.json", f"notebooks/{lesson}/*", f"solutions/{lesson}/*.ipynb"]
    found = {path for pattern in wanted for path in root.glob(pattern) if path.is_file()}
    files = {str(path.relative_to(root)): path.read_bytes() for path in sorted(found)}
    return CourseFiles(files, blank, seed, unsafe, places, changes)


def require_release(course: CourseFiles, gradebook: Gradebook, lesson: str) -> None:
    """Check that release, solution and gradebook have the same exercises.

    Raises
    ------
    ClassroomError
        If the release is missing, or a file is damaged or has different exercises. The message says what to do.
    """
    remedy = f"Run make notebooks, then nbgrader generate_assignment {lesson} --force, and run this command again"
    expected = {
        str(cell.name) for notebook in gradebook.find_assignment(lesson).notebooks for cell in notebook.grade_cells
    }
    for folder in ("notebooks", "solutions"):
        name = f"{folder}/{lesson}/{lesson}.ipynb"
        content = course.files.get(name)
        if content is None:
            if folder == "solutions":  # a course may lack solutions
                continue
            raise ClassroomError(f"{name} is missing. {remedy}")
        try:
            marks = [cell["metadata"].get("nbgrader", {}) for cell in json.loads(content)["cells"]]
            found = {mark["grade_id"] for mark in marks if mark.get("grade")}
        except (ValueError, LookupError, TypeError, AttributeError):
            raise ClassroomError(f"{name} is damaged, so it cannot be read as a notebook. {remedy}") from None
        if other := sorted(expected ^ found):
            has = "lacks" if other[0] in expected else "also has"
            raise ClassroomError(f"{name} {has} the cell {other[0]}, unlike the gradebook. {remedy}")


@dataclass(frozen=True)
class GradingJob:
    """Submission of one student, with the facts about the student that grading needs.

    ``extension`` is extra time in seconds. ``key`` changes with the files, the extension, the release and the seed.
    """

    lesson: str
    student: str
    files: dict[str, bytes]
    key: str
    extension: float | None = None


@dataclass(frozen=True)
class GradedSubmission:
    """Graded notebook of a submission, or the reason why there is none.

    ``scores`` holds, by graded cell, the automatic points (`None` for manual grading) and whether a person must look at
    the cell. ``comments`` holds nbgrader's remarks on answers.
    """

    job: GradingJob
    problem: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    scores: dict[str, tuple[float | None, bool]] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    penalty: float | None = None
    timestamp: Any = None


def blank_gradebook(gradebook: Gradebook, lesson: str) -> bytes:
    """Return a gradebook, as an SQLite file, with one lesson and no students."""
    assignment = gradebook.find_assignment(lesson)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "gradebook.db")
        # If the database contains its version, nbgrader need not start a program that takes a second to determine it.
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


def ignore_submission_warning() -> None:
    """Ignore SQLAlchemy's warning about a submission that nbgrader adds early."""
    warnings.filterwarnings("ignore", "Object of type <Submitted")


_HERE: dict[str, tuple["tempfile.TemporaryDirectory[str]", Any]] = {}
"""Folder of each course in this process, with nbgrader's interface to it."""


def _is_own(file: str) -> bool:
    """Tell whether a gradebook belongs to this process alone and is temporary."""
    return any(Path(file).parent == Path(made.name) for made, _ in _HERE.values())


@cache
def _own_engine(url: str, **options: Any) -> Engine:
    """Return the engine of a temporary gradebook, which does not wait for the disk."""
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def hasten(connection: sqlite3.Connection, _: Any) -> None:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = MEMORY")

    return engine


_open_with_checks = Gradebook.__init__


def _open(gradebook: Gradebook, db_url: str, course_id: str = "default_course", authenticator: Any = None) -> None:
    """Open a gradebook as nbgrader does, but skip its checks of a temporary one."""
    if not _is_own(db_url.removeprefix("sqlite:///")):
        _open_with_checks(gradebook, db_url, course_id, authenticator)
        return
    gradebook.engine = _own_engine(db_url, echo=False, future=True)
    gradebook.db = scoped_session(sessionmaker(autoflush=True, bind=gradebook.engine, future=True))
    gradebook.course_id, gradebook.authenticator = course_id, authenticator


def share_engines() -> None:
    """Make nbgrader use one engine for all connections to each temporary gradebook.

    nbgrader creates an engine in each of a submission's nine steps, and no parameter lets callers pass one. Compiling
    the SQL again for each engine took a third of the grading time, and looking for tables that `blank_gradebook` has
    created took 20 ms of CPU time for each submission.
    """
    Gradebook.__init__ = _open


def prepare_course(course: CourseFiles) -> tuple[Path, Any]:
    """Write the course's files, and return their folder and nbgrader's interface."""
    if course.key not in _HERE:
        try:
            worker = get_worker().local_directory  # removed with the worker, however it ends
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
        if course.changes:
            config.JudgeChecks.changes = True
        ignore_submission_warning()
        share_engines()
        _HERE[course.key] = made, NbGraderAPI(config=config)
    made, api = _HERE[course.key]
    folder = Path(made.name)
    for name in ("submitted", "autograded", "feedback"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "gradebook.db").write_bytes(course.blank)
    return folder, api


def write_new_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write files into a new folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def grade_submission(course: CourseFiles, job: GradingJob) -> GradedSubmission:
    """Grade a submission as ``nbgrader autograde`` does."""
    try:
        os.environ[SEED_VARIABLE] = course.seed
        folder, api = prepare_course(course)
        write_new_folder(folder / "submitted" / job.student / job.lesson, job.files)
        if job.extension is not None:
            with Gradebook(api.coursedir.db_url) as gradebook:
                gradebook.update_or_create_student(job.student)
                gradebook.update_or_create_submission(job.lesson, job.student)
                gradebook.grant_extension(job.lesson, job.student, minutes=job.extension / 60)
        SubmissionExporter.refused = ""
        done = api.autograde(job.lesson, job.student)
        if not done["success"]:
            return GradedSubmission(job, SubmissionExporter.refused[:300] or failure_reason(done))
        return _read(folder / "autograded" / job.student / job.lesson, api.coursedir.db_url, job)
    except BaseException as error:  # any error concerns only this student, and an interrupt would end the worker
        return GradedSubmission(job, f"{type(error).__name__}: {error}"[:300])


def failure_reason(done: Mapping[str, Any]) -> str:
    """Return the relevant sentence from the log of a failed nbgrader step."""
    log = done.get("log", "") + "\n" + done.get("error", "")
    return str([*_ERROR.findall(log), *reversed(log.strip().splitlines()), "nbgrader gave no reason"][0])[:300]


def _read(folder: Path, db_url: str, job: GradingJob) -> GradedSubmission:
    with Gradebook(db_url) as gradebook:
        submission = gradebook.find_submission(job.lesson, job.student)
        notebook = submission.notebooks[0]
        return GradedSubmission(
            job,
            files={path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".ipynb", ".txt")},
            scores={grade.name: (grade.auto_score, bool(grade.needs_manual_grade)) for grade in notebook.grades},
            comments={comment.name: comment.auto_comment for comment in notebook.comments},
            penalty=notebook.late_submission_penalty,
            timestamp=submission.timestamp,
        )
