"""Transfer of a student's work to a new release of its lesson.

Cells of an exercise are found by name and the others by text. An answer that no longer fits, because its exercise no
longer exists or has different parameters, is kept in a text cell near its former place.
"""

import ast
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from cs231n_lib.course.student.document import write
from cs231n_lib.course.student.notebook import Cell, Notebook, parse
from cs231n_lib.course.student.progress import NO_TEXT


def carry(release: bytes, student: Notebook, before: Notebook | None = None, reset: Collection[str] = ()) -> bytes:
    """Return the new release with the student's answers, texts and outputs.

    The result has the order and the marks of the new release. ``before`` is the release on which the student's notebook
    is based. Without ``before``, a text that the new release lacks counts as the student's own. The exercises in
    ``reset`` are restored to their released versions.
    """
    document, new = json.loads(release), parse(release)
    merged = _Merged(document, new, before or new, before is not None)
    gone = [] if before else [cell for name, cell in student.marked.items() if name not in new.marked]
    old = student.like(Notebook((*merged.before.cells, *gone)))
    for cell in old.cells:
        if cell.name and old.marked[cell.name] is cell:
            merged.take_marked(cell, reset)
        else:
            merged.take_unmarked(cell)
    document["cells"] = list(merged.cells())
    return write(document)


class _Merged:
    """New notebook into which the old one's cells are inserted in order."""

    def __init__(self, document: dict[str, Any], new: Notebook, before: Notebook, is_known: bool) -> None:
        self.given, self.new, self.before, self.is_known = document["cells"], new, before, is_known
        self.place = {cell.name: i for i, cell in enumerate(new.cells) if cell.name}
        self.free = {i: (cell.kind, cell.text) for i, cell in enumerate(new.cells) if not cell.name}
        self.added: dict[int, list[Cell]] = {}
        self.last = -1  # index of the last placed cell, which a cell without a place follows
        self.ids = {cell.id for cell in new.cells}
        self.kept: set[str] = set()

    def take_marked(self, cell: Cell, reset: Collection[str]) -> None:
        """Put an answer, a check or a reflection into the cell with its name."""
        is_here = cell.name in self.place
        self.last = self.place.get(cell.name, self.last)
        given = self.before.marked.get(cell.name)
        begun = _is_begun(cell) and not (given and given.text == cell.text)
        if cell.graded and not cell.solution:
            if is_here and cell.exercise in self.kept and self.new.marked[cell.name].graded:
                self._write(self.last, cell, source=False)
            return
        if cell.exercise in reset:
            reason = "before it was reset"
        elif not is_here:
            reason = "which this lesson no longer has"
        elif self._parameters_changed(cell):
            reason = "when it had different parameters"
        else:
            self.kept.add(cell.exercise)
            if begun:
                self._write(self.last, cell)
            return
        if begun:
            self._add(_note(cell, reason))

    def take_unmarked(self, cell: Cell) -> None:
        """Place a lesson's cell by text, and a student's own after the last placed cell."""
        if not cell.text:
            return
        found = self._find(cell) if not cell.name else None
        if found is not None:
            self._write(found, cell, source=False)
            self.last = found
            return
        given = self._given_as(cell) if not cell.name else None
        if given and given.text == cell.text:
            return  # the student did not change it, and the release has replaced it
        found = self._find(given) if given else None
        if found is None:
            self._add(cell)
        else:
            self._write(found, cell)
            self.last = found

    def cells(self) -> Iterator[dict[str, Any]]:
        """Yield all cells in the format of a notebook's file."""
        for i in range(-1, len(self.given)):
            if i >= 0:
                yield self.given[i]
            for number, cell in enumerate(self.added.get(i, [])):
                yield self._own(cell, f"own-{i + 1}-{number + 1}")

    def _find(self, cell: Cell) -> int | None:
        """Claim the next free place that has this text, or else the first."""
        places = [i for i, text in self.free.items() if text == (cell.kind, cell.text)]
        found = next((i for i in places if i > self.last), places[0] if places else None)
        if found is not None:
            del self.free[found]
        return found

    def _given_as(self, cell: Cell) -> Cell | None:
        if not self.is_known:
            return None
        same = (given for given in self.before.cells if not given.name and given.kind == cell.kind)
        return next((given for given in same if given.text == cell.text or (cell.id and given.id == cell.id)), None)

    def _parameters_changed(self, cell: Cell) -> bool:
        if cell.kind != "code":
            return False
        asked = _parameters(self.new.marked[cell.name].source, cell.name)
        known = self.before.marked.get(cell.name) if self.is_known else cell
        had = _parameters(known.source, cell.name) if known else None
        return asked is not None and had is not None and asked != had

    def _write(self, place: int, cell: Cell, *, source: bool = True) -> None:
        given = self.given[place]
        if source:
            given["source"] = cell.source.splitlines(keepends=True)
            if cell.attachments:
                given["attachments"] = dict(cell.attachments)
        if cell.kind == "code" and (cell.run is not None or cell.outputs):
            given |= {"outputs": list(cell.outputs), "execution_count": cell.run}

    def _add(self, cell: Cell) -> None:
        self.added.setdefault(self.last, []).append(cell)

    def _own(self, cell: Cell, spare: str) -> dict[str, Any]:
        name = cell.id if re.fullmatch(r"[\w-]{1,64}", cell.id, re.ASCII) and cell.id not in self.ids else spare
        self.ids.add(name)
        kind = cell.kind if cell.kind in ("code", "markdown", "raw") else "raw"
        made = {"cell_type": kind, "id": name, "metadata": {}, "source": cell.source.splitlines(keepends=True)}
        if kind == "code":
            return made | {"outputs": list(cell.outputs), "execution_count": cell.run}
        return made | ({"attachments": dict(cell.attachments)} if cell.attachments else {})


def _note(cell: Cell, reason: str) -> Cell:
    title = f"*Your answer to `{cell.exercise}`, {reason}:*"
    if cell.kind != "code":
        return Cell("markdown", f"{title}\n\n{cell.source}", attachments=cell.attachments)
    fence = "`" * (1 + max([2, *map(len, re.findall("`+", cell.source))]))
    return Cell("markdown", f"{title}\n\n{fence}python\n{cell.source}\n{fence}")


def _is_begun(cell: Cell) -> bool:
    """Tell whether a student wrote in the cell of an answer."""
    if cell.kind != "code":
        return NO_TEXT not in cell.source
    try:
        body = ast.parse(cell.source).body
    except (SyntaxError, ValueError):
        return True
    match body:
        case [ast.FunctionDef(body=[*_, ast.Raise(exc=ast.Name(id="NotImplementedError"))] as lines)]:
            return any(not isinstance(line, ast.Expr | ast.Raise) for line in lines)
    return True


def _parameters(source: str, name: str) -> list[str] | None:
    """Return the names of a function's parameters, or None if there is no function."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    return [node.arg for node in ast.walk(functions[-1].args) if isinstance(node, ast.arg)] if functions else None
