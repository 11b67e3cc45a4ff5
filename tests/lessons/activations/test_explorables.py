"""Saturation, against JAX's derivatives and the normal distribution's own formulas."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from cs231n_lib.course import mine
from cs231n_lib.lessons.activations.experiments.saturation import ACTIVATIONS, ALPHA, inputs, respond
from cs231n_lib.lessons.activations.explorables import OUTPUTS, _shares, saturation

PEERS = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "ReLU": jax.nn.relu,
    "leaky ReLU": lambda x: jax.nn.leaky_relu(x, ALPHA),
}
SETTINGS = [(1.0, 0.0), (10.0, 0.0), (1.0, 5.0), (2.0, -4.0)]


@pytest.fixture(autouse=True)
def _double_precision() -> None:
    jax.config.update("jax_enable_x64", True)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("std", "mean"), SETTINGS)
def test_outputs_and_slopes_are_those_of_jax(name: str, std: float, mean: float) -> None:
    x = inputs(mean, std)
    response = respond(mine.run(), name, x)
    assert response.out == pytest.approx(np.asarray(PEERS[name](x)), rel=1e-12)
    # 1 − tanh² keeps no digit beyond the sixteenth
    assert response.slope == pytest.approx(np.asarray(jax.vmap(jax.grad(PEERS[name]))(x)), rel=1e-9, abs=1e-14)


def test_the_inputs_are_normal() -> None:
    x = inputs(-2.0, 3.0)
    assert x.mean() == pytest.approx(-2)
    assert x.std() == pytest.approx(3, rel=2e-3)  # the far tails are missing
    assert norm.cdf(x, -2, 3) == pytest.approx((np.arange(len(x)) + 0.5) / len(x))


@pytest.mark.parametrize(("std", "mean"), SETTINGS)
def test_sentence_gives_the_probability_of_saturation(std: float, mean: float) -> None:
    said = [int(share) for share in re.findall(r"(\d+) % for", saturation(mine)._stage().update(std=std, mean=mean))]
    # σ'(z) = 0.01 at z = ln(s / (1 − s)) where s (1 − s) = 0.01; tanh'(z) = 0.01 where tanh² z = 0.99.
    s = (1 + np.sqrt(1 - 0.04)) / 2
    beyond = [np.log(s / (1 - s)), np.arctanh(np.sqrt(0.99))]
    exact = [norm.cdf(-z, mean, std) + norm.sf(z, mean, std) for z in beyond] + [norm.cdf(0, mean, std), 0]
    assert said == pytest.approx([100 * share for share in exact], abs=0.55)


def test_relu_outputs_nothing_below_0() -> None:
    stage = saturation(mine)._stage()
    stage.update(std=1.0, mean=0.0)
    bars = stage.outputs[list(ACTIVATIONS).index("ReLU")].get_data()
    (full,) = np.flatnonzero(bars.values > 0.4)  # the half of the inputs that come out as exactly 0
    assert bars.edges[full] == pytest.approx(-bars.edges[full + 1])
    assert bars.values[:full].sum() == 0


def test_bars_sum_to_one_and_end_bars_hold_the_outliers() -> None:
    shares = _shares(np.array([-50.0, 0.01, 0.02, 99.0]), OUTPUTS)
    assert shares[[0, -1]].tolist() == [0.25, 0.25]
    assert shares.sum() == 1


def test_figure_shows_the_fractions_and_the_mean_slope() -> None:
    stage = saturation(mine)._stage()
    stage.update(std=1.0, mean=0.0)
    relu = list(ACTIVATIONS).index("ReLU")
    assert stage.slopes[relu].get_data().values[[0, -2]].tolist() == [0.5, 0.0]  # slope 0, and just below 1
    assert stage.words[relu].get_text() == "mean 0.5"
    for bars in (*stage.outputs, *stage.slopes):
        assert bars.get_data().values.sum() == pytest.approx(1)
