"""Claim C24 and the other measurements of lesson 02, with margins that 20 seeds pass."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import oracles  # noqa: F401  (JAX in float64)
import pytest
from claims import ALL, SEEDS
from scipy.special import softmax

from cs231n_lib.course import mine
from cs231n_lib.lessons.backpropagation.experiments import losses as experiments
from cs231n_lib.lessons.backpropagation.experiments import outlier

L2, L1, MEAN, MOST_LIKELY = range(4)


def distances(fraction: float) -> np.ndarray:
    """One row for each seed, one column for each fit."""
    return np.array([experiments.robustness(fraction, seed) for seed in ALL])


def test_c24_l2_is_not_robust_and_l1_is():
    clean, dirty = distances(0), distances(0.05)
    assert (clean[:, [L2, L1]] < 0.2).all()
    assert (dirty[:, L2] > 4 * clean[:, L2]).all()
    assert (dirty[:, L2] > 0.8).all()
    assert (dirty[:, L1] < 0.2).all()
    assert (distances(0.2)[:, L1] < 0.3).all()


def test_c24_l1_breaks_down_where_outliers_are_half():
    assert (distances(0.4)[:, L1] < 1).all()
    assert (distances(0.5)[:, L1] > 2).all()


def test_c24_bins_limit_the_damage_at_a_cost_on_clean_data():
    clean, dirty = distances(0), distances(0.2)
    assert (dirty[:, MEAN] < dirty[:, L2] / 2).all()
    assert (distances(0.4)[:, MEAN] < 3).all()  # they cover 10, outliers reach 40
    assert (dirty[:, MEAN] > 3 * dirty[:, L1]).all()
    assert (clean[:, MEAN] > 1.3 * clean[:, L2]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_c24_one_outlier_far_away_in_x_also_tilts_the_l1_line(seed):
    x = np.linspace(0, 8, 20)
    y = 2 + 0.6 * x + np.random.default_rng(seed).normal(scale=0.35, size=20)
    clean, edge, far = (
        outlier.l1_line(np.append(x, at), np.append(y, below))[1] for at, below in ((8, y[-1]), (10, -6.0), (60, -6.0))
    )
    assert abs(edge - clean) < 0.15
    assert clean > 0.5
    assert far < -0.15


def test_most_likely_bin_fails_with_many_outliers():
    few, many = distances(0.1)[:, MOST_LIKELY], distances(0.3)[:, MOST_LIKELY]
    assert (few < 0.8).all()
    assert (many > 2).all()


def test_pulls_by_hand():
    l2, l1, bins = experiments.pulls(mine.run(), np.array([0.0, 3.0, -30.0]))
    np.testing.assert_allclose(l2, [0, 6, 60])
    np.testing.assert_allclose(l1, [0, 1, 1])
    probabilities = softmax(-0.5 * np.arange(-20, 21) ** 2)
    probabilities[20 + 3] -= 1
    assert bins[1] == pytest.approx(np.linalg.norm(probabilities))
    assert (bins <= np.sqrt(2)).all()


def changing(dout, cache):
    x, w, t = cache
    t *= t
    dout *= 1 - t
    return dout + dout @ w.T, x.T @ dout


def pure(dout, cache):
    x, w, _ = cache
    dh = dout / np.cosh(x @ w) ** 2
    return dout + dh @ w.T, x.T @ dh


def test_a_changed_cache_shows_in_the_second_call_only():
    (first_dx, first_dw), (_, second_dw) = experiments.errors_of_two_calls(changing)
    assert first_dx > 1e-2  # its dout was changed before the way around used it
    assert first_dw < 1e-8 < 1e-3 < second_dw
    assert (experiments.errors_of_two_calls(pure) < 1e-8).all()


def tail(name, value):
    """The output, from one of the values on the way."""
    steps = {
        "z": lambda v: tail("n", -v),
        "n": lambda v: tail("e", jnp.exp(v)),
        "e": lambda v: tail("d", 1 + v),
        "d": lambda v: 1 / v,
        "out": lambda v: v,
    }
    return steps[name](value)


@pytest.mark.parametrize(("w", "x", "b"), [(2.0, -1.0, 3.0), (0.5, 0.0, -2.0), (-4.0, 3.0, 1.0)])
def test_the_graph_has_jax_gradients(w, x, b):
    values, gradients = experiments.sigmoid_graph(mine.run(), w, x, b)
    for name in ("z", "n", "e", "d", "out"):
        assert tail(name, values[name]) == pytest.approx(values["out"])
        assert gradients[name] == pytest.approx(float(jax.grad(partial(tail, name))(values[name])))
    by_input = jax.grad(lambda w, x, b: jax.nn.sigmoid(w * x + b), argnums=(0, 1, 2))(w, x, b)
    assert [gradients[name] for name in "wxb"] == pytest.approx([float(g) for g in by_input])
    assert gradients["p"] == gradients["b"]


def test_the_two_ways_of_swish_add_up_to_its_slope():
    direct, through = experiments.swish_ways(np.array([0.0, 40.0, -40.0]))
    np.testing.assert_allclose(direct + through, [0.5, 1, 0], atol=1e-12)
    assert direct[0] == 0.5
    assert through[0] == 0
