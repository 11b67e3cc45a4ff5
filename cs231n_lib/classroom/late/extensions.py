"""Due dates and extensions in the gradebook."""

import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, Student
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning

from cs231n_lib.course.settings import read_settings

from ..errors import ClassroomError
from ..nbgrader_course import open_gradebook, read_config, require_course
from .rules import FILE, StudentRules, read_student_rules, time_span


def extend(root: Path, lesson: str, student: str, time: str) -> str:
    """Give a student more time for a lesson, and return a sentence with the due date.

    The time 0d withdraws an extension. The next grading applies the change. A new extension replaces the old one.

    Raises
    ------
    ClassroomError
        If the time cannot be read, the class has no such student, lesson or due date, or ``students.csv`` already gives
        the student time for this lesson.
    """
    require_course(root)
    length = time_span(time)
    directory = CourseDirectory(config=read_config(root))
    listed = read_student_rules(root).get(student, StudentRules()).extensions
    if lesson in listed:
        raise ClassroomError(f"{FILE} extends {lesson} for {student} by {_spelled(listed[lesson])}. Change it there")
    with open_gradebook(directory) as gradebook:
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
        _grant(gradebook, lesson, student, length)
    return f"{student}: {lesson} is due {due + length:%Y-%m-%d %H:%M} UTC"


def grant_listed(gradebook: Gradebook, lesson: str, rules: Mapping[str, StudentRules]) -> list[str]:
    """Enter listed extensions, and return listed students not in the gradebook."""
    known = {str(student) for (student,) in gradebook.db.query(Student.id)}
    listed = {student: rule.extensions[lesson] for student, rule in rules.items() if lesson in rule.extensions}
    for student in listed.keys() & known:
        _grant(gradebook, lesson, student, listed[student])
    return sorted(listed.keys() - known)


def _grant(gradebook: Gradebook, lesson: str, student: str, length: timedelta) -> None:
    """Enter an extension unless it is there already."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Object of type <Submitted", SAWarning)  # harmless, from nbgrader
        submission = gradebook.update_or_create_submission(lesson, student)
    if (submission.extension or timedelta()) != length:
        gradebook.grant_extension(lesson, student, minutes=length.total_seconds() / 60)


def _spelled(length: timedelta) -> str:
    """Write a length of time in the form that `time_span` reads.

    >>> _spelled(timedelta(days=3)), _spelled(timedelta(minutes=90))
    ('3d', '90m')
    """
    minutes = int(length.total_seconds() // 60)
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def enter_due_date(gradebook: Gradebook, lesson: str, due: datetime | None) -> None:
    """Enter a lesson's due date into the gradebook in UTC, unless ``due`` is None."""
    if due is None:
        return
    there = due.astimezone(UTC).replace(tzinfo=None)
    assignment = gradebook.find_assignment(lesson)
    if assignment.duedate != there:
        assignment.duedate = there
        gradebook.db.commit()
