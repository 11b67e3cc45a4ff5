"""What a class has handed in of one lesson, and by what it is known to have changed."""

import hashlib
import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from .intake import MOST_BYTES, NAME, NAME_HAS
from .one import SECRET, STAMP, Job

_MOST_OF_A_TIME = 100
"""Bytes."""


class Submissions:
    """The submissions of one lesson; what they are graded with is the class's ``seed``."""

    def __init__(self, directory: CourseDirectory, lesson: str, seed: str) -> None:
        self.directory, self.lesson, self.seed = directory, lesson, seed

    def students(self) -> Iterator[str]:
        """Who handed the lesson in, in order."""
        root = Path(self.directory.root)
        for folder in sorted(root.glob(str(self.folder("*").relative_to(root)))):
            yield folder.parent.name

    def job(self, gradebook: Gradebook, student: str) -> Job:
        """What a worker needs of it, with a key that changes with whatever the grade depends on."""
        key, contents = self._basis.copy(), {path.name: path.read_bytes() for path in files(self.folder(student))}
        for name, content in contents.items():
            key.update(f"{name} {len(content)} ".encode() + content)
        extension = _extension(gradebook, self.lesson, student)
        key.update(str(extension).encode())
        return Job(self.lesson, student, contents, key.hexdigest(), extension)

    @cached_property
    def _basis(self) -> "hashlib._Hash":
        """Of what all grades of the lesson depend on."""
        basis = hashlib.sha256(self.seed.encode())
        release = Path(self.directory.format_path(self.directory.release_directory, ".", self.lesson))
        for path in sorted(release.glob("*.ipynb")):
            basis.update(path.read_bytes())
        return basis

    def folder(self, student: str) -> Path:
        """Where a student's files are."""
        return Path(self.directory.format_path(self.directory.submitted_directory, student, self.lesson))


def unfit(folder: Path) -> str:
    """Why what is in a folder ``STUDENT/LESSON`` is not fit for grading, in words; nothing where it is."""
    if not NAME.fullmatch(folder.parent.name):
        return f"the folder's name cannot be a student's id: rename it, with {NAME_HAS} only"
    found = files(folder)
    if not any(path.suffix == ".ipynb" for path in found):
        return f"there is no notebook in {folder.name}"
    for path in found:
        if not os.access(path, os.R_OK):
            return f"{path.name} may not be read by whoever grades"
        if path.stat().st_size > MOST_BYTES:
            return f"{path.name} has more than {MOST_BYTES / 1e6:.0f} MB"
        if path.name == STAMP and not _holds_a_time(path):
            return f"{STAMP} holds no time: write one such as 2027-02-03 12:00:00 UTC, or remove it"
    return ""


def files(folder: Path) -> list[Path]:
    """What is handed in of all that is in a folder; nothing where it is none, or may not be looked into."""
    there = sorted(folder.iterdir()) if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK) else []
    return [path for path in there if counts(path)]


def counts(path: Path) -> bool:
    """Whether it is a file that is handed in, and no link or folder in its place."""
    return path.is_file() and not path.is_symlink() and (path.suffix == ".ipynb" or path.name in (STAMP, SECRET))


def _holds_a_time(path: Path) -> bool:
    """Whether nbgrader can read the time in it, or it is empty; of what is longer it would read for hours."""
    with path.open("rb") as file:
        content = file.read(_MOST_OF_A_TIME + 1)
    try:
        text = content.decode().strip()
        return len(content) <= _MOST_OF_A_TIME and (not text or bool(parse_utc(text)))
    except (ValueError, ArithmeticError, TypeError):
        return False


def _extension(gradebook: Gradebook, lesson: str, student: str) -> float | None:
    try:
        extension = gradebook.find_submission(lesson, student).extension
    except MissingEntry:
        return None
    return float(extension.total_seconds()) if extension else None
