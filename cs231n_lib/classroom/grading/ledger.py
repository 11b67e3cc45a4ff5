"""Records that grading keeps of a lesson in addition to the gradebook."""

import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cs231n_lib.storage import read_json, write_files

from ..intake import notebook_name

LEDGER_FOLDER = "grading"
"""Folder of the course that contains seeds and a record of each graded student."""

OF_GRADED_FILE = ("submission", "earlier", "seed", "release")
"""Record entries about the graded file, kept while a later file cannot be graded."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, which has no I, L, O or U."""
_CODE_LENGTH = 8
_MISREAD = str.maketrans("OIL", "011", "- ")


class Ledger:
    """Records of a lesson of the course at ``root``."""

    def __init__(self, root: Path, lesson: str) -> None:
        self.folder = root / LEDGER_FOLDER / lesson
        self._seed = root / LEDGER_FOLDER / f"{lesson}.seed"
        self._seeds = root / LEDGER_FOLDER / f"{lesson}.seeds.json"

    def seed(self) -> str:
        """Return the seed of this class and lesson, which makes regrading reproducible."""
        return _drawn_once(self._seed)

    def record_seed(self, seed: str) -> str:
        """Keep a seed used in grading, and return the key that identifies it."""
        key = sha256(seed.encode()).hexdigest()[:16]
        known = read_json(self._seeds)
        if key not in known:
            write_files({self._seeds: json.dumps(known | {key: seed}).encode()})
            self._seeds.chmod(0o600)
        return key

    def recorded_seed(self, key: str) -> str | None:
        """Return the seed that `record_seed` kept under this key, or None."""
        return read_json(self._seeds).get(key)

    def read(self, student: str) -> dict[str, Any]:
        """Return the record of a student, or an empty one if it cannot be read."""
        return read_json(self.folder / f"{student}.json")

    def write(self, student: str, note: Mapping[str, Any]) -> None:
        """Replace the record of a student."""
        write_files({self.folder / f"{student}.json": json.dumps(note).encode()})

    def records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the students who have a record, in order, each with this record."""
        for path in sorted(self.folder.glob("*.json")):
            yield path.stem, read_json(path)


def class_secret(root: Path) -> str:
    """Return the class's secret, which `answer_code` needs."""
    return _drawn_once(root / LEDGER_FOLDER / "codes.secret")


def _drawn_once(path: Path) -> str:
    if not path.exists():
        write_files({path: secrets.token_hex(16).encode()})
        path.chmod(0o600)
    return path.read_text()


def submission_digest(files: Mapping[str, bytes]) -> str:
    """Return a hash of a submission's notebooks, independent of time and extension."""
    digest = sha256()
    for name in sorted(filter(notebook_name, files)):
        digest.update(f"{len(files[name])} ".encode() + files[name])
    return digest.hexdigest()


def answer_code(secret: str, lesson: str, exercise: str, student: str, digest: str) -> str:
    """Return the code of one answer, which reveals nothing without the secret.

    >>> answer_code("secret", "01_optimization", "check_find_kinks", "ada", "a hash of her file")
    'XY34KRSP'
    """
    message = json.dumps([lesson, exercise, student, digest]).encode()
    number = int.from_bytes(hmac.digest(secret.encode(), message, "sha256"))
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_CODE_LENGTH))


def read_code(text: str) -> str:
    """Return a code as `answer_code` writes it, or "" if the text cannot be one.

    >>> read_code("xy34-krsp ")
    'XY34KRSP'
    """
    code = text.strip().upper().translate(_MISREAD)
    return code if len(code) == _CODE_LENGTH and set(code) <= set(_ALPHABET) else ""


def spell_code(code: str) -> str:
    """Return a code in two groups, as people read it.

    >>> spell_code("XY34KRSP")
    'XY34-KRSP'
    """
    return f"{code[:4]}-{code[4:]}"
