"""AdamW and gradient clipping, and the pictures of lesson 08 that show them."""

import re

import jax.numpy as jnp
import numpy as np
import optax
import pytest
from claims import SEEDS
from matplotlib.figure import Figure

from cs231n_lib.lessons.update_rules import pictures
from cs231n_lib.lessons.update_rules.experiments import habits
from cs231n_lib.widgets.picture import Picture


def test_decoupled_decay_is_that_of_optax() -> None:
    rule = optax.adamw(0.01, weight_decay=0.1, eps=1e-8)
    w, state = jnp.ones(3), rule.init(jnp.ones(3))
    for step in range(300):
        update, state = rule.update(jnp.array(habits.SIZES) * (-1.0) ** step, state, w)
        w = optax.apply_updates(w, update)
    np.testing.assert_allclose(habits.decayed(decoupled=True)[-1], w, rtol=1e-4)


def test_adamw_decays_all_weights_equally_and_adam_does_not() -> None:
    small, middle, large = habits.decayed(decoupled=False)[-1]
    assert small < 0.1 < 0.6 < middle < 0.8 < 0.9 < large
    np.testing.assert_allclose(habits.decayed(decoupled=True)[-1], (1 - 0.01 * 0.1) ** 300, atol=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_clipping_limits_the_damage_of_two_bad_batches(seed: int) -> None:
    free, clipped = habits.clipped(np.inf, seed), habits.clipped(1.0, seed)
    first = habits.SPIKES[0] + 1
    assert free[first:].max() > 1
    assert clipped[first:].max() < 0.1
    assert clipped[:first].argmin() > 10


def test_a_limit_that_no_gradient_reaches_changes_nothing() -> None:
    np.testing.assert_array_equal(habits.clipped(np.inf), habits.clipped(1e6))


def test_captions_give_the_plotted_values() -> None:
    left = [f"{weight:.2f}" for weight in habits.decayed(decoupled=False)[-1]]
    caption = pictures.weight_decay().caption
    assert re.findall(r"0\.\d\d", caption) == [*left, f"{habits.decayed(decoupled=True)[-1, 0]:.2f}"]
    highest = habits.clipped(np.inf)[habits.SPIKES[0] :].max()
    assert f"up to {highest:.0f}." in pictures.clipping().caption


def test_secant_joins_two_gradient_points_to_the_star(monkeypatch: pytest.MonkeyPatch) -> None:
    figures: list[Figure] = []
    monkeypatch.setattr(Picture, "__init__", lambda self, figure, caption: figures.append(figure))
    pictures.secant()
    gradient, secant, _, points, star, _ = (line.get_xydata() for line in figures[0].axes[0].get_lines())
    np.testing.assert_allclose(np.interp(points[:, 0], *gradient.T), points[:, 1], atol=0.01)
    slope = np.diff(points[:, 1]) / np.diff(points[:, 0])
    np.testing.assert_allclose(slope, 4)
    np.testing.assert_allclose(star, [[points[1, 0] - points[1, 1] / 4, 0]])
    np.testing.assert_allclose(secant, [star[0], points[0]])
