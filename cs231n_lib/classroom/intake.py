"""Transfer of a student's answers and cells into the release of a lesson.

The rest of a submission is dropped, except the course's version and the outputs of cells without points. Other
programs' metadata, unusual encodings, and lost, changed or copied cells other than answers therefore neither stop the
grading nor cost points.
"""

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell, reads
from nbgrader.api import Student
from sqlalchemy import event
from traitlets import Unicode

from cs231n_lib.course.student.notebook import CHECK, OWN, Cell, Notebook, NotebookError, parse

from .kernels.submitted_outputs import readable_outputs

MAX_BYTES = 50_000_000
"""Maximum size in bytes of a file to read. Lessons need kilobytes, or a few megabytes with all images."""

MAX_OWN_CELLS = 5000
"""Maximum number of cells that a student may add. Each takes a few hundredths of a second."""

MAX_IN_CELL, MAX_IN_CELLS = 100_000, 1_000_000
"""Maximum number of characters in one cell and in all cells. Python takes 150 s and 1 GB to parse a cell of 2 MB."""

RELEASES_FILE = "releases.json"
"""File beside the releases that lists the exercises of each lesson in each version of the course."""

STUDENT_ID = re.compile(r"(?!\.+$)[\w.@+-]{1,100}")
"""Pattern of a student's id, which becomes a folder's name and appears unescaped in Formgrader."""

STUDENT_ID_CHARACTERS = "letters, digits and . @ + - _"
"""Description of the pattern for messages."""

_NOTEBOOK = re.compile(r"(?P<stem>.+?)(?P<copy>(?:-\d+| ?\(\d+\))*)\.ipynb(?:\.(?:json|txt))?", re.I | re.S)
"""Pattern of a notebook's name. ``copy`` matches what schools' systems and browsers add if the name is taken."""

PICTURES = ("image/png", "image/jpeg", "image/gif")

_NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


@event.listens_for(Student.id, "set")
def _check_id(student: Student, value: str, *_: Any) -> None:
    if not STUDENT_ID.fullmatch(value):
        raise ValueError(f"{value!r} cannot be a student's id. Rename the folder, using only {STUDENT_ID_CHARACTERS}")


def notebook_name(name: str) -> str:
    """Return a notebook's name without an added extension, or "" for another file.

    >>> notebook_name("01_optimization (1).ipynb.txt")
    '01_optimization (1).ipynb'
    """
    found = _NOTEBOOK.fullmatch(name)
    return f"{found['stem']}{found['copy']}.ipynb" if found else ""


def is_named_after(name: str, lesson: str) -> bool:
    """Tell whether a file is named after a lesson.

    Schools' systems and browsers may have changed the name. The course in a browser adds the folder's name in front.

    >>> is_named_after("01_optimization_01_optimization (2).ipynb", "01_optimization")
    True
    """
    found = _NOTEBOOK.fullmatch(name)
    return found is not None and found["stem"] in (lesson, f"{lesson}_{lesson}")


