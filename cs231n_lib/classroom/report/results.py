"""Writer of the table of grades and the class report after grading."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nbgrader.api import Gradebook

from ..errors import ClassroomError
from ..table import grades_file, write_table
from .graded_class import GradedCourse
from .write import report

FOLDER = "report"


def write_results(root: Path, lesson: str) -> Iterator[Path]:
    """Write a lesson's table and, if any student is graded, its report.

    Yields
    ------
    Path
        Each file that people read, once it is written.
    """
    course = GradedCourse(root)
    output = root / FOLDER
    output.mkdir(exist_ok=True)
    table = grades_file(root, lesson)
    with Gradebook(course.directory.db_url) as gradebook:
        write_table(table, gradebook, course.directory, [lesson])
    yield table
    with suppress(ClassroomError):
        for graded in report(root, lesson, output):
            yield output / f"{graded.lesson}.html"
