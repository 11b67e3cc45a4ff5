"""Tables of a learning management system (LMS), such as Canvas or Moodle.

The tables are exports of Canvas's gradebook or of Moodle's grading worksheet for one assignment (with the feedback type
"offline grading worksheet"). This module fills one or two columns, and the instructor imports the tables again. Neither
system reads an empty cell as zero, but Canvas deletes a grade if its cell is empty. If there is no grade to enter for a
student, the student's cells keep their content.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.coursedir import CourseDirectory

from cs231n_lib.storage import write_files

from ..errors import ClassroomError
from ..intake import STUDENT_ID
from ..late import update_penalties
from ..nbgrader_course import open_gradebook, read_config, require_course
from ..table import GradeStatus, grade_statuses

POINTS_POSSIBLE = "Points Possible"
_ABOUT_STUDENT = ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID",
                  "Root Account", "Section")  # fmt: skip
_WITH_ID = re.compile(r".+ \(\d+\)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_IDS = {"Canvas": ("ID", "SIS User ID", "SIS Login ID"), "Moodle": ("Email address", "ID number", "Username")}
_NEEDED = {"Canvas": ("ID", "Section"), "Moodle": ("Identifier", "Grade", "Last modified (grade)")}


@dataclass(frozen=True)
class LmsTable:
    """A table as the system exported it."""

    path: Path
    system: str
    """Either "Canvas" or "Moodle"."""
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    """Cells of each row by column name. Canvas adds rows at the top that do not belong to students."""
    separator: str
    mark: str
    """Byte order mark, or an empty string."""

    @property
    def students(self) -> list[Mapping[str, str]]:
        """Rows that belong to students."""
        return [row for row in self.rows if self.is_student(row)]

    def is_student(self, row: Mapping[str, str]) -> bool:
        """Tell whether a row belongs to a student. Canvas's test student does not count."""
        return bool(row[_NEEDED[self.system][0]].strip()) and self.name_of(row) != ("Test", "Student")

    def id_of(self, row: Mapping[str, str]) -> str:
        """Return a student's id in this course, which is the same in all tables.

        For Canvas this is the ID in the names of submitted files. For Moodle it is the email address, ID number,
        username or name, because Moodle's own number differs from one assignment to the next.
        """
        given = [row.get(column, "").strip() for column in _IDS[self.system]]
        usable = [text for text in given if STUDENT_ID.fullmatch(text)]
        return usable[0] if usable else id_from_name(row.get("Full name", ""))

    def ids_of(self, row: Mapping[str, str]) -> list[str]:
        """Return all ids that a student may have in this course, beginning with `id_of`."""
        given = [row.get(column, "").strip() for column in _IDS[self.system]]
        return [text for text in dict.fromkeys((self.id_of(row), *given)) if text]

    def email_of(self, row: Mapping[str, str]) -> str:
        """Return a student's email address, or "". At many schools *SIS Login ID* is one."""
        given = (row.get(column, "").strip() for column in ("Email address", "SIS Login ID"))
        return next((text for text in given if _EMAIL.fullmatch(text)), "")

    def name_of(self, row: Mapping[str, str]) -> tuple[str, str]:
        """Return the first name and the last name."""
        if "LastName" in row:
            return row["FirstName"].strip(), row["LastName"].strip()
        if "Student" in row:
            last, _, first = row["Student"].partition(",")
            return first.strip(), last.strip()
        first, _, last = row.get("Full name", "").strip().rpartition(" ")
        return first, last

    def column_of(self, lesson: str, title: str, named: str = "") -> str:
        """Find the column for the points of a lesson.

        Raises
        ------
        ClassroomError
            If no column or several columns match.
        """
        if self.system == "Moodle":
            return "Grade"
        assignments = [column for column in self.columns if _WITH_ID.fullmatch(column)]
        if named:
            found = [c for c in assignments if named in (c, c.rpartition(" (")[0], c.rpartition("(")[2][:-1])]
        else:
            number = int(lesson[:2]) if lesson[:2].isdigit() else None
            found = [c for c in assignments if lesson in c or _plain(title) in _plain(c)]
            found = found or [
                c for c in assignments if number is not None and number in _numbers(c.rpartition(" (")[0])
            ]
        if len(found) != 1:
            choose = f"Choose one with --column: {'; '.join(found or assignments)}"
            remedy = choose if assignments else "Create the assignment in Canvas, and export the table again"
            count = len(found) or "no"
            raise ClassroomError(f"{self.path} has {count} columns that match {named or lesson}. {remedy}")
        return found[0]


