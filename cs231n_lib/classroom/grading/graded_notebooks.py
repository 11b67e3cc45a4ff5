"""Summaries of graded notebooks, cached because reading a thousand takes seconds.

The cache is in ``grading/`` and stores the time and size of each file, so that a changed file is read again. Workers
summarise each notebook when they make its feedback page, so the first report need not read the notebooks.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cs231n_lib.checks.report import METADATA
from cs231n_lib.storage import read_json, write_files

from .ledger import LEDGER_FOLDER

LIMITED, DIED = "TimeLimit", ("DeadKernelError", "UnresponsiveKernelError")
"""Names of errors that grading itself writes below a student's cell."""

Summary = dict[str, Any]
"""Summary of a notebook. ``cells`` has the check's metadata by graded cell. ``limited`` counts the cells that took too
long, and ``died`` those that ended Python."""


def summary_file(root: Path, lesson: str) -> Path:
    """Return the file with the cached summaries of a lesson."""
    return root / LEDGER_FOLDER / f"{lesson}.said.json"


def update_summaries(kept: Path, said: Mapping[str, Summary], paths: Mapping[str, Path]) -> None:
    """Replace the cached summaries of some students and keep the others."""
    before = read_json(kept)
    now = before | {student: {"stamp": _stamp(paths[student])} | one for student, one in said.items()}
    _keep(kept, before, now)


def read_summaries(paths: Mapping[str, Path], kept: Path) -> dict[str, Summary]:
    """Return the summary of each student's notebook, without students who have none.

    Summaries of unchanged files come from the cache ``kept``.
    """
    before = read_json(kept)
    now: dict[str, Summary] = {}
    for student, path in tqdm(paths.items(), desc=kept.stem, unit="student", leave=False, delay=1):
        try:
            stamp = _stamp(path)
        except OSError:
            continue
        known = before.get(student)
        fresh = isinstance(known, dict) and known.get("stamp") == stamp
        now[student] = known if fresh and known else {"stamp": stamp} | summarise(json.loads(path.read_bytes()))
    _keep(kept, before, now)
    return now


def _stamp(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_mtime_ns, stat.st_size]


def _keep(kept: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    if now != before:
        write_files({kept: json.dumps(now).encode()})


def summarise(notebook: Mapping[str, Any]) -> Summary:
    """Summarise one graded notebook."""
    marked = [(cell.get("metadata", {}).get("nbgrader", {}), cell) for cell in notebook["cells"]]
    cells = {marks["grade_id"]: _of_check(cell) for marks, cell in marked if marks.get("grade")}
    return {"cells": cells, "limited": _count(notebook, LIMITED.__eq__), "died": _count(notebook, DIED.__contains__)}


def _of_check(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return a check's metadata, which code in a submission may have forged."""
    said = [
        output["metadata"][METADATA] for output in cell.get("outputs", []) if METADATA in output.get("metadata", {})
    ]
    return said[0] if said and isinstance(said[0], dict) else {}


def _count(notebook: Mapping[str, Any], is_one: Callable[[Any], Any]) -> int:
    """Count the cells whose output contains an error with a matching name."""
    outputs = (cell.get("outputs", []) for cell in notebook["cells"])
    return sum(any(is_one(output.get("ename", "")) is True for output in shown) for shown in outputs)
