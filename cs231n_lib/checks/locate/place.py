"""Location of a wrong answer's error, which needs no list of mistakes.

On every case, the search replaces the values of one expression in the answer with values that the right solution
computes (value replacement; Jeffrey, Gupta and Gupta, 2008). If the whole answer is then right, that expression may be
the place. If several outputs are wrong, the search also tries pairs of expressions. If no replacement helps, it tries
single small edits of the student's source.

The search runs the student's code about a hundred times on correct values, so call it only after all points are fixed.
"""

import ast
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from inspect import unwrap
from typing import Any

import numpy as np

from cs231n_lib.browser import SLOWNESS, cpu_time

from ..declare import Mistake, RowKind
from ..evaluate.rows import DrawnRow, Evaluation, draw, evaluation_of_reference
from ..run import messages
from ..run.compare import shortly
from ..run.flaws import Difference, Flaw
from ..run.instrument import Instrumented, Text, instrumented_reference, span, text_of
from ..run.runner import Case, LocalRunner, Outcome, silence
from ..run.time_limit import TimeLimit, attempt, memory_limit
from ..slips import Edited
from .lines import (
    assigning_line,
    bound_names,
    breaking_lines,
    changing_line,
    last_assignment,
    last_modification,
    lines_of_functions,
    modified_names,
    returning_line,
    sharing_assignment,
)
from .overwrites import overwriting_statement
from .reads import first_wrong_line, header_lines, is_empty, is_right_at_first, lines_read, writes_into_dictionary
from .repairs import Edit, EditKind, find_repair
from .runs import RUN_SECONDS, WALL_SECONDS, Replacement, Runs, is_new_array, run_both
from .search import (
    MAX_SOURCES,
    find_exchange,
    find_exchanged_operands,
    find_places,
    find_shared,
    names_bound_to,
    reads_one_name,
)

OUTPUT_FLAWS = {
    Flaw.NOTHING,
    Flaw.GENERATOR,
    Flaw.UNUSABLE,
    Flaw.OTHER_COUNT,
    Flaw.TOO_MANY,
    Flaw.NO_DICTIONARY,
    Flaw.NO_EMPTY_DICTIONARY,
    Flaw.IS_MISSING,
}
RETURN_FLAWS = {*OUTPUT_FLAWS, Flaw.OTHER_ORDER, Flaw.OTHER_ORDER_THAN, Flaw.PROPERTY_AT_RETURN}
"""Flaws of the whole returned value, such as too few values or a wrong order."""
KIND_FLAWS = {Flaw.OTHER_KIND}
"""Flaws for which the ``return`` is reported only if value replacement fails."""
PLACE_CPU_SECONDS = 0.4 * SLOWNESS
"""CPU seconds from the start of the search until its final edits must end."""
EDIT_CPU_SECONDS = 0.1 * SLOWNESS
"""CPU seconds guaranteed to these final edits."""
SHARPENING_CPU_SECONDS = 0.1 * SLOWNESS
"""CPU seconds for edits of a few lines, such as those that may contain the error."""
SEARCH_CPU_SECONDS = 4.0 * SLOWNESS
"""CPU seconds for the whole search."""
MAX_MEMORY_BYTES = 1 << 30
"""Maximum additional memory for the search, in bytes, if the system can limit memory."""
FRESH_SEEDS = ("fresh 1", "fresh 2")
"""Seeds of the further cases on which a place must hold."""
MAX_FRESH_CASES = 12
"""Maximum number of these cases on which values are replaced."""
MAX_CALLS = 2
"""Maximum number of a property's calls that the search also uses as cases."""


