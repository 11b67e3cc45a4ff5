"""Exports of a lesson from Canvas and Moodle, kept to return grades and feedback.

Both systems assign an uploaded feedback page to a student by the beginning of its name, which must be the same as in
the name of the submitted file. Canvas looks there for the numbers of the student and of the submitted file, and Moodle
for the number of the participant. `collect` therefore records this beginning for each student.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cs231n_lib.storage import read_json, write_files

from ..grading.ledger import LEDGER_FOLDER

SYSTEMS = ("canvas", "moodle")


@dataclass(frozen=True)
class OriginalName:
    """Name that a school's system gave to a student's file.

    ``prefix`` is the part by which the system recognises the feedback page, such as ``lovelaceada_4711_90210_``.
    """

    system: str
    prefix: str

    def of_page(self, lesson: str) -> str:
        """Return the name of the feedback page of ``lesson`` in the returned zip."""
        return f"{self.prefix}{lesson}.html"


class Originals:
    """Records of the systems' exports of a lesson, kept in ``grading/``."""

    def __init__(self, root: Path, lesson: str) -> None:
        self._names = root / LEDGER_FOLDER / f"{lesson}.names.json"
        self._tables = {system: root / LEDGER_FOLDER / f"{lesson}.{system}.csv" for system in SYSTEMS}

    def names(self) -> dict[str, OriginalName]:
        """Return the names by student, or none if an earlier release collected the files."""
        found = read_json(self._names)
        return {
            student: OriginalName(str(name["system"]), str(name["prefix"]))
            for student, name in found.items()
            if isinstance(name, dict) and name.keys() >= {"system", "prefix"}
        }

    def add_names(self, names: Mapping[str, OriginalName]) -> None:
        """Record the names of some students, and keep the others."""
        before = self.names()
        if names and before | dict(names) != before:
            now = before | dict(names)
            write_files({self._names: json.dumps({student: asdict(name) for student, name in now.items()}).encode()})

    def tables(self) -> list[Path]:
        """Return the copies of the tables that `collect` last received."""
        return [path for path in self._tables.values() if path.exists()]

    def keep_table(self, system: str, content: bytes) -> None:
        """Keep a copy of a table, and replace an earlier one from the same system."""
        write_files({self._tables[system.lower()]: content})
