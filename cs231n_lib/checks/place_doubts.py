"""What rules a place out though right values make the whole answer right there: it says nothing, or what is false."""

import ast
from functools import cached_property
from typing import Any

import numpy as np

from .place_changes import made_last
from .place_runs import Found, Runs, Tried, is_new_array
from .place_sites import same_but_for_names, span
from .place_values import Values, keys_of

RESEMBLING = 0.25
"""An answer in which at most this share of values is unknown to the right solution is written like it."""


class Doubts(Runs):
    """Looks at a mended run, which is right at its end, for what is still wrong in it."""

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
        if key is None or key != t.key(False, found.other) or is_new_array(self.mine.sites[found.site]):
            return False
        trace = self._mended_trace(t, [found])
        order, statement = list(trace), self._whole(found.site)[0]
        after = order[order.index(found.site) + 1 :]
        return any(keys_of(trace[s]) != key for s in after if self._whole(s)[0] != statement)

    def _puts_in_lists(self, found: Found) -> bool:
        """Whether lists are put in: beside another place that says nothing, since outputs may go together otherwise."""
        return any(isinstance(v, list) for v in self.failing[0].theirs.get(found.other, ()))

    def _draws_other_masks(self) -> bool:
        """Whether the answer compares its draws in another way than the right solution.

        Then all its outputs are other ones, and those that are right cannot be told from the others.
        """
        t = self.failing[0]
        compared = [s for s in t.mine if isinstance(self.mine.sites[s], ast.Compare) and np.ndim(t.mine[s][0])]
        drawn = any(isinstance(a, np.random.Generator) for a in (*t.case.args, *t.case.kwargs.values()))
        return drawn and any(not self._is_familiar(t.mine, s) for s in compared)

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

    @cached_property
    def _in_these_words(self) -> dict[str, list[int]]:
        """The sites of the right solution by their text, but for bare names."""
        sites: dict[str, list[int]] = {}
        for site, node in enumerate(self.other.sites):
            if not isinstance(node, ast.Name):
                sites.setdefault(ast.unparse(node), []).append(site)
        return sites

    def _fills_before(self, found: Found) -> bool:
        """Whether an array that is to be filled gets numbers of which none is a result, and not all the same."""
        t = self.failing[0]
        values = t.theirs.get(found.other, ())
        arrays = [v for v in values if not isinstance(v, list)]
        if not self.is_to_be_filled(found.site) or all(np.ndim(v) == 0 or np.ptp(v) == 0 for v in arrays):
            return False
        return keys_of(values) not in self._outputs

    def _makes_an_output_at_once(self, found: Found) -> bool:
        """Whether a new array is an output already: what should have been written into it is left out, elsewhere."""
        values = self.failing[0].theirs.get(found.other, ())
        return is_new_array(self.mine.sites[found.site]) and keys_of(values) in self._outputs

    @cached_property
    def _outputs(self) -> list[Any]:
        expected = self.failing[0].expected
        return [keys_of([output]) for output in (expected if isinstance(expected, tuple) else (expected,))]

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