@dataclass(frozen=True)
class Place:
    """Expression whose replacement by another value makes an answer right.

    ``actual`` and ``expected`` are the values on the case ``label``, if they are short. ``found_by_edit`` means that a
    small edit of the expression makes the answer right.
    """

    line: int
    text: str
    """Text of the line, or of all lines if one of several contains the error."""
    expression: str
    label: str = ""
    actual: str = ""
    expected: str = ""
    found_by_edit: bool = False
    column: int = 0
    """Column in ``text`` at which the expression begins."""
    effect: str = field(default_factory=lambda: messages.ALL_RIGHT)
    """Effect of the replacement. Empty if the place only matches a named mistake."""
    statement: str = ""
    """Explanation of the place, if it is not about a value."""
    mistake: str = ""
    """Explanation of the named mistake at this place, if any."""
    sources: tuple[int, ...] = ()
    """Other lines that may contain the error, such as lines that compute an input."""
    reference_lines: frozenset[int] = field(default=frozenset(), repr=False)
    """Lines at which the right solution has the expected value. Students never see them."""

    def sentence(self, show_numbers: bool = True) -> str:
        """Describe the place and the value that would make the answer right.

        >>> Place(3, "v = mu * v - lr * dw", "mu", "step 2", "0.9", "1.9").sentence()
        'line 3: `mu` is 0.9 here (step 2). With 1.9 in its place, the answer is right'
        >>> Place(4, "return 2 * x", "2", "step 2", "2", "3").sentence()
        'line 4: with 3 for `2` here (step 2), the answer is right'
        >>> Place(3, "v = v - lr * dw", "v", mistake="the old velocity is not damped.").sentence()
        'line 3: the old velocity is not damped. With a different value for `v`, the answer is right'
        """
        if not show_numbers:
            return self.header if self.is_of_lines else messages.LINE.format(self.header, f"`{self.text}`")
        proof = self._proof() if self.effect else ""
        text = f"{self.mistake} {proof[:1].upper()}{proof[1:]}".strip() if self.mistake else proof
        if self.sources and not self.is_of_lines:
            text = f"{text.rstrip('.')}. {messages.SOURCES.format(messages.one_of_lines(self.line, *self.sources))}"
        return messages.LINE.format(self.header, text)

    @property
    def is_of_lines(self) -> bool:
        """Whether the error is in one of several equally likely lines."""
        return bool(self.sources and (self.statement or not self.effect))

    @property
    def header(self) -> str:
        """Words for the line, or for all lines if one of several contains the error."""
        return messages.one_of_lines(self.line, *(self.sources if self.is_of_lines else ()))

    def _proof(self) -> str:
        if self.statement:
            return self.statement
        if self.found_by_edit:
            return messages.SMALL_CHANGE.format(self.expression)
        if not self.actual or self.actual == self.expected:
            return messages.OTHER_VALUE.format(self.expression, self.effect)
        if self.actual == self.expression:
            return messages.THIS_VALUE.format(self.expected, self.expression, self.label, self.effect)
        return messages.BOTH_VALUES.format(self.expression, self.actual, self.label, self.expected, self.effect)


def places(
    student: Evaluation, rows: Sequence[DrawnRow], function: Any, named: Sequence[Mistake] = (), *, edits: bool = True
) -> tuple[Place, ...]:
    """Find where an evaluated answer goes wrong, as one place, a pair, or none.

    If no replacement helps, the search looks for the place where the answer computes the values of a ``named`` mistake.
    With ``edits=False`` the search ends after value replacement. If it exceeds its time or memory, it finds no place.
    """
    text = text_of(function)
    right = instrumented_reference(student.spec.reference) if text else None
    if text is None or right is None:
        return ()

    def search() -> tuple[Place, ...]:
        cases = [case for row in rows if row.kind is RowKind.VALUES for case in row.cases]
        properties = [row for row in rows if row.kind is RowKind.PROPERTY]
        if not any(_draws_differently(student, row) for row in properties):
            cases += [call.case for row in properties for call in student.verdict(row).calls[:MAX_CALLS]]
        return _search(_Answer(student, rows, function, text), right, cases, named, edits)

    wall = TimeLimit(WALL_SECONDS, line_by_line=False)
    cpu = TimeLimit(SEARCH_CPU_SECONDS, cpu_time=True, line_by_line=False)
    with silence(), warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"), memory_limit(MAX_MEMORY_BYTES):
        # Inspecting a student's own objects may raise any error. No points depend on the search, so it ignores errors.
        within, _ = attempt(wall, lambda: attempt(cpu, search))
    found: tuple[Place, ...] | None = within[0] if within else None
    return found or ()


def _draws_differently(student: Evaluation, row: DrawnRow) -> bool:
    """Whether an answer that passes the row makes a different number of random draws.

    The answer's values may then differ from those of the right solution without being wrong, so they prove nothing.
    """
    if student.verdict(row).difference or student.expected is None:
        return False
    return any(
        _generator_states(student.runner(call.case)) != _generator_states(student.expected.runner(call.case))
        for call in student.verdict(row).calls[:MAX_CALLS]
        if any(isinstance(a, np.random.Generator) for a in (*call.case.args, *call.case.kwargs.values()))
    )


