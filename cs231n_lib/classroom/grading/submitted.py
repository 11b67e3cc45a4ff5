"""Submissions of one lesson, and the keys that show which of them have changed."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from ..intake import MAX_BYTES, STUDENT_ID, STUDENT_ID_CHARACTERS, notebook_name
from .submission import SECRET_FILE, TIMESTAMP_FILE, GradingJob

_MAX_TIMESTAMP_BYTES = 100
_MAX_AHEAD = timedelta(days=366)
"""Maximum distance of a timestamp into the future. Later ones are mistakes, and would count as years late."""


class Submissions:
    """Submissions of one lesson, graded with the class's ``seed``."""

    def __init__(self, directory: CourseDirectory, lesson: str, seed: str) -> None:
        self.directory, self.lesson, self.seed = directory, lesson, seed

    def job(self, gradebook: Gradebook, student: str) -> GradingJob:
        """Return a worker's input, with a hash of files, extension, release and seed."""
        key = self._basis.copy()
        contents: dict[str, bytes] = {}
        for path in submitted_files(self.folder(student)):
            contents.setdefault(notebook_name(path.name) or path.name, path.read_bytes())
        for name, content in contents.items():
            key.update(f"{name} {len(content)} ".encode() + content)
        extension = _extension(gradebook, self.lesson, student)
        key.update(str(extension).encode())
        return GradingJob(self.lesson, student, contents, key.hexdigest(), extension)

    @cached_property
    def _basis(self) -> "hashlib._Hash":
        """Hash of the seed and the release, which all submissions of the lesson share."""
        basis = hashlib.sha256(self.seed.encode())
        for content in self._released:
            basis.update(content)
        return basis

    @cached_property
    def release(self) -> str:
        """Hash of the lesson's release."""
        return hashlib.sha256(b"".join(self._released)).hexdigest()

    @cached_property
    def _released(self) -> list[bytes]:
        folder = Path(self.directory.format_path(self.directory.release_directory, ".", self.lesson))
        return [path.read_bytes() for path in sorted(folder.glob("*.ipynb"))]

    def folder(self, student: str) -> Path:
        """Return the folder of a student's files."""
        return Path(self.directory.format_path(self.directory.submitted_directory, student, self.lesson))


def submitting_students(directory: CourseDirectory, lesson: str) -> list[str]:
    """Return the students who handed the lesson in, sorted."""
    pattern = Path(directory.format_path(directory.submitted_directory, "*", lesson)).relative_to(directory.root)
    return [folder.parent.name for folder in sorted(Path(directory.root).glob(str(pattern)))]


def folders_of_no_lesson(directory: CourseDirectory) -> list[Path]:
    """Return the students' folders that are not named after a lesson, sorted."""
    lessons = {path.name for path in Path(directory.format_path(directory.source_directory, ".", "x")).parent.iterdir()}
    pattern = Path(directory.format_path(directory.submitted_directory, "*", "*")).relative_to(directory.root)
    found = sorted(Path(directory.root).glob(str(pattern)))
    return [path for path in found if path.is_dir() and path.name not in lessons]


def reason_ungradable(folder: Path) -> str:
    """Return why the folder ``STUDENT/LESSON`` cannot be graded, or ""."""
    if not STUDENT_ID.fullmatch(folder.parent.name):
        return f"the folder's name cannot be a student's id. Rename the folder, using only {STUDENT_ID_CHARACTERS}"
    found = submitted_files(folder)
    if not any(notebook_name(path.name) for path in found):
        files = [path for path in folder.iterdir() if path.is_file()] if _is_readable(folder) else []
        other = ", ".join(sorted(path.name for path in files if not path.is_symlink())[:3])
        remedy = f". It contains {other}. The name of a notebook ends in .ipynb" if other else ""
        return f"there is no notebook in {folder.name}{remedy}"
    for path in found:
        if not os.access(path, os.R_OK):
            return f"you have no permission to read {path.name}"
        if path.stat().st_size > MAX_BYTES:
            return f"{path.name} has {path.stat().st_size:,} bytes, but at most {MAX_BYTES:,} are read"
        problem = _timestamp_problem(path) if path.name == TIMESTAMP_FILE else ""
        if problem:
            return f"{TIMESTAMP_FILE} {problem}. Write one such as 2027-02-03 12:00:00 UTC, or delete the file"
    return ""


def submitted_files(folder: Path) -> list[Path]:
    """Return the submitted files in a folder, or none if it cannot be read."""
    return [path for path in sorted(folder.iterdir()) if is_submitted_file(path)] if _is_readable(folder) else []


def _is_readable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)


def is_submitted_file(path: Path) -> bool:
    """Tell whether a path is a submitted file, and not a link or a folder."""
    return bool(
        path.is_file()
        and not path.is_symlink()
        and (notebook_name(path.name) or path.name in (TIMESTAMP_FILE, SECRET_FILE))
    )


def _timestamp_problem(path: Path) -> str:
    """Return what is wrong with a timestamp, or ""."""
    with path.open("rb") as file:
        content = file.read(_MAX_TIMESTAMP_BYTES + 1)  # nbgrader takes hours to read a long text
    try:
        text = content.decode().strip()
        time = parse_utc(text) if text and len(content) <= _MAX_TIMESTAMP_BYTES else None
    except (ValueError, ArithmeticError, TypeError):
        time = None
    if time is None:
        return "contains no time" if content.strip() else ""
    now = datetime.now(UTC).replace(tzinfo=None)
    if time - now <= _MAX_AHEAD:
        return ""
    return f"contains {text}, which is more than a year after this computer's time, {now:%Y-%m-%d %H:%M} UTC"


def _extension(gradebook: Gradebook, lesson: str, student: str) -> float | None:
    try:
        extension = gradebook.find_submission(lesson, student).extension
    except MissingEntry:
        return None
    return float(extension.total_seconds()) if extension else None
