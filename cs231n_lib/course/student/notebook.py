"""Parser of a notebook into answers, checks, reflections and other cells.

The parser reads the files of any program, in nbformat 3 or 4, in UTF-8, UTF-16 or Latin-1, with or without a byte order
mark, and with metadata added, changed or removed. The parser neither runs nor changes anything.

>>> notebook = parse(b'{"cells": [{"cell_type": "code", "source": ["1 + ", "1"]}]}')
>>> notebook.cells[0].source, notebook.answers
('1 + 1', {})
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any

CHECK = "check_"
"""Prefix of a check's name, before the exercise's name."""

OWN = "own"
"""Prefix of the ids that grading gives to cells that the student added."""

AGAIN_CELL = "again-cell"
"""Id of the cell for rewriting an earlier function. No answer uses this cell."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Lone surrogates, which JSON can contain but UTF-8 cannot."""

SETTINGS = "cs231n"
"""Metadata key for the settings of the class and the version of the course."""


class NotebookError(Exception):
    """Raised if a file is not a readable notebook.

    The message says what is wrong and what to do.
    """

    def __init__(self, reason: str, name: str = "the notebook") -> None:
        super().__init__(f"{name} cannot be read ({reason}). Replace it with a saved copy or a fresh one")
        self.reason = reason


@dataclass(frozen=True)
class Cell:
    """Cell of a notebook."""

    kind: str
    """Type of the cell in the file, such as "code", "markdown" or "raw"."""
    source: str
    id: str = ""
    """Empty in files before nbformat 4.5, which introduced ids."""
    name: str = ""
    """nbgrader's ``grade_id``, or empty for a cell that nbgrader does not know."""
    graded: bool = False
    """Whether the cell has points."""
    solution: bool = False
    """Whether the student writes the cell."""
    points: float = 0.0
    """Maximum points."""
    run: int | None = None
    """Execution count of the last run."""
    outputs: tuple[Mapping[str, Any], ...] = ()
    """Outputs in nbformat 4."""
    attachments: Mapping[str, Any] = field(default_factory=dict)
    """Images pasted into a text."""

    @property
    def text(self) -> str:
        """Source normalised for comparison, because programs differ in how they end lines."""
        return "\n".join(line.rstrip() for line in self.source.strip().splitlines())

    @property
    def exercise(self) -> str:
        """Exercise to which the cell belongs."""
        return self.name.removeprefix(CHECK)

    @property
    def bonus(self) -> bool:
        """Whether the cell is the check of a bonus exercise, which is not graded."""
        return self.name.startswith(CHECK) and not self.graded and not self.solution

    @property
    def results(self) -> tuple[str, ...]:
        """Stored results as text."""
        results = (output for output in self.outputs if output.get("output_type") == "execute_result")
        return tuple(as_text(_dict(output.get("data")).get("text/plain")) for output in results)


@dataclass(frozen=True)
class Notebook:
    """Cells of a notebook and their roles. The last copy of a cell counts.

    ``version`` is the version of the course that released it, or empty if unknown.
    """

    cells: tuple[Cell, ...]
    version: str = ""

    @cached_property
    def marked(self) -> dict[str, Cell]:
        """Cells that nbgrader knows, by name."""
        return {cell.name: cell for cell in self.cells if cell.name}

    @property
    def copied(self) -> list[str]:
        """Names shared by several cells."""
        counts = Counter(cell.name for cell in self.cells if cell.name)
        return sorted(name for name, count in counts.items() if count > 1)

    @property
    def answers(self) -> dict[str, Cell]:
        """Code answers by exercise."""
        return {name: cell for name, cell in self.marked.items() if cell.solution and not cell.graded}

    @property
    def checks(self) -> dict[str, Cell]:
        """Checks by exercise."""
        return {cell.exercise: cell for cell in self.marked.values() if cell.graded and not cell.solution}

    @property
    def reflections(self) -> dict[str, Cell]:
        """Answers in words, by name."""
        return {name: cell for name, cell in self.marked.items() if cell.graded and cell.solution}

    def own(self, release: "Notebook") -> list[Cell]:
        """Return the cells without marks that the student added or changed."""
        given = Counter((cell.kind, cell.text) for cell in release.cells if not cell.name)
        found = []
        for cell in self.cells:
            if cell.name or not cell.source.strip():
                continue
            if given[cell.kind, cell.text] > 0:
                given[cell.kind, cell.text] -= 1
            else:
                found.append(cell)
        return found

    def like(self, release: "Notebook") -> "Notebook":
        """Return the notebook with the release's marks (names, roles and points) restored.

        A cell that lost its marks is found by its id. If the id is lost too, a check is found by its text and an answer
        by the function that it defines. Marks that the release does not have are removed.
        """
        cells = [_marked_like(cell, release.marked.get(cell.name)) for cell in self.cells]
        for name, mark in release.marked.items():
            if any(cell.name == name for cell in cells):
                continue
            lost = [i for i, cell in enumerate(cells) if not cell.name and _is(cell, mark)]
            if lost:
                cells[lost[-1]] = _marked_like(cells[lost[-1]], mark)
        return Notebook(tuple(cells), self.version)


