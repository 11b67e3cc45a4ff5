"""Takes a lesson's submissions out of the zip that Canvas or Moodle makes of them, into ``submitted/``.

Canvas puts all files side by side, ``lovelaceada_LATE_4711_90210_01_optimization-1.ipynb``: name, whether late, the
student's ID, the file's, and the title, to which it adds a number for each further attempt. Moodle makes a folder for
each student, ``Ada Lovelace_4711_assignsubmission_file_/``, or puts this before each name; the number is another one
for each assignment.
"""

import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from .intake import MOST_BYTES, NAME
from .merge import put
from .nbgrader_course import CONFIG, read_config
from .one import STAMP
from .report_class import ReportError
from .school import SchoolTable, plain_name

CANVAS = re.compile(r"(?!anon_)(?P<name>[^/]*?)(?P<late>_LATE)?_(?P<student>\d+)_(?P<file>\d+)_(?P<title>.+)")
MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<student>\d+)_assignsubmission_file_?/?(?P<title>.+)")
ATTEMPT = re.compile(r"(?:-\d+| ?\(\d+\))*\.ipynb$")
"""What Canvas, Moodle and browsers put behind the name of a file that is there already."""


@dataclass
class Collected:
    """What came out of a zip: students by what became of them, and what nobody is known for."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    """Whom Canvas marks as late; its zip does not hold when."""
    undated: list[str] = field(default_factory=list)
    """Of whom Moodle says when they handed in, in words that are not understood."""
    problems: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Of the students in the system's table, by id."""


@dataclass(frozen=True)
class _File:
    info: zipfile.ZipInfo
    title: str
    number: int
    late: bool


def collect(root: Path, lesson: str, archive: Path, table: SchoolTable | None = None) -> Collected:
    """Put what is in a zip where it is graded from; with ``table``, the system's own, also enrol who is in that.

    Raises
    ------
    ReportError
        If there is no course, or the zip is none of Canvas or Moodle.
    """
    if not (root / CONFIG).exists():
        raise ReportError(f"{root / CONFIG} is missing. Start this in the course's folder, or say where: --root")
    directory = CourseDirectory(config=read_config(root))
    done = Collected()
    try:
        with zipfile.ZipFile(archive) as opened:
            files = _by_student(opened, table, done)
            for student, theirs in sorted(files.items()):
                folder = Path(directory.format_path(directory.submitted_directory, student, lesson))
                _take(opened, student, theirs, folder, lesson, done)
    except (OSError, zipfile.BadZipFile) as error:
        raise ReportError(f"{archive} cannot be read ({error}): download it again") from None
    if table:
        done.names = {table.id_of(row): " ".join(table.name_of(row)).strip() for row in table.students}
        _enrol(directory, table)
        _date(directory, table, set(files), lesson, done)
    return done


def _by_student(opened: zipfile.ZipFile, table: SchoolTable | None, done: Collected) -> dict[str, list[_File]]:
    found: dict[str, list[_File]] = defaultdict(list)
    names: dict[str, set[str]] = defaultdict(set)
    entries = [info for info in opened.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
    for info in entries:
        match = MOODLE.fullmatch(info.filename) or CANVAS.fullmatch(info.filename)
        if match is None:
            done.problems[info.filename] = "is named neither as Canvas nor as Moodle names submissions"
            continue
        parts = match.groupdict()
        student = _id(parts, "file" in parts, table)
        names[student].add(f"{parts['name']} {parts['student']}")
        title = PurePosixPath(parts["title"]).name
        found[student].append(_File(info, title, int(parts.get("file") or 0), bool(parts.get("late"))))
    if not found and entries:
        raise ReportError(f"{opened.filename}: none of its {len(entries)} files is named as Canvas or Moodle does it")
    for student, called in names.items():
        if not NAME.fullmatch(student):
            done.problems[" and ".join(sorted(called))] = f"{student!r} cannot be a student's id"
        elif len(called) > 1:
            told = "cannot be distinguished: give Moodle's grading worksheet, --table"
            done.problems[" and ".join(sorted(called))] = told
        else:
            continue
        del found[student]
    return found


def _id(told: Mapping[str, str], canvas: bool, table: SchoolTable | None) -> str:
    """The id of a student whom a file names."""
    if canvas:
        return told["student"]
    for row in table.students if table and table.system == "Moodle" else ():
        if row["Identifier"].split()[-1] == told["student"]:
            return table.id_of(row) if table else ""
    return plain_name(told["name"])


def _take(
    opened: zipfile.ZipFile, student: str, theirs: list[_File], folder: Path, lesson: str, done: Collected
) -> None:
    """Write the notebook of one student; of several, the one that has the lesson's name, of these the latest."""
    notebooks = [file for file in theirs if file.title.lower().endswith(".ipynb")]
    named = [file for file in notebooks if ATTEMPT.sub("", file.title) == lesson]
    chosen = max(named or notebooks, key=lambda file: file.number, default=None)
    if chosen is None:
        folder.mkdir(parents=True, exist_ok=True)  # so that nobody takes it for "handed in nothing"
        done.problems[student] = f"handed in no notebook, but {', '.join(file.title for file in theirs)}"
    elif len(named or notebooks) > 1 and not chosen.number:
        done.problems[student] = f"handed in several: {', '.join(file.title for file in named or notebooks)}"
    elif chosen.info.file_size > MOST_BYTES:
        done.problems[student] = f"{chosen.title} has more than {MOST_BYTES / 1e6:.0f} MB"
    else:
        path = folder / f"{lesson}.ipynb"
        try:
            content = opened.read(chosen.info)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
            done.problems[student] = f"{chosen.title} is damaged in the zip ({error})"
            return
        before = path.read_bytes() if path.exists() else None
        if before != content:
            folder.mkdir(parents=True, exist_ok=True)
            put(path, content)
        {None: done.new, content: done.same}.get(before, done.changed).append(student)
        if chosen.late:
            done.late.append(student)


def _enrol(directory: CourseDirectory, table: SchoolTable) -> None:
    """Enter the class into the gradebook."""
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        for row in table.students:
            first, last = table.name_of(row)
            email = row.get("Email address") or None
            gradebook.update_or_create_student(table.id_of(row), first_name=first, last_name=last, email=email)


def _date(directory: CourseDirectory, table: SchoolTable, handed_in: set[str], lesson: str, done: Collected) -> None:
    """Write down when each handed in: Moodle's worksheet says it in words, in the time zone of whoever exported it."""
    for row in table.students:
        student, told = table.id_of(row), row.get("Last modified (submission)", "").strip()
        folder = Path(directory.format_path(directory.submitted_directory, student, lesson))
        if student not in handed_in or not folder.exists() or not told:
            continue
        try:
            when = parse_utc(told).astimezone()
        except (ValueError, OverflowError):
            done.undated.append(student)
        else:
            put(folder / STAMP, f"{when:%Y-%m-%d %H:%M:%S %z}".encode())
