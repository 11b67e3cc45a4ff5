"""Student's own copies of the lessons, updated without losing any work.

The student works on the lessons in one folder. Its subfolder `RELEASED` keeps the lessons as released, so that an
update can tell which text is the student's. `EARLIER` keeps the files that were replaced.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from itertools import count
from pathlib import Path

from cs231n_lib.browser import other_folder
from cs231n_lib.course.plan import NOTEBOOKS
from cs231n_lib.course.student.carry import carry
from cs231n_lib.course.student.document import Kernel, is_same, kernel_of, with_kernel
from cs231n_lib.course.student.notebook import NotebookError, parse, read
from cs231n_lib.course.student.progress import notebook_path
from cs231n_lib.storage import write_files

RELEASED, EARLIER = ".handed_out", "earlier"
START_PAGE = Path("index.ipynb")


class StartError(Exception):
    """Raised by `start`, which then changes nothing. The message gives the remedy."""


@dataclass(frozen=True)
class Change:
    """Change of a notebook: its path, new content, release and old content."""

    path: Path
    content: bytes
    handed_out: bytes
    before: bytes | None = None

    @property
    def is_new(self) -> bool:
        """Whether the notebook did not exist."""
        return self.before is None

    @property
    def replaces(self) -> bool:
        """Whether the change replaces a notebook with different content."""
        return self.before not in (None, self.content)


def start(folder: Path, releases: Path, reset: str = "") -> list[Change]:
    """Copy the released lessons into a student's folder, and keep the student's work.

    `start` reads everything before it writes anything, and writes everything before it replaces anything. It keeps
    replaced files. If nothing is new, nothing changes. The result lists the changes. A lesson gets the kernel of the
    start page in the folder, because a browser's kernel has a different name.

    The student's ``folder`` is created if necessary. ``reset`` names an exercise to restore to its released version.
    The notebook keeps the student's answer next to the restored one.

    Raises
    ------
    StartError
        If a notebook cannot be read, a file cannot be written, or the exercise is unknown. Nothing changes then.
    """
    paths = [START_PAGE, *map(notebook_path, NOTEBOOKS)]
    paths = [path for path in paths if (releases / path).is_file()]
    home = _notebook_of(paths, releases, reset) if reset else None
    kernel = kernel_of(folder / START_PAGE)
    changes, problems = [], []
    for path in paths:
        try:
            change = _change(path, folder, (releases / path).read_bytes(), [reset] if path == home else [], kernel)
        except NotebookError as error:
            problems.append(str(error))
        else:
            changes += [change] if change else []
    if problems:
        raise StartError("\n".join([*problems, "Nothing was changed."]))
    try:
        write_files(_files(changes, folder))
    except OSError as error:
        where, reason = error.filename or "a file", error.strerror or type(error).__name__
        raise StartError(
            f"{where} cannot be written ({reason}), so no lesson was changed. Free some space{other_folder('start')}"
        ) from None
    return changes


def _notebook_of(paths: list[Path], releases: Path, exercise: str) -> Path:
    lessons = {path: parse((releases / path).read_bytes()) for path in paths}
    known = {name: path for path, lesson in lessons.items() for name in [*lesson.answers, *lesson.reflections]}
    if exercise not in known:
        near = get_close_matches(exercise, known, 1)
        hint = (
            f"Did you mean {near[0]}?" if near else "`python -m cs231n_lib progress 1` lists the exercises of lesson 1."
        )
        raise StartError(f"No lesson has an exercise {exercise!r}. {hint} Nothing was changed.")
    return known[exercise]


def _change(path: Path, folder: Path, release: bytes, reset: list[str], kernel: Kernel | None) -> Change | None:
    mine, known = folder / path, folder / RELEASED / path.name
    if not mine.exists():
        return Change(path, with_kernel(release, kernel), release)
    student, before = read(mine), read(known) if known.exists() else None
    if before and is_same(known.read_bytes(), release) and not reset:
        return None
    was = mine.read_bytes()
    content = with_kernel(carry(release, student, before, reset), kernel)
    return Change(path, was if is_same(was, content) else content, release, was)


def _files(changes: list[Change], folder: Path) -> dict[Path, bytes]:
    files: dict[Path, bytes] = {}
    for change in changes:
        if change.before is not None and change.replaces:
            files[_unused_path(folder / EARLIER, change.path.stem)] = change.before
    for change in changes:
        if change.is_new or change.replaces:
            files[folder / change.path] = change.content
        files[folder / RELEASED / change.path.name] = change.handed_out
    return files


def _unused_path(folder: Path, stem: str) -> Path:
    return next(path for number in count(1) if not (path := folder / f"{stem}-{number}.ipynb").exists())
