"""Codes of answers on feedback pages, and cells that only graders see."""

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from nbformat import NotebookNode

from cs231n_lib.course.student.notebook import SETTINGS

CODE, FOR_GRADERS = "code", "for_graders"
"""Keys in a cell's ``cs231n`` metadata for the code of an answer, and for a cell that only graders see."""

_LABEL = re.compile(
    r'(<a name="([\w-]+)"></a>\s*<div class="panel-heading">\s*<span class="nbgrader-label">'
    r"(?:Student's answer|Grade cell: <code>[\w-]+</code>))(?=</span>)"
)
"""Heading of an answer with points, and the anchor that nbgrader writes directly before the heading."""


def with_codes(notebook: bytes, codes: Mapping[str, str]) -> bytes:
    """Write the code of each answer into the metadata of its cell in the notebook."""
    content = json.loads(notebook)
    for cell in content["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in codes:
            cell["metadata"].setdefault(SETTINGS, {})[CODE] = codes[name]
    return json.dumps(content, indent=1, ensure_ascii=False).encode()


def codes_in(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Return the codes that `with_codes` wrote, by the name of the cell."""
    cells = [cell for cell in notebook["cells"] if CODE in cell["metadata"].get(SETTINGS, {})]
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell["metadata"][SETTINGS][CODE] for cell in cells}


def seen_by_students(notebook: bytes) -> str:
    """Return the cells of a graded notebook that its feedback page shows, as JSON."""
    cells = json.loads(notebook)["cells"]
    return json.dumps([cell for cell in cells if not cell["metadata"].get(SETTINGS, {}).get(FOR_GRADERS)])


def show_codes(page: str, codes: Mapping[str, str]) -> str:
    """Show the code of each answer in its heading on a feedback page."""

    def labelled(heading: re.Match[str]) -> str:
        code = codes.get(heading[2])
        return heading[0] if code is None else f"{heading[1]} · code for objections <code>{escape(code)}</code>"

    return _LABEL.sub(labelled, page)


def without_cells_for_graders(notebook: NotebookNode) -> NotebookNode:
    """Copy a notebook without the cells that only graders see."""
    cells = [cell for cell in notebook.cells if not cell.metadata.get(SETTINGS, {}).get(FOR_GRADERS)]
    return NotebookNode(notebook | {"cells": cells})
