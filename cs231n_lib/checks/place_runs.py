"""A wrong answer and a right solution, run on the same cases; and the answer once more, with values of the other."""

import ast
import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import process_time
from typing import Any

from .compare import called
from .declare import Task
from .limit import TimeLimit
from .names import result_names
from .place_sites import Instrumented, Text, span
from .place_values import ROWS, Key, Values, in_pieces, is_nothing, is_plain, key_of, keys_of, outputs_of, right_outputs
from .runner import Case

CPU = 0.8
"""Seconds of CPU for single places."""
ONE_RUN = 0.25
"""Seconds for one run of the answer."""

NEW = {f"{kind}{like}" for kind in ("zeros", "ones", "empty", "full") for like in ("", "_like")}
"""Functions that make an array."""


@dataclass
class Tried:
    """A case, what ran on it in the answer and in the right solution, which outputs are right, and all there are."""

    case: Case
    expected: Any
    mine: Values
    theirs: Values
    right: frozenset[int]
    every: frozenset[int]
    left: Sequence[Any]
    """What the answer's names held at its end."""
    mended: dict[tuple[int, Key], frozenset[int]] = field(default_factory=dict)
    """The outputs that were right when a site had the values of a key."""
    keys: dict[tuple[bool, int], Key | None] = field(default_factory=dict)

    def key(self, mine: bool, site: int) -> Key | None:
        """What is equal for two sites that have the same values; `None` where they cannot be compared."""
        if (mine, site) not in self.keys:
            values = (self.mine if mine else self.theirs).get(site, ())
            self.keys[mine, site] = keys_of(values)
        return self.keys[mine, site]

    @cached_property
    def held(self) -> set[Any]:
        """All values that the answer's names hold at its end."""
        return {key_of(v) for v in self.left if is_plain(v)}


@dataclass(frozen=True)
class Found:
    """A site, the site of the right solution whose values it is given, and the outputs that this mends.

    ``twins`` are the sites that are given them, too, as they are written like it and have its values.
    """

    site: int
    other: int
    mended: frozenset[int]
    twins: tuple[int, ...] = ()

    @property
    def put(self) -> list[tuple[int, int]]:
        """Each site with the right one whose values it is given."""
        return [(site, self.other) for site in (self.site, *self.twins)]


