r"""Activations and their gradients.

The pairs are ``x_forward(x) -> (out, cache)`` and ``x_backward(dout, cache) -> dx``.
``dout`` is the upstream gradient dL/d(out), with the shape of ``out``, and ``dx`` is dL/dx, with the shape of ``x``.
All activations except maxout are elementwise, so ``x`` may have any shape, which ``out`` shares. A cache is opaque.
Pass it from the forward pass to the backward pass. Source: CS231n notes, "Neural Networks Part 1".

Raises
------
TypeError, ValueError
    In every function: an array is empty or has entries that are not finite floats, the gradient does not have the
    shape of the output, or a parameter is out of range.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import BoundCall, FloatArray, array, contract, number, upstream, whole

_same_as_cache = upstream(lambda cache: cache.shape)
_slope = number("a slope in [0, 1)", lambda v: 0 <= v < 1)


@contract(x=array())
def sigmoid_forward(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Sigmoid :math:`\sigma(x) = 1 / (1 + e^{-x})`.

    The function computes only :math:`e^{-|x|}`, which cannot overflow.

    Returns
    -------
    out : (...)
        Values between 0 and 1.
    cache : opaque

    Examples
    --------
    >>> sigmoid_forward(np.array([-1000.0, 0.0, 1000.0]))[0]
    array([0. , 0.5, 1. ])
    """
    decay = np.exp(-np.abs(x))
    out = np.where(x >= 0, 1, decay) / (1 + decay)
    return out, out


@contract(dout=_same_as_cache)
def sigmoid_backward(dout: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Gradient of the sigmoid, :math:`dx = dout\, \sigma (1 - \sigma)`.

    Examples
    --------
    >>> sigmoid_backward(np.array([1.0]), sigmoid_forward(np.array([0.0]))[1])
    array([0.25])
    """
    out = cache
    return dout * out * (1 - out)


@contract(x=array())
def tanh_forward(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Hyperbolic tangent.

    Returns
    -------
    out : (...)
        Values between −1 and 1.
    cache : opaque

    Examples
    --------
    >>> tanh_forward(np.array([-1000.0, 0.0, 1000.0]))[0]
    array([-1.,  0.,  1.])
    """
    out = np.tanh(x)
    return out, out


@contract(dout=_same_as_cache)
def tanh_backward(dout: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Gradient of tanh, :math:`dx = dout\, (1 - \tanh^2 x)`.

    Examples
    --------
    >>> tanh_backward(np.array([3.0]), tanh_forward(np.array([0.0]))[1])
    array([3.])
    """
    out = cache
    return dout * (1 - out**2)


@contract(x=array())
def tanh_from_sigmoid(x: FloatArray) -> FloatArray:
    r"""Tanh as a scaled and shifted sigmoid, :math:`\tanh x = 2 \sigma(2x) - 1`.

    Near 0 the subtraction cancels digits, so the error is small relative to 1 but not relative to the result.
    `tanh_forward` does not lose digits.

    Examples
    --------
    >>> tanh_from_sigmoid(np.array([0.0, 1000.0]))
    array([0., 1.])
    """
    bounded = np.clip(x, -100, 100)  # tanh is exactly ±1 beyond, and 2x could overflow
    sigmoid, _ = sigmoid_forward(np.asarray(2 * bounded))
    return 2 * sigmoid - 1


@contract(x=array())
def relu_forward(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Rectified linear unit :math:`\max(0, x)`.

    Returns
    -------
    out : (...)
    cache : opaque

    Examples
    --------
    >>> relu_forward(np.array([-2.0, 3.0]))[0]
    array([0., 3.])
    """
    out = np.maximum(0, x)
    return out, x


@contract(dout=_same_as_cache)
def relu_backward(dout: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Gradient of ReLU: ``dout`` where x > 0, and 0 elsewhere, including x = 0.

    Examples
    --------
    >>> relu_backward(np.array([5.0, 5.0, 5.0]), relu_forward(np.array([-2.0, 0.0, 3.0]))[1])
    array([0., 0., 5.])
    """
    x = cache
    return dout * (x > 0)


@contract(x=array(), alpha=_slope)
def leaky_relu_forward(x: FloatArray, alpha: float = 0.01) -> tuple[FloatArray, tuple[FloatArray, float]]:
    r"""Leaky ReLU :math:`\max(x, \alpha x)`.

    Parameters
    ----------
    alpha : float
        Slope for x ≤ 0, in [0, 1).

    Returns
    -------
    out : (...)
    cache : opaque

    Examples
    --------
    >>> leaky_relu_forward(np.array([-2.0, 3.0]))[0]
    array([-0.02,  3.  ])
    """
    out = np.maximum(x, alpha * x)
    return out, (x, alpha)


@contract(dout=upstream(lambda cache: cache[0].shape))
def leaky_relu_backward(dout: FloatArray, cache: tuple[FloatArray, float]) -> FloatArray:
    r"""Gradient of leaky ReLU: ``dout`` if x > 0, or α ``dout``, including at x = 0.

    Examples
    --------
    >>> leaky_relu_backward(np.array([5.0, 5.0, 5.0]), leaky_relu_forward(np.array([-2.0, 0.0, 3.0]))[1])
    array([0.05, 0.05, 5.  ])
    """
    x, alpha = cache
    return np.where(x > 0, dout, alpha * dout)


MaxoutCache = tuple[NDArray[np.integer[Any]], int]

_several = whole("a whole number of at least 2", 2)


def _divides_features(name: str, value: Any, call: BoundCall) -> None:
    _several(name, value, call)
    features = call.arguments["x"].shape[1]
    if features % value:
        raise ValueError(f"{name} is {value} but x has {features} features. Pass a multiple of {value} features")


@contract(x=array("N D"), pieces=_divides_features)
def maxout_forward(x: FloatArray, pieces: int = 2) -> tuple[FloatArray, MaxoutCache]:
    r"""Maxout, the largest of the k pieces of each unit.

    For H units, :math:`out_h = \max_j x_{jH + h}`.

    Parameters
    ----------
    x : (N, k·H)
        Output of an affine layer: the first pieces of all units, then their second pieces, and so on.
    pieces : int
        Number k of pieces, at least 2.

    Returns
    -------
    out : (N, H)
    cache : opaque

    References
    ----------
    Goodfellow et al., "Maxout Networks", 2013.

    Examples
    --------
    >>> maxout_forward(np.array([[1.0, 5.0, 4.0, 2.0]]))[0]
    array([[4., 5.]])
    """
    candidates = x.reshape(len(x), pieces, -1)
    winner = candidates.argmax(axis=1)
    return candidates.max(axis=1), (winner, pieces)


@contract(dout=upstream(lambda cache: cache[0].shape))
def maxout_backward(dout: FloatArray, cache: MaxoutCache) -> FloatArray:
    r"""Gradient of maxout, passed to each unit's largest piece (the first in a tie).

    Examples
    --------
    >>> maxout_backward(np.array([[7.0, 7.0]]), maxout_forward(np.array([[1.0, 5.0, 1.0, 6.0]]))[1])
    array([[7., 0., 0., 7.]])
    """
    winner, pieces = cache
    wins = winner[:, np.newaxis, :] == np.arange(pieces)[:, np.newaxis]
    dx = np.where(wins, dout[:, np.newaxis, :], 0)
    return dx.reshape(len(dout), -1)
