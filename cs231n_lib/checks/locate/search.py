"""Search for the place of an error by value replacement.

The search gives each expression of a wrong answer the values of a right solution. If the answer is then right, the
expression may be the place.

Several expressions may qualify. If a step is missing, for example, several later expressions can take its result.
The search chooses the replacement that makes the answer's run most similar to that of the right solution, measured by
the values that only one of the two has. Returned variables are tried first, and then expressions with values that the
right solution never has, in the order of evaluation.
"""

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations
from typing import Any

from cs231n_lib.browser import SLOWNESS, cpu_time

from ..run.instrument import MAX_VALUES, Text, interchangeable, span
from .lines import breaking_lines, line_of_called_function, reading_lines
from .reads import doubtful_lines, is_right_at_first, is_small
from .rejections import (
    calls_argument,
    changes_meaning,
    creates_output_directly,
    draws_other_masks,
    fills_gaps,
    has_wrong_inputs,
    is_used_rightly,
    prefills_array,
    replaces_final_result,
    replaces_lists,
    switches_condition,
)
from .runs import MAX_LINES, CaseRun, Replacement, Runs
from .values import ROWS, form_of, is_boolean, keys_of, right_outputs

PAIR_CPU_SECONDS = 0.1 * SLOWNESS
"""CPU seconds for the search for pairs of places, which follows the one for single places."""
MAX_PARTIAL = 40
"""Maximum number of places that repair only some outputs and are tried in pairs."""
MAX_SOURCES = 3
"""Maximum number of other lines that may contain the error. With more, no place is reported."""
NEAR = 1.1
"""Maximum ratio of distances at which a place is about as likely as the best one."""
CHOICES = {"max", "min", "np.maximum", "np.minimum"}
"""Functions that choose among their arguments."""
MAX_COMPARED_CASES = 3
"""Maximum number of cases on which a run is compared with the right solution's."""


def find_places(runs: Runs) -> tuple[Replacement, ...]:
    """Find one place that repairs all outputs, a pair that does so, or none."""
    best: tuple[int, Replacement] | None = None
    whole_repairs: dict[Replacement, int] = {}
    partial: list[Replacement] = []
    made: dict[tuple[str, frozenset[int]], int] = {}
    for one in chain(_single_repairs(runs), _twin_repairs(runs)):
        if best and one.twins:
            break
        if changes_meaning(runs, one) or is_used_rightly(runs, one) or calls_argument(runs, one):
            continue
        node, (whole, name) = runs.answer.sites[one.site], runs.enclosing_expression(one.site)
        before = isinstance(node, ast.Name) and made.get((node.id, one.repaired), MAX_LINES) < node.lineno
        if before and not runs.is_known(one.site):
            continue  # only its assignment may be the place
        if whole == one.site:
            made.setdefault((name, one.repaired), node.lineno)
        if one.repaired != runs.wrong_outputs:
            if not (replaces_lists(runs, one) or creates_output_directly(runs, one)):
                partial.append(one)
            continue
        if replaces_final_result(runs, one) or has_wrong_inputs(runs, one) or prefills_array(runs, one):
            continue
        if switches_condition(runs, one) or fills_gaps(runs, one):
            continue
        unlike = _distance(runs, one)
        whole_repairs[one] = unlike
        # An array that keeps some of its initial entries is a place only if no later expression fits equally well.
        filled = best is not None and unlike == best[0] and runs.is_to_be_filled(best[1].site)
        if best is None or unlike < best[0] or not unlike or filled:
            best = unlike, one
        if not unlike:  # no line can be better, so only earlier ones are still tried
            runs.before_line = runs.answer.sites[one.site].lineno
    if best:
        near = {runs.answer.sites[one.site].lineno for one, unlike in whole_repairs.items() if unlike <= NEAR * best[0]}
        chosen = replace(_whole_choice(runs, best[1], [*whole_repairs]), near=frozenset(near))
        return _earliest(runs, chosen, [*whole_repairs])
    pair = _find_pair(runs, partial)
    return _with_sources(pair, doubtful_lines(runs, *pair)) if pair else ()


