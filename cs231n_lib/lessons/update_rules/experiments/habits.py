"""Decoupled weight decay and gradient clipping."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers

SIZES = (0.1, 1.0, 10.0)
"""Sizes of the gradients in `decayed`."""

SPIKES = (60, 120)
"""Steps of `clipped` whose gradient is wrong."""


def decayed(decoupled: bool, strength: float = 0.1, lr: float = 0.01, steps: int = 300) -> FloatArray:
    """Three weights under Adam that start at 1 and have alternating data gradients ± `SIZES`; (steps + 1, 3).

    The weight decay ``strength`` acts on the weights themselves if ``decoupled`` (AdamW). Otherwise λw is added to the
    gradient.
    """
    zeros: FloatArray = np.zeros(3)
    w, m, v, t = zeros + 1, zeros, zeros, 0
    path = [w]
    for step in range(steps):
        dw = np.array(SIZES) * (-1) ** step
        after, m, v, t = optimizers.adam(w, dw if decoupled else dw + strength * w, m, v, t, lr)
        w = after - lr * strength * w if decoupled else after
        path.append(w)
    return np.array(path)


def clipped(limit: float, seed: int = 0, lr: float = 0.2, steps: int = 180) -> FloatArray:
    """Loss ½ Σw² of ten weights before each step of SGD with noisy gradients of length at most ``limit``; (steps,).

    At each of `SPIKES` the gradient is 200 times as long as it should be and has a random direction.
    """
    rng = np.random.default_rng(seed)
    w, losses = np.full(10, 1.0), np.empty(steps)
    for step in range(steps):
        losses[step] = 0.5 * w @ w
        dw = w + 0.1 * rng.normal(size=10)
        if step in SPIKES:
            direction = rng.normal(size=10)
            dw = direction * 200 * np.linalg.norm(dw) / np.linalg.norm(direction)
        w = w - lr * dw * min(1.0, limit / float(np.linalg.norm(dw)))
    return losses
