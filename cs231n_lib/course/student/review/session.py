"""Session of the review, which the start page and the terminal show in their own ways."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cs231n_lib.course.student.progress import read_course
from cs231n_lib.course.student.review.questions import Judgement, ReviewQuestion, questions_of
from cs231n_lib.course.student.review.schedule import FILE, choose, done_lessons, read_state, record

NOTHING_DONE = "The review begins when all core exercises of a lesson are right in your saved notebooks."
NOTHING_DUE = "There is nothing to review today."
DONE = "That was the review for today."


@dataclass
class Session:
    """Questions of today in the folder ``course``."""

    course: Path
    skipped: set[str] = field(default_factory=set)
    damage: str = ""
    """Sentence about a file that is damaged or cannot be written, or empty."""
    begun: bool = False

    def __post_init__(self) -> None:
        self.questions = [
            question for lesson in done_lessons(read_course(self.course)) for question in questions_of(lesson)
        ]

    def due(self, now: datetime | None = None) -> list[ReviewQuestion]:
        """Return the questions that are still to be asked today."""
        state = read_state(self.course)
        self.damage = self.damage or state.damage
        return choose(self.questions, state, now or datetime.now(UTC), self.skipped)

    @property
    def ending(self) -> str:
        """Sentence for when no question is due."""
        if not self.questions:
            return NOTHING_DONE
        return DONE if self.begun else NOTHING_DUE

    def skip(self, question: ReviewQuestion) -> None:
        """Leave a question out of this session. Nothing is written."""
        self.begun = True
        self.skipped.add(question.key)

    def answer(self, question: ReviewQuestion, given: str, now: datetime | None = None) -> Judgement | None:
        """Judge and store an answer, or return None for a text that is no answer."""
        judgement = question.judge(given)
        if judgement is None:
            return None
        self.begun = True
        self.skipped.add(question.key)  # even if the answer cannot be stored
        try:
            record(self.course, question.key, judgement.right, now)
        except OSError as error:
            self.damage = f"{FILE} cannot be written ({error.strerror}). Make the course's folder writable."
        return judgement
