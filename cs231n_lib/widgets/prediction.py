"""Multiple-choice question that a student answers before an experiment runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from cs231n_lib import colors
from cs231n_lib.checks.report import FAINT, TEXT, inline
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets import answered
from cs231n_lib.widgets.html import Html


@dataclass(frozen=True)
class Prediction:
    """Multiple-choice question without points, asked when a notebook calls it.

    Parameters
    ----------
    question : str
        Question, which may contain `code` in backticks and **strong** words.
    options : dict
        Text of each option by its letter.
    answer : str
        Letter of the correct option.
    because : str
        Explanation, shown after the choice.
    """

    question: str
    options: dict[str, str]
    answer: str
    because: str

    def __post_init__(self) -> None:
        if self.answer not in self.options:
            options = ", ".join(self.options)
            raise ValueError(f"Prediction {self.question!r}: answer is {self.answer!r}. It must be one of {options}")

    def __call__(self, experiment: Callable[[], Any] | None = None) -> None:
        """Ask the question, then show the verdict and the result of ``experiment``.

        Without a live front end, show the question, the folded answer and the result of the experiment.
        """
        from IPython.display import display

        if not has_live_front_end():
            key = folded_answer(
                "<strong>Predict:</strong> ", self.question, self.options, f"{self.answer}. {self.because}"
            )
            display(Html(key, repr(self)), *([experiment()] if experiment else []))
            return
        asked = display(self._widget(lambda letter: self._reveal(letter, asked, shown, experiment)), display_id=True)
        shown = display(Html("", ""), display_id=True)

    def __repr__(self) -> str:
        return "\n".join([self.question, *(f"{letter}) {text}" for letter, text in self.options.items())])

    def _reveal(self, letter: str, asked: Any, shown: Any, experiment: Callable[[], Any] | None) -> None:
        asked.update(Html(self.verdict(letter), repr(self)))
        if experiment:
            from cs231n_lib.widgets.measuring import Measurement

            Measurement(experiment, shown.update).begin()
        answered.notify(self, letter == self.answer)

    def _widget(self, choose: Callable[[str], None]) -> Any:
        import ipywidgets

        from cs231n_lib.widgets.keys import box_of_controls
        from cs231n_lib.widgets.subshell import handle_in_subshell

        question = ipywidgets.HTML(
            f'<div style="{TEXT}; line-height: 1.5"><strong>Predict:</strong> {inline(self.question)}</div>'
        )
        options = radio_buttons(self.options)
        done = ipywidgets.Button(description="That is my prediction", layout={"width": "max-content"})
        handle_in_subshell(options, done)

        def mark(_: Any) -> None:
            if options.value:
                choose(options.value)

        done.on_click(mark)
        return box_of_controls(question, options, done)

    def verdict(self, letter: str) -> str:
        """HTML that says whether the option with this letter is correct, and why."""
        right = letter == self.answer
        mark = "✓ You predicted" if right else "✗ You predicted"
        edge = colors.GREEN if right else colors.VERMILION
        correct = "That is right." if right else f"The answer is {self.answer}: {inline(self.options[self.answer])}."
        return (
            f'<div style="border-left: 5px solid {edge}; padding: 0.4em 0 0.4em 1em; max-width: 56em; {TEXT}">'
            f"{inline(self.question)}<br>{mark} <strong>{escape(letter)}: {inline(self.options[letter])}.</strong> "
            f"{correct} {inline(self.because)}</div>"
        )


def radio_buttons(options: Mapping[str, str]) -> Any:
    """Radio buttons for the options, whose value is a letter or initially None.

    Each press of an arrow key changes the selection, so add a button that submits the answer.
    """
    import ipywidgets

    plain = {letter: text.replace("`", "") for letter, text in options.items()}  # labels do not render Markdown
    written = [(f"{letter}) {text}", letter) for letter, text in plain.items()]
    return ipywidgets.RadioButtons(options=written, value=None, layout={"width": "auto"})


def folded_answer(label: str, question: str, options: Mapping[str, str], answer: str) -> str:
    """HTML of a ``label``, a question with its options, and a folded answer."""
    written = "".join(f"<div>{letter}) {inline(text)}</div>" for letter, text in options.items())
    return (
        f'<div style="max-width: 56em; {TEXT}">{label}{inline(question)}'
        f'<div style="margin: 0.3em 0 0.3em 1.5em">{written}</div>'
        f'<details><summary style="{FAINT}; cursor: pointer">Answer</summary>{inline(answer)}</details></div>'
    )
