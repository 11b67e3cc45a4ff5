"""Outputs that a submitted file may contribute to the feedback, whatever else the file contains."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cs231n_lib.classroom.clean import MAX_IN_CELL, MAX_IN_NOTEBOOK
from cs231n_lib.classroom.intake import rebuild
from cs231n_lib.classroom.kernels.submitted_outputs import MAX_OUTPUTS, readable_outputs, take_outputs

LESSON = "01_demo"
STREAM = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}
UNREADABLE: list[dict[str, Any]] = [
    {},
    {"output_type": "stream"},
    {"output_type": "display_data", "data": {"application/javascript": "send()"}},
    {"output_type": "display_data", "data": [1]},
    {"output_type": "display_data", "data": {}},
    {"output_type": "error", "ename": "E", "evalue": "x", "traceback": 7},
    {"output_type": ["stream"], "data": {"text/plain": "x"}},
    {"output_type": "update_display_data", "data": {"text/plain": "x"}},
    {"output_type": "points", "data": {"text/plain": "90"}},
]


def test_outputs_of_any_form_become_valid() -> None:
    given = [
        *UNREADABLE,
        STREAM | {"name": 3, "metadata": {"x": 1}},
        {"output_type": "error", "ename": "E", "evalue": ["x", None], "traceback": ["a", 7]},
        {"output_type": "execute_result", "data": {"text/plain": "90.0", "text/html": 7}, "execution_count": "9" * 999},
        {"output_type": "display_data", "data": {"image/png": ["aGk=", "\ud83d"]}, "metadata": {"image/png": 7}},
    ]
    kept = readable_outputs(given)
    nbformat.validate(new_notebook(cells=[new_code_cell(outputs=kept)]))
    assert kept == [
        {"output_type": "stream", "name": "stdout", "text": "a\nb"},
        {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["a"]},
        {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "90.0", "text/html": ""}},
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": "aGk=\ufffd"}},
    ]
    assert readable_outputs(kept) == kept


@pytest.mark.parametrize("output", UNREADABLE)
def test_unreadable_output_is_left_out(output: dict[str, Any]) -> None:
    assert readable_outputs([output, STREAM]) == readable_outputs([STREAM])


def test_outputs_are_bounded() -> None:
    half = STREAM | {"text": "x" * (MAX_IN_CELL // 2)}
    assert len(readable_outputs([half] * 3)) == 2
    assert len(readable_outputs([STREAM | {"text": ""}] * (MAX_OUTPUTS + 1))) == MAX_OUTPUTS
    cells = [new_code_cell(outputs=readable_outputs([half])) for _ in range(2 * MAX_IN_NOTEBOOK // MAX_IN_CELL + 5)]
    taken = take_outputs(new_notebook(cells=cells))
    assert sum(map(len, taken.values())) == 2 * MAX_IN_NOTEBOOK // MAX_IN_CELL
    assert [cell.outputs for cell in cells] == [[]] * len(cells)


def test_cells_with_points_have_no_submitted_outputs(built: Path) -> None:
    """nbgrader reads points from the outputs of such a cell, and leaves those of an empty cell as they are."""
    notebook = nbformat.read(built / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    notebook.cells.append(new_code_cell("own = 1"))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = "" if cell.id.startswith("check") else cell.source
            cell.outputs = [new_output("execute_result", {"text/plain": "90.0"})]
    again = rebuild(json.dumps(notebook).encode(), built / "notebooks", LESSON)
    shown = {cell.id: bool(cell.outputs) for cell in again.cells if cell.cell_type == "code"}
    assert {name for name, has in shown.items() if not has} == {"check_double", "check_mean_square"}
    assert shown["double"]
    assert shown["own-0"]
    assert rebuild(json.dumps(again).encode(), built / "notebooks", LESSON) == again