class SubmissionExporter(NotebookExporter):  # type: ignore[misc]  # nbconvert has no types
    """Exporter that reads a submission with `rebuild` instead of nbgrader's reader.

    nbgrader reads each submission twice. The second time it reads what this exporter has just written, which is
    rebuilt and valid.
    """

    releases = Unicode("notebooks", help="Folder of the releases.").tag(config=True)
    refused: ClassVar[str] = ""
    """Reason why a submission was refused. nbgrader itself reports only a traceback."""
    _rebuilt: ClassVar[tuple[str, bytes] | None] = None
    """Lesson and content of a rebuilt submission, which nbgrader will read again."""

    def from_file(self, file_stream: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """Convert the content of an open file."""
        lesson = resources["nbgrader"]["assignment"]
        content = file_stream.buffer.read()
        if SubmissionExporter._rebuilt == (lesson, content):
            SubmissionExporter._rebuilt = None
            return self.from_notebook_node(reads(content.decode()), resources=resources, **kw)  # type: ignore[no-any-return]
        SubmissionExporter._rebuilt = None
        try:
            notebook = rebuild(content, Path(self.releases), lesson)
        except NotebookError as error:
            SubmissionExporter.refused = error.reason
            raise
        output, resources = self.from_notebook_node(notebook, resources=resources, **kw)
        SubmissionExporter._rebuilt = lesson, output.encode()
        return output, resources


def give_its_name(notebooks: list[str], **_: Any) -> None:
    """Copy a submission's only notebook to the name that nbgrader expects.

    nbgrader calls this function with the paths of the notebooks before it grades a submission, and then uses the
    changed list.
    """
    if len(notebooks) == 1:
        handed_in = Path(notebooks[0])
        expected = handed_in.with_name(f"{handed_in.parent.name}.ipynb")
        if handed_in != expected:
            shutil.copy(handed_in, expected)
            notebooks[:] = [str(expected)]


def rebuild(content: bytes, releases: Path, lesson: str) -> NotebookNode:
    """Rebuild a lesson's release with the content of a student's file.

    Cells follow the order of the release, and each cell that the student added comes after the cell that it followed.
    Exercises that the student's version of the course did not have are left out.

    Raises
    ------
    NotebookError
        If the file cannot be read, or belongs to another lesson.
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
    """Return the names of the parts that `rebuild` keeps.

    Raises
    ------
    NotebookError
        If the file cannot be read, or belongs to another lesson.
    """
    handed_in, release = read_submission(content, releases, lesson)
    left_out = not_asked(handed_in.version, release, releases, lesson)
    return {name for name in release.marked if name.removeprefix(CHECK) not in left_out}


def read_submission(content: bytes, releases: Path, lesson: str) -> tuple[Notebook, Notebook]:
    """Return a student's file with the marks of the release, and the release.

    Raises
    ------
    NotebookError
        If the file cannot be read, or belongs to another lesson.
    """
    _, release = _release(releases, lesson)
    return _handed_in(content, release), release


def _handed_in(content: bytes, release: Notebook) -> Notebook:
    if len(content) > MAX_BYTES:
        raise NotebookError(f"it has {len(content):,} bytes, but at most {MAX_BYTES:,} are read")
    handed_in = parse(content)
    if len(handed_in.cells) > len(release.cells) + MAX_OWN_CELLS:
        found, most = len(handed_in.cells), len(release.cells) + MAX_OWN_CELLS
        raise NotebookError(f"it has {found} cells, but at most {most} are read")
    handed_in = replace(handed_in, cells=tuple(_bounded(handed_in.cells))).like(release)
    if not handed_in.answers and release.answers:
        raise NotebookError("it contains none of the lesson's exercises")
    return handed_in


def _bounded(cells: Iterable[Cell]) -> Iterator[Cell]:
    """Yield the cells. A sentence replaces the text of a cell that is too long."""
    total = 0
    for cell in cells:
        size, room = len(cell.source), min(MAX_IN_CELL, MAX_IN_CELLS - total)
        if size > room:
            limit = f"{MAX_IN_CELL:,} in a cell and {MAX_IN_CELLS:,} in a notebook"
            reason = f"This cell was removed because it has {size:,} characters. At most {limit} are read."
            cell = replace(cell, source=f"# {reason}" if cell.kind == "code" else reason)
        total += len(cell.source)
        yield cell


def _release(releases: Path, lesson: str) -> tuple[NotebookNode, Notebook]:
    """Return a lesson's cached release, as read by nbformat and by `parse`."""
    return _read_release((releases / lesson / f"{lesson}.ipynb").read_bytes())


@lru_cache(16)
def _read_release(content: bytes) -> tuple[NotebookNode, Notebook]:
    released = nbformat.reads(content.decode(), as_version=4)
    return released, parse(json.dumps(released).encode())


def not_asked(version: str, release: Notebook, releases: Path, lesson: str) -> set[str]:
    """Return the parts that a version of the course lacked, or none if it is unknown."""
    file = releases / RELEASES_FILE
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
    same = {a + i: handed_in.cells[c + i] for step, a, b, c, _ in steps if step == "equal" for i in range(b - a)}
    for step, a, b, c, d in steps:
        own = []
        if step in ("insert", "replace"):
            # A moved cell of the lesson returns to its place, and a copied one counts as the student's own.
            own = [
                cell
                for cell, key in zip(handed_in.cells[c:d], theirs[c:d], strict=True)
                if cell.kind in _NEW and not cell.name and cell.source.strip() and (key in met or key not in given)
            ]
        for place, (cell, original) in enumerate(zip(released.cells[a:b], release.cells[a:b], strict=True), a):
            written = handed_in.marked.get(original.name)
            if original.solution and not written:  # an answer that lost its name but is in its place
                written = next((cell for cell in own if cell.kind == original.kind), None)
                own = [cell for cell in own if cell is not written]
            answered = _answered(cell, written if original.solution else None)
            yield answered if original.graded else _with_outputs(answered, written or same.get(place))
        yield from (_with_outputs(_answered(_NEW[cell.kind](id=OWN), cell), cell) for cell in own)


def _key(cell: Cell) -> tuple[str, str]:
    """Return a cell's name or, if it has none, its kind and text."""
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


def _with_outputs(cell: NotebookNode, submitted: Cell | None) -> NotebookNode:
    if submitted and cell.cell_type == "code":
        cell.outputs = readable_outputs(submitted.outputs)
    return cell
