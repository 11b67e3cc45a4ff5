"""Table of a lesson's grades, and filled copies of Canvas's and Moodle's tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.coursedir import CourseDirectory

from ..errors import ClassroomError
from ..late import update_penalties
from ..nbgrader_course import open_gradebook, read_config, require_course
from ..table import grades_file, write_table
from .lms import FilledTable, export, read_table
from .originals import Originals


@dataclass
class WrittenGrades:
    """Files that were written for a lesson, and the reasons why others were not."""

    table: Path
    copies: dict[Path, FilledTable] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    not_in_class: list[str] = field(default_factory=list)
    """Students with an extension in ``students.csv`` who are not in the gradebook."""


def write_grades(
    root: Path, lesson: str, title: str, tables: Sequence[Path] = (), *, column: str = "", partly: bool = False
) -> WrittenGrades:
    """Write ``grades/LESSON/grades.csv``, and a filled copy of each of ``tables``.

    Without ``tables``, the function fills those that `collect` last received for this lesson. If a table cannot be
    filled, the function records the reason and continues with the others.

    Raises
    ------
    ClassroomError
        If there is no course, or its gradebook does not have the lesson.
    """
    require_course(root)
    config = read_config(root)
    course = CourseDirectory(config=config)
    written = WrittenGrades(grades_file(root, lesson))
    with open_gradebook(course) as gradebook:
        try:
            gradebook.find_assignment(lesson)
        except MissingEntry:
            raise ClassroomError(f"The gradebook has no lesson {lesson}. Grade the lesson first") from None
        written.not_in_class = update_penalties(gradebook, config)
        write_table(written.table, gradebook, course, [lesson])
    for table in tables or Originals(root, lesson).tables():
        try:
            output = written.table.with_name(f"{read_table(table).system.lower()}.csv")
            if output in written.copies:
                raise ClassroomError(f"{table} is a second table from the same system. Pass only one from each")
            written.copies[output] = export(root, lesson, title, table, output, column=column, partly=partly)
        except ClassroomError as error:
            written.problems.append(str(error))
    return written
