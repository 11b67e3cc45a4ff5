"""What a student's milestones reached: a small file in the folder of the lessons, and the course's own beside it.

Only a run on functions of the student's own is written down. The file is theirs: what cannot be read in it counts as
not there.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from cs231n_lib.course.plan import LESSONS, Lesson, has_part, part_of
from cs231n_lib.lessons.milestones import Milestone

FILE = "score_sheet.json"
PEOPLE = 0.835
"""Share of Fashion-MNIST's test pictures that people without training in fashion name correctly (Xiao and others)."""


@dataclass(frozen=True)
class Score:
    """What a student's milestone reached.

    Parameters
    ----------
    accuracy : float
        On the validation pictures, between 0 and 1.
    library : tuple of str
        The functions that were the library's.
    """

    accuracy: float
    library: tuple[str, ...] = ()


def milestone_of(lesson: Lesson) -> Milestone | None:
    """The milestone of a lesson; ``None`` while it has none."""
    if not has_part(lesson.slug, "milestone"):
        return None
    found: Milestone = part_of(lesson.slug, "milestone").MILESTONE
    return found


def read_scores(course: Path) -> dict[Lesson, Score]:
    """The scores in the folder ``course``."""
    try:
        written = json.loads((course / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(_read(written)) if isinstance(written, dict) else {}


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
    """Write a score down in place of an earlier one of the same lesson; the file is replaced whole.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    scores = read_scores(course) | {lesson: score}
    written = {one.slug: {"accuracy": s.accuracy, "library": list(s.library)} for one, s in scores.items()}
    path = course / FILE
    temporary = path.with_name(f"{FILE}.{os.getpid()}.tmp")
    try:
        temporary.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def per_cent(accuracy: float) -> str:
    """An accuracy as it is shown.

    >>> per_cent(0.8219)
    '82.2 %'
    """
    return f"{100 * accuracy:.1f} %"


def own_of_course(milestone: Milestone) -> str:
    """What the library's functions reached, over 20 seeds."""
    return f"{100 * milestone.mean:.1f} ± {100 * milestone.spread:.1f} %"
