r"""What a notebook defines, statement by statement: which names each binds, which it uses, and where in its text.

Names are those that the compiled statement looks up among the notebook's own, so a local variable of the same name is
none of them.

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

from cs231n_lib.course.notebook import Notebook

_READ_OR_SET = re.compile(r"(LOAD|STORE|DELETE)_(NAME|GLOBAL)|LOAD_FROM_DICT_OR_GLOBALS")


@dataclass(frozen=True)
class Statement:
    """A definition, an import or an assignment.

    Parameters
    ----------
    text : str
        As it is written, with the comments right above it.
    node : ast.stmt
        The same, parsed by itself.
    """

    text: str
    node: ast.stmt

    @cached_property
    def places(self) -> tuple[tuple[str, int, int], ...]:
        """Each use of a name of the notebook's own: the name, its line and its byte there; in a def line the def."""
        # What is not in the text Python adds by itself: where annotations are kept, in 3.14 under a name that it binds.
        return tuple(place for place in _places(self._code) if place[0] in self.text)

    @cached_property
    def binds(self) -> frozenset[str]:
        """The names that it gives a value."""
        stored = (one.argval for one in dis.get_instructions(self._code) if one.opname == "STORE_NAME")
        return frozenset(name for name in stored if name in self.text)

    @property
    def uses(self) -> frozenset[str]:
        """The names that it needs besides, built-in ones too."""
        return frozenset(name for name, *_ in self.places) - self.binds

    @cached_property
    def _code(self) -> CodeType:
        return compile(ast.Module([self.node], []), "<a statement>", "exec")

    def renamed(self, names: Mapping[str, str]) -> str:
        """Its text with other names in place of these, where they are the notebook's own.

        Raises
        ------
        ValueError
            If the place of a name in the text is not known; Python 3.11 cannot tell it in some texts with ``{…}``.
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
    # What the body of a class sets by a plain name is its own.
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
    """The definitions, imports and assignments of a cell; none of one that is no Python.

    What else stands in a cell is never run.
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
    """The text of a statement, and the same parsed by itself."""
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
    """The statements that define the answer ``name`` and what it uses, in the order of the notebook.

    Of the answer's own name only those in its cell count. What defines a name that is ``given`` is left out.
    """
    answer = notebook.answers[name]
    cells = [cell for cell in notebook.cells if cell.kind == "code" and not cell.graded]
    among = [one for cell in cells for one in statements(cell.source) if cell is answer or name not in one.binds]
    return closure(among, [name], given)


def closure(among: Sequence[Statement], names: Iterable[str], given: Collection[str] = ()) -> list[Statement]:
    """Of these statements those that bind one of the names, or what such a statement uses and is not given."""
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
