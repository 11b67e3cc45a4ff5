"""One run of an exercise's checks over one function: what failed, and which mistake explains it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from inspect import signature, unwrap
from types import FunctionType, GeneratorType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator

from .compare import GENERATOR, Difference, difference, same_outcome, unchanged, unusable
from .limit import TimeLimitReached
from .names import result_names
from .report import NOT_STARTED, Result, Row
from .runner import Case, Function, Outcome, Runner, literal, message_of
from .subchecks import Mistake, Values, Wrong

if TYPE_CHECKING:
    from .exercise import Exercise

FORM = "Returns the right type and shape"
PURITY = "Leaves its arguments unchanged"


@dataclass
class _Row:
    """One row of the report in the making: what it tries, and the first thing that was wrong."""

    title: str
    weight: float
    cases: Sequence[Case] = ()
    test: Callable[[Function, Generator], None] | None = None
    position: int = 0
    wrong: Difference | None = None


class Run:
    """Tries ``function`` on everything the exercise checks, drawn from ``seed``."""

    def __init__(self, exercise: Exercise, function: Function, seed: str) -> None:
        self.exercise, self.function = exercise, function
        self.seed = int.from_bytes(sha256(f"{seed}/{exercise.name}".encode()).digest()[:8], "big")
        forbidden = {unwrap(f).__code__ for f in (exercise.reference, *exercise.forbidden)}
        self.student = Runner(function, exercise.seconds, exercise.collect, forbidden)
        self.names = result_names(exercise.reference)
        self.outcomes: dict[tuple[int, int], Outcome] = {}
        self.tried: list[Outcome] = []
        self.rows = self._rows()

    def result(self, show_numbers: bool) -> Result:
        """Run the checks, weigh them, and name the mistakes; ``show_numbers=False`` keeps the cases' numbers hidden."""
        exercise = self.exercise
        for row in self.rows:
            self._try(row)
        if any(isinstance(o.error, NotImplementedError) for o in self.tried):
            return Result(exercise.name, 0.0, exercise.points, problem=NOT_STARTED)
        if any(o.used_forbidden for o in self.tried):
            problem = "This calls the library's own function, which earns nothing: write the steps yourself."
            return Result(exercise.name, 0.0, exercise.points, problem=problem)
        rows = tuple(self._report(*pair, show_numbers) for pair in zip(self.rows, self._shares(), strict=True))
        form_alone = all(row.wrong for row in self.rows if row.title not in (FORM, PURITY))
        return Result(
            exercise.name,
            0.0 if form_alone else round(sum(row.points for row in rows if row.passed), 2),
            exercise.points,
            rows,
            mistakes=tuple((m.name, m.explanation) for m in self._named()),
            notes=self._notes(form_alone and any(row.passed for row in rows), show_numbers),
        )

    def _shares(self) -> list[float]:
        """What each row is worth, to the cent; the cents add up to the points of the exercise."""
        weights = np.cumsum([row.weight for row in self.rows])
        ends = [round(self.exercise.points * float(w / weights[-1]), 2) for w in weights]
        return [round(end - start, 2) for start, end in zip([0.0, *ends], ends, strict=False)]

    def _report(self, row: _Row, points: float, show_numbers: bool) -> Row:
        if not row.wrong:
            return Row(row.title, True, points)
        first = next(r for r in self.rows if r.wrong == row.wrong)
        if first is not row:
            return Row(row.title, False, points, "as above")
        return Row(row.title, False, points, row.wrong.sentence, row.wrong.detail if show_numbers else "")

    def _rows(self) -> list[_Row]:
        rows, every_case = [], []
        for position, check in enumerate(self.exercise.checks):
            row = _Row(check.title, check.weight, position=position)
            if isinstance(check, Values):
                row.cases = list(check.cases(self._rng(row)))
                every_case += row.cases
            else:
                row.test = check.test
            rows.append(row)
        return [_Row(FORM, 1, every_case), _Row(PURITY, 1, every_case), *rows] if every_case else rows

    def _rng(self, row: _Row) -> Generator:
        return np.random.default_rng([self.seed, row.position])

    def _try(self, row: _Row) -> None:
        if row.test is not None:
            row.wrong = self._wrong_with_property(row, self.student)
        for case in row.cases:
            row.wrong = row.wrong or self._wrong_with_case(row, case)

    def _wrong_with_case(self, row: _Row, case: Case) -> Difference | None:
        outcome = self._outcome(self.function, case)
        if outcome.error is not None:
            return _describe_error(outcome.error, self.student)
        if row.title == PURITY:
            return self._changed_arguments(case, outcome)
        expected = self._outcome(self.exercise.reference, case).value
        wrong = difference(expected, outcome.value, self.exercise.tolerance, case, self.names)
        if wrong is None or (row.title == FORM and not wrong.in_form):
            return None
        return Difference(f"{case.label}: {wrong.sentence}", wrong.detail)

    def _changed_arguments(self, case: Case, outcome: Outcome) -> Difference | None:
        names = [*list(signature(self.exercise.reference).parameters)[: len(case.args)], *case.kwargs]
        pairs = zip(names, (*case.args, *case.kwargs.values()), outcome.arguments, strict=True)
        changed = [f"`{name}`" for name, before, after in pairs if not unchanged(before, after)]
        if not changed:
            return None
        if len(changed) == 1:
            return Difference(f"changes its argument {changed[0]}: work on a copy, or put it back")
        return Difference(f"changes its arguments {' and '.join(changed)}: work on copies, or put them back")

    def _outcome(self, function: Function, case: Case) -> Outcome:
        key = (id(function), id(case))  # not the function: an object of the student's may not be hashable
        if key not in self.outcomes:
            mine = function is self.function
            runner = self.student if mine else Runner(function, self.exercise.seconds, self.exercise.collect)
            self.outcomes[key] = runner(case)
            self.tried += [self.outcomes[key]] if mine else []
        return self.outcomes[key]

    def _wrong_with_property(self, row: _Row, runner: Runner) -> Difference | None:
        outcomes: list[Outcome] = []

        def call(*args: Any, **kwargs: Any) -> Any:
            outcome = runner(Case(row.title, args, kwargs), advance=True)
            outcomes.append(outcome)
            if runner is self.student:
                self.tried.append(outcome)
            if outcome.error is not None:
                raise outcome.error
            if isinstance(outcome.value, GeneratorType):
                raise Wrong(GENERATOR)
            return outcome.value

        assert row.test is not None
        try:
            with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
                row.test(call, self._rng(row))
        except Wrong as wrong:
            return wrong.difference
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if not outcomes:
                raise
            if outcomes[-1].error is None:  # the test itself failed, on a result of the wrong kind
                return unusable(outcomes[-1].value)
            return _describe_error(error, runner)
        return None

    def _named(self) -> list[Mistake]:
        """The mistakes that explain the failed rows: for each row the one that agrees with the answer most widely."""
        named: list[Mistake] = []
        for row in (row for row in self.rows if row.wrong):
            if any(self._agrees(mistake, row) for mistake in named):
                continue  # explained already: the others need not be tried
            fits = [mistake for mistake in self.exercise.mistakes if self._agrees(mistake, row)]
            if fits:
                named.append(max(fits, key=self._breadth))
        return named

    def _breadth(self, mistake: Mistake) -> int:
        """On how many rows a mistake agrees with the answer."""
        return sum(self._agrees(mistake, row) for row in self.rows)

    def _agrees(self, mistake: Mistake, row: _Row) -> bool:
        """Whether the student's function did on this row's input just what the mistake does."""
        if row.test is not None:
            theirs = Runner(mistake.implementation, self.exercise.seconds, self.exercise.collect)
            return self._wrong_with_property(row, theirs) == row.wrong
        return all(
            same_outcome(
                self._outcome(mistake.implementation, case),
                self._outcome(self.function, case),
                self.exercise.tolerance,
                case,
            )
            for case in row.cases
        )

    def _notes(self, form_alone: bool, show_numbers: bool) -> tuple[str, ...]:
        notes = []
        if form_alone:
            notes.append("Type, shape and untouched arguments earn their points once some result is right.")
        if any(isinstance(o.error, TimeLimitReached) for o in self.tried):
            notes.append(f"Interrupted after {self.exercise.seconds:g} seconds, the time for this check. "
                         "Is there a loop that never ends?")  # fmt: skip
        if isinstance(self.function, FunctionType) and self.function.__name__ == "<lambda>":
            notes.append("A lambda works here; a `def` with a name and a docstring is easier to read and to debug.")
        warned = list(dict.fromkeys(w for o in self.tried for w in o.warned))
        if warned:
            said = f": {'; '.join(map(literal, warned[:3]))}" if show_numbers else ""
            notes.append(f"Python warned while it ran, which costs nothing{said}.")
        printed = next((o.printed for o in self.tried if o.printed), "")
        if printed:
            line = printed.strip().splitlines()[0] if printed.strip() and show_numbers else ""
            notes.append("What it printed is left out here" + (f"; it began with {literal(line)}" if line else "."))
        return tuple(notes)


def _describe_error(error: BaseException, runner: Runner) -> Difference:
    if isinstance(error, TimeLimitReached):
        return Difference("does not finish in time")
    what = f"stops with {type(error).__name__}"
    if isinstance(error, SystemExit):
        what = "calls `exit()`, which would stop the whole notebook"
    place, message = runner.line_of(error), message_of(error)
    return Difference(what + (f", in your code at {place}" if place else ""), literal(message) if message else "")