def _whole_choice(runs: Runs, best: Replacement, others: Sequence[Replacement]) -> Replacement:
    """The best place, or one around it if it is in an operand of a choice.

    A choice is ``and``, ``or``, a maximum or a minimum. Its operand may be right but not belong there. The place is
    then the result of the choice, or a larger expression if the best place only makes another operand win.
    """
    outer = [best.site]
    while (parent := runs.parents.get(outer[-1])) is not None:
        outer.append(parent)
    for level, around in enumerate(outer[1:], 1):
        node = runs.answer.sites[around]
        if not (isinstance(node, ast.BoolOp) or (isinstance(node, ast.Call) and ast.unparse(node.func) in CHOICES)):
            continue
        if level == 1 and runs.repaired_by([(around, best.other)]) == best.repaired:
            return replace(best, site=around)
        t = runs.failing[0]
        trace = runs.repaired_trace(t, [best])
        operands = node.values if isinstance(node, ast.BoolOp) else node.args
        own = span(runs.answer.sites[best.site])
        unchanged = [o for o in operands if all(span(n) != own for n in ast.walk(o) if isinstance(n, ast.expr))]
        won = [keys_of(trace.get(runs.answer_sites.get(span(o), -1), ())) for o in unchanged]
        if keys_of(trace.get(around, ())) in won:
            return next((one for one in others if one.site in outer[level:]), best)
    return best


def _earliest(runs: Runs, best: Replacement, others: Sequence[Replacement]) -> tuple[Replacement, ...]:
    """The best place, or an earlier one with right inputs that feeds the best one."""
    if order := _order_of(runs, best, others):
        return (order,)
    (sources,) = doubtful_lines(runs, best)
    read = {n.id for n in ast.walk(runs.answer.sites[best.site]) if isinstance(n, ast.Name)}
    for one in sorted(others, key=lambda one: runs.answer.sites[one.site].lineno):
        whole, name = runs.enclosing_expression(one.site)
        line = runs.answer.sites[one.site].lineno
        above = line < runs.answer.sites[best.site].lineno
        # A known value of the best place can be a coincidence, because the place reads a name with an unknown value.
        coincides = above and runs.is_known(best.site) and whole == one.site and name in read
        if (line in sources or coincides) and not runs.is_known(one.site):
            (earlier,) = doubtful_lines(runs, one)
            if not earlier:
                return (one,)
    lines = sources | _lines_of_other_errors(runs, best)
    return _with_sources((best,), (lines - {runs.answer.sites[best.site].lineno},))


def _lines_of_other_errors(runs: Runs, found: Replacement) -> frozenset[int]:
    """Lines besides the place itself where an error would have the same effect.

    If an assigned value is right, a line that reads the value may be wrong. A function may be wrong rather than its
    call, and a loop may end too early rather than run in the wrong order.
    """
    text, node = runs.answer.text, runs.answer.sites[found.site]
    lines = line_of_called_function(text, node) | breaking_lines(text, node)
    whole, name = runs.enclosing_expression(found.site)
    if whole == found.site and name and runs.is_known(found.site) and not isinstance(node, ast.Name | ast.Constant):
        lines |= reading_lines(text, name, node.lineno)
    return frozenset(lines)


def _order_of(runs: Runs, best: Replacement, others: Sequence[Replacement]) -> Replacement | None:
    """Place in a loop's iterable, if the best place is the loop's own variable."""
    name = runs.answer.sites[best.site]
    if not isinstance(name, ast.Name) or not runs.is_known(best.site):
        return None
    loops = [
        n
        for n in ast.walk(runs.answer.text.tree)
        if isinstance(n, ast.For | ast.comprehension)
        and name.id in {t.id for t in ast.walk(n.target) if isinstance(t, ast.Name)}
    ]
    inside = {span(n) for loop in loops for n in ast.walk(loop.iter) if isinstance(n, ast.expr)}
    return next((one for one in others if span(runs.answer.sites[one.site]) in inside), None)


