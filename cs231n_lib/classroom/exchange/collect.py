"""Import of submissions from a zip of Canvas or Moodle into ``submitted/``.

Canvas puts all files into one folder, with names such as ``lovelaceada_LATE_4711_90210_01_optimization-1.ipynb``. The
parts of a name are the student's name, a mark if the file is late, the student's ID, the file's ID and the title, with
a number from the second attempt on. Moodle puts ``Ada Lovelace_4711_assignsubmission_file_`` before each file's name,
as a folder or as part of the name. The number in this text changes from one assignment to the next.
"""

import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from cs231n_lib.storage import write_files

from ..errors import ClassroomError
from ..grading.submission import TIMESTAMP_FILE
from ..intake import MAX_BYTES, STUDENT_ID, STUDENT_ID_CHARACTERS, is_named_after, notebook_name
from ..nbgrader_course import open_gradebook, read_config, require_course
from .lms import LmsTable, id_from_name
from .originals import OriginalName, Originals

CANVAS = re.compile(r"(?!anon_)(?P<name>[^/]*?)(?P<late>_LATE)?_(?P<student>\d+)_(?P<file>\d+)_(?P<title>.+)")
MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<student>\d+)_assignsubmission_file_?/?(?P<title>.+)")
TYPED = "it is text that the student typed into Moodle. Ask for the notebook as a file"


@dataclass
class ImportResult:
    """Students by the outcome of an import."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    """Students whom Canvas marks as late. Canvas's zip does not contain the time."""
    undated: list[str] = field(default_factory=list)
    """Students whose time of submission in Moodle's worksheet cannot be read."""
    problems: dict[str, str] = field(default_factory=dict)
    """Reasons why work was not imported, by student or file."""
    names: dict[str, str] = field(default_factory=dict)
    """Names of the students in the system's table, by id."""


@dataclass(frozen=True)
class _File:
    info: zipfile.ZipInfo
    title: str
    number: int
    late: bool
    original: OriginalName


def collect(root: Path, lesson: str, archive: Path, table: LmsTable | None = None) -> ImportResult:
    """Import the submissions in a zip, and enrol the students that ``table`` lists.

    Raises
    ------
    ClassroomError
        If there is no course, the zip is damaged or from another system, or the table lists none of the zip's students.
    """
    require_course(root)
    directory = CourseDirectory(config=read_config(root))
    done = ImportResult()
    originals, names = Originals(root, lesson), dict[str, OriginalName]()
    try:
        with zipfile.ZipFile(archive) as opened:
            files = _by_student(opened, table, done)
            _require_same_assignment(archive, set(files), table)
            for student, theirs in sorted(files.items()):
                folder = Path(directory.format_path(directory.submitted_directory, student, lesson))
                written = _extract(opened, student, theirs, folder, lesson, done)
                names |= {student: written.original} if written else {}
    except (OSError, zipfile.BadZipFile) as error:
        raise ClassroomError(f"{archive} cannot be read ({error}). Download it again") from None
    originals.add_names(names)
    if table:
        originals.keep_table(table.system, table.path.read_bytes())
        done.names = {table.id_of(row): " ".join(table.name_of(row)).strip() for row in table.students}
        _enrol(directory, table)
        _write_timestamps(directory, table, set(files), lesson, done)
    return done


