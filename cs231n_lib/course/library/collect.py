"""Collection of a student's functions that have full marks, as one module.

``python -m cs231n_lib my-library`` checks the answers in the saved notebooks and writes the module. The module
contains no code of this package. It needs only NumPy and the packages that the answers import.
"""

import ast
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from cs231n_lib.browser import other_folder
from cs231n_lib.checks.run.runner import silence
from cs231n_lib.checks.run.time_limit import TimeLimit, attempt
from cs231n_lib.course import mine
from cs231n_lib.course.answers.saved import saved_function
from cs231n_lib.course.library.bundle import BundleError, LessonSource, join
from cs231n_lib.course.library.tests import tests_text
from cs231n_lib.course.library.text import MODULE, Contents, docstring_of, module_text, readme_text
from cs231n_lib.course.plan import LESSONS, Lesson
from cs231n_lib.course.score_sheet import rows_of
from cs231n_lib.course.student.definitions import Statement
from cs231n_lib.course.student.folder import released
from cs231n_lib.course.student.notebook import read
from cs231n_lib.course.student.progress import notebook_path, read_course
from cs231n_lib.course.student.scores import read_scores
from cs231n_lib.storage import write_files

FOLDER = "my_library"
"""Default folder for the files, inside the folder of the lessons."""

SECONDS = 20.0
"""Time limit for importing the module, in seconds."""


class LibraryError(Exception):
    """Raised if the library is not written. The message says why."""


@dataclass
class Library:
    """Contents of the bundle."""

    functions: dict[Lesson, list[str]] = field(default_factory=dict)
    """Exercises whose answers are included."""
    missing: dict[Lesson, dict[str, str]] = field(default_factory=dict)
    """Other exercises, each with the reason as the end of a sentence."""
    files: dict[str, str] = field(default_factory=dict)
    """Texts to write, by file name."""
    problems: list[str] = field(default_factory=list)
    """Problems of notebooks that cannot be read, each with a remedy."""

    @property
    def says(self) -> str:
        """Sentence that counts the functions."""
        have, lack = (sum(map(len, names.values())) for names in (self.functions, self.missing))
        left = f". README.md lists the other {lack} and why they are missing" if lack else ""
        return f"{have} of the course's {have + lack} functions {'is' if have == 1 else 'are'} yours{left}."


def collect(course: Path, on_exercise: Callable[[str], Any] = lambda name: None) -> Library:
    """Check the saved notebooks in ``course``, and bundle the right answers.

    ``on_exercise`` is called with the name of each exercise before its check.

    Raises
    ------
    LibraryError
        If there are no lessons, no answer with full marks can be copied, or the module cannot be imported.
    """
    if not any((course / lesson.folder).is_dir() for lesson in LESSONS):
        raise LibraryError(f"{course} has no lessons. Change to the course's folder, or pass it with --root.")
    progress = read_course(course)
    library = Library(problems=[reason for one in progress if one.here and not one.answers for reason in one.problems])
    exercises, docstrings = mine.exercises(), _docstrings()
    for name in sorted(exercises, key=[*docstrings, *exercises].index):
        exercise, lesson = exercises[name]
        on_exercise(name)
        function, reason = saved_function(exercise, lesson, course)
        if function:
            library.functions.setdefault(lesson, []).append(name)
        else:
            library.missing.setdefault(lesson, {})[name] = reason
    own = {lesson: [name for name, (_, home) in exercises.items() if home is lesson] for lesson in LESSONS}
    sources = {
        lesson: LessonSource(lesson.number, read(course / notebook_path(lesson)), exercises, own[lesson], names)
        for lesson, names in library.functions.items()
    }
    calls = _without_package_calls(library, sources)
    contents = Contents(library.functions, library.missing, docstrings, calls)
    module = _importable_module(library, sources, contents)
    if not contents.names:
        raise LibraryError("\n".join([NOTHING_YET.format(course), *library.problems]))
    starred = [one.lesson for one in progress if one.starred]
    library.files = {
        f"{MODULE}.py": module,
        f"test_{MODULE}.py": tests_text(contents),
        "README.md": readme_text(contents, module, rows_of(read_scores(course), starred)),
    }
    return library


