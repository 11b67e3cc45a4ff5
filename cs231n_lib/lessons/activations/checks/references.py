"""The right answers of the exercises that belong to this lesson alone; the others stand in the library."""

from collections.abc import Callable

import numpy as np

from cs231n_lib.contracts import FloatArray


def tanh_from_sigmoid(x: FloatArray, sigmoid: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Tanh of ``x`` (any shape), made of ``sigmoid`` alone, which takes an array and returns one of its shape."""
    return 2 * sigmoid(2 * x) - 1


def one_sided_share(x: FloatArray, dz: FloatArray) -> float:
    """Share of examples whose gradient ``x[n] * dz[n]`` (D,) has no two entries of opposite signs; a 0 opposes none.

    ``x`` (N, D) holds the inputs of one unit, ``dz`` (N,) the gradient with respect to its pre-activation.
    """
    gradients = x * dz[:, np.newaxis]
    none_negative = (gradients >= 0).all(axis=1)
    none_positive = (gradients <= 0).all(axis=1)
    return float(np.mean(none_negative | none_positive))


def leaky_relu(x: FloatArray, dout: FloatArray, alpha: float = 0.01) -> tuple[FloatArray, FloatArray]:
    """Output of leaky ReLU at ``x``, and its gradient for ``dout``: all of one shape; the slope at 0 is α.

    Returns
    -------
    out, dx : (...)
    """
    slope = np.where(x > 0, 1.0, alpha)
    return slope * x, slope * dout


def dead_fraction(x: FloatArray, w: FloatArray, b: FloatArray) -> float:
    """Share of the ReLU units ``max(0, x @ w + b)`` that put out 0 on every example; x (N, D), w (D, H), b (H,)."""
    z = x @ w + b
    dead = (z <= 0).all(axis=0)
    return float(np.mean(dead))
