"""A student's answer as printed, and edited copies of it."""

import ast
import itertools
import linecache
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Lines = Mapping[int, str | None]
"""New texts of lines by number, where None deletes a line."""

_count = itertools.count()


@dataclass(frozen=True)
class AnswerCode:
    """Code of one exercise's answer.

    ``source`` is the answer's cell as printed, and ``context`` the imports of other cells that it needs.
    """

    exercise: str
    source: str
    context: str = ""

    @cached_property
    def tree(self) -> ast.Module:
        """Parsed source."""
        return ast.parse(self.source)

    @cached_property
    def lines(self) -> list[str]:
        """Printed lines. The first has number 1."""
        return self.source.splitlines()

    @cached_property
    def definition(self) -> ast.FunctionDef:
        """Definition of the function.

        Raises
        ------
        ValueError
            If the cell does not define it exactly once with ``def``.
        """
        found = [n for n in self.tree.body if isinstance(n, ast.FunctionDef) and n.name == self.exercise]
        if len(found) != 1:
            raise ValueError(f"{self.exercise} is defined {len(found)} times")
        return found[0]

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """Statements of the function, in the order of the lines."""
        inner = [node for node in ast.walk(self.definition) if isinstance(node, ast.stmt)][1:]
        return sorted(inner, key=lambda node: node.lineno)

    @cached_property
    def _names(self) -> dict[str, Any]:
        names: dict[str, Any] = {"__name__": "answer"}
        exec(self.context, names)
        return names

    def edited(self, lines: Lines) -> str:
        """Return the source with other texts in some lines. The lines keep their indentation."""
        texts = []
        for number, old in enumerate(self.lines, 1):
            new = lines.get(number, old)
            if new is not None:
                margin = old[: len(old) - len(old.lstrip())]
                texts.append(old if number not in lines else margin + new.strip())
        return "\n".join(texts) + "\n"

    def function(self, lines: Lines | None = None) -> Any:
        """Return the function, with other texts in some lines.

        Raises
        ------
        SyntaxError
            If the edited code is no Python.
        """
        source = self.edited(lines or {})
        file = f"<answer {next(_count)}>"
        code = compile(source, file, "exec")
        if not lines:  # the instrumented function reads its source
            linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        names = dict(self._names)
        exec(code, names)
        return names[self.exercise]

    @cached_property
    def bodies(self) -> list[list[ast.stmt]]:
        """Blocks of statements of the function."""
        found = []
        for node in ast.walk(self.definition):
            for name in ("body", "orelse"):
                block = getattr(node, name, None)
                if isinstance(block, list):
                    found.append(block)
        return found


def is_one_line(node: ast.stmt | ast.expr) -> bool:
    """Tell whether a node begins and ends on the same line."""
    return node.lineno == node.end_lineno


def without_docstrings(source: str) -> str:
    r"""Remove docstrings, and empty lines at both ends.

    >>> without_docstrings('def f(x):\n    \"\"\"Twice x.\"\"\"\n    return 2 * x\n')
    'def f(x):\n    return 2 * x\n'
    """
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and len(node.body) > 1 and ast.get_docstring(node) is not None:
            first = node.body[0]
            if first.lineno > node.lineno and first.end_lineno and node.body[1].lineno > first.end_lineno:
                lines[first.lineno - 1 : first.end_lineno] = ["\0"] * (first.end_lineno - first.lineno + 1)
    kept = [line.rstrip() for line in lines if line != "\0"]
    return "\n".join(kept).strip("\n") + "\n"


def names_in(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node mentions."""
    return (n.id for n in ast.walk(node) if isinstance(n, ast.Name))
