"""Merge of picked files, a zip or single lessons, into the lessons in a folder.

A lesson is recognised by its exercises, because browsers rename downloads. Folder names in a zip do not decide where
anything is written. Replaced work is kept in the folder of earlier copies, in files with the date in their names.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from itertools import count
from pathlib import Path

from cs231n_lib.checks.run.messages import listed
from cs231n_lib.course.plan import NOTEBOOKS, Lesson
from cs231n_lib.course.student import closing, scores
from cs231n_lib.course.student.document import is_same, kernel_of, with_kernel, write
from cs231n_lib.course.student.notebook import Notebook, NotebookError, parse
from cs231n_lib.course.student.progress import notebook_path
from cs231n_lib.course.student.review import schedule
from cs231n_lib.course.student.start import EARLIER, RELEASED, START_PAGE
from cs231n_lib.storage import write_files

from .archive import RECORDS, BackupError, PickedFile, unpack
from .merge import Copy, Merged, merge

TITLES = {scores.FILE: "Score sheet", closing.FILE: "Times and troubles", schedule.FILE: "Review"}


class FileOutcome(Enum):
    """What happened to a file."""

    BROUGHT = auto()
    """It was added without replacing any work."""
    MERGED = auto()
    """It was merged into existing work, whose earlier copy is kept."""
    SAME = auto()
    """It contained nothing new."""
    REFUSED = auto()
    """It was left out."""

    @property
    def changes(self) -> bool:
        """Whether a lesson or a record changed."""
        return self in (FileOutcome.BROUGHT, FileOutcome.MERGED)


@dataclass(frozen=True)
class Brought:
    """Outcome of a file, with a sentence for the student."""

    outcome: FileOutcome
    sentence: str
    lesson: Lesson | None = None


def bring(root: Path, releases: Path, picked: Sequence[tuple[str, bytes]]) -> list[Brought]:
    """Merge picked files, given by name and content, into the lessons in ``root``.

    Everything is read and merged before anything is written. If several copies of a lesson answer an exercise, the
    copy that was picked last counts, or in a zip the one with the latest date.

    Raises
    ------
    BackupError
        If a file cannot be read or written. Nothing changes then.
    """
    folder, results = _Folder(root, releases), []
    try:
        for name, content in picked:
            try:
                files = unpack(name, content)
            except BackupError as error:
                results.append(Brought(FileOutcome.REFUSED, str(error)))
            else:
                befores = dict(_befores(files))
                results += [_bring(folder, file, befores) for file in files if not file.released]
        write_files({root / path: content for path, content in folder.changes.items()})
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BackupError(f"The files cannot be written ({reason}). Free some space, then bring them again.") from None
    return results


def lesson_of(notebook: Notebook, released: Mapping[Lesson, Notebook]) -> Lesson | None:
    """Return the lesson to which a notebook belongs, or None.

    A notebook that does not name its version of this course must have at least half of the lesson's exercises.
    """
    found = {lesson: len(_exercises(notebook, release)) for lesson, release in released.items()}
    lesson = max(found, key=lambda one: found[one], default=None)
    if lesson is None:
        return None
    least = 1 if notebook.version else len(released[lesson].answers) / 2
    return lesson if found[lesson] >= least else None


def _exercises(notebook: Notebook, release: Notebook) -> set[str]:
    """Return the exercises of a release that a notebook has, with or without marks."""
    return notebook.like(release).answers.keys() & release.answers.keys()


class _Folder:
    """Folder of lessons, with changes that are not written yet."""

    def __init__(self, root: Path, releases: Path) -> None:
        self.root = root
        self.changes: dict[Path, bytes] = {}
        self.kernel = kernel_of(root / START_PAGE)
        paths = {lesson: releases / notebook_path(lesson) for lesson in NOTEBOOKS}
        self.releases = {lesson: path.read_bytes() for lesson, path in paths.items() if path.is_file()}
        self.released = {lesson: parse(content) for lesson, content in self.releases.items()}

    def read(self, path: Path) -> bytes | None:
        """Return a file's content, or None if there is no file."""
        if path in self.changes:
            return self.changes[path]
        return (self.root / path).read_bytes() if (self.root / path).is_file() else None

    def keep(self, path: Path, content: bytes) -> str:
        """Keep an earlier copy under today's date, and return its path."""
        numbered = (f"{path.stem}-{date.today()}{f'-{n}' if n > 1 else ''}{path.suffix}" for n in count(1))
        kept = next(kept for name in numbered if self.read(kept := Path(EARLIER, name)) is None)
        self.changes[kept] = content
        return kept.as_posix()


