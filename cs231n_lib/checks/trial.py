"""One function, tried on the rows of an exercise: what came of each call, and the first thing wrong with each row."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from inspect import signature
from types import GeneratorType
from typing import Any

import numpy as np
from numpy.random import Generator

from .alike import unchanged
from .compare import GENERATOR, Comparison, Difference, compare, hinted, unusable
from .declare import TITLES, Caller, Kind, Mistake, Task, Values, Wrong
from .limit import TimeLimitReached
from .names import result_names
from .plain import as_asked, plain
from .runner import Case, LocalRunner, Outcome, Runner, literal, message_of


@dataclass(frozen=True, eq=False)
class Drawn:
    """A row with the cases that a seed drew for it."""

    kind: Kind
    title: str
    weight: float
    cases: Sequence[Case] = ()
    test: Callable[[Caller, Generator], None] | None = None
    seed: tuple[int, int] = (0, 0)

    def rng(self) -> Generator:
        """The row's own generator, always from its start."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class Call:
    """A call that the test of a property made."""

    case: Case
    outcome: Outcome


@dataclass(frozen=True)
class Verdict:
    """What is wrong with one row, if anything.

    ``share`` is the share of outputs that are right in all cases of `Values`, or what a property's test lets earn;
    ``calls`` are those that this test made.
    """

    wrong: Difference | None = None
    share: float = 1.0
    calls: tuple[Call, ...] = ()

    @property
    def draws(self) -> bool:
        """Whether a generator was among the arguments of a call."""
        return any(isinstance(a, Generator) for c in self.calls for a in (*c.case.args, *c.case.kwargs.values()))


def draw(task: Task, seed: str) -> list[Drawn]:
    """The rows of ``task``, in the order of the report."""
    number = int.from_bytes(sha256(f"{seed}/{task.name}".encode()).digest()[:8], "big")
    rows: list[Drawn] = []
    for position, check in enumerate(task.checks):
        at = (number, position)
        if isinstance(check, Values):
            cases = list(check.cases(np.random.default_rng(at)))
            rows.append(Drawn(Kind.VALUES, check.title, check.weight, cases, seed=at))
        else:
            kind = Kind.PURITY if check.pure else Kind.PROPERTY
            rows.append(Drawn(kind, check.title, check.weight, test=check.test, seed=at))
    every = [case for row in rows for case in row.cases]
    return [*(Drawn(kind, title, 1, every) for kind, title in TITLES.items()), *rows] if every else rows


@dataclass(eq=False)
class Trial:
    """One function on the rows of a task; nothing is called before it is asked for, and nothing twice."""

    task: Task
    runner: Runner
    expected: Trial | None = None
    """The same rows tried on the reference; `None` for the reference itself."""
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    comparisons: dict[int, Comparison] = field(default_factory=dict)
    verdicts: dict[Drawn, Verdict] = field(default_factory=dict)

    @property
    def made(self) -> list[Outcome]:
        """What came of all calls so far."""
        return [*self.outcomes.values(), *(call.outcome for v in self.verdicts.values() for call in v.calls)]

    @property
    def ran_out_of_time(self) -> bool:
        """Whether a call was cut off."""
        return any(isinstance(outcome.error, TimeLimitReached) for outcome in self.made)

    def outcome(self, case: Case) -> Outcome:
        """What the function did on ``case``, which must live as long as this does."""
        if id(case) not in self.outcomes:
            self.outcomes[id(case)] = self.runner(case)
        return self.outcomes[id(case)]

    def verdict(self, row: Drawn) -> Verdict:
        """What this answer does on the row; computed once."""
        if row not in self.verdicts:
            self.verdicts[row] = self._on_property(row) if row.test else self._on_cases(row)
        return self.verdicts[row]

    def _on_cases(self, row: Drawn) -> Verdict:
        cases = row.cases
        unknown = [case for case in cases if id(case) not in self.outcomes]
        self.outcomes.update(zip(map(id, unknown), self.runner.each(unknown), strict=True))
        if row.kind is not Kind.VALUES:  # an error in one extreme case says nothing of form and arguments
            cases = [case for case in cases if self.outcome(case).error is None] or cases[:1]
        found = [self._on_case(row, case) for case in cases]
        wrong = [d for d, _ in found if d]
        return Verdict(hinted(wrong), min(share for _, share in found)) if wrong else Verdict()

    def _on_case(self, row: Drawn, case: Case) -> tuple[Difference | None, float]:
        outcome = self.outcome(case)
        if outcome.error is not None:
            return describe_error(outcome), 0.0
        if row.kind is Kind.PURITY:
            return self._changed_arguments(case, outcome), 0.0
        found = self.comparison(case)
        wrong = found.in_form() if row.kind is Kind.FORM else found.in_value()
        if wrong is None:
            return None, 1.0
        return replace(wrong, sentence=f"{case.label}: {wrong.sentence}"), len(found.right) / len(found.outputs)

    def comparison(self, case: Case) -> Comparison:
        """The result on ``case``, where there is one, beside the expected one; computed once."""
        if id(case) not in self.comparisons:
            assert self.expected is not None
            expected, actual = self.expected.outcome(case).value, self.outcome(case).value
            names = result_names(self.task.reference)
            self.comparisons[id(case)] = compare(expected, actual, self.task.tolerance, case, names)
        return self.comparisons[id(case)]

    def _changed_arguments(self, case: Case, outcome: Outcome) -> Difference | None:
        names = [*list(signature(self.task.reference).parameters)[: len(case.args)], *case.kwargs]
        pairs = zip(names, (*case.args, *case.kwargs.values()), outcome.arguments, strict=True)
        changed = [f"`{name}`" for name, before, after in pairs if not unchanged(before, after)]
        if not changed:
            return None
        if len(changed) == 1:
            return Difference(f"changes its argument {changed[0]}: work on a copy, or put it back")
        return Difference(f"changes its arguments {' and '.join(changed)}: work on copies, or put them back")

    def _on_property(self, row: Drawn) -> Verdict:
        assert row.test is not None
        caller = _RecordingCaller(self, row.title)
        calls = caller.calls
        try:
            with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
                row.test(caller, row.rng())
        except Wrong as wrong:
            return Verdict(wrong.difference, wrong.share, tuple(calls))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if not calls:
                raise
            return Verdict(self._not_tested(calls[-1], error), 0.0, tuple(calls))
        found = [self._changed_arguments(c.case, c.outcome) for c in calls if row.kind is Kind.PURITY]
        changed = next(filter(None, found), None)
        return Verdict(changed, 0.0 if changed else 1.0, tuple(calls))

    def in_form(self, asked: Case, value: Any) -> Any:
        """``value`` in the form that is asked, if its values can be kept: that costs the row on form, and no other."""
        if self.expected is None or not self._in_another_form():
            return value
        return as_asked(self.expected.runner(asked).value, value)

    def _in_another_form(self) -> bool:
        """Whether some result of the cases has the right values in another form."""
        return any(
            self.outcomes[id(case)].error is None
            and any(d and d.form_alone for d in self._differences(case))
            for row in self.verdicts if row.kind is Kind.FORM
            for case in row.cases
        )  # fmt: skip

    def _differences(self, case: Case) -> list[Difference | None]:
        found = self.comparison(case)
        return [found.whole, *(d for _, d in found.outputs)]

    def _not_tested(self, last: Call, error: BaseException) -> Difference:
        """Why the test of a property came to no end."""
        if last.outcome.error is not None:
            return describe_error(last.outcome)
        right = self.expected.runner(last.case).value if self.expected else None
        wrong = compare(right, last.outcome.value, self.task.tolerance, last.case).in_form()
        if wrong:
            return wrong
        if plain(last.outcome.value) is not last.outcome.value and type(last.outcome.value) not in (tuple, list, dict):
            return unusable(last.outcome.value)
        return Difference("the check came to no end with these values", f"{type(error).__name__}: {message_of(error)}")


