"""Conditions under which a candidate location is rejected.

Replaced values at such a location make the whole answer right, but naming the location would be uninformative or false.
"""

import ast

import numpy as np

from ..run.instrument import matching_names, span
from .lines import last_assignment
from .runs import CaseRun, Replacement, Runs, is_new_array
from .values import ROWS, Values, is_boolean, keys_of


def changes_meaning(runs: Runs, found: Replacement) -> bool:
    """Whether the new value is of a different kind and may fit only these cases.

    Such a replacement may put an argument in place of itself, turn a number into a Boolean or a constant into an array,
    or change the shape of a list, a random draw or a value in a condition.
    """
    t, node = runs.failing[0], runs.answer.sites[found.site]
    if isinstance(node, ast.Name) and found.other < ROWS and runs.is_same_argument(node, found.other):
        return True
    if _is_argument_in_condition(runs, found) or _is_constant_of_one_branch(runs, found):
        return True
    in_condition = not isinstance(node, ast.Constant) and _is_in_condition(runs, found.site)
    old, new = t.answer[found.site], t.reference.get(found.other, ())
    for before, after in zip(old, new, strict=False):
        if isinstance(before, list) and not isinstance(after, list):
            try:
                if np.shape(before) != np.shape(after):
                    return True
            except ValueError:  # rows of different lengths
                return True
        if isinstance(before, list | tuple) or isinstance(after, list | tuple):
            continue
        if np.asarray(after).dtype.kind == "b" and np.asarray(before).dtype.kind != "b":
            return True
        if (np.ndim(before) == 0) != (np.ndim(after) == 0) and (
            isinstance(node, ast.Constant)
            or (isinstance(node, ast.Name) and runs.is_known(found.site))
            or _draws(runs, node)
        ):
            return True
        if _is_compared_size(runs, found.site) and np.asarray(after).dtype.kind not in "iu":
            return True
        if in_condition and (np.shape(before), np.asarray(before).dtype.kind) != (
            np.shape(after),
            np.asarray(after).dtype.kind,
        ):
            return True
    return False


def _is_argument_in_condition(runs: Runs, found: Replacement) -> bool:
    """Whether a condition reads an argument here, so only the condition can be wrong."""
    node, around = runs.answer.sites[found.site], runs.parents.get(found.site)
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and span(n) in runs.answer_sites]
    if around is None or not names or isinstance(node, ast.Compare | ast.BinOp):
        return False
    if not all(_is_given(runs, t, name) for t in runs.failing for name in names):
        return False
    values = [v for t in runs.failing for v in t.answer.get(around, ())]
    return bool(values) and all(np.asarray(v).dtype.kind == "b" for v in values)


def _is_in_condition(runs: Runs, site: int) -> bool:
    """Whether a site is part of an expression that yields single Booleans."""
    around = runs.parents.get(site)
    while around is not None:
        if is_boolean(runs.failing[0].answer.get(around, (0,))):
            return True
        around = runs.parents.get(around)
    return False


def _is_constant_of_one_branch(runs: Runs, found: Replacement) -> bool:
    """Whether a constant would change only where the right solution takes a branch."""
    return isinstance(runs.answer.sites[found.site], ast.Constant) and any(
        found.site in t.answer and found.other not in t.reference for t in (*runs.failing, *runs.passing)
    )


def _is_given(runs: Runs, t: CaseRun, name: ast.Name) -> bool:
    """Whether a name has the value of the argument with this name."""
    key = keys_of([runs.arguments(t.case).get(name.id)])
    return key is not None and all(keys_of([v]) == key for v in t.answer.get(runs.answer_sites[span(name)], ()))


def _draws(runs: Runs, node: ast.AST) -> bool:
    """Whether an expression uses a random generator."""
    return any(
        isinstance(v, np.random.Generator)
        for n in ast.walk(node)
        if isinstance(n, ast.Name)
        for v in runs.failing[0].answer.get(runs.answer_sites.get(span(n), -1), ())
    )


def _is_compared_size(runs: Runs, site: int) -> bool:
    """Whether a comparison reads the site as the size of an array."""
    node, around = runs.answer.sites[site], runs.parents.get(site)
    if around is None or not isinstance(runs.answer.sites[around], ast.Compare):
        return False
    return ast.unparse(node).startswith("len(") or ".shape" in ast.unparse(node) or ".size" in ast.unparse(node)


def is_used_rightly(runs: Runs, found: Replacement) -> bool:
    """Whether the right solution has a site's value and the result computed from it."""
    if not runs.is_known(found.site):
        return False
    around = runs.parents.get(found.site)
    if around is None or not runs.is_known(around):
        return False
    values = [v for t in runs.failing for v in t.answer[around]]
    return bool(values) and all(isinstance(v, float | np.floating | np.ndarray) and np.any(v) for v in values)


def calls_argument(runs: Runs, found: Replacement) -> bool:
    """Whether the site calls a function that is an argument of the answer.

    The result of the call is right unless the answer passes wrong values or changes this result later.
    """
    node = runs.answer.sites[found.site]
    names = {a.arg for a in runs.answer.text.definition.args.args}
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def switches_condition(runs: Runs, found: Replacement) -> bool:
    """Whether replacing a right value changes the result of a comparison elsewhere."""
    node, t = runs.answer.sites[found.site], runs.failing[0]
    if isinstance(node, ast.Name | ast.Constant) or not runs.is_known(found.site):
        return False
    trace = runs.repaired_trace(t, [found])
    own = {span(n) for n in ast.walk(node) if isinstance(n, ast.expr)}
    around = runs.enclosing_expression(found.site)[0]
    return any(
        isinstance(runs.answer.sites[site], ast.Compare)
        and span(runs.answer.sites[site]) not in own
        and runs.enclosing_expression(site)[0] != around
        and keys_of(values) != keys_of(trace.get(site, ()))
        for site, values in t.answer.items()
    )


