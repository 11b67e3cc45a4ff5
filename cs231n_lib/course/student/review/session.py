"""Session of the review, for the start page and the terminal."""

from datetime import UTC, datetime
from pathlib import Path

from cs231n_lib.course.student.progress import read_course
from cs231n_lib.course.student.review.questions import Judgement, ReviewQuestion, questions_of
from cs231n_lib.course.student.review.schedule import FILE, choose, done_lessons, read_state, record

NOTHING_DONE = "The review begins when all core exercises of a lesson are right in your saved notebooks."
NOTHING_DUE = "There is nothing to review today."
DONE = "The review for today is finished."


class Session:
    """Today's questions in the folder ``course``.

    A skipped question is not replaced by another one, and skipping is not recorded.
    """

    def __init__(self, course: Path, now: datetime | None = None) -> None:
        self.course = course
        questions = [question for lesson in done_lessons(read_course(course)) for question in questions_of(lesson)]
        state = read_state(course)
        self.damage = state.damage
        """Sentence about a file that is damaged or cannot be written, or empty."""
        self.remaining = choose(questions, state, now or datetime.now(UTC))
        self.ending = (DONE if self.remaining else NOTHING_DUE) if questions else NOTHING_DONE
        """Sentence to show when no question is left."""

    @property
    def question(self) -> ReviewQuestion | None:
        """Question to ask now, or None if no question is left."""
        return self.remaining[0] if self.remaining else None

    def skip(self) -> None:
        """Go on to the next question."""
        del self.remaining[0]

    def answer(self, given: str, now: datetime | None = None) -> Judgement | None:
        """Judge and record an answer, or return None if the text is not an answer."""
        question = self.remaining[0]
        judgement = question.judge(given)
        if judgement is None:
            return None
        del self.remaining[0]
        try:
            record(self.course, question.key, judgement.right, now)
        except OSError as error:
            self.damage = f"{FILE} cannot be written ({error.strerror}). Make the course's folder writable."
        return judgement
