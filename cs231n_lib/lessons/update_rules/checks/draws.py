"""Draws for the cases of the update rules, of both signs and large enough to keep ε below the tolerance."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray


def signed(rng: Generator, shape: tuple[int, ...], low: float, high: float) -> FloatArray:
    """Entries of sizes between ``low`` and ``high``, every other one of them negative, in any order."""
    signs = rng.permutation(np.resize([1.0, -1.0], int(np.prod(shape)))).reshape(shape)
    return np.asarray(rng.uniform(low, high, shape) * signs)


def weights_and_gradient(rng: Generator, *shape: int) -> tuple[FloatArray, FloatArray]:
    """Weights so large that a mistake with ε = 1e-8 changes them by less than the tolerance.

    Such a mistake then fails only the row on ε, whatever the seed.
    """
    return signed(rng, shape, 2.5, 4), signed(rng, shape, 1.5, 2)


def squares(rng: Generator, *shape: int) -> FloatArray:
    """Sum or mean of squares after some steps."""
    return rng.uniform(1, 1.5, shape)


def under_way(rng: Generator, *shape: int) -> tuple[FloatArray, ...]:
    """Weights, a gradient, and running means of gradients and squares after some steps."""
    return *weights_and_gradient(rng, *shape), signed(rng, shape, 0.5, 1), squares(rng, *shape)
