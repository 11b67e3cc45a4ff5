"""Table of grades, with a state that explains each score or its absence."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from nbgrader.api import Assignment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin
from sqlalchemy.orm import selectinload, undefer
from tqdm import tqdm

from cs231n_lib.course.student.notebook import CHECK, NotebookError
from cs231n_lib.storage import write_files

from .grading.gradebook import has_points
from .grading.ledger import Ledger
from .grading.submitted import reason_ungradable, submitted_files, submitting_students
from .intake import notebook_name, parts_of
from .late import LatePolicy, update_penalties

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "state", "lateness",
)  # fmt: skip
"""nbgrader's columns, the state, and any extension and lateness. Score and penalty are empty if there is no grade."""

PERSONAL = ("last_name", "first_name", "email")
"""Columns whose text students can choose."""

NOT_SUBMITTED = "handed in nothing"

_AT_A_TIME = 100
"""Number of students whose grades are loaded together."""


@dataclass(frozen=True)
class GradeStatus:
    """Grading status of one student's lesson.

    ``out_of`` excludes exercises that an older release did not have, and ``waiting`` is the part of ``out_of`` that
    needs manual grading. ``state`` describes the status, and ``absent`` means that the student handed nothing in.
    """

    state: str
    out_of: float
    points: float | None = None
    penalty: float = 0.0
    waiting: float = 0.0
    absent: bool = False
    lateness: str = ""
    """Extension and lateness of the submission in sentences, or "" for neither."""

    @property
    def explanation(self) -> str:
        """State of the grade, and any extension and lateness of the submission."""
        return f"{self.state}. {self.lateness}" if self.lateness else self.state

    @property
    def score(self) -> float | None:
        """Points after the penalty for lateness."""
        return None if self.points is None else max(0.0, self.points - self.penalty)


def grade_status(
    submission: SubmittedAssignment | None, assignment: Assignment, file: Path, releases: Path, noted: str = ""
) -> GradeStatus:
    """Return the status of the submission in ``file``.

    ``noted`` is the reason why the last grading failed, or "".
    """
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades] if submission else []
    out_of = float(assignment.max_score)
    absent = not file.parent.exists()
    parts, problem = (set[str](), "") if absent else parts_in(file, releases)
    if submission is None or not any(has_points(grade) for grade in grades):
        reason = problem or noted or "grading has not run, or did not finish"
        return GradeStatus(NOT_SUBMITTED if absent else f"not graded: {reason}", out_of, absent=absent)
    missing = [grade for grade in grades if not has_points(grade) and parts and grade.name not in parts]
    asked = [grade for grade in grades if grade not in missing]
    waiting = sum(float(grade.max_score) for grade in asked if grade.needs_manual_grade)
    automatic = [grade for grade in asked if not grade.needs_manual_grade and grade.manual_score is None]
    earned, of = (sum(float(getattr(grade, name)) for grade in automatic) for name in ("score", "max_score"))
    state = [f"{earned:g} of {of:g} automatic"]
    state += [f"{waiting:g} not graded by hand yet"] if waiting else []
    state += [f"not asked: {', '.join(grade.name.removeprefix(CHECK) for grade in missing)}"] if missing else []
    state += [f"from an earlier file, because the latest cannot be graded: {problem}"] if problem else []
    out_of -= sum(float(grade.max_score) for grade in missing)
    penalty = float(submission.late_submission_penalty or 0.0)
    return GradeStatus(", ".join(state), out_of, float(submission.score), penalty, waiting)


def grade_statuses(
    gradebook: Gradebook, course: CourseDirectory, lesson: str
) -> Iterator[tuple[str, GradeStatus, SubmittedAssignment | None]]:
    """Yield the status of each student who is enrolled or has handed the lesson in."""
    assignment = gradebook.find_assignment(lesson)
    everyone = sorted({str(student.id) for student in gradebook.students}.union(submitting_students(course, lesson)))
    releases, ledger = Path(course.root, course.release_directory), Ledger(Path(course.root), lesson)
    policy = LatePolicy(course.config)
    for student, submission in _submissions(gradebook, assignment, everyone):
        file = Path(course.format_path(course.submitted_directory, student, lesson), f"{lesson}.ipynb")
        noted = str(ledger.read(student).get("problem", ""))
        now = grade_status(submission, assignment, file, releases, noted)
        yield student, replace(now, lateness=policy.explain(submission) if submission else ""), submission


