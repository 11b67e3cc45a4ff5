"""Case in which an answer fails, with both results, to help judge an objection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np

from ..declare import RowKind
from ..run.agreement import unchanged
from ..run.messages import sentence
from ..run.runner import Case, Outcome
from .rows import DrawnRow, Evaluation, describe_error

MAX_ENTRIES, MAX_TEXT = 60, 1500
"""Maximum number of entries of an array that is shown whole, and of characters of a value."""


@dataclass(frozen=True)
class FailedCase:
    """Case in which an answer fails. All values are text.

    For the row about unchanged arguments, ``expected`` and ``actual`` are the arguments before and after the call.
    ``from_property`` means that the row tests a property. The call is then the last of the test, and ``expected`` is
    the reference's result, which need not be the only right one. ``looks_right`` means that the text of both values is
    the same, because they differ only in digits or entries that the text omits.
    """

    row: str
    label: str
    arguments: Mapping[str, str]
    expected: str
    actual: str
    sentence: str
    from_property: bool = False
    looks_right: bool = False


def failed_case(rows: Sequence[DrawnRow], student: Evaluation) -> FailedCase | None:
    """Return the first failed case, preferably from a row of values, or None.

    Call this function after all rows have a verdict. It then runs only the reference.
    """
    failed = [row for row in rows if student.verdict(row).difference]
    failed.sort(key=lambda row: row.kind is not RowKind.VALUES)
    found = (_in_property(row, student) if row.test else _in_cases(row, student) for row in failed)
    return next((case for case in found if case), None)


def _in_cases(row: DrawnRow, student: Evaluation) -> FailedCase | None:
    assert student.expected is not None
    for case in row.cases:
        outcome = student.outcome(case)
        right = student.expected.outcome(case).value
        if outcome.error is not None:
            return _described(row, case, show(right), outcome, sentence(describe_error(outcome)), student)
        if row.kind is RowKind.PURITY:
            changed = {n: pair for n, pair in _argument_pairs(case, outcome, student).items() if not unchanged(*pair)}
            if changed:
                before, after = ("\n".join(f"{n} = {show(p[i])}" for n, p in changed.items()) for i in (0, 1))
                return FailedCase(row.title, case.label, _arguments(case, student), before, after, "")
            continue
        found = student.comparison(case)
        wrong = found.form_difference() if row.kind is RowKind.FORM else found.value_difference()
        if wrong:
            return _described(row, case, show(right), outcome, sentence(wrong), student)
    return None


def _in_property(row: DrawnRow, student: Evaluation) -> FailedCase | None:
    assert student.expected is not None
    verdict = student.verdict(row)
    assert verdict.difference is not None
    if not verdict.calls:
        return None
    call = verdict.calls[-1]
    right = student.expected.runner(call.case)
    expected = show(right.value) if right.error is None else _error(right)
    return _described(row, call.case, expected, call.outcome, sentence(verdict.difference), student)


def _described(
    row: DrawnRow, case: Case, expected: str, outcome: Outcome, text: str, student: Evaluation
) -> FailedCase:
    actual = show(outcome.value) if outcome.error is None else _error(outcome)
    from_property = row.test is not None
    label = "" if from_property else case.label
    looks_right = row.kind is RowKind.VALUES and expected == actual
    return FailedCase(row.title, label, _arguments(case, student), expected, actual, text, from_property, looks_right)


def _error(outcome: Outcome) -> str:
    """Return an error's name and message, as Python prints them."""
    return _cut(f"{type(outcome.error).__name__}: {outcome.error}".rstrip(": "))


def _names(case: Case, student: Evaluation) -> list[str]:
    positional = list(signature(student.spec.reference).parameters)
    return [*positional[: len(case.args)], *case.kwargs]


def _arguments(case: Case, student: Evaluation) -> dict[str, str]:
    values = (*case.args, *case.kwargs.values())
    return {name: show(value) for name, value in zip(_names(case, student), values, strict=True)}


def _argument_pairs(case: Case, outcome: Outcome, student: Evaluation) -> dict[str, tuple[Any, Any]]:
    before = (*case.args, *case.kwargs.values())
    return dict(zip(_names(case, student), zip(before, outcome.arguments, strict=True), strict=True))


def show(value: Any) -> str:
    """Describe a value as Python prints it, shortened.

    >>> show(np.zeros((2, 50)))
    'array of shape (2, 50): [[0. 0. 0. ... 0. 0. 0.], [0. 0. 0. ... 0. 0. 0.]]'
    >>> show((1.5, {"dw": np.ones(2)}))
    "(1.5, {'dw': array [1. 1.]})"
    >>> show(np.array([-1.452012, -0.02858]))
    'array of shape (2,): [-1.452012 -0.02858]'
    """
    return _cut(_show(value))


def _show(value: Any, *, inside: bool = False) -> str:
    if isinstance(value, np.ndarray):
        with np.printoptions(threshold=MAX_ENTRIES, edgeitems=3, precision=6, linewidth=10_000):
            entries = " ".join(str(value).split()).replace("[ ", "[").replace(" ]", "]").replace("] [", "], [")
        is_short = inside and value.ndim == 1 and value.size <= MAX_ENTRIES
        kind = "array" if is_short else f"array of shape {value.shape}:"
        return f"{kind} {entries}" if value.ndim else entries
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, np.random.Generator):
        return "a random generator"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_show(one, inside=True)}' for key, one in value.items())}}}"
    if isinstance(value, list | tuple):
        parts = ", ".join(_show(one, inside=True) for one in value)
        return f"[{parts}]" if isinstance(value, list) else f"({parts}{',' if len(value) == 1 else ''})"
    return "a function" if callable(value) else repr(value)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]} …"
