"""A student's own copies of the lessons: made at first, and brought up to date with all that was written in them.

In the student's folder are the lessons as they are worked on. In `HANDED_OUT` below it they are as they were handed
out, by which a later release tells what is the student's; in `EARLIER`, what was replaced.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from cs231n_lib.course.carry import carry
from cs231n_lib.course.files import write_all
from cs231n_lib.course.notebook import NotebookError, parse, read
from cs231n_lib.course.plan import NOTEBOOKS
from cs231n_lib.course.progress import notebook_path

HANDED_OUT, EARLIER = ".handed_out", "earlier"
START_PAGE = Path("index.ipynb")


class StartError(Exception):
    """Why nothing was changed: which file, what is wrong, and what to do."""


@dataclass(frozen=True)
class Change:
    """One notebook that becomes another: its path in the folder, what it will be, and what it was, if it was there."""

    path: Path
    content: bytes
    handed_out: bytes
    before: bytes | None = None

    @property
    def is_new(self) -> bool:
        """Whether there was none."""
        return self.before is None

    @property
    def replaces(self) -> bool:
        """Whether it changes what the student has."""
        return self.before not in (None, self.content)


def start(folder: Path, releases: Path, reset: str = "") -> list[Change]:
    """Put the released lessons into a student's folder, with all that is written there already.

    Everything is read before anything is written, and everything is written before anything is replaced; what is
    replaced is kept. Nothing changes where there is nothing new.

    Parameters
    ----------
    folder : Path
        The student's; it is made if it is not there.
    releases : Path
        The lessons as they are handed out.
    reset : str
        An exercise to put back as it is handed out; its answer is kept beside it.

    Returns
    -------
    list of Change
        What was done.

    Raises
    ------
    StartError
        If a notebook cannot be read, a file cannot be written, or no lesson has the exercise. Nothing is changed then.
    """
    paths = [START_PAGE, *map(notebook_path, NOTEBOOKS)]
    paths = [path for path in paths if (releases / path).is_file()]
    home = _home(paths, releases, reset) if reset else None
    changes, problems = [], []
    for path in paths:
        try:
            change = _change(path, folder, (releases / path).read_bytes(), [reset] if path == home else [])
        except NotebookError as error:
            problems.append(str(error))
        else:
            changes += [change] if change else []
    if problems:
        raise StartError("\n".join([*problems, "Nothing was changed."]))
    with _said():
        write_all(_files(changes, folder))
    return changes


def _home(paths: list[Path], releases: Path, exercise: str) -> Path:
    """The notebook that asks for this exercise."""
    lessons = {path: parse((releases / path).read_bytes()) for path in paths}
    known = {name: path for path, lesson in lessons.items() for name in [*lesson.answers, *lesson.reflections]}
    if exercise not in known:
        near = get_close_matches(exercise, known, 1)
        hint = f"did you mean {near[0]}?" if near else "`python -m cs231n_lib progress 1` lists those of lesson 1."
        raise StartError(f"No lesson has an exercise {exercise!r}: {hint} Nothing was changed.")
    return known[exercise]


def _change(path: Path, folder: Path, release: bytes, reset: list[str]) -> Change | None:
    mine, known = folder / path, folder / HANDED_OUT / path.name
    if not mine.exists():
        return Change(path, release, release)
    student, before = read(mine), read(known) if known.exists() else None
    if before and known.read_bytes() == release and not reset:
        return None
    was = mine.read_bytes()
    return Change(path, release if was == release else carry(release, student, before, reset), release, was)


def _files(changes: list[Change], folder: Path) -> dict[Path, bytes]:
    files: dict[Path, bytes] = {}
    for change in changes:
        if change.before is not None and change.replaces:
            files[_free(folder / EARLIER, change.path.stem)] = change.before
    for change in changes:
        if change.is_new or change.replaces:
            files[folder / change.path] = change.content
        files[folder / HANDED_OUT / change.path.name] = change.handed_out
    return files


def _free(folder: Path, stem: str) -> Path:
    number = 1
    while (folder / f"{stem}-{number}.ipynb").exists():
        number += 1
    return folder / f"{stem}-{number}.ipynb"


@contextmanager
def _said() -> Iterator[None]:
    """An error of the file system as a sentence."""
    try:
        yield
    except OSError as error:
        where, why = error.filename or "a file", error.strerror or type(error).__name__
        raise StartError(
            f"{where} cannot be written ({why}): free some space, or name a folder that you may write in, "
            "python -m cs231n_lib start FOLDER. No lesson was changed."
        ) from None
