"""Evaluation of a function on the rows of an exercise."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from inspect import signature
from itertools import compress
from types import GeneratorType
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib import browser

from ..declare import ADDED_ROW_TITLES, Caller, ExerciseSpec, Mistake, RowKind, Values, Violation
from ..run.agreement import unchanged
from ..run.compare import Comparison, clearest_first, compare, unusable_result, with_axis_hint
from ..run.flaws import Difference, EndedError, Flaw, Foreign
from ..run.messages import BREACHES
from ..run.plain_data import coerce_like
from ..run.result_names import result_names
from ..run.runner import Case, LocalRunner, Outcome, Runner, copied_arguments, literal, message_of
from ..run.time_limit import TimeLimitReached
from .examples import worked_examples


@dataclass(frozen=True, eq=False)
class DrawnRow:
    """Row with the cases that a seed drew for it."""

    kind: RowKind
    title: str
    weight: float
    cases: Sequence[Case] = ()
    test: Callable[[Caller, Generator], None] | None = None
    seed: tuple[int, int] = (0, 0)

    def rng(self) -> Generator:
        """The row's own generator, in its initial state."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class RecordedCall:
    """Call that the test of a property made."""

    case: Case
    outcome: Outcome


@dataclass(frozen=True)
class Verdict:
    """Error in a row, if any.

    ``credit`` is the smallest fraction of right outputs in any case of `Values`, or the partial credit that a
    property's test gives. ``calls`` are the calls that this test made.
    """

    difference: Difference | None = None
    credit: float = 1.0
    calls: tuple[RecordedCall, ...] = ()

    @property
    def uses_generator(self) -> bool:
        """Whether a generator was among the arguments of a call."""
        return any(isinstance(a, Generator) for c in self.calls for a in (*c.case.args, *c.case.kwargs.values()))


def draw(spec: ExerciseSpec, seed: str) -> list[DrawnRow]:
    """Draw the rows of ``spec``, in the order of the report."""
    number = int.from_bytes(sha256(f"{seed}/{spec.name}".encode()).digest()[:8], "big")
    rows: list[DrawnRow] = []
    examples = _examples_by_row(spec)
    for position, check in enumerate(spec.checks):
        at = (number, position)
        if isinstance(check, Values):
            cases = list(check.cases(np.random.default_rng(at)))
            cases.extend(examples.get(check.title, ()))
            rows.append(DrawnRow(RowKind.VALUES, check.title, check.weight, cases, seed=at))
        else:
            kind = RowKind.PURITY if check.pure else RowKind.PROPERTY
            rows.append(DrawnRow(kind, check.title, check.weight, test=check.test, seed=at))
    every = [case for row in rows for case in row.cases]
    return [*(DrawnRow(kind, title, 1, every) for kind, title in ADDED_ROW_TITLES.items()), *rows] if every else rows


def _examples_by_row(spec: ExerciseSpec) -> dict[str, list[Case]]:
    """Calls in the reference's docstring, by the title of their row."""
    titles = spec.examples_rows or [check.title for check in spec.checks if isinstance(check, Values)][:1]
    by_row: dict[str, list[Case]] = {title: [] for title in titles}
    for number, example in enumerate(worked_examples(spec.reference) if titles else ()):
        by_row[titles[min(number, len(titles) - 1)]].append(example)
    return by_row


