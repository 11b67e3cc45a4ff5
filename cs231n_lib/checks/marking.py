"""Weighs what one function did on the rows of an exercise, and makes the report."""

from dataclasses import replace
from typing import Any

import numpy as np

from .compare import Difference
from .declare import Kind, Task
from .naming import Naming
from .place import places
from .report import INTERRUPTED, NOT_STARTED, Result, Row
from .runner import Runner, literal
from .slips import Edited
from .trial import Drawn, MistakeTrial, Trial, Verdict, draw, trial_of_mistake, trial_of_reference


class Standard:
    """What a seed draws for a task, and what the reference and the named mistakes do with it, as far as was asked.

    It is the same for every answer of a class. Functions among the arguments of `Values` therefore keep
    nothing from one call to the next.
    """

    def __init__(self, task: Task, seed: str) -> None:
        self.task = task
        self.rows = draw(task, seed)
        self.expected = trial_of_reference(task)
        self._mistakes: dict[int, MistakeTrial] = {}

    def begin(self) -> None:
        """Give the reference all of its time, however long ago the last answer was marked."""
        self.expected.runner = trial_of_reference(self.task).runner

    def mistakes(self) -> dict[int, MistakeTrial]:
        """The trials of the named mistakes, by their identity, each with all of its time before it.

        One that ran out of time is tried anew: a busy machine may have been the reason.
        """
        for mistake in self.task.mistakes:
            new = trial_of_mistake(self.task, mistake, self.expected)
            known = self._mistakes.get(id(mistake))
            if known and not known.ran_out_of_time:
                known.runner = new.runner
            else:
                self._mistakes[id(mistake)] = new
        return self._mistakes


class Marking:
    """The marking of one function, which ``runner`` calls, on all that ``task`` checks by ``standard``."""

    def __init__(self, task: Task, runner: Runner, standard: Standard) -> None:
        self.task = task
        self.standard, self.rows = standard, standard.rows
        standard.begin()
        self.student = Trial(task, runner, expected=standard.expected)
        self.vague = frozenset[str]()
        """The named mistakes that results speak for which many mistakes have."""

    def result(self, show_numbers: bool) -> Result:
        """Run the checks, weigh them, and name the mistakes; ``show_numbers=False`` keeps the cases' numbers hidden."""
        task = self.task
        verdicts = {row: self.student.verdict(row) for row in self.rows}
        made = self.student.made
        if any(isinstance(o.error, NotImplementedError) for o in made):
            return Result(task.name, 0.0, task.points, problem=NOT_STARTED)
        if any(o.used_forbidden for o in made):
            problem = "This calls the library's own function, which earns nothing: write the steps yourself."
            return Result(task.name, 0.0, task.points, problem=problem)
        rows = self._reported(verdicts, show_numbers)
        failed = any(verdict.wrong for verdict in verdicts.values())
        naming = Naming(self.student, self.rows, self.standard.mistakes() if failed else {})
        named = naming.named()
        self.vague = frozenset(mistake.name for mistake in named if naming.is_vague(mistake))
        waiting = any(row.passed and row.earned < row.points for row in rows)
        return Result(
            task.name,
            round(sum(row.earned for row in rows), 2),
            task.points,
            rows,
            mistakes=tuple((m.name, m.explanation) for m in named),
            notes=self._notes(waiting, show_numbers),
            show_numbers=show_numbers,
        )

    def located(self, result: Result, function: Any) -> Result:
        """``result`` with the places where ``function``, the one that was marked, goes wrong.

        To be asked only when all points are fixed: the function must live in this process, which has seen right values
        afterwards. A mistake that the right solution's text has elsewhere than at these places is called possible only,
        and is left out where vague results are all that speaks for it.
        """
        named = [m for m in self.task.mistakes if (m.name, m.explanation) in result.mistakes]
        found = places(self.student, self.rows, function, named)
        lines = {m.name: m.implementation.lines for m in named if isinstance(m.implementation, Edited)}
        agreeing = {
            (name, place): explanation
            for place in found
            for name, explanation in result.mistakes
            if lines.get(name, frozenset()) & place.beside
        }
        beside = frozenset[int]().union(*(place.beside for place in found))
        doubtful = frozenset(name for name, own in lines.items() if beside and not own & beside)
        told = tuple(
            replace(place, mistake=next((said for (_, p), said in agreeing.items() if p == place), place.mistake))
            for place in found
        )
        mistakes = tuple((name, said) for name, said in result.mistakes if name not in doubtful & self.vague)
        return replace(result, mistakes=mistakes, places=told, doubtful=doubtful)

    def _stands(self, verdicts: dict[Drawn, Verdict]) -> bool:
        """Whether enough is right for form and properties to count: one row of values, or the row named ``first``."""
        values = [row for row in self.rows if row.kind is Kind.VALUES]
        first = [row for row in self.rows if row.title == self.task.first] or values
        return not first or any(not verdicts[row].wrong for row in first)

    def _shares(self) -> list[float]:
        """What each row is worth, to the cent; the cents add up to the points of the exercise."""
        weights = np.cumsum([row.weight for row in self.rows])
        ends = [round(self.task.points * float(w / weights[-1]), 2) for w in weights]
        return [round(end - start, 2) for start, end in zip([0.0, *ends], ends, strict=False)]

    def _reported(self, verdicts: dict[Drawn, Verdict], show_numbers: bool) -> tuple[Row, ...]:
        rows: list[Row] = []
        told: list[Difference] = []
        stands = self._stands(verdicts)
        for (row, verdict), points in zip(verdicts.items(), self._shares(), strict=True):
            counts = stands or row.kind is Kind.VALUES
            wrong = verdict.wrong
            if wrong is None:
                rows.append(Row(row.title, True, points, points if counts else 0.0))
                continue
            earns = row.kind is Kind.VALUES or (row.kind is Kind.PROPERTY and counts)
            earned = round(points * verdict.share, 2) if earns else 0.0
            if wrong in told:
                rows.append(Row(row.title, False, points, earned, "as above"))
            else:
                told.append(wrong)
                rows.append(Row(row.title, False, points, earned, wrong.sentence, wrong.detail if show_numbers else ""))
        return tuple(rows)

    def _notes(self, waiting: bool, show_numbers: bool) -> tuple[str, ...]:
        notes, made = [], self.student.made
        if waiting:
            first = f"the row “{self.task.first}” holds" if self.task.first else "a row of values is right"
            notes.append(f"What passed for 0 points earns them once {first}.")
        if self.student.ran_out_of_time:
            notes.append(f"{INTERRUPTED} {self.task.seconds:g} seconds, the time for this check. "
                         "Is there a loop that never ends?")  # fmt: skip
        warned = list(dict.fromkeys(w for o in made for w in o.warned))
        if warned:
            said = f": {'; '.join(map(literal, warned[:3]))}" if show_numbers else ""
            notes.append(f"Python warned while it ran, which costs nothing{said}.")
        printed = next((o.printed for o in made if o.printed), "")
        if printed:
            line = printed.strip().splitlines()[0] if printed.strip() and show_numbers else ""
            notes.append("What it printed is left out here" + (f"; it began with {literal(line)}" if line else "."))
        return tuple(notes)
