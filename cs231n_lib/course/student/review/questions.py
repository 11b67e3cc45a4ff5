"""Questions of the review, from the lessons and from their ``review`` modules.

A lesson's own questions are its warm-ups and predictions. The module ``review`` of its package lists the further
questions by name in ``QUESTIONS``, and in ``LEFT_OUT`` the lesson's own questions that make no sense unless it is open.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from cs231n_lib.course.plan import Lesson, checks_of, has_part, part_of
from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import NOT_A_NUMBER, MultipleChoice, Number, WarmUp

PART = "review"
"""Module of a lesson's package with its further questions."""


@dataclass(frozen=True)
class Judgement:
    """Judgement of an answer, with the question's explanation of a mistake, if any."""

    right: bool
    reply: str = ""


@dataclass(frozen=True)
class ReviewQuestion:
    """Question of a lesson, with a key that does not depend on the question's text."""

    key: str
    lesson: Lesson
    ask: MultipleChoice | Number | Prediction

    @property
    def options(self) -> Mapping[str, str]:
        """Text of each option by its letter, or empty if the answer is a number."""
        return {} if isinstance(self.ask, Number) else self.ask.options

    @property
    def correct(self) -> str:
        """Correct answer as text."""
        if isinstance(self.ask, Prediction):
            return f"{self.ask.answer}: {self.ask.options[self.ask.answer]}"
        return self.ask.correct

    def judge(self, given: str) -> Judgement | None:
        """Judge an answer, or return None if the text is not an answer."""
        if isinstance(self.ask, Number):
            reason = self.ask.why_not(given)
            return None if reason == NOT_A_NUMBER else Judgement(not reason, reason)
        letter = given.strip().lower()
        if letter not in self.ask.options:
            return None
        wrong = self.ask.wrong if isinstance(self.ask, MultipleChoice) else {}
        return Judgement(letter == self.ask.answer, wrong.get(letter, ""))


def questions_of(lesson: Lesson) -> list[ReviewQuestion]:
    """Return a lesson's further questions and its own, in alternation."""
    own = {name: ask for name, ask in _asked_in(lesson) if name not in left_out(lesson)}
    pairs = zip_longest(_further(lesson).items(), own.items())
    return [ReviewQuestion(f"{lesson.slug}.{named[0]}", lesson, named[1]) for pair in pairs for named in pair if named]


def left_out(lesson: Lesson) -> tuple[str, ...]:
    """Return the names of a lesson's own questions that need the lesson open."""
    return tuple(part_of(lesson.slug, PART).LEFT_OUT) if has_part(lesson.slug, PART) else ()


def _further(lesson: Lesson) -> dict[str, MultipleChoice | Number | Prediction]:
    return dict(part_of(lesson.slug, PART).QUESTIONS) if has_part(lesson.slug, PART) else {}


def _asked_in(lesson: Lesson) -> Iterator[tuple[str, MultipleChoice | Number | Prediction]]:
    for name, value in vars(checks_of(lesson.slug)).items():
        if isinstance(value, Prediction):
            yield name, value
        elif isinstance(value, WarmUp):
            for number, question in enumerate(value.questions, 1):
                if isinstance(question, MultipleChoice | Number):
                    yield f"{name}_{number}", question
