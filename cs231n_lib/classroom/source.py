"""From a lesson's text to its notebook: parse, put exercises in, and check what a reader of the text can check.

A lesson is jupytext percent. Four things in it are ours:

``# %% exercise="relative_error"``
    A code cell with the ``def`` line, the docstring and a line ``# SOLUTION``. The body of the exercise's reference
    function takes the place of that line, its doctest goes to the end of the docstring as an example, and the locked
    cell that checks the exercise follows.
``[[exercise relative_error]]``
    A line of markdown: the box with the exercise's name, points, minutes and difficulty.
``# %% [markdown] answer="reflection" points=4``
    A markdown cell that is graded by hand; its text, the rubric, is for the instructor only.
``# %% [markdown] beside="warm-up"``
    A cell that is not counted among those of the lesson: it belongs to one of the parts named in `BESIDE`.
    The box, answer and check of a bonus exercise are marked by themselves.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from doctest import DocTestParser
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from cs231n_lib import colors
from cs231n_lib.checks import Bonus, Exercise
from cs231n_lib.checks.compare import listed
from cs231n_lib.checks.earlier import as_written
from cs231n_lib.checks.report import STAR
from cs231n_lib.course.notebook import CHECK

BEGIN, END, PLACEHOLDER = "BEGIN SOLUTION", "END SOLUTION", "# SOLUTION"
MAX_CELLS, MAX_LINES, TOTAL_POINTS = 55, 25, 100
BESIDE = ("warm-up", "milestone", "bonus", "PyTorch")
"""The parts of a lesson whose cells are not counted: no one has to do them to follow it."""

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""Of every notebook here: nothing in it differs between versions of Python."""

_BOX_LINE = re.compile(r"^(\[\[exercise (\w+)\]\])$", re.MULTILINE)


class BuildError(Exception):
    """A lesson that cannot be built: in which file and cell, what is wrong, and what to do."""

    def __init__(self, file: Path, cell: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}, {cell}: {problem}.\n  Remedy: {remedy}.")


def read_notebook(path: Path, exercises: dict[str, Exercise] | None = None) -> NotebookNode:
    """The notebook of the text at ``path``, not yet run; ``None`` for a page that has no exercises.

    Raises
    ------
    BuildError
        For the first rule the text breaks.
    """
    notebook: NotebookNode = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.cells = list(_expanded(notebook.cells, exercises or {}, path))
    notebook.metadata = NotebookNode(deepcopy(METADATA))
    _set_ids(notebook, path)
    counted = [cell for cell in notebook.cells if cell.metadata.pop("beside", None) is None]
    if len(counted) > MAX_CELLS:
        problem = f"{len(counted)} cells, at most {MAX_CELLS}"
        raise BuildError(path, label(counted[MAX_CELLS]), problem, "join cells or cut")
    if exercises is not None:
        _check_complete(notebook, exercises, path)
    return notebook


def label(cell: NotebookNode) -> str:
    """How messages name a cell: its id and its first line."""
    first = next((line for line in cell.source.splitlines() if line.strip()), "empty")
    return f"cell {cell.id} ({first:.60})"


def reference_body(function: Callable[..., Any]) -> str:
    """The source of a function's body, without its docstring and with no indentation."""
    source, node = _definition(function)
    has_docstring = ast.get_docstring(node) is not None
    start = (node.body[0].end_lineno or 0) if has_docstring else node.body[0].lineno - 1
    return dedent("\n".join(source.splitlines()[start : node.end_lineno])).strip("\n")


def example(function: Callable[..., Any]) -> list[str]:
    """The doctests in a function's docstring, as lines without margin; none where it has none.

    >>> example(example)[0]
    '>>> example(example)[0]'
    """
    lines: list[str] = []
    for found in DocTestParser().get_examples(inspect.getdoc(inspect.unwrap(function)) or ""):
        first, *more = found.source.splitlines()
        lines += [f">>> {first}", *(f"... {line}" for line in more), *found.want.splitlines()]
    return lines


