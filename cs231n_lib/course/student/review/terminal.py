"""Review in a terminal."""

from collections.abc import Callable
from pathlib import Path
from textwrap import fill

from cs231n_lib.course.student.review.questions import Judgement, ReviewQuestion
from cs231n_lib.course.student.review.session import Session

PROMPT = "Your answer (Enter skips the question, q ends the review): "
WIDTH = 88


def review(course: Path, ask: Callable[[str], str] = input, say: Callable[[str], None] = print) -> None:
    """Ask today's questions in ``course`` until none is left or the student stops."""
    session = Session(course)
    while question := session.question:
        _tell_damage(session, say)
        say(_question_text(question))
        given = _read(question, ask, say)
        if given is None:
            return
        if not given:
            session.skip()
        elif judgement := session.answer(given):
            say(f"\n{_verdict_text(question, judgement)}\n")
    _tell_damage(session, say)
    say(session.ending)


def _read(question: ReviewQuestion, ask: Callable[[str], str], say: Callable[[str], None]) -> str | None:
    """Return an answer that can be judged, an empty string to skip, or None to end."""
    while True:
        try:
            given = ask(PROMPT).strip()
        except (EOFError, KeyboardInterrupt):
            return None
        if given.lower() == "q":
            return None
        if not given or question.judge(given):
            return given
        say(f"Write {_wanted(question)}.")


def _wanted(question: ReviewQuestion) -> str:
    return f"one of {', '.join(question.options)}" if question.options else "a number, such as 0.25 or 1/4"


def _tell_damage(session: Session, say: Callable[[str], None]) -> None:
    if session.damage:
        say(_filled(session.damage))
        session.damage = ""


def _question_text(question: ReviewQuestion) -> str:
    lines = [f"From lesson {question.lesson.number:02d}, {question.lesson.title}", _filled(question.ask.question)]
    lines += [_filled(f"{letter}) {text}", "   ") for letter, text in question.options.items()]
    return "\n".join(lines)


def _verdict_text(question: ReviewQuestion, judgement: Judgement) -> str:
    correct = _filled(f"{question.correct}. {question.ask.because}")
    if judgement.right:
        return f"✓ Right. {correct}" if len(correct) < WIDTH - 9 else f"✓ Right.\n{correct}"
    return "\n".join(["✗ Not right.", *([_filled(judgement.reply)] if judgement.reply else []), "", correct])


def _filled(text: str, margin: str = "") -> str:
    """Wrap a text, without the asterisks of strong and emphasised words."""
    plain = "`".join(part if i % 2 else part.replace("*", "") for i, part in enumerate(text.split("`")))
    return fill(plain, WIDTH, subsequent_indent=margin)