def _by_student(opened: zipfile.ZipFile, table: LmsTable | None, done: ImportResult) -> dict[str, list[_File]]:
    found: dict[str, list[_File]] = defaultdict(list)
    names: dict[str, set[str]] = defaultdict(set)
    entries = [info for info in opened.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
    for info in entries:
        match = MOODLE.fullmatch(info.filename) or CANVAS.fullmatch(info.filename)
        if match is None:
            typed = "_assignsubmission_onlinetext_" in info.filename
            done.problems[info.filename] = TYPED if typed else "its name follows neither Canvas's nor Moodle's pattern"
            continue
        parts = match.groupdict()
        student = _id(parts, "file" in parts, table)
        names[student].add(f"{parts['name']} {parts['student']}")
        title = PurePosixPath(parts["title"]).name
        original = OriginalName("canvas" if "file" in parts else "moodle", info.filename[: match.start("title")])
        found[student].append(_File(info, title, int(parts.get("file") or 0), bool(parts.get("late")), original))
    if not found and entries:
        raise ClassroomError(
            f"{opened.filename}: none of its {len(entries)} files has a name from Canvas or Moodle. Pass the zip as "
            "you downloaded it"
        )
    for student, full_names in names.items():
        if not STUDENT_ID.fullmatch(student):
            done.problems[" and ".join(sorted(full_names))] = (
                f"{student!r} cannot be a student's id. Use only {STUDENT_ID_CHARACTERS}"
            )
        elif len(full_names) > 1:
            told = "they share a name and cannot be distinguished, so pass Moodle's grading worksheet with --table"
            done.problems[" and ".join(sorted(full_names))] = told
        else:
            continue
        del found[student]
    return found


def _require_same_assignment(archive: Path, students: Set[str], table: LmsTable | None) -> None:
    """Check that a table lists a student of the zip, before anything is written.

    Moodle numbers the participants anew for each assignment, so another assignment's table rarely matches a file.
    """
    if table and students and students.isdisjoint(table.id_of(row) for row in table.students):
        raise ClassroomError(
            f"{table.path} lists none of the {len(students)} students in {archive.name}, so it may belong to another "
            "course or assignment. Export the table of the assignment from which you downloaded the zip"
        )


def _id(told: Mapping[str, str], canvas: bool, table: LmsTable | None) -> str:
    """Return the id of the student to whom a file belongs."""
    if canvas:
        return told["student"]
    for row in table.students if table and table.system == "Moodle" else ():
        if row["Identifier"].split()[-1] == told["student"]:
            return table.id_of(row) if table else ""
    return id_from_name(told["name"])


def _extract(
    opened: zipfile.ZipFile, student: str, theirs: list[_File], folder: Path, lesson: str, done: ImportResult
) -> _File | None:
    """Write and return a student's latest notebook, or record why there is none."""
    notebooks = [file for file in theirs if notebook_name(file.title)]
    named = [file for file in notebooks if is_named_after(file.title, lesson)]
    chosen = max(named or notebooks, key=lambda file: file.number, default=None)
    if chosen is None:
        folder.mkdir(parents=True, exist_ok=True)  # otherwise the student would count as not having submitted
        done.problems[student] = f"there is no notebook, only {', '.join(file.title for file in theirs)}"
    elif len(named or notebooks) > 1 and not chosen.number:
        titles = ", ".join(file.title for file in named or notebooks)
        remedy = "so delete all but one from the zip and run collect again"
        done.problems[student] = f"there are several notebooks ({titles}), {remedy}"
    elif chosen.info.file_size > MAX_BYTES:
        size = chosen.info.file_size
        done.problems[student] = f"{chosen.title} has {size:,} bytes, but at most {MAX_BYTES:,} are read"
    else:
        path = folder / f"{lesson}.ipynb"
        try:
            content = opened.read(chosen.info)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
            done.problems[student] = f"{chosen.title} is damaged in the zip ({error}), so download it again"
            return None
        before = path.read_bytes() if path.exists() else None
        if before != content:
            write_files({path: content})
        {None: done.new, content: done.same}.get(before, done.changed).append(student)
        if chosen.late:
            done.late.append(student)
        return chosen
    return None


def _enrol(directory: CourseDirectory, table: LmsTable) -> None:
    """Enter the students of a table into the gradebook."""
    with open_gradebook(directory) as gradebook:
        for row in table.students:
            first, last = table.name_of(row)
            email = table.email_of(row) or None
            gradebook.update_or_create_student(table.id_of(row), first_name=first, last_name=last, email=email)


def _write_timestamps(
    directory: CourseDirectory, table: LmsTable, handed_in: set[str], lesson: str, done: ImportResult
) -> None:
    """Record when students submitted, from the local times in Moodle's worksheet."""
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
            write_files({folder / TIMESTAMP_FILE: f"{when:%Y-%m-%d %H:%M:%S %z}".encode()})
