"""Outputs of the submitted file, which feedback shows below the first check.

A submission's code may remember the cases of a check. Anything that it prints, displays or raises afterwards could
reveal the cases to the student, and so could the mere presence of an output. The submitted file is
older, so it cannot contain the cases.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from cs231n_lib.course.student.notebook import as_text

from ..clean import MAX_IN_CELL, MAX_IN_NOTEBOOK, OUTPUT_TYPES

MAX_OUTPUTS = 1000
"""Maximum number of outputs of a cell."""


def readable_outputs(outputs: Iterable[Mapping[str, Any]]) -> list[NotebookNode]:
    """Return a cell's outputs in a form that nbformat allows, up to a total size.

    A result becomes display data, because nbgrader reads points from results.

    >>> readable_outputs([{"output_type": "execute_result", "data": {"text/plain": ["8", ".0"]}}, {"text": 1}])
    [{'output_type': 'display_data', 'metadata': {}, 'data': {'text/plain': '8.0'}}]
    """
    found, room = [], MAX_IN_CELL
    for output in list(outputs)[:MAX_OUTPUTS]:
        with suppress(ValueError, TypeError, AttributeError, LookupError):
            made = _readable(output)
            room -= _size(made)
            if room < 0:
                break
            found.append(made)
    return found


def take_outputs(notebook: NotebookNode) -> dict[int, list[NotebookNode]]:
    """Remove the outputs from a notebook, and return them by cell, up to a total size."""
    taken, room = {}, MAX_IN_NOTEBOOK
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            outputs, cell.outputs = cell.outputs, []
            room -= sum(map(_size, outputs))
            taken[index] = outputs if room >= 0 else []
    return taken


def _readable(output: Mapping[str, Any]) -> NotebookNode:
    """Return one output in a form that nbformat allows.

    Raises
    ------
    ValueError
        If nothing of it can be shown.
    """
    kind = output["output_type"]
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_output(kind, name=name, text=as_text(output["text"]))
    if kind == "error":
        lines = [line for line in output["traceback"] if isinstance(line, str)]
        return new_output(kind, ename=as_text(output["ename"]), evalue=as_text(output["evalue"]), traceback=lines)
    data = {name: as_text(value) for name, value in output["data"].items() if name in OUTPUT_TYPES}
    if kind not in ("display_data", "execute_result") or not data:
        raise ValueError(kind)
    return new_output("display_data", data)


def _size(output: NotebookNode) -> int:
    """Return the number of characters of an output."""
    texts = [*output.get("data", {}).values(), *output.get("traceback", [])]
    return sum(len(str(text)) for text in (*texts, *(output.get(name, "") for name in ("text", "ename", "evalue"))))