def _with_sources(found: Sequence[Replacement], sources: Sequence[frozenset[int]]) -> tuple[Replacement, ...]:
    if any(len(lines) > MAX_SOURCES for lines in sources):
        return ()
    return tuple(replace(one, sources=tuple(sorted(lines))) for one, lines in zip(found, sources, strict=True))


def _find_pair(runs: Runs, partial: Sequence[Replacement]) -> tuple[Replacement, ...]:
    """Find two places that together repair all outputs."""
    if draws_other_masks(runs):
        return ()
    best: tuple[int, tuple[Replacement, ...]] | None = None
    partial, last = partial[:MAX_PARTIAL], cpu_time() + PAIR_CPU_SECONDS
    for first, second in combinations(partial, 2):
        if cpu_time() > last:
            break
        if first.site == second.site or first.repaired & second.repaired:
            continue
        both = [*first.put, *second.put]
        if first.repaired | second.repaired == runs.wrong_outputs and runs.repaired_by(both) == runs.wrong_outputs:
            if has_wrong_inputs(runs, first, second) or any(prefills_array(runs, one) for one in (first, second)):
                continue
            unlike = _distance(runs, first, second)
            if best is None or unlike < best[0]:
                best = unlike, (first, second)
                if not unlike:
                    break
    return best[1] if best else ()


def reads_one_name(runs: Runs, found: Sequence[Replacement]) -> bool:
    """Whether all places read the same name and get the same value."""
    names = [runs.answer.sites[one.site] for one in found]
    values = [{key for keys in runs.keys_on_cases(False, one.other) for key in keys or ()} for one in found]
    same = len({ast.unparse(name) for name in names}) == 1 and all(isinstance(name, ast.Name) for name in names)
    return same and all(one == values[0] for one in values)


Exchange = tuple[ast.expr, ast.expr, ast.expr]
"""Expression and the two parts of it that are exchanged."""


def find_exchange(runs: Runs) -> Exchange | None:
    """Find two sibling expressions whose exchange is a repair, and their parent.

    Values that are bound to names come last, because the names may be exchanged where they are read instead.
    """
    found = None
    for parent, several in interchangeable(runs.answer.text.tree):
        for first, second in combinations([n for n in several if span(n) in runs.answer_sites], 2):
            if cpu_time() > runs.cpu_deadline:
                return found
            if (found is None or not names_bound_to(runs, parent)) and _is_repaired_by_exchange(runs, first, second):
                found = parent, first, second
                if not names_bound_to(runs, parent):
                    return found
    return found


def find_exchanged_operands(runs: Runs) -> Exchange | None:
    """Find an operation, such as a difference, whose operands are exchanged."""
    for node in ast.walk(runs.answer.text.tree):
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Add | ast.Mult):
            sites = {span(node.left), span(node.right)} & {*runs.answer_sites}
            if len(sites) == 2 and _is_repaired_by_exchange(runs, node.left, node.right):
                return node, node.left, node.right
    return None


