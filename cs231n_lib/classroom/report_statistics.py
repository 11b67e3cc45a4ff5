r"""What a class's marks say about the exercises: classical test theory's facility and discrimination.

The discrimination of a part is its corrected item-total correlation: Pearson's r, over the students, between the points
for it and the points for all other parts. "Corrected" means that the part is left out of the total, which would
otherwise correlate with itself. The interval, :math:`\tanh(\operatorname{artanh} r \pm 1.96 / \sqrt{S - 3})` for S
students, is Fisher's: 95 % if both are normally distributed, and rough for points, which are not.

Source: Crocker & Algina (1986), *Introduction to Classical and Modern Test Theory*; Fisher (1921).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from .report_class import NOT_STARTED, GradedClass, Mark, Part

MIN_STUDENTS = 10
"""With fewer, nothing short of r = 0.63 could be distinguished from 0, and what is found there is mostly luck."""


class Level(StrEnum):
    """What a mark is worth, in words."""

    FULL = "full"
    PART = "part"
    NONE = "none"
    """Tried, and no points for it."""
    NOT_STARTED = "not started"
    WAITING = "waiting"
    """Not graded by hand yet."""


@dataclass(frozen=True)
class Discrimination:
    """A correlation between -1 and 1, and the ends of its 95 % interval."""

    r: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """In words: only an interval on one side of 0 tells something."""
        if self.low > 0:
            return "separates"
        return "reversed" if self.high < 0 else "cannot tell"


@dataclass(frozen=True)
class PartReport:
    """How a class did in one part.

    Parameters
    ----------
    levels : Counter
        How many students reached each `Level`.
    facility : float
        The mean share of the points, 0 to 1; ``nan`` while marks wait.
    discrimination : Discrimination or None
        ``None`` where the class is too small, the part or the rest is the same for all, or marks still wait.
    """

    part: Part
    levels: Counter[Level]
    facility: float
    discrimination: Discrimination | None


@dataclass(frozen=True)
class MistakeReport:
    """A named mistake, and how many students made it."""

    part: Part
    name: str
    students: int

    @property
    def explanation(self) -> str:
        """The sentence that these students were told."""
        return self.part.explanations[self.name]


@dataclass(frozen=True)
class PlaceReport:
    """An expression on a line where answers go wrong, and how many students have it there."""

    part: Part
    line: int
    expression: str
    students: int


@dataclass(frozen=True)
class TroubleReport:
    """How many answers to an exercise took too long, or ended Python."""

    part: Part
    trouble: str
    students: int


@dataclass(frozen=True)
class Unnamed:
    """Students who lost points with no mistake named, and the check that most of them failed (empty: none known)."""

    part: Part
    students: int
    failed: str


def level(mark: Mark, part: Part) -> Level:
    """Which level a mark is."""
    if mark.waiting:
        return Level.WAITING
    if mark.points >= part.out_of:
        return Level.FULL
    if mark.points > 0:
        return Level.PART
    return Level.NOT_STARTED if mark.headline == NOT_STARTED else Level.NONE


def correlation(x: Iterable[float], y: Iterable[float]) -> Discrimination | None:
    """Pearson's r with Fisher's 95 % interval; ``None`` where either does not vary or there are too few.

    >>> found = correlation(range(12), [0, 2, 1, 3, 5, 4, 6, 8, 7, 9, 11, 10])
    >>> f"{found.r:.2f}", found.verdict
    ('0.97', 'separates')
    """
    x, y = np.asarray(list(x), float), np.asarray(list(y), float)
    if len(x) < MIN_STUDENTS or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    r = float(np.corrcoef(x, y)[0, 1])
    reach = NormalDist().inv_cdf(0.975) / np.sqrt(len(x) - 3)
    with np.errstate(divide="ignore"):  # at r = 1 the interval is a point
        ends = np.tanh(np.arctanh(r) + np.array([-reach, reach]))
    return Discrimination(r, float(ends[0]), float(ends[1]))


def counted(graded: GradedClass) -> list[bool]:
    """Of each part, whether its marks count in the totals: not while one of them waits for grading by hand."""
    return [not any(mark.waiting for mark in graded.of(part)) for part in graded.parts]


def totals(graded: GradedClass) -> np.ndarray:
    """Each student's total ``(S,)`` over the parts that are `counted`."""
    return np.asarray(graded.points[:, counted(graded)].sum(axis=1))


def part_reports(graded: GradedClass) -> list[PartReport]:
    """How the class did in each part, in the order of the course."""
    total, reports = totals(graded), []
    for part, counts in zip(graded.parts, counted(graded), strict=True):
        marks = graded.of(part)
        points = np.array([mark.points for mark in marks])
        facility = float(points.mean()) / part.out_of if counts else float("nan")
        found = correlation(points, total - points) if counts else None
        levels = Counter(level(mark, part) for mark in marks)
        reports.append(PartReport(part, levels, facility, found))
    return reports


def mistake_reports(graded: GradedClass) -> list[MistakeReport]:
    """The named mistakes that were made, the most frequent first, then in the order of the course."""
    made = [
        MistakeReport(part, name, count)
        for part in graded.parts
        for name in part.explanations
        if (count := sum(name in mark.mistakes for mark in graded.of(part)))
    ]
    return sorted(made, key=lambda report: -report.students)


def place_reports(graded: GradedClass) -> list[PlaceReport]:
    """Where answers go wrong, as proved, the most frequent first, then in the order of the course."""
    found = [
        PlaceReport(part, line, expression, students)
        for part in graded.parts
        for (line, expression), students in sorted(Counter(p for m in graded.of(part) for p in m.places).items())
    ]
    return sorted(found, key=lambda report: -report.students)


def trouble_reports(graded: GradedClass) -> list[TroubleReport]:
    """Answers that could not be judged to the end, by what kept them from it, the most frequent first."""
    found = [
        TroubleReport(part, trouble, students)
        for part in graded.parts
        for trouble, students in sorted(Counter(mark.trouble for mark in graded.of(part) if mark.trouble).items())
    ]
    return sorted(found, key=lambda report: -report.students)


def unnamed_reports(graded: GradedClass) -> list[Unnamed]:
    """Of each exercise that was tried and not passed without a mistake's name: how often, and what failed most."""
    found = []
    for part in [part for part in graded.parts if part.exercise]:
        lost = [m for m in graded.of(part) if level(m, part) in (Level.PART, Level.NONE)]
        marks = [m for m in lost if not m.mistakes and not m.trouble]
        failed = Counter(title for mark in marks for title in mark.failed).most_common(1)
        if marks:
            found.append(Unnamed(part, len(marks), failed[0][0] if failed else ""))
    return sorted(found, key=lambda unnamed: -unnamed.students)