def _submissions(
    gradebook: Gradebook, assignment: Assignment, students: Sequence[str]
) -> Iterator[tuple[str, SubmittedAssignment | None]]:
    """Yield each student's submission in the gradebook, loaded in groups.

    nbgrader itself would run a query for each part's name and points.
    """
    parts = selectinload(SubmittedAssignment.notebooks).selectinload(SubmittedNotebook.grades)
    whole = (undefer(SubmittedAssignment.score), undefer(SubmittedAssignment.late_submission_penalty))
    query = gradebook.db.query(SubmittedAssignment).filter(SubmittedAssignment.assignment_id == assignment.id)
    query = query.options(*whole, parts.undefer(Grade.max_score), parts.selectinload(Grade.cell))
    for start in range(0, len(students), _AT_A_TIME):
        some = students[start : start + _AT_A_TIME]
        found = {one.student_id: one for one in query.filter(SubmittedAssignment.student_id.in_(some))}
        yield from ((student, found.get(student)) for student in some)


def parts_in(file: Path, releases: Path) -> tuple[set[str], str]:
    """Return the parts that grading finds in a student's file, or why it finds none."""
    if problem := reason_ungradable(file.parent):
        return set(), problem
    found = [path for path in submitted_files(file.parent) if notebook_name(path.name)]
    found = [file] if file in found else found
    if len(found) > 1:
        return set(), f"none of the {len(found)} notebooks is named {file.name}"
    try:
        return parts_of(found[0].read_bytes(), releases, file.parent.name), ""
    except NotebookError as error:
        return set(), error.reason


class GradesTable(ExportPlugin):  # type: ignore[misc]  # nbgrader has no types
    """Export plug-in of nbgrader, with a row for each student and lesson."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table, with late penalties for the current points."""
        update_penalties(gradebook, self.config)
        course = CourseDirectory(parent=self.parent)
        write_table(Path(self.to or "grades.csv"), gradebook, course, map(str, self.assignment), map(str, self.student))


def grades_file(root: Path, lesson: str) -> Path:
    """Return the file of a lesson's table. Tables for other systems are beside it."""
    return root / "grades" / lesson / "grades.csv"


def write_table(
    path: Path, gradebook: Gradebook, course: CourseDirectory, lessons: Iterable[str] = (), students: Iterable[str] = ()
) -> None:
    """Write a row for each student and each lesson, or only for the given ones."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    table.writerows(_rows(gradebook, course, {*lessons}, {*students}))
    write_files({path: text.getvalue().encode()})


def spreadsheet_text(value: str | None) -> str | None:
    """Put an apostrophe before a value that a spreadsheet would take for a formula."""
    return f"'{value}" if value and value.lstrip().startswith(("=", "+", "-", "@")) else value


def _rows(
    gradebook: Gradebook, course: CourseDirectory, lessons: AbstractSet[str], chosen: AbstractSet[str]
) -> Iterator[dict[str, object]]:
    enrolled = {str(student.id): student for student in gradebook.students}
    for assignment in gradebook.assignments:
        lesson = str(assignment.name)
        if lessons and lesson not in lessons:
            continue
        found = grade_statuses(gradebook, course, lesson)
        for student, now, submission in tqdm(found, desc=f"{lesson}, table", unit="student", leave=False, delay=1):
            if chosen and student not in chosen:
                continue
            yield {
                "assignment": lesson,
                "duedate": assignment.duedate,
                "timestamp": submission.timestamp if submission else None,
                "student_id": student,
                **{name: spreadsheet_text(getattr(enrolled.get(student), name, None)) for name in PERSONAL},
                "raw_score": now.points,
                "late_submission_penalty": None if now.points is None else round(now.penalty, 4),
                "score": None if now.score is None else round(now.score, 4),
                "max_score": now.out_of,
                "state": now.state,
                "lateness": now.lateness,
            }
