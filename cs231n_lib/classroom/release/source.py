"""Parser of a lesson's text, which inserts exercises and checks the rules.

A lesson is in jupytext's percent format with seven additions:

``# %% exercise="relative_error"``
    A code cell with the ``def`` line, the docstring and a line ``# SOLUTION``. The body of the exercise's reference
    function replaces that line, its doctest is added to the docstring as an example, and the locked cell with the check
    follows.
``[[exercise relative_error]]``
    A line of Markdown that becomes a box with the exercise's name, importance, points, minutes and difficulty.
``[[time]]``
    A line of Markdown that becomes the hours of a lesson in the plan, and links to the lesson's prerequisites.
``[[reference sheet]]``
    A line of Markdown that becomes the folded reference sheet of this lesson and the earlier ones.
``[[glossary]]``
    A line of the start page that becomes the glossary of the released lessons.
``# %% [markdown] answer="reflection" points=4``
    A Markdown cell that is graded by hand. Its text is the rubric, which students do not see.
``# %% [markdown] beside="warm-up"``
    A cell that does not count towards `MAX_CELLS`, because it belongs to one of the parts in `BESIDE`. The parser
    itself marks the box, the answer and the check of a bonus exercise in this way.
"""

import ast
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from doctest import DocTestParser
from inspect import getdoc, unwrap
from pathlib import Path
from textwrap import indent
from typing import Any

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from cs231n_lib import colors
from cs231n_lib.checks import Bonus, Exercise, Practice
from cs231n_lib.checks.evaluate.prerequisites import call_through_mine
from cs231n_lib.checks.report import STAR
from cs231n_lib.checks.run.messages import listed
from cs231n_lib.checks.slips import bare_parameters, parts
from cs231n_lib.course.plan import HOME, LESSONS, describe_hours, slug_of
from cs231n_lib.course.student.notebook import AGAIN_CELL, CHECK

from .glossary import glossary, in_jupyter
from .prerequisites import prerequisite_links
from .reference_sheet import reference_sheet

BEGIN, END, PLACEHOLDER = "BEGIN SOLUTION", "END SOLUTION", "# SOLUTION"
MAX_CELLS, MAX_LINES, TOTAL_POINTS = 55, 25, 100
AGAIN = ("again", AGAIN_CELL, "again-check")
"""Text, cell and check of an earlier function that students write again."""
BESIDE = ("warm-up", *AGAIN, "milestone", "bonus", "PyTorch", "reference", "closing")
"""Parts of a lesson whose cells are not counted, because students can skip them."""
ONCE = ("reference", "closing", *AGAIN)
"""Parts with a single cell, whose id is the part's name. The numbering of other cells skips it."""

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""Metadata of every notebook, independent of the version of Python."""

_SHEET_LINE = re.compile(r"^\[\[reference sheet\]\]$", re.MULTILINE)
_GLOSSARY_LINE = re.compile(r"^\[\[glossary\]\]$", re.MULTILINE)
_TIME_LINE = re.compile(r"^\[\[time\]\]$", re.MULTILINE)
BOX_LINE = re.compile(r"^(\[\[exercise (\w+)\]\])$", re.MULTILINE)


class BuildError(Exception):
    """Raised if a lesson cannot be built. The message says where, why, and what to do."""

    def __init__(self, file: Path, cell: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}, {cell}: {problem}.\n  Remedy: {remedy}.")


def read_notebook(
    path: Path, exercises: dict[str, Exercise] | None = None, total: float = TOTAL_POINTS
) -> NotebookNode:
    """Make the notebook from the text at ``path``, without running it.

    Pass None as ``exercises`` for a page without exercises. The points of all parts must add up to ``total``.

    Raises
    ------
    BuildError
        If the text breaks a rule.
    """
    notebook: NotebookNode = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.cells = list(_expanded(notebook.cells, exercises or {}, path))
    notebook.metadata = NotebookNode(deepcopy(METADATA))
    _set_ids(notebook, path)
    counted = [cell for cell in notebook.cells if cell.metadata.pop("beside", None) is None]
    if len(counted) > MAX_CELLS:
        problem = (
            f"it has {len(counted)} cells, but at most {MAX_CELLS} are allowed, excluding those of {', '.join(BESIDE)}"
        )
        excess = len(counted) - MAX_CELLS
        remedy = f'join or delete cells until {excess} fewer cells count, or mark one with beside="milestone"'
        raise BuildError(path, "whole lesson", problem, f"{remedy} or another of those parts, if it belongs to one")
    if exercises is not None:
        _check_complete(notebook, exercises, path, total)
    return notebook


def label(cell: NotebookNode) -> str:
    """Return a cell's id and first line, for messages."""
    first = next((line for line in cell.source.splitlines() if line.strip()), "empty")
    return f"cell {cell.id} ({first:.60})"


