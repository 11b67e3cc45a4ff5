r"""Where a wrong answer goes wrong, proved without any list of mistakes.

One expression of the answer is given the values that the right solution has somewhere, on every case (value
replacement; Jeffrey, Gupta and Gupta, 2008). If the whole answer is then right, that expression is the place. Where
several outputs are wrong, each may have a place of its own: a pair is tried. What no value mends is tried once more
with one small edit of the student's own text.

It runs the student's code some hundred times, on right values: only after all points are fixed.
"""

import ast
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from inspect import unwrap
from typing import Any

import numpy as np

from .compare import listed, shortly
from .declare import Kind, Mistake
from .place_changes import changed_last, changing_line, made_last, returning_line
from .place_edits import mending_edit
from .place_runs import Found
from .place_search import Search
from .place_sites import Text, text_of
from .runner import Case, LocalRunner, Outcome, silence
from .slips import Edited
from .trial import Drawn, Trial

OTHER_FORM = re.compile(
    r"(`\w+`: )?returns (?!shape|dtype)(?!.*, not )|these are the right values|(`\w+`(, | and )?)+ (is|are) missing"
    r"|the dictionary has no entry|what comes back is no dictionary"
)
"""Said of what goes wrong at the end: not so many values, or in another order."""
OTHER_KIND = re.compile(r"(`\w+`: )?returns (?!shape|dtype).*, not ")
"""Said of no array or no number, which may go wrong before the end; a shape often does, long before."""
CPU_EDITS = 0.5
"""Seconds of CPU for edits, after value replacement."""
MOST_CALLS = 2
"""So many calls of each property are cases, too."""


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
    column: int = 0
    """Where in ``text`` the expression begins."""
    then: str = "all is right"
    """What another value brings about; nothing where the place is only that of the mistake's own values."""
    says: str = ""
    """What is said of a whole line, where no value is wrong in it but what it does."""
    mistake: str = ""
    """What is told of the mistake that is named, if that is in this place."""
    beside: frozenset[int] = field(default=frozenset(), repr=False)
    """The lines of the right solution that have the value which is needed; no student sees them."""

    def sentence(self, show_numbers: bool = True) -> str:
        """Say where it is, and with which value all is right.

        >>> Place(3, "v = mu * v - lr * dw", "mu", "step 2", "0.9", "1.9").sentence()
        'line 3: `mu` is 0.9 here (step 2); with 1.9 all is right'
        >>> Place(4, "return 2 * x", "2", "step 2", "2", "3").sentence()
        'line 4: with 3 for `2`, all is right'
        >>> Place(3, "v = v - lr * dw", "v", mistake="the old velocity is not damped.").sentence()
        'line 3: the old velocity is not damped. With another value for `v`, all is right'
        """
        if not show_numbers:
            return f"line {self.line}: `{self.text}`"
        proof = self._proof() if self.then else ""
        told = f"{self.mistake} {proof[:1].upper()}{proof[1:]}".strip() if self.mistake else proof
        return f"line {self.line}: {told}"

    def _proof(self) -> str:
        if self.says:
            return self.says
        if self.by_edit:
            return f"at `{self.expression}` one small change makes all right"
        if not self.has or self.has == self.needs:
            return f"with another value for `{self.expression}`, {self.then}"
        if self.has == self.expression:
            return f"with {self.needs} for `{self.expression}`, {self.then}"
        return f"`{self.expression}` is {self.has} here ({self.label}); with {self.needs} {self.then}"


