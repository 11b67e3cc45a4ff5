r"""Where a wrong answer goes wrong, proved without any list of mistakes.

One expression of the answer is given the values that the right solution has somewhere, on every case (value
replacement; Jeffrey, Gupta and Gupta, 2008). If the whole answer is then right, that expression is the place. Where
several outputs are wrong, each may have a place of its own: a pair is tried. What no value mends is tried once more
with one small edit of the student's own text.

It runs the student's code some hundred times, on right values: only after all points are fixed.
"""

import ast
import copy
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import process_time
from typing import Any

import numpy as np

from .compare import compare, shortly
from .declare import Kind, Task
from .limit import TimeLimit
from .names import result_names
from .place_edits import mending_edit
from .place_sites import Instrumented, Text, text_of
from .runner import Case, LocalRunner, silence
from .trial import Drawn, Trial

CPU = 1.2
"""Seconds of CPU for value replacement, and `CPU_EDITS` for edits after it."""
CPU_EDITS = 0.5
ONE_RUN = 0.25
MOST_CALLS = 2
"""So many calls of each property are cases, too."""
MOST_PARTIAL = 40
"""So many places that mend some outputs are tried in pairs."""


@dataclass(frozen=True)
class Place:
    """An expression of the student's text with which all is right once it has another value.

    ``has`` and ``needs`` are the values on the case ``label``, where they are short; ``by_edit`` says that one small
    change there makes all right.
    """

    line: int
    text: str
    expression: str
    label: str = ""
    has: str = ""
    needs: str = ""
    by_edit: bool = False

    def sentence(self, show_numbers: bool = True) -> str:
        """Say where it is, and with which value all is right.

        >>> Place(3, "v = mu * v - lr * dw", "mu", "step 2", "0.9", "1.9").sentence()
        'line 3: `mu` is 0.9 here (step 2); with 1.9 all is right'
        """
        if not show_numbers:
            return f"line {self.line}: `{self.text}`"
        if self.by_edit:
            return f"line {self.line}: at `{self.expression}` one small change makes all right"
        if not self.has or self.has == self.needs:
            return f"line {self.line}: with another value for `{self.expression}` all is right"
        return (
            f"line {self.line}: `{self.expression}` is {self.has} here ({self.label}); with {self.needs} all is right"
        )


Values = Mapping[int, Sequence[Any]]


@dataclass
class _Failing:
    """A case on which the answer is wrong, and what ran on it."""

    case: Case
    expected: Any
    mine: Values
    theirs: Values
    right: frozenset[int]
    every: frozenset[int]


@dataclass(frozen=True)
class _Found:
    """A site, the site of the right solution whose values it is given, and the outputs that this mends."""

    site: int
    other: int
    mended: frozenset[int] = field(default_factory=frozenset)


def places(student: Trial, rows: Sequence[Drawn], function: Any, *, edits: bool = True) -> tuple[Place, ...]:
    """The places of an answer that ``student`` has tried on ``rows``: one, two of a pair, or none.

    ``edits=False`` leaves it at value replacement.
    """
    text, right = text_of(function), text_of(student.task.reference)
    if text is None or right is None:
        return ()
    cases = [case for row in rows if row.kind is Kind.VALUES for case in row.cases]
    for row in rows:
        if row.kind is Kind.PROPERTY:
            cases += [call.case for call in student.verdict(row).calls[:MOST_CALLS]]
    with silence(), warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        try:
            search = _Search(student.task, text, right, cases)
        except Exception:  # a definition of the cell does not run by itself
            return ()
        if not search.failing:
            return ()
        found = search.places()
        if found or not edits:
            return found
        node = mending_edit(text, lambda f: search.mended_by(f) and _all_right(student, rows, f), CPU_EDITS)
    return (_edited(text, node),) if node and not search.hands_back(node) else ()


def _edited(text: Text, node: ast.expr | ast.stmt) -> Place:
    line = text.lines[node.lineno - 1].strip()
    return Place(node.lineno, line, text.segment(node) if isinstance(node, ast.expr) else line, by_edit=True)


def _all_right(student: Trial, rows: Sequence[Drawn], function: Any) -> bool:
    """Whether an edited answer passes every row."""
    trial = Trial(student.task, LocalRunner(function, 2.0, student.task.collect), student.expected)
    return not any(trial.verdict(row).wrong for row in rows)


