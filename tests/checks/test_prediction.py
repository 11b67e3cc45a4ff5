"""A prediction: asked with a widget where someone can answer, with a folded answer elsewhere."""

import ipywidgets
import pytest

from cs231n_lib.checks import Prediction, prediction

ASK = Prediction("Is `x < 2`?", {"a": "Always", "b": "Never & nowhere"}, "b", "It is **3**.")


class Shown:
    """Stands for IPython's display: keeps what was shown last in each place."""

    def __init__(self):
        self.places = []

    def __call__(self, *contents, display_id=False):
        place = Shown.Place(list(contents))
        self.places.append(place)
        return place if display_id else None

    class Place:
        def __init__(self, contents):
            self.contents = contents

        def update(self, content):
            self.contents = [content]


@pytest.fixture
def shown(monkeypatch):
    shown = Shown()
    monkeypatch.setattr("IPython.display.display", shown)
    return shown


def html(content):
    return content._repr_mimebundle_()["text/html"]


def test_without_a_front_end_the_answer_is_folded(shown, monkeypatch):
    monkeypatch.setenv("CS231N_STATIC", "1")
    ASK(lambda: "the picture")
    key, picture = shown.places[0].contents
    before, answer = html(key).split("<details>")
    assert "x &lt; 2" in before and "Never &amp; nowhere" in before and "<strong>3</strong>" not in before
    assert "b. It is <strong>3</strong>." in answer
    assert key._repr_mimebundle_()["text/plain"] == "Is `x < 2`?\na) Always\nb) Never & nowhere"
    assert picture == "the picture"


@pytest.mark.parametrize(
    ("letter", "mark", "words"), [("b", "✓", "That is right."), ("a", "✗", "It is b: Never &amp; nowhere.")]
)
def test_choosing_replaces_the_widget_by_a_verdict(shown, monkeypatch, letter, mark, words):
    monkeypatch.setattr(prediction, "has_live_front_end", lambda: True)
    ASK(lambda: "the picture")
    asked, result = shown.places
    widgets = asked.contents[0].children
    (options,) = (w for w in widgets if isinstance(w, ipywidgets.RadioButtons))
    (done,) = (w for w in widgets if isinstance(w, ipywidgets.Button))
    options.value = letter
    done.click()
    (verdict,) = asked.contents
    assert html(verdict).count(mark) == 1 and words in html(verdict) and "It is <strong>3</strong>." in html(verdict)
    assert result.contents == ["the picture"]