def places(
    student: Trial, rows: Sequence[Drawn], function: Any, named: Sequence[Mistake] = (), *, edits: bool = True
) -> tuple[Place, ...]:
    """The places of an answer that ``student`` has tried on ``rows``: one, two of a pair, or none.

    Where no value mends it, a mistake that is ``named`` has its place where the answer makes the mistake's own values.
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
            if any(_draws_otherwise(student, row) for row in rows if row.kind is Kind.PROPERTY):
                cases = [case for row in rows if row.kind is Kind.VALUES for case in row.cases]
            return _search(student, rows, text, right, cases, function, named, edits)
        except Exception:  # objects of the student's own may break whatever looks at them: no points hang on this
            return ()


def _draws_otherwise(student: Trial, row: Drawn) -> bool:
    """Whether the answer passes a row with another number of draws than the right solution makes.

    Its values are then other ones by right, and those of the right solution prove nothing about them.
    """
    if student.verdict(row).wrong or student.expected is None:
        return False
    return any(
        _states(student.runner(call.case)) != _states(student.expected.runner(call.case))
        for call in student.verdict(row).calls[:MOST_CALLS]
        if any(isinstance(a, np.random.Generator) for a in (*call.case.args, *call.case.kwargs.values()))
    )


def _states(outcome: Outcome) -> list[str]:
    """How far the generators among the arguments have come."""
    return [str(a.bit_generator.state) for a in outcome.arguments if isinstance(a, np.random.Generator)]


def _search(
    student: Trial,
    rows: Sequence[Drawn],
    text: Text,
    right: Text,
    cases: Sequence[Case],
    function: Any,
    named: Sequence[Mistake],
    edits: bool,
) -> tuple[Place, ...]:
    said = _said_of_form(student, rows)
    line = _of_change(student, rows, text, function) or _of_loop(student, text) or _of_form(said, OTHER_FORM, text)
    if line:
        return (line,)
    search = Search(student.task, text, right, cases)
    if cases and not search.failing:
        return ()
    if search.failing:
        if exchanged := search.exchanged():
            return (_exchange(text, *exchanged),)
        if found := search.found():
            return tuple(_told(search, text, one) for one in found)
    line = _of_form(said, OTHER_KIND, text)
    if line or not edits:
        return (line,) if line else ()
    if search.failing and (place := _of_mistake(search, text, named)):
        return (place,)
    node = mending_edit(text, lambda f: search.is_right(f) and _all_right(student, rows, f), CPU_EDITS)
    return (_edited(text, _made(search, text, node)),) if node else ()


def _made(search: Search, text: Text, node: ast.expr | ast.stmt) -> ast.expr | ast.stmt:
    """A name that is handed back is no place: the place is where it was made."""
    if isinstance(node, ast.Name) and search.hands_back(node):
        return made_last(text, node.id) or node
    return node


def _of_mistake(search: Search, text: Text, named: Sequence[Mistake]) -> Place | None:
    """Where the answer makes the values of a mistake that is named."""
    for mistake in named:
        wrong = mistake.implementation
        node = search.shared(wrong.text, wrong.changed) if isinstance(wrong, Edited) else None
        if node:
            place = _edited(text, _made(search, text, node))
            return replace(place, by_edit=False, then="", mistake=mistake.explanation)
    return None


def _of_loop(student: Trial, text: Text) -> Place | None:
    """The loop that never ends, where there is only one that could."""
    loops = [node for node in ast.walk(text.tree) if isinstance(node, ast.While)]
    if len(loops) != 1 or not student.ran_out_of_time:
        return None
    written = text.lines[loops[0].lineno - 1].strip()
    return Place(loops[0].lineno, written, written, says="this loop does not end: does its condition change?")


def _of_change(student: Trial, rows: Sequence[Drawn], text: Text, function: Any) -> Place | None:
    """The line that changes an argument, where nothing but that is wrong."""
    failed = {row.kind for row in rows if student.verdict(row).wrong}
    found = None
    if failed == {Kind.PURITY}:
        pure = [row for row in rows if row.kind is Kind.PURITY]
        called = [call.case for row in pure for call in student.verdict(row).calls]
        found = changing_line(unwrap(function), [*(case for row in pure for case in row.cases), *called])
    if found is None:
        return None
    written = text.lines[found[0] - 1].strip()
    return Place(found[0], written, written, says=f"here `{found[1]}` changes, which the caller still needs")


def _said_of_form(student: Trial, rows: Sequence[Drawn]) -> list[str]:
    """What is wrong with the form of each result."""
    said = [_form_of(student, case) for row in rows if row.kind is Kind.FORM for case in row.cases]
    said = said or [_of_property(student, row) for row in rows if row.kind is Kind.PROPERTY]
    return [sentence for sentence in said if sentence is not None]


def _of_form(told: Sequence[str], pattern: re.Pattern[str], text: Text) -> Place | None:
    """The line that hands back something else than what was asked, on every case."""
    line = returning_line(text) if told and all(map(pattern.match, told)) else None
    if line is None:
        return None
    written = text.lines[line - 1].strip()
    return Place(line, written, written, says=f"this {told[0]}" if told[0].startswith("returns") else told[0])


def _form_of(student: Trial, case: Case) -> str | None:
    """What is said of the form of a result, if there is one."""
    if student.outcome(case).error is not None:
        return None
    found = student.comparison(case)
    wrong = found.whole or found.in_form()
    return wrong.sentence if wrong else ""


def _of_property(student: Trial, row: Drawn) -> str | None:
    wrong = student.verdict(row).wrong
    return wrong.sentence if wrong else None


def _exchange(text: Text, parent: ast.expr, first: ast.expr, second: ast.expr) -> Place:
    says = f"with `{text.segment(first)}` and `{text.segment(second)}` exchanged, all is right"
    return replace(_edited(text, parent), by_edit=False, says=says)


def _edited(text: Text, node: ast.expr | ast.stmt) -> Place:
    line = text.lines[node.lineno - 1].strip()
    expression = text.segment(node) if isinstance(node, ast.expr) else line
    return Place(node.lineno, line, expression, by_edit=True, column=_column(text, node))


def _all_right(student: Trial, rows: Sequence[Drawn], function: Any) -> bool:
    """Whether an edited answer passes every row."""
    trial = Trial(student.task, LocalRunner(function, CPU_EDITS, student.task.collect), student.expected)
    return not any(trial.verdict(row).wrong for row in rows)


def _told(search: Search, text: Text, found: Found) -> Place:
    node, failing = search.mine.sites[found.site], search.failing[0]
    has, needs = failing.mine[found.site], failing.theirs[found.other]
    values = (_written(has[0]), _written(needs[0])) if len(has) == 1 else ("", "")
    if not all(values):
        values = ("", "")
    line = text.lines[node.lineno - 1].strip()
    beside = frozenset(search.other.sites[o].lineno for o in search.same(found.other))
    then = "all is right"
    if found.mended != search.wrong:  # another place mends the rest
        names = [search.output(i, failing.expected) for i in sorted(found.mended)]
        then = f"{listed(names)} {'is' if len(names) == 1 else 'are'} right"
    if search.is_to_be_filled(found.site):
        then += ": some entries keep what they have here"
    column = _column(text, node)
    read = search.is_unknown(found.site) and not search.hands_back(node)
    if made := changed_last(text, node) if read and isinstance(node, ast.Name) else None:
        line = text.lines[made.lineno - 1].strip()
        says = f"with another value for `{text.segment(node)}` after this, {then}"
        return Place(made.lineno, line, line, says=says, beside=beside)
    return Place(
        node.lineno, line, text.segment(node), failing.case.label, *values, column=column, then=then, beside=beside
    )


def _column(text: Text, node: ast.expr | ast.stmt) -> int:
    """Where a node begins in its line, without the margin; the syntax tree counts bytes."""
    line = text.lines[node.lineno - 1]
    return len(line.encode()[: node.col_offset].decode()) - (len(line) - len(line.lstrip()))


def _written(value: Any) -> str:
    """A number, an array of a few, or the shape of more."""
    if isinstance(value, np.ndarray) and value.ndim:
        if value.size > 4 or value.ndim > 1:
            return f"an array of shape {value.shape}"
        return f"[{', '.join(map(shortly, value))}]"
    return "" if isinstance(value, tuple | list) else shortly(value[()] if isinstance(value, np.ndarray) else value)
