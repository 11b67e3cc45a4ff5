r"""Statistics of a class's results, as in classical test theory.

The facility of a part is the mean fraction of its points. Its discrimination is the corrected item-total correlation,
which is Pearson's r, over the students, between the points for the part and the points for all other parts. "Corrected"
means that the total excludes the part, because the part would otherwise correlate with itself. Fisher's interval for S
students is :math:`\tanh(\operatorname{artanh} r \pm 1.96 / \sqrt{S - 3})`. The interval covers the true correlation
with a probability of 95 % if the points for the part and for the other parts are normally distributed, which holds only
approximately.

Source: Crocker & Algina (1986), *Introduction to Classical and Modern Test Theory*; Fisher (1921).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from cs231n_lib.checks.run.flaws import Headline

from .graded_class import GradedClass, Part, PartResult

MIN_STUDENTS = 10
"""Minimum class size for discriminations. In a class of 10, only those beyond ±0.63 differ significantly from 0."""


class Level(StrEnum):
    """Level of a result."""

    FULL = "full"
    PART = "part"
    NONE = "none"
    """Attempted, but without points."""
    NOT_STARTED = "not started"
    WAITING = "waiting"
    """Not graded by hand yet."""


@dataclass(frozen=True)
class Discrimination:
    """Correlation between -1 and 1, and the ends of its 95 % interval."""

    r: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """Verdict in words. Only an interval on one side of 0 is conclusive."""
        if self.low > 0:
            return "separates"
        return "reversed" if self.high < 0 else "cannot tell"


@dataclass(frozen=True)
class PartReport:
    """Results of a class in one part."""

    part: Part
    levels: Counter[Level]
    """Number of students at each `Level`."""
    facility: float
    """Mean fraction of the points, 0 to 1. It is ``nan`` while results are pending."""
    discrimination: Discrimination | None
    """None if the class is too small, the part or the rest does not vary, or results are pending."""


@dataclass(frozen=True)
class MistakeReport:
    """Named mistake, and the number of students who made it."""

    part: Part
    name: str
    students: int

    @property
    def explanation(self) -> str:
        """Explanation that these students read."""
        return self.part.explanations[self.name]


@dataclass(frozen=True)
class PlaceReport:
    """Expression on a line where answers fail, and the number of students affected."""

    part: Part
    line: int
    expression: str
    students: int


@dataclass(frozen=True)
class TroubleReport:
    """Reason why a check could not finish, and the number of students affected."""

    part: Part
    trouble: str
    students: int


@dataclass(frozen=True)
class UnnamedReport:
    """Number of students who lost points without a named mistake."""

    part: Part
    students: int
    failed: str
    """Title of the row that failed most often, or ""."""


def level(mark: PartResult, part: Part) -> Level:
    """Return the level of a result."""
    if mark.waiting:
        return Level.WAITING
    if mark.points >= part.out_of:
        return Level.FULL
    if mark.points > 0:
        return Level.PART
    return Level.NOT_STARTED if mark.headline == Headline.NOT_STARTED else Level.NONE


def correlation(x: Iterable[float], y: Iterable[float]) -> Discrimination | None:
    """Pearson's r with Fisher's 95 % interval, or None for constant or too few values.

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
    """Tell which parts count in totals, which are those without pending grades."""
    return [not any(mark.waiting for mark in graded.of(part)) for part in graded.parts]


def totals(graded: GradedClass) -> np.ndarray:
    """Total points ``(S,)`` of each student over the `counted` parts."""
    return np.asarray(graded.points[:, counted(graded)].sum(axis=1))


def part_reports(graded: GradedClass) -> list[PartReport]:
    """Report on each part, in the order of the release."""
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
    """Report on each named mistake that was made, the most frequent first."""
    made = [
        MistakeReport(part, name, count)
        for part in graded.parts
        for name in part.explanations
        if (count := sum(name in mark.mistakes for mark in graded.of(part)))
    ]
    return sorted(made, key=lambda report: -report.students)


def place_reports(graded: GradedClass) -> list[PlaceReport]:
    """Report on the places where answers fail, the most frequent first."""
    found = [
        PlaceReport(part, line, expression, students)
        for part in graded.parts
        for (line, expression), students in sorted(Counter(p for m in graded.of(part) for p in m.places).items())
    ]
    return sorted(found, key=lambda report: -report.students)


def trouble_reports(graded: GradedClass) -> list[TroubleReport]:
    """Report on answers that could not be judged, the most frequent causes first."""
    found = [
        TroubleReport(part, trouble, students)
        for part in graded.parts
        for trouble, students in sorted(Counter(mark.trouble for mark in graded.of(part) if mark.trouble).items())
    ]
    return sorted(found, key=lambda report: -report.students)


def unnamed_reports(graded: GradedClass) -> list[UnnamedReport]:
    """Report on each exercise in which points were lost without a named mistake."""
    found = []
    for part in [part for part in graded.parts if part.exercise]:
        lost = [m for m in graded.of(part) if level(m, part) in (Level.PART, Level.NONE)]
        marks = [m for m in lost if not m.mistakes and not m.trouble]
        failed = Counter(title for mark in marks for title in mark.failed).most_common(1)
        if marks:
            found.append(UnnamedReport(part, len(marks), failed[0][0] if failed else ""))
    return sorted(found, key=lambda unnamed: -unnamed.students)
