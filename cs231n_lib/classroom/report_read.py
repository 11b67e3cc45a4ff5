"""What the graded notebooks of a class say, read once: a thousand of them take seconds, and seldom change.

It is kept below ``grading/``, with the time and size of each file, and read again where these differ. Workers read it
with the page of feedback that they make, so that the first report need not.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cs231n_lib.checks.report import METADATA

from .merge import put
from .notes import NOTES

LIMITED, DIED = "TimeLimit", ("DeadKernelError", "UnresponsiveKernelError")
"""Names of the errors that grading itself writes below a student's cell."""

Said = dict[str, Any]
"""Of a notebook: ``cells`` has each graded cell's metadata of its check by name, ``limited`` and ``died`` how many
cells took too long, and ended Python."""


def said_file(root: Path, lesson: str) -> Path:
    """Where the course at ``root`` keeps what the notebooks of a lesson say."""
    return root / NOTES / f"{lesson}.said.json"


def keep_said(kept: Path, said: Mapping[str, Said], paths: Mapping[str, Path]) -> None:
    """Keep what the notebooks of some students say; those of others stay as they were."""
    before = _kept(kept)
    now = before | {student: {"stamp": _stamp(paths[student])} | one for student, one in said.items()}
    _keep(kept, before, now)


def read_said(paths: Mapping[str, Path], kept: Path) -> dict[str, Said]:
    """What the notebooks of students say, by student; without those that are not there.

    Parameters
    ----------
    paths : mapping of str to Path
        By student.
    kept : Path
        Where it is kept for the next time.
    """
    before = _kept(kept)
    now: dict[str, Said] = {}
    for student, path in tqdm(paths.items(), desc=kept.stem, unit="student", leave=False, delay=1):
        try:
            stamp = _stamp(path)
        except OSError:
            continue
        known = before.get(student)
        fresh = isinstance(known, dict) and known.get("stamp") == stamp
        now[student] = known if fresh and known else {"stamp": stamp} | said_in(json.loads(path.read_bytes()))
    _keep(kept, before, now)
    return now


def _stamp(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_mtime_ns, stat.st_size]


def _keep(kept: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    if now != before:
        kept.parent.mkdir(exist_ok=True)
        put(kept, json.dumps(now).encode())


def _kept(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def said_in(notebook: Mapping[str, Any]) -> Said:
    """What one graded notebook says."""
    marked = [(cell.get("metadata", {}).get("nbgrader", {}), cell) for cell in notebook["cells"]]
    cells = {marks["grade_id"]: _of_check(cell) for marks, cell in marked if marks.get("grade")}
    return {"cells": cells, "limited": _count(notebook, LIMITED.__eq__), "died": _count(notebook, DIED.__contains__)}


def _of_check(cell: Mapping[str, Any]) -> dict[str, Any]:
    """What the check said for programs; a submission's code can write such outputs too."""
    said = [
        output["metadata"][METADATA] for output in cell.get("outputs", []) if METADATA in output.get("metadata", {})
    ]
    return said[0] if said and isinstance(said[0], dict) else {}


def _count(notebook: Mapping[str, Any], is_one: Callable[[Any], Any]) -> int:
    """How many cells have an error of such a name below them."""
    outputs = (cell.get("outputs", []) for cell in notebook["cells"])
    return sum(any(is_one(output.get("ename", "")) is True for output in shown) for shown in outputs)
