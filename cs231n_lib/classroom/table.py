"""The table of grades: what was earned, what waits for a person, and why someone has no grade."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Assignment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin
from sqlalchemy.orm import selectinload, undefer
from tqdm import tqdm

from cs231n_lib.course.notebook import CHECK, NotebookError

from .intake import parts_of
from .late import settle_all
from .notes import Notes
from .submissions import files, unfit

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "state",
)  # fmt: skip
"""nbgrader's own, and what the score is; where there is no grade, score and penalty are empty."""

NOTHING = "handed in nothing"

_AT_A_TIME = 100
"""Students whose grades are in memory together."""


@dataclass(frozen=True)
class Standing:
    """How far the grading of one student's lesson has come.

    ``out_of`` is without what an older release did not ask, ``waiting`` the part of it that waits for a person;
    ``state`` says it in words.
    """

    state: str
    out_of: float
    points: float | None = None
    penalty: float = 0.0
    waiting: float = 0.0

    @property
    def score(self) -> float | None:
        """The points, less the penalty for lateness."""
        return None if self.points is None else max(0.0, self.points - self.penalty)


def standing(
    submission: SubmittedAssignment | None, assignment: Assignment, file: Path, releases: Path, noted: str = ""
) -> Standing:
    """Where a student stands who handed in ``file``, if it is there; ``noted`` is why grading it came to no end."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades] if submission else []
    out_of = float(assignment.max_score)
    parts, why = parts_in(file, releases)
    if submission is None or not any(has_points(grade) for grade in grades):
        return Standing(why or f"not graded: {noted or 'not yet, or it did not run to its end'}", out_of)
    missing = [grade for grade in grades if not has_points(grade) and parts and grade.name not in parts]
    asked = [grade for grade in grades if grade not in missing]
    waiting = sum(float(grade.max_score) for grade in asked if grade.needs_manual_grade)
    automatic = [grade for grade in asked if not grade.needs_manual_grade and grade.manual_score is None]
    earned, of = (sum(float(getattr(grade, name)) for grade in automatic) for name in ("score", "max_score"))
    state = [f"{earned:g} of {of:g} automatic"]
    state += [f"{waiting:g} waiting for a person"] if waiting else []
    state += [f"not asked: {', '.join(grade.name.removeprefix(CHECK) for grade in missing)}"] if missing else []
    state += [f"of an earlier file, since the present one is {why}"] if why and why != NOTHING else []
    out_of -= sum(float(grade.max_score) for grade in missing)
    penalty = float(submission.late_submission_penalty or 0.0)
    return Standing(", ".join(state), out_of, float(submission.score), penalty, waiting)


def standings(
    gradebook: Gradebook, course: CourseDirectory, lesson: str
) -> Iterator[tuple[str, Standing, SubmittedAssignment | None]]:
    """Where everyone stands who is enrolled, or who handed the lesson in."""
    assignment = gradebook.find_assignment(lesson)
    pattern = Path(course.format_path(course.submitted_directory, "*", lesson))
    handed_in = {folder.parent.name for folder in Path(course.root).glob(str(pattern.relative_to(course.root)))}
    everyone = sorted({str(student.id) for student in gradebook.students} | handed_in)
    releases, notes = Path(course.root, course.release_directory), Notes(Path(course.root), lesson)
    for student, submission in _submissions(gradebook, assignment, everyone):
        file = Path(course.format_path(course.submitted_directory, student, lesson), f"{lesson}.ipynb")
        noted = str(notes.read(student).get("problem", ""))
        yield student, standing(submission, assignment, file, releases, noted), submission


def _submissions(
    gradebook: Gradebook, assignment: Assignment, students: Sequence[str]
) -> Iterator[tuple[str, SubmittedAssignment | None]]:
    """What each student has in the gradebook, some at a time, with all that `standing` asks for.

    nbgrader would ask the database for each part's name and points by itself.
    """
    parts = selectinload(SubmittedAssignment.notebooks).selectinload(SubmittedNotebook.grades)
    whole = (undefer(SubmittedAssignment.score), undefer(SubmittedAssignment.late_submission_penalty))
    query = gradebook.db.query(SubmittedAssignment).filter(SubmittedAssignment.assignment_id == assignment.id)
    query = query.options(*whole, parts.undefer(Grade.max_score), parts.selectinload(Grade.cell))
    for start in range(0, len(students), _AT_A_TIME):
        some = students[start : start + _AT_A_TIME]
        found = {one.student_id: one for one in query.filter(SubmittedAssignment.student_id.in_(some))}
        yield from ((student, found.get(student)) for student in some)


def has_points(grade: Grade) -> bool:
    """Whether a check or a person has given points, were it 0: nbgrader begins with a blank grade."""
    return grade.auto_score is not None or grade.manual_score is not None


def parts_in(file: Path, releases: Path) -> tuple[set[str], str]:
    """The cells that grading finds in a student's file, and in words why it can find none."""
    if not file.parent.exists():
        return set(), NOTHING
    if why := unfit(file.parent):
        return set(), f"not graded: {why}"
    found = [path for path in files(file.parent) if path.suffix == ".ipynb"]
    found = [file] if file in found else found
    if len(found) > 1:
        return set(), f"not graded: none of {len(found)} notebooks has the name {file.name}"
    try:
        return parts_of(found[0].read_bytes(), releases, file.parent.name), ""
    except NotebookError as error:
        return set(), f"not graded: {error.why}"


class GradesTable(ExportPlugin):  # type: ignore[misc]  # nbgrader has no types
    """What ``nbgrader export`` writes: a row for each student and lesson."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table, with penalties for lateness as the points are now."""
        settle_all(gradebook, self.config)
        course = CourseDirectory(parent=self.parent)
        write_table(Path(self.to or "grades.csv"), gradebook, course, map(str, self.assignment), map(str, self.student))


def write_table(
    path: Path, gradebook: Gradebook, course: CourseDirectory, lessons: Iterable[str] = (), students: Iterable[str] = ()
) -> None:
    """Write a row for each student and lesson, of all that there are or of these."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(_rows(gradebook, course, {*lessons}, {*students}))


def _rows(
    gradebook: Gradebook, course: CourseDirectory, lessons: AbstractSet[str], chosen: AbstractSet[str]
) -> Iterator[dict[str, object]]:
    enrolled = {str(student.id): student for student in gradebook.students}
    for assignment in gradebook.assignments:
        lesson = str(assignment.name)
        if lessons and lesson not in lessons:
            continue
        found = standings(gradebook, course, lesson)
        for student, now, submission in tqdm(found, desc=f"{lesson}, table", unit="student", leave=False, delay=1):
            if chosen and student not in chosen:
                continue
            yield {
                "assignment": lesson,
                "duedate": assignment.duedate,
                "timestamp": submission.timestamp if submission else None,
                "student_id": student,
                **{name: getattr(enrolled.get(student), name, None) for name in ("last_name", "first_name", "email")},
                "raw_score": now.points,
                "late_submission_penalty": None if now.points is None else now.penalty,
                "score": now.score,
                "max_score": now.out_of,
                "state": now.state,
            }