@dataclass(eq=False)
class _RecordingCaller:
    """The `Caller` of a trial's function, which keeps a record of the calls."""

    trial: Trial
    title: str
    calls: list[Call] = field(default_factory=list)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._made([Case(self.title, args, kwargs)])[0]

    def each(self, arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        cases = [Case(self.title, args) for args in arguments]
        drawn_from = [id(a) for case in cases for a in case.args if isinstance(a, Generator)]
        if len(set(drawn_from)) < len(drawn_from):
            raise ValueError("each: two calls have a generator in common; `rng.spawn(n)` makes one for each")
        return self._made(cases)

    def _made(self, cases: list[Case]) -> list[Any]:
        asked = copy.deepcopy(cases)  # a generator among the arguments moves on
        values: list[Any] = []
        for case, outcome in zip(asked, self.trial.runner.each(cases, advance=True), strict=True):
            self.calls.append(Call(case, outcome))
            if outcome.error is not None:
                raise outcome.error
            if isinstance(outcome.value, GeneratorType):
                raise Wrong(GENERATOR)
            values.append(self.trial.in_form(case, outcome.value))
        return values


class MistakeTrial(Trial):
    """The trial of a named mistake, which many answers may be compared with.

    Where a test's calls draw, only what it found is compared; they are many, and are not kept.
    """

    def verdict(self, row: Drawn) -> Verdict:
        """What this mistake does on the row; computed once."""
        verdict = super().verdict(row)
        if verdict.draws and not self.ran_out_of_time:
            verdict = self.verdicts[row] = replace(verdict, calls=())
        return verdict


REFERENCE_SECONDS = 3600.0
"""The reference has all the time there is: what the answer took of its own is not to be taken from here."""


def trial_of_reference(task: Task) -> Trial:
    """A trial of the reference, which is trusted, and beside which nothing is expected."""
    return Trial(task, LocalRunner(task.reference, REFERENCE_SECONDS, task.collect, of_cpu=task.of_cpu))


def trial_of_mistake(task: Task, mistake: Mistake, expected: Trial) -> MistakeTrial:
    """A trial of a named mistake, which is trusted, beside the reference's."""
    runner = LocalRunner(mistake.implementation, task.seconds, task.collect, of_cpu=task.of_cpu)
    return MistakeTrial(task, runner, expected)


def describe_error(outcome: Outcome) -> Difference:
    """What is said of a call that raised."""
    error = outcome.error
    assert error is not None
    if isinstance(error, TimeLimitReached):
        return Difference("does not finish in time")
    what = f"stops with {type(error).__name__}"
    if isinstance(error, SystemExit):
        what = "calls `exit()`, which would stop the whole notebook"
    message = message_of(error)
    detail = literal(message) if message else ""
    return Difference(what + (f", in your code at {outcome.line}" if outcome.line else ""), detail)
