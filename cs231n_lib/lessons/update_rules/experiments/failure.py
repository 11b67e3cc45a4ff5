r"""Adam on the example of Reddi, Kale and Kumar (2018), in which a small β₂ leads it away from the minimum.

One weight lies in [−1, 1]. Its gradient is n in the first of every n steps and −1 in the others, whatever the weight.
The sum over n steps is +1, so the mean loss is lowest at −1. With :math:`\beta_1 = 0` and the step size
:math:`\alpha / \sqrt t`, each step is followed by a projection onto [−1, 1]. In the paper, n is 3.
"""

from functools import lru_cache

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.use import Functions

ALPHA, START = 2.0, 0.0
STEPS = 240
"""Steps of `path`."""
LONG = 6000
"""Steps of `ends`."""
BETAS = np.concatenate([np.linspace(0, 0.94, 95), np.linspace(0.945, 0.995, 21), [0.999]])
"""Values of β₂ in `ends`."""
LARGEST = 1.0
"""Bound of the weight."""


def gradients(period: int, steps: int) -> FloatArray:
    """Gradient before each step, ``period`` in the first of every ``period`` steps and −1 in the others; (steps,)."""
    return np.where(np.arange(steps) % period == 0, float(period), -1.0)


def path(run: Functions, beta2: float, period: int, steps: int = STEPS) -> FloatArray:
    """Weight before each step of Adam and at the end; (steps + 1,)."""
    w, m, v, t = np.array([START]), np.zeros(1), np.zeros(1), 0
    points = [START]
    for dw in gradients(period, steps):
        lr = ALPHA / np.sqrt(t + 1)
        w, m, v, t = run.adam(w, np.array([dw]), m, v, t, lr, beta1=0.0, beta2=beta2)
        w = np.clip(w, -LARGEST, LARGEST)
        points.append(float(w[0]))
    return np.array(points)


@lru_cache(maxsize=64)
def ends(period: int, amsgrad: bool = False, steps: int = LONG) -> FloatArray:
    """Mean weight over the last period for each β₂ of `BETAS`, with Adam or AMSGrad; shape of `BETAS`.

    AMSGrad divides by the root of the *largest* v so far. Neither has its bias corrected here, which no longer matters
    after thousands of steps.
    """
    w, v, largest = (np.zeros_like(BETAS) for _ in range(3))
    total = np.zeros_like(BETAS)
    for t, dw in enumerate(gradients(period, steps)):
        v = BETAS * v + (1 - BETAS) * dw**2
        largest = np.maximum(largest, v)
        w = np.clip(w - ALPHA / np.sqrt(t + 1) * dw / np.sqrt(largest if amsgrad else v), -LARGEST, LARGEST)
        total += w * (t >= steps - period)
    return np.asarray(total / period)


def threshold(period: int) -> float:
    """Smallest β₂ of `BETAS` from which on Adam ends nearer to the minimum −1 than to 1."""
    return float(BETAS[np.flatnonzero(ends(period) > 0)[-1] + 1])
