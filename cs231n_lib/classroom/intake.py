"""What a student handed in, made ready for grading: the release, with the answers and the student's own cells in it.

Nothing else of the file survives, so that no other program's metadata, no lost, changed or copied cell, and no foreign
encoding can stop the grading or cost points.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader.api import Student
from sqlalchemy import event
from traitlets import Unicode

from cs231n_lib.course.notebook import CHECK, Cell, Notebook, NotebookError, parse

MOST_BYTES = 50_000_000
"""A larger file is not read: what a lesson asks for takes some kilobytes, with all pictures some megabytes."""

MOST_OWN = 5000
"""So many cells a student may add: each is run, and takes some hundredths of a second however little it does."""

ASKED = "releases.json"
"""Beside the releases: what each version of the course asked, by version and lesson."""

NAME = re.compile(r"(?!\.+$)[\w.@+-]{1,100}")
"""What a student's id may look like: it becomes a folder's name, and formgrader puts it into its pages as it is."""

NAME_HAS = "letters, digits and . @ + - _"
"""What it is made of, in words."""

PICTURES = ("image/png", "image/jpeg", "image/gif")

OWN = "own"
"""How the ids of the student's own cells begin."""

_NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


@event.listens_for(Student.id, "set")
def _check_id(student: Student, value: str, *_: Any) -> None:
    if not NAME.fullmatch(value):
        raise ValueError(f"{value!r} cannot be a student's id: rename the folder, with {NAME_HAS} only")


class SubmissionExporter(NotebookExporter):  # type: ignore[misc]  # nbconvert has no types
    """Reads a submission by `rebuild` where nbgrader would read the file itself.

    nbgrader reads each submission twice, as handed in and as repaired; what is repaired stays as it is.
    """

    releases = Unicode("notebooks", help="The folder of the releases.").tag(config=True)

    def from_file(self, file_stream: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """Convert what is in an open file."""
        lesson = resources["nbgrader"]["assignment"]
        notebook = rebuild(file_stream.buffer.read(), Path(self.releases), lesson)
        return self.from_notebook_node(notebook, resources=resources, **kw)  # type: ignore[no-any-return]


def give_its_name(notebooks: list[str], **_: Any) -> None:
    """Copy a submission's only notebook to the name that nbgrader looks for, whatever the student's browser called it.

    nbgrader calls this before it grades a submission, with the paths of its notebooks, which it then works through.
    """
    if len(notebooks) == 1:
        handed_in = Path(notebooks[0])
        expected = handed_in.with_name(f"{handed_in.parent.name}.ipynb")
        if handed_in != expected:
            shutil.copy(handed_in, expected)
            notebooks[:] = [str(expected)]


def rebuild(content: bytes, releases: Path, lesson: str) -> NotebookNode:
    """The release of a lesson with what the file of a student has in it.

    Cells are in the order of the release, each of the student's own after the cell that it followed. An exercise that
    the student's version of the course did not ask is left out.

    Raises
    ------
    NotebookError
        If the file cannot be read, or is another lesson's; ``why`` says it in a few words.
    """
    released, release = _release(releases, lesson)
    released, handed_in = deepcopy(released), _handed_in(content, release)
    left_out = not_asked(handed_in.version, release, releases, lesson)
    cells = list(_merged(released, release, handed_in))
    for number, cell in enumerate(cell for cell in cells if cell.id == OWN):
        cell.id = f"{OWN}-{number}"
    released.cells = [cell for cell in cells if _name(cell).removeprefix(CHECK) not in left_out]
    if handed_in.version:
        released.metadata.setdefault("cs231n", {})["version"] = handed_in.version
    return released


def parts_of(content: bytes, releases: Path, lesson: str) -> set[str]:
    """The names of the parts that `rebuild` finds in a student's file: all that the student's version asked.

    Raises
    ------
    NotebookError
        As `rebuild` does.
    """
    _, release = _release(releases, lesson)
    handed_in = _handed_in(content, release)
    left_out = not_asked(handed_in.version, release, releases, lesson)
    return {name for name in release.marked if name.removeprefix(CHECK) not in left_out}


def _handed_in(content: bytes, release: Notebook) -> Notebook:
    """What is in a student's file, with the marks of the release."""
    if len(content) > MOST_BYTES:
        raise NotebookError(f"it has {len(content) / 1e6:.0f} MB, at most {MOST_BYTES / 1e6:.0f} are read")
    handed_in = parse(content)
    if len(handed_in.cells) > len(release.cells) + MOST_OWN:
        raise NotebookError(f"it has {len(handed_in.cells)} cells, at most {MOST_OWN} more than the lesson are read")
    handed_in = handed_in.like(release)
    if not handed_in.answers and release.answers:
        raise NotebookError("none of the lesson's exercises is in it")
    return handed_in


def _release(releases: Path, lesson: str) -> tuple[NotebookNode, Notebook]:
    """The release of a lesson, as nbformat and as `parse` read it; the first must not be changed."""
    return _read_release((releases / lesson / f"{lesson}.ipynb").read_bytes())


@lru_cache(16)
def _read_release(content: bytes) -> tuple[NotebookNode, Notebook]:
    released = nbformat.reads(content.decode(), as_version=4)
    return released, parse(json.dumps(released).encode())


def not_asked(version: str, release: Notebook, releases: Path, lesson: str) -> set[str]:
    """The parts of a release that the course of that version did not ask; none where nobody knows the version."""
    file = releases / ASKED
    known: Mapping[str, Mapping[str, Sequence[str]]] = json.loads(file.read_text()) if file.exists() else {}
    asked = known.get(version, {}).get(lesson)
    parts = {*release.checks, *release.reflections}
    return set() if asked is None else parts.difference(asked)


def _name(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _merged(released: NotebookNode, release: Notebook, handed_in: Notebook) -> Iterator[NotebookNode]:
    given, theirs = [list(map(_key, notebook.cells)) for notebook in (release, handed_in)]
    steps = SequenceMatcher(None, given, theirs, autojunk=False).get_opcodes()
    met = {key for step, a, b, _, _ in steps if step == "equal" for key in given[a:b]}
    for step, a, b, c, d in steps:
        own = []
        if step in ("insert", "replace"):
            # A cell of the lesson that was moved is back in its place; of one that was copied there is one more.
            own = [
                cell
                for cell, key in zip(handed_in.cells[c:d], theirs[c:d], strict=True)
                if cell.kind in _NEW and not cell.name and cell.source.strip() and (key in met or key not in given)
            ]
        for cell, original in zip(released.cells[a:b], release.cells[a:b], strict=True):
            written = handed_in.marked.get(original.name)
            if original.solution and not written:  # an answer that lost its name, and is where it belongs
                written = next((cell for cell in own if cell.kind == original.kind), None)
                own = [cell for cell in own if cell is not written]
            yield _answered(cell, written if original.solution else None)
        yield from (_answered(_NEW[cell.kind](id=OWN), cell) for cell in own)


def _key(cell: Cell) -> tuple[str, str]:
    """By what a cell is known: its name, or its kind and text as far as programs leave it alone."""
    return ("name", cell.name) if cell.name else (cell.kind, cell.text)


def _answered(cell: NotebookNode, written: Cell | None) -> NotebookNode:
    if written:
        cell.source = written.source
        pictures = {
            name: {kind: data for kind, data in picture.items() if kind in PICTURES and isinstance(data, str)}
            for name, picture in written.attachments.items()
            if isinstance(picture, dict)
        }
        if pictures and cell.cell_type == "markdown":
            cell.attachments = pictures
    return cell
