"""Small edits of a student's source, one of which may make the answer right."""

import ast
import copy
from collections.abc import Callable, Collection, Iterator
from typing import Any

from cs231n_lib.browser import cpu_time

from ..run.instrument import Text

LOAD = ast.Load()
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
FAMILIES = [
    set(names.split())
    for names in (
        "sum mean max min std var prod",
        "exp log sqrt square abs tanh sign",
        "maximum minimum",
        "zeros ones empty",
        "zeros_like ones_like empty_like",
        "argmax argmin",
        "any all",
        "floor ceil round",
        "random normal standard_normal uniform",
        "permutation shuffle",
        "dot multiply",
    )
]
MAX_NAMES = 12


def small_edits(
    text: Text, lines: Collection[int] = (), kind: type[ast.AST] = ast.AST
) -> Iterator[tuple[ast.expr | ast.stmt, Any]]:
    """Yield the changed node and the code of the edited function for each small edit, on these ``lines`` if any."""
    tree = copy.deepcopy(text.tree)
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == text.name)
    names = [a.arg for a in function.args.args]
    names += [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    names = [n for n in dict.fromkeys(names) if n != "_"][:MAX_NAMES]
    for parent, name, position, node in list(_expressions(function)):
        if (lines and node.lineno not in lines) or not isinstance(node, kind):
            continue
        old = getattr(parent, name)
        for new in _variants(node, names, parent, name):
            _replace(parent, name, position, new)
            yield from ((node, code) for code in _compiled(tree))
            setattr(parent, name, old)
    for owner, name, body, statement in list(_statements(function)):
        if (lines and statement.lineno not in lines) or not isinstance(statement, kind):
            continue
        old = getattr(owner, name)
        setattr(owner, name, body)
        yield from ((statement, code) for code in _compiled(tree))
        setattr(owner, name, old)


def find_repair(
    text: Text,
    is_right: Callable[[Any], bool],
    seconds: float,
    lines: Collection[int] = (),
    kind: type[ast.AST] = ast.AST,
) -> ast.expr | ast.stmt | None:
    """Node changed by the first small edit that makes the answer right in time, on ``lines`` if any."""
    end = cpu_time() + seconds
    for node, code in small_edits(text, lines, kind):
        if cpu_time() > end:
            return None
        space = dict(text.namespace)
        exec(code, space)
        if is_right(space[text.name]):
            return node
    return None


def _replace(parent: ast.AST, name: str, position: int | None, new: ast.AST) -> None:
    if position is None:
        setattr(parent, name, new)
    else:
        changed = list(getattr(parent, name))
        changed[position] = new
        setattr(parent, name, changed)


def _compiled(tree: ast.Module) -> Iterator[Any]:
    try:
        yield compile(ast.fix_missing_locations(tree), "<edit>", "exec")
    except (SyntaxError, ValueError, TypeError):
        return


def _expressions(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    """Parent, field, position and node of every expression that is read."""
    for parent in ast.walk(function):
        if isinstance(parent, ast.arguments | ast.FunctionDef):
            continue
        for name, value in ast.iter_fields(parent):
            for position, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", LOAD), ast.Load):
                    yield parent, name, position, node


def _variants(node: ast.expr, names: list[str], parent: ast.AST, name: str) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp):
        yield from _other_operations(node)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int | float):
            values = (0, 1, 2, -1, 0.5, node.value + 1, node.value - 1, node.value * 2)
            yield from (ast.Constant(v) for v in dict.fromkeys(values) if v != node.value)
        return
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from (ast.Compare(node.left, [o()], node.comparators) for o in COMPARISONS if type(node.ops[0]) is not o)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse, ast.IfExp(node.test, node.orelse, node.body))
    elif isinstance(node, ast.Call):
        yield from _other_calls(node)
    elif isinstance(node, ast.Tuple | ast.List) and 2 <= len(node.elts) <= 5:
        for i in range(len(node.elts)):
            for j in range(i):
                elements = list(node.elts)
                elements[i], elements[j] = elements[j], elements[i]
                yield type(node)(elements, LOAD)
    elif isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr == "T"):
        yield node.value
    elif isinstance(node, ast.Name):
        yield from (ast.Name(other, LOAD) for other in names if other != node.id)
    called = isinstance(parent, ast.Call) and name == "func"
    given = isinstance(parent, ast.keyword) and parent.arg in ("axis", "keepdims", "dtype", "ddof")
    if called or given or isinstance(node, ast.Slice | ast.Tuple | ast.Lambda | ast.JoinedStr):
        return
    if isinstance(node, ast.Name) and node.id in ("np", "math"):
        return
    yield from _wrapped(node, names)


