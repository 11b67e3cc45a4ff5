"""Reference sheet of the lessons' functions, made from their docstrings."""

import ast
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import jupytext
from nbformat import NotebookNode

SUMMARY = "<strong>Reference sheet</strong>: the functions that you write in this lesson and wrote in earlier ones"

_NAMES = re.compile(r"^((?:\w+, )*\w+): ")
_RESULT = re.compile(r"^Returns (?!\((\w+), \1\))(\([a-z]\w*(?:, [a-z]\w*)+\)|\w+(?=[:,.]))")
"""Pattern of the names of results. Shapes such as (N, D) or (classes, classes) do not match."""
_CODE = re.compile(r"`([^`]+)`")


def reference_sheet(path: Path) -> str:
    """Return a folded table of functions in the lesson at ``path`` and earlier ones."""
    lessons = [one for one in sorted(path.parents[1].glob("[0-9][0-9]_*/*.py")) if one.stem == one.parent.name]
    earlier = [one for one in lessons if one.stem < path.stem]
    rows = "".join(
        f'<tr><th colspan="2" style="text-align: left">{title_of(one)}</th></tr>{rows_of(one)}'
        for one in (path, *earlier)
        if rows_of(one)
    )
    # A blank line would end the block of HTML.
    return f"<details><summary>{SUMMARY}</summary>\n<table>{rows}</table>\n</details>"


def title_of(path: Path) -> str:
    """Return the number and the name in a lesson's first heading, as HTML."""
    first = _cells(path)[0].source.splitlines()[0]
    return escape(first.lstrip("# ").partition(":")[0])


def rows_of(path: Path) -> str:
    """Return a row of HTML for each exercise, with its call, meaning and shapes."""
    definitions = (
        node
        for cell in _cells(path)
        if "exercise" in cell.metadata
        for node in ast.parse(cell.source.replace("# SOLUTION", "pass")).body
        if isinstance(node, ast.FunctionDef) and node.name == cell.metadata["exercise"]
    )
    return "".join(map(_row, definitions))


def _cells(path: Path) -> list[NotebookNode]:
    cells: list[NotebookNode] = jupytext.read(path, fmt="py:percent").cells
    return cells


def _row(function: ast.FunctionDef) -> str:
    meaning, _, details = (ast.get_docstring(function) or "").partition("\n\n")
    lines = [_html(" ".join(meaning.split())), *map(_detail, _parts(details))]
    call = escape(f"{function.name}({ast.unparse(function.args)})")
    return (
        f'<tr><td style="text-align: left; vertical-align: top"><code>{call}</code></td>'
        f'<td style="text-align: left">{"<br>".join(lines)}</td></tr>'
    )


def _detail(part: str) -> str:
    return _RESULT.sub(r"Returns <code>\2</code>", _NAMES.sub(r"<code>\1</code> ", _html(part)))


def _parts(details: str) -> Iterator[str]:
    """Yield the sentences on each argument and on the result.

    Two spaces start a new part. So does a line that begins with a name and a colon, with "Returns", or with a capital
    letter if the line before has no punctuation at its end.
    """
    part = ""
    for line in details.splitlines():
        first, *others = re.split(r"\s{2,}", line.strip())
        starts = _NAMES.match(first) or first.startswith("Returns") or (first[:1].isupper() and part[-1:].isalnum())
        if part and starts:
            yield part
            part = ""
        part = f"{part} {first}".strip()
        for piece in others:
            yield part
            part = piece
    if part:
        yield part


def _html(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
