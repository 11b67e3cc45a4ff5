"""A student's notebook, taken apart: answers, checks, reflections and the student's own cells.

Whatever wrote the file: with or without a byte order mark, in UTF-8, UTF-16 or Latin-1, in nbformat 3 or any 4, with
metadata that another program added, changed or dropped. Nothing is run, and nothing is changed.

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
"""How the name of an exercise's check begins; the exercise's own name follows."""

_HALF = re.compile("[\ud800-\udfff]")
"""What JSON can hold and no file in UTF-8."""

SETTINGS = "cs231n"
"""Under which key a notebook's metadata hold the settings of its class, and the version of its course."""


class NotebookError(Exception):
    """A file that holds no notebook; the sentence says what is wrong and what to do."""

    def __init__(self, why: str, name: str = "the notebook") -> None:
        super().__init__(f"{name} cannot be read ({why}): put a saved copy or a fresh one in its place")
        self.why = why


@dataclass(frozen=True)
class Cell:
    """One cell.

    Parameters
    ----------
    kind : str
        "code", "markdown" or "raw".
    id : str
        Empty before nbformat 4.5, which brought ids.
    name : str
        The ``grade_id`` that nbgrader notes; empty for a cell that is not marked.
    graded, solution : bool
        Worth points; to be written by the student.
    points : float
        Of how many.
    run : int or None
        The number of its last run.
    outputs : tuple of dict
        As nbformat 4 has them.
    attachments : dict
        Pictures that were pasted into a text.
    """

    kind: str
    source: str
    id: str = ""
    name: str = ""
    graded: bool = False
    solution: bool = False
    points: float = 0.0
    run: int | None = None
    outputs: tuple[Mapping[str, Any], ...] = ()
    attachments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What is written in it, as it is compared: programs differ in how they end lines and cells."""
        return "\n".join(line.rstrip() for line in self.source.strip().splitlines())

    @property
    def exercise(self) -> str:
        """The exercise that it belongs to."""
        return self.name.removeprefix(CHECK)

    @property
    def bonus(self) -> bool:
        """Whether it is the check of a bonus exercise: one that is not graded."""
        return self.name.startswith(CHECK) and not self.graded and not self.solution

    @property
    def results(self) -> tuple[str, ...]:
        """What it returned, as text: one for each stored result."""
        results = (output for output in self.outputs if output.get("output_type") == "execute_result")
        return tuple(_text(_dict(output.get("data")).get("text/plain")) for output in results)


@dataclass(frozen=True)
class Notebook:
    """A notebook's cells, and what they are for. Of copies of a marked cell the last counts, as in grading.

    ``version`` is that of the course which released it; empty where the file does not say.
    """

    cells: tuple[Cell, ...]
    version: str = ""

    @cached_property
    def marked(self) -> dict[str, Cell]:
        """The cells that nbgrader knows, by name."""
        return {cell.name: cell for cell in self.cells if cell.name}

    @property
    def copied(self) -> list[str]:
        """Names that several cells have."""
        counts = Counter(cell.name for cell in self.cells if cell.name)
        return sorted(name for name, count in counts.items() if count > 1)

    @property
    def answers(self) -> dict[str, Cell]:
        """The code that was asked for, by exercise."""
        return {name: cell for name, cell in self.marked.items() if cell.solution and not cell.graded}

    @property
    def checks(self) -> dict[str, Cell]:
        """The check of each exercise, by exercise."""
        return {cell.exercise: cell for cell in self.marked.values() if cell.graded and not cell.solution}

    @property
    def reflections(self) -> dict[str, Cell]:
        """What is answered in words, by name."""
        return {name: cell for name, cell in self.marked.items() if cell.graded and cell.solution}

    def own(self, release: "Notebook") -> list[Cell]:
        """The cells that the student added or changed, besides answers: what the release does not have like that."""
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
        """The same cells with the marks of the release: its name, role and points are given back where they were lost.

        A cell that lost its marks is known by its id, else by what it is: a check by its text, an answer by the
        function that it defines. A mark that the release does not have is dropped.
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
    """The notebook in a file.

    Raises
    ------
    NotebookError
        If there is none in it; the sentence names the file.
    """
    try:
        return parse(path.read_bytes())
    except NotebookError as error:
        raise NotebookError(error.why, path.name) from None
    except OSError as error:
        raise NotebookError(error.strerror or type(error).__name__, path.name) from None


def parse(content: bytes) -> Notebook:
    """The notebook in a file's content.

    Raises
    ------
    NotebookError
        If there is none in it.
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
        text = content.decode("latin-1")  # which knows every byte
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except ValueError:
        raise NotebookError(_damage(text)) from None
    except RecursionError:
        raise NotebookError("it is nested too deeply") from None
    if not isinstance(document, dict):
        raise NotebookError("it is no notebook")
    return document


def _damage(text: str) -> str:
    """What is wrong with a text that is no JSON."""
    if "<<<<<<<" in text:
        return "a merge left its marks in it"
    begun, ended = text.lstrip("\ufeff \t\r\n")[:1] == "{", text.rstrip()[-1:] == "}"
    return "the file ends in the middle" if begun and not ended else "it is damaged or no notebook"


def _upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """A notebook of nbformat 3 as one of nbformat 4."""
    try:
        import nbformat  # here, since hardly any notebook needs it and the start page waits for this module
    except ImportError:
        raise NotebookError("nbformat 3, which only the package nbformat reads: pip install nbformat") from None
    try:
        upgraded: dict[str, Any] = nbformat.v4.upgrade(nbformat.from_dict(document), from_version=3)
    except Exception as error:  # a damaged file can fail in any way
        raise NotebookError(f"nbformat 3, and damaged: {type(error).__name__}") from None
    return upgraded


def _cell(cell: dict[str, Any]) -> Cell:
    marks = _dict(_dict(cell.get("metadata")).get("nbgrader"))
    name, run, outputs = marks.get("grade_id"), cell.get("execution_count"), cell.get("outputs")
    plain = Cell(
        kind=str(cell.get("cell_type", "")),
        source=_text(cell.get("source")),
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
    """Whether a cell without marks looks like the cell of the release."""
    if cell.id and cell.id == mark.id:
        return True
    if mark.graded and not mark.solution:
        return cell.text == mark.text
    defined = rf"^def {re.escape(mark.name)}\("
    return cell.kind == mark.kind == "code" and bool(re.search(defined, cell.source, re.MULTILINE))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(lines: Any) -> str:
    """A text of a notebook's file, which may be cut into lines; half a character, as of a cut emoji, is replaced."""
    parts = lines if isinstance(lines, list) else [lines]
    return _HALF.sub("\ufffd", "".join(part for part in parts if isinstance(part, str)))
