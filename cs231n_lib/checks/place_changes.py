"""Where an answer changes an argument of its caller, makes a value, and hands back something of the wrong form."""

import ast
import copy
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

from .alike import unchanged
from .limit import TimeLimit
from .place_sites import Text
from .runner import Case

ONE_RUN = 0.5
MOST_LINES = 2000
"""So many lines of a run are looked at."""


def changing_line(function: Any, cases: Sequence[Case]) -> tuple[int, str] | None:
    """The first line of ``function`` that changes an argument, and the name of that argument."""
    for case in cases:
        watch = _Watch(function, case)
        limit = TimeLimit(ONE_RUN)
        previous = sys.gettrace()
        try:
            try:
                limit.start()
                sys.settrace(watch.on_call)
                function(*watch.args, **watch.kwargs)
            finally:
                sys.settrace(previous)
                limit.stop()
        except KeyboardInterrupt:
            raise
        except BaseException:  # whatever a student's function may raise: the rows tell it
            limit.stop()
        if watch.found:
            return watch.found
    return None


class _Watch:
    """Compares the arguments with what they were, line by line of the function."""

    def __init__(self, function: Any, case: Case) -> None:
        self.code = function.__code__
        self.names = self.code.co_varnames[: self.code.co_argcount]
        self.args, self.kwargs = copy.deepcopy((case.args, case.kwargs))
        self.before = copy.deepcopy((*case.args, *case.kwargs.values()))
        self.line, self.left = 0, MOST_LINES
        self.found: tuple[int, str] | None = None

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
    """The line of the only ``return`` of a function; where there is none, that of its last statement."""
    returns = [n.lineno for n in ast.walk(text.own) if isinstance(n, ast.Return | ast.Yield) and n.value]
    if not returns:
        return text.own.body[-1].lineno
    return returns[0] if len(returns) == 1 else None


def made_last(text: Text, name: str, before: int = MOST_LINES) -> ast.Assign | ast.AugAssign | None:
    """The last statement above the line ``before`` that gives a name its value, or changes a part of it."""
    making = [n for n in ast.walk(text.own) if isinstance(n, ast.Assign | ast.AugAssign) and name in _made(n)]
    return max((n for n in making if n.lineno < before), key=lambda n: n.lineno, default=None)


def changed_last(text: Text, name: ast.Name) -> ast.Assign | ast.AugAssign | None:
    """The statement that made what a name holds where it is read, if that changed what the name held before."""
    made = made_last(text, name.id, name.lineno)
    if isinstance(made, ast.Assign) and any(isinstance(t, ast.Name | ast.Tuple) for t in made.targets):
        return None
    return made


def _made(statement: ast.Assign | ast.AugAssign) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = set()
    for target in (t for whole in targets for t in (whole.elts if isinstance(whole, ast.Tuple) else [whole])):
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            names.add(target.id)
    return names
