"""Weighs what one function did on the rows of an exercise, and makes the report."""

import numpy as np

from .compare import Difference
from .declare import Kind, Task
from .limit import TimeLimitReached
from .naming import Naming
from .report import NOT_STARTED, Result, Row
from .runner import Runner, literal
from .trial import Drawn, Trial, draw, trial_of


class Marking:
    """The marking of one function, which ``runner`` calls, on all that ``task`` checks, drawn from ``seed``."""

    def __init__(self, task: Task, runner: Runner, seed: str) -> None:
        self.task = task
        self.rows = draw(task, seed)
        self.student = Trial(task, runner, expected=trial_of(task, task.reference))

    def result(self, show_numbers: bool) -> Result:
        """Run the checks, weigh them, and name the mistakes; ``show_numbers=False`` keeps the cases' numbers hidden."""
        task, made = self.task, self.student.made
        verdicts = {row: self.student.verdict(row).wrong for row in self.rows}
        if any(isinstance(o.error, NotImplementedError) for o in made):
            return Result(task.name, 0.0, task.points, problem=NOT_STARTED)
        if any(o.used_forbidden for o in made):
            problem = "This calls the library's own function, which earns nothing: write the steps yourself."
            return Result(task.name, 0.0, task.points, problem=problem)
        rows = self._reported(verdicts, show_numbers)
        form_alone = all(verdicts[row] for row in self.rows if row.kind in (Kind.VALUES, Kind.PROPERTY))
        return Result(
            task.name,
            0.0 if form_alone else round(sum(row.points for row in rows if row.passed), 2),
            task.points,
            rows,
            mistakes=tuple((m.name, m.explanation) for m in Naming(self.student, self.rows).named()),
            notes=self._notes(form_alone and any(row.passed for row in rows), show_numbers),
        )

    def _shares(self) -> list[float]:
        """What each row is worth, to the cent; the cents add up to the points of the exercise."""
        weights = np.cumsum([row.weight for row in self.rows])
        ends = [round(self.task.points * float(w / weights[-1]), 2) for w in weights]
        return [round(end - start, 2) for start, end in zip([0.0, *ends], ends, strict=False)]

    def _reported(self, verdicts: dict[Drawn, Difference | None], show_numbers: bool) -> tuple[Row, ...]:
        rows: list[Row] = []
        told: list[Difference] = []
        for (row, wrong), points in zip(verdicts.items(), self._shares(), strict=True):
            if wrong is None:
                rows.append(Row(row.title, True, points))
            elif wrong in told:
                rows.append(Row(row.title, False, points, "as above"))
            else:
                told.append(wrong)
                rows.append(Row(row.title, False, points, wrong.sentence, wrong.detail if show_numbers else ""))
        return tuple(rows)

    def _notes(self, form_alone: bool, show_numbers: bool) -> tuple[str, ...]:
        notes, made = [], self.student.made
        if form_alone:
            notes.append("Type, shape and untouched arguments earn their points once some result is right.")
        if any(isinstance(o.error, TimeLimitReached) for o in made):
            notes.append(f"Interrupted after {self.task.seconds:g} seconds, the time for this check. "
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