class _Search:
    def __init__(self, task: Task, mine: Text, right: Text, cases: Sequence[Case]) -> None:
        self.task, self.text, self.end = task, mine, process_time() + CPU
        self.mine, self.other = Instrumented(mine), Instrumented(right)
        self.returned = _handed_back(mine.tree)
        self.failing: list[_Failing] = []
        for case in cases:
            if process_time() < self.end:
                self._try(case)

    def _try(self, case: Case) -> None:
        expected, theirs = self._traced(self.other, case)
        actual, mine = self._traced(self.mine, case)
        if isinstance(expected, BaseException):
            return
        right, every = self._right(expected, actual, case)
        if right != every:
            self.failing.append(_Failing(case, expected, mine, theirs, right, every))

    def _traced(self, function: Instrumented, case: Case) -> tuple[Any, Values]:
        function.trace = {}
        value = self._run(function, case)
        trace, function.trace = function.trace, None
        return value, trace

    def _run(self, function: Any, case: Case) -> Any:
        """What the function returns, or the error that it raises."""
        limit = TimeLimit(ONE_RUN)
        try:
            try:
                args, kwargs = copy.deepcopy((case.args, case.kwargs))
                limit.start()
                value = function(*args, **kwargs)
                return self.task.collect(value) if self.task.collect else value
            finally:
                limit.stop()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            limit.stop()
            return error

    def _right(self, expected: Any, actual: Any, case: Case) -> tuple[frozenset[int], frozenset[int]]:
        """Which outputs are right, and all there are."""
        if isinstance(actual, BaseException):
            count = len(expected) if isinstance(expected, tuple | dict) else 1
            return frozenset(), frozenset(range(count))
        found = compare(expected, actual, self.task.tolerance, case, result_names(self.task.reference))
        right = frozenset(i for i, (_, d) in enumerate(found.outputs) if d is None)
        return right, frozenset(range(len(found.outputs)))

    def _mended(self, put: Sequence[_Found]) -> frozenset[int]:
        """The outputs that are right on every failing case with these values; nothing that was right may be lost."""
        mended: frozenset[int] | None = None
        for f in self.failing:
            self.mine.put, self.mine.used = {p.site: f.theirs.get(p.other, ()) for p in put}, {}
            value = self._run(self.mine, f.case)
            self.mine.put = {}
            now, _ = self._right(f.expected, value, f.case)
            if not f.right <= now:
                return frozenset()
            mended = now if mended is None else mended & now
            if not mended & self.wrong:
                return frozenset()
        return (mended or frozenset()) & self.wrong

    def mended_by(self, function: Any) -> bool:
        """Whether another function is right on every case on which the answer is not."""
        return all(self._right(f.expected, self._run(function, f.case), f.case)[0] == f.every for f in self.failing)

    @property
    def wrong(self) -> frozenset[int]:
        """The outputs that are wrong on some case."""
        return frozenset.union(*(f.every - f.right for f in self.failing))

    def places(self) -> tuple[Place, ...]:
        partial: list[_Found] = []
        for alike in (True, False):  # values of the same shape first
            for site in self.failing[0].mine:  # in the order of their evaluation: what a value is made of comes first
                if self.hands_back(self.mine.sites[site]):
                    continue
                for other in self._others(site, alike):
                    if process_time() > self.end:
                        return self._pair(partial)
                    mended = self._mended([_Found(site, other)])
                    if mended == self.wrong:
                        return (self._told(_Found(site, other, mended)),)
                    if mended:
                        partial.append(_Found(site, other, mended))
        return self._pair(partial)

    def hands_back(self, node: ast.expr | ast.stmt) -> bool:
        """Whether this is a bare name that is returned."""
        return isinstance(node, ast.Name) and (node.lineno, node.col_offset) in self.returned

    def _others(self, site: int, alike: bool) -> list[int]:
        """The sites of the right solution that ran as often and have other values than ``site``, each value once."""
        first = self.failing[0]
        mine = first.mine[site]
        if not all(map(_plain, mine)):
            return []
        form = [_form(v) for v in mine]
        seen, others = {self._key(site, [f.mine for f in self.failing])}, []
        for other, values in first.theirs.items():
            if (
                len(values) != len(mine)
                or not all(map(_plain, values))
                or alike != (form == [_form(v) for v in values])
            ):
                continue
            key = self._key(other, [f.theirs for f in self.failing])
            if key not in seen:
                seen.add(key)
                others.append(other)
        return others

    def _key(self, site: int, traces: Sequence[Values]) -> tuple[Any, ...]:
        return tuple(_key(v) for trace in traces for v in trace.get(site, ()) if _plain(v))

    def _pair(self, partial: Sequence[_Found]) -> tuple[Place, ...]:
        """Two places that mend all outputs together, the earliest evaluated first."""
        partial, last = partial[:MOST_PARTIAL], self.end + CPU_EDITS
        for i, first in enumerate(partial):
            for second in partial[i + 1 :]:
                if process_time() > last:
                    return ()
                if first.site == second.site or first.mended & second.mended:
                    continue
                if first.mended | second.mended == self.wrong and self._mended([first, second]) == self.wrong:
                    return self._told(first), self._told(second)
        return ()

    def _told(self, found: _Found) -> Place:
        node, failing = self.mine.sites[found.site], self.failing[0]
        has, needs = failing.mine[found.site], failing.theirs[found.other]
        values = (_written(has[0]), _written(needs[0])) if len(has) == 1 else ("", "")
        if not all(values):
            values = ("", "")
        line = self.text.lines[node.lineno - 1].strip()
        return Place(node.lineno, line, self.text.segment(node), failing.case.label, *values)


def _handed_back(tree: ast.AST) -> set[tuple[int, int]]:
    """Where bare names are returned: no place, since the place is where they were made."""
    returned = [n.value for n in ast.walk(tree) if isinstance(n, ast.Return) and n.value]
    values = [e for v in returned for e in (v.elts if isinstance(v, ast.Tuple | ast.List) else [v])]
    return {(n.lineno, n.col_offset) for n in values if isinstance(n, ast.Name)}


def _plain(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.generic | int | float | tuple)


def _form(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_form, value))
    return np.shape(value), np.asarray(value).dtype.kind == "b"


def _key(value: Any) -> Any:
    """The same for values that agree to nine digits of the largest."""
    if isinstance(value, tuple):
        return tuple(map(_key, value))
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        return repr(value)[:80]
    array = array.astype(float)
    top = np.max(np.abs(array), initial=0.0, where=np.isfinite(array))
    return array.shape, f"{top:.9e}", np.round(array / (top or 1.0), 9).tobytes()


def _written(value: Any) -> str:
    """A number, an array of a few, or the shape of more."""
    if isinstance(value, np.ndarray) and value.ndim:
        if value.size > 4 or value.ndim > 1:
            return f"an array of shape {value.shape}"
        return f"[{', '.join(map(shortly, value))}]"
    return "" if isinstance(value, tuple) else shortly(value[()] if isinstance(value, np.ndarray) else value)