def read_table(path: Path) -> LmsTable:
    """Read a table that Canvas or Moodle exported.

    Raises
    ------
    ClassroomError
        If the table comes from neither system or cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ClassroomError(f"{path} cannot be read ({error}). Export it again") from None
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    columns, *rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row] or [[]]
    for system, needed in _NEEDED.items():
        if set(needed) <= set(columns):
            twice = [column for column, count in Counter(columns).items() if count > 1 and column in needed]
            if twice:
                raise ClassroomError(f"{path} has the column {twice[0]} more than once. Export it again")
            filled = (row + [""] * (len(columns) - len(row)) for row in rows)
            found = tuple(dict(zip(columns, row, strict=False)) for row in filled)
            return LmsTable(path, system, tuple(columns), found, separator, mark)
    lacks = {system: [column for column in needed if column not in columns] for system, needed in _NEEDED.items()}
    near = [system for system, needed in _NEEDED.items() if len(lacks[system]) < len(needed)]
    if near:
        raise ClassroomError(
            f"{path} looks like a table from {near[0]} but lacks the columns {', '.join(lacks[near[0]])}. Export it "
            "again, with all columns and in English"
        )
    raise ClassroomError(
        f"{path} is not a table from Canvas (Grades, Export) or Moodle (assignment, Download grading worksheet). Such "
        f"tables have the columns {' or '.join(', '.join(needed) for needed in _NEEDED.values())}. Set your language "
        "in the system to English, and export the table again"
    )


@dataclass
class FilledTable:
    """Filled table, with the reason why each skipped student has no new grade in it."""

    text: str
    written: int
    skipped: dict[str, str]
    note: str = ""


def fill(
    table: LmsTable, column: str, grade_statuses: Mapping[str, GradeStatus], *, partly: bool = False
) -> FilledTable:
    """Fill a ``column`` of a table with points.

    ``partly`` includes students with answers that are not graded by hand yet. If the gradebook has one person under
    several ids, the first of `LmsTable.ids_of` with a submission counts.

    Raises
    ------
    ClassroomError
        If the gradebook has none of the table's students.
    """
    most = _max_points(table, column)
    skipped: dict[str, str] = {}
    written, scaled = 0, False
    met: set[str] = set()
    rows = [dict(row) for row in table.rows]
    people = [
        (row, [one for one in table.ids_of(row) if one in grade_statuses]) for row in filter(table.is_student, rows)
    ]
    if people and not any(known for _, known in people):
        raise ClassroomError(
            f"{table.path}: none of its {len(people)} students is in the gradebook, so the table may belong to "
            "another course. Export it from the course whose submissions you collected"
        )
    claims = Counter(student for _, known in people for student in known[:1])
    for row, known in people:
        met.update(known)
        name = " ".join(table.name_of(row)).strip()
        if not known:
            skipped[name or table.id_of(row)] = "not in the gradebook"
            continue
        if claims[known[0]] > 1:
            skipped[display_name(known[0], name)] = f"{claims[known[0]]} rows of {table.path.name} match this id"
            continue
        chosen = next((one for one in known if not grade_statuses[one].absent), known[0])
        now, student = grade_statuses[chosen], display_name(chosen, name)
        if now.score is None or (now.waiting and not partly):
            skipped[student] = now.state
            continue
        if row[column].strip() in ("N/A", "EX"):
            skipped[student] = f"Canvas has {row[column].strip()} in this cell"
            continue
        factor = most / now.out_of if most and now.out_of else 1.0
        scaled |= factor != 1
        row[column] = f"{now.score * factor:.2f}".rstrip("0").rstrip(".")
        if "Feedback comments" in row:
            row["Feedback comments"] = now.explanation
        written += 1
    others = sorted(student for student in grade_statuses.keys() - met if not grade_statuses[student].absent)
    skipped |= {student: f"not in {table.path.name}" for student in others}
    note = f"Points are scaled to {table.system}'s maximum of {most:g} for the assignment." if scaled and most else ""
    keep = [c for c in table.columns if table.system == "Moodle" or c in (*_ABOUT_STUDENT, column)]
    return FilledTable(_text(table, keep, rows), written, skipped, note)


def export(
    root: Path, lesson: str, title: str, table: Path, output: Path, *, column: str = "", partly: bool = False
) -> FilledTable:
    """Write a lesson's points after late penalties into a copy of an LMS table.

    Raises
    ------
    ClassroomError
        If the course, lesson or column does not exist, or the table is from another system or another class.
    """
    require_course(root)
    config = read_config(root)
    course = CourseDirectory(config=config)
    given = read_table(table)
    with open_gradebook(course) as gradebook:
        try:
            update_penalties(gradebook, config)
            now = {student: standing for student, standing, _ in grade_statuses(gradebook, course, lesson)}
        except MissingEntry:
            raise ClassroomError(f"The gradebook has no lesson {lesson}. Grade the lesson first") from None
    filled = fill(given, given.column_of(lesson, title, column), now, partly=partly)
    write_files({output: filled.text.encode()})
    return filled


def display_name(student: str, name: str | None) -> str:
    """Return a student's id with the name, because Canvas's ids are only numbers.

    >>> display_name("4711", "Ada Lovelace"), display_name("ada", None)
    ('4711 (Ada Lovelace)', 'ada')
    """
    return f"{student} ({name})" if name and name != student else student


def id_from_name(name: str) -> str:
    """Return an id made from a student's name.

    >>> id_from_name("Zoë O'Hara")
    'Zoë_O_Hara'
    """
    return re.sub(r"[^\w.@+-]+", "_", unicodedata.normalize("NFC", name)).strip("_")[:100]


def _max_points(table: LmsTable, column: str) -> float | None:
    if table.system == "Moodle":
        told = {row.get("Maximum Grade", "").replace(",", ".") for row in table.students} - {""}
    else:
        told = {row[column].replace(",", ".") for row in table.rows if POINTS_POSSIBLE in "".join(row.values())}
    try:
        (most,) = told
        return float(most)
    except ValueError:
        return None


def _text(table: LmsTable, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", delimiter=table.separator)
    writer.writeheader()
    writer.writerows(rows)
    return table.mark + text.getvalue()


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def _numbers(text: str) -> Iterator[int]:
    return (int(digits) for digits in re.findall(r"\d+", text))
