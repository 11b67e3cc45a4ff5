"""Grid against random search: their means against integrals."""

import re
from math import erf, pi, sqrt

import numpy as np
import pytest

from cs231n_lib.lessons.training.experiments.search import HILL, SIDES, grid_values, mean_best, quality, search_once
from cs231n_lib.lessons.training.explorables import grid_random
from cs231n_lib.widgets.explorable import _View


def grid_mean(side: int) -> float:
    """The mean over a uniform hill of exp(−d²/2s²), where the distance d to the grid is uniform in [0, 1/2n]."""
    far = 1 / (2 * side)
    return sqrt(pi / 2) * HILL * erf(far / (sqrt(2) * HILL)) / far


def random_mean(trials: int) -> float:
    """The same for the nearest of so many uniform draws: ∫∫ 1 − (1 − P(value > v))ⁿ dv da."""
    a, v = (np.arange(2000) + 0.5)[:, np.newaxis] / 2000, (np.arange(2000) + 0.5) / 2000
    reach = HILL * np.sqrt(-2 * np.log(v))
    hit = np.minimum(a + reach, 1) - np.maximum(a - reach, 0)
    return float(np.mean(1 - (1 - hit) ** trials))


def test_values_of_a_grid_by_hand() -> None:
    assert grid_values(4).tolist() == [0.125, 0.375, 0.625, 0.875]


def test_the_hill_by_hand() -> None:
    half = HILL * sqrt(2 * np.log(2))  # half the height away

    def at(da: float, db: float, weight: float) -> float:
        return float(quality(np.array([0.5 + da, 0.5 + db]), np.array([0.5, 0.5]), weight))

    assert at(0, 0, 0.3) == 1
    assert at(half, 0, 0.0) == pytest.approx(0.5)
    assert at(0, half, 0.0) == 1
    assert at(0, half, 1.0) == pytest.approx(0.75)
    assert at(0, 9, 0.25) == pytest.approx(0.8)


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_grid_matches_the_integral_at_any_weight_of_b(weight: float) -> None:
    # The standard error of a mean of 400 hills is below 0.018.
    assert mean_best(weight)[0] == pytest.approx([grid_mean(side) for side in SIDES], abs=0.04)


def test_random_search_finds_what_the_integral_says() -> None:
    assert mean_best(0.0)[1] == pytest.approx([random_mean(side**2) for side in SIDES], abs=0.04)


def test_random_search_wins_if_one_parameter_matters_not_both() -> None:
    assert (mean_best(0.0)[1] > mean_best(0.0)[0] + 0.03).all()
    assert (mean_best(1.0)[1] < mean_best(1.0)[0])[1:].all()


@pytest.mark.parametrize(("side", "weight", "seed"), [(2, 0.0, 1), (4, 0.3, 5), (10, 1.0, 30)])
def test_the_sentence_counts_and_compares(side: int, weight: float, seed: int) -> None:
    hill, grid, drawn = search_once(side, weight, seed)
    assert (len(np.unique(grid[:, 0])), len(np.unique(drawn[:, 0])), len(grid)) == (side, side**2, side**2)
    stage = grid_random()._stage()
    sentence = stage.update(side=side, weight=weight, seed=seed)
    assert sentence.startswith(f"In {side**2} trials the grid tries {side} values of a")
    found = [float(number) for number in re.findall(r"\d\.\d\d", sentence)]
    best = []
    for tried in (grid, drawn):
        gaps = ((tried - hill) / HILL) ** 2
        best.append(max((np.exp(-a / 2) + weight * np.exp(-b / 2)) / (1 + weight) for a, b in gaps))
    assert found == pytest.approx([*best, *mean_best(weight)[:, SIDES.index(side)]], abs=0.0051)


def test_presets_are_what_they_are_called() -> None:
    explorable = grid_random()

    def found(name: str) -> list[float]:
        sentence = explorable._stage().update(**explorable.first_values | dict(explorable.presets[name]))
        return [float(number) for number in re.findall(r"\d\.\d\d", sentence)]

    lucky = found("Lucky grid")
    assert lucky[0] > lucky[1]
    assert lucky[2] < lucky[3]
    assert found("Both matter")[2] > found("Both matter")[3]
    assert found("b matters a little")[2] == pytest.approx(found("b matters a little")[3], abs=0.02)


def test_the_live_picture_leaves_room_for_its_axes() -> None:
    places = [ax.get_position() for ax in _View(grid_random()._stage()).stage.figure.axes]
    assert min(place.width for place in places) > 0.2
    assert min(place.height for place in places) > 0.5
