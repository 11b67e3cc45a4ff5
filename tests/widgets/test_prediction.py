"""A prediction is asked, marked, and followed by its experiment; where nobody can choose, all is shown folded."""

from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest
from IPython.display import DisplayHandle

from cs231n_lib.lessons.optimization import checks as optimization
from cs231n_lib.widgets.prediction import Prediction

ASK = Prediction(
    "Is `x < y` **always** so?", {"a": "yes, <b>if</b> both are small", "b": "no"}, "b", "Take `x` = *y* & see."
)
PREDICTIONS = [one for one in vars(optimization).values() if isinstance(one, Prediction)]


class Page:
    """Stands for the notebook's page: what is displayed, in order, and what it was updated to."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def display(self, *things: Any, display_id: bool = False) -> DisplayHandle | None:
        self.shown += things
        return _Handle(self, len(self.shown) - 1) if display_id else None


class _Handle(DisplayHandle):
    def __init__(self, page: Page, position: int) -> None:
        self.page, self.position = page, position

    def update(self, obj: Any, **kwargs: Any) -> None:
        self.page.shown[self.position] = obj


def test_answer_must_be_an_option() -> None:
    with pytest.raises(ValueError, match=r"'How many\?': answer is 'c'\. It must be one of a, b"):
        Prediction("How many?", {"a": "one", "b": "two"}, "c", "")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page()
    monkeypatch.setattr("IPython.display.display", page.display)
    return page


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("cs231n_lib.widgets.prediction.has_live_front_end", lambda: True)
    yield
    ipywidgets.Widget.close_all()


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cs231n_lib.widgets.prediction.has_live_front_end", lambda: False)


def html(thing: Any) -> str:
    return str(thing._repr_mimebundle_()["text/html"])


def controls(page: Page) -> tuple[ipywidgets.RadioButtons, ipywidgets.Button]:
    box = page.shown[0]
    return (
        next(child for child in box.children if isinstance(child, ipywidgets.RadioButtons)),
        next(child for child in box.children if isinstance(child, ipywidgets.Button)),
    )


def test_prediction_without_front_end_shows_everything(page: Page, nobody: None) -> None:
    ASK(lambda: "the experiment")
    key, experiment = page.shown
    assert experiment == "the experiment"
    assert html(key).index("<details>") < html(key).index("Take <code")
    assert key._repr_mimebundle_()["text/plain"] == "\n".join(
        ["Is `x < y` **always** so?", "a) yes, <b>if</b> both are small", "b) no"]
    )


def test_prediction_without_experiment_shows_only_question(page: Page, nobody: None) -> None:
    ASK()
    assert len(page.shown) == 1


def test_choice_counts_only_after_the_button(page: Page, live: None, caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []
    ASK(lambda: ran.append("experiment") or "its picture")
    radio, button = controls(page)
    assert radio.value is None
    button.click()
    assert (radio, button) == controls(page), "nothing was chosen, yet the question is gone"
    assert caplog.messages == [], "ipywidgets logs what a callback raises"
    radio.value = "a"
    radio.value = "b"
    assert ran == []
    button.click()
    assert "✓ You predicted" in html(page.shown[0])
    assert ran == ["experiment"]
    assert page.shown[1] == "its picture"


def test_wrong_choice_shows_correct_option_and_reason(page: Page, live: None) -> None:
    ASK()
    radio, button = controls(page)
    radio.value = "a"
    button.click()
    verdict = html(page.shown[0])
    assert "✗ You predicted" in verdict
    assert "The answer is b: no." in verdict
    assert "Take <code" in verdict


@pytest.mark.parametrize("letter", ["a", "b"])
def test_prediction_texts_are_escaped(letter: str) -> None:
    verdict = ASK.verdict(letter)
    assert "<b>" not in verdict
    assert "x &lt; y" in verdict
    assert "<strong>always</strong>" in verdict
    assert "&amp; see" in verdict


def test_folded_answer_escapes_options(page: Page, nobody: None) -> None:
    ASK()
    assert "yes, &lt;b&gt;if&lt;/b&gt;" in html(page.shown[0])


@pytest.mark.parametrize("prediction", PREDICTIONS, ids=lambda prediction: prediction.question[:30])
def test_lesson_01_predictions_accept_only_their_answer(prediction: Prediction) -> None:
    right = [letter for letter in prediction.options if "✓" in prediction.verdict(letter)]
    assert right == [prediction.answer]
    assert len(prediction.options) >= 3


def test_lesson_01_has_six_predictions() -> None:
    assert len(PREDICTIONS) == 6
