"""Access to a course's nbgrader configuration, gradebook and solutions."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import OperationalError
from traitlets.config import Config, PyFileConfigLoader

from .errors import ClassroomError

CONFIG = "nbgrader_config.py"

AGAIN = "Fix the problem, and run this command again"
LOCK_SECONDS = 30
"""Seconds to wait while another program writes to a database."""


def require_course(root: Path) -> None:
    """Check that ``root`` is the folder of a course.

    Raises
    ------
    ClassroomError
        If the folder has no ``nbgrader_config.py``.
    """
    if not (root / CONFIG).exists():
        raise ClassroomError(f"{root / CONFIG} is missing. Change to the course's folder, or pass it with --root")


def require_gradebook(directory: CourseDirectory) -> None:
    """Check that a course has a gradebook, which nbgrader would otherwise create.

    Raises
    ------
    ClassroomError
        If the course has no gradebook.
    """
    file = Path(directory.db_url.removeprefix("sqlite:///"))
    if directory.db_url.startswith("sqlite:") and not file.exists():
        raise ClassroomError(f"{file} is missing. Run the command in the folder of a graded class")


@contextmanager
def open_gradebook(directory: CourseDirectory) -> Iterator[Gradebook]:
    """Open a course's gradebook, and wait while other programs write to it.

    Raises
    ------
    ClassroomError
        If another program does not finish in time, or the gradebook cannot be read or written.
    """
    url, file = str(directory.db_url), Path(directory.db_url.removeprefix("sqlite:///"))
    try:
        if url.startswith("sqlite:"):
            url += f"{'&' if '?' in url else '?'}timeout={LOCK_SECONDS}"
            if file.exists():  # nbgrader would leave its connection open if this failed
                with closing(sqlite3.connect(file, timeout=LOCK_SECONDS)) as waiting:
                    waiting.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with Gradebook(url, directory.course_id) as gradebook:
            yield gradebook
    except (OperationalError, sqlite3.OperationalError) as error:
        raise ClassroomError(database_problem(getattr(error, "orig", error))) from None


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Make other processes that lock the same file wait for the end of the block.

    The file is an SQLite database, because its locks work on every system and end with the process that holds them.

    Raises
    ------
    ClassroomError
        If another process does not finish in time.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file, timeout=LOCK_SECONDS, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise ClassroomError(f"{file} cannot be written ({error}). {AGAIN}") from None
            raise ClassroomError(
                f"The same command is already running and did not finish within {LOCK_SECONDS} seconds. "
                "Run it again when the other run has finished"
            ) from None
        yield


def is_busy(error: BaseException | None) -> bool:
    """Tell whether SQLite gave up because another program was writing."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def database_problem(error: BaseException | None) -> str:
    """Describe why the gradebook could not be used, and what to do next."""
    if is_busy(error):
        return (
            f"Another program is writing to the gradebook and did not finish within {LOCK_SECONDS} seconds. "
            "Run this command again when it has finished"
        )
    return f"The gradebook could not be read or written ({error}). {AGAIN}"


def read_solution(solutions: Path, lesson: str) -> NotebookNode | None:
    """Return a lesson's cached solution, or None. Callers must not change it."""
    path = solutions / lesson / f"{lesson}.ipynb"
    return _parsed(path.read_bytes()) if path.exists() else None


@lru_cache(2)
def _parsed(content: bytes) -> NotebookNode:
    return nbformat.reads(content.decode(), as_version=4)


def read_config(root: Path) -> Config:
    """Read the configuration of the course at ``root``."""
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    config.CourseDirectory.root = str(root.resolve())
    return config


def nbgrader_api(root: Path, gradebook: Path) -> Any:
    """Return nbgrader's interface to a course with the database ``gradebook``."""
    config = read_config(root)
    config.CourseDirectory.db_url = f"sqlite:///{gradebook}"
    return NbGraderAPI(config=config)
