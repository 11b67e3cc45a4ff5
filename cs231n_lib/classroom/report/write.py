"""Writer of class reports, used by ``python -m cs231n_lib report``."""

import csv
from collections.abc import Iterator
from pathlib import Path

from ..errors import ClassroomError
from .graded_class import GradedClass, GradedCourse
from .page import page
from .statistics import level

COLUMNS = ("student", "lesson", "exercise", "points", "out_of", "level", "mistakes")


def report(root: Path, lesson: str | None, output: Path) -> Iterator[GradedClass]:
    """Write ``<lesson>.html`` and ``<lesson>.csv`` for one or all graded lessons.

    The page names no student. The table has one row for each student and graded part, with `COLUMNS`.

    Yields
    ------
    GradedClass
        Each class, once its files are written.

    Raises
    ------
    ClassroomError
        If no lesson is graded, or the given one is unknown or not graded.
    """
    course = GradedCourse(root)
    lessons = [lesson] if lesson else course.lessons()
    if not lessons:
        raise ClassroomError("No lesson is graded yet. See docs/instructor.md")
    for name in lessons:
        graded = course.read(name)
        output.mkdir(parents=True, exist_ok=True)
        (output / f"{name}.html").write_text(page(graded), encoding="utf-8")
        with (output / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows(_rows(graded))
        yield graded


def _rows(graded: GradedClass) -> Iterator[tuple[str | float, ...]]:
    for student, marks in graded.marks.items():
        for part in graded.parts:
            mark = marks[part.name]
            mistakes = "; ".join(mark.mistakes)
            yield student, graded.lesson, part.name, mark.points, part.out_of, level(mark, part), mistakes
