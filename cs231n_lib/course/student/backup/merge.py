"""Merge of two copies of a lesson, with a list of the answers that it replaces.

Both copies are first carried over to the current release. The result has the answers of the copy that is brought and,
for all other exercises, those of the existing copy. Each check keeps the result of the answer to which it belongs.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cs231n_lib.course.student.carry import carry
from cs231n_lib.course.student.document import write
from cs231n_lib.course.student.notebook import CHECK, Notebook, parse


@dataclass(frozen=True)
class Copy:
    """Copy of a lesson and, if known, the release on which it is based."""

    notebook: Notebook
    before: Notebook | None = None


@dataclass(frozen=True)
class Merged:
    """Merged lesson, the answers brought, and those of them that replace another one."""

    content: bytes
    brought: tuple[str, ...]
    replaced: tuple[str, ...]


def merge(release: bytes, here: Copy | None, brought: Copy) -> Merged:
    """Merge a copy of a lesson into the existing copy, or else into the release."""
    given = parse(release)
    theirs = carry(release, brought.notebook, brought.before)
    taken = _answered(parse(theirs), given)
    if here is None:
        return Merged(theirs, tuple(taken), ())
    ours = carry(release, here.notebook, here.before)
    written = _answered(parse(ours), given)
    replaced = [name for name in taken if name in written and _text(ours, name) != _text(theirs, name)]
    result = carry(_as_released(ours, release, taken), parse(_without_results(theirs, taken)), given)
    return Merged(result, tuple(taken), tuple(replaced))


def _answered(copy: Notebook, release: Notebook) -> list[str]:
    """Return the names of the answers that differ from the release."""
    answers = [(name, cell) for name, cell in copy.marked.items() if cell.solution and name in release.marked]
    return [name for name, cell in answers if cell.text != release.marked[name].text]


def _text(content: bytes, name: str) -> str:
    return parse(content).marked[name].text


def _as_released(content: bytes, release: bytes, names: Collection[str]) -> bytes:
    """Restore these answers and their checks to the release."""
    document, given = json.loads(content), {_name(cell): cell for cell in json.loads(release)["cells"]}
    document["cells"] = [
        given[_name(cell)] if _name(cell).removeprefix(CHECK) in names else cell for cell in document["cells"]
    ]
    return write(document)


def _without_results(content: bytes, names: Collection[str]) -> bytes:
    """Remove the results of all answers other than ``names``."""
    document = json.loads(content)
    for cell in document["cells"]:
        if _name(cell) and _name(cell).removeprefix(CHECK) not in names and cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return write(document)


def _name(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