def fills_gaps(runs: Runs, found: Replacement) -> bool:
    """Whether the place is an ``out`` argument that fills what ``where`` leaves out."""
    calls = [n for n in ast.walk(runs.answer.text.tree) if isinstance(n, ast.Call)]
    filled = [k.value for n in calls if any(k.arg == "where" for k in n.keywords) for k in n.keywords if k.arg == "out"]
    return any(span(one) == span(runs.answer.sites[found.site]) for one in filled)


def replaces_final_result(runs: Runs, found: Replacement) -> bool:
    """Whether the place gets the final result too early or is cut to an output's size."""
    t = runs.failing[0]
    if _cuts_to_output(runs, t, found):
        return True
    key = keys_of([t.expected])
    if key is None or key != t.key(False, found.other) or is_new_array(runs.answer.sites[found.site]):
        return False
    trace = runs.repaired_trace(t, [found])
    order, statement = list(trace), runs.enclosing_expression(found.site)[0]
    after = order[order.index(found.site) + 1 :]
    return any(keys_of(trace[s]) != key for s in after if runs.enclosing_expression(s)[0] != statement)


def _cuts_to_output(runs: Runs, t: CaseRun, found: Replacement) -> bool:
    """Whether the replacement cuts an array that is not returned to a smaller output."""
    old, new = t.answer[found.site][0], t.reference.get(found.other, (None,))[0]
    if not (isinstance(old, np.ndarray) and isinstance(new, np.ndarray)) or new.size >= old.size:
        return False
    name = runs.enclosing_expression(found.site)[1]
    returned = {n.id for n in ast.walk(runs.answer.text.tree) if isinstance(n, ast.Name) and runs.is_returned_name(n)}
    return bool(name) and name not in returned and t.key(False, found.other) in runs.outputs


def replaces_lists(runs: Runs, found: Replacement) -> bool:
    """Whether the replacement inserts lists.

    Lists are no evidence in a pair of places, because outputs may be grouped differently.
    """
    return any(isinstance(v, list) for v in runs.failing[0].reference.get(found.other, ()))


def draws_other_masks(runs: Runs) -> bool:
    """Whether the answer compares its random draws in a different way.

    All outputs of the answer then differ, so the search cannot recognise the right ones.
    """
    t = runs.failing[0]
    compared = [s for s in t.answer if isinstance(runs.answer.sites[s], ast.Compare) and np.ndim(t.answer[s][0])]
    drawn = any(isinstance(a, np.random.Generator) for a in (*t.case.args, *t.case.kwargs.values()))
    return drawn and not all(runs.is_known(s) for s in compared)


def has_wrong_inputs(runs: Runs, *found: Replacement) -> bool:
    """Whether a place computes the right expression from wrong inputs."""
    t = runs.failing[0]
    trace = runs.repaired_trace(t, found)
    unknown = [_unknown_names(runs, runs.answer.sites[one.site], trace) for one in found]
    if len(found) > 1 and set.intersection(*unknown):
        return True  # the inputs of both are already wrong
    for one in found:
        node = runs.answer.sites[one.site]
        for other in {
            *runs.sites_with_same_values(one.other),
            *runs.reference_sites_by_text.get(ast.unparse(node), ()),
        }:
            names = matching_names(node, runs.reference.sites[other])
            if names and any(_is_wrong(runs, t, trace, *pair) for pair in names):
                return True
    return False


def _is_wrong(runs: Runs, t: CaseRun, trace: Values, mine: ast.Name, right: ast.Name) -> bool:
    """Whether a variable's value is unknown or differs from the right solution's."""
    here, there = runs.answer_sites.get(span(mine), -1), runs.reference_sites.get(span(right), -1)
    key = keys_of(trace.get(here, ()))
    if not key or key == t.key(False, there):
        return False
    return mine.id == right.id or not runs.is_familiar(trace, here)


def _unknown_names(runs: Runs, node: ast.AST, trace: Values) -> set[str]:
    """Names with unknown values in a node and in the assignments that lead to it."""
    unknown: set[str] = set()
    for name in ast.walk(node):
        if isinstance(name, ast.Name) and name.id not in unknown and _is_unknown_in(runs, trace, name):
            unknown.add(name.id)
            made = last_assignment(runs.answer.text, name.id, name.lineno)
            unknown |= _unknown_names(runs, made.value, trace) if made else set()
    return unknown


def _is_unknown_in(runs: Runs, trace: Values, name: ast.Name) -> bool:
    site = runs.answer_sites.get(span(name), -1)
    return bool(keys_of(trace.get(site, ()))) and not runs.is_familiar(trace, site)


def prefills_array(runs: Runs, found: Replacement) -> bool:
    """Whether the replacement prefills a new array with values that are not an output."""
    t = runs.failing[0]
    values = t.reference.get(found.other, ())
    arrays = [v for v in values if not isinstance(v, list)]
    if not runs.is_to_be_filled(found.site) or all(np.ndim(v) == 0 or np.ptp(v) == 0 for v in arrays):
        return False
    return keys_of(values) not in runs.outputs


def creates_output_directly(runs: Runs, found: Replacement) -> bool:
    """Whether a new array gets an output's values, as if it needed no assignments."""
    values = runs.failing[0].reference.get(found.other, ())
    made = is_new_array(runs.answer.sites[found.site]) or runs.is_to_be_filled(found.site)
    return made and keys_of(values) in runs.outputs
