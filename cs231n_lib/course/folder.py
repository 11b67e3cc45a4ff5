"""Where lessons are: a student's own, and those that are handed out."""

from pathlib import Path

from cs231n_lib.course.plan import NOTEBOOKS

WORK = "work"
"""The folder in which students work, unless they name another: ``python -m cs231n_lib start``."""
RELEASES = "notebooks"


def lessons_folder(here: Path | None = None) -> Path:
    """The folder of a student's lessons: the one that they are in, or ``work/``, or the releases, or just ``here``.

    Parameters
    ----------
    here : Path, optional
        Where the notebook runs, or the command; the folder of one lesson, too.
    """
    here = here or Path.cwd()
    if here.resolve().name in {lesson.folder for lesson in NOTEBOOKS}:
        return here.resolve().parent
    return next((folder for folder in (here, here / WORK, here / RELEASES) if _holds_lessons(folder)), here)


def released() -> Path:
    """The folder of the lessons as they are handed out: in the package, or beside it in a clone of the project."""
    package = Path(__file__).parents[1]
    return next(folder / RELEASES for folder in (package, package.parent) if (folder / RELEASES).is_dir())


def _holds_lessons(folder: Path) -> bool:
    return any((folder / lesson.folder).is_dir() for lesson in NOTEBOOKS)
