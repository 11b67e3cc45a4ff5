"""Diagnosis of the named mistakes that explain an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..declare import Mistake, RowKind
from ..run.agreement import same_outcome
from ..run.plain_data import plain
from .rows import DrawnRow, Evaluation, MistakeEvaluation, Verdict

COMMON_RESULTS = (0.0, 0.25, 0.5, 1.0)
"""Results that many mistakes produce. A row whose only number is one of these is not conclusive."""


class MistakeMatcher:
    """Comparison of the named mistakes with an answer on the same rows.

    A mistake may be named if it agrees with the answer on more than half of the failed rows, by weight, and passes
    every row that the answer passes, except rows about unchanged arguments. Agreement on a row whose result many
    mistakes share, such as a single 0, counts only if the mistake agrees on all rows. On rows of values and properties
    the results must agree, and on other rows usually the reported errors.

    ``evaluations`` holds the evaluation of each mistake by the mistake's identity.
    """

    def __init__(
        self, student: Evaluation, rows: Sequence[DrawnRow], evaluations: Mapping[int, MistakeEvaluation]
    ) -> None:
        self.student, self.rows, self.spec, self.evaluations = student, rows, student.spec, evaluations
        self.agreeing: dict[tuple[int, DrawnRow], bool] = {}
        self.failed = [row for row in rows if student.verdict(row).difference]
        if any(row.kind is not RowKind.PURITY for row in self.failed):
            self.failed = [row for row in self.failed if row.kind is not RowKind.PURITY]
        self.conclusive = {row for row in self.rows if self._is_conclusive(row)}

    def matches(self) -> list[Mistake]:
        """Find the best match for each failed row that no earlier match explains."""
        named: list[Mistake] = []
        for row in self.failed:
            if any(self._agrees(mistake, row) for mistake in named):
                continue
            fits = [m for m in self.spec.mistakes if self._agrees(m, row) and self._explains(m)]
            if fits:
                named.append(max(fits, key=self._agreement))
        return named

    def _explains(self, mistake: Mistake) -> bool:
        counting = [row for row in self.failed if row in self.conclusive or not self._agrees(mistake, row)]
        failed = [row for row in counting if not self._coincides(mistake, row)]
        agreeing = sum(row.weight for row in failed if self._agrees(mistake, row))
        if 2 * agreeing <= sum(row.weight for row in failed) and self._agreement(mistake) < len(self.rows):
            return False
        theirs = self.evaluations[id(mistake)]
        return not any(
            bool(theirs.verdict(row).difference) != bool(self.student.verdict(row).difference)
            for row in self.rows
            if row.kind is RowKind.FORM or (row.kind is not RowKind.PURITY and row not in self.failed)
        )

    def is_inconclusive(self, mistake: Mistake) -> bool:
        """Whether the mistake agrees on no failed row of values that is conclusive."""
        agreeing = [row for row in self.failed if row.kind is not RowKind.FORM and self._agrees(mistake, row)]
        return not any(row in self.conclusive for row in agreeing if row.kind is RowKind.VALUES)

    def _agreement(self, mistake: Mistake) -> int:
        """Number of rows on which a mistake agrees with the answer."""
        return sum(self._agrees(mistake, row) for row in self.rows)

    def _agrees(self, mistake: Mistake, row: DrawnRow) -> bool:
        """Whether the mistake agrees with the answer on this row, computed once."""
        if (id(mistake), row) not in self.agreeing:
            self.agreeing[id(mistake), row] = self._has_same_results(mistake, row)
        return self.agreeing[id(mistake), row]

    def _has_same_results(self, mistake: Mistake, row: DrawnRow) -> bool:
        theirs = self.evaluations[id(mistake)]
        stopped = any(self.student.outcome(case).error for case in row.cases)
        if row.kind is RowKind.PURITY or (row.kind is RowKind.FORM and not stopped):
            return theirs.verdict(row).difference == self.student.verdict(row).difference
        earlier = self._same_failure_earlier(row)
        if earlier and not self._agrees(mistake, earlier):
            return False
        if row.test is not None:
            return self._same_property(theirs.verdict(row), self.student.verdict(row))
        return all(
            same_outcome(theirs.outcome(case), self.student.outcome(case), self._expected(case), self.spec.tolerance)
            for case in row.cases
        )

    def _same_failure_earlier(self, row: DrawnRow) -> DrawnRow | None:
        """First row of a property that failed in the same way, or None if it is this one.

        Such a row may be much faster, so a mistake that fails differently there need not be run on this one.
        """
        mine = self.student.verdict(row).difference
        if row.kind is not RowKind.PROPERTY or mine is None or mine.fingerprint is None:
            return None
        first = next(one for one in self.failed if self.student.verdict(one).difference == mine)
        return first if first is not row and first.kind is RowKind.PROPERTY else None

    def _expected(self, case: Any) -> Any:
        assert self.student.expected is not None
        return self.student.expected.outcome(case).value

    def _same_property(self, theirs: Verdict, mine: Verdict) -> bool:
        """Whether both pass a property, or fail it in the same way."""
        if theirs.difference is None or mine.difference is None:
            return theirs.difference == mine.difference
        if (theirs.difference.category, theirs.difference.fingerprint) != (
            mine.difference.category,
            mine.difference.fingerprint,
        ):
            return False
        if mine.uses_generator:
            return mine.difference.fingerprint is not None or theirs.difference.detail == mine.difference.detail
        return len(theirs.calls) == len(mine.calls) and all(
            same_outcome(t.outcome, m.outcome, None, self.spec.tolerance)
            for t, m in zip(theirs.calls, mine.calls, strict=True)
        )

    def _coincides(self, mistake: Mistake, row: DrawnRow) -> bool:
        """Whether both fail in the same way but with different random numbers."""
        theirs, mine = self.evaluations[id(mistake)].verdict(row).difference, self.student.verdict(row).difference
        same = theirs is not None and mine is not None and theirs.category == mine.category and mine.fingerprint is None
        return same and self.student.verdict(row).uses_generator and not self._agrees(mistake, row)

    def _is_conclusive(self, row: DrawnRow) -> bool:
        """Whether few mistakes could produce the answer's results in this row."""
        if row.kind is not RowKind.VALUES:
            return True
        outcomes = [self.student.outcome(case) for case in row.cases]
        if any(o.error is not None for o in outcomes):
            return True
        numbers = {n for o in outcomes for n in _numbers(plain(o.value))}
        return len(numbers) > 1 or not numbers <= set(COMMON_RESULTS)


def _numbers(value: Any) -> set[float]:
    """Distinct absolute values among the first 20 entries of each array in a result."""
    if isinstance(value, tuple | list):
        return set().union(*map(_numbers, value))
    if isinstance(value, dict):
        return _numbers(tuple(value.values()))
    if isinstance(value, np.ndarray | np.generic | int | float) and np.asarray(value).dtype.kind in "biuf":
        return set(np.abs(np.ravel(value)[:20].astype(float)).tolist())
    return {np.nan}
