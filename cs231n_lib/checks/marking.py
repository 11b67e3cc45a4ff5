"""Marking of an answer, with its points and its report."""

from dataclasses import replace
from typing import Any

import numpy as np

from .declare import ExerciseSpec, RowKind
from .evaluate.diagnosis import MistakeMatcher
from .evaluate.failed_case import FailedCase, failed_case
from .evaluate.rows import (
    DrawnRow,
    Evaluation,
    MistakeEvaluation,
    Verdict,
    draw,
    evaluation_of_mistake,
    evaluation_of_reference,
)
from .locate.change import ChangeSearch, find_change
from .locate.place import places
from .report import Result, Row
from .run import messages
from .run.flaws import FATAL_BREACHES, Difference, EndedError, Refusal, RefusedAnswer, Trouble
from .run.runner import Runner, literal
from .slips import Edited


class AnswerKey:
    """Cases of a seed, with the results of the reference and the named mistakes.

    Results are computed on demand. All answers of a class share the key. Functions among the arguments of `Values` must
    therefore keep no state between calls.
    """

    def __init__(self, spec: ExerciseSpec, seed: str) -> None:
        self.spec = spec
        self.rows = draw(spec, seed)
        self.expected = evaluation_of_reference(spec)
        self._mistakes: dict[int, MistakeEvaluation] = {}

    def restart_clock(self) -> None:
        """Give the reference its full time for the next answer."""
        self.expected.runner = evaluation_of_reference(self.spec).runner

    def mistakes(self) -> dict[int, MistakeEvaluation]:
        """Evaluations of the named mistakes by identity, with their full time limit.

        A mistake that timed out is evaluated again, because a busy machine may have been the reason.
        """
        for mistake in self.spec.mistakes:
            new = evaluation_of_mistake(self.spec, mistake, self.expected)
            known = self._mistakes.get(id(mistake))
            if known and not known.timed_out:
                known.runner = new.runner
            else:
                self._mistakes[id(mistake)] = new
        return self._mistakes


