"""Scores of a student's milestones, stored in the folder of the lessons.

Only runs with at least one function of the student's own are recorded. Invalid entries count as missing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from cs231n_lib.course.plan import LESSONS, Lesson, has_part, part_of
from cs231n_lib.lessons.milestones import Milestone
from cs231n_lib.storage import read_json, write_files

FILE = "score_sheet.json"
HUMAN_ACCURACY = 0.835
"""Accuracy of non-experts on Fashion-MNIST's test set (Xiao et al., 2017)."""


@dataclass(frozen=True)
class Score:
    """Score of a student's milestone."""

    accuracy: float
    """Accuracy on the validation images, between 0 and 1."""
    library: tuple[str, ...] = ()
    """Functions for which the library's version ran."""


def milestone_of(lesson: Lesson) -> Milestone | None:
    """Return the milestone of a lesson, or None if it has none."""
    if not has_part(lesson.slug, "milestone"):
        return None
    found: Milestone = part_of(lesson.slug, "milestone").MILESTONE
    return found


def read_scores(course: Path) -> dict[Lesson, Score]:
    """Read the scores in the folder ``course``."""
    return dict(_read(read_json(course / FILE)))


def _read(written: Mapping[str, Any]) -> Iterator[tuple[Lesson, Score]]:
    for lesson in LESSONS:
        entry = written.get(lesson.slug)
        if not isinstance(entry, dict):
            continue
        accuracy, library = entry.get("accuracy"), entry.get("library", [])
        if not isinstance(accuracy, int | float) or not (isfinite(accuracy) and 0 <= accuracy <= 1):
            continue
        names = library if isinstance(library, list) else []
        yield lesson, Score(float(accuracy), tuple(name for name in names if isinstance(name, str)))


def write_score(course: Path, lesson: Lesson, score: Score) -> None:
    """Write a lesson's score atomically, and replace an earlier one.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    scores = read_scores(course) | {lesson: score}
    written = {one.slug: {"accuracy": s.accuracy, "library": list(s.library)} for one, s in scores.items()}
    write_files({course / FILE: (json.dumps(written, indent=1) + "\n").encode()})


def per_cent(accuracy: float) -> str:
    """Format an accuracy.

    >>> per_cent(0.8219)
    '82.2 %'
    """
    return f"{100 * accuracy:.1f} %"


def course_accuracy(milestone: Milestone) -> str:
    """Format the mean and standard deviation of the library's accuracy over 20 seeds."""
    return f"{100 * milestone.mean:.1f} ± {100 * milestone.spread:.1f} %"
