"""Statements that an answer may lack, namely guards and the final ``return``."""

import ast
import copy
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..run.instrument import Text

LOAD = ast.Load()
MAX_RESULTS = 3
"""Maximum number of results that are tried as the return value of a guard."""


def added_statements(body: list[ast.stmt], outputs: Sequence[str], names: Sequence[str]) -> Iterator[list[ast.stmt]]:
    """Copies of a body with an added final ``return`` of one variable or all outputs."""
    if isinstance(body[-1], ast.Return):
        return
    if len(outputs) > 1 and set(outputs) <= set(names):
        yield [*body, ast.Return(ast.Tuple([ast.Name(name, LOAD) for name in outputs], LOAD))]
    for name in reversed(names):
        yield [*body, ast.Return(ast.Name(name, LOAD))]


def guards_of_empty(
    body: list[ast.stmt], parameters: Sequence[str], results: Sequence[ast.expr]
) -> Iterator[list[ast.stmt]]:
    """Copies of a body that return at once if a parameter is empty."""
    first = int(bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant))
    for name in parameters:
        for result in results:
            length = ast.Call(ast.Name("len", LOAD), [ast.Name(name, LOAD)], [])
            yield [*body[:first], _guard(length, result), *body[first:]]


def guards_of_zero(body: list[ast.stmt], results: Sequence[ast.expr]) -> Iterator[tuple[list[ast.stmt], ast.stmt]]:
    """Copies of a body that return before a statement divides by zero."""
    for i, statement in enumerate(body):
        if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Return):
            continue
        for divisor in _divisors(statement):
            for result in results:
                yield [*body[:i], _guard(divisor, result), *body[i:]], statement


def _guard(value: ast.expr, result: ast.expr) -> ast.stmt:
    test = ast.Compare(copy.deepcopy(value), [ast.Eq()], [ast.Constant(0)])
    return ast.If(test, [ast.Return(result)], [])


def _divisors(statement: ast.stmt) -> Iterator[ast.expr]:
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Div):
        yield statement.value
    for node in ast.walk(statement):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not isinstance(node.right, ast.Constant):
            yield node.right


def safe_divisors(node: ast.expr, names: list[str], parent: ast.AST, name: str) -> Iterator[ast.expr]:
    """Divisors with 1 in place of each entry that is zero."""
    divides = isinstance(parent, ast.BinOp | ast.AugAssign) and isinstance(parent.op, ast.Div)
    if divides and name in ("right", "value") and not isinstance(node, ast.Constant):
        zero = ast.Compare(node, [ast.Eq()], [ast.Constant(0)])
        yield ast.Call(ast.Attribute(ast.Name("np", LOAD), "where", LOAD), [zero, ast.Constant(1), node], [])


def literals(results: Sequence[Any]) -> list[ast.expr]:
    """Expressions for the results that are short and plain."""
    texts = dict.fromkeys(repr(plain) for plain in map(_short, results) if plain is not ...)
    return [ast.parse(text, mode="eval").body for text in list(texts)[:MAX_RESULTS]]


def _short(value: Any) -> Any:
    """The value if it makes a short literal, or else `...`."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | str) or (isinstance(value, int | float) and value in (0, 1, -1)):
        return value if not isinstance(value, str) or len(value) < 20 else ...
    return value if isinstance(value, list | tuple | dict) and not value else ...


def parameters(text: Text) -> list[str]:
    """Names of the function's parameters."""
    return [a.arg for a in text.definition.args.args]
