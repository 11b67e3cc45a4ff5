"""Late rules of individual students, from columns of ``students.csv``.

`percent_a_day` and `slip_days` replace the class's rules, and ``extension 3`` gives more time for lesson 3. Each
command reads the file again.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path

from cs231n_lib.course.plan import LESSONS, LessonError, find_folder

from ..errors import ClassroomError

FILE = "students.csv"
EXTENSION = "extension"
_NUMBERS = {"percent_a_day": 100, "slip_days": 365}
"""Columns with numbers, and their maximum values."""


@dataclass(frozen=True)
class StudentRules:
    """Late rules that apply to one student only. None means the class's own rule."""

    percent_a_day: float | None = None
    slip_days: int | None = None
    extensions: Mapping[str, timedelta] = field(default_factory=dict)
    """Extra time by lesson folder."""


def time_span(text: str) -> timedelta:
    """Read a length of time such as ``3d``, ``12h`` or ``90m``.

    Raises
    ------
    ClassroomError
        If the text is not such a time.

    Examples
    --------
    >>> time_span("12h")
    datetime.timedelta(seconds=43200)
    """
    found = re.fullmatch(r"(\d{1,4})([dhm])", text.strip())
    if not found:
        raise ClassroomError(f"{text!r} is not a length of time. Write it as in 3d, 12h or 90m")
    unit = {"d": "days", "h": "hours", "m": "minutes"}[found[2]]
    return int(found[1]) * timedelta(**{unit: 1})


def read_student_rules(root: Path) -> dict[str, StudentRules]:
    """Read the late rules in ``students.csv`` by student. A missing file has none.

    Raises
    ------
    ClassroomError
        If the file cannot be read, names a lesson that does not exist, has an invalid value, or lists a student twice.
    """
    file = root / FILE
    if not file.exists():
        return {}
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ClassroomError(f"{file} cannot be read ({error}). Save it as CSV in UTF-8") from None
    separator = max(",;\t", key=text.partition("\n")[0].count)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    columns = [column.strip() for column in table.fieldnames or ()]
    if "id" not in columns:
        raise ClassroomError(f"{file} lacks the column id. Its first line should be id,first_name,last_name,email")
    lessons = _extension_columns(file, root, columns)
    table.fieldnames = columns
    rules: dict[str, StudentRules] = {}
    for row in table:
        student = (row["id"] or "").strip()
        if student in rules:
            raise ClassroomError(f"{file} lists the student {student} more than once. Delete all rows but one")
        if student:
            rules[student] = _rules(file, row, student, lessons)
    return rules


def _extension_columns(file: Path, root: Path, columns: list[str]) -> dict[str, str]:
    """Return the lesson folder of each column for extensions."""
    own = {lesson.folder for lesson in LESSONS} | {path.name for path in root.glob("solutions/[0-9][0-9]_*")}
    found: dict[str, str] = {}
    for column in columns:
        first, _, lesson = column.partition(" ")
        near = get_close_matches(column, _NUMBERS, 1, cutoff=0.8)
        if column not in _NUMBERS and near:
            raise ClassroomError(f"{file} has a column {column!r}. Did you mean {near[0]}?")
        if first.lower() != EXTENSION:
            continue
        try:
            folder = find_folder(lesson.strip(), sorted(own))
        except LessonError as error:
            raise ClassroomError(f"{file}, column {column!r}: {error}") from None
        if folder in found.values():
            raise ClassroomError(f"{file} has two columns with extensions for {folder}. Keep one")
        found[column] = folder
    return found


def _rules(file: Path, row: Mapping[str, str | None], student: str, lessons: Mapping[str, str]) -> StudentRules:
    numbers: dict[str, int | None] = {}
    for column, most in _NUMBERS.items():
        text = (row.get(column) or "").strip()
        if text and not (text.isdecimal() and int(text) <= most):
            raise ClassroomError(f"{file}, {student}: {column} is {text!r}. Write a whole number from 0 to {most}")
        numbers[column] = int(text) if text else None
    extensions = {}
    for column, lesson in lessons.items():
        text = (row.get(column) or "").strip()
        if text:
            try:
                extensions[lesson] = time_span(text)
            except ClassroomError as error:
                raise ClassroomError(f"{file}, {student}, column {column!r}: {error}") from None
    return StudentRules(numbers["percent_a_day"], numbers["slip_days"], extensions)
