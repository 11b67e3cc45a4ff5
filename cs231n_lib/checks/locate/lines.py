"""Lines of an answer that change an argument or return a wrong form."""

import ast
import copy
import sys
from collections.abc import Sequence
from functools import partial
from types import FrameType
from typing import Any

from cs231n_lib.browser import SLOWNESS

from ..run.agreement import unchanged
from ..run.instrument import Text
from ..run.runner import Case
from ..run.time_limit import TimeLimit, attempt

RUN_SECONDS = 0.5 * SLOWNESS
MAX_LINES = 2000
"""Maximum number of lines of a traced run, which ends there even without a timer."""
CHANGING_METHODS = {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "fill", "put", "resize"}
"""Methods that change their list or array."""
CHANGING_FUNCTIONS = {"at", "copyto", "place", "put", "putmask", "fill_diagonal", "put_along_axis", "shuffle"}
"""Functions that change their first argument, such as `np.add.at` and `rng.shuffle`."""


def changing_line(function: Any, cases: Sequence[Case]) -> tuple[int, str] | None:
    """First line of ``function`` that changes an argument, with the argument's name."""
    found: list[tuple[int, str]] = []
    for case in cases:
        watch = _Watch(function, case)
        previous = sys.gettrace()
        try:
            attempt(TimeLimit(RUN_SECONDS), partial(watch.run, function))  # the rows report errors
        finally:
            sys.settrace(previous)
        if watch.found:
            found.append(watch.found)
    return min(found, default=None)


def sharing_assignment(text: Text, line: int, argument: str) -> ast.Assign | None:
    """Assignment of an argument to another name by which this ``line`` changes it."""
    nodes = list(ast.walk(text.definition))
    changed = {name for n in nodes if isinstance(n, ast.stmt) and n.lineno == line for name in modified_names(n)}
    sharing = [
        n
        for n in nodes
        if isinstance(n, ast.Assign)
        and isinstance(n.value, ast.Name)
        and n.value.id == argument
        and changed & {t.id for t in n.targets if isinstance(t, ast.Name)}
    ]
    return sharing[0] if sharing and argument not in changed else None


class _EndOfWatch(BaseException):
    """Raised to end a traced run."""