def _generator_states(outcome: Outcome) -> list[str]:
    return [str(a.bit_generator.state) for a in outcome.arguments if isinstance(a, np.random.Generator)]


@dataclass(frozen=True)
class _Answer:
    """Wrong answer with its evaluation, rows, function and source."""

    student: Evaluation
    rows: Sequence[DrawnRow]
    function: Any
    text: Text


def _search(
    answer: _Answer, right: Instrumented, cases: Sequence[Case], named: Sequence[Mistake], edits: bool
) -> tuple[Place, ...]:
    student, rows, text = answer.student, answer.rows, answer.text
    end = cpu_time() + PLACE_CPU_SECONDS
    differences = _form_differences(student, rows)
    line = _place_of_change(answer) or _place_of_loop(student, text) or _place_of_form(differences, RETURN_FLAWS, text)
    if line:
        return (line,)
    runs = run_both(student.spec, text, right, cases)
    if cases and not runs.failing:
        return ()
    if runs.failing:
        unused = {n.lineno for n in ast.walk(text.tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)}
        if unused and edits and (edit := _repair(answer, runs, SHARPENING_CPU_SECONDS, unused, edits=[EditKind.KEPT])):
            return (_place_of_edit(text, edit),)
        exchanged = find_exchange(runs)
        bound = names_bound_to(runs, exchanged[0]) if exchanged else frozenset[str]()
        if exchanged and not bound:
            return (_place_of_exchange(text, *exchanged),)
        if exchanged:
            return (_place_of_use(answer, runs, exchanged[0], bound) or _place_of_exchange(text, *exchanged),)
        if (found := find_places(runs)) and _holds_on_fresh_cases(student, runs, found):
            if len(found) == 1 and (overwritten := overwriting_statement(runs, found[0].site)):
                statement, name = overwritten
                changed = bound_names(statement) | modified_names(statement)
                effect = messages.OVERWRITES if name.id in changed else messages.CHANGES_TOO
                return (_place_of_line(text, statement.lineno, effect.format(name.id, name.lineno)),)
            if len(found) == 1 and edits and (edit := _better_edit(answer, runs, found[0])):
                return (_place_of_edit(text, edit),)
            several = tuple(_place_of_value(runs, text, one) for one in found)
            if len(found) > 1 and reads_one_name(runs, found):
                first = min(several, key=lambda one: (one.line, one.column))
                several = (replace(first, effect=messages.ALL_RIGHT),)
            return _settled(runs, answer, several, named, edits)
    line = _place_of_form(differences, KIND_FLAWS, text)
    if line or not edits:
        return (line,) if line else ()
    if runs.failing and (place := _place_of_mistake(runs, text, named)):
        return (place,)
    edit = _repair(answer, runs, max(EDIT_CPU_SECONDS, end - cpu_time()))
    return (_place_of_edit(text, edit),) if edit else ()


def _repair(
    answer: _Answer,
    runs: Runs,
    seconds: float,
    lines: Collection[int] = (),
    kind: type[ast.AST] = ast.AST,
    edits: Collection[EditKind] = EditKind,
) -> Edit | None:
    """Small edit that makes the answer right on all rows."""

    def is_right(function: Any) -> bool:
        return runs.is_right(function) and _passes_all_rows(answer.student, answer.rows, function)

    return find_repair(answer.text, is_right, seconds, lines, kind, edits)


def _better_edit(answer: _Answer, runs: Runs, found: Replacement) -> Edit | None:
    """Small edit of a condition around the place, or of an equally likely line."""
    if edit := _repaired_condition(answer, runs, found):
        return edit
    near = found.near - {runs.answer.sites[found.site].lineno}
    return _repair(answer, runs, SHARPENING_CPU_SECONDS, near, edits=[EditKind.EXCHANGE]) if near else None


def _repaired_condition(answer: _Answer, runs: Runs, found: Replacement) -> Edit | None:
    """Small edit that mends the condition of an ``if`` statement around the place."""
    line = runs.answer.sites[found.site].lineno
    conditions = {
        n.test.lineno
        for n in ast.walk(answer.text.definition)
        if isinstance(n, ast.If) and n.test.end_lineno < line <= n.end_lineno  # type: ignore[operator]
    }
    if not conditions:
        return None
    return _repair(answer, runs, SHARPENING_CPU_SECONDS, conditions, ast.Compare, [EditKind.EXCHANGE])


