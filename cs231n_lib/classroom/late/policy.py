"""Late penalties by the class's policy, as an nbgrader plug-in.

nbgrader computes the penalty when it grades a submission, so points that a person adds later would not be penalised.
`update_penalty` computes the penalty again from the current points.
"""

import re
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from math import ceil
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float
from traitlets.config import Config

from cs231n_lib.course.settings import read_settings

from .errors import ClassroomError
from .nbgrader_course import read_config, require_course

HOUR, DAY = 3600.0, 86400.0


class PerDay(LateSubmissionPlugin):  # type: ignore[misc]  # nbgrader has no types
    """Deduct part of the points for each day begun after the due date.

    >>> policy = PerDay(percent_a_day=10, free_minutes=60)
    >>> [policy.late_submission_penalty("ada", 90, late) for late in (HOUR, HOUR + 1, DAY + 1, 30 * DAY)]
    [0.0, 9.0, 18.0, 90.0]
    """

    percent_a_day = Float(0.0, min=0, max=100, help="Percent of the points for each day begun.").tag(config=True)
    free_minutes = Float(0.0, min=0, help="Minutes of lateness without a penalty.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """Return the points that a submission loses."""
        days = ceil(total_seconds_late / DAY) if total_seconds_late > 60 * self.free_minutes else 0
        return float(score * min(1.0, days * self.percent_a_day / 100))


class LatePolicy:
    """Late policy of a course, as its configuration names it."""

    def __init__(self, config: Config) -> None:
        step = AssignLatePenalties(config=config)
        step.init_plugin()
        self.policy = step.plugin_inst

    def update_penalty(self, submission: SubmittedAssignment) -> bool:
        """Update a submission's penalty, and return whether it changed."""
        late = submission.total_seconds_late
        changed = False
        for notebook in submission.notebooks:
            points = float(notebook.score)
            asked = self.policy.late_submission_penalty(str(submission.student.id), points, late) if late else None
            penalty = None if asked is None else min(max(0.0, asked), points)
            changed |= (penalty or 0.0) != (notebook.late_submission_penalty or 0.0)
            notebook.late_submission_penalty = penalty
        return changed

    def update_penalties(self, gradebook: Gradebook, lesson: str) -> list[str]:
        """Update a lesson's penalties without a commit, and return the students affected."""
        if gradebook.find_assignment(lesson).duedate is None:
            return []
        return [str(s.student.id) for s in gradebook.assignment_submissions(lesson) if self.update_penalty(s)]


def update_penalties(gradebook: Gradebook, config: Config) -> None:
    """Update and commit the penalties of all lessons."""
    lateness = LatePolicy(config)
    for assignment in gradebook.assignments:
        lateness.update_penalties(gradebook, str(assignment.name))
    gradebook.db.commit()


def extend(root: Path, lesson: str, student: str, time: str) -> str:
    """Give a student more time for a lesson, or 0d to take it back, and say until when.

    The next grading applies it. A further extension replaces the one before.

    Raises
    ------
    ClassroomError
        If the time cannot be read, or the class has no such student, lesson or due date.
    """
    require_course(root)
    found = re.fullmatch(r"(\d{1,4})([dhm])", time)
    if not found:
        raise ClassroomError(f"{time!r} is not a time. Write days, hours or minutes, such as 3d, 12h or 90m")
    length = int(found[1]) * timedelta(**{{"d": "days", "h": "hours", "m": "minutes"}[found[2]]: 1})
    directory = CourseDirectory(config=read_config(root))
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        known = sorted(str(one.id) for one in gradebook.students)
        handed_in = Path(directory.format_path(directory.submitted_directory, student, lesson)).exists()
        if student not in known and not handed_in:
            close = get_close_matches(student, known, 1)
            remedy = f" Did you mean {close[0]}?" if close else " Import the class list with collect --table."
            raise ClassroomError(f"The class has no student {student!r}.{remedy}")
        try:
            enter_due_date(gradebook, lesson, read_settings(root).lesson(lesson).due)
            due = gradebook.find_assignment(lesson).duedate
        except MissingEntry:
            raise ClassroomError(f"{lesson} is not released. Run: nbgrader generate_assignment {lesson}") from None
        if due is None:
            raise ClassroomError(f"{lesson} has no due date. Set `due` under [lessons.{lesson}] in class.toml")
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(lesson, student)
        gradebook.grant_extension(lesson, student, minutes=length.total_seconds() / 60)
    return f"{student}: {lesson} is due {due + length:%Y-%m-%d %H:%M} UTC"


def enter_due_date(gradebook: Gradebook, lesson: str, due: datetime | None) -> None:
    """Enter a lesson's due date into the gradebook in UTC, unless it is None."""
    if due is None:
        return
    there = due.astimezone(UTC).replace(tzinfo=None)
    assignment = gradebook.find_assignment(lesson)
    if assignment.duedate != there:
        assignment.duedate = there
        gradebook.db.commit()
