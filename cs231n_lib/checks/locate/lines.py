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
"""Limit on the number of traced lines in a run."""


def changing_line(function: Any, cases: Sequence[Case]) -> tuple[int, str] | None:
    """First line of ``function`` that changes an argument, with the argument's name."""
    for case in cases:
        watch = _Watch(function, case)
        previous = sys.gettrace()
        try:
            attempt(TimeLimit(RUN_SECONDS), partial(watch.run, function))  # the rows report errors
        finally:
            sys.settrace(previous)
        if watch.found:
            return watch.found
    return None


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
            return None
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


def last_assignment(text: Text, name: str, before: int = MAX_LINES) -> ast.Assign | ast.AugAssign | None:
    """Last statement above line ``before`` that assigns to a name or a part of it."""
    making = [
        n for n in ast.walk(text.definition) if isinstance(n, ast.Assign | ast.AugAssign) and name in _assigned_names(n)
    ]
    return max((n for n in making if n.lineno < before), key=lambda n: n.lineno, default=None)


def last_modification(text: Text, name: ast.Name) -> ast.Assign | ast.AugAssign | None:
    """Last assignment before a name is read, if it modified the earlier value."""
    made = last_assignment(text, name.id, name.lineno)
    if isinstance(made, ast.Assign) and any(isinstance(t, ast.Name | ast.Tuple) for t in made.targets):
        return None
    return made


def _assigned_names(statement: ast.Assign | ast.AugAssign) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = set()
    for target in (t for whole in targets for t in (whole.elts if isinstance(whole, ast.Tuple) else [whole])):
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            names.add(target.id)
    return names