def _settled(
    runs: Runs, answer: _Answer, found: tuple[Place, ...], named: Sequence[Mistake], edits: bool
) -> tuple[Place, ...]:
    """Places to report, sorted by line and refined by edits and named mistakes."""
    lines = {line for place in found for line in (place.line, *place.sources) if place.sources}
    if lines and edits:
        sources = lines - {place.line for place in found}
        if len(found) == 1 and (edit := _repair_within(runs, answer, sources, {found[0].line})):
            return (_place_of_edit(answer.text, edit),)
        if place := _place_of_mistake_within(runs, answer.text, named, found, whole=True):
            return (place,)
        if place := _place_of_mistake_within(runs, answer.text, named, found, whole=False):
            return (place,)
        if named and (first := first_wrong_line(runs, sources)) and not _is_likely(runs, answer.text, named, first):
            return ()  # the right solution lacks the line's value, but nothing shows that this is the error
    return _in_order(runs, answer.text, found)


def _repair_within(runs: Runs, answer: _Answer, sources: Collection[int], own: Collection[int]) -> Edit | None:
    """Small edit on one of these lines that makes the answer right.

    An added operation is tried only on the place's own lines, because on source lines it could hide another error.
    """
    end = cpu_time() + SHARPENING_CPU_SECONDS
    for lines, edits in (
        ({*sources, *own}, [EditKind.CONDITION]),
        (sources, [EditKind.EXCHANGE]),
        (own, [EditKind.EXCHANGE, EditKind.FURTHER]),
    ):
        if lines and (edit := _repair(answer, runs, end - cpu_time(), lines, edits=edits)):
            return edit
    return None


def _place_of_mistake_within(
    runs: Runs, text: Text, named: Sequence[Mistake], found: Sequence[Place], whole: bool
) -> Place | None:
    """Place on the lines found at which the answer makes a named mistake."""
    sources = {place.line: frozenset(place.sources) for place in found}
    lines = {line for place in found for line in (place.line, *place.sources) if place.sources}
    for mistake in named:
        wrong = mistake.implementation
        if not isinstance(wrong, Edited):
            continue
        if whole and (header := _header_like(text, wrong, lines)):
            place = _place_of_line(text, header, "")
            return replace(place, effect="", mistake=mistake.explanation)
        node = find_shared(runs, wrong.text, wrong.changed, lines, whole)
        if node is None:
            continue
        if any(line > node.lineno for line in lines) and is_right_at_first(runs, node):
            continue  # a loop carries the wrong value here from a later line
        called = sources.get(node.lineno, frozenset()) & lines_of_functions(text)
        earlier = {line for line in lines_read(runs, node) | called if line < node.lineno}
        if not earlier - header_lines(text.tree):
            return replace(_place_of_node(text, node), found_by_edit=False, effect="", mistake=mistake.explanation)
    return None


def _is_likely(runs: Runs, text: Text, named: Sequence[Mistake], line: int) -> bool:
    """Whether a line is in an inner function, fills a dictionary or shows a mistake."""
    if line in lines_of_functions(text) or writes_into_dictionary(runs, line):
        return True
    wrong = [mistake.implementation for mistake in named]
    return any(isinstance(one, Edited) and find_shared(runs, one.text, one.changed, {line}) for one in wrong)


def _header_like(text: Text, wrong: Edited, lines: Collection[int]) -> int | None:
    """The only loop header in or around these lines, if the mistake changes a header."""
    kinds = ast.For | ast.While
    if not header_lines(wrong.text.tree, kinds) & wrong.changed:
        return None
    loops = [n for n in ast.walk(text.tree) if isinstance(n, kinds)]
    own = header_lines(text.tree, kinds) & {*lines}
    own = own or {n.lineno for n in loops if n.lineno < min(lines) and max(lines) <= (n.end_lineno or 0)}
    return min(own) if len(own) == 1 else None


def _in_order(runs: Runs, text: Text, found: Sequence[Place]) -> tuple[Place, ...]:
    """Places by line, without those that share candidate lines with an earlier one."""
    proved = [one for one in found if not one.sources]
    kept, candidates = list(proved), set[int]()
    lines = {one.line for one in proved}
    for one in found:
        own = {one.line, *one.sources}
        if one.sources and not own & candidates:
            candidates |= own
            kept.append(_at_first_source(runs, text, replace(one, sources=tuple(sorted({*one.sources} - lines)))))
    return tuple(sorted(kept, key=lambda one: (one.line, one.column)))


