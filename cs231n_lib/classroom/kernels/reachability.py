"""Cells of a submission that need not run, because no answer or check needs them.

Most of a lesson's time goes into experiments and figures whose outputs the solution already contains. The text of a
cell shows which names it binds and which it mentions. A cell must run if

- it is an answer, a check, or a cell that the student added or changed;
- it mentions a name that such a cell binds, or one whose value such a cell mentions and may therefore change;
- a cell that must run mentions a name that this cell binds or changes.

An import is reduced to the names that running code mentions, because loading the modules for figures takes longer than
running all answers. Student code that can reach names in other ways, as with `eval`, makes every cell run unchanged.
"""

import ast
import builtins
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from symtable import Symbol, SymbolTable, symtable
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

REACHES_EVERYTHING = {
    "globals",
    "locals",
    "vars",
    "eval",
    "exec",
    "compile",
    "__import__",
    "__builtins__",
    "get_ipython",
}
REACHES_EVERYTHING |= {"__main__", "sys", "inspect", "gc", "builtins", "importlib", "IPython", "*"}
"""Names with which code can find or change variables that it does not mention."""

Outputs = list[NotebookNode]


@dataclass(frozen=True)
class CellNames:
    """Effect of a cell on the notebook's own names, without names local to a function."""

    mentioned: set[str] = field(default_factory=set)
    """Names that occur anywhere in the cell."""
    bound: set[str] = field(default_factory=set)
    """Names that the cell defines or assigns."""
    changed: set[str] = field(default_factory=set)
    """Names whose values the cell changes through an item, attribute or method."""
    imported: set[str] = field(default_factory=set)
    """Members of ``bound`` that the cell imports."""


@lru_cache(256)
def cell_names(source: str) -> CellNames:
    r"""Find the names in a cell's text, or none if Python cannot parse it.

    >>> names = cell_names("import numpy as np\ndef f(x):\n    y = x + n\nfound.append(f(1))")
    >>> sorted(names.mentioned), sorted(names.bound), names.changed, names.imported
    (['f', 'found', 'n', 'np'], ['f', 'np'], {'found'}, {'np'})
    """
    try:
        code = TransformerManager().transform_cell(source)
        tree, table = ast.parse(code), symtable(code, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # deeply nested text raises the last two
        return CellNames()
    top = {symbol.get_name(): symbol for symbol in table.get_symbols()}
    inner = {symbol.get_name(): symbol.is_assigned() for scope in _scopes(table) for symbol in _globals(scope)}
    bound = {name for name, symbol in top.items() if symbol.is_assigned() or symbol.is_imported()}
    return CellNames(
        mentioned=top.keys() | inner.keys() | _imported_with_a_star(tree),
        bound=bound | {name for name, assigned in inner.items() if assigned},
        changed={name for node in ast.walk(tree) for name in _changed_by(node)} & (top.keys() | inner.keys()),
        imported={name for name, symbol in top.items() if symbol.is_imported()},
    )


def _imported_with_a_star(tree: ast.Module) -> set[str]:
    return {"*" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"}


def _scopes(table: SymbolTable) -> Iterator[SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _scopes(child)


def _globals(table: SymbolTable) -> list[Symbol]:
    return [symbol for symbol in table.get_symbols() if symbol.is_global()]


def _changed_by(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return _root(node)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        return _root(node.value.func)
    return set()


def _root(node: ast.expr) -> set[str]:
    """Return the name at the root of an attribute or item."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def unreachable_cells(submission: NotebookNode, solution: NotebookNode) -> dict[int, Outputs]:
    """Return the cells that need not run, with their outputs from the solution."""
    known = _lesson_outputs(solution)
    cells = {i: cell for i, cell in enumerate(submission.cells) if cell.cell_type == "code"}
    names = {i: cell_names(cell.source) for i, cell in cells.items()}
    lesson = {i for i, cell in cells.items() if not cell.metadata.get("nbgrader") and cell.source in known}
    others = cells.keys() - lesson
    if any(names[i].mentioned & REACHES_EVERYTHING for i in others):
        return {}
    # `pictures.velocity()` does not change its module, so imports are fixed unless an answer rebinds their name.
    fixed = {name for i in lesson for name in names[i].imported}.union(vars(builtins))
    reached = {name for i in others for name in names[i].bound | (names[i].mentioned - fixed)}
    needed = {name for i in others for name in names[i].mentioned}
    running = set(others)
    while True:
        more = {
            i
            for i in lesson - running
            if names[i].mentioned & reached or (names[i].bound | (names[i].changed - fixed)) & needed
        }
        if not more:
            return {i: deepcopy(known[cells[i].source]) for i in sorted(lesson - running)}
        running |= more
        needed |= {name for i in more for name in names[i].mentioned}
        reached |= {name for i in more if names[i].mentioned & reached for name in names[i].bound - fixed}


def shortened_sources(
    submission: NotebookNode, solution: NotebookNode, stored: Mapping[int, Outputs]
) -> dict[int, str]:
    """Return the lesson's own cells that run, without imports that nothing mentions.

    If ``stored``, the result of `unreachable_cells`, is empty, no cell is shortened.
    """
    if not stored:
        return {}
    known = _lesson_outputs(solution)
    cells = {i: cell for i, cell in enumerate(submission.cells) if cell.cell_type == "code" and i not in stored}
    mentioned = Counter(name for cell in cells.values() for name in cell_names(cell.source).mentioned)
    lesson = {i: cell for i, cell in cells.items() if not cell.metadata.get("nbgrader") and cell.source in known}
    return {
        i: without_imports(cell.source, {name for name in mentioned if mentioned[name] > 1})
        for i, cell in lesson.items()
    }


def without_imports(source: str, used: Collection[str]) -> str:
    r"""Return a cell's text without top-level imports of unused names.

    Names that the cell itself mentions elsewhere stay imported.

    >>> print(without_imports("import numpy as np\nfrom lesson import checks, pictures\nx = np.ones(3)", {"checks"}))
    import numpy as np
    from lesson import checks
    x = np.ones(3)
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    rest = ast.Module([node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)], [])
    kept = {*used, *(node.id for node in ast.walk(rest) if isinstance(node, ast.Name)), "*"}
    left_out = False
    body: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [name for name in node.names if (name.asname or name.name.partition(".")[0]) in kept]
            left_out |= len(names) < len(node.names)
            node.names = names
            if not names:
                continue
        body.append(node)
    return ast.unparse(ast.Module(body, [])) if left_out else source


def _lesson_outputs(solution: NotebookNode) -> dict[str, Outputs]:
    """Return the outputs of the lesson's own cells by text, for texts that occur once."""
    own: list[Any] = [cell for cell in solution.cells if cell.cell_type == "code" and not cell.metadata.get("nbgrader")]
    counts = Counter(cell.source for cell in own)
    return {cell.source: cell.outputs for cell in own if counts[cell.source] == 1}
