"""Answers that build on answers: which earlier functions the answer under check may call, and what they are there.

While an answer is checked, an earlier function is the library's, so that no grade depends on another answer. The course
asks here what to hand out; a function that the exercise does not list counts as the library's own.
"""

import ast
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from .declare import Task
from .runner import Function

P = ParamSpec("P")
R = TypeVar("R")
Builds = TypeVar("Builds", bound=Task)

_allowed: list[frozenset[str]] = []


@contextmanager
def checking(builds_on: Collection[str]) -> Iterator[None]:
    """For the time of a check: the answer may call the functions of these names, and no other."""
    _allowed.append(frozenset(builds_on))
    try:
        yield
    finally:
        _allowed.pop()


def allows_earlier(check: Callable[Concatenate[Builds, P], R]) -> Callable[Concatenate[Builds, P], R]:
    """Decorate the method that checks an answer: it is `checking` what its object's ``builds_on`` lists."""

    @wraps(check)
    def during(task: Builds, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with checking(task.builds_on):
            return check(task, *args, **kwargs)

    return during


def is_checking() -> bool:
    """Whether an answer is being checked."""
    return bool(_allowed)


def not_listed() -> None:
    """Called in place of a function that the exercise does not list: a check sees it as a call of the library."""


def handed_out(name: str, reference: Function) -> Function:
    """What the answer under check gets as the function ``name``: the library's, where its exercise lists the name."""
    allowed = name in _allowed[-1]

    @wraps(reference)
    def earlier(*args: object, **kwargs: object) -> object:
        if not allowed:
            not_listed()
            return reference(*args, **kwargs)
        watch = sys.getprofile()
        sys.setprofile(None)  # what it calls itself is not the answer's doing
        try:
            return reference(*args, **kwargs)
        finally:
            sys.setprofile(watch)

    return earlier


def as_written(body: str, builds_on: Collection[str]) -> str:
    """The text of a reference as a student writes it: earlier functions, where the library calls them, are ``mine``.

    >>> as_written("out, cache = layers.affine_forward(x, w, b)", ["affine_forward"])
    'out, cache = mine.affine_forward(x, w, b)'
    """
    lines = [line.encode() for line in body.splitlines()]  # as bytes, for so the places are counted
    calls = [node.func for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Call)]
    for called in sorted(calls, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        name = ast.unparse(called).rpartition(".")[2]
        if name in builds_on and called.end_col_offset and isinstance(called, ast.Name | ast.Attribute):
            line = lines[called.lineno - 1]
            lines[called.lineno - 1] = (
                line[: called.col_offset] + f"mine.{name}".encode() + line[called.end_col_offset :]
            )
    return "\n".join(line.decode() for line in lines)
