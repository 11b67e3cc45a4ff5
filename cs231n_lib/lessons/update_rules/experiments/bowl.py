r"""Claim C27 with exact gradients, rising momentum on a bowl that is far steeper in one direction than in another.

The loss is :math:`\tfrac12 \sum_i h_i w_i^2`, its curvatures :math:`h_i` evenly spaced on a log scale from 1 down to
one over the condition number.
"""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.schedules import Schedule, constant, momentum_annealing

WEIGHTS, STEPS, BLOCK = 10, 1000, 20

CONDITION = 1e5
"""Largest curvature divided by the smallest."""

MOMENTA: dict[str, tuple[float, Schedule]] = {
    "μ = 0.9": (2.0, constant(0.9)),
    "μ = 0.98": (2.0, constant(0.98)),
    "μ = 0.99": (0.5, constant(0.99)),
    "0.5 → 0.99": (2.0, momentum_annealing(0.5, 0.99, epochs=STEPS / 4)),
}
"""Learning rate with the lowest final loss at `CONDITION` on a grid of factors of 2, and momentum by step."""


def starts(count: int = 20) -> FloatArray:
    """Normally distributed initial weights; (count, WEIGHTS)."""
    return np.random.default_rng(0).normal(size=(count, WEIGHTS))


def heights(
    name: str, w: FloatArray, condition: float = CONDITION, lr: float | None = None, noise: float = 0.0
) -> FloatArray:
    """Loss before each step and at the end, divided by the first, from ``w`` (S, WEIGHTS); (STEPS + 1, S).

    Each gradient has noise of standard deviation ``noise`` · √h. The loss of a run that diverges is NaN or infinite.
    """
    best, mu = MOMENTA[name]
    lr = best if lr is None else lr
    h = np.geomspace(1 / condition, 1, WEIGHTS)
    rng, v = np.random.default_rng(1), np.zeros_like(w)
    losses = [w**2 @ h]
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(STEPS):
            dw = h * w + noise * np.sqrt(h) * rng.normal(size=w.shape) if noise else h * w
            v = mu(step) * v - lr * dw
            w = w + v
            losses.append(w**2 @ h)
        return np.array(losses) / losses[0]


def typical(heights: FloatArray) -> FloatArray:
    """Mean of the oscillating ``heights`` over each `BLOCK` of steps, and geometric mean of it over starts."""
    blocks = heights[1:].reshape(STEPS // BLOCK, BLOCK, -1).mean(axis=1)
    return np.asarray(np.exp(np.log(blocks).mean(axis=1)))
