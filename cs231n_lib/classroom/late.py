"""What lateness costs: the class's policy as a plug-in of nbgrader, and penalties that follow what a person gave.

nbgrader takes the penalty when a submission is graded. Points that a person gives later would then be free of it, so
`settle` works it out again from the points as they are now.
"""

from datetime import UTC, datetime
from math import ceil

from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float
from traitlets.config import Config

HOUR, DAY = 3600.0, 86400.0


class PerDay(LateSubmissionPlugin):  # type: ignore[misc]  # nbgrader has no types
    """Takes a part of the points for each day that has begun since the due date; the first minutes are free.

    >>> policy = PerDay(percent_a_day=10, free_minutes=60)
    >>> [policy.late_submission_penalty("ada", 90, late) for late in (HOUR, HOUR + 1, DAY + 1, 30 * DAY)]
    [0.0, 9.0, 18.0, 90.0]
    """

    percent_a_day = Float(0.0, min=0, max=100, help="Of the points, for each day that has begun.").tag(config=True)
    free_minutes = Float(0.0, min=0, help="How late a submission may be at no cost.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """Return the points that a submission loses."""
        days = ceil(total_seconds_late / DAY) if total_seconds_late > 60 * self.free_minutes else 0
        return float(score * min(1.0, days * self.percent_a_day / 100))


class Lateness:
    """The policy of a course, as its configuration names it."""

    def __init__(self, config: Config) -> None:
        step = AssignLatePenalties(config=config)
        step.init_plugin()
        self.policy = step.plugin_inst

    def settle(self, submission: SubmittedAssignment) -> bool:
        """Work a submission's penalty out from its points now; return whether it changed."""
        late = submission.total_seconds_late
        changed = False
        for notebook in submission.notebooks:
            points = float(notebook.score)
            asked = self.policy.late_submission_penalty(str(submission.student.id), points, late) if late else None
            penalty = None if asked is None else min(max(0.0, asked), points)
            changed |= (penalty or 0.0) != (notebook.late_submission_penalty or 0.0)
            notebook.late_submission_penalty = penalty
        return changed

    def settle_all(self, gradebook: Gradebook, lesson: str) -> list[str]:
        """Do so for all submissions of a lesson that has a due date, and return whose changed; nothing is committed."""
        if gradebook.find_assignment(lesson).duedate is None:
            return []
        return [str(s.student.id) for s in gradebook.assignment_submissions(lesson) if self.settle(s)]


def settle_all(gradebook: Gradebook, config: Config) -> None:
    """Work out the penalties of all lessons, and keep them."""
    lateness = Lateness(config)
    for assignment in gradebook.assignments:
        lateness.settle_all(gradebook, str(assignment.name))
    gradebook.db.commit()


def enter_due(gradebook: Gradebook, lesson: str, due: datetime | None) -> None:
    """Enter a lesson's due date into the gradebook, which keeps it in UTC; without one, what is there stays."""
    if due is None:
        return
    there = due.astimezone(UTC).replace(tzinfo=None)
    assignment = gradebook.find_assignment(lesson)
    if assignment.duedate != there:
        assignment.duedate = there
        gradebook.db.commit()