@dataclass(eq=False)
class Evaluation:
    """Evaluation of a function on the rows of an exercise, with each call made once."""

    spec: ExerciseSpec
    runner: Runner
    expected: Evaluation | None = None
    """Evaluation of the reference on the same rows. `None` for the reference itself."""
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    comparisons: dict[int, Comparison] = field(default_factory=dict)
    verdicts: dict[DrawnRow, Verdict] = field(default_factory=dict)

    @property
    def all_outcomes(self) -> list[Outcome]:
        """Outcomes of all calls so far."""
        return [*self.outcomes.values(), *(call.outcome for v in self.verdicts.values() for call in v.calls)]

    @property
    def timed_out(self) -> bool:
        """Whether a call reached the time limit."""
        return any(isinstance(outcome.error, TimeLimitReached) for outcome in self.all_outcomes)

    def outcome(self, case: Case) -> Outcome:
        """Outcome of the function on ``case``.

        The case must exist as long as this object, because the id of the case is the key.
        """
        if id(case) not in self.outcomes:
            self.outcomes[id(case)] = self.runner(case)
        return self.outcomes[id(case)]

    def verdict(self, row: DrawnRow) -> Verdict:
        """Verdict on the row, computed once."""
        if row not in self.verdicts:
            self.verdicts[row] = self._on_property(row) if row.test else self._on_cases(row)
        return self.verdicts[row]

    def _on_cases(self, row: DrawnRow) -> Verdict:
        cases = row.cases
        unknown = [case for case in cases if id(case) not in self.outcomes]
        self.outcomes.update(zip(map(id, unknown), self.runner.each(unknown), strict=True))
        if row.kind is not RowKind.VALUES:  # an error in one extreme case says nothing about form and arguments
            cases = [case for case in cases if self.outcome(case).error is None] or cases[:1]
        found = [self._on_case(row, case) for case in cases]
        wrong = [d for d, _ in found if d]
        return (
            Verdict(with_axis_hint(clearest_first(wrong)), min(credit for _, credit in found)) if wrong else Verdict()
        )

    def _on_case(self, row: DrawnRow, case: Case) -> tuple[Difference | None, float]:
        outcome = self.outcome(case)
        if outcome.error is not None:
            return describe_error(outcome), 0.0
        if row.kind is RowKind.PURITY:
            return self._changed_arguments(case, outcome), 0.0
        found = self.comparison(case)
        wrong = found.form_difference() if row.kind is RowKind.FORM else found.value_difference()
        if wrong is None:
            return None, 1.0
        return replace(wrong, label=case.label), len(found.right) / len(found.outputs)

    def comparison(self, case: Case) -> Comparison:
        """Comparison of the result on ``case`` with the expected one, computed once."""
        if id(case) not in self.comparisons:
            assert self.expected is not None
            expected, actual = self.expected.outcome(case).value, self.outcome(case).value
            names = result_names(self.spec.reference)
            self.comparisons[id(case)] = compare(expected, actual, self.spec.tolerance, case, names)
        return self.comparisons[id(case)]

    def _changed_arguments(self, case: Case, outcome: Outcome) -> Difference | None:
        before = (*case.args, *case.kwargs.values())
        wrong = [not unchanged(*pair) for pair in zip(before, outcome.arguments, strict=True)]
        if not any(wrong):
            return None
        names = [*list(signature(self.spec.reference).parameters)[: len(case.args)], *case.kwargs]
        changed = [f"`{name}`" for name in compress(names, wrong)]
        flaw = Flaw.CHANGES_ARGUMENTS if changed[1:] else Flaw.CHANGES_ARGUMENT
        return Difference(flaw, (" and ".join(changed),))

    def _on_property(self, row: DrawnRow) -> Verdict:
        assert row.test is not None
        caller = _RecordingCaller(self, row.title)
        calls = caller.calls
        try:
            with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
                row.test(caller, row.rng())
        except Violation as wrong:
            return Verdict(wrong.difference, wrong.credit, tuple(calls))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if not calls:
                raise
            return Verdict(self._not_tested(calls[-1], error), 0.0, tuple(calls))
        found = [self._changed_arguments(c.case, c.outcome) for c in calls if row.kind is RowKind.PURITY]
        changed = next(filter(None, found), None)
        return Verdict(changed, 0.0 if changed else 1.0, tuple(calls))

    def coerced(self, asked: Case, value: Any) -> Any:
        """Convert ``value`` to the expected form, so that a wrong form costs only one row."""
        if self.expected is None or not self._in_another_form():
            return value
        return coerce_like(self.expected.runner(asked).value, value)

    def _in_another_form(self) -> bool:
        """Whether the result of some case has the right values in a different form."""
        cases = [case for row in self.verdicts if row.kind is RowKind.FORM for case in row.cases]
        found = [self.comparison(case) for case in cases if self.outcomes[id(case)].error is None]
        return any(d and d.form_only for one in found for d in (one.whole, *(d for _, d in one.outputs)))

    def _not_tested(self, last: RecordedCall, error: BaseException) -> Difference:
        """Reason why the test of a property raised an error."""
        if last.outcome.error is not None:
            return describe_error(last.outcome)
        right = self.expected.runner(last.case).value if self.expected else None
        wrong = compare(right, last.outcome.value, self.spec.tolerance, last.case).form_difference()
        if wrong:
            return wrong
        if isinstance(last.outcome.value, Foreign):
            return unusable_result(last.outcome.value)
        return Difference(Flaw.NOT_TESTED, detail=f"{type(error).__name__}: {message_of(error)}")


