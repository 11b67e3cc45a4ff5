"""Questions about earlier lessons, to be answered from memory before a new one begins."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

from cs231n_lib import colors
from cs231n_lib.checks.report import TEXT, inline
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.html import Html
from cs231n_lib.widgets.prediction import folded_answer, radio_buttons

NO_NUMBER = "Write a number, such as 0.25 or 1/4."


@dataclass(frozen=True)
class Question(ABC):
    """A question without points, which may be answered again until it is right. Calling it in a notebook asks it.

    Parameters
    ----------
    question : str
        May hold `code` in back-ticks and **strong** words, as all texts here.
    because : str
        Why the right answer is right.
    """

    question: str
    because: str

    def __call__(self) -> None:
        """Ask; where nobody can answer (no live front end) the question and its folded answer are shown."""
        from IPython.display import display

        if not has_live_front_end():
            display(Html(self._answer_key(), repr(self)))
            return
        asked = display(self._widget(lambda: asked.update(Html(self.verdict(), repr(self)))), display_id=True)

    @abstractmethod
    def why_not(self, given: str) -> str:
        """What is wrong with this answer, in a sentence; an empty string for the right one."""

    @abstractmethod
    def verdict(self) -> str:
        """HTML that shows the right answer, once it is given, and why it is right."""

    @abstractmethod
    def _answer_key(self) -> str: ...

    @abstractmethod
    def _field(self) -> Any:
        """The widget in which the answer is given: its ``value`` is a string, or `None`."""

    def _widget(self, done: Callable[[], None]) -> Any:
        import ipywidgets

        from cs231n_lib.widgets.keys import box_of_controls

        style = f"{TEXT}; line-height: 1.5; max-width: 56em; margin-top: 0.8em"
        question = ipywidgets.HTML(f'<div style="{style}">{inline(self.question)}</div>')
        field = self._field()
        button = ipywidgets.Button(description="Check my answer", layout={"width": "max-content"})
        said = ipywidgets.HTML()

        def mark(_: Any) -> None:
            if not field.value:
                return
            reason = self.why_not(field.value)
            if reason:
                said.value = _marked(colors.VERMILION, f"✗ Not yet. {inline(reason)}", role="alert")
            else:
                done()

        button.on_click(mark)
        return box_of_controls(question, field, button, said)

    def _right(self, answer: str) -> str:
        words = f"{inline(self.question)}<br>✓ <strong>{inline(answer)}.</strong> {inline(self.because)}"
        return _marked(colors.GREEN, words, role="status")


@dataclass(frozen=True)
class Choice(Question):
    """A question with several answers to choose from.

    Parameters
    ----------
    options : mapping
        From a letter to what it stands for.
    answer : str
        The letter of the right option.
    wrong : mapping
        From the letter of each other option to what is wrong with it.
    """

    options: Mapping[str, str]
    answer: str
    wrong: Mapping[str, str]

    def __post_init__(self) -> None:
        if {self.answer, *self.wrong} != set(self.options) or self.answer in self.wrong:
            raise ValueError(
                f"say of each option but the answer {self.answer!r} what is wrong with it: {self.question}"
            )

    def __repr__(self) -> str:
        return "\n".join([self.question, *(f"{letter}) {text}" for letter, text in self.options.items())])

    def why_not(self, given: str) -> str:
        """What is wrong with the option of this letter."""
        return self.wrong.get(given, "")

    def verdict(self) -> str:
        """The right option, and why."""
        return self._right(f"{self.answer}: {self.options[self.answer]}")

    def _answer_key(self) -> str:
        return folded_answer("", self.question, self.options, f"{self.answer}. {self.because}")

    def _field(self) -> Any:
        return radio_buttons(self.options)


@dataclass(frozen=True)
class Number(Question):
    """A question whose answer is a number.

    Parameters
    ----------
    answer : float
        Numbers within one per cent of it are right.
    wrong : mapping
        From numbers that are likely to be given to what is wrong with each.
    hint : str
        What is said of any other number.
    """

    answer: float
    wrong: Mapping[float, str]
    hint: str

    def __repr__(self) -> str:
        return self.question

    def why_not(self, given: str) -> str:
        """What is wrong with this number; a fraction and a comma for the point will do."""
        upper, _, lower = given.replace(" ", "").replace(",", ".").replace("−", "-").partition("/")
        try:
            number = float(upper) / float(lower or 1)
        except (ValueError, ZeroDivisionError):
            return NO_NUMBER
        if _near(number, self.answer):
            return ""
        return next((reason for other, reason in self.wrong.items() if _near(number, other)), self.hint)

    def verdict(self) -> str:
        """The number, and why."""
        return self._right(_written(self.answer))

    def _answer_key(self) -> str:
        return folded_answer("", self.question, {}, f"{_written(self.answer)}. {self.because}")

    def _field(self) -> Any:
        import ipywidgets

        # Sent once, when the field is left: letter by letter, a click might be answered before the last of them comes.
        return ipywidgets.Text(placeholder="a number", continuous_update=False, layout={"width": "12em"})


@dataclass(frozen=True)
class WarmUp:
    """Calling it in a notebook asks the questions, one below the other."""

    questions: tuple[Question, ...]

    def __call__(self) -> None:
        """Ask them all."""
        for question in self.questions:
            question()


def _near(number: float, other: float) -> bool:
    return isclose(number, other, rel_tol=0.01, abs_tol=1e-9)


def _written(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def _marked(edge: str, words: str, role: str) -> str:
    """HTML with a coloured edge that a screen reader reads out when it appears."""
    style = f"border-left: 5px solid {edge}; padding: 0.4em 0 0.4em 1em; max-width: 56em; line-height: 1.5; {TEXT}"
    return f'<div role="{role}" style="{style}">{words}</div>'