def _other_operations(node: ast.BinOp) -> Iterator[ast.expr]:
    yield from (ast.BinOp(node.left, o(), node.right) for o in OPERATORS if type(node.op) is not o)
    yield from (node.left, node.right)
    if not isinstance(node.op, ast.Add | ast.Mult):
        yield ast.BinOp(node.right, node.op, node.left)
    if isinstance(left := node.left, ast.BinOp):  # missing parentheses: a + b / c instead of (a + b) / c
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, node.right))
    if isinstance(right := node.right, ast.BinOp):
        yield ast.BinOp(ast.BinOp(node.left, node.op, right.left), right.op, right.right)


def _other_calls(node: ast.Call) -> Iterator[ast.expr]:
    function = node.func
    if isinstance(function, ast.Attribute):
        for family in (f for f in FAMILIES if function.attr in f):
            for other in sorted(family - {function.attr}):
                yield ast.Call(ast.Attribute(function.value, other, LOAD), node.args, node.keywords)
    if isinstance(function, ast.Attribute) and not isinstance(function.value, ast.Name):
        yield function.value
    elif node.args:
        yield node.args[0]
    for i in range(len(node.keywords)):
        yield ast.Call(function, node.args, node.keywords[:i] + node.keywords[i + 1 :])
    for i in range(1, len(node.args)):
        yield ast.Call(function, node.args[:i] + node.args[i + 1 :], node.keywords)
    if len(node.args) == 2:
        yield ast.Call(function, node.args[::-1], node.keywords)
    if isinstance(function, ast.Attribute) and function.attr in FAMILIES[0] | {"any", "all", "argmax", "argmin"}:
        given = {k.arg for k in node.keywords}
        for key, value in (("axis", 0), ("axis", 1), ("axis", -1), ("keepdims", True)):
            kept = [k for k in node.keywords if k.arg != key]
            if key != "keepdims" or key not in given:
                yield ast.Call(function, node.args, [*kept, ast.keyword(key, ast.Constant(value))])


def _wrapped(node: ast.expr, names: list[str]) -> Iterator[ast.expr]:
    for operator, number in ((ast.Mult, 2), (ast.Mult, 0.5), (ast.Add, 1), (ast.Sub, 1), (ast.Pow, 2)):
        yield ast.BinOp(node, operator(), ast.Constant(number))
    yield ast.UnaryOp(ast.USub(), node)
    yield ast.BinOp(ast.Constant(1), ast.Sub(), node)
    yield ast.BinOp(ast.Constant(1), ast.Div(), node)
    for function in ("abs", "sqrt", "exp", "log", "square"):
        yield ast.Call(ast.Attribute(ast.Name("np", LOAD), function, LOAD), [node], [])
    yield ast.Attribute(node, "T", LOAD)
    yield ast.Call(ast.Attribute(node, "copy", LOAD), [], [])
    for other in names:
        for operation in (ast.Mult, ast.Div, ast.Add, ast.Sub):
            yield ast.BinOp(node, operation(), ast.Name(other, LOAD))
        length = ast.Call(ast.Name("len", LOAD), [ast.Name(other, LOAD)], [])
        yield ast.BinOp(node, ast.Div(), length)
        yield ast.BinOp(node, ast.Mult(), length)


def _statements(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, str, list[ast.stmt], ast.stmt]]:
    """Yield owner, field, body with one statement changed, and the changed statement."""
    for owner in ast.walk(function):
        for name in ("body", "orelse"):
            body = getattr(owner, name, None)
            if not isinstance(body, list) or not body or not isinstance(body[0], ast.stmt):
                continue
            for i, statement in enumerate(body):
                before, after = body[:i], body[i + 1 :]
                if len(body) > 1:
                    yield owner, name, before + after, statement
                if after:
                    yield owner, name, [*before, after[0], statement, *after[1:]], statement
                for changed in _other_statements(statement):
                    yield owner, name, [*before, *changed, *after], statement


def _other_statements(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    if isinstance(statement, ast.AugAssign):
        read = copy.deepcopy(statement.target)
        for node in ast.walk(read):
            if hasattr(node, "ctx"):
                node.ctx = LOAD
        yield [ast.Assign([statement.target], ast.BinOp(read, statement.op, statement.value))]
        yield [ast.Assign([statement.target], statement.value)]
        for operator in OPERATORS:
            if type(statement.op) is not operator:
                yield [ast.AugAssign(statement.target, operator(), statement.value)]
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name | ast.Subscript):
        yield [ast.AugAssign(statement.targets[0], ast.Add(), statement.value)]
    elif isinstance(statement, ast.For | ast.While) and len(statement.body) > 1:  # move a statement out of the loop
        for i, inner in enumerate(statement.body):
            loop = copy.copy(statement)
            loop.body = statement.body[:i] + statement.body[i + 1 :]
            yield [loop, inner]
            yield [inner, loop]