def _at_first_source(runs: Runs, text: Text, place: Place) -> Place:
    """The place, moved to the first of its lines that may contain the error."""
    if not place.sources:
        return place
    first = first_wrong_line(runs, place.sources)
    if first is None and place.effect and not place.statement:
        return place
    first = first or min(place.sources)
    others = tuple(sorted({place.line, *place.sources} - {first}))
    statement = place.statement
    if not statement and place.effect:
        statement = messages.OTHER_VALUE_IN.format(place.expression, place.line, place.effect)
    return replace(
        place,
        line=first,
        text="\n".join(text.line(number) for number in sorted((first, *others))),
        expression=text.line(first),
        column=0,
        statement=statement,
        sources=others,
    )


def _definition_of(runs: Runs, text: Text, node: ast.expr | ast.stmt) -> ast.expr | ast.stmt:
    """Last assignment to a returned name, or the node itself if there is none."""
    if not isinstance(node, ast.Name) or not runs.is_returned_name(node):
        return node
    made = last_assignment(text, node.id)
    unpacked = isinstance(made, ast.Assign) and isinstance(made.targets[0], ast.Tuple)
    return node if made is None or unpacked else made


def _place_of_mistake(runs: Runs, text: Text, named: Sequence[Mistake]) -> Place | None:
    """Place where the answer computes the values of a named mistake."""
    for mistake in named:
        wrong = mistake.implementation
        if not isinstance(wrong, Edited):
            continue
        # The first of several changed lines may only prepare the mistake.
        lines = frozenset(line for line in wrong.changed if line + 1 not in wrong.changed)
        node = find_shared(runs, wrong.text, lines, whole=True) or find_shared(runs, wrong.text, lines)
        if node:
            if _is_changed_later(runs, text, node):
                continue
            shown = _definition_of(runs, text, node)
            doubtful = lines_read(runs, node) if shown is not node or not runs.is_returned_name(node) else ()
            sources = tuple(sorted(({*doubtful} | breaking_lines(text, node)) - {shown.lineno}))
            if len(sources) > MAX_SOURCES:
                continue
            place = _place_of_node(text, shown)
            place = replace(place, found_by_edit=False, effect="", mistake=mistake.explanation, sources=sources)
            return _at_first_source(runs, text, place)
    return None


def _is_changed_later(runs: Runs, text: Text, node: ast.expr | ast.stmt) -> bool:
    """Whether a later statement changes the variable that gets an expression's value."""
    _, name = runs.enclosing_expression(runs.answer_sites[span(node)])
    statements = (n for n in ast.walk(text.definition) if isinstance(n, ast.stmt) and n.lineno > node.lineno)
    return any(name in modified_names(n) for n in statements)


def _place_of_loop(student: Evaluation, text: Text) -> Place | None:
    """Place of the only ``while`` loop, if the answer did not finish in time."""
    loops = [node for node in ast.walk(text.tree) if isinstance(node, ast.While)]
    if len(loops) != 1 or not student.timed_out:
        return None
    return _place_of_line(text, loops[0].lineno, messages.LOOP)


def _place_of_change(answer: _Answer) -> Place | None:
    """Line that changes an argument, if this explains all failed rows."""
    student, rows = answer.student, answer.rows
    failed = {row.kind for row in rows if student.verdict(row).difference}
    if RowKind.PURITY not in failed:
        return None
    pure = [row for row in rows if row.kind is RowKind.PURITY]
    called = [call.case for row in pure for call in student.verdict(row).calls]
    found = changing_line(unwrap(answer.function), [*(case for row in pure for case in row.cases), *called])
    if found and failed != {RowKind.PURITY}:
        right = partial(_passes_all_rows, student, rows)
        found = found if find_repair(answer.text, right, SHARPENING_CPU_SECONDS, {found[0]}, ast.stmt) else None
    if found is None:
        return None
    line, name = found
    if shares := sharing_assignment(answer.text, line, name):
        return _place_of_line(answer.text, shares.lineno, messages.SHARES.format(name, line))
    return _place_of_line(answer.text, line, messages.CHANGES.format(name))