@dataclass(eq=False)
class _RecordingCaller:
    evaluation: Evaluation
    title: str
    calls: list[RecordedCall] = field(default_factory=list)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._made([Case(self.title, args, kwargs)])[0]

    def each(self, arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        cases = [Case(self.title, args) for args in arguments]
        drawn_from = [id(a) for case in cases for a in case.args if isinstance(a, Generator)]
        if len(set(drawn_from)) < len(drawn_from):
            raise ValueError("`each`: two calls share a generator. Make one for each call with `rng.spawn(n)`.")
        return self._made(cases)

    def _made(self, cases: list[Case]) -> list[Any]:
        # A call advances the generators among its arguments, so copies of the arguments are recorded.
        asked = [Case(case.label, *copied_arguments(case)) for case in cases]
        values: list[Any] = []
        for case, outcome in zip(asked, self.evaluation.runner.each(cases, advance=True), strict=True):
            self.calls.append(RecordedCall(case, outcome))
            if outcome.error is not None:
                raise outcome.error
            if isinstance(outcome.value, GeneratorType):
                raise _ReturnsGenerator
            values.append(self.evaluation.coerced(case, outcome.value))
        return values


class _ReturnsGenerator(Violation):
    def __init__(self) -> None:
        super().__init__("")
        self.difference = Difference(Flaw.GENERATOR)


class MistakeEvaluation(Evaluation):
    """Evaluation of a named mistake, with which many answers may be compared.

    If a test's calls use a generator, only the verdict is kept, because the calls are numerous and are not compared.
    """

    def verdict(self, row: DrawnRow) -> Verdict:
        """Verdict on the row, computed once."""
        verdict = super().verdict(row)
        if verdict.uses_generator and not self.timed_out:
            verdict = self.verdicts[row] = replace(verdict, calls=())
        return verdict


REFERENCE_SECONDS = 3600.0
"""Time limit of the reference, in seconds. Its clock also runs while the answer is called, so it must be long."""


def evaluation_of_reference(spec: ExerciseSpec) -> Evaluation:
    """Evaluation of the reference, which is trusted and is compared with nothing."""
    return Evaluation(spec, LocalRunner(spec.reference, REFERENCE_SECONDS, spec.collect, cpu_time=spec.cpu_time))


def evaluation_of_mistake(spec: ExerciseSpec, mistake: Mistake, expected: Evaluation) -> MistakeEvaluation:
    """Evaluation of a named mistake, which is trusted, against the reference.

    All mistakes of an exercise share the time limit, which is therefore longer in a browser. Only exercises that train
    a network limit CPU time, and that limit already allows for the slower browser.
    """
    seconds = spec.seconds if spec.cpu_time else spec.seconds * browser.SLOWNESS
    runner = LocalRunner(mistake.implementation, seconds, spec.collect, cpu_time=spec.cpu_time)
    return MistakeEvaluation(spec, runner, expected)


def describe_error(outcome: Outcome) -> Difference:
    """Describe the error of a call."""
    error = outcome.error
    assert error is not None
    if isinstance(error, TimeLimitReached):
        return Difference(Flaw.NOT_IN_TIME)
    if isinstance(error, EndedError):
        return Difference(Flaw.BREACH, (BREACHES[error.breach],))
    detail = literal(message) if (message := message_of(error)) else ""
    at = (outcome.line,) if outcome.line else ()
    if isinstance(error, SystemExit):
        return Difference(Flaw.EXIT_AT if at else Flaw.EXIT, at, detail)
    return Difference(Flaw.ERROR_AT if at else Flaw.ERROR, (type(error).__name__, *at), detail)
