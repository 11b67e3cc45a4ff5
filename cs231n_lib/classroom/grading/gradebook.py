"""Writing to the gradebook, which never changes a manual grade."""

import json
import sqlite3
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry
from nbgrader.preprocessors import SaveAutoGrades
from sqlalchemy.orm import joinedload

from cs231n_lib.course.student.notebook import CHECK
from cs231n_lib.storage import staged_files

from ..errors import ClassroomError
from ..nbgrader_course import AGAIN, LOCK_SECONDS, database_problem, is_busy
from .graded_notebooks import summarise
from .submission import GradedSubmission, ignore_submission_warning

KEPT_BACKUPS = 5


def back_up(database: Path) -> Path:
    """Copy an SQLite gradebook (even in use) to ``backups/``, and remove old copies."""
    folder = database.parent / "backups"
    folder.mkdir(exist_ok=True)
    copy = folder / f"{database.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}{database.suffix}"
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(copy)) as then:
        now.backup(then)
    others = sorted(path for path in folder.glob(f"{database.stem}-*{database.suffix}") if path != copy)
    for old in others[: 1 - KEPT_BACKUPS]:  # keeps the new copy, which has an earlier time if the clock was set back
        old.unlink()
    return copy


def require_gradebook(database: Path) -> None:
    """Check that an SQLite gradebook is not damaged and can be written.

    Raises
    ------
    ClassroomError
        If it is damaged or cannot be written. The message says what to do.
    """
    with closing(sqlite3.connect(database, timeout=LOCK_SECONDS)) as gradebook:
        try:
            (found,) = gradebook.execute("PRAGMA quick_check(1)").fetchone()
            gradebook.execute("BEGIN IMMEDIATE")
            gradebook.execute("CREATE TABLE tried_to_write (x)")  # needs a journal, so this tests the folder too
            gradebook.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            problem = f"{database} cannot be written ({error}). {AGAIN}"
            raise ClassroomError(database_problem(error) if is_busy(error) else problem) from None
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        remedy = "Replace it with the newest copy from backups/, and run this command again"
        raise ClassroomError(f"{database} is damaged ({found.splitlines()[0]}). {remedy}")


@contextmanager
def transaction(gradebook: Gradebook) -> Iterator[None]:
    """Commit the changes of several nbgrader methods together or not at all."""
    session = gradebook.db
    commit = session.commit
    session.commit = session.flush
    try:
        with warnings.catch_warnings():
            ignore_submission_warning()
            yield
            commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.commit = commit


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]  # nbgrader has no types
    """Save a worker's points like nbgrader's ``SaveAutoGrades``, in one transaction.

    nbgrader searches for each cell's entry in a query over seven tables, and commits each entry separately. For lesson
    01 this took 27 ms of CPU time for each submission instead of 7 ms.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Save the points and comments of all cells."""
        told = resources["nbgrader"]
        at = told["notebook"], told["assignment"], told["student"]
        self.notebook_id, self.assignment_id, self.student_id = at
        with Gradebook(told["db_url"]) as gradebook:
            notebook = gradebook.find_submission_notebook(*at)
            self.gradebook = _Entries(*(_by_cell(gradebook, kind, notebook.id) for kind in (Grade, Comment)))
            for index, cell in enumerate(nb.cells):
                self.preprocess_cell(cell, resources, index)
            gradebook.db.commit()
        return nb, resources


def _by_cell(gradebook: Gradebook, kind: type[Grade] | type[Comment], notebook: str) -> dict[str, Any]:
    """Return the grades or comments of a submitted notebook by cell."""
    found = gradebook.db.query(kind).filter(kind.notebook_id == notebook).options(joinedload(kind.cell))
    return {str(one.name): one for one in found}


