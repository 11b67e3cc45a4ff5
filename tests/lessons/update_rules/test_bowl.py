"""Claim C27 on a long narrow bowl with exact gradients. A margin here is one that 20 starts passed."""

import numpy as np
import pytest

from cs231n_lib.functions.optimizers import momentum
from cs231n_lib.lessons.update_rules.experiments import bowl

RATES = 4.0 * 2.0 ** -np.arange(12)


def ends(name: str, condition: float = bowl.CONDITION, noise: float = 0.0) -> tuple[float, np.ndarray]:
    """Of `RATES` the one with the lowest mean end, and the end from each start with it."""
    found = {lr: bowl.heights(name, bowl.starts(), condition, lr, noise)[-bowl.BLOCK :].mean(axis=0) for lr in RATES}
    finite = {lr: heights for lr, heights in found.items() if np.isfinite(heights).all()}
    best = min(finite, key=lambda lr: np.log(finite[lr]).mean())
    return best, finite[best]


@pytest.mark.parametrize("name", bowl.MOMENTA)
def test_each_momentum_has_its_best_rate(name: str) -> None:
    assert bowl.MOMENTA[name][0] == ends(name)[0]


@pytest.mark.parametrize(
    ("constant", "least", "typical"), [("μ = 0.9", 10, 50), ("μ = 0.99", 10, 200), ("μ = 0.98", 1.2, 2)]
)
def test_c27_rising_momentum_wins_from_every_start_without_noise(constant: str, least: float, typical: float) -> None:
    times = ends(constant)[1] / ends("0.5 → 0.99")[1]
    assert times.min() > least
    assert np.exp(np.log(times).mean()) > typical


def test_c27_rising_momentum_loses_where_the_bowl_is_rounder() -> None:
    assert np.all(ends("μ = 0.9", 1e3)[1] < 1e-10 * ends("0.5 → 0.99", 1e3)[1])


@pytest.mark.parametrize("constant", ["μ = 0.9", "μ = 0.98", "μ = 0.99"])
def test_c27_with_noise_no_momentum_is_far_ahead(constant: str) -> None:
    times = np.exp(np.log(ends(constant, noise=0.1)[1] / ends("0.5 → 0.99", noise=0.1)[1]).mean())
    assert 0.6 < times < 1.2


def test_the_bowl_is_descended_by_momentum() -> None:
    w, condition, lr = bowl.starts(2), 100.0, 0.3
    heights = bowl.heights("μ = 0.9", w, condition, lr)
    curvatures, v = np.geomspace(0.01, 1, bowl.WEIGHTS), np.zeros_like(w)
    for _ in range(bowl.STEPS):
        w, v = momentum(w, curvatures * w, v, lr, 0.9)
    np.testing.assert_allclose(heights[-1], w**2 @ curvatures / (bowl.starts(2) ** 2 @ curvatures), rtol=1e-6)
    assert np.all(heights[0] == 1)


def test_typical_is_the_geometric_mean_of_the_means_of_blocks() -> None:
    heights = np.ones((bowl.STEPS + 1, 2))
    heights[-bowl.BLOCK :] = [[4, 9], [0, 0]] * (bowl.BLOCK // 2)
    np.testing.assert_allclose(bowl.typical(heights)[[0, -1]], [1, 3])
