"""One outlier: fits against SciPy and JAX, pulls worked by hand."""

import re

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import linregress

from cs231n_lib.course import mine
from cs231n_lib.lessons.backpropagation.experiments.outlier import (
    PENALTY,
    READINGS,
    bin_probabilities,
    binned_fit,
    binned_prediction,
    l1_line,
    l2_line,
    points,
    pulls,
    with_outlier,
)
from cs231n_lib.lessons.backpropagation.explorables import outlier

heights = st.floats(-6, 16)
places = st.floats(0, 10)


def l1_optimum(x: np.ndarray, y: np.ndarray) -> float:
    """The least sum of distances of any line, as a linear programme: t ≥ ±(a + b x − y)."""
    n = len(x)
    line = np.stack([np.ones(n), x], axis=1)
    constraints = np.block([[line, -np.eye(n)], [-line, -np.eye(n)]])
    costs = np.concatenate([[0, 0], np.ones(n)])
    return float(linprog(costs, constraints, np.concatenate([y, -y]), bounds=[(None, None)] * 2 + [(0, None)] * n).fun)


@given(places, heights)
def test_the_l2_line_is_the_regression_line(x: float, y: float) -> None:
    fit = linregress(*with_outlier(x, y))
    assert l2_line(*with_outlier(x, y)) == pytest.approx((fit.intercept, fit.slope), abs=1e-9)


@pytest.mark.parametrize(("x", "y"), [(7.0, 14.0), (10.0, -6.0), (0.0, 16.0), (4.0, 4.0)])
def test_the_l1_line_reaches_the_optimum(x: float, y: float) -> None:
    data = with_outlier(x, y)
    intercept, slope = l1_line(*data)
    assert np.abs(intercept + slope * data[0] - data[1]).sum() == pytest.approx(l1_optimum(*data), rel=1e-9)


@pytest.mark.parametrize("bins", [2, 10, 30])
def test_the_binned_fit_is_at_its_minimum(bins: int) -> None:
    x, y = with_outlier(7.0, 14.0)
    labels = np.clip(np.floor(y / (10 / bins)), 0, bins - 1).astype(int)
    features = np.stack([np.ones_like(x), x / 5 - 1], axis=1)

    def loss(w: jax.Array) -> jax.Array:
        log_probabilities = jax.nn.log_softmax(features @ w)
        return -log_probabilities[np.arange(len(x)), labels].mean() + PENALTY / 2 * (w**2).sum()

    with jax.enable_x64(True):
        gradient = jax.grad(loss)(jax.numpy.asarray(binned_fit(x, y, bins)))
    assert np.abs(gradient).max() < 1e-5  # convex, so a point without slope is the minimum


def test_binned_prediction_uses_the_centres_of_the_bins() -> None:
    weights = np.array([[0.0, np.log(3.0)], [0.0, 0.0]])  # probabilities ¼ and ¾, whatever x; middles 2.5 and 7.5
    at = np.array([0.0, 9.0])
    assert bin_probabilities(weights, at) == pytest.approx(np.array([[0.25, 0.75]] * 2))
    assert binned_prediction(weights, at, READINGS[0]) == pytest.approx([6.25, 6.25])
    assert binned_prediction(weights, at, READINGS[1]) == pytest.approx([7.5, 7.5])


@given(places, heights, st.sampled_from([3, 10]))
def test_pulls(x: float, y: float, bins: int) -> None:
    l2, l1, binned = pulls(mine.run(), x, np.array([y, 3.0]), bins)[:, 0]  # of each alone, not of the mean over both
    fit = linregress(*points())
    assert l2 == pytest.approx(2 * abs(fit.intercept + fit.slope * x - y), abs=1e-9)
    assert l1 == pytest.approx(1)
    assert binned < np.sqrt(2)


def test_more_distant_outlier_moves_only_the_l2_line_further() -> None:
    stage = outlier(mine)._stage()
    near, far = (stage.update(y=y, x=7.0, bins=10, reading=READINGS[0]) for y in (11.0, 16.0))
    moved = [[float(number) for number in re.findall(r"by ([+-]\d+\.\d+)", text)] for text in (near, far)]
    assert moved[1][0] > 1.5 * moved[0][0]
    assert moved[1][1:] == moved[0][1:]


@pytest.mark.parametrize(("x", "y"), [(7.0, 14.0), (10.0, -6.0)])
def test_the_sentence_says_how_far_each_fit_moved(x: float, y: float) -> None:
    stage = outlier(mine)._stage()
    sentence = stage.update(y=y, x=x, bins=10, reading=READINGS[0])
    l2, l1, binned = (float(number) for number in re.findall(r"by ([+-]\d+\.\d+)", sentence))
    before, after = linregress(*points()), linregress(*with_outlier(x, y))
    assert l2 == pytest.approx(after.intercept + after.slope * x - before.intercept - before.slope * x, abs=0.0051)
    assert abs(l1) < 0.05
    assert np.sign(binned) == np.sign(y - 5)
    said = [float(number) for number in re.findall(r"\d+\.\d", sentence.split("gradients are")[1])]
    assert said == pytest.approx(pulls(mine.run(), x, np.array([y]), 10)[:, 0], abs=0.051)
    assert [dot.get_ydata()[0] for dot in stage.now] == pytest.approx(said, abs=0.051)
