"""Milestone of a lesson, a network that the student's functions train.

In a notebook, ``milestones.run(1, use=mine)`` writes the accuracy to the score sheet if a function is the student's.
When a program runs the cell, nothing is written, and the result omits this accuracy, because its last digit differs
between processors. The network is then trained only if the milestone has a figure, with the library's functions.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cs231n_lib import colors
from cs231n_lib.checks.report import FAINT, TEXT, inline
from cs231n_lib.course import mine
from cs231n_lib.course.answers.runs import ExperimentRun
from cs231n_lib.course.plan import LESSONS, Lesson
from cs231n_lib.course.student.scores import Score, course_accuracy, milestone_of, per_cent, write_score
from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.lessons.milestones import Milestone, Trained
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture


def run(number: int, use: Use) -> "MilestoneResult":
    """Train the milestone of lesson ``number``, and return a result for display.

    Raises
    ------
    ValueError
        If the lesson has no milestone.
    """
    lesson = next((one for one in LESSONS if one.number == number), None)
    milestone = milestone_of(lesson) if lesson else None
    if lesson is None or milestone is None:
        have = ", ".join(str(one.number) for one in LESSONS if milestone_of(one))
        raise ValueError(f"milestones.run: lesson {number!r} has no milestone. Pass one of {have}.")
    started = use.run()
    if milestone.picture is None and isinstance(started, ExperimentRun) and started.silent:
        return MilestoneResult(lesson, milestone, None, "", None)
    accuracy, trained = train_milestone(milestone, started)
    score, written = None, ""
    if started.says:
        assert isinstance(started, ExperimentRun)
        score = Score(accuracy, tuple(started.library))
        written = _written(lesson, score, started)
    picture = milestone.picture(trained.shown) if milestone.picture else None
    return MilestoneResult(lesson, milestone, score, f"{started.says} {written}".strip(), picture)


def train_milestone(milestone: Milestone, run: Any, seed: int = 0) -> tuple[float, Trained]:
    """Return the validation accuracy after training, and the trained network."""
    clothes = load_fashion_mnist()
    trained = milestone.train(run, clothes.x_train, clothes.y_train, np.random.default_rng(seed))
    scores = trained.scores(clothes.x_validation)
    return float(np.mean(np.argmax(scores, axis=1) == clothes.y_validation)), trained


def _written(lesson: Lesson, score: Score, run: ExperimentRun) -> str:
    if not run.yours:
        return "The score sheet is unchanged, because none of your functions ran from start to end."
    try:
        write_score(mine.folder(), lesson, score)
    except OSError as error:
        return f"The score sheet cannot be written ({error.strerror}). Make the course's folder writable."
    return "The accuracy is on the score sheet of the start page."


@dataclass(frozen=True)
class MilestoneResult:
    """Result of a milestone, with ``score`` None if a program ran it."""

    lesson: Lesson
    milestone: Milestone
    score: Score | None
    note: str
    picture: Picture | None

    def __repr__(self) -> str:
        lines = [line.replace("**", "") for line in self._lines()]
        return "\n".join([*lines, *([repr(self.picture)] if self.picture else [])])

    def _lines(self) -> list[str]:
        accuracy = course_accuracy(self.milestone)
        library = f"The library's functions classify {accuracy} of the 1,000 validation images correctly"
        course = f"{library} (mean and standard deviation over 20 seeds)."
        return [
            f"**Milestone {self.lesson.number:02d}** · {self.milestone.network}",
            *([self._yours(self.score.accuracy)] if self.score else []),
            course,
            self.milestone.now,
            *([self.note] if self.note else []),
        ]

    def _yours(self, accuracy: float) -> str:
        off = (accuracy - self.milestone.mean) / self.milestone.spread if self.milestone.spread else 0.0
        where = "as good as the course's own" if abs(off) <= 2 else "above the course's own" if off > 0 else ""
        where = where or "below the course's own. Check whether one of your functions learns too slowly"
        share = f"**{per_cent(accuracy)}** of the 1,000 validation images"
        return f"Your network classifies {share} correctly, which is {where}."

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        first, *lines = self._lines()
        note = [lines.pop()] if self.note else []
        parts = [
            f'<div style="font-size: 1.1em">{inline(first)}</div>',
            *(f"<div>{inline(line)}</div>" for line in lines),
        ]
        parts += [f'<div style="{FAINT}">{inline(line)}</div>' for line in note]
        style = f"border-left: 5px solid {colors.BLUE}; padding: 0.4em 0 0.4em 1em; max-width: 56em; line-height: 1.5"
        picture = self.picture._repr_mimebundle_()[0]["text/html"] if self.picture else ""
        return {"text/plain": repr(self), "text/html": f'<div style="{style}; {TEXT}">{"".join(parts)}</div>{picture}'}
