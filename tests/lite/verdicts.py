"""Verdicts of the checks on answers that students wrote, the same way in this Python and in a browser's.

Node runs this file too, in Pyodide, so it imports nothing besides the course and ``tests/checks/answers.py``.
"""

import contextlib
import io
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import answers as written

from cs231n_lib.checks import Result

SEED = "231"
DIFFERENT = {"train_mlp": "an answer that changes the caller's arrays is placed in Pyodide, but not named"}
"""Exercises that are left out because their verdicts differ, and how."""
Verdict = dict[str, Any]


def chosen(folders: Iterable[Path], every: int = 1) -> list[written.Answer]:
    """Every n-th right and every n-th wrong answer of a file, without long training and those in `DIFFERENT`."""
    found = []
    for file in (file for folder in folders for file in sorted(folder.glob("*.py"))):
        known = written.exercises(file.stem)
        for verdict in ("right", "wrong"):
            these = [
                one for one in written.answers(file) if one.verdict == verdict and not known[one.exercise].cpu_time
            ]
            found += [one for one in these[::every] if one.exercise not in DIFFERENT]
    return found


def verdicts(answers: Iterable[written.Answer]) -> list[Verdict]:
    """Points, names and places of each answer."""
    found, exercises = [], {}
    for answer in answers:
        known = exercises.setdefault(answer.file, written.exercises(answer.file))
        found.append(
            {"answer": f"{answer.file} #{answer.number} {answer.exercise}: {answer.slip}", **_verdict(answer, known)}
        )
    return found


def different(ours: Sequence[Verdict], theirs: Sequence[Verdict]) -> list[str]:
    """Describe where two lists of verdicts differ."""
    assert [one["answer"] for one in ours] == [one["answer"] for one in theirs]
    return [f"{one['answer']}: {one} here, {two} there" for one, two in zip(ours, theirs, strict=True) if one != two]


def _verdict(answer: written.Answer, known: dict[str, Any]) -> Verdict:
    with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(io.StringIO()):
        try:
            function = answer.function()
        except Exception as error:
            return {"error": type(error).__name__}
        result: Result = known[answer.exercise](function, seed=SEED)
    return {
        "points": round(result.points, 6),
        "names": [name for name, _ in result.mistakes],
        "places": [[place.line, place.expression] for place in result.places],
    }
