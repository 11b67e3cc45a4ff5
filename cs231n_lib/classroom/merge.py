"""The only writer of the gradebook while a class is graded: one transaction a student, and never a manual mark."""

import json
import os
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook

from .one import Graded, expect_remarks

KEPT_BACKUPS = 5


def back_up(database: Path) -> Path:
    """Copy an SQLite gradebook to ``backups/`` beside it, also while it is in use; the latest few copies are kept."""
    folder = database.parent / "backups"
    folder.mkdir(exist_ok=True)
    copy = folder / f"{database.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}{database.suffix}"
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(copy)) as then:
        now.backup(then)
    for old in sorted(folder.glob(f"{database.stem}-*{database.suffix}"))[:-KEPT_BACKUPS]:
        old.unlink()
    return copy


@contextmanager
def one_transaction(gradebook: Gradebook) -> Iterator[None]:
    """Let nbgrader's methods, each of which commits, write all or nothing together."""
    session = gradebook.db
    commit = session.commit
    session.commit = session.flush
    try:
        with warnings.catch_warnings():
            expect_remarks()
            yield
            commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.commit = commit


def merge(gradebook: Gradebook, graded: Graded, folder: Path) -> None:
    """Write a student's automatic points into the gradebook, and the graded notebook into ``folder``.

    A mark that a person gave stays; where what it was given for has changed, a person must look at it again.
    """
    job = graded.job
    before = _sources(folder / f"{job.lesson}.ipynb")
    now = _sources_in(graded.files[f"{job.lesson}.ipynb"])
    with one_transaction(gradebook):
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
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in graded.files.items():
        put(folder / name, content)


def put(path: Path, content: bytes) -> None:
    """Write a file so that it is there as a whole, or as it was before."""
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _sources(path: Path) -> dict[str, str]:
    return _sources_in(path.read_bytes()) if path.exists() else {}


def _sources_in(content: bytes) -> dict[str, str]:
    """What is in the cells that nbgrader knows, by name."""
    cells = json.loads(content)["cells"]  # as nbgrader has just written them
    return {cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"]) for cell in cells}
