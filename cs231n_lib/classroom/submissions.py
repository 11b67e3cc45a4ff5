"""What a class has handed in of one lesson, and by what it is known to have changed."""

import hashlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from .intake import MOST_BYTES
from .one import SECRET, STAMP, Job


class Submissions:
    """The submissions of one lesson; what they are graded with is the class's ``seed``."""

    def __init__(self, directory: CourseDirectory, lesson: str, seed: str) -> None:
        self.directory, self.lesson, self.seed = directory, lesson, seed

    def students(self) -> Iterator[str]:
        """Who handed the lesson in, in order."""
        root = Path(self.directory.root)
        for folder in sorted(root.glob(str(self._folder("*").relative_to(root)))):
            yield folder.parent.name

    def unfit(self, student: str) -> str:
        """Why it need not even be read, in words: there is no notebook, or a file is too large; nothing where it is."""
        files = self._files(student)
        if not any(path.suffix == ".ipynb" for path in files):
            return f"there is no notebook in {self.lesson}"
        for path in files:
            if path.stat().st_size > MOST_BYTES:
                return f"{path.name} has more than {MOST_BYTES / 1e6:.0f} MB"
        return ""

    def job(self, gradebook: Gradebook, student: str) -> Job:
        """What a worker needs of it, with a key that changes with whatever the grade depends on."""
        key, contents = self._basis.copy(), {path.name: path.read_bytes() for path in self._files(student)}
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

    def _folder(self, student: str) -> Path:
        return Path(self.directory.format_path(self.directory.submitted_directory, student, self.lesson))

    def _files(self, student: str) -> list[Path]:
        return [path for path in sorted(self._folder(student).iterdir()) if counts(path)]


def counts(path: Path) -> bool:
    """Whether it is a file that is handed in, and no link or folder in its place."""
    return path.is_file() and not path.is_symlink() and (path.suffix == ".ipynb" or path.name in (STAMP, SECRET))


def _extension(gradebook: Gradebook, lesson: str, student: str) -> float | None:
    try:
        extension = gradebook.find_submission(lesson, student).extension
    except MissingEntry:
        return None
    return float(extension.total_seconds()) if extension else None
