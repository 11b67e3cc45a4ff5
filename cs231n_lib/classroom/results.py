"""What the grading of a lesson comes to, on paper: the table of grades, and the report on the class."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nbgrader.api import Gradebook

from .report import report
from .report_class import Course, ReportError
from .table import write_table

FOLDER = "report"


def write_results(root: Path, lesson: str) -> Iterator[Path]:
    """Write the table of a lesson of the course at ``root``, and, where anybody is graded, the report.

    Yields
    ------
    Path
        Of each file that a person reads, once it is written.
    """
    course = Course(root)
    output = root / FOLDER
    output.mkdir(exist_ok=True)
    table = output / f"{lesson}-grades.csv"
    with Gradebook(course.directory.db_url) as gradebook:
        write_table(table, gradebook, course.directory, [lesson])
    yield table
    with suppress(ReportError):
        for graded in report(root, lesson, output):
            yield output / f"{graded.lesson}.html"
