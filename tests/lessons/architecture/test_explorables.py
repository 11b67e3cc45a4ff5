"""The bump construction: its bound holds, and the picture says what SciPy measures."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import logistic

from cs231n_lib.lessons.architecture.experiments import (
    TARGETS,
    Target,
    bump_network,
    bumps,
    error_bound,
    largest_error,
    network_output,
)
from cs231n_lib.lessons.architecture.explorables import approximation

CONTINUOUS = [name for name, target in TARGETS.items() if not target.jumps]
steepnesses = st.floats(3, 1000)
unit_counts = st.integers(1, 100)


def mixture(target: Target, units: int, steepness: float, x: np.ndarray) -> np.ndarray:
    """The network as a mean of the function's values under logistic noise, with SciPy's sigmoid."""
    edges = np.concatenate([[-np.inf], np.linspace(-1, 1, units + 2)[1:-1], [np.inf]])
    cells = expit(steepness * (x[:, None] - edges[:-1])) - expit(steepness * (x[:, None] - edges[1:]))
    middles = -1 + (2 * np.arange(units + 1) + 1) / (units + 1)
    return cells @ target.f(middles)


def test_one_unit_worked_by_hand() -> None:
    w1, b1, w2, b2 = bump_network(lambda x: 2 * x, units=1, steepness=10)
    assert (w1.tolist(), b1.tolist(), w2.tolist(), b2.tolist()) == ([[10.0]], [0.0], [[2.0]], [-1.0])
    assert network_output((w1, b1, w2, b2), np.array([0.0])) == pytest.approx([0.0])


@given(st.sampled_from(list(TARGETS)), unit_counts, steepnesses)
def test_the_network_is_a_mean_of_nearby_values(name: str, units: int, steepness: float) -> None:
    x, target = np.linspace(-1.5, 1.5, 31), TARGETS[name]
    weights = bump_network(target.f, units, steepness)
    expected = mixture(target, units, steepness, x)
    assert network_output(weights, x) == pytest.approx(expected, abs=1e-12)
    assert bumps(weights, x).sum(axis=1) == pytest.approx(expected, abs=1e-12)


@given(st.sampled_from(CONTINUOUS), unit_counts, steepnesses)
def test_the_bound_holds(name: str, units: int, steepness: float) -> None:
    assert largest_error(TARGETS[name], units, steepness) <= error_bound(TARGETS[name], units, steepness)


def test_the_bound_is_reached_by_a_line_and_steep_sigmoids() -> None:
    line = Target(lambda x: 3 * x, 3.0)
    assert largest_error(line, 9, 1e6) == pytest.approx(3 / 10, rel=1e-3)
    assert error_bound(line, 9, 1e6) == pytest.approx(3 / 10, rel=1e-3)


def test_bound_uses_the_mean_absolute_logistic_noise() -> None:
    flat = Target(lambda x: x, 1.0)
    assert error_bound(flat, 10**9, 7.0) == pytest.approx(logistic(scale=1 / 7).expect(abs), rel=1e-6)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_lipschitz_constants_are_the_steepest_slopes(name: str) -> None:
    x = np.linspace(-1, 1, 20_001)
    steepest = np.abs(np.diff(TARGETS[name].f(x)) / np.diff(x)).max()
    assert TARGETS[name].lipschitz == pytest.approx(steepest, rel=1e-5)


@given(unit_counts, steepnesses)
def test_no_network_comes_close_to_a_jump(units: int, steepness: float) -> None:
    (name,) = set(TARGETS) - set(CONTINUOUS)
    assert largest_error(TARGETS[name], units, steepness) >= 0.5 - 1e-9
    assert error_bound(TARGETS[name], units, steepness) == np.inf


@pytest.mark.parametrize("name", CONTINUOUS)
@pytest.mark.parametrize(("units", "steepness"), [(1, 3.0), (8, 100.0), (60, 1000.0)])
def test_the_sentence_gives_the_largest_error(name: str, units: int, steepness: float) -> None:
    stage = approximation()._stage()
    sentence = stage.update(function=name, units=units, steepness=steepness)
    error, bound = (float(number) for number in re.findall(r"(?:is|most) (\d+\.?\d*)", sentence))
    x = np.linspace(-1, 1, 4001)
    assert error == pytest.approx(
        np.abs(mixture(TARGETS[name], units, steepness, x) - TARGETS[name].f(x)).max(), rel=0.06
    )
    assert bound >= 0.99 * error
    assert stage.now.get_ydata()[0] == pytest.approx(error, rel=0.06)


def test_discontinuous_function_has_no_error_bound() -> None:
    stage = approximation()._stage()
    sentence = stage.update(function="a step (not continuous)", units=5, steepness=100.0)
    assert "guarantees" not in sentence
    assert np.isnan(stage.bound.get_ydata()).all()
