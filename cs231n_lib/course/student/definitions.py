r"""Statements of a notebook's cells, with the names that each binds and uses.

Only names that the statement looks up in the notebook's namespace count, not local variables of the same name.

>>> cell = "n = 3\n\n\ndef f(x):\n    y = x + n  # n, once\n    return y"
>>> [(sorted(one.binds), sorted(one.uses)) for one in statements(cell)]
[(['n'], []), (['f'], ['n'])]
>>> print(statements(cell)[1].renamed({"n": "n_02", "y": "z", "f": "g"}))
def g(x):
    y = x + n_02  # n, once
    return y
"""

import ast
import dis
import re
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import CodeType

from cs231n_lib.course.student.notebook import AGAIN_CELL, Notebook

_READ_OR_SET = re.compile(r"(LOAD|STORE|DELETE)_(NAME|GLOBAL)|LOAD_FROM_DICT_OR_GLOBALS")


@dataclass(frozen=True)
class Statement:
    """Definition, import or assignment."""

    text: str
    """Source, with the comments directly above it."""
    node: ast.stmt
    """Parsed statement, with positions relative to ``text``."""

    @cached_property
    def places(self) -> tuple[tuple[str, int, int], ...]:
        """Occurrences of notebook names, as name, line and byte offset in the text."""
        # Python adds names that are not in the text, such as 3.14's name for annotations.
        return tuple(place for place in _places(self._code) if place[0] in self.text)

    @cached_property
    def binds(self) -> frozenset[str]:
        """Names that the statement binds."""
        stored = (one.argval for one in dis.get_instructions(self._code) if one.opname == "STORE_NAME")
        return frozenset(name for name in stored if name in self.text)

    @property
    def uses(self) -> frozenset[str]:
        """Names that the statement uses but does not bind, including built-in ones."""
        return frozenset(name for name, *_ in self.places) - self.binds

    @cached_property
    def _code(self) -> CodeType:
        return compile(ast.Module([self.node], []), "<a statement>", "exec")

    def renamed(self, names: Mapping[str, str]) -> str:
        """Return the text with notebook names replaced.

        Raises
        ------
        ValueError
            If the position of a name is unknown, as for some f-strings in Python 3.11.
        """
        lines = [line.encode() for line in self.text.splitlines()]
        places = {place for place in self.places if place[0] in names}
        for name, line, start in sorted(places, key=lambda place: place[1:], reverse=True):
            new, old = names[name].encode(), name.encode()
            before, after = lines[line - 1][:start], lines[line - 1][start:]
            if isinstance(self.node, ast.FunctionDef | ast.ClassDef) and name == self.node.name:
                head = re.match(rb"(?:async\s+)?(?:def|class)\s+", after)
                before, after = (before + head[0], after[head.end() :]) if head else (before, after)
            if not after.startswith(old):
                raise ValueError(name)
            lines[line - 1] = before + new + after[len(old) :]
        return "\n".join(line.decode() for line in lines)


def _places(code: CodeType, inner: bool = False) -> Iterator[tuple[str, int, int]]:
    ops = [one for one in dis.get_instructions(code) if _READ_OR_SET.fullmatch(one.opname)]
    # A plain name that is set in a class body belongs to the class.
    own = {one.argval for one in ops if inner and one.opname == "STORE_NAME"}
    for one in ops:
        at = one.positions
        if one.argval not in own and at and at.lineno and at.col_offset is not None:
            yield one.argval, at.lineno, at.col_offset
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _places(constant, inner=True)


@lru_cache(1024)
def statements(source: str) -> tuple[Statement, ...]:
    """Return the definitions, imports and assignments of a cell.

    Other statements of a cell are left out.
    """
    lines = ["" if line.startswith(("%", "!")) else line for line in source.splitlines()]  # commands to IPython
    with warnings.catch_warnings(action="ignore"):
        try:
            tree = ast.parse("\n".join(lines))
            compile(tree, "<a cell>", "exec")
        except (SyntaxError, ValueError):
            return ()
    return tuple(Statement(*_alone(lines, node, tree.body)) for node in tree.body if isinstance(node, _DEFINING))


_DEFINING = ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.AugAssign


def _alone(lines: list[str], node: ast.stmt, body: list[ast.stmt]) -> tuple[str, ast.stmt]:
    """Return the text of a statement, and the statement parsed by itself."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    last = node.end_lineno or first
    others = [one for one in body if one is not node]
    if any(first <= line <= last for one in others for line in (one.lineno, one.end_lineno or 0)):  # joined by `;`
        text = ast.unparse(node)
    else:
        while first > 1 and lines[first - 2].startswith("#"):
            first -= 1
        text = "\n".join(line.rstrip() for line in lines[first - 1 : last])
    return text, ast.parse(text).body[0]


def needed(notebook: Notebook, name: str, given: Collection[str] = ()) -> list[Statement]:
    """Return the statements that define an answer and what it uses, in order.

    The answer's own name is looked up only in its cell. Definitions of ``given`` names are left out.
    """
    answer = notebook.answers[name]
    cells = [cell for cell in notebook.cells if cell.kind == "code" and not cell.graded and cell.id != AGAIN_CELL]
    among = [one for cell in cells for one in statements(cell.source) if cell is answer or name not in one.binds]
    return closure(among, [name], given)


def closure(among: Sequence[Statement], names: Iterable[str], given: Collection[str] = ()) -> list[Statement]:
    """Return the statements that bind these names and everything that they use."""
    wanted = list(names)
    seen = {*wanted, *given}
    chosen: set[int] = set()
    while wanted:
        one = wanted.pop()
        for i, statement in enumerate(among):
            if one in statement.binds and i not in chosen:
                chosen.add(i)
                more = statement.uses - seen
                seen |= more
                wanted += more
    return [among[i] for i in sorted(chosen)]
