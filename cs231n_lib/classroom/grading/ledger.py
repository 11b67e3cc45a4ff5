"""Records that grading keeps of a lesson in addition to the gradebook."""

import json
import secrets
from pathlib import Path

from cs231n_lib.storage import read_json, write_files

LEDGER_FOLDER = "grading"
"""Folder below the course with the seed of each lesson, and a file for each graded student."""


class Ledger:
    """Records of a lesson of the course at ``root``."""

    def __init__(self, root: Path, lesson: str) -> None:
        self.folder = root / LEDGER_FOLDER / lesson
        self._seed = root / LEDGER_FOLDER / f"{lesson}.seed"

    def seed(self) -> str:
        """Return the seed of this class and lesson, which makes regrading reproducible."""
        if not self._seed.exists():
            write_files({self._seed: secrets.token_hex(16).encode()})
            self._seed.chmod(0o600)
        return self._seed.read_text()

    def read(self, student: str) -> dict[str, str | bool]:
        """Return the record of a student, or an empty one if it cannot be read."""
        return read_json(self.folder / f"{student}.json")

    def write(self, student: str, note: dict[str, str | bool]) -> None:
        """Replace the record of a student."""
        write_files({self.folder / f"{student}.json": json.dumps(note).encode()})