def _expanded(cells: list[NotebookNode], exercises: dict[str, Exercise], path: Path) -> Iterator[NotebookNode]:
    for position, cell in enumerate(cells):
        name, answer, points = (cell.metadata.pop(key, None) for key in ("exercise", "answer", "points"))
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's note on blank lines in the text
        cell.id = f"{cell.cell_type}-{position:02d}"
        if name in exercises:
            cell.source = _with_example(cell.source, exercises[name])
        _check_cell(cell, bool(name or answer), path)
        if name is not None:
            exercise = _find(name, exercises, cell, path)
            _fill_in(cell, exercise, path)
            cell.metadata["nbgrader"] = _nbgrader(name, solution=True)
            check = new_code_cell(f"checks.{name}()")
            if isinstance(exercise, Bonus):
                cell.metadata["beside"] = "bonus"
                check.metadata["nbgrader"] = _nbgrader(f"{CHECK}{name}")
            elif exercise.points:  # one that a class leaves out has a check all the same
                check.metadata["nbgrader"] = _nbgrader(f"{CHECK}{name}", points=float(exercise.points))
            check.metadata |= _part_of(cell)
            yield cell
            yield check
            continue
        if answer is not None:
            if cell.cell_type != "markdown" or points is None:
                remedy = f'write # %% [markdown] answer="{answer}" points=4'
                raise BuildError(path, label(cell), "an answer is markdown and has points", remedy)
            cell.metadata["nbgrader"] = _nbgrader(answer, solution=True, points=float(points))
        elif cell.cell_type == "markdown":
            for line, boxed in _BOX_LINE.findall(cell.source):
                exercise = _find(boxed, exercises, cell, path)
                cell.source = cell.source.replace(line, _box(exercise))
                if isinstance(exercise, Bonus):
                    cell.metadata["beside"] = "bonus"
        yield cell


def _check_cell(cell: NotebookNode, marked: bool, path: Path) -> None:
    begins, ends = cell.source.count(BEGIN), cell.source.count(END)
    if begins != ends:
        problem = f"solution region not closed: {begins} × {BEGIN}, {ends} × {END}"
        raise BuildError(path, label(cell), problem, f"give every ### {BEGIN} its ### {END}")
    part = cell.metadata.get("beside", BESIDE[0])
    if part not in BESIDE:
        raise BuildError(path, label(cell), f"beside={part!r} is no part of a lesson", f"one of {', '.join(BESIDE)}")
    if not marked and cell.cell_type == "code" and (begins or _placeholders(cell.source)):
        remedy = 'mark the cell: # %% exercise="name"'
        raise BuildError(path, label(cell), "a solution in a cell that is no exercise", remedy)
    lines = len(cell.source.splitlines()) + len(_placeholders(cell.source))  # the stub of the release has two lines
    if cell.cell_type == "code" and lines > MAX_LINES:
        problem = f"a code cell of {lines} lines as the student sees it, at most {MAX_LINES}"
        raise BuildError(path, label(cell), problem, "split the cell, or move code into the library")


def _placeholders(source: str) -> list[str]:
    return [line for line in source.splitlines() if line.strip() == PLACEHOLDER]


def _find(name: str, exercises: dict[str, Exercise], cell: NotebookNode, path: Path) -> Exercise:
    if name not in exercises:
        known = ", ".join(exercises) or "none"
        remedy = f"define it in the lesson's check module (defined there: {known}), or correct the name"
        raise BuildError(path, label(cell), f"exercise {name} has no check", remedy)
    return exercises[name]


def _fill_in(cell: NotebookNode, exercise: Exercise, path: Path) -> None:
    """Replace the placeholder by the body of the reference, after a look that both have the same parameters."""
    lines = _placeholders(cell.source)
    if len(lines) != 1:
        remedy = f"write one line '{PLACEHOLDER}' where the body belongs"
        raise BuildError(path, label(cell), f"{len(lines)} lines '{PLACEHOLDER}'", remedy)
    margin = lines[0][: lines[0].index("#")]
    written = _parameters(cell.source.replace(PLACEHOLDER, "pass"), exercise.name)
    _, reference = _definition(exercise.reference)
    expected = _unannotated(reference.args)
    if written != expected:
        problem = f"def {exercise.name}({written}) does not match the reference's ({expected})"
        raise BuildError(path, label(cell), problem, f"write def {exercise.name}({expected})")
    body = as_written(reference_body(exercise.reference), exercise.builds_on)
    region = f"### {BEGIN}\n{body}\n### {END}"
    cell.source = cell.source.replace(lines[0], indent(region, margin))


