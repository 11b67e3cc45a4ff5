"""How to draw the pictures of lesson 02 that need arguments, and quickly the one that trains networks."""

import numpy as np


def _through_tanh(dout, cache):
    x, w, _ = cache
    dh = dout / np.cosh(x @ w) ** 2
    return dout + dh @ w.T, x.T @ dh


ARGUMENTS = {"second_call": [(_through_tanh,)], "robustness": [(1,)]}
