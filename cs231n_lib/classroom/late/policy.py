"""Late penalties by the class's policy, as an nbgrader plug-in.

nbgrader computes the penalty when it grades a submission, so points that a person adds later would not be penalised.
`LatePolicy.update_penalty` computes the penalty again from the current points. It also applies the student's slip
days and own rules, which nbgrader does not pass to a plug-in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float
from traitlets.config import Config

from cs231n_lib.course.settings import read_settings

from .extensions import enter_due_date, grant_listed
from .rules import StudentRules, read_student_rules

HOUR, DAY = 3600.0, 86400.0


class PerDay(LateSubmissionPlugin):  # type: ignore[misc]  # nbgrader has no types
    """Deduct part of the points for each day or part of a day after the due date.

    >>> policy = PerDay(percent_a_day=10, free_minutes=60)
    >>> [policy.late_submission_penalty("ada", 90, late) for late in (HOUR, HOUR + 1, DAY + 1, 30 * DAY)]
    [0.0, 9.0, 18.0, 90.0]
    """

    percent_a_day = Float(0.0, min=0, max=100, help="Penalty for each day or part of a day, in %.").tag(config=True)
    free_minutes = Float(0.0, min=0, help="Minutes of lateness without a penalty.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """Return the points that a submission loses."""
        return float(score * min(1.0, self.days(total_seconds_late) * self.percent_a_day / 100))

    def days(self, seconds_late: float) -> int:
        """Return the number of days, a part of a day included, or 0 within the free minutes."""
        return ceil(seconds_late / DAY) if seconds_late > 60 * self.free_minutes else 0


@dataclass(frozen=True)
class Lateness:
    """Days that a submission is late, and how many of them slip days cover.

    ``slip_days`` is the student's budget for the term, of which ``left`` remain after this lesson if it is late.
    """

    days: int
    percent_a_day: float
    covered: int = 0
    slip_days: int = 0
    left: int = 0

    @property
    def charged(self) -> int:
        """Days that cost points."""
        return self.days - self.covered

    def penalty(self, points: float) -> float:
        """Return the points that are lost."""
        return float(points * min(1.0, self.charged * self.percent_a_day / 100))

    def sentence(self, penalty: float) -> str:
        """Describe the lateness and what it costs.

        >>> Lateness(3, 10.0, covered=1, slip_days=2).sentence(18)
        '3 days late, 1 covered by slip days (0 of 2 left). 2 days at 10 % cost 18 points.'
        """
        covered = (
            f", {self.covered} covered by slip days ({self.left} of {self.slip_days} left)" if self.covered else ""
        )
        text = f"{_days(self.days)} late{covered}."
        if self.charged and self.percent_a_day:
            text += f" {_days(self.charged)} at {self.percent_a_day:g} % cost{'s' * (self.charged == 1)}"
            text += f" {penalty:.4g} points."
        return text


def _days(number: int) -> str:
    return f"{number} day{'s' * (number != 1)}"


class LatePolicy:
    """Late policy from nbgrader's configuration, ``class.toml`` and ``students.csv``.

    Slip days are spent in the order of the lessons' due dates, on every day that counts as late.

    Raises
    ------
    ClassroomError
        If ``students.csv`` cannot be used.
    """

    def __init__(self, config: Config) -> None:
        step = AssignLatePenalties(config=config)
        step.init_plugin()
        self.policy = step.plugin_inst
        root = Path(CourseDirectory(config=config).root)
        self.settings = read_settings(root)
        self.rules = read_student_rules(root)

    def lateness(self, submission: SubmittedAssignment) -> Lateness | None:
        """Return a submission's lateness, or None if the class does not use `PerDay`."""
        if not isinstance(self.policy, PerDay):
            return None
        rules = self.rules.get(str(submission.student.id), StudentRules())
        percent = self.policy.percent_a_day if rules.percent_a_day is None else rules.percent_a_day
        budget = self.settings.late_slip_days if rules.slip_days is None else rules.slip_days
        days = self.policy.days(submission.total_seconds_late)
        if not days or not budget:
            return Lateness(days, percent, 0, budget, budget)
        left = max(0, budget - sum(self._earlier_days(submission)))
        covered = min(days, left)
        return Lateness(days, percent, covered, budget, left - covered)

    def _earlier_days(self, submission: SubmittedAssignment) -> Iterator[int]:
        """Yield the days of lateness of each lesson due before this submission's lesson."""
        now = (submission.assignment.duedate, str(submission.assignment.name))
        for other in submission.student.submissions:
            due = other.assignment.duedate
            if due and now[0] and (due, str(other.assignment.name)) < now:
                yield self.policy.days(other.total_seconds_late)

    def update_penalty(self, submission: SubmittedAssignment) -> bool:
        """Update a submission's penalty, and return whether it changed."""
        late = submission.total_seconds_late
        lateness = self.lateness(submission) if late else None
        changed = False
        for notebook in submission.notebooks:
            points = float(notebook.score)
            asked: float | None = None
            if lateness:
                asked = lateness.penalty(points)
            elif late:
                asked = self.policy.late_submission_penalty(str(submission.student.id), points, late)
            penalty = None if asked is None else min(max(0.0, asked), points)
            changed |= (penalty or 0.0) != (notebook.late_submission_penalty or 0.0)
            notebook.late_submission_penalty = penalty
        return changed

    def update_penalties(self, gradebook: Gradebook, lesson: str) -> list[str]:
        """Update a lesson's penalties without a commit, and return the students affected."""
        if gradebook.find_assignment(lesson).duedate is None:
            return []
        return [str(s.student.id) for s in gradebook.assignment_submissions(lesson) if self.update_penalty(s)]

    def explain(self, submission: SubmittedAssignment) -> str:
        """Describe a submission's extension and lateness, or return "" for neither."""
        told = []
        if submission.extension:
            told.append(f"The due date is extended to {submission.duedate:%Y-%m-%d %H:%M} UTC.")
        if submission.total_seconds_late:
            penalty = float(submission.late_submission_penalty or 0.0)
            lateness = self.lateness(submission)
            if lateness is None:
                hours = f"{submission.total_seconds_late / HOUR:.3g}"
                told.append(f"The submission is {hours} hours late, which costs {penalty:.4g} points.")
            elif lateness.days:
                told.append(lateness.sentence(penalty))
        return " ".join(told)


def update_penalties(gradebook: Gradebook, config: Config) -> list[str]:
    """Update and commit due dates, extensions and penalties of all lessons.

    Return the students who have an extension in ``students.csv`` but are not in the gradebook.
    """
    lateness = LatePolicy(config)
    unknown: list[str] = []
    for assignment in gradebook.assignments:
        lesson = str(assignment.name)
        enter_due_date(gradebook, lesson, lateness.settings.lesson(lesson).due)
        unknown += grant_listed(gradebook, lesson, lateness.rules)
    for assignment in gradebook.assignments:
        lateness.update_penalties(gradebook, str(assignment.name))
    gradebook.db.commit()
    return sorted(set(unknown))
