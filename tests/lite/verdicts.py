"""Verdicts of the checks on answers that students wrote, the same way in this Python and in a browser's.

Node runs this file too, in Pyodide, so it imports nothing besides the course and ``tests/checks/answers.py``.
"""

import contextlib
import io
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import answers as written

from cs231n_lib.checks import Exercise, Result

SEED = "231"
DIFFERENT = {
    ("width_for_budget", "strictly below the budget"): "An edit shows its place. Two edits that never end come before "
    "it, and together they have all the time that edits have. Here they count less, because that time is CPU time.",
    ("lbfgs_direction", "alphas meet the wrong pairs in the second loop"): "The place depends on the last bits of "
    "matrix products. Pyodide finds it, and so does CPython with OPENBLAS_CORETYPE=Prescott, without fused additions.",
}
"""Answers that are left out because their verdicts differ, by exercise and slip, and why."""
Verdict = dict[str, Any]


def chosen(folders: Iterable[Path], every: int = 1, lesson: str = "*") -> list[written.Answer]:
    """Every n-th right and every n-th wrong answer of a file, without long training and those in `DIFFERENT`."""
    found = []
    for file in (file for folder in folders for file in sorted(folder.glob(f"{lesson}.py"))):
        known = _exercises(file.stem)
        for verdict in ("right", "wrong"):
            these = [
                one for one in written.answers(file) if one.verdict == verdict and not known[one.exercise].cpu_time
            ]
            found += [one for one in these[::every] if (one.exercise, one.slip) not in DIFFERENT]
    return found


def verdicts(answers: Iterable[written.Answer], patience: float = 1) -> list[Verdict]:
    """Points, names and places of each answer, with time limits that are longer by a factor."""
    return [verdict_on(answer, patience) for answer in answers]


def verdict_on(answer: written.Answer, patience: float = 1) -> Verdict:
    """Points, names and places of an answer."""
    exercise = _exercises(answer.file)[answer.exercise]
    exercise = replace(exercise, seconds=patience * exercise.seconds)
    return {"answer": title(answer), **_verdict(answer, exercise)}


def title(answer: written.Answer) -> str:
    """Name of an answer that no other answer to a lesson has."""
    return f"{answer.file} #{answer.number} {answer.exercise}: {answer.slip}"


_exercises = cache(written.exercises)


def different(ours: Sequence[Verdict], theirs: Sequence[Verdict]) -> list[tuple[Verdict, Verdict]]:
    """Pairs of verdicts on the same answer that differ."""
    assert [one["answer"] for one in ours] == [one["answer"] for one in theirs]
    return [(one, two) for one, two in zip(ours, theirs, strict=True) if one != two]


def _verdict(answer: written.Answer, exercise: Exercise) -> Verdict:
    with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(io.StringIO()):
        try:
            function = answer.function()
        except Exception as error:
            return {"error": type(error).__name__}
        result: Result = exercise(function, seed=SEED)
    return {
        "points": round(result.points, 6),
        "names": [name for name, _ in result.mistakes],
        "places": [[place.line, place.expression] for place in result.places],
    }
