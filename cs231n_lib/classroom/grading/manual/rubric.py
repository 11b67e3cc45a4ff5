"""Rubric of each written answer in the graded notebook, for Formgrader only.

The rubric comes from the solution. It follows the student's answer in a cell of its own, which the feedback page leaves
out.
"""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode, v4
from nbformat.v4 import new_markdown_cell
from traitlets import Bool, Unicode

from cs231n_lib import colors
from cs231n_lib.course.student.notebook import SETTINGS
from cs231n_lib.storage import staged_files

from ...feedback.graders import FOR_GRADERS, without_cells_for_graders
from ...nbgrader_course import read_solution
from .comments import Library


class ShowRubric(Preprocessor):  # type: ignore[misc]  # nbconvert has no types
    """Grading step of nbgrader that puts the rubric below each written answer."""

    enabled = Bool(True).tag(config=True)
    solutions = Unicode("solutions", help="Folder of the solutions, which contain the rubrics.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Insert the cells with the rubrics."""
        lesson = resources["nbgrader"]["assignment"]
        return with_rubrics(nb, rubrics(Path(self.solutions), lesson), {}), resources


def rubrics(solutions: Path, lesson: str) -> dict[str, str]:
    """Return a lesson's rubrics by written answer, or none without a solution."""
    solution = read_solution(solutions, lesson)
    cells = solution.cells if solution else []
    return {name: str(cell.source) for cell in cells if cell.cell_type == "markdown" and (name := written_answer(cell))}


def written_answer(cell: NotebookNode) -> str:
    """Return the name of an answer that a person grades, or "" for another cell."""
    marks = cell.metadata.get("nbgrader", {})
    return str(marks["grade_id"]) if marks.get("grade") and marks.get("solution") else ""


def with_rubrics(notebook: NotebookNode, rubrics: Mapping[str, str], library: Library) -> NotebookNode:
    """Copy a graded notebook, with rubric and comments below each written answer."""
    notebook = without_cells_for_graders(notebook)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        name = written_answer(cell)
        text = _text(rubrics.get(name, ""), library.get(name, {})) if name else ""
        if text:
            metadata = {SETTINGS: {FOR_GRADERS: True}}
            cells.append(new_markdown_cell(text, id=f"for-graders-{len(cells)}", metadata=metadata))
    return NotebookNode(notebook | {"cells": cells})


def _text(rubric: str, comments: Mapping[str, str]) -> str:
    if not rubric and not comments:
        return ""
    parts = ["**Only graders see this box.**"]
    if comments:
        parts.append("Write a key into the comment field above, and `cs231n marking` replaces the key with its text.")
        shown = {key: escape(" ".join(text.split())) for key, text in comments.items()}  # a blank line ends a table
        rows = [f"<tr><td><code>@{key}</code></td><td>{text}</td></tr>" for key, text in shown.items()]
        parts.append(f"<table>{''.join(rows)}</table>")
    parts.append(rubric)
    style = f"border-left: 5px solid {colors.BLUE}; padding: 0.2em 0 0.2em 1em"
    return "\n\n".join([f'<div style="{style}">', *filter(None, parts), "</div>"])


class _ChangedMeanwhileError(Exception):
    """Raised if another process has written a file since it was read."""


def update_rubrics(path: Path, rubrics: Mapping[str, str], library: Library) -> bool:
    """Update a graded notebook's cells for graders, and tell whether they changed.

    A notebook that is graded again at the same time stays as it is.
    """
    content = path.read_bytes()
    before = v4.reads(content.decode())  # without validation, because nbgrader wrote the file
    after = with_rubrics(before, rubrics, library)
    if [cell.source for cell in after.cells] == [cell.source for cell in before.cells]:
        return False
    try:
        with staged_files({path: v4.writes(after).encode()}):
            if path.read_bytes() != content:
                raise _ChangedMeanwhileError
    except _ChangedMeanwhileError:
        return False
    return True