class Runs:
    """What ran in the answer ``mine`` and in the solution ``right`` on each of the ``cases``."""

    def __init__(self, task: Task, mine: Text, right: Text, cases: Sequence[Case]) -> None:
        self.task, self.end = task, process_time() + CPU
        self.mine, self.other = Instrumented(mine), Instrumented(right)
        self.returned = _handed_back(mine.tree)
        tried = [t for case in cases if process_time() < self.end and (t := self._try(case))]
        self.failing = [t for t in tried if t.right != t.every]
        self.passing = [t for t in tried if t.right == t.every]

    def _try(self, case: Case) -> Tried | None:
        expected, theirs = self._traced(self.other, case)
        self.mine.left = []
        actual, mine = self._traced(self.mine, case)
        if right_outputs(expected, expected, self.task.tolerance) != outputs_of(expected):
            return None  # an error, or a kind of array that is none of ours
        right = right_outputs(expected, actual, self.task.tolerance)
        theirs = {**theirs, **dict(in_pieces(theirs))}
        return Tried(case, expected, mine, theirs, right, outputs_of(expected), self.mine.left)

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

    @cached_property
    def wrong(self) -> frozenset[int]:
        """The outputs that are wrong on some case."""
        return frozenset.union(*(t.every - t.right for t in self.failing))

    def output(self, i: int, expected: Any) -> str:
        """What the report calls an output."""
        names = [f"`{name}`" for name in expected] if isinstance(expected, dict) else []
        return (names or called(result_names(self.task.reference), len(expected)))[i]

    def is_right(self, function: Any) -> bool:
        """Whether another function is right on every case."""
        return all(
            right_outputs(t.expected, self._run(function, t.case), self.task.tolerance) == t.every
            for t in (*self.failing, *self.passing)
        )

    def _mended(self, put: Sequence[tuple[int, int]]) -> frozenset[int]:
        """The outputs that are right on every failing case with these values; nothing that was right may be lost."""
        mended = self.wrong
        for t in self.failing:
            now = self._with(t, put)
            mended &= now
            if not mended or not t.right <= now:
                return frozenset()
        if any(self._with(t, put) != t.every for t in self.passing):
            return frozenset()
        return mended

    def _with(self, t: Tried, put: Sequence[tuple[int, int]]) -> frozenset[int]:
        """The outputs that are right on a case where sites have the values of others."""
        new = [(site, other) for site, other in put if t.key(True, site) != t.key(False, other) and other in t.theirs]
        if not new:
            return t.right
        known = (new[0][0], t.key(False, new[0][1]) or ()) if len(new) == 1 else None
        if known and known in t.mended:
            return t.mended[known]
        self.mine.put, self.mine.used = {site: t.theirs[other] for site, other in new}, {}
        value = self._run(self.mine, t.case)
        self.mine.put = {}
        right = right_outputs(t.expected, value, self.task.tolerance)
        if any(self.mine.used.get(site) != len(t.theirs[other]) for site, other in new):
            right = frozenset()
        if known:
            t.mended[known] = right
        return right

    def _mended_trace(self, t: Tried, found: Sequence[Found]) -> Values:
        put = [pair for one in found for pair in one.put]
        self.mine.put, self.mine.used = {site: t.theirs.get(other, ()) for site, other in put}, {}
        _, trace = self._traced(self.mine, t.case)
        self.mine.put = {}
        return trace

    def same(self, other: int) -> list[int]:
        """The sites of the right solution that have the values of one."""
        first = self.failing[0]
        return [o % ROWS for o in first.theirs if first.key(False, o) == first.key(False, other)]

    def _whole(self, site: int) -> tuple[int, str]:
        return self.mine.wholes.get(site, (site, ""))

    @cached_property
    def _number(self) -> dict[tuple[Any, ...], int]:
        return {span(node): site for site, node in enumerate(self.mine.sites)}

    @cached_property
    def _number_right(self) -> dict[tuple[Any, ...], int]:
        return {span(node): site for site, node in enumerate(self.other.sites)}

    def _known(self, site: int) -> bool:
        """Whether the right solution has the values of a site, too, on every failing case."""
        return all(t.key(True, site) in self._right_keys[i] for i, t in enumerate(self.failing))

    def is_unknown(self, site: int) -> bool:
        """Whether the right solution has the values of a site nowhere, on some failing case."""
        return not self._known(site)

    @cached_property
    def _right_keys(self) -> list[set[Key | None]]:
        return [{t.key(False, other) for other in t.theirs} for t in self.failing]

    def _over_cases(self, mine: bool, site: int) -> tuple[Key | None, ...]:
        return tuple(t.key(mine, site) for t in (*self.failing, *self.passing))

    def _is_familiar(self, trace: Values, site: int) -> bool:
        """Whether the right solution has the values of a site, perhaps more or less often.

        Shapes and lists are looked at where they are used, and what is 0 throughout is still to be filled.
        """
        node, values = self.mine.sites[site], trace.get(site, ())
        key = keys_of(values)
        if key in self._right_keys[0] or (isinstance(node, ast.Attribute) and node.attr == "shape"):
            return True
        if any(isinstance(v, list) for v in values):
            return True
        return bool(key) and (
            is_nothing(values) or any(set(key or ()) <= set(other or ()) for other in self._right_keys[0])
        )

    def is_to_be_filled(self, site: int) -> bool:
        """Whether this makes an array whose entries are assigned later."""
        made = {
            n.value.id
            for n in ast.walk(self.mine.text.tree)
            if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store) and isinstance(n.value, ast.Name)
        }
        return is_new_array(self.mine.sites[site]) and self._whole(site)[1] in made

    def hands_back(self, node: ast.expr | ast.stmt) -> bool:
        """Whether this is a bare name, made in the function, that is returned."""
        return isinstance(node, ast.Name) and (node.lineno, node.col_offset) in self.returned


def _handed_back(tree: ast.AST) -> set[tuple[int, int]]:
    """Where names that the function makes are returned: no place, since the place is where they were made."""
    made = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    returned = [n.value for n in ast.walk(tree) if isinstance(n, ast.Return) and n.value]
    values = [e for v in returned for e in (v.elts if isinstance(v, ast.Tuple | ast.List) else [v])]
    return {(n.lineno, n.col_offset) for n in values if isinstance(n, ast.Name) and n.id in made}


def is_new_array(node: ast.AST) -> bool:
    """Whether an expression makes an array to be filled, such as `np.zeros(5)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in NEW