class Marking:
    """Marking of the function that ``runner`` calls, against ``answer_key``."""

    def __init__(self, spec: ExerciseSpec, runner: Runner, answer_key: AnswerKey) -> None:
        self.spec = spec
        self.answer_key, self.rows = answer_key, answer_key.rows
        answer_key.restart_clock()
        self.student = Evaluation(spec, runner, expected=answer_key.expected)
        self.inconclusive = frozenset[str]()
        """Names of the mistakes that agree with the answer on no conclusive row of values."""

    def result(self, show_numbers: bool) -> Result:
        """Run the checks and name the mistakes.

        ``show_numbers=False`` hides the numbers of the cases.
        """
        spec = self.spec
        verdicts = {row: self.student.verdict(row) for row in self.rows}
        made = self.student.all_outcomes
        if any(isinstance(o.error, NotImplementedError) for o in made):
            return Result(spec.name, 0.0, spec.points, problem=RefusedAnswer(Refusal.NOT_STARTED))
        if any(o.used_forbidden for o in made):
            return Result(spec.name, 0.0, spec.points, problem=RefusedAnswer(Refusal.CALLS_LIBRARY))
        rows = self._report_rows(verdicts, show_numbers)
        failed = any(verdict.difference for verdict in verdicts.values())
        matcher = MistakeMatcher(self.student, self.rows, self.answer_key.mistakes() if failed else {})
        named = matcher.matches()
        self.inconclusive = frozenset(mistake.name for mistake in named if matcher.is_inconclusive(mistake))
        return Result(
            spec.name,
            round(sum(row.earned for row in rows), 2),
            spec.points,
            rows,
            mistakes=tuple((m.name, m.explanation) for m in named),
            notes=self._notes(show_numbers),
            show_numbers=show_numbers,
            trouble=self._trouble(),
        )

    def failed_case(self) -> FailedCase | None:
        """Case in which the answer fails, with both results, or None. Call `result` first."""
        return failed_case(self.rows, self.student)

    def _trouble(self) -> Trouble:
        if self.student.timed_out:
            return Trouble.NOT_IN_TIME
        ended = (o.error.breach for o in self.student.all_outcomes if isinstance(o.error, EndedError))
        return Trouble.ENDED if any(breach in FATAL_BREACHES for breach in ended) else Trouble.NONE

    def located(self, result: Result, function: Any) -> Result:
        """Add the places where ``function`` goes wrong to ``result``.

        Call this method only after all points are fixed, because ``function`` receives correct values during the
        search. The function must be in this process. The report calls a mistake possible instead of likely if it
        changes none of the reference's lines that belong to these places. The report omits such a mistake if it agrees
        with the answer only in inconclusive results.
        """
        named = [m for m in self.spec.mistakes if (m.name, m.explanation) in result.mistakes]
        found = places(self.student, self.rows, function, named)
        lines = {m.name: m.implementation.lines for m in named if isinstance(m.implementation, Edited)}
        agreeing = {
            (name, place): explanation
            for place in found
            for name, explanation in result.mistakes
            if lines.get(name, frozenset()) & place.reference_lines
        }
        reference_lines = frozenset[int]().union(*(place.reference_lines for place in found))
        doubtful = frozenset(name for name, own in lines.items() if reference_lines and not own & reference_lines)
        explained = tuple(
            replace(place, mistake=next((text for (_, p), text in agreeing.items() if p == place), place.mistake))
            for place in found
        )
        mistakes = tuple((name, text) for name, text in result.mistakes if name not in doubtful & self.inconclusive)
        return replace(result, mistakes=mistakes, places=explained, doubtful=doubtful)

    def change(self, result: Result, function: Any, seconds: float) -> ChangeSearch:
        """Search for an edit that makes ``function`` right, first at the places found."""
        lines = {line for place in result.places for line in (place.line, *place.sources)}
        return find_change(self.student, self.rows, function, lines, seconds)

    def _requirement_met(self, verdicts: dict[DrawnRow, Verdict]) -> bool:
        """Whether rows other than those of values earn points.

        The required row must be correct, or by default at least one row of values if there are any.
        """
        values = [row for row in self.rows if row.kind is RowKind.VALUES]
        first = [row for row in self.rows if row.title == self.spec.required_row] or values
        return not first or any(not verdicts[row].difference for row in first)

    def _row_points(self) -> list[float]:
        """Points of each row, rounded to two decimals so that they add up to the total."""
        weights = np.cumsum([row.weight for row in self.rows])
        ends = [round(self.spec.points * float(w / weights[-1]), 2) for w in weights]
        return [round(end - start, 2) for start, end in zip([0.0, *ends], ends, strict=False)]

    def _report_rows(self, verdicts: dict[DrawnRow, Verdict], show_numbers: bool) -> tuple[Row, ...]:
        rows: list[Row] = []
        reported: list[Difference] = []
        requirement_met = self._requirement_met(verdicts)
        for (row, verdict), points in zip(verdicts.items(), self._row_points(), strict=True):
            counts = requirement_met or row.kind is RowKind.VALUES
            wrong = verdict.difference
            if wrong is None:
                sentence = "" if counts or not points else self._condition()
                rows.append(Row(row.title, True, points, points if counts else 0.0, sentence))
                continue
            earns = row.kind is RowKind.VALUES or (row.kind is RowKind.PROPERTY and counts)
            earned = round(points * verdict.credit, 2) if earns else 0.0
            if wrong in reported:
                rows.append(Row(row.title, False, points, earned, messages.AS_ABOVE))
            else:
                reported.append(wrong)
                detail = messages.detail(wrong.detail) if show_numbers else ""
                rows.append(Row(row.title, False, points, earned, messages.sentence(wrong), detail))
        return tuple(rows)

    def _condition(self) -> str:
        """Condition for a passed row to earn its points."""
        first = self.spec.required_row
        return messages.EARNS_ONCE_ROW.format(first) if first else messages.EARNS_ONCE_VALUES

    def _notes(self, show_numbers: bool) -> tuple[str, ...]:
        notes, made = [], self.student.all_outcomes
        if self.student.timed_out:
            notes.append(messages.INTERRUPTED.format(self.spec.seconds))
        warned = list(dict.fromkeys(w for o in made for w in o.warned))
        if warned:
            texts = "; ".join(map(literal, warned[:3]))
            notes.append(messages.WARNED_OF.format(texts) if show_numbers else messages.WARNED)
        printed = next((o.printed for o in made if o.printed), "")
        if printed:
            line = printed.strip().splitlines()[0] if printed.strip() and show_numbers else ""
            notes.append(messages.PRINTED_AS.format(literal(line)) if line else messages.PRINTED)
        return tuple(notes)
