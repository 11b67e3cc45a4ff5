"""Warm-up questions about earlier lessons, which students answer from memory."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

from cs231n_lib import colors
from cs231n_lib.checks.report import TEXT, inline
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets import answered
from cs231n_lib.widgets.html import Html
from cs231n_lib.widgets.prediction import folded_answer, radio_buttons

NOT_A_NUMBER = "Write a number, such as 0.25 or 1/4."


@dataclass(frozen=True)
class Question(ABC):
    """Question without points, which students can answer until they are right.

    Parameters
    ----------
    question : str
        Question. All texts may contain `code` in backticks, and all except the options may contain **strong** words.
    because : str
        Explanation of the correct answer.
    """

    question: str
    because: str

    def __call__(self) -> None:
        """Ask the question. Without a live front end, show it with a folded answer."""
        from IPython.display import display

        if not has_live_front_end():
            display(Html(self._answer_key(), repr(self)))
            return
        asked = display(self._widget(lambda: asked.update(Html(self.verdict(), repr(self)))), display_id=True)

    @abstractmethod
    def why_not(self, given: str) -> str:
        """Explain in a sentence why ``given`` is wrong, or return "" if it is correct."""

    @property
    @abstractmethod
    def correct(self) -> str:
        """Correct answer as text."""

    def verdict(self) -> str:
        """HTML of the correct answer and its explanation."""
        content = f"{inline(self.question)}<br>✓ <strong>{inline(self.correct)}.</strong> {inline(self.because)}"
        return marked(colors.GREEN, content, role="status")

    @abstractmethod
    def _answer_key(self) -> str: ...

    @abstractmethod
    def field(self) -> Any:
        """Input widget, whose ``value`` is a string or None."""

    def _widget(self, done: Callable[[], None]) -> Any:
        import ipywidgets

        from cs231n_lib.widgets.keys import box_of_controls

        style = f"{TEXT}; line-height: 1.5; max-width: 56em; margin-top: 0.8em"
        question = ipywidgets.HTML(f'<div style="{style}">{inline(self.question)}</div>')
        field = self.field()
        button = ipywidgets.Button(description="Check my answer", layout={"width": "max-content"})
        feedback = ipywidgets.HTML()

        tries: list[str] = []

        def mark(_: Any) -> None:
            if not field.value:
                return
            reason = self.why_not(field.value)
            if reason:
                feedback.value = marked(colors.VERMILION, f"✗ Not yet. {inline(reason)}", role="alert")
            else:
                done()
            if reason != NOT_A_NUMBER:
                tries.append(field.value)
                if len(tries) == 1:
                    answered.notify(self, not reason)

        button.on_click(mark)
        return box_of_controls(question, field, button, feedback)


@dataclass(frozen=True)
class MultipleChoice(Question):
    """Question with several options.

    Parameters
    ----------
    options : mapping
        Text of each option by its letter.
    answer : str
        Letter of the correct option.
    wrong : mapping
        Explanation of each wrong option, by its letter.
    """

    options: Mapping[str, str]
    answer: str
    wrong: Mapping[str, str]

    def __post_init__(self) -> None:
        if {self.answer, *self.wrong} != set(self.options) or self.answer in self.wrong:
            explained, options = ", ".join(self.wrong) or "none", ", ".join(self.options)
            raise ValueError(
                f"MultipleChoice {self.question!r}: wrong explains {explained} of the options {options}. "
                f"Explain every option except the answer {self.answer!r}"
            )

    def __repr__(self) -> str:
        return "\n".join([self.question, *(f"{letter}) {text}" for letter, text in self.options.items())])

    def why_not(self, given: str) -> str:
        """Explain why the option with the letter ``given`` is wrong."""
        return self.wrong.get(given, "")

    @property
    def correct(self) -> str:
        """Letter and text of the correct option."""
        return f"{self.answer}: {self.options[self.answer]}"

    def _answer_key(self) -> str:
        return folded_answer("", self.question, self.options, f"{self.answer}. {self.because}")

    def field(self) -> Any:
        """Radio buttons, one for each option."""
        return radio_buttons(self.options)


@dataclass(frozen=True)
class Number(Question):
    """Question whose answer is a number.

    Parameters
    ----------
    answer : float
        Correct number. Answers within 1 % of this number are accepted.
    wrong : mapping
        Explanation of each likely wrong number.
    hint : str
        Hint for any other wrong number.
    """

    answer: float
    wrong: Mapping[float, str]
    hint: str

    def __repr__(self) -> str:
        return self.question

    def why_not(self, given: str) -> str:
        """Explain why the number ``given`` is wrong.

        The number may be a fraction or have a decimal comma.
        """
        upper, _, lower = given.replace(" ", "").replace(",", ".").replace("−", "-").partition("/")
        try:
            number = float(upper) / float(lower or 1)
        except (ValueError, ZeroDivisionError):
            return NOT_A_NUMBER
        if _near(number, self.answer):
            return ""
        return next((reason for other, reason in self.wrong.items() if _near(number, other)), self.hint)

    @property
    def correct(self) -> str:
        """Correct number, rounded to six significant digits."""
        return _formatted(self.answer)

    def _answer_key(self) -> str:
        return folded_answer("", self.question, {}, f"{self.correct}. {self.because}")

    def field(self) -> Any:
        """Text field for a number."""
        import ipywidgets

        # The value is sent when the field loses focus, because a click could overtake the last of several updates.
        return ipywidgets.Text(placeholder="a number", continuous_update=False, layout={"width": "12em"})


@dataclass(frozen=True)
class WarmUp:
    """Sequence of questions, asked in order when a notebook calls it."""

    questions: tuple[Question, ...]

    def __call__(self) -> None:
        """Ask all questions."""
        for question in self.questions:
            question()


def marked(edge: str, content: str, role: str) -> str:
    """HTML with a coloured edge, which a screen reader announces when it appears."""
    style = f"border-left: 5px solid {edge}; padding: 0.4em 0 0.4em 1em; max-width: 56em; line-height: 1.5; {TEXT}"
    return f'<div role="{role}" style="{style}">{content}</div>'


def _near(number: float, other: float) -> bool:
    return isclose(number, other, rel_tol=0.01, abs_tol=1e-9)


def _formatted(number: float) -> str:
    return f"{number:g}".replace("-", "−")