NOTHING_YET = (
    "No answer in {} has full marks yet, so nothing was written. Write an answer, run its check, save, and try again."
)


def _docstrings() -> dict[str, str]:
    """Return the released docstrings of all answers, in the order of the course."""
    releases = [path for lesson in LESSONS if (path := released() / notebook_path(lesson)).exists()]
    return {name: docstring_of(cell.source, name) for path in releases for name, cell in read(path).answers.items()}


def _without_package_calls(library: Library, sources: Mapping[Lesson, LessonSource]) -> dict[str, set[str]]:
    """Leave out functions that need this package, and return the others' calls."""
    calls = {}
    for lesson, source in sources.items():
        for name in list(source.wanted):
            try:
                calls[name] = source.calls(name)
            except BundleError as reason:
                _leave_out(library, lesson, name, f"because {reason}")
    return calls


def _leave_out(library: Library, lesson: Lesson, name: str, reason: str) -> None:
    library.functions[lesson].remove(name)
    library.missing.setdefault(lesson, {})[name] = reason


def _importable_module(library: Library, sources: Mapping[Lesson, LessonSource], contents: Contents) -> str:
    """Return the module's text, without functions that make its import fail."""
    while True:
        try:
            joined = join(list(sources.values()))
            text, places = module_text(joined, contents)
            line, reason = _import_failure(text)
            if not reason:
                return text
            raise BundleError(reason, next((one for first, last, one in places if first <= line <= last), None))
        except BundleError as trouble:
            if not trouble.statement:
                raise LibraryError(f"{MODULE}.py cannot be written: {trouble}. Nothing was written.") from None
            _leave_out_dependents(trouble.statement, str(trouble), library, sources)


def _leave_out_dependents(
    statement: Statement, reason: str, library: Library, sources: Mapping[Lesson, LessonSource]
) -> None:
    first = ast.unparse(statement.node).splitlines()[0]
    for lesson, source in sources.items():
        for name in [name for name in source.wanted if any(one is statement for one in source.of(name))]:
            _leave_out(library, lesson, name, f"because its statement `{first:.60}` fails in the module: {reason}")


def _import_failure(text: str) -> tuple[int, str]:
    """Return the line and the reason of a failed import, or 0 and ""."""
    module = ModuleType(f"_{MODULE}_tried")
    sys.modules[module.__name__] = module
    with silence():
        try:
            _, trouble = attempt(TimeLimit(SECONDS), lambda: exec(compile(text, f"{MODULE}.py", "exec"), vars(module)))
        finally:
            del sys.modules[module.__name__]
    if trouble is None:
        return 0, ""
    frame, line = trouble.__traceback__, getattr(trouble, "lineno", 0) or 0
    while frame:
        if frame.tb_frame.f_code.co_filename == f"{MODULE}.py" and frame.tb_frame.f_code.co_name == "<module>":
            line = frame.tb_lineno
        frame = frame.tb_next
    return line, f"{type(trouble).__name__}, {trouble}".rstrip(", ")


def conflicting_files(library: Library, folder: Path) -> list[str]:
    """Return the names of files in ``folder`` that exist with different contents."""
    files = [(folder / name, text.encode()) for name, text in library.files.items()]
    return [path.name for path, new in files if path.exists() and not (path.is_file() and path.read_bytes() == new)]


def write(library: Library, folder: Path) -> None:
    """Write all files into ``folder``, or none.

    Raises
    ------
    LibraryError
        If a file cannot be written.
    """
    try:
        write_files({folder / name: text.encode() for name, text in library.files.items()})
    except OSError as error:
        where, reason = error.filename or folder, error.strerror or type(error).__name__
        raise LibraryError(
            f"{where} cannot be written ({reason}), so nothing was written. Free some space{other_folder('my-library')}"
        ) from None
