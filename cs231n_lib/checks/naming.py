"""Which mistakes explain what an answer did."""

from collections.abc import Sequence

from .compare import same_outcome
from .declare import Mistake
from .trial import Drawn, Trial, trial_of


class Naming:
    """The mistakes of a task beside one answer, tried on the same rows."""

    def __init__(self, student: Trial, rows: Sequence[Drawn]) -> None:
        self.student, self.rows, self.task = student, rows, student.task
        self.trials = {id(m): trial_of(self.task, m.implementation, student.expected) for m in self.task.mistakes}

    def named(self) -> list[Mistake]:
        """For each failed row the mistake that agrees with the answer most widely."""
        named: list[Mistake] = []
        for row in (row for row in self.rows if self.student.verdict(row).wrong):
            if any(self._agrees(mistake, row) for mistake in named):
                continue  # explained already: the others need not be tried
            fits = [mistake for mistake in self.task.mistakes if self._agrees(mistake, row)]
            if fits:
                named.append(max(fits, key=self._breadth))
        return named

    def _breadth(self, mistake: Mistake) -> int:
        """On how many rows a mistake agrees with the answer."""
        return sum(self._agrees(mistake, row) for row in self.rows)

    def _agrees(self, mistake: Mistake, row: Drawn) -> bool:
        """Whether the student's function did on this row's input just what the mistake does."""
        theirs = self.trials[id(mistake)]
        if row.test is not None:
            return theirs.verdict(row).wrong == self.student.verdict(row).wrong
        return all(
            same_outcome(theirs.outcome(case), self.student.outcome(case), self.task.tolerance, case)
            for case in row.cases
        )
