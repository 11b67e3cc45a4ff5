"""Small edits of a student's source, one of which may make the answer right."""

import ast
import copy
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import Any

from cs231n_lib.browser import cpu_time

from ..run.instrument import Text, copied_tree

LOAD = ast.Load()
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
UNLIKE = ({ast.Eq, ast.Lt}, {ast.Eq, ast.Gt})
"""Comparisons that are never true together. Exchanging one for the other would disable a special case."""
NEGATED = {ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
BITWISE = (ast.BitAnd, ast.BitOr, ast.BitXor)
DIVISIONS = (ast.Div, ast.FloorDiv)
FAMILIES = [
    set(names.split())
    for names in (
        "sum mean max min std var prod",
        "exp log sqrt square abs tanh sign",
        "log log2 log10 log1p",
        "exp exp2 expm1",
        "real imag",
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
SIDE_EFFECTS = {"open", "exec", "eval", "compile", "input", "os", "sys", "shutil", "subprocess", "Path", "pathlib"}
"""Names that may have effects outside Python's memory. An answer that uses one of them is never edited and run."""
SAVING = {"save", "savez", "savetxt", "tofile", "write", "write_text", "write_bytes", "unlink", "memmap"}
"""Attributes that write or delete files. An answer that uses one of them is never edited and run."""
PARTS = next(i for i, family in enumerate(FAMILIES) if "imag" in family)
"""Index of the family of attributes of complex arrays."""
SIZE_FIRST = {"random", "standard_normal"}
"""Methods whose arguments are size, dtype and out. Other arguments can crash NumPy."""
ROUNDING = {"round", "np.round", "np.around"}
TINY = 1e-3
"""Smallest default of a parameter that does not count as tiny."""
MAX_NAMES = 12


@dataclass(frozen=True)
class Edit:
    """Small edit of an answer's tree, valid until the next edit is generated.

    ``new`` is the expression that replaces ``node``, or the statements that replace ``body``, which contains ``node``.
    """

    node: ast.expr | ast.stmt
    new: ast.expr | Sequence[ast.stmt]
    code: Any
    body: Sequence[ast.stmt] = ()


class EditKind(Enum):
    """Kinds of small edits, in the order in which they are tried.

    An exchange comes before a further operation, because an added operation can make up for an error elsewhere.
    """

    KEPT = "a variable that keeps the result of a call"
    CONDITION = "an `if` statement whose condition always or never holds"
    EXCHANGE = "a different operator, constant, name or order, or one part left out"
    FURTHER = "one more operation or call"


def small_edits(
    text: Text, lines: Collection[int] = (), kind: type[ast.AST] = ast.AST, edits: Collection[EditKind] = EditKind
) -> Iterator[Edit]:
    """Yield each small edit of a function, limited to ``lines`` if any are given."""
    tree = copied_tree(text.tree)
    function = definition(tree, text.name)
    names = variables(function)

    def wanted(node: ast.expr | ast.stmt) -> bool:
        return (not lines or node.lineno in lines) and isinstance(node, kind)

    found = {
        EditKind.KEPT: statement_edits(tree, function, kept_results, wanted),
        EditKind.CONDITION: expression_edits(tree, function, settled_conditions, names, wanted),
        EditKind.EXCHANGE: chain(
            expression_edits(tree, function, exchanged, exchangeable(function), wanted),
            statement_edits(tree, function, changed_bodies, wanted),
        ),
        EditKind.FURTHER: expression_edits(tree, function, wrapped, names, wanted),
    }
    yield from chain.from_iterable(found[one] for one in edits)


def definition(tree: ast.Module, name: str) -> ast.FunctionDef:
    """Definition of a function at the top level of a module."""
    return next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)


def variables(function: ast.FunctionDef) -> list[str]:
    """Up to `MAX_NAMES` parameters and local variables of a function."""
    names = [a.arg for a in function.args.args]
    names += [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return [n for n in dict.fromkeys(names) if n != "_"][:MAX_NAMES]


def exchangeable(function: ast.FunctionDef) -> list[str]:
    """Variables that may replace another name, except parameters with tiny defaults.

    A tiny number such as ε is almost 0, so it could make an answer right in a place that is not wrong.
    """
    defaults = function.args.defaults
    given = zip(reversed(function.args.args), reversed(defaults), strict=False)
    tiny = {a.arg for a, default in given if _is_tiny(default)}
    return [name for name in variables(function) if name not in tiny]


def _is_tiny(default: ast.expr) -> bool:
    return isinstance(default, ast.Constant) and isinstance(default.value, float) and 0 < default.value < TINY


Variants = Callable[[ast.expr, list[str], ast.AST, str], Iterator[ast.expr]]
"""``variants(node, names, parent, field)`` yields other expressions for ``node``."""


Wanted = Callable[[ast.expr | ast.stmt], bool]
"""Function that tells whether a node may be edited."""


def everywhere(_: ast.expr | ast.stmt) -> bool:
    """Allow every node to be edited."""
    return True


def expression_edits(
    tree: ast.Module, function: ast.FunctionDef, variants: Variants, names: list[str], wanted: Wanted = everywhere
) -> Iterator[Edit]:
    """Edit each wanted expression of a function in the tree."""
    for parent, name, position, node in list(_expressions(function)):
        if not wanted(node):
            continue
        old = getattr(parent, name)
        for new in (one for one in variants(node, names, parent, name) if _has_effect(one, parent)):
            if not hasattr(new, "lineno"):  # a part of the node has its own location
                ast.copy_location(new, node)
            _replace(parent, name, position, ast.fix_missing_locations(new))
            yield from (Edit(node, new, code) for code in _compiled(tree))
            setattr(parent, name, old)


Bodies = Callable[[list[ast.stmt]], Iterator[tuple[list[ast.stmt], ast.stmt]]]
"""``bodies(body)`` yields pairs of new statements for ``body`` and the statement that changes."""


def statement_edits(
    tree: ast.Module, function: ast.FunctionDef, bodies: Bodies, wanted: Wanted = everywhere
) -> Iterator[Edit]:
    """Edit each block of statements in a function where a wanted statement changes."""
    for owner in list(ast.walk(function)):
        for name in ("body", "orelse"):
            body = getattr(owner, name, None)
            if not isinstance(body, list) or not body or not isinstance(body[0], ast.stmt):
                continue
            for new, statement in bodies(body):
                if not wanted(statement):
                    continue
                setattr(owner, name, new)
                yield from (Edit(statement, new, code, body) for code in _compiled(ast.fix_missing_locations(tree)))
                setattr(owner, name, body)


def has_side_effects(text: Text) -> bool:
    """Whether the answer names anything that may act outside Python's memory."""
    nodes = list(ast.walk(text.tree))
    names = {n.id for n in nodes if isinstance(n, ast.Name)} | {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    return bool(names & (SIDE_EFFECTS | SAVING))


def find_repair(
    text: Text,
    is_right: Callable[[Any], bool],
    seconds: float,
    lines: Collection[int] = (),
    kind: type[ast.AST] = ast.AST,
    edits: Collection[EditKind] = EditKind,
) -> Edit | None:
    """First small edit found within these ``seconds`` that makes an answer without side effects right."""
    if has_side_effects(text):
        return None
    end = cpu_time() + seconds
    for edit in small_edits(text, lines, kind, edits):
        if cpu_time() > end:
            return None
        space = dict(text.namespace)
        exec(edit.code, space)
        if is_right(space[text.name]):
            return edit
    return None


def _has_effect(node: ast.expr, parent: ast.AST) -> bool:
    """Whether an expression does more than repeat an operand or yield 0 or 1."""
    if isinstance(node, ast.Constant) and isinstance(parent, ast.BinOp):
        additive = isinstance(parent.op, ast.Add | ast.Sub)
        return isinstance(node.value, bool) or node.value not in ((0,) if additive else (0, 1))
    if isinstance(node, ast.Name) and isinstance(parent, ast.Tuple | ast.List):
        return node.id not in {e.id for e in parent.elts if isinstance(e, ast.Name)}
    if isinstance(node, ast.Name) and isinstance(parent, ast.Assign):
        return node.id not in {t.id for t in parent.targets if isinstance(t, ast.Name)}
    if not isinstance(node, ast.BinOp):
        return True
    left, right = (one.value if isinstance(one, ast.Constant) else None for one in (node.left, node.right))
    if isinstance(node.op, ast.Add | ast.Sub):
        return right != 0 and (left != 0 or isinstance(node.op, ast.Sub)) and not _are_alike(node)
    if isinstance(node.op, ast.Mult):
        return right not in (0, 1) and left not in (0, 1)
    return right not in (0, 1) and left != 0 and not (isinstance(node.op, ast.Div) and _are_alike(node))


def _are_alike(node: ast.BinOp) -> bool:
    """Whether a difference or a quotient has the same operand twice."""
    return not isinstance(node.op, ast.Add) and ast.unparse(node.left) == ast.unparse(node.right)


def _replace(parent: ast.AST, name: str, position: int | None, new: ast.AST) -> None:
    if position is None:
        setattr(parent, name, new)
    else:
        changed = list(getattr(parent, name))
        changed[position] = new
        setattr(parent, name, changed)


def _compiled(tree: ast.Module) -> Iterator[Any]:
    try:
        yield compile(tree, "<edit>", "exec")
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


def settled_conditions(node: ast.expr, names: list[str], parent: ast.AST, name: str) -> Iterator[ast.expr]:
    """Constants that can replace the condition of an ``if`` statement."""
    if isinstance(parent, ast.If) and name == "test":
        yield from (ast.Constant(False), ast.Constant(True))


def exchanged(node: ast.expr, names: list[str], parent: ast.AST, name: str) -> Iterator[ast.expr]:
    """Expressions with a different or missing part, such as an operator or argument."""
    if isinstance(node, ast.BinOp):
        yield from _other_operations(node)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            yield ast.Constant(0)
    elif isinstance(node, ast.Constant):
        if isinstance(parent, ast.Call) and ast.unparse(parent.func) in ROUNDING:
            return  # more decimals only move the error to other values
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int | float):
            values = (0, 1, 2, -1, 0.5, node.value + 1, node.value - 1, node.value * 2)
            signed = isinstance(parent, ast.UnaryOp)
            yield from (ast.Constant(v) for v in dict.fromkeys(values) if v != node.value and (v > 0 or not signed))
            if isinstance(node.value, int) and isinstance(parent, ast.Call):  # the call may create an array of integers
                yield ast.Constant(float(node.value))
        return
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], COMPARISONS):
        others = (o for o in COMPARISONS if type(node.ops[0]) is not o and {type(node.ops[0]), o} not in UNLIKE)
        yield from (ast.Compare(node.left, [o()], node.comparators) for o in others)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in NEGATED:
        yield ast.Compare(node.left, [NEGATED[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
        if len(node.values) == 2:
            yield from node.values
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
    elif isinstance(node, ast.Attribute) and node.attr in FAMILIES[PARTS]:
        yield from (ast.Attribute(node.value, other, LOAD) for other in FAMILIES[PARTS] - {node.attr})
    elif isinstance(node, ast.Name):
        yield from (ast.Name(other, LOAD) for other in names if other != node.id)


def wrapped(node: ast.expr, names: list[str], parent: ast.AST, name: str) -> Iterator[ast.expr]:
    """Expressions with one more operation or call."""
    called = isinstance(parent, ast.Call) and name == "func"
    given = isinstance(parent, ast.keyword) and parent.arg in ("axis", "keepdims", "dtype", "ddof")
    simple = ast.Constant | ast.Slice | ast.Tuple | ast.Lambda | ast.JoinedStr | ast.Compare | ast.BoolOp
    if called or given or isinstance(node, simple):
        return
    if isinstance(node, ast.Name) and node.id in ("np", "math"):
        return
    yield from _wrapped(node, names)


def _other_operations(node: ast.BinOp) -> Iterator[ast.expr]:
    family: tuple[type[ast.operator], ...] = BITWISE if isinstance(node.op, BITWISE) else OPERATORS
    if isinstance(node.op, DIVISIONS):
        family = tuple(dict.fromkeys((*DIVISIONS, *OPERATORS)))
    yield from (ast.BinOp(node.left, o(), node.right) for o in family if type(node.op) is not o)
    yield from (node.left, node.right)
    if not isinstance(node.op, ast.Add | ast.Mult):
        yield ast.BinOp(node.right, node.op, node.left)
    if isinstance(left := node.left, ast.Call) and len(left.args) == 1:  # f(a) + b instead of f(a + b)
        yield ast.Call(left.func, [ast.BinOp(left.args[0], node.op, node.right)], left.keywords)
    if isinstance(left := node.left, ast.BinOp):  # other parentheses: a + b * c or a * c + b instead of (a + b) * c
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, node.right))
        yield ast.BinOp(ast.BinOp(left.left, node.op, node.right), left.op, left.right)
    if isinstance(right := node.right, ast.BinOp):
        yield ast.BinOp(ast.BinOp(node.left, node.op, right.left), right.op, right.right)
        yield ast.BinOp(right.left, right.op, ast.BinOp(node.left, node.op, right.right))


def _other_calls(node: ast.Call) -> Iterator[ast.expr]:
    function = node.func
    if isinstance(function, ast.Attribute) and not isinstance(function.value, ast.Name):
        yield function.value
    elif node.args:
        yield node.args[0]
    if isinstance(function, ast.Attribute):
        for family in (f for f in FAMILIES if function.attr in f):
            for other in sorted(family - {function.attr}):
                if other in SIZE_FIRST and len(node.args) > 1:
                    continue
                yield ast.Call(ast.Attribute(function.value, other, LOAD), node.args, node.keywords)
    for i in range(len(node.keywords)):
        yield ast.Call(function, node.args, node.keywords[:i] + node.keywords[i + 1 :])
    for i in range(1, len(node.args)):
        yield ast.Call(function, node.args[:i] + node.args[i + 1 :], node.keywords)
    if len(node.args) == 2:
        yield ast.Call(function, node.args[::-1], node.keywords)
    if len(node.args) == 1 and isinstance(inner := node.args[0], ast.BinOp):  # f(a + b) instead of f(a) + b
        yield ast.BinOp(ast.Call(function, [inner.left], node.keywords), inner.op, inner.right)
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
        yield ast.BinOp(node, ast.Mult(), ast.BinOp(ast.Constant(1), ast.Sub(), ast.Name(other, LOAD)))
        length = ast.Call(ast.Name("len", LOAD), [ast.Name(other, LOAD)], [])
        yield ast.BinOp(node, ast.Div(), length)
        yield ast.BinOp(node, ast.Mult(), length)


def changed_bodies(body: list[ast.stmt]) -> Iterator[tuple[list[ast.stmt], ast.stmt]]:
    """Leave a statement out, exchange it with the next, or change it."""
    for i, statement in enumerate(body):
        before, after = body[:i], body[i + 1 :]
        if len(body) > 1:
            yield before + after, statement
        if after:
            yield [*before, after[0], statement, *after[1:]], statement
        for changed in _other_statements(statement):
            yield [*before, *changed, *after], statement


def kept_results(body: list[ast.stmt]) -> Iterator[tuple[list[ast.stmt], ast.stmt]]:
    """Assign the unused result of a call, such as `np.sort(x)`, to the variable `x`."""
    for i, statement in enumerate(body):
        if isinstance(statement, ast.Expr) and isinstance(call := statement.value, ast.Call):
            made_from = [*call.args[:1], *([call.func.value] if isinstance(call.func, ast.Attribute) else [])]
            for name in (one.id for one in made_from if isinstance(one, ast.Name)):
                yield [*body[:i], ast.Assign([ast.Name(name, ast.Store())], call), *body[i + 1 :]], statement


def _other_statements(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    if isinstance(statement, ast.AugAssign):
        read = copied_tree(statement.target)
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