def _form_differences(student: Evaluation, rows: Sequence[DrawnRow]) -> list[Difference | None]:
    """Form error of each result, or each property's error if there are no cases."""
    cases = [case for row in rows if row.kind is RowKind.FORM for case in row.cases]
    if not cases:
        wrong = [student.verdict(row).difference for row in rows if row.kind is RowKind.PROPERTY]
        return [d for d in wrong if d]
    found = [student.comparison(case) for case in cases if student.outcome(case).error is None]
    return [one.whole or one.form_difference() for one in found]


def _place_of_form(found: Sequence[Difference | None], flaws: Collection[Flaw], text: Text) -> Place | None:
    """Line that returns a wrong form, if every case has one of these flaws."""
    first = found[0] if found else None
    if first is None or not all(d and _is_among(d, flaws) for d in found):
        return None
    outputs = first.parts[0].outputs if first.parts else ()
    assigned = assigning_line(text, outputs[0].number) if len(outputs) == 1 and outputs[0].number else None
    line = assigned or returning_line(text)
    return _place_of_line(text, line, messages.describe_line(first)) if line else None


def _is_among(wrong: Difference, flaws: Collection[Flaw]) -> bool:
    """Whether the flaw, or the first flaw of several outputs, is one of these."""
    if not wrong.parts:
        return wrong.flaw in flaws
    outputs, first = wrong.parts[0]
    if first.flaw not in flaws or first.flaw not in {*OUTPUT_FLAWS, *KIND_FLAWS}:
        return False
    return first.flaw is Flaw.IS_MISSING or (len(outputs) == 1 and bool(outputs[0].name) and not outputs[0].inner)


def _place_of_line(text: Text, number: int, statement: str) -> Place:
    return Place(number, text.line(number), text.line(number), statement=statement)


def _place_of_exchange(text: Text, parent: ast.expr, first: ast.expr, second: ast.expr) -> Place:
    statement = messages.EXCHANGED.format(text.segment(first), text.segment(second))
    return replace(_place_of_node(text, parent), found_by_edit=False, statement=statement)


def _place_of_use(answer: _Answer, runs: Runs, bound: ast.expr, names: Collection[str]) -> Place | None:
    """Place that reads these names in the wrong order, or one instead of another."""
    text = answer.text
    if operands := find_exchanged_operands(runs):
        return _place_of_exchange(text, *operands)
    edit = find_repair(text, runs.is_right, SHARPENING_CPU_SECONDS, kind=ast.Tuple)
    pair = edit.node if edit else None
    if isinstance(pair, ast.Tuple) and len(pair.elts) == 2 and span(pair) != span(bound):
        return _place_of_exchange(text, pair, *pair.elts)
    found = find_places(runs)
    if len(found) != 1 or found[0].sources or not _holds_on_fresh_cases(answer.student, runs, found):
        return None
    read = {n.id for n in ast.walk(runs.answer.sites[found[0].site]) if isinstance(n, ast.Name)}
    return _place_of_value(runs, text, found[0]) if len(read & {*names}) == 1 else None


def _place_of_node(text: Text, node: ast.expr | ast.stmt) -> Place:
    line = text.line(node.lineno)
    expression = text.segment(node) if isinstance(node, ast.expr) else line
    return Place(node.lineno, line, expression, found_by_edit=True, column=_column(text, node))


def _place_of_edit(text: Text, edit: Edit) -> Place:
    place = _place_of_node(text, edit.node)
    if isinstance(edit.new, ast.expr):
        settled = edit.new.value if isinstance(edit.new, ast.Constant) else None
        if isinstance(settled, bool) and not isinstance(edit.node, ast.Constant):
            return replace(place, statement=messages.SETTLED[settled].format(place.expression))
        return replace(place, statement=_kind_of_change(edit.node, edit.new).format(place.expression))
    elif isinstance(edit.node, ast.Expr) and edit.node not in edit.new and len(edit.new) == len(edit.body):
        return replace(place, statement=messages.RESULT_UNUSED)
    elif len(edit.new) < len(edit.body):
        return replace(place, statement=messages.LEAVE_OUT)
    elif len(edit.new) == len(edit.body) and edit.node in edit.new:
        following = next(one for one in edit.body if one.lineno > edit.node.lineno)
        return replace(place, statement=messages.MOVE_BELOW.format(following.end_lineno))
    return place


