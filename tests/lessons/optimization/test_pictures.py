"""The pictures of lesson 01: each is made, small enough to keep, and says in words what the numbers say."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from cs231n_lib.course import mine
from cs231n_lib.lessons.optimization import pictures


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


def test_zigzag_titles_show_the_number_of_steps(figures: list[Figure]) -> None:
    pictures.zigzag(mine)
    raw, standardised = (
        int(re.findall(r"([\d,]+) steps", ax.get_title(loc="left"))[0].replace(",", "")) for ax in figures[0].axes
    )
    assert raw > 100 * standardised
