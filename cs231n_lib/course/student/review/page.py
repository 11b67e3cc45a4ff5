"""Review on the start page."""

from html import escape
from pathlib import Path
from typing import Any

from cs231n_lib import colors
from cs231n_lib.checks.report import FAINT, TEXT, box, inline
from cs231n_lib.course.student.review.questions import Judgement, ReviewQuestion
from cs231n_lib.course.student.review.schedule import A_DAY
from cs231n_lib.course.student.review.session import Session
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.html import Html
from cs231n_lib.widgets.prediction import radio_buttons
from cs231n_lib.widgets.warm_up import NOT_A_NUMBER, Number, marked

WITHOUT = (
    f"Run this cell to answer at most {A_DAY} questions. In a terminal, `python -m cs231n_lib review` asks the same "
    "questions."
)


class Review:
    """Today's questions on the lessons in ``root``, or a text on how to show them."""

    def __init__(self, root: Path = Path()) -> None:
        self.root = root

    def __repr__(self) -> str:
        return WITHOUT.replace("`", "")

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(_Page(Session(self.root)).widget if has_live_front_end() else Html(box(WITHOUT), repr(self)))


class _Page:
    """Widget that shows one question after another."""

    def __init__(self, session: Session) -> None:
        import ipywidgets

        from cs231n_lib.widgets.keys import box_of_controls

        self.session = session
        self.content = ipywidgets.VBox()
        self.widget = box_of_controls(self.content)
        self.show_next()

    def show_next(self, _: Any = None) -> None:
        """Show the next question, or say that none is left."""
        import ipywidgets

        question = self.session.question
        told = [self.session.damage] if self.session.damage else []
        if not question:
            self.content.children = (ipywidgets.HTML(box(self.session.ending, *told)),)
            return
        field = question.ask.field() if isinstance(question.ask, Number) else radio_buttons(question.options)
        feedback = ipywidgets.HTML()
        check, skip = _button("Check my answer"), _button("Skip")

        def answer(_: Any) -> None:
            if not field.value:
                return
            judgement = self.session.answer(field.value)
            if judgement:
                self._show_verdict(question, field.value, judgement)
            else:
                feedback.value = marked(colors.VERMILION, NOT_A_NUMBER, role="alert")

        def leave_out(_: Any) -> None:
            self.session.skip()
            self.show_next()

        check.on_click(answer)
        skip.on_click(leave_out)
        shown = ipywidgets.HTML(_question_html(question, told))
        self.content.children = (shown, field, ipywidgets.HBox([check, skip]), feedback)

    def _show_verdict(self, question: ReviewQuestion, given: str, judgement: Judgement) -> None:
        import ipywidgets

        more = _button("Go on")
        more.on_click(self.show_next)
        self.content.children = (ipywidgets.HTML(verdict(question, given, judgement)), more)


def verdict(question: ReviewQuestion, given: str, judgement: Judgement) -> str:
    """HTML with the verdict on an answer, an explanation and the right answer."""
    option = question.options.get(given)
    yours = f"{given}: {option}" if option else given
    correct = f"<strong>{inline(question.correct)}.</strong> {inline(question.ask.because)}"
    if judgement.right:
        return marked(colors.GREEN, f"{inline(question.ask.question)}<br>✓ {correct}", role="status")
    reply = f" {inline(judgement.reply)}" if judgement.reply else ""
    lines = f"✗ Your answer was <strong>{inline(yours)}.</strong>{reply}<br>The right answer is {correct}"
    return marked(colors.VERMILION, f"{inline(question.ask.question)}<br>{lines}", role="alert")


def _question_html(question: ReviewQuestion, told: list[str]) -> str:
    lesson = f"From lesson {question.lesson.number:02d}, {escape(question.lesson.title)}"
    lines = [f'<div style="{FAINT}">{line}</div>' for line in [lesson, *map(inline, told)]]
    return (
        f'<div style="{TEXT}; line-height: 1.5; max-width: 56em">{"".join(lines)}{inline(question.ask.question)}</div>'
    )


def _button(text: str) -> Any:
    import ipywidgets

    return ipywidgets.Button(description=text, layout={"width": "max-content"})
