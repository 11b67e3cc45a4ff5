"""The tables of a school's system, Canvas or Moodle: who is who in them, and a lesson's points in their own columns.

Both are the system's own export, which goes back with one or two columns filled: Canvas's gradebook, and the grading
worksheet that Moodle keeps for each assignment (with the feedback type "offline grading worksheet"). Neither system
takes an empty cell for a zero, but Canvas removes a grade where it finds one; so what is not final stays as it was.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from .intake import NAME
from .late import settle_all
from .merge import put
from .nbgrader_course import CONFIG, read_config
from .report_class import ReportError
from .table import NOTHING, Standing, standings

POINTS_POSSIBLE = "Points Possible"
_ABOUT_STUDENT = ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID",
                  "Root Account", "Section")  # fmt: skip
_WITH_ID = re.compile(r".+ \(\d+\)")
_IDS = {"Canvas": ("ID", "SIS User ID", "SIS Login ID"), "Moodle": ("Email address", "ID number", "Username")}
_NEEDED = {"Canvas": ("ID", "Section"), "Moodle": ("Identifier", "Grade", "Last modified (grade)")}


@dataclass(frozen=True)
class SchoolTable:
    """A table as the system exported it.

    Parameters
    ----------
    system : str
        "Canvas" or "Moodle".
    rows : tuple of dict
        By the column's name. Canvas has some at the top that are no students.
    separator, mark : str
        What parts the columns, and the byte order mark, if there is one.
    """

    path: Path
    system: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    separator: str
    mark: str

    @property
    def students(self) -> list[Mapping[str, str]]:
        """The rows that are students."""
        return [row for row in self.rows if self.is_student(row)]

    def is_student(self, row: Mapping[str, str]) -> bool:
        """Whether a row is a student's: Canvas has others, and one for the teacher's own view."""
        return bool(row[_NEEDED[self.system][0]].strip()) and self.name_of(row) != ("Test", "Student")

    def id_of(self, row: Mapping[str, str]) -> str:
        """The id under which this course keeps a student: the same in each table of the class.

        Of Canvas it is the ID, which its zips name; of Moodle the email address, the ID number, or else the name, since
        Moodle's own number is another one for each assignment.
        """
        given = [row.get(column, "").strip() for column in _IDS[self.system]]
        usable = [text for text in given if NAME.fullmatch(text)]
        return usable[0] if usable else plain_name(row.get("Full name", ""))

    def ids_of(self, row: Mapping[str, str]) -> set[str]:
        """All ids that this course could keep a student under."""
        given = {row.get(column, "").strip() for column in _IDS[self.system]} - {""}
        return given | {self.id_of(row)}

    def name_of(self, row: Mapping[str, str]) -> tuple[str, str]:
        """First and last name."""
        if "LastName" in row:
            return row["FirstName"].strip(), row["LastName"].strip()
        if "Student" in row:
            last, _, first = row["Student"].partition(",")
            return first.strip(), last.strip()
        first, _, last = row.get("Full name", "").strip().rpartition(" ")
        return first, last

    def column_of(self, lesson: str, title: str, named: str = "") -> str:
        """The column for the points of a lesson.

        Raises
        ------
        ReportError
            If none or several could be meant.
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
            raise ReportError(
                f"{self.path} has {len(found) or 'no'} columns that could be {named or lesson}. "
                "Name one with --column: "
                f"{'; '.join(found or assignments) or 'it has none of an assignment'}"
            )
        return found[0]


