"""The pictures of lesson 01: each is made, small enough to keep, and says in words what the numbers say."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.figure import Figure

from cs231n_lib import datasets
from cs231n_lib.lessons.optimization import experiments, pictures
from cs231n_lib.widgets.picture import Picture


def noise() -> Picture:
    digits = datasets.load_digits()
    return pictures.noise(digits.x_train, digits.y_train, 10)


PICTURES: list[Callable[[], Picture]] = [
    pictures.secants,
    pictures.rounding,
    pictures.kink,
    pictures.zigzag,
    noise,
    lambda: pictures.gradient_times((2, 5)),
    pictures.batch_times,
    lambda: pictures.templates(np.random.default_rng(0).normal(size=(64, 10)), 0.96),
]


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that are made into pictures."""
    made: list[Figure] = []

    make = Picture.__init__

    def keep(self: Picture, figure: Figure, caption: str) -> None:
        made.append(figure)
        make(self, figure, caption)

    monkeypatch.setattr(Picture, "__init__", keep)
    return made


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are made up, so that nothing is repeated until it can be measured."""
    monkeypatch.setattr(experiments, "milliseconds", lambda function, repeats=7: 1.0)


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("draw", PICTURES)
def test_picture_is_labelled_small_and_has_a_sentence(draw: Callable[[], Picture], figures: list[Figure]) -> None:
    picture = draw()
    (figure,) = figures
    assert len(picture.png) < 100_000
    assert picture.caption.endswith(".")
    assert "  " not in picture.caption
    for ax in figure.axes:
        assert ax.get_title(loc="left") or ax.get_title()
        assert not ax.axison or (ax.get_xlabel() and ax.get_ylabel())


def test_secants_show_that_the_centred_difference_is_nearer(figures: list[Figure]) -> None:
    pictures.secants()
    labels = " ".join(text.get_text() for text in figures[0].axes[0].get_legend().get_texts())
    tangent, forward, centred = (float(number) for number in re.findall(r"\d\.\d\d", labels))
    assert tangent == pytest.approx(np.exp(0.6) - 0.4, abs=0.005)
    assert abs(centred - tangent) < 0.2 * abs(forward - tangent)


def test_kink_shows_a_right_and_a_wrong_slope(figures: list[Figure]) -> None:
    pictures.kink()
    titles = [ax.get_title(loc="left") for ax in figures[0].axes]
    assert titles == ["x = 0.9: slope 1.00, truth 1", "x = 0.2: slope 0.70, truth 1"]


def test_zigzag_says_how_many_steps_each_takes(figures: list[Figure]) -> None:
    pictures.zigzag()
    raw, standardised = (
        int(re.findall(r"([\d,]+) steps", ax.get_title(loc="left"))[0].replace(",", "")) for ax in figures[0].axes
    )
    assert raw > 100 * standardised
