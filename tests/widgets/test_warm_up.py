"""A warm-up question says why a wrong answer is wrong, may be tried again, and gives way to the right answer."""

from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest
from widgets.test_prediction import Page

from cs231n_lib.widgets.warm_up import NOT_A_NUMBER, MultipleChoice, Number, WarmUp

PICK = MultipleChoice("Is `x < y`?", "Take *y* & see.", {"a": "yes", "b": "<b>no</b>"}, "b", {"a": "Try `x = 2`."})
COUNT = Number("How many?", "Count them.", -0.25, {0.25: "Which sign?"}, "Count again.")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page()
    monkeypatch.setattr("IPython.display.display", page.display)
    return page


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("cs231n_lib.widgets.warm_up.has_live_front_end", lambda: True)
    yield
    ipywidgets.Widget.close_all()


def html(thing: Any) -> str:
    return str(thing._repr_mimebundle_()["text/html"])


def answer(page: Page, position: int, value: str) -> None:
    """Give an answer to the question at this position of the page, and press the button."""
    _, field, button, *_ = page.shown[position].children
    field.value = value
    button.click()


def said(page: Page, position: int) -> str:
    return str(page.shown[position].children[3].value)


def test_warm_up_without_front_end_folds_answers(page: Page) -> None:
    WarmUp((PICK, COUNT))()
    pick, count = page.shown
    assert html(pick).index("<details>") < html(pick).index("b. Take")
    assert html(count).index("<details>") < html(count).index("−0.25. Count them.")
    assert [thing._repr_mimebundle_()["text/plain"] for thing in (pick, count)] == [
        "Is `x < y`?\na) yes\nb) <b>no</b>",
        "How many?",
    ]


def test_wrong_choice_gets_explanation_and_retry(page: Page, live: None) -> None:
    WarmUp((COUNT, PICK))()
    answer(page, 1, "a")
    assert "✗ Not yet. Try <code" in said(page, 1)
    assert 'role="alert"' in said(page, 1)
    answer(page, 1, "b")
    verdict = html(page.shown[1])
    assert "✓ <strong>b: &lt;b&gt;no&lt;/b&gt;.</strong>" in verdict
    assert "Take <em>y</em> &amp; see." in verdict
    assert isinstance(page.shown[0], ipywidgets.VBox), "the other question waits"


def test_empty_answer_gets_no_feedback(page: Page, live: None, caplog: pytest.LogCaptureFixture) -> None:
    WarmUp((PICK, COUNT))()
    for box in page.shown:
        box.children[2].click()
        assert box.children[3].value == ""
    assert caplog.messages == [], "ipywidgets logs what a callback raises"


@pytest.mark.parametrize("given", ["-0.25", " −1 / 4 ", "-0,25", "-0.2505", "-25e-2"])
def test_numbers_are_accepted_in_several_notations(page: Page, live: None, given: str) -> None:
    COUNT()
    answer(page, 0, given)
    assert "✓ <strong>−0.25.</strong> Count them." in html(page.shown[0])


@pytest.mark.parametrize(
    ("given", "reason"),
    [("0.25", "Which sign?"), ("1/4", "Which sign?"), ("-0.26", "Count again."), ("0", "Count again.")]
    + [(given, NOT_A_NUMBER) for given in ("two", "1/0", "__import__('os')")],
)
def test_wrong_number_gets_its_explanation(page: Page, live: None, given: str, reason: str) -> None:
    COUNT()
    answer(page, 0, given)
    assert reason in said(page, 0)


@pytest.mark.parametrize("wrong", [{}, {"a": "no", "b": "no"}, {"c": "no"}])
def test_each_wrong_option_needs_an_explanation(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"'Which\?': wrong explains .* Explain every option except the answer 'b'"):
        MultipleChoice("Which?", "", {"a": "one", "b": "two"}, "b", wrong)
