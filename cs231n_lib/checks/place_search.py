"""Value replacement: which expression of a wrong answer, given a right solution's values, makes the answer right.

Several may do so: before a step that is left out, what the step would have made can be put in as well as after it. Of
these the one is taken with which the answer runs most like the right solution: few values that the right solution has
are missing, and few are there that it has nowhere. Expressions whose own value the right solution has nowhere are tried
first, in the order of their evaluation.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, combinations
from time import process_time
from typing import Any

from .place_doubts import Doubts
from .place_runs import Found, Tried
from .place_sites import MOST_VALUES, Instrumented, Text, beside_one_another, span
from .place_values import ROWS, form_of, is_truth, keys_of, right_outputs

CPU_SEVERAL = 0.3
"""Seconds of CPU for several places at once, after those for single ones."""
MOST_PARTIAL = 40
"""So many places that mend some outputs are tried together."""
MOST_LINES = 1000
MOST_COMPARED = 3
"""On so many cases a run is compared with that of the right solution."""


class Search(Doubts):
    """Looks for the places of the answer ``mine`` on ``cases``, beside the right solution."""

    before = MOST_LINES
    """Only lines before this one are tried."""

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
                if not (self._puts_in_lists(one) or self._makes_an_output_at_once(one)):
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

    def _together(self, partial: Sequence[Found]) -> tuple[Found, ...]:
        """Two places that mend all outputs together."""
        if self._draws_other_masks():
            return ()
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

    def _is_at_the_end(self, node: ast.expr | ast.stmt) -> bool:
        """Whether this is in a ``return`` that other statements come before."""
        *before, last = self.mine.text.own.body
        return bool(before) and isinstance(last, ast.Return) and node.lineno >= last.lineno

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

    def _unlike(self, *found: Found) -> int:
        """How far the mended run is from that of the right solution: in values that only one has, and in their use."""
        use = sum(self.mine.roles[one.site] not in {self.other.roles[o] for o in self.same(one.other)} for one in found)
        return use + 2 * sum(self._difference(t, found) for t in self.failing[:MOST_COMPARED])

    def _difference(self, t: Tried, found: Sequence[Found]) -> int:
        trace = self._mended_trace(t, found)
        theirs = {t.key(False, other) for other in t.theirs if other < ROWS} - {None}
        ours = {keys_of(values) for values in trace.values()} - {None}
        ours |= {t.key(True, one.site) for one in found} & theirs  # what a step that is left out would work on
        return len(ours ^ theirs)
