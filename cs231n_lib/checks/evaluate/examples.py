"""Worked examples from docstrings, which become cases of their exercises."""

import ast
import copy
from functools import cache
from inspect import getdoc, unwrap
from typing import Any

import numpy as np
from numpy.random import Generator

from ..run.runner import Case, Function

LABEL = "the docstring's example"


@cache
def worked_examples(reference: Function) -> tuple[Case, ...]:
    """Calls of the reference in the doctests of its docstring.

    Calls with a generator are left out, because a right answer may draw its numbers in another order.
    """
    cases: list[Case] = []

    def recorded(*args: Any, **kwargs: Any) -> Any:
        if not any(isinstance(value, Generator) for value in (*args, *kwargs.values())):
            cases.append(Case(LABEL, *copy.deepcopy((args, kwargs))))
        return reference(*args, **kwargs)

    function = unwrap(reference)
    tree = ast.parse(example_source(function))
    tree.body = [n for n in tree.body if not isinstance(n, ast.Expr) or _calls(n, function.__name__)]
    code = compile(tree, "<example>", "exec")
    exec(code, {**function.__globals__, "np": np, function.__name__: recorded})
    return tuple(cases)


def _calls(node: ast.AST, name: str) -> bool:
    """Whether a node uses this function rather than only showing a result."""
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))


def example_source(function: Function) -> str:
    """Code of the doctests in the function's docstring.

    The module `doctest`, which could also read this code, takes a long time to import.
    """
    lines = (getdoc(function) or "").splitlines()
    return "\n".join(line[4:] for line in lines if line.startswith((">>>", "...")))
