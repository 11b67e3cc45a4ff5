"""Names of the values that a function returns, such as `dw` for "value 2"."""

import ast
import re
from functools import cache
from inspect import getdoc, getsource, unwrap
from textwrap import dedent

from .runner import Function

_RETURNS = re.compile(r"^Returns\n-+\n(.*?)(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)
_EXAMPLE = re.compile(r"^>>> ([\w, ]+) = (\w+)\(", re.MULTILINE)
_ENTRY = re.compile(r"^(\w[\w, ]*?) :", re.MULTILINE)


@cache
def result_names(function: Function) -> tuple[str, ...]:
    """Names of the values in the tuple that ``function`` returns.

    A value without a name gets an empty string.

    The names come from the Returns section of the docstring, from its example ``>>> a, b, c = f(x)``, or from ``return
    a, b, c`` in the source.

    >>> def fit(x):
    ...     w, b = x[1:], x[0]
    ...     return w, b, w @ w
    >>> result_names(fit)
    ('w', 'b', '')
    """
    returned = _returned(function)
    section = _RETURNS.search(getdoc(function) or "")
    described = [name.strip() for entry in _ENTRY.findall(section[1] if section else "") for name in entry.split(",")]
    if len(described) == len(returned):
        return tuple(described)
    return tuple(shown or own for shown, own in zip(_in_example(function, len(returned)), returned, strict=True))


def _in_example(function: Function, number: int) -> tuple[str, ...]:
    """Names that an example in the docstring gives to the values, or empty strings."""
    for targets, called in _EXAMPLE.findall(getdoc(function) or ""):
        names = [name.strip() for name in targets.split(",")]
        if called == getattr(function, "__name__", "") and len(names) == number > 1:
            return tuple("" if name == "_" else name for name in names)
    return ("",) * number


@cache
def source_of(function: Function) -> str:
    """Unwrapped and dedented source of ``function``, cached because reading is slow."""
    return dedent(getsource(unwrap(function)))


@cache
def tree_of(function: Function) -> ast.Module:
    """Syntax tree of `source_of`. Do not change its nodes."""
    return ast.parse(source_of(function))


def _returned(function: Function) -> tuple[str, ...]:
    try:
        tree = tree_of(function)
    except (OSError, SyntaxError, TypeError):  # a lambda within an expression, or a function without a source
        return ()
    tuples = [n.value.elts for n in ast.walk(tree) if isinstance(n, ast.Return) and isinstance(n.value, ast.Tuple)]
    return tuple(e.id if isinstance(e, ast.Name) else "" for e in tuples[-1]) if tuples else ()
