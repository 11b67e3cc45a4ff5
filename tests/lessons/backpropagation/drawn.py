"""How to draw the pictures of lesson 02 that need arguments, and quickly the one that trains networks."""

import numpy as np


def through_tanh(dout, cache):
    x, w, _ = cache
    dh = dout / np.cosh(x @ w) ** 2
    return dout + dh @ w.T, x.T @ dh


_DRAWN = np.random.default_rng(0).normal(size=784 * 30)

ARGUMENTS = {
    "second_call": [(through_tanh,)],
    "robustness": [(1,)],
    "features": [([_DRAWN.reshape(784, 30), np.zeros(30), _DRAWN[:300].reshape(30, 10), np.zeros(10)],)],
}
