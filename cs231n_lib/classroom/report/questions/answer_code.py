"""Student's answer as printed, and edited copies of it."""

import ast
import itertools
import linecache
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Lines = Mapping[int, str | None]
"""New texts of lines, by line number. None deletes a line."""

_count = itertools.count()


@dataclass(frozen=True)
class AnswerCode:
    """Code of the answer to one exercise.

    ``source`` is the code as printed, and ``context`` holds the imports that it needs.
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
            If the source does not define the function exactly once with ``def``.
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
        """Return the source with some lines replaced or deleted, in the old indentation."""
        texts = []
        for number, old in enumerate(self.lines, 1):
            new = lines.get(number, old)
            if new is not None:
                margin = old[: len(old) - len(old.lstrip())]
                texts.append(old if number not in lines else margin + new.strip())
        return "\n".join(texts) + "\n"

    def function(self, lines: Lines | None = None) -> Any:
        """Return the function, with some lines replaced or deleted.

        Raises
        ------
        SyntaxError
            If the edited code is not valid Python.
        """
        source = self.edited(lines or {})
        file = f"<answer {next(_count)}>"
        code = compile(source, file, "exec")
        if not lines:  # the instrumented function reads the source there
            linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        names = dict(self._names)
        exec(code, names)
        return names[self.exercise]

    def work(self, node: ast.AST) -> int:
        """Measure the work of evaluating an expression, beyond inserting numbers.

        This counts operations on whole arrays, conditions and sums over a loop, in the expression and in the lines on
        which it depends. An operation in these lines counts half, because the result may be obvious.
        """
        return 2 * _operations_in(node) + self._work_before(node, set())

    def _work_before(self, node: ast.AST, seen: set[str]) -> int:
        total = 0
        for name in set(names_in(node)) - seen:
            seen.add(name)
            for value, statement in self._assigned.get(name, ()):
                total += _operations_in(value) + self._work_before(value, seen)
                if name in names_in(value) and not self.is_counter(name) and self._is_repeated(statement):
                    total += 2
                total += any(statement in ast.walk(block) for block in self._conditions)
        return total

    def _is_repeated(self, statement: ast.stmt) -> bool:
        """Tell whether a statement repeatedly sets the same name or entry in a loop."""
        loops = [node for node in self.statements if isinstance(node, ast.For | ast.While)]
        targets = {name for loop in loops if isinstance(loop, ast.For) for name in names_in(loop.target)}
        entries = [node for node in ast.walk(statement) if isinstance(node, ast.Subscript)]
        moves = any(isinstance(node.ctx, ast.Store) and targets & set(names_in(node.slice)) for node in entries)
        return not moves and any(statement in ast.walk(loop) for loop in loops)

    def is_counter(self, name: str) -> bool:
        """Tell whether a name always changes by the same number or factor."""
        targets = {n for s in self.statements if isinstance(s, ast.For) for n in names_in(s.target)}
        values = [value for value, _ in self._assigned.get(name, ()) if name in names_in(value)]
        others = {other for value in values for other in names_in(value)} - {name}
        plain = not any(_operations_in(value) for value in values)
        return bool(values) and plain and not any(self._depends_on(other, targets, {name}) for other in others)

    def _depends_on(self, name: str, targets: set[str], seen: set[str]) -> bool:
        if name in targets:
            return True
        seen.add(name)
        before = {other for value, _ in self._assigned.get(name, ()) for other in names_in(value)} - seen
        return any(self._depends_on(other, targets, seen) for other in before)

    @cached_property
    def _conditions(self) -> list[ast.If]:
        return [node for node in self.statements if isinstance(node, ast.If)]

    @cached_property
    def _assigned(self) -> dict[str, list[tuple[ast.AST, ast.stmt]]]:
        """Values assigned to each name or its parts, each with the statement."""
        found: dict[str, list[tuple[ast.AST, ast.stmt]]] = {}
        for statement in self.statements:
            pairs: list[tuple[ast.expr, ast.AST]] = []
            if isinstance(statement, ast.AugAssign):
                pairs = [(statement.target, ast.BinOp(_loaded(statement.target), statement.op, statement.value))]
            elif isinstance(statement, ast.Assign):
                pairs = [pair for target in statement.targets for pair in _unpacked(target, statement.value)]
            for target, value in pairs:
                for name in owners(target):
                    found.setdefault(name, []).append((value, statement))
        return found

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


_NUMBERS_ONLY = {
    *("exp", "log", "log2", "log10", "sqrt", "square", "abs", "absolute", "tanh", "cosh", "pow", "power", "reciprocal"),
    *("ceil", "floor", "round", "hypot", "ravel", "flatten", "reshape", "squeeze"),
    *("add", "subtract", "multiply", "divide", "negative", "float", "int", "bool", "len", "item", "copy", "astype"),
    *("array", "asarray", "zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like"),
}
"""Functions of single numbers, and functions that only make or convert an array."""


def _operations_in(node: ast.AST) -> int:
    """Count the array operations, comparisons and conditions in an expression."""
    total = 0
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            total += called_name(inner) not in _NUMBERS_ONLY
        elif isinstance(inner, ast.BinOp):
            total += 2 * isinstance(inner.op, ast.MatMult) + isinstance(inner.op, ast.BitAnd | ast.BitOr)
        else:
            part = isinstance(inner, ast.Slice) and (inner.lower is not None or inner.upper is not None)
            kinds = ast.Compare | ast.BoolOp | ast.IfExp | ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.Invert
            total += part or isinstance(inner, kinds) or (isinstance(inner, ast.Attribute) and inner.attr == "T")
    return total


def _loaded(target: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(target), mode="eval").body


def _unpacked(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.AST]]:
    """Pair the targets of an assignment with their values."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


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


def owners(target: ast.AST) -> Iterator[str]:
    """Yield the names of the objects that own targets or attributes, except ``np``.

    >>> list(owners(ast.parse("a[i], b.c[j].d = 1, 2").body[0].targets[0]))
    ['a', 'b']
    """
    if isinstance(target, ast.Tuple | ast.List):
        for inner in target.elts:
            yield from owners(inner)
    elif isinstance(target, ast.Attribute | ast.Subscript | ast.Starred):
        yield from owners(target.value)
    elif isinstance(target, ast.Name) and target.id != "np":
        yield target.id


def called_name(node: ast.Call) -> str:
    """Return the unqualified name of the called function or method, or ""."""
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))
