"""What grading remembers of a lesson beside the gradebook, in small files that are there as a whole or not at all."""

import json
import secrets
from pathlib import Path

from .merge import put

NOTES = "grading"
"""Below the course's folder: which content of which student is graded, one file each, and the seed of each lesson."""


class Notes:
    """The notes on a lesson of the course at ``root``."""

    def __init__(self, root: Path, lesson: str) -> None:
        self.folder = root / NOTES / lesson
        self._seed = root / NOTES / f"{lesson}.seed"

    def seed(self) -> str:
        """The seed of this class and lesson, drawn once: equal answers get equal points whenever they are graded."""
        if not self._seed.exists():
            self._seed.parent.mkdir(exist_ok=True)
            put(self._seed, secrets.token_hex(16).encode())
            self._seed.chmod(0o600)
        return self._seed.read_text()

    def read(self, student: str) -> dict[str, str | bool]:
        """What is noted of a student; nothing where that cannot be read."""
        try:
            note = json.loads((self.folder / f"{student}.json").read_text())
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def write(self, student: str, note: dict[str, str | bool]) -> None:
        """Note something of a student, in place of what was noted."""
        self.folder.mkdir(parents=True, exist_ok=True)
        put(self.folder / f"{student}.json", json.dumps(note).encode())
