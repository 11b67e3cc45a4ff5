"""One function, tried on the rows of an exercise: what came of each call, and the first thing wrong with each row."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from inspect import signature
from types import GeneratorType
from typing import Any

import numpy as np
from numpy.random import Generator

from .compare import GENERATOR, Difference, difference, unchanged, unusable
from .declare import TITLES, Kind, Task, Values, Wrong
from .limit import TimeLimitReached
from .names import result_names
from .runner import Case, Function, LocalRunner, Outcome, Runner, literal, message_of


@dataclass(frozen=True, eq=False)
class Drawn:
    """A row with the cases that a seed drew for it."""

    kind: Kind
    title: str
    weight: float
    cases: Sequence[Case] = ()
    test: Callable[[Function, Generator], None] | None = None
    seed: tuple[int, int] = (0, 0)

    def rng(self) -> Generator:
        """The row's own generator, always from its start."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class Verdict:
    """What is wrong with one row, if anything, and the calls that a property's test made."""

    wrong: Difference | None = None
    calls: tuple[Outcome, ...] = ()


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
            rows.append(Drawn(Kind.PROPERTY, check.title, check.weight, test=check.test, seed=at))
    every = [case for row in rows for case in row.cases]
    return [*(Drawn(kind, title, 1, every) for kind, title in TITLES.items()), *rows] if every else rows


@dataclass(eq=False)
class Trial:
    """One function on the rows of a task; nothing is called before it is asked for, and nothing twice."""

    task: Task
    runner: Runner
    expected: Trial | None = None
    """The same rows tried on the reference; `None` for the reference itself."""
    made: list[Outcome] = field(default_factory=list)
    """What came of all calls so far."""
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    verdicts: dict[Drawn, Verdict] = field(default_factory=dict)

    def outcome(self, case: Case) -> Outcome:
        """What the function did on ``case``, which must live as long as this does."""
        if id(case) not in self.outcomes:
            self.outcomes[id(case)] = self.runner(case)
            self.made.append(self.outcomes[id(case)])
        return self.outcomes[id(case)]

    def verdict(self, row: Drawn) -> Verdict:
        if row not in self.verdicts:
            self.verdicts[row] = self._on_property(row) if row.test else self._on_cases(row)
        return self.verdicts[row]

    def _on_cases(self, row: Drawn) -> Verdict:
        for case in row.cases:
            if wrong := self._on_case(row, case):
                return Verdict(wrong)
        return Verdict()

    def _on_case(self, row: Drawn, case: Case) -> Difference | None:
        outcome = self.outcome(case)
        if outcome.error is not None:
            return describe_error(outcome)
        if row.kind is Kind.PURITY:
            return self._changed_arguments(case, outcome)
        assert self.expected is not None
        expected, names = self.expected.outcome(case).value, result_names(self.task.reference)
        wrong = difference(expected, outcome.value, self.task.tolerance, case, names)
        if wrong is None or (row.kind is Kind.FORM and not wrong.in_form):
            return None
        return Difference(f"{case.label}: {wrong.sentence}", wrong.detail)

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
        calls: list[Outcome] = []

        def call(*args: Any, **kwargs: Any) -> Any:
            outcome = self.runner(Case(row.title, args, kwargs), advance=True)
            calls.append(outcome)
            self.made.append(outcome)
            if outcome.error is not None:
                raise outcome.error
            if isinstance(outcome.value, GeneratorType):
                raise Wrong(GENERATOR)
            return outcome.value

        assert row.test is not None
        try:
            with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
                row.test(call, row.rng())
        except Wrong as wrong:
            return Verdict(wrong.difference, tuple(calls))
        except KeyboardInterrupt:
            raise
        except BaseException:
            if not calls:
                raise
            last = calls[-1]
            found = unusable(last.value) if last.error is None else describe_error(last)
            return Verdict(found, tuple(calls))
        return Verdict(None, tuple(calls))


def trial_of(task: Task, function: Function, expected: Trial | None = None) -> Trial:
    """A trial of a function that is trusted: the reference, or a mistake."""
    return Trial(task, LocalRunner(function, task.seconds, task.collect), expected)


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