def _kind_of_change(old: ast.AST, new: ast.expr) -> str:
    """Message about what an expression needs, without revealing the new one."""
    if any(node is old for node in ast.walk(new)) and not is_new_array(old):
        return messages.FURTHER_OPERATION
    if any(node is new for node in ast.walk(old)):
        return messages.PART_LESS
    if isinstance(old, ast.Name) and isinstance(new, ast.Name):
        return messages.OTHER_NAME
    numbers = isinstance(old, ast.Constant) and isinstance(new, ast.Constant) and old.value != new.value
    return messages.OTHER_NUMBER if numbers else messages.SMALL_CHANGE


def _passes_all_rows(student: Evaluation, rows: Sequence[DrawnRow], function: Any) -> bool:
    """Whether a function passes the rows of this seed and of the fresh seeds."""
    for seed in (None, *FRESH_SEEDS):
        runner = LocalRunner(function, RUN_SECONDS, student.spec.collect)
        expected = student.expected if seed is None else evaluation_of_reference(student.spec)
        evaluation = Evaluation(student.spec, runner, expected)
        if any(evaluation.verdict(row).difference for row in (rows if seed is None else draw(student.spec, seed))):
            return False
    return True


def _holds_on_fresh_cases(student: Evaluation, runs: Runs, found: Sequence[Replacement]) -> bool:
    """Whether the replacements also make the answer right on cases of fresh seeds."""
    cases: list[Case] = []
    for seed in FRESH_SEEDS:
        if len(cases) < MAX_FRESH_CASES:
            rows = [row for row in draw(student.spec, seed) if row.kind is RowKind.VALUES]
            cases += [case for row in rows for case in row.cases]
    return runs.holds_on(cases[:MAX_FRESH_CASES], found)


def _place_of_value(runs: Runs, text: Text, found: Replacement) -> Place:
    node, failing = runs.answer.sites[found.site], runs.failing[0]
    actual, expected = failing.answer[found.site], failing.reference[found.other]
    values = (_short_text(actual[0]), _short_text(expected[0])) if len(actual) == 1 else ("", "")
    if not all(values) or np.ndim(actual[0]) > np.ndim(expected[0]) == 0:  # the number fits only by broadcasting
        values = ("", "")
    line = text.line(node.lineno)
    reference_lines = frozenset(runs.reference.sites[o].lineno for o in runs.sites_with_same_values(found.other))
    effect = messages.ALL_RIGHT
    if found.repaired != runs.wrong_outputs:  # another place repairs the other outputs
        effect = messages.are_right([runs.output(i, failing.expected) for i in sorted(found.repaired)])
    if runs.is_to_be_filled(found.site) and np.asarray(actual[0]).dtype == np.asarray(expected[0]).dtype:
        effect = messages.FILLED.format(effect)
    elif runs.is_to_be_filled(found.site):
        values = ("", "")
    column = _column(text, node)
    read = not runs.is_known(found.site) and not runs.is_returned_name(node)
    if read and isinstance(node, ast.Name) and (made := last_modification(text, node)):
        after = _place_of_line(text, made.lineno, messages.AFTER.format(node.id, made.lineno, effect))
        assigned, lines = last_assignment(text, node.id, made.lineno), {*found.sources}
        if assigned and not (is_empty(assigned) or is_new_array(assigned.value)):
            lines.add(assigned.lineno)
        return replace(after, reference_lines=reference_lines, sources=tuple(sorted(lines - {made.lineno})))
    return Place(
        node.lineno,
        line,
        text.segment(node),
        failing.case.label,
        *values,
        column=column,
        effect=effect,
        sources=found.sources,
        reference_lines=reference_lines,
    )


def _column(text: Text, node: ast.expr | ast.stmt) -> int:
    """Column of a node in characters, without the indentation."""
    line = text.lines[node.lineno - 1]
    return len(line.encode()[: node.col_offset].decode()) - (len(line) - len(line.lstrip()))


def _short_text(value: Any) -> str:
    """Text of a number or a short array, or the shape of a larger one."""
    if isinstance(value, np.ndarray) and value.ndim:
        if value.size > 4 or value.ndim > 1:
            return messages.describe(value)
        return f"[{', '.join(map(shortly, value))}]"
    return "" if isinstance(value, tuple | list) else shortly(value[()] if isinstance(value, np.ndarray) else value)