def _part_of(cell: NotebookNode) -> dict[str, Any]:
    return {key: value for key, value in cell.metadata.items() if key == "beside"}


def _with_example(source: str, exercise: Exercise) -> str:
    """``source`` with the doctest of the reference at the end of its function's docstring, as far as it has both."""
    shown = example(exercise.reference)
    tree = ast.parse(source.replace(PLACEHOLDER, "pass"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if not (shown and functions and ast.get_docstring(functions[0])):
        return source
    docstring = functions[0].body[0]
    margin, end = " " * docstring.col_offset, docstring.end_lineno or 0
    lines = source.splitlines()
    last = lines[end - 1].removesuffix('"""').rstrip()
    added = [*([last] if last else []), "", *(f"{margin}{line}" for line in ("Example:", *shown, '"""'))]
    return "\n".join([*lines[: end - 1], *added, *lines[end:]])


def _definition(function: Callable[..., Any]) -> tuple[str, ast.FunctionDef]:
    source = dedent(inspect.getsource(inspect.unwrap(function)))
    return source, next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))


def _parameters(source: str, name: str) -> str | None:
    """Names and defaults of the function ``name`` that ``source`` defines; ``None`` where it defines no such."""
    found = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == name]
    return _unannotated(found[0].args) if found else None


def _unannotated(arguments: ast.arguments) -> str:
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return ast.unparse(arguments)


def _nbgrader(grade_id: str, solution: bool = False, points: float | None = None) -> dict[str, Any]:
    graded = points is not None
    cell = {"grade": graded, "grade_id": grade_id, "locked": not solution, "schema_version": 3, "solution": solution}
    return cell | {"task": False} | ({"points": points} if graded else {})


def _box(exercise: Exercise) -> str:
    """One block that reads well on light and dark: a coloured edge, and the text in the theme's own colour."""
    level = exercise.difficulty
    worth = f"{exercise.points:g} points" if exercise.points else "not graded in this class"
    what, edge = "Exercise", colors.BLUE
    if isinstance(exercise, Bonus):
        what, worth, edge = f"{STAR} bonus", "for the star, no points", colors.ORANGE
    return (
        f'<div style="border-left: 4px solid {edge}; padding: 4px 12px">'
        f"<b>{what}</b> <code>{exercise.name}</code> · {worth} · about {exercise.minutes} minutes"
        f" · difficulty {'●' * level}{'○' * (5 - level)} ({level} of 5){_earlier(exercise)}</div>"
    )


def _earlier(exercise: Exercise) -> str:
    if not exercise.builds_on:
        return ""
    names = listed([f"<code>mine.{name}</code>" for name in exercise.builds_on])
    return f"<br>You may call what you wrote earlier: {names}. In the check, and when graded, it is the library's."


def _set_ids(notebook: NotebookNode, path: Path) -> None:
    seen: set[str] = set()
    for position, cell in enumerate(notebook.cells):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.id = grade_id or f"{cell.cell_type}-{position:02d}"
        if cell.id in seen:
            raise BuildError(path, label(cell), f"grade_id {cell.id} is used twice", "rename or remove one of the two")
        seen.add(cell.id)


def _check_complete(notebook: NotebookNode, exercises: dict[str, Exercise], path: Path) -> None:
    asked = {cell.id for cell in notebook.cells}
    for name in exercises:
        if name not in asked:
            raise BuildError(path, "no cell", f"no cell asks for exercise {name}", f'add # %% exercise="{name}"')
    parts = {cell.id: cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells}
    if abs(sum(parts.values()) - TOTAL_POINTS) > 1e-9:
        listed = ", ".join(f"{name} {points:g}" for name, points in parts.items() if points)
        problem = f"the points add up to {sum(parts.values()):g}, not {TOTAL_POINTS}: {listed}"
        raise BuildError(path, "all graded cells", problem, "change points in the check module or of the answers")
