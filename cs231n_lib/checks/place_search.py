"""Value replacement: which expression of a wrong answer, given a right solution's values, makes the answer right.

Several may do so: before a step that is left out, what the step would have made can be put in as well as after it. Of
these the one is taken with which the answer runs most like the right solution: few values that the right solution has
are missing, and few are there that it has nowhere. Expressions whose own value the right solution has nowhere are tried
first, in the order of their evaluation.
"""

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, combinations
from time import process_time
from typing import Any

import numpy as np

from .compare import called
from .declare import Task
from .limit import TimeLimit
from .names import result_names
from .place_changes import made_last
from .place_sites import MOST_VALUES, Instrumented, Text, beside_one_another, same_but_for_names, span
from .place_values import (
    ROWS,
    Key,
    Values,
    form_of,
    in_pieces,
    is_nothing,
    is_plain,
    is_truth,
    key_of,
    keys_of,
    outputs_of,
    right_outputs,
)
from .runner import Case

CPU = 0.8
"""Seconds of CPU for single places, and `CPU_SEVERAL` for several at once after them."""
CPU_SEVERAL = 0.3
ONE_RUN = 0.25
MOST_PARTIAL = 40
"""So many places that mend some outputs are tried together."""
RESEMBLING = 0.25
"""An answer in which at most this share of values is unknown to the right solution is written like it."""
MOST_LINES = 1000
MOST_COMPARED = 3
"""On so many cases a run is compared with that of the right solution."""

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