def reference_body(function: Callable[..., Any]) -> str:
    """Return the source of a function's body, without docstring and indentation."""
    return parts(function)[2].strip("\n")


def example(function: Callable[..., Any]) -> list[str]:
    """Return the doctests in a function's docstring, as lines without indentation.

    >>> example(example)[0]
    '>>> example(example)[0]'
    """
    lines: list[str] = []
    for found in DocTestParser().get_examples(getdoc(unwrap(function)) or ""):
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
            if isinstance(exercise, Practice):
                if isinstance(exercise, Bonus):
                    cell.metadata["beside"] = "bonus"
                check.metadata["nbgrader"] = _nbgrader(f"{CHECK}{name}")
            elif exercise.points:  # an exercise that a class leaves out still has a check
                check.metadata["nbgrader"] = _nbgrader(f"{CHECK}{name}", points=float(exercise.points))
            check.metadata |= _part_of(cell)
            yield cell
            yield check
            continue
        if answer is not None:
            if cell.cell_type != "markdown" or points is None:
                remedy = f'write # %% [markdown] answer="{answer}" points=4'
                raise BuildError(path, label(cell), "an answer must be a Markdown cell with points", remedy)
            cell.metadata["nbgrader"] = _nbgrader(answer, solution=True, points=float(points))
        elif cell.cell_type == "markdown":
            for line, boxed in BOX_LINE.findall(cell.source):
                exercise = _find(boxed, exercises, cell, path)
                cell.source = cell.source.replace(line, _box(exercise))
                if isinstance(exercise, Bonus):
                    cell.metadata["beside"] = "bonus"
            if _SHEET_LINE.search(cell.source):
                cell.source = _SHEET_LINE.sub(lambda _: reference_sheet(path), cell.source)
            if _GLOSSARY_LINE.search(cell.source):
                cell.source = _GLOSSARY_LINE.sub(lambda _: _glossary(cell, path), cell.source)  # noqa: B023  (called here)
            if _TIME_LINE.search(cell.source):
                cell.source = _TIME_LINE.sub(_time(cell, path), cell.source)
        yield cell


def _check_cell(cell: NotebookNode, marked: bool, path: Path) -> None:
    begins, ends = cell.source.count(BEGIN), cell.source.count(END)
    if begins != ends:
        problem = f"a solution region is not closed ({begins} × {BEGIN}, {ends} × {END})"
        raise BuildError(path, label(cell), problem, f"give every ### {BEGIN} its ### {END}")
    part = cell.metadata.get("beside", BESIDE[0])
    if part not in BESIDE:
        problem = f"beside={part!r} is not a part of a lesson"
        raise BuildError(path, label(cell), problem, f"write one of {', '.join(BESIDE)}")
    if not marked and cell.cell_type == "code" and (begins or _placeholders(cell.source)):
        remedy = 'mark the cell with # %% exercise="name"'
        raise BuildError(path, label(cell), "a cell that is not an exercise contains a solution", remedy)
    lines = len(cell.source.splitlines()) + len(_placeholders(cell.source))  # the stub of the release has two lines
    if cell.cell_type == "code" and lines > MAX_LINES:
        problem = f"the student would see {lines} lines of code, but at most {MAX_LINES} are allowed"
        raise BuildError(path, label(cell), problem, "split the cell, or move code into the library")


def _placeholders(source: str) -> list[str]:
    return [line for line in source.splitlines() if line.strip() == PLACEHOLDER]


def _find(name: str, exercises: dict[str, Exercise], cell: NotebookNode, path: Path) -> Exercise:
    if name not in exercises:
        known = ", ".join(exercises) or "none"
        remedy = f"define it in {_checks_folder(path)} as an Exercise and import it in the __init__.py there"
        remedy = f"{remedy} (which has {known}), or correct the name in this file"
        raise BuildError(path, label(cell), f"the exercise {name} has no check", remedy)
    return exercises[name]


def _fill_in(cell: NotebookNode, exercise: Exercise, path: Path) -> None:
    """Replace the placeholder with the body of the reference."""
    lines = _placeholders(cell.source)
    if len(lines) != 1:
        remedy = f"write one line '{PLACEHOLDER}' where the body belongs"
        problem = f"the cell has {len(lines)} lines '{PLACEHOLDER}', but needs 1"
        raise BuildError(path, label(cell), problem, remedy)
    margin = lines[0][: lines[0].index("#")]
    written = _parameters(cell.source.replace(PLACEHOLDER, "pass"), exercise.name)
    _, expected, _ = parts(exercise.reference)
    if written != expected:
        problem = f"def {exercise.name}({written}) does not match the reference, which takes ({expected})"
        raise BuildError(path, label(cell), problem, f"write def {exercise.name}({expected})")
    body = call_through_mine(reference_body(exercise.reference), exercise.builds_on)
    region = f"### {BEGIN}\n{body}\n### {END}"
    cell.source = cell.source.replace(lines[0], indent(region, margin))