def read_table(path: Path) -> SchoolTable:
    """Read a table that Canvas or Moodle exported.

    Raises
    ------
    ReportError
        If it is neither, or cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"{path} cannot be read ({error})") from None
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    columns, *rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row] or [[]]
    for system, needed in _NEEDED.items():
        if set(needed) <= set(columns):
            twice = [column for column, count in Counter(columns).items() if count > 1 and column in needed]
            if twice:
                raise ReportError(f"{path} has the column {twice[0]} more than once: export it anew")
            filled = (row + [""] * (len(columns) - len(row)) for row in rows)
            found = tuple(dict(zip(columns, row, strict=False)) for row in filled)
            return SchoolTable(path, system, tuple(columns), found, separator, mark)
    raise ReportError(
        f"{path} is no table of Canvas (Grades, Export) and none of Moodle (assignment, Download grading worksheet): "
        f"it needs the columns {' or '.join(', '.join(needed) for needed in _NEEDED.values())}, in English"
    )


@dataclass
class Filled:
    """A table with points in it, and who has none: ids by the reason."""

    text: str
    written: int
    left: dict[str, str]
    note: str = ""


def fill(table: SchoolTable, column: str, standings: Mapping[str, Standing], *, partly: bool = False) -> Filled:
    """Put points into a table.

    Parameters
    ----------
    column : str
        That of the points.
    standings : dict
        By student.
    partly : bool
        Whether those get points too of whose a part waits.
    """
    most = _possible(table, column)
    left: dict[str, str] = {}
    written, scaled = 0, False
    met: set[str] = set()
    rows = [dict(row) for row in table.rows]
    for row in filter(table.is_student, rows):
        known = [student for student in standings if student in table.ids_of(row)]
        met.update(known)
        if len(known) != 1:
            name = " ".join(table.name_of(row)).strip() or table.id_of(row)
            left[name] = f"is known here as {' and '.join(known)}" if known else "is not in the gradebook here"
            continue
        now = standings[known[0]]
        student = called(known[0], " ".join(table.name_of(row)).strip())
        if now.score is None or (now.waiting and not partly):
            left[student] = now.state
            continue
        if row[column].strip() in ("N/A", "EX"):
            left[student] = f"Canvas has {row[column].strip()} there"
            continue
        factor = most / now.out_of if most and now.out_of else 1.0
        scaled |= factor != 1
        row[column] = f"{now.score * factor:.2f}".rstrip("0").rstrip(".")
        if "Feedback comments" in row:
            row["Feedback comments"] = now.state
        written += 1
    others = sorted(student for student in standings.keys() - met if standings[student].state != NOTHING)
    left |= {student: f"is not in {table.path.name}" for student in others}
    note = f"points are scaled to {most:g}, which is what {table.system} gives for it" if scaled and most else ""
    keep = [c for c in table.columns if table.system == "Moodle" or c in (*_ABOUT_STUDENT, column)]
    return Filled(_text(table, keep, rows), written, left, note)


def export(
    root: Path, lesson: str, title: str, table: Path, output: Path, *, column: str = "", partly: bool = False
) -> Filled:
    """Write a lesson's points, with penalties for lateness, into a copy of a system's table.

    Raises
    ------
    ReportError
        If there is no such lesson or column, or the table is none of Canvas or Moodle.
    """
    if not (root / CONFIG).exists():
        raise ReportError(f"{root / CONFIG} is missing. Start this in the course's folder, or say where: --root")
    config = read_config(root)
    course = CourseDirectory(config=config)
    given = read_table(table)
    with Gradebook(course.db_url, course.course_id) as gradebook:
        try:
            settle_all(gradebook, config)
            now = {student: standing for student, standing, _ in standings(gradebook, course, lesson)}
        except MissingEntry:
            raise ReportError(f"The gradebook knows no lesson {lesson}: grade it first") from None
    filled = fill(given, given.column_of(lesson, title, column), now, partly=partly)
    put(output, filled.text.encode())
    return filled


def called(student: str, name: str | None) -> str:
    """A student's id with the name, for who reads it: Canvas's ids are numbers.

    >>> called("4711", "Ada Lovelace"), called("ada", None)
    ('4711 (Ada Lovelace)', 'ada')
    """
    return f"{student} ({name})" if name and name != student else student


def plain_name(name: str) -> str:
    """A name as a student's id.

    >>> plain_name("Zoë O'Hara")
    'Zoë_O_Hara'
    """
    return re.sub(r"[^\w.@+-]+", "_", unicodedata.normalize("NFC", name)).strip("_")[:100]


def _possible(table: SchoolTable, column: str) -> float | None:
    """Of how many points the system's column is."""
    if table.system == "Moodle":
        told = {row.get("Maximum Grade", "").replace(",", ".") for row in table.students} - {""}
    else:
        told = {row[column].replace(",", ".") for row in table.rows if POINTS_POSSIBLE in "".join(row.values())}
    try:
        (most,) = told
        return float(most)
    except ValueError:
        return None


def _text(table: SchoolTable, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", delimiter=table.separator)
    writer.writeheader()
    writer.writerows(rows)
    return table.mark + text.getvalue()


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def _numbers(text: str) -> Iterator[int]:
    return (int(digits) for digits in re.findall(r"\d+", text))
