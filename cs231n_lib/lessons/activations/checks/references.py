"""Reference answers of exercises that only this lesson has.

The others are in the library.
"""

from collections.abc import Callable

import numpy as np

from cs231n_lib.contracts import FloatArray


def tanh_from_sigmoid(x: FloatArray, sigmoid: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Tanh of ``x`` (any shape), computed by calling ``sigmoid``.

    ``sigmoid`` takes an array and returns one of the same shape.

    Examples
    --------
    >>> tanh_from_sigmoid(np.array([0.0, 1.0]), lambda z: 1 / (1 + np.exp(-z))).round(4)
    array([0.    , 0.7616])
    """
    return 2 * sigmoid(2 * x) - 1


def one_sided_share(x: FloatArray, dz: FloatArray) -> float:
    """Fraction of examples whose gradient has no two entries of opposite signs.

    The gradient of example n is ``x[n] * dz[n]`` (D,). An entry of 0 agrees with every other entry.

    ``x`` (N, D) holds the inputs of one unit, ``dz`` (N,) the gradient with respect to its pre-activation.

    Examples
    --------
    >>> one_sided_share(np.array([[1.0, 2.0], [1.0, -2.0]]), np.array([-1.0, 1.0]))
    0.5
    """
    gradients = x * dz[:, np.newaxis]
    none_negative = (gradients >= 0).all(axis=1)
    none_positive = (gradients <= 0).all(axis=1)
    return float(np.mean(none_negative | none_positive))


def leaky_relu(x: FloatArray, dout: FloatArray, alpha: float = 0.01) -> tuple[FloatArray, FloatArray]:
    """Output of leaky ReLU at ``x``, and its gradient for ``dout``.

    All arrays have the same shape. The slope at 0 is α.

    Returns
    -------
    out, dx : (...)

    Examples
    --------
    >>> leaky_relu(np.array([-2.0, 3.0]), np.array([5.0, 5.0]), alpha=0.1)
    (array([-0.2,  3. ]), array([0.5, 5. ]))
    """
    slope = np.where(x > 0, 1.0, alpha)
    return slope * x, slope * dout


def dead_fraction(x: FloatArray, w: FloatArray, b: FloatArray) -> float:
    """Fraction of ReLU units whose output is 0 for every example.

    The units compute ``max(0, x @ w + b)`` with x (N, D), w (D, H) and b (H,).

    Examples
    --------
    >>> dead_fraction(np.array([[1.0], [2.0]]), np.array([[1.0, -1.0]]), np.zeros(2))
    0.5
    """
    z = x @ w + b
    dead = (z <= 0).all(axis=0)
    return float(np.mean(dead))


def gelu(x: FloatArray, dout: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Output of GELU at ``x`` in its tanh form, and its gradient for ``dout``.

    All arrays have the same shape.

    >>> out, dx = gelu(np.array([-1.0, 0.0, 1.0]), np.array([1.0, 2.0, 1.0]))
    >>> out.round(4), dx.round(4)
    (array([-0.1588,  0.    ,  0.8412]), array([-0.083,  1.   ,  1.083]))
    """
    root = np.sqrt(2 / np.pi)
    inner = root * (x + 0.044715 * x**3)
    inner_slope = root * (1 + 3 * 0.044715 * x**2)
    t = np.tanh(inner)
    out = 0.5 * x * (1 + t)
    slope = 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope
    dx = dout * slope
    return out, dx
