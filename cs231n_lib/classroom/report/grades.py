"""Grades of a class, read in few queries because classes can be large."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Assignment, Grade, Gradebook, GradeCell, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import distinct, func


@dataclass(frozen=True)
class LessonSummary:
    """Results of a class in one lesson, without the parts that are graded by hand."""

    lesson: str
    students: int
    share: float


@dataclass(frozen=True)
class GradeRow:
    """Row of nbgrader's table of grades."""

    score: float
    needs_person: bool
    manual: float | None
    auto: float | None


def grades_of(gradebook: Gradebook, lesson: str) -> dict[str, dict[str, GradeRow]]:
    """Read grades by student and cell, for students whose autograding has finished."""
    columns = (Grade.score, Grade.needs_manual_grade, Grade.manual_score, Grade.auto_score)
    found: dict[str, dict[str, GradeRow]] = {}
    asked = _joined(gradebook, SubmittedAssignment.student_id, GradeCell.name, *columns)
    for student, cell, *grade in asked.filter(Assignment.name == lesson):
        found.setdefault(student, {})[cell] = GradeRow(*grade)
    return {s: g for s, g in sorted(found.items()) if any((one.auto, one.manual) != (None, None) for one in g.values())}


def late_penalties(gradebook: Gradebook, lesson: str) -> list[float]:
    """Return the points that each late submission of a lesson loses."""
    penalty = SubmittedNotebook.late_submission_penalty
    asked = gradebook.db.query(penalty).select_from(SubmittedNotebook)
    asked = asked.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    asked = asked.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
    return [float(points) for (points,) in asked.filter(Assignment.name == lesson, penalty > 0)]


def graded_lessons(gradebook: Gradebook) -> list[str]:
    """Return the names of the lessons with any grade, sorted."""
    has_points = Grade.auto_score.is_not(None) | Grade.manual_score.is_not(None)
    return sorted(name for (name,) in _joined(gradebook, Assignment.name).filter(has_points).distinct())


def _joined(gradebook: Gradebook, *columns: Any) -> Any:
    """Query columns of all grades at once, because loading objects would take seconds."""
    asked = gradebook.db.query(*columns).select_from(Grade).join(GradeCell, Grade.cell_id == GradeCell.id)
    asked = asked.join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
    asked = asked.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    return asked.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)


def lesson_summaries(gradebook: Gradebook) -> Iterator[LessonSummary]:
    """Yield the mean fraction of the points in each graded lesson."""
    sums = (func.count(distinct(SubmittedAssignment.id)), func.sum(Grade.score), func.sum(GradeCell.max_score))
    asked = _joined(gradebook, Assignment.name, *sums)
    graded = asked.filter(Grade.auto_score.is_not(None), GradeCell.cell_type == "code")
    for lesson, students, points, out_of in sorted(graded.group_by(Assignment.name)):
        yield LessonSummary(lesson, students, float(points) / float(out_of or 1))
