"""A student's own functions to take home: one module of those that have full marks, its tests, and what is missing.

``python -m cs231n_lib my-library`` writes them. What counts is in the saved notebooks, and is checked now; the module
needs NumPy and nothing of this package, and holds no line of the library's.
"""

import ast
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from cs231n_lib.checks.limit import TimeLimit
from cs231n_lib.checks.runner import silence
from cs231n_lib.course import mine
from cs231n_lib.course.definitions import Statement
from cs231n_lib.course.files import write_all
from cs231n_lib.course.folder import released
from cs231n_lib.course.joined import CannotComeAlong, Source, join
from cs231n_lib.course.my_library_tests import tests_text
from cs231n_lib.course.my_library_text import MODULE, Book, docstring_of, module_text, readme_text
from cs231n_lib.course.notebook import read
from cs231n_lib.course.plan import LESSONS, Lesson
from cs231n_lib.course.progress import notebook_path, read_course
from cs231n_lib.course.saved import saved_function
from cs231n_lib.course.score_sheet import rows_of
from cs231n_lib.course.scores import read_scores

FOLDER = "my_library"
"""Where it is written, in the folder of the lessons, unless the student names another."""

SECONDS = 20.0
"""For all that the module does when it is imported."""


class LibraryError(Exception):
    """Why nothing was written, and what to do."""


@dataclass
class Library:
    """What there is to take home.

    Parameters
    ----------
    functions : dict of Lesson to list of str
        The exercises whose answers are in it.
    missing : dict of Lesson to dict of str to str
        The others, and why, as the end of a sentence.
    files : dict of str to str
        What is to be written, by the name of the file.
    problems : list of str
        Which notebooks could not be read, and what to do.
    """

    functions: dict[Lesson, list[str]] = field(default_factory=dict)
    missing: dict[Lesson, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def says(self) -> str:
        """How many there are of how many."""
        have, lack = (sum(map(len, names.values())) for names in (self.functions, self.missing))
        left = f"; README.md says what is missing for the other {lack}" if lack else ""
        return f"{have} of the course's {have + lack} functions {'is' if have == 1 else 'are'} yours{left}."


def collect(course: Path, told: Callable[[str], Any] = lambda name: None) -> Library:
    """Check the answers in the saved notebooks in the folder ``course``, and put together those that are right.

    ``told`` hears of each exercise before it is checked.

    Raises
    ------
    LibraryError
        If there is no lesson, or no answer with full marks.
    """
    if not any((course / lesson.folder).is_dir() for lesson in LESSONS):
        raise LibraryError(f"No lesson in {course}: go to the course's folder, or name it with --root.")
    progress = read_course(course)
    library = Library(problems=[why for one in progress if one.here and not one.answers for why in one.problems])
    exercises, docstrings = mine.exercises(), _docstrings()
    for name in sorted(exercises, key=[*docstrings, *exercises].index):
        exercise, lesson = exercises[name]
        told(name)
        function, why = saved_function(exercise, lesson, course)
        if function:
            library.functions.setdefault(lesson, []).append(name)
        else:
            library.missing.setdefault(lesson, {})[name] = why
    own = {lesson: [name for name, (_, home) in exercises.items() if home is lesson] for lesson in LESSONS}
    sources = {
        lesson: Source(lesson.number, read(course / notebook_path(lesson)), exercises, own[lesson], names)
        for lesson, names in library.functions.items()
    }
    calls = _without_strangers(library, sources)
    book = Book(library.functions, library.missing, docstrings, calls)
    module = _that_runs(library, sources, book)
    if not book.names:
        raise LibraryError("\n".join([NOTHING_YET.format(course), *library.problems]))
    starred = [one.lesson for one in progress if one.starred]
    library.files = {
        f"{MODULE}.py": module,
        f"test_{MODULE}.py": tests_text(book),
        "README.md": readme_text(book, module, rows_of(read_scores(course), starred)),
    }
    return library


NOTHING_YET = (
    "No answer in {} has full marks yet, so nothing was written: write one, run its check, save, and try again."
)


def _docstrings() -> dict[str, str]:
    """Of each answer that the course asks for, in its order: the docstring, as it is handed out."""
    releases = [path for lesson in LESSONS if (path := released() / notebook_path(lesson)).exists()]
    return {name: docstring_of(cell.source, name) for path in releases for name, cell in read(path).answers.items()}


def _without_strangers(library: Library, sources: Mapping[Lesson, Source]) -> dict[str, set[str]]:
    """Leave out what uses more of this package than an exercise; which exercises each of the others uses."""
    calls = {}
    for lesson, source in sources.items():
        for name in list(source.wanted):
            try:
                calls[name] = source.calls(name)
            except CannotComeAlong as why:
                _leave_out(library, lesson, name, f"because {why}")
    return calls


def _leave_out(library: Library, lesson: Lesson, name: str, why: str) -> None:
    library.functions[lesson].remove(name)
    library.missing.setdefault(lesson, {})[name] = why


def _that_runs(library: Library, sources: Mapping[Lesson, Source], book: Book) -> str:
    """The module's text, without those functions that keep it from being imported."""
    while True:
        try:
            joined = join(list(sources.values()))
            text, places = module_text(joined, book)
            line, why = _fails(text)
            if not why:
                return text
            raise CannotComeAlong(why, next((one for first, last, one in places if first <= line <= last), None))
        except CannotComeAlong as trouble:
            if not trouble.statement:
                raise LibraryError(f"{MODULE}.py cannot be made: {trouble}. Nothing was written.") from None
            _leave_out_what_needs(trouble.statement, str(trouble), library, sources)


def _leave_out_what_needs(statement: Statement, why: str, library: Library, sources: Mapping[Lesson, Source]) -> None:
    first = ast.unparse(statement.node).splitlines()[0]
    for lesson, source in sources.items():
        for name in [name for name in source.wanted if any(one is statement for one in source.of(name))]:
            _leave_out(library, lesson, name, f"because what it needs, `{first:.60}`, does not run by itself: {why}")


def _fails(text: str) -> tuple[int, str]:
    """The line at which the module cannot be imported, and why; 0 and nothing where it can be."""
    module = ModuleType(f"_{MODULE}_tried")
    sys.modules[module.__name__] = module
    limit, trouble = TimeLimit(SECONDS), None
    with silence():
        try:
            try:
                limit.start()
                exec(compile(text, f"{MODULE}.py", "exec"), vars(module))
            finally:
                limit.stop()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a student's text may raise anything
            limit.stop()
            trouble = error
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


def differing(library: Library, folder: Path) -> list[str]:
    """The names of the files in ``folder`` that would be replaced by others."""
    found = []
    for name, text in library.files.items():
        path = folder / name
        if path.exists() and not (path.is_file() and path.read_bytes() == text.encode()):
            found.append(name)
    return found


def write(library: Library, folder: Path) -> None:
    """Write all of its files into ``folder``, or none.

    Raises
    ------
    LibraryError
        If one cannot be written.
    """
    try:
        write_all({folder / name: text.encode() for name, text in library.files.items()})
    except OSError as error:
        where, why = error.filename or folder, error.strerror or type(error).__name__
        raise LibraryError(
            f"{where} cannot be written ({why}): free some space, or name a folder that you may write in, "
            "python -m cs231n_lib my-library FOLDER. Nothing was written."
        ) from None
