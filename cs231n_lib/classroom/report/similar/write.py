"""Writer of the list of similar submissions, used by ``cs231n similar``."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from cs231n_lib.front_end import progress_bar

from ...errors import ClassroomError
from .compare import EXPECTED, MIN_STUDENTS, ComparedClass, Pair, compare, steps
from .page import page
from .read import SubmittedLesson

FOLDER = "similar"
"""Instructor's folder for the pages. No command gives it to students."""

COLUMNS = ("first", "second", "score", "listed_from", "usual_closest", "alike_in")


@dataclass(frozen=True)
class Written:
    """Files and counts of one run. ``unread`` and ``notes`` are keyed by student."""

    lesson: str
    files: tuple[Path, ...]
    compared: int
    pairs: int
    unread: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def similar(root: Path, lesson: str, output: Path) -> Written:
    """Write ``<lesson>.html`` and ``<lesson>.csv`` with the pairs to look at.

    Raises
    ------
    ClassroomError
        If there is no course, the lesson is not released, or fewer than `MIN_STUDENTS` submissions can be read.
    """
    submitted = SubmittedLesson(root, lesson)
    students = submitted.students
    with progress_bar(len(students), "submission") as bar:
        found = submitted.read(bar.update)
    if len(found.works) < MIN_STUDENTS:
        raise ClassroomError(_too_few(lesson, len(students), len(found.works)))
    published = submitted.published()
    with progress_bar(steps(found.works), "part") as bar:
        compared = compare(found.works, published, bar.update)
    output.mkdir(parents=True, exist_ok=True)
    html, table = output / f"{lesson}.html", output / f"{lesson}.csv"
    shown = page(lesson, compared, published, found.unread, found.notes, submitted.names())
    html.write_text(shown, encoding="utf-8")
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows(_row(compared, pair) for pair in compared.pairs)
    return Written(lesson, (html, table), len(found.works), len(compared.pairs), found.unread, found.notes)


def _too_few(lesson: str, handed_in: int, read: int) -> str:
    if not handed_in:
        return f"Nobody has handed in {lesson}, so there is nothing to compare"
    counts = f"{lesson} has {handed_in} submission{'s' * (handed_in != 1)}"
    counts += f", of which {read} could be read" if read < handed_in else ""
    return f"{counts}, but at least {MIN_STUDENTS} are needed to tell what is rare in a class"


def _row(compared: ComparedClass, pair: Pair) -> tuple[str | float, ...]:
    names = [compared.works[at].student for at in (pair.first, pair.second)]
    alike = [part for part, score in pair.evidence.items() if score >= EXPECTED]
    limits = compared.threshold.listed_from, compared.threshold.usual
    return *names, round(pair.score, 1), *(round(limit, 1) for limit in limits), "; ".join(alike)