class _Watch:
    """Trace function that detects changed arguments."""

    def __init__(self, function: Any, case: Case) -> None:
        self.code = function.__code__
        self.names = self.code.co_varnames[: self.code.co_argcount]
        self.args, self.kwargs = copy.deepcopy((case.args, case.kwargs))
        self.before = copy.deepcopy((*case.args, *case.kwargs.values()))
        self.line, self.left = 0, MAX_LINES
        self.found: tuple[int, str] | None = None

    def run(self, function: Any) -> None:
        """Call the function while tracing it."""
        sys.settrace(self.on_call)
        function(*self.args, **self.kwargs)

    def on_call(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self.on_line if frame.f_code is self.code else None

    def on_line(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.left -= 1
        if self.found or self.left < 0:
            raise _EndOfWatch
        names = [*self.names[: len(self.args)], *self.kwargs]
        for name, before, now in zip(names, self.before, (*self.args, *self.kwargs.values()), strict=True):
            if self.line and not unchanged(before, now):
                self.found = self.line, name
        self.line = frame.f_lineno
        return self.on_line


def returning_line(text: Text) -> int | None:
    """Line of the only ``return``, or of the last statement if there is none."""
    returns = [n.lineno for n in ast.walk(text.definition) if isinstance(n, ast.Return | ast.Yield) and n.value]
    if not returns:
        return text.definition.body[-1].lineno
    return returns[0] if len(returns) == 1 else None


def assigning_line(text: Text, output: int) -> int | None:
    """Line of the only assignment to the name that is output number ``output``."""
    returns = [n.value for n in ast.walk(text.definition) if isinstance(n, ast.Return)]
    if len(returns) != 1 or not isinstance(returns[0], ast.Tuple) or len(returns[0].elts) < output:
        return None
    name = returns[0].elts[output - 1]
    if not isinstance(name, ast.Name):
        return None
    making = [n for n in ast.walk(text.definition) if isinstance(n, ast.stmt) and name.id in bound_names(n)]
    return making[0].lineno if len(making) == 1 else None


def lines_of_functions(text: Text) -> frozenset[int]:
    """Lines of the functions inside the answer."""
    inner = [n for n in ast.walk(text.definition) if isinstance(n, ast.FunctionDef) and n is not text.definition]
    return frozenset(line for one in inner for line in range(one.lineno, (one.end_lineno or one.lineno) + 1))


def line_of_called_function(text: Text, node: ast.AST) -> set[int]:
    """Line of the one-statement inner function that a node calls, if any."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return set()
    inner = [n for n in ast.walk(text.definition) if isinstance(n, ast.FunctionDef) and n is not text.definition]
    return {one.body[0].lineno for one in inner if one.name == node.func.id and len(one.body) == 1}


def breaking_lines(text: Text, node: ast.AST) -> set[int]:
    """Lines with a ``break`` in a loop whose iterable contains the node."""
    loops = [n for n in ast.walk(text.definition) if isinstance(n, ast.For) and node in ast.walk(n.iter)]
    return {n.lineno for loop in loops for n in ast.walk(loop) if isinstance(n, ast.Break)}


def reading_lines(text: Text, name: str, after: int) -> set[int]:
    """Lines below line ``after`` that read a name."""
    names = [n for n in ast.walk(text.definition) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    return {n.lineno for n in names if n.id == name and n.lineno > after}


def last_assignment(text: Text, name: str, before: int = MAX_LINES) -> ast.Assign | ast.AugAssign | None:
    """Last statement above line ``before`` that assigns to a name or a part of it."""
    making = [
        n for n in ast.walk(text.definition) if isinstance(n, ast.Assign | ast.AugAssign) and name in _assigned_names(n)
    ]
    return max((n for n in making if n.lineno < before), key=lambda n: n.lineno, default=None)


def modified_names(statement: ast.AST) -> set[str]:
    """Names whose values a statement changes in place, as `x += 1` and `x.sort()` do.

    >>> modified_names(ast.parse("np.add(a, b, out=c[:2])").body[0])
    {'c'}
    """
    if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr | ast.Return):
        return set()
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets += [t for whole in statement.targets for t in _elements(whole) if not isinstance(t, ast.Name)]
    if isinstance(statement, ast.AugAssign):
        targets.append(statement.target)
    for call in (n for n in ast.walk(statement) if isinstance(n, ast.Call)):
        targets += [k.value for k in call.keywords if k.arg == "out"]
        if isinstance(call.func, ast.Attribute) and call.func.attr in CHANGING_METHODS:
            targets.append(call.func.value)
        if call.args and ast.unparse(call.func).split(".")[-1] in CHANGING_FUNCTIONS:
            targets.append(call.args[0])
    return {name for target in targets if (name := _target_name(target))}


def last_modification(text: Text, name: ast.Name) -> ast.stmt | None:
    """Last statement to set a name above this read, if the statement works in place."""
    making = [n for n in ast.walk(text.definition) if isinstance(n, ast.stmt) and n.lineno < name.lineno]
    making = [n for n in making if name.id in modified_names(n) or name.id in bound_names(n)]
    made = max(making, key=lambda n: n.lineno, default=None)
    if isinstance(made, ast.Assign) and any(isinstance(t, ast.Name | ast.Tuple) for t in made.targets):
        return None
    return made


def bound_names(statement: ast.stmt) -> set[str]:
    """Names to which a statement assigns, in whole or in part."""
    return _assigned_names(statement) if isinstance(statement, ast.Assign | ast.AugAssign) else set()


def _assigned_names(statement: ast.Assign | ast.AugAssign) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return {name for whole in targets for target in _elements(whole) if (name := _target_name(target))}


def _elements(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def _target_name(target: ast.expr) -> str:
    """Name whose value an assignment to ``target`` changes, or an empty string."""
    while isinstance(target, ast.Subscript) or (isinstance(target, ast.Attribute) and target.attr in ("flat", "T")):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""
