"""Adam on the example of Reddi, Kale and Kumar, against a closed form and optax."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy.optimize import brentq

from cs231n_lib.course import mine
from cs231n_lib.lessons.update_rules.experiments import failure
from cs231n_lib.lessons.update_rules.explorables import adam_failure

jax.config.update("jax_enable_x64", True)


def drift(beta: float, period: int) -> float:
    """Step of Adam over one period in the long run, in step sizes: positive towards the minimum."""
    gradients = failure.gradients(period, period)
    ages = np.arange(period)
    means = [
        (1 - beta) * sum(beta**age * gradients[(k - age) % period] ** 2 for age in ages) / (1 - beta**period)
        for k in range(period)
    ]
    return float(np.sum(gradients / np.sqrt(means)))


@pytest.mark.parametrize("period", [3, 5, 10, 20])
def test_failure_ends_where_the_drift_changes_sign(period: int) -> None:
    root = brentq(lambda beta: drift(beta, period), 1e-6, 0.9999)
    above = int(np.searchsorted(failure.BETAS, root))
    limit = int(np.searchsorted(failure.BETAS, failure.threshold(period)))
    assert abs(limit - above) <= 1


def test_default_fails_if_a_large_gradient_is_rare() -> None:
    assert drift(0.999, 63) > 0 > drift(0.999, 65)


@pytest.mark.parametrize(("beta2", "end"), [(0.1, 1.0), (0.9, -1.0), (0.999, -1.0)])
def test_example_of_the_paper_fails_only_with_a_small_beta2(beta2: float, end: float) -> None:
    assert abs(failure.path(mine.run(), beta2, 3)[-3:].mean() - end) < 0.15
    assert abs(np.interp(beta2, failure.BETAS, failure.ends(3)) - end) < 0.1


@pytest.mark.parametrize("period", [3, 10, 20])
def test_amsgrad_ends_near_the_minimum_with_every_beta2(period: int) -> None:
    assert failure.ends(period, amsgrad=True).max() < -0.75


@pytest.mark.parametrize(("beta2", "period"), [(0.1, 3), (0.95, 20)])
def test_path_is_that_of_optax(beta2: float, period: int) -> None:
    rule = optax.scale_by_adam(b1=0.0, b2=beta2, eps=1e-8)
    w = jnp.array(failure.START)
    state, points = rule.init(w), [failure.START]
    for t, dw in enumerate(failure.gradients(period, 60)):
        step, state = rule.update(jnp.array(dw), state)
        w = jnp.clip(w - failure.ALPHA / jnp.sqrt(t + 1) * step, -1, 1)
        points.append(float(w))
    np.testing.assert_allclose(failure.path(mine.run(), beta2, period, 60), points, atol=1e-6)


def test_sentence_names_the_end_and_the_limit() -> None:
    worst = adam_failure(mine).picture().caption
    assert "away from the minimum, to the worst point" in worst
    assert f"It fails for β₂ below {failure.threshold(3):.3g}." in worst
    assert "Adam moves to the minimum." in adam_failure(mine).picture(beta2=0.999).caption