def read(path: Path) -> Notebook:
    """Read the notebook in a file.

    Raises
    ------
    NotebookError
        If the file cannot be read. The message names the file.
    """
    try:
        return parse(path.read_bytes())
    except NotebookError as error:
        raise NotebookError(error.reason, path.name) from None
    except OSError as error:
        raise NotebookError(error.strerror or type(error).__name__, path.name) from None


def parse(content: bytes) -> Notebook:
    """Parse the content of a notebook's file.

    Raises
    ------
    NotebookError
        If the content is not a notebook.
    """
    document = _document(content)
    if isinstance(document.get("worksheets"), list):
        document = _upgraded(document)
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise NotebookError("it has no list of cells")
    version = _dict(_dict(document.get("metadata")).get(SETTINGS)).get("version")
    return Notebook(
        tuple(_cell(cell) for cell in cells if isinstance(cell, dict)), version if isinstance(version, str) else ""
    )


def _document(content: bytes) -> dict[str, Any]:
    if not content.strip():
        raise NotebookError("it is empty")
    try:
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # every byte is valid in Latin-1
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except ValueError:
        raise NotebookError(_damage(text)) from None
    except RecursionError:
        raise NotebookError("it is nested too deeply") from None
    if not isinstance(document, dict):
        raise NotebookError("it is not a notebook")
    return document


def _damage(text: str) -> str:
    """Return what is wrong with a text that is not JSON."""
    if "<<<<<<<" in text:
        return "it contains merge conflict markers"
    begun, ended = text.lstrip("\ufeff \t\r\n")[:1] == "{", text.rstrip()[-1:] == "}"
    return "the file ends in the middle" if begun and not ended else "it is damaged or not a notebook"


def _upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """Convert a notebook from nbformat 3 to nbformat 4."""
    try:
        import nbformat  # imported here because few notebooks need it and it would delay the start page
    except ImportError:
        raise NotebookError("it is in nbformat 3, so run pip install nbformat") from None
    try:
        upgraded: dict[str, Any] = nbformat.v4.upgrade(nbformat.from_dict(document), from_version=3)
    except Exception as error:  # a damaged file can fail in any way
        raise NotebookError(f"it is in nbformat 3 and damaged: {type(error).__name__}") from None
    return upgraded


def _cell(cell: dict[str, Any]) -> Cell:
    marks = _dict(_dict(cell.get("metadata")).get("nbgrader"))
    name, run, outputs = marks.get("grade_id"), cell.get("execution_count"), cell.get("outputs")
    plain = Cell(
        kind=str(cell.get("cell_type", "")),
        source=as_text(cell.get("source")),
        id=cell["id"] if isinstance(cell.get("id"), str) else "",
        run=run if isinstance(run, int) else None,
        outputs=tuple(output for output in outputs if isinstance(output, dict)) if isinstance(outputs, list) else (),
        attachments=_dict(cell.get("attachments")),
    )
    if not isinstance(name, str):
        return plain
    points = marks.get("points")
    return replace(
        plain,
        name=name,
        graded=bool(marks.get("grade")),
        solution=bool(marks.get("solution")),
        points=float(points) if isinstance(points, int | float) and isfinite(points) else 0.0,
    )


def _marked_like(cell: Cell, mark: Cell | None) -> Cell:
    mark = mark or Cell(cell.kind, "")
    return replace(cell, name=mark.name, graded=mark.graded, solution=mark.solution, points=mark.points)


def _is(cell: Cell, mark: Cell) -> bool:
    """Tell whether a cell without marks is the release's cell."""
    if cell.id and cell.id == mark.id:
        return True
    if mark.graded and not mark.solution:
        return cell.text == mark.text
    defined = rf"^def {re.escape(mark.name)}\("
    return cell.kind == mark.kind == "code" and bool(re.search(defined, cell.source, re.MULTILINE))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_text(lines: Any) -> str:
    """Join the lines of a notebook's text, and replace lone surrogates."""
    parts = lines if isinstance(lines, list) else [lines]
    return _LONE_SURROGATE.sub("\ufffd", "".join(part for part in parts if isinstance(part, str)))