@dataclass
class _Entries:
    """Entries of one notebook, which replace the gradebook in ``SaveAutoGrades``."""

    grades: Mapping[str, Grade]
    comments: Mapping[str, Comment]

    @property
    def db(self) -> "_Entries":
        return self

    def find_grade(self, cell: str, *_: str) -> Grade:
        return self.grades[cell]

    def find_comment(self, cell: str, *_: str) -> Comment:
        return self.comments[cell]

    def commit(self) -> None:
        """Do nothing, because all entries are committed together."""


def has_points(grade: Grade) -> bool:
    """Tell whether a check or a person has given points, which may be 0."""
    return grade.auto_score is not None or grade.manual_score is not None


@dataclass(frozen=True)
class PointsChange:
    """Change of a student's automatic points in one exercise, with named mistakes.

    ``by_hand`` are the points that a person gave, which grading does not change.
    """

    student: str
    exercise: str
    before: float
    after: float
    mistakes_before: tuple[str, ...] = ()
    mistakes_after: tuple[str, ...] = ()
    by_hand: float | None = None


def points_changes(gradebook: Gradebook, graded: GradedSubmission, folder: Path) -> Iterator[PointsChange]:
    """Yield the changes that `merge` would make to points that already exist."""
    job = graded.job
    try:
        (notebook,) = gradebook.find_submission(job.lesson, job.student).notebooks
    except MissingEntry:
        return
    path = folder / f"{job.lesson}.ipynb"
    before = _mistakes(path.read_bytes()) if path.exists() else {}
    after = _mistakes(graded.files[path.name])
    for grade in sorted(notebook.grades, key=lambda one: str(one.name)):
        name, (points, _) = str(grade.name), graded.scores[grade.name]
        if grade.auto_score is None or points is None or round(grade.auto_score, 2) == round(points, 2):
            continue
        named = before.get(name, ()), after.get(name, ())
        yield PointsChange(job.student, name.removeprefix(CHECK), grade.auto_score, points, *named, grade.manual_score)


def _mistakes(notebook: bytes) -> dict[str, tuple[str, ...]]:
    """Return the mistakes that a graded notebook names, by cell."""
    cells = summarise(json.loads(notebook))["cells"]
    return {name: tuple(map(str, check.get("mistakes", ()))) for name, check in cells.items()}


def merge(gradebook: Gradebook, graded: GradedSubmission, folder: Path) -> None:
    """Write automatic points into the gradebook, and the notebook into ``folder``.

    Manual grades are kept. If an answer or its automatic points have changed, its manual grade is marked for review.

    Raises
    ------
    OSError, sqlalchemy.exc.OperationalError
        If a file or the gradebook cannot be written. In this case neither has changed.
    ValueError
        If the student's id is not allowed.
    """
    job = graded.job
    before = _sources(folder / f"{job.lesson}.ipynb")
    now = _sources_in(graded.files[f"{job.lesson}.ipynb"])
    files = {folder / name: content for name, content in graded.files.items()}
    with staged_files(files), transaction(gradebook):
        gradebook.update_or_create_student(job.student)
        submission = gradebook.update_or_create_submission(job.lesson, job.student)
        submission.timestamp = graded.timestamp
        (notebook,) = submission.notebooks
        notebook.late_submission_penalty = graded.penalty
        for grade in notebook.grades:
            had, needed = grade.auto_score, bool(grade.needs_manual_grade)
            grade.auto_score, needs = graded.scores[grade.name]
            if grade.manual_score is not None:
                changed = before.get(grade.name) != now.get(grade.name) or had != grade.auto_score
                needs = needed or changed
            grade.needs_manual_grade = needs
        for comment in notebook.comments:
            comment.auto_comment = graded.comments.get(comment.name)


def _sources(path: Path) -> dict[str, str]:
    return _sources_in(path.read_bytes()) if path.exists() else {}


def _sources_in(content: bytes) -> dict[str, str]:
    """Return the sources of the cells that nbgrader knows, by name."""
    cells = json.loads(content)["cells"]  # without validation, because nbgrader wrote the file
    return {cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"]) for cell in cells}
