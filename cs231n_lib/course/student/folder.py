"""Folders of lessons: a student's own, and the released ones."""

from pathlib import Path

from cs231n_lib.course.plan import NOTEBOOKS

WORK = "work"
"""Folder in which ``python -m cs231n_lib start`` puts the lessons by default."""
RELEASES = "notebooks"


def lessons_folder(here: Path | None = None) -> Path:
    """Return the folder of a student's lessons, near ``here``.

    ``here`` is the current folder by default, and may be the folder of one lesson.
    """
    here = here or Path.cwd()
    if here.resolve().name in {lesson.folder for lesson in NOTEBOOKS}:
        return here.resolve().parent
    return next((folder for folder in (here, here / WORK, here / RELEASES) if _holds_lessons(folder)), here)


def released() -> Path:
    """Return the folder of the released lessons, in the package or in the clone."""
    package = Path(__file__).parents[2]
    return next(folder / RELEASES for folder in (package, package.parent) if (folder / RELEASES).is_dir())


def _holds_lessons(folder: Path) -> bool:
    return any((folder / lesson.folder).is_dir() for lesson in NOTEBOOKS)