def names_bound_to(runs: Runs, node: ast.expr) -> frozenset[str]:
    """Names that an assignment or a loop binds to the parts of a tuple or a `zip`."""
    for one in ast.walk(runs.answer.text.tree):
        target: ast.expr | None = None
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Tuple):
            made = one.value.generators[0].iter if isinstance(one.value, ast.GeneratorExp | ast.ListComp) else one.value
            target = one.targets[0] if made is node else None
        elif isinstance(one, ast.For | ast.comprehension) and one.iter is node:
            target = one.target
        if target is not None:
            return frozenset(n.id for n in ast.walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return frozenset()


def _is_repaired_by_exchange(runs: Runs, first: ast.expr, second: ast.expr) -> bool:
    sites = runs.answer_sites[span(first)], runs.answer_sites[span(second)]
    return all(_is_right_when_exchanged(runs, t, *sites) for t in runs.fastest_first)


def _is_right_when_exchanged(runs: Runs, t: CaseRun, first: int, second: int) -> bool:
    if not (t.answer.get(first) and t.answer.get(second)):
        return False
    runs.answer.replacements, runs.answer.used = {first: t.answer[second], second: t.answer[first]}, {}
    value = runs.value_of(runs.answer, t.case)
    runs.answer.replacements = {}
    return right_outputs(t.expected, value, runs.spec.tolerance) == t.all_outputs


def find_shared(
    runs: Runs, wrong: Text, lines: frozenset[int], within: Collection[int] = (), whole: bool = False
) -> ast.expr | ast.stmt | None:
    """Find the first expression with values that a mistake has on or after ``lines``.

    ``within`` limits the lines of the expression. With ``whole``, only whole expressions of statements are compared.
    """
    tried = runs.failing[:MAX_COMPARED_CASES]
    function, traces = runs.traces_of(wrong, [t.case for t in tried])
    sites = [site for site in runs.failing[0].answer if not within or runs.answer.sites[site].lineno in within]
    if whole:
        wholes = {site for site, (around, _) in function.enclosing.items() if site == around}
        traces = [{i: v for i, v in t.items() if i % ROWS in wholes} for t in traces]
        sites = [site for site in sites if runs.enclosing_expression(site)[0] == site]
    for there in (lines, range(min(lines), MAX_LINES)):  # first these lines, then the lines after them
        made = [{keys_of(v) for i, v in t.items() if function.sites[i % ROWS].lineno in there} - {None} for t in traces]
        for site in sites:
            if there is not lines and _in_final_return(runs, runs.answer.sites[site]):
                continue  # a step that is missing earlier also makes the return value wrong
            keys = [t.key(True, site) for t in tried]
            if not whole and _is_constant_operation(runs, runs.answer.sites[site]):
                continue
            values = runs.failing[0].answer[site]
            if isinstance(runs.answer.sites[site], ast.Name) and is_right_at_first(runs, runs.answer.sites[site]):
                continue  # a loop carries a wrong value to the name
            if runs.is_familiar(runs.failing[0].answer, site) and not _is_only_an_entry(runs, values):
                continue
            if all(map(is_small, values)):
                continue
            if all(key in values for key, values in zip(keys, made, strict=True)):
                return runs.answer.sites[site]
    return None


def _is_only_an_entry(runs: Runs, values: Sequence[Any]) -> bool:
    """Whether the right solution has a number only as an entry of an array."""
    if len(values) != 1 or not isinstance(values[0], float) or values[0].is_integer():
        return False
    t, key = runs.failing[0], keys_of(values) or ()
    return not any(set(key) <= {*(t.key(False, other) or ())} for other in t.reference if other < ROWS)


def _is_constant_operation(runs: Runs, node: ast.AST) -> bool:
    """Whether an expression, such as `np.sqrt(2)`, reads no variable of the answer."""
    return not isinstance(node, ast.Constant) and not any(
        isinstance(n, ast.Name) and span(n) in runs.answer_sites for n in ast.walk(node)
    )


def _in_final_return(runs: Runs, node: ast.expr | ast.stmt) -> bool:
    """Whether the node is in a final ``return`` below other statements."""
    *before, last = runs.answer.text.definition.body
    return bool(before) and isinstance(last, ast.Return) and node.lineno >= last.lineno


def _single_repairs(runs: Runs) -> Iterator[Replacement]:
    """Replacements at single sites that repair some outputs, until time is up."""
    for site, other in _candidates(runs):
        if cpu_time() > runs.cpu_deadline:
            return
        if not _is_candidate(runs, site):
            continue
        repaired = runs.repaired_by([(site, other)])
        if repaired:
            yield Replacement(site, other, repaired)


def _is_candidate(runs: Runs, site: int) -> bool:
    """Whether a site is above the best place and not in a shared statement."""
    return runs.answer.sites[site].lineno < runs.before_line and site not in runs.in_shared_statements


def _twin_repairs(runs: Runs) -> Iterator[Replacement]:
    """Replacements that repair some outputs if made at all sites with the same source."""
    groups: dict[Any, list[int]] = {}
    for site in runs.failing[0].answer:
        node = runs.answer.sites[site]
        if not isinstance(node, ast.Name | ast.Constant | ast.stmt):
            groups.setdefault((ast.unparse(node), runs.keys_on_cases(True, site)), []).append(site)
    for first, *twins in (sites for sites in groups.values() if len(sites) > 1):
        for other in (other for same in (True, False) for other in _reference_candidates(runs, first, same)):
            if cpu_time() > runs.cpu_deadline:
                return
            repaired = runs.repaired_by([(site, other) for site in (first, *twins)])
            if repaired:
                yield Replacement(first, other, repaired, tuple(twins))


def _candidates(runs: Runs) -> Iterator[tuple[int, int]]:
    """Pairs of a site and a reference site to try, most likely first."""
    possible = [site for site in runs.failing[0].answer if _is_candidate(runs, site)]
    for site in possible:  # a wrong name is returned while another has the right value
        if runs.is_returned_name(runs.answer.sites[site]):
            others = [other for same_form in (True, False) for other in _reference_candidates(runs, site, same_form)]
            yield from ((site, other) for other in others if _is_among_final_values(runs, other))
    sites = [site for site in possible if not runs.is_returned_name(runs.answer.sites[site])]
    unknown = [s for s in sites if not runs.is_known(s)]
    for group in (unknown, [s for s in sites if s not in set(unknown)]):
        for same_form in (True, False):  # values of the same shape first
            for site in (site for site in group if _is_candidate(runs, site)):
                yield from ((site, other) for other in _reference_candidates(runs, site, same_form))
    for site in sites:  # a loop that ends too early or too late
        yield from ((site, other) for other in _conditions(runs, site))


def _is_among_final_values(runs: Runs, other: int) -> bool:
    """Whether the answer's variables end with the values of a reference site."""
    return all(set(t.key(False, other) or ()) <= {*t.held.values()} for t in runs.failing)


def _reference_candidates(runs: Runs, site: int, same_form: bool) -> list[int]:
    """Reference sites that ran as often as ``site`` and have other values."""
    first = runs.failing[0]
    if first.key(True, site) is None:
        return []
    form, boolean = list(map(form_of, first.answer[site])), is_boolean(first.answer[site])
    seen, others = {runs.keys_on_cases(True, site)}, []
    for other in runs.reference_sites_by_count.get(len(form), ()):
        if same_form != (form == runs.reference_forms[other]) or first.key(False, other) is None:
            continue
        if not boolean and is_boolean(first.reference[other]):
            continue
        key = runs.keys_on_cases(False, other)
        if key not in seen:
            seen.add(key)
            others.append(other)
    return others


def _conditions(runs: Runs, site: int) -> list[int]:
    """Conditions of the right solution that ran more or less often than ``site``."""
    first = runs.failing[0]

    def is_condition(values: Sequence[Any]) -> bool:
        return len(values) < MAX_VALUES and is_boolean(values)

    if not is_condition(first.answer[site]):
        return []
    return [o for o, v in first.reference.items() if is_condition(v) and len(v) != len(first.answer[site])]


def _distance(runs: Runs, *found: Replacement) -> int:
    """Distance between the repaired run and the right solution's, by values and use."""
    roles = [{runs.reference.roles[o] for o in runs.sites_with_same_values(one.other)} for one in found]
    use = sum(runs.answer.roles[one.site] not in known for one, known in zip(found, roles, strict=True))
    return use + 2 * sum(_distance_on(runs, t, found) for t in runs.failing[:MAX_COMPARED_CASES])


def _distance_on(runs: Runs, t: CaseRun, found: Sequence[Replacement]) -> int:
    trace = runs.repaired_trace(t, found)
    theirs = {t.key(False, other) for other in t.reference if other < ROWS} - {None}
    ours = {keys_of(values) for values in trace.values()} - {None}
    ours |= {t.key(True, one.site) for one in found} & theirs  # the input of a missing step
    return len(ours ^ theirs)