def _part_of(cell: NotebookNode) -> dict[str, Any]:
    return {key: value for key, value in cell.metadata.items() if key == "beside"}


def _with_example(source: str, exercise: Exercise) -> str:
    """Append the doctest of the reference to the docstring in ``source``."""
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


def _parameters(source: str, name: str) -> str | None:
    """Return a function's parameters with defaults, or None without the function."""
    found = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == name]
    return bare_parameters(found[0]) if found else None


def _nbgrader(grade_id: str, solution: bool = False, points: float | None = None) -> dict[str, Any]:
    graded = points is not None
    cell = {"grade": graded, "grade_id": grade_id, "locked": not solution, "schema_version": 3, "solution": solution}
    return cell | {"task": False} | ({"points": points} if graded else {})


def _box(exercise: Exercise) -> str:
    """Return the box of an exercise as one block, legible on light and dark pages."""
    level = exercise.difficulty
    worth = f"{exercise.points:g} points" if exercise.points else "not graded in this class"
    what, edge, importance = "Exercise", colors.BLUE, f" · {exercise.importance}"
    if isinstance(exercise, Practice):
        worth, importance = "no points", ""
    if isinstance(exercise, Bonus):
        what, worth, edge = f"{STAR} bonus", "for the star, no points", colors.ORANGE
    return (
        f'<div style="border-left: 4px solid {edge}; padding: 4px 12px">'
        f"<b>{what}</b> <code>{exercise.name}</code>{importance} · {worth} · about {exercise.minutes} minutes"
        f" · difficulty {'●' * level}{'○' * (5 - level)} ({level} of 5){_earlier(exercise)}</div>"
    )


def _glossary(cell: NotebookNode, path: Path) -> str:
    """Return the glossary for the start page at ``path``."""
    try:
        return glossary(path.parents[1], in_jupyter)
    except LookupError as error:
        remedy = (
            "write it in bold where the lesson introduces it, or remove it from TERMS in classroom/release/glossary.py"
        )
        raise BuildError(path, label(cell), str(error), remedy) from None


def _time(cell: NotebookNode, path: Path) -> str:
    """Return the hours and the prerequisites of a lesson in the plan."""
    lesson = next((one for one in LESSONS if one.folder == path.stem), None)
    if lesson is None:
        remedy = "add the lesson to LESSONS in cs231n_lib/course/plan.py, or write its time in words"
        raise BuildError(path, label(cell), "[[time]] is only for a lesson in the plan", remedy)
    hours, core = describe_hours(lesson.hours), describe_hours(lesson.core_hours)
    needs = prerequisite_links(lesson)
    return f"**Time** about {hours} hours, or {core} for the core exercises alone\n\n**You need** {needs}"


def _earlier(exercise: Exercise) -> str:
    if not exercise.builds_on:
        return ""
    names = listed([f"<code>mine.{name}</code>" for name in exercise.builds_on])
    return (
        f"<br>You may call your earlier {names}. In the check, and when graded, the course's own version runs in place "
        "of yours, so an earlier mistake costs no points here."
    )


def _set_ids(notebook: NotebookNode, path: Path) -> None:
    seen: set[str] = set()
    position = 0
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        part = cell.metadata.get("beside")
        cell.id = grade_id or (part if part in ONCE else f"{cell.cell_type}-{position:02d}")
        position += part not in ONCE
        if cell.id in seen:
            remedy = "rename or remove one of the two cells"
            raise BuildError(path, label(cell), f"two cells have the id {cell.id}", remedy)
        seen.add(cell.id)


def _check_complete(notebook: NotebookNode, exercises: dict[str, Exercise], path: Path, total: float) -> None:
    asked = {cell.id for cell in notebook.cells}
    for name in exercises:
        if name not in asked:
            problem = f"no cell contains the exercise {name}"
            raise BuildError(path, "no cell", problem, f'add # %% exercise="{name}"')
    parts = {cell.id: cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells}
    if abs(sum(parts.values()) - total) > 1e-9:
        listed = ", ".join(f"{name} {points:g}" for name, points in parts.items() if points)
        excess = sum(parts.values()) - total
        problem = f"the points add up to {sum(parts.values()):g}, not {total:g}: {listed}"
        remedy = f"{'remove' if excess > 0 else 'add'} {abs(excess):g} in total by changing points= of an Exercise in"
        remedy = f"{remedy} {_checks_folder(path)}, or points= of a written answer in this file"
        raise BuildError(path, "all graded cells", problem, remedy)


def _checks_folder(path: Path) -> str:
    return f"{HOME.replace('.', '/')}/{slug_of(path.stem)}/checks/"
