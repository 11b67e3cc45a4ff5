"""Which mistakes explain what an answer did."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .alike import same_outcome
from .declare import Kind, Mistake
from .plain import plain
from .trial import Drawn, MistakeTrial, Trial, Verdict

COMMON = (0.0, 0.25, 0.5, 1.0)
"""Results that many mistakes have: a row with one of these alone proves nothing."""


class Naming:
    """The mistakes of a task beside one answer, tried on the same rows.

    A mistake is named if it did what the answer did on more than half of what failed, by weight, and fails no row that
    the answer passes. A row whose results many mistakes share, such as a single 0, counts only where all rows agree.
    Values alone are compared, whatever became of the arguments, but in the row on arguments.

    ``trials`` are the mistakes' own, by the identity of the mistake.
    """

    def __init__(self, student: Trial, rows: Sequence[Drawn], trials: Mapping[int, MistakeTrial]) -> None:
        self.student, self.rows, self.task, self.trials = student, rows, student.task, trials
        self.failed = [row for row in rows if student.verdict(row).wrong]
        if any(row.kind is not Kind.PURITY for row in self.failed):
            self.failed = [row for row in self.failed if row.kind is not Kind.PURITY]
        self.telling = {row for row in self.rows if self._tells(row)}

    def named(self) -> list[Mistake]:
        """For each failed row the mistake that agrees with the answer most widely."""
        named: list[Mistake] = []
        for row in self.failed:
            if any(self._agrees(mistake, row) for mistake in named):
                continue  # explained already: the others need not be tried
            fits = [m for m in self.task.mistakes if self._agrees(m, row) and self._explains(m)]
            if fits:
                named.append(max(fits, key=self._breadth))
        return named

    def _explains(self, mistake: Mistake) -> bool:
        counting = [row for row in self.failed if row in self.telling or not self._agrees(mistake, row)]
        failed = [row for row in counting if not self._chance(mistake, row)]
        agreeing = sum(row.weight for row in failed if self._agrees(mistake, row))
        if 2 * agreeing <= sum(row.weight for row in failed) and self._breadth(mistake) < len(self.rows):
            return False
        theirs = self.trials[id(mistake)]
        return not any(
            bool(theirs.verdict(row).wrong) != bool(self.student.verdict(row).wrong)
            for row in self.rows
            if row.kind is Kind.FORM or (row.kind is not Kind.PURITY and row not in self.failed)
        )

    def is_vague(self, mistake: Mistake) -> bool:
        """Whether the answer's results are such that many mistakes have, wherever this one agrees."""
        agreeing = [row for row in self.failed if row.kind is not Kind.FORM and self._agrees(mistake, row)]
        return not any(row in self.telling for row in agreeing if row.kind is Kind.VALUES)

    def _breadth(self, mistake: Mistake) -> int:
        """On how many rows a mistake agrees with the answer."""
        return sum(self._agrees(mistake, row) for row in self.rows)

    def _agrees(self, mistake: Mistake, row: Drawn) -> bool:
        """Whether the student's function did on this row's input just what the mistake does."""
        theirs = self.trials[id(mistake)]
        stopped = any(self.student.outcome(case).error for case in row.cases)
        if row.kind is Kind.PURITY or (row.kind is Kind.FORM and not stopped):
            return theirs.verdict(row).wrong == self.student.verdict(row).wrong
        if row.test is not None:
            return self._same_property(theirs.verdict(row), self.student.verdict(row))
        return all(
            same_outcome(theirs.outcome(case), self.student.outcome(case), self._expected(case), self.task.tolerance)
            for case in row.cases
        )

    def _expected(self, case: Any) -> Any:
        assert self.student.expected is not None
        return self.student.expected.outcome(case).value

    def _same_property(self, theirs: Verdict, mine: Verdict) -> bool:
        """Whether the same is said of both, and every call gave the same, where no generator decides."""
        if theirs.wrong is None or mine.wrong is None:
            return theirs.wrong == mine.wrong
        if (theirs.wrong.sentence, theirs.wrong.apart) != (mine.wrong.sentence, mine.wrong.apart):
            return False
        if mine.draws:
            return mine.wrong.apart is not None or theirs.wrong.detail == mine.wrong.detail
        return len(theirs.calls) == len(mine.calls) and all(
            same_outcome(t.outcome, m.outcome, None, self.task.tolerance)
            for t, m in zip(theirs.calls, mine.calls, strict=True)
        )

    def _chance(self, mistake: Mistake, row: Drawn) -> bool:
        """Whether the same is said of both in words, and the numbers are drawn, so that they prove nothing."""
        theirs, mine = self.trials[id(mistake)].verdict(row).wrong, self.student.verdict(row).wrong
        same = theirs is not None and mine is not None and theirs.sentence == mine.sentence and mine.apart is None
        return same and self.student.verdict(row).draws and not self._agrees(mistake, row)

    def _tells(self, row: Drawn) -> bool:
        """Whether the answer's results in this row could not be those of many mistakes."""
        if row.kind is not Kind.VALUES:
            return True
        outcomes = [self.student.outcome(case) for case in row.cases]
        if any(o.error is not None for o in outcomes):
            return True
        numbers = {n for o in outcomes for n in _numbers(plain(o.value))}
        return len(numbers) > 1 or not numbers <= set(COMMON)


def _numbers(value: Any) -> set[float]:
    """The different numbers in a result, of which a few are enough."""
    if isinstance(value, tuple | list):
        return set().union(*map(_numbers, value))
    if isinstance(value, dict):
        return _numbers(tuple(value.values()))
    if isinstance(value, np.ndarray | np.generic | int | float) and np.asarray(value).dtype.kind in "biuf":
        return set(np.abs(np.ravel(np.asarray(value, dtype=float))[:20]).tolist())
    return {np.nan}
