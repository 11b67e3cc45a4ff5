"""Time that a lesson takes, computed from its text and its exercises."""

import re
from collections.abc import Mapping
from math import ceil

import jupytext

from cs231n_lib.checks import Bonus, Exercise
from cs231n_lib.classroom.release.source import BOX_LINE

WORDS_A_MINUTE = 150
PREDICTION, EXPLORABLE, AGAIN, RUNS, REFLECTION = 2, 5, 8, 1, 15
"""Minutes for one prediction, one explorable, one function written again, the lesson's runs (all cells
together take less) and the reflection."""

_LATE_HINT = re.compile(r"<details><summary>Hint [23]\b.*?</details>", re.DOTALL)
_TAG = re.compile(r"<[^<>]+>")
_WORD = re.compile(r"\w")  # neither a sign of a formula nor a rule of a table
_DOCSTRING = re.compile(r'"""(.*?)"""', re.DOTALL)


def study_minutes(text: str, exercises: Mapping[str, Exercise], *, core: bool = False) -> float:
    """Minutes for a lesson with this source text, without its bonus exercise.

    They include the exercises' own minutes, the words of the text and its docstrings with hints 0 and 1, predictions,
    explorables, functions written again, runs and the reflection. Hints 2 and 3 are left out. With ``core``, only core
    exercises count, nothing is written again, and the cells with the boxes of the others are not read.
    """
    chosen = [
        one for one in exercises.values() if not isinstance(one, Bonus) and (one.importance == "core" or not core)
    ]
    minutes = float(sum(one.minutes for one in chosen) + RUNS + REFLECTION)
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        boxed = [exercises[name] for _, name in BOX_LINE.findall(cell.source)]
        if "answer" in cell.metadata or any(one not in chosen for one in boxed):
            continue
        if cell.cell_type == "markdown":
            minutes += _reading(_TAG.sub(" ", _LATE_HINT.sub("", cell.source)))
        else:
            minutes += sum(map(_reading, _DOCSTRING.findall(cell.source)))
            minutes += PREDICTION * len(re.findall(r"\bchecks\.predict\w*\(", cell.source))
            minutes += 0 if core else AGAIN * len(re.findall(r"\bchecks\.again\(", cell.source))
            minutes += EXPLORABLE * len(re.findall(r"\bexplorables\.\w+\(", cell.source))
    return minutes


def half_hours(minutes: float) -> float:
    """Round minutes up to half hours."""
    return ceil(round(minutes, 6) / 30) / 2  # a sum of words may end in …0001


def _reading(text: str) -> float:
    return sum(bool(_WORD.search(word)) for word in text.split()) / WORDS_A_MINUTE
