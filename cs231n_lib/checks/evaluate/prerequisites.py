"""Versions of earlier functions that an answer may call during its check.

During a check, `mine` provides the library's versions, so that no grade depends on another answer.
`cs231n_lib.course.mine` asks this module which function to provide. Calling a function that the exercise does not list
counts as calling the library.
"""

import ast
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import wraps

from ..run.runner import Function
from ..run.watch import unwatched

_allowed: list[frozenset[str]] = []


@contextmanager
def checking(builds_on: Collection[str]) -> Iterator[None]:
    """Allow the answer under check to call the earlier functions with these names."""
    _allowed.append(frozenset(builds_on))
    try:
        yield
    finally:
        _allowed.pop()


def is_checking() -> bool:
    """Whether an answer is being checked."""
    return bool(_allowed)


def unlisted_function() -> None:
    """Marker of an unlisted call, which counts as calling the library."""


def provide_prerequisite(name: str, reference: Function) -> Function:
    """Return the library's function ``name`` for the answer under check.

    Calls of a function that the exercise does not list are marked.
    """
    allowed = name in _allowed[-1]

    @wraps(reference)
    def earlier(*args: object, **kwargs: object) -> object:
        if not allowed:
            unlisted_function()
            return reference(*args, **kwargs)
        with unwatched():
            return reference(*args, **kwargs)

    return earlier


def call_through_mine(body: str, builds_on: Collection[str]) -> str:
    """Rewrite calls of earlier functions in a reference's source as calls of ``mine``.

    >>> call_through_mine("out, cache = layers.affine_forward(x, w, b)", ["affine_forward"])
    'out, cache = mine.affine_forward(x, w, b)'
    """
    if not builds_on:
        return body
    lines = [line.encode() for line in body.splitlines()]  # as bytes, because the syntax tree counts columns in bytes
    calls = [node.func for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Call)]
    for called in sorted(calls, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        name = ast.unparse(called).rpartition(".")[2]
        if name in builds_on and called.end_col_offset and isinstance(called, ast.Name | ast.Attribute):
            line = lines[called.lineno - 1]
            lines[called.lineno - 1] = (
                line[: called.col_offset] + f"mine.{name}".encode() + line[called.end_col_offset :]
            )
    return "\n".join(line.decode() for line in lines)