def _befores(files: Sequence[PickedFile]) -> Iterator[tuple[str, Notebook]]:
    """Yield the names and contents of the releases on which a zip's lessons are based."""
    for file in files:
        if file.released:
            with suppress(NotebookError):
                yield file.name, parse(file.content)


def _bring(folder: _Folder, file: PickedFile, befores: Mapping[str, Notebook]) -> Brought:
    if file.name in RECORDS:
        return _record(folder, file)
    try:
        student = parse(file.content)
        lesson = lesson_of(student, folder.released)
        if lesson is None:
            return Brought(FileOutcome.REFUSED, f"`{file.name}` is not a lesson of this course, so it was left out.")
        return _into(folder, lesson, Copy(student, befores.get(notebook_path(lesson).name)))
    except NotebookError as error:
        return Brought(FileOutcome.REFUSED, f"`{file.name}` cannot be read ({error.reason}). Download it again.")
    except RecursionError:
        return Brought(FileOutcome.REFUSED, f"`{file.name}` is nested too deeply, so it was left out.")


def _into(folder: _Folder, lesson: Lesson, brought: Copy) -> Brought:
    path, release = notebook_path(lesson), folder.releases[lesson]
    known_path = Path(RELEASED, path.name)
    current, known = folder.read(path), folder.read(known_path)
    before = _parsed(known)
    if brought.before is None:
        same = [one for one in (before, folder.released[lesson]) if one and one.version == brought.notebook.version]
        brought = Copy(brought.notebook, same[0] if same else None)
    untouched = current is not None and (is_same(current, release) or (known is not None and is_same(current, known)))
    here = None if untouched else _parsed(current)
    merged = merge(release, Copy(here, before) if here else None, brought)
    content = with_kernel(merged.content, folder.kernel)
    title = f"**Lesson {lesson.number:02d}, {lesson.title}.**"
    if current is not None and is_same(content, current):
        return Brought(FileOutcome.SAME, f"{title} The file contains nothing new.", lesson)
    folder.changes |= {path: content, known_path: release}
    if current is None or untouched:
        return Brought(FileOutcome.BROUGHT, f"{title} {_answers(merged)}", lesson)
    damage = "" if here else ", which was damaged,"
    kept = folder.keep(Path(path.name), current)
    sentence = f"{title} {_answers(merged)} The earlier copy{damage} is kept as `{kept}`."
    return Brought(FileOutcome.MERGED, sentence, lesson)


def _parsed(content: bytes | None) -> Notebook | None:
    """Return a notebook, or None if there is none or it is damaged."""
    with suppress(NotebookError):
        return parse(content) if content is not None else None
    return None


def _answers(merged: Merged) -> str:
    number = len(merged.brought)
    told = f"{number or 'No'} {'answer was' if number == 1 else 'answers were'} brought"
    if not merged.replaced:
        return f"{told}."
    other = "it replaced another answer" if number == 1 else f"{len(merged.replaced)} of them replaced another answer"
    return f"{told}, and {other} ({listed([f'`{name}`' for name in merged.replaced])})."


def _record(folder: _Folder, file: PickedFile) -> Brought:
    """Add the entries of a record to the existing record."""
    path, title = Path(file.name), f"**{TITLES[file.name]}.**"
    record = _json_object(file.content)
    if record is None:
        return Brought(FileOutcome.REFUSED, f"{title} `{file.name}` is damaged, so it was left out. Download it again.")
    current = folder.read(path)
    here = _json_object(current) if current is not None else {}
    if file.name == schedule.FILE:
        merged, brought = schedule.merge_records(here or {}, record)
    else:
        known = {name for lesson in NOTEBOOKS for name in (lesson.slug, lesson.folder)}
        brought = {name: entry for name, entry in record.items() if name in known and isinstance(entry, dict)}
        merged = (here or {}) | brought
    if merged == here:
        return Brought(FileOutcome.SAME, f"{title} The file contains nothing new.")
    folder.changes[path] = write(merged)
    number = f"{len(brought)} {'entry was' if len(brought) == 1 else 'entries were'} brought."
    if current is None or (here is not None and all(merged[name] == here[name] for name in here)):
        return Brought(FileOutcome.BROUGHT, f"{title} {number}")
    kept = folder.keep(path, current)
    return Brought(FileOutcome.MERGED, f"{title} {number} The earlier copy is kept as `{kept}`.")


def _json_object(content: bytes) -> dict[str, object] | None:
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