class Search:
    """Looks for the places of the answer ``mine`` on ``cases``, beside the right solution."""

    def __init__(self, task: Task, mine: Text, right: Text, cases: Sequence[Case]) -> None:
        self.task, self.end = task, process_time() + CPU
        self.mine, self.other = Instrumented(mine), Instrumented(right)
        self.returned = _handed_back(mine.tree)
        self.before = len(mine.lines) + 1  # only lines before this one are tried
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

    def shared(self, wrong: Text, lines: frozenset[int]) -> ast.expr | ast.stmt | None:
        """The first expression with values that these lines of a wrong function make, and the right solution never."""
        function, tried = Instrumented(wrong), self.failing[:MOST_COMPARED]
        traces = [self._traced(function, t.case)[1] for t in tried]
        for there in (lines, range(min(lines), MOST_LINES)):  # or what follows
            made = [{keys_of(v) for i, v in t.items() if function.sites[i].lineno in there} - {None} for t in traces]
            for site in self.failing[0].mine:
                if there is not lines and self._is_at_the_end(self.mine.sites[site]):
                    continue  # whatever is missing before shows there
                keys = [t.key(True, site) for t in tried]
                if self._is_familiar(self.failing[0].mine, site):
                    continue
                if all(key in values for key, values in zip(keys, made, strict=True)):
                    return self.mine.sites[site]
        return None

    def exchanged(self) -> tuple[ast.expr, ast.expr, ast.expr] | None:
        """Two expressions, side by side in a third, that make all right if each is given the values of the other."""
        for parent, several in beside_one_another(self.mine.text.tree):
            for first, second in combinations([n for n in several if span(n) in self._number], 2):
                if process_time() > self.end:
                    return None
                sites = self._number[span(first)], self._number[span(second)]
                if all(self._is_right_with(t, *sites) for t in (*self.failing, *self.passing)):
                    return parent, first, second
        return None

    def _is_right_with(self, t: Tried, first: int, second: int) -> bool:
        if not (t.mine.get(first) and t.mine.get(second)):
            return False
        self.mine.put, self.mine.used = {first: t.mine[second], second: t.mine[first]}, {}
        value = self._run(self.mine, t.case)
        self.mine.put = {}
        return right_outputs(t.expected, value, self.task.tolerance) == t.every

    def _is_at_the_end(self, node: ast.expr | ast.stmt) -> bool:
        """Whether this is in a ``return`` that other statements come before."""
        *before, last = self.mine.text.own.body
        return bool(before) and isinstance(last, ast.Return) and node.lineno >= last.lineno

    def found(self) -> tuple[Found, ...]:
        """One place that mends all outputs, or several that do so together, or none."""
        best: tuple[int, Found] | None = None
        partial: list[Found] = []
        made: dict[tuple[str, frozenset[int]], int] = {}
        for one in chain(self._mending(), self._mending_twins()):
            if best and one.twins:
                break
            node, (whole, name) = self.mine.sites[one.site], self._whole(one.site)
            before = isinstance(node, ast.Name) and made.get((node.id, one.mended), MOST_LINES) < node.lineno
            if before and self.is_unknown(one.site):
                continue  # the place is where it was made, or nothing is told
            if whole == one.site:
                made.setdefault((name, one.mended), node.lineno)
            if one.mended != self.wrong:
                partial.append(one)
                continue
            if self._leaps_to_the_end(one) or self._works_on_wrong(one) or self._fills_before(one):
                continue
            unlike = self._unlike(one)
            if best is None or unlike < best[0] or not unlike:
                best = unlike, one
            if not unlike:  # none better, but perhaps as good, further up
                self.before = self.mine.sites[one.site].lineno
        if best:
            return () if self._goes_wrong_before(best[1]) else (best[1],)
        return self._together(partial)

    def _goes_wrong_before(self, found: Found) -> bool:
        """Whether an answer that is written as the right solution has other values already before this place."""
        first = self.failing[0]
        if len(first.mine[found.site]) != len(first.theirs[found.other]):
            return False  # a loop that ends at another time has other values throughout
        trace = self._mended_trace(first, [found])  # in a loop, what is before comes after, too
        order, statement = list(trace), self._whole(found.site)[0]
        before = [s for s in order[: order.index(found.site)] if self._whole(s)[0] != statement]
        if all(self._leads_to_right(trace, site) for site in before):
            return False
        unknown = sum(keys_of(values) not in self._right_keys[0] for values in trace.values())
        return unknown <= RESEMBLING * len(first.mine)

    def _leaps_to_the_end(self, found: Found) -> bool:
        """Whether the whole result is put in, long before the answer would come to it: that says nothing."""
        t = self.failing[0]
        key = keys_of([t.expected])
        if key is None or key != t.key(False, found.other) or _is_new_array(self.mine.sites[found.site]):
            return False
        trace = self._mended_trace(t, [found])
        order, statement = list(trace), self._whole(found.site)[0]
        after = order[order.index(found.site) + 1 :]
        return any(keys_of(trace[s]) != key for s in after if self._whole(s)[0] != statement)

    def _works_on_wrong(self, *found: Found) -> bool:
        """Whether a place does what the right solution does there, with values that are wrong before."""
        t = self.failing[0]
        trace = self._mended_trace(t, found)
        unknown = [self._unknown_names(self.mine.sites[one.site], trace) for one in found]
        if len(found) > 1 and set.intersection(*unknown):
            return True  # what both work on is wrong already
        for one in found:
            node = self.mine.sites[one.site]
            for other in {*self.same(one.other), *self._in_these_words.get(ast.unparse(node), ())}:
                names = same_but_for_names(node, self.other.sites[other])
                if names and any(self._is_wrong(t, trace, *pair) for pair in names):
                    return True
        return False

    def _is_wrong(self, t: Tried, trace: Values, mine: ast.Name, right: ast.Name) -> bool:
        """Whether a name that is read is its like by name and has another value, or has one that is nowhere right."""
        here, there = self._number.get(span(mine), -1), self._number_right.get(span(right), -1)
        key = keys_of(trace.get(here, ()))
        if not key or key == t.key(False, there):
            return False
        return mine.id == right.id or not self._is_familiar(trace, here)

    def _unknown_names(self, node: ast.AST, trace: Values) -> set[str]:
        """The names read in a node whose values the right solution has nowhere, and those that these were made of."""
        unknown: set[str] = set()
        for name in ast.walk(node):
            if isinstance(name, ast.Name) and name.id not in unknown and self._is_unknown_in(trace, name):
                unknown.add(name.id)
                made = made_last(self.mine.text, name.id, name.lineno)
                unknown |= self._unknown_names(made.value, trace) if made else set()
        return unknown

    def _is_unknown_in(self, trace: Values, name: ast.Name) -> bool:
        site = self._number.get(span(name), -1)
        return bool(keys_of(trace.get(site, ()))) and not self._is_familiar(trace, site)

    def _fills_before(self, found: Found) -> bool:
        """Whether an array that is to be filled gets numbers of which none is a result, and not all the same."""
        t = self.failing[0]
        values = t.theirs.get(found.other, ())
        if not self.is_to_be_filled(found.site) or all(np.ndim(v) == 0 or np.ptp(v) == 0 for v in values):
            return False
        outputs = t.expected if isinstance(t.expected, tuple) else (t.expected,)
        return keys_of(values) not in [keys_of([output]) for output in outputs]

    @cached_property
    def _number(self) -> dict[tuple[Any, ...], int]:
        return {span(node): site for site, node in enumerate(self.mine.sites)}

    @cached_property
    def _in_these_words(self) -> dict[str, list[int]]:
        """The sites of the right solution by their text, but for bare names."""
        sites: dict[str, list[int]] = {}
        for site, node in enumerate(self.other.sites):
            if not isinstance(node, ast.Name):
                sites.setdefault(ast.unparse(node), []).append(site)
        return sites

    @cached_property
    def _number_right(self) -> dict[tuple[Any, ...], int]:
        return {span(node): site for site, node in enumerate(self.other.sites)}

    def _whole(self, site: int) -> tuple[int, str]:
        return self.mine.wholes.get(site, (site, ""))

    def _leads_to_right(self, trace: Values, site: int) -> bool:
        """Whether the right solution has the values of a site, or of the whole expression that it goes into."""
        if self._is_familiar(trace, site):
            return True
        whole, name = self._whole(site)
        if whole != site:
            return self._leads_to_right(trace, whole)
        read = [s for s, node in enumerate(self.mine.sites) if name and isinstance(node, ast.Name) and node.id == name]
        goes_into = {self._whole(s)[0] for s in read}
        return any(self._is_familiar(trace, whole) for whole in goes_into - {site, *read})

    def _is_familiar(self, trace: Values, site: int) -> bool:
        """Whether the right solution has the values of a site, perhaps more or less often.

        Shapes are looked at where they are used, and what is 0 throughout is still to be filled.
        """
        node, values = self.mine.sites[site], trace.get(site, ())
        key = keys_of(values)
        if key in self._right_keys[0] or (isinstance(node, ast.Attribute) and node.attr == "shape"):
            return True
        return bool(key) and (
            is_nothing(values) or any(set(key or ()) <= set(other or ()) for other in self._right_keys[0])
        )

    def _mending(self) -> Iterator[Found]:
        """What mends some of the outputs, as long as there is time."""
        for site, other in self._ordered():
            if process_time() > self.end:
                return
            if self.mine.sites[site].lineno >= self.before or site in self._as_in_the_right:
                continue
            mended = self._mended([(site, other)])
            if mended:
                yield Found(site, other, mended)

    def _mending_twins(self) -> Iterator[Found]:
        """What mends some of the outputs where it stands in several places, written alike."""
        alike: dict[Any, list[int]] = {}
        for site in self.failing[0].mine:
            node = self.mine.sites[site]
            if not isinstance(node, ast.Name | ast.Constant | ast.stmt):
                alike.setdefault((ast.unparse(node), self._over_cases(True, site)), []).append(site)
        for first, *twins in (sites for sites in alike.values() if len(sites) > 1):
            for other in (other for same in (True, False) for other in self._others(first, same)):
                if process_time() > self.end:
                    return
                mended = self._mended([(site, other) for site in (first, *twins)])
                if mended:
                    yield Found(first, other, mended, tuple(twins))

    @cached_property
    def _as_in_the_right(self) -> frozenset[int]:
        """The sites in statements that the right solution has word for word, with the same values: these are right."""

        def statements(mine: bool, function: Instrumented) -> dict[int, tuple[Any, ...]]:
            return {
                site: (function.roles[whole], name, ast.unparse(function.sites[whole]), *keys)
                for site, (whole, name) in function.wholes.items()
                if function.roles[whole] not in ("Tuple", "List", "Dict")
                and None not in (keys := [t.key(mine, whole) for t in self.failing])
            }

        right = set(statements(False, self.other).values())
        return frozenset(site for site, told in statements(True, self.mine).items() if told in right)

    def _ordered(self) -> Iterator[tuple[int, int]]:
        """Pairs of a site and one of the right solution's to try, the most likely first."""
        for site in self.failing[0].mine:  # the wrong name is handed back, while another holds the right value
            if self.hands_back(self.mine.sites[site]):
                others = [other for alike in (True, False) for other in self._others(site, alike)]
                yield from ((site, other) for other in others if self._held(other))
        sites = [s for s in self.failing[0].mine if not self.hands_back(self.mine.sites[s])]
        unknown = [s for s in sites if not self._known(s)]
        for group in (unknown, [s for s in sites if s not in set(unknown)]):
            for alike in (True, False):  # values of the same shape first
                for site in group:
                    yield from ((site, other) for other in self._others(site, alike))
        for site in sites:  # a loop that ends too early or too late
            yield from ((site, other) for other in self._conditions(site))

    def _unlike(self, *found: Found) -> int:
        """How far the mended run is from that of the right solution: in values that only one has, and in their use."""
        use = sum(self.mine.roles[one.site] not in {self.other.roles[o] for o in self.same(one.other)} for one in found)
        return use + 2 * sum(self._difference(t, found) for t in self.failing[:MOST_COMPARED])

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

    def _difference(self, t: Tried, found: Sequence[Found]) -> int:
        trace = self._mended_trace(t, found)
        theirs = {t.key(False, other) for other in t.theirs if other < ROWS} - {None}
        ours = {keys_of(values) for values in trace.values()} - {None}
        ours |= {t.key(True, one.site) for one in found} & theirs  # what a step that is left out would work on
        return len(ours ^ theirs)

    def _known(self, site: int) -> bool:
        """Whether the right solution has the values of a site, too, on every failing case."""
        return all(t.key(True, site) in self._right_keys[i] for i, t in enumerate(self.failing))

    @cached_property
    def _right_keys(self) -> list[set[Key | None]]:
        return [{t.key(False, other) for other in t.theirs} for t in self.failing]

    def _held(self, other: int) -> bool:
        """Whether the answer's names hold the values of a right site at its end, on every failing case."""
        return all(set(t.key(False, other) or ()) <= t.held for t in self.failing)

    def _others(self, site: int, alike: bool) -> list[int]:
        """The sites of the right solution that ran as often and have other values than ``site``, each value once."""
        first = self.failing[0]
        if first.key(True, site) is None:
            return []
        form = list(map(form_of, first.mine[site]))
        seen, others = {self._over_cases(True, site)}, []
        for other, values in first.theirs.items():
            if len(values) != len(form) or first.key(False, other) is None:
                continue
            if is_truth(values) and not is_truth(first.mine[site]):
                continue
            if alike != (form == list(map(form_of, values))):
                continue
            key = self._over_cases(False, other)
            if key not in seen:
                seen.add(key)
                others.append(other)
        return others

    def _conditions(self, site: int) -> list[int]:
        """The conditions of the right solution, where ``site`` is one that ran more or less often."""
        first = self.failing[0]

        def is_condition(values: Sequence[Any]) -> bool:
            return len(values) < MOST_VALUES and is_truth(values)

        if not is_condition(first.mine[site]):
            return []
        return [o for o, v in first.theirs.items() if is_condition(v) and len(v) != len(first.mine[site])]

    def _over_cases(self, mine: bool, site: int) -> tuple[Key | None, ...]:
        return tuple(t.key(mine, site) for t in (*self.failing, *self.passing))

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

    def _together(self, partial: Sequence[Found]) -> tuple[Found, ...]:
        """Two places that mend all outputs together."""
        best: tuple[int, tuple[Found, ...]] | None = None
        partial, last = partial[:MOST_PARTIAL], process_time() + CPU_SEVERAL
        for first, second in combinations(partial, 2):
            if process_time() > last:
                break
            if first.site == second.site or first.mended & second.mended:
                continue
            both = [*first.put, *second.put]
            if first.mended | second.mended == self.wrong and self._mended(both) == self.wrong:
                if self._works_on_wrong(first, second) or any(map(self._fills_before, (first, second))):
                    continue
                unlike = self._unlike(first, second)
                if best is None or unlike < best[0]:
                    best = unlike, (first, second)
                    if not unlike:
                        break
        return best[1] if best else ()

    def is_to_be_filled(self, site: int) -> bool:
        """Whether this makes an array whose entries are assigned later."""
        made = {
            n.value.id
            for n in ast.walk(self.mine.text.tree)
            if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store) and isinstance(n.value, ast.Name)
        }
        return _is_new_array(self.mine.sites[site]) and self._whole(site)[1] in made

    def is_unknown(self, site: int) -> bool:
        """Whether the right solution has the values of a site nowhere, on some failing case."""
        return not self._known(site)

    def hands_back(self, node: ast.expr | ast.stmt) -> bool:
        """Whether this is a bare name, made in the function, that is returned."""
        return isinstance(node, ast.Name) and (node.lineno, node.col_offset) in self.returned


def _handed_back(tree: ast.AST) -> set[tuple[int, int]]:
    """Where names that the function makes are returned: no place, since the place is where they were made."""
    made = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    returned = [n.value for n in ast.walk(tree) if isinstance(n, ast.Return) and n.value]
    values = [e for v in returned for e in (v.elts if isinstance(v, ast.Tuple | ast.List) else [v])]
    return {(n.lineno, n.col_offset) for n in values if isinstance(n, ast.Name) and n.id in made}


def _is_new_array(node: ast.AST) -> bool:
    """Whether an expression makes an array to be filled, such as `np.zeros(5)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in NEW
