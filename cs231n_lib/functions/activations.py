r"""Activations: ``x_forward(x) -> (out, cache)`` and ``x_backward(dout, cache) -> dx``.

``dout`` is dL/d(out) and ``dx`` is dL/dx, of the shapes of ``out`` and ``x``. All but maxout act on every entry of an
array of any shape. What a cache holds is the function's own affair. Source: CS231n notes, "Neural Networks Part 1".

Raises
------
TypeError, ValueError
    In every function: entries that are not finite floats, an empty array, a gradient of another shape than the output,
    a parameter out of range.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import Call, FloatArray, array, contract, number, upstream, whole

__all__ = [
    "leaky_relu_backward",
    "leaky_relu_forward",
    "maxout_backward",
    "maxout_forward",
    "relu_backward",
    "relu_forward",
    "sigmoid_backward",
    "sigmoid_forward",
    "tanh_backward",
    "tanh_forward",
    "tanh_from_sigmoid",
]

_same_as_cache = upstream(lambda cache: cache.shape)
_slope = number("a slope in [0, 1)", lambda v: 0 <= v < 1)


@contract(x=array())
def sigmoid_forward(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Sigmoid, :math:`\sigma(x) = 1 / (1 + e^{-x})`.

    Only :math:`e^{-|x|}` is computed, which cannot overflow.

    Parameters
    ----------
    x : (...)
        Any shape.

    Returns
    -------
    out : (...)
        Between 0 and 1.
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
    r"""Gradient of the sigmoid, :math:`dx = dout\, \sigma (1 - \sigma)`: at most a quarter of ``dout``.

    Parameters
    ----------
    dout : (...)
        dL/d(out).
    cache : opaque
        From `sigmoid_forward`.

    Returns
    -------
    dx : (...)

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

    Parameters
    ----------
    x : (...)
        Any shape.

    Returns
    -------
    out : (...)
        Between −1 and 1.
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

    Parameters
    ----------
    dout : (...)
        dL/d(out).
    cache : opaque
        From `tanh_forward`.

    Returns
    -------
    dx : (...)

    Examples
    --------
    >>> tanh_backward(np.array([3.0]), tanh_forward(np.array([0.0]))[1])
    array([3.])
    """
    out = cache
    return dout * (1 - out**2)


@contract(x=array())
def tanh_from_sigmoid(x: FloatArray) -> FloatArray:
    r"""Tanh as a sigmoid scaled and moved to centre on zero, :math:`\tanh x = 2 \sigma(2x) - 1`.

    Near 0 the subtraction cancels: the error is then small beside 1, not beside the result. `tanh_forward` has no
    such loss.

    Parameters
    ----------
    x : (...)
        Any shape.

    Returns
    -------
    out : (...)

    Examples
    --------
    >>> tanh_from_sigmoid(np.array([0.0, 1000.0]))
    array([0., 1.])
    """
    bounded = np.clip(x, -100, 100)  # beyond, tanh is ±1 to the last digit, and twice 1e308 would be infinite
    sigmoid, _ = sigmoid_forward(np.asarray(2 * bounded))
    return 2 * sigmoid - 1


@contract(x=array())
def relu_forward(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Rectified linear unit, :math:`\max(0, x)`.

    Parameters
    ----------
    x : (...)
        Any shape.

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
    r"""Gradient of ReLU: ``dout`` where x > 0, and 0 elsewhere, at x = 0 too.

    Parameters
    ----------
    dout : (...)
        dL/d(out).
    cache : opaque
        From `relu_forward`.

    Returns
    -------
    dx : (...)

    Examples
    --------
    >>> relu_backward(np.array([5.0, 5.0, 5.0]), relu_forward(np.array([-2.0, 0.0, 3.0]))[1])
    array([0., 0., 5.])
    """
    x = cache
    return dout * (x > 0)


@contract(x=array(), alpha=_slope)
def leaky_relu_forward(x: FloatArray, alpha: float = 0.01) -> tuple[FloatArray, tuple[FloatArray, float]]:
    r"""Leaky ReLU, :math:`\max(x, \alpha x)`.

    Parameters
    ----------
    x : (...)
        Any shape.
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
    r"""Gradient of leaky ReLU: ``dout`` where x > 0, and α ``dout`` elsewhere, at x = 0 too.

    Parameters
    ----------
    dout : (...)
        dL/d(out).
    cache : opaque
        From `leaky_relu_forward`.

    Returns
    -------
    dx : (...)

    Examples
    --------
    >>> leaky_relu_backward(np.array([5.0, 5.0, 5.0]), leaky_relu_forward(np.array([-2.0, 0.0, 3.0]))[1])
    array([0.05, 0.05, 5.  ])
    """
    x, alpha = cache
    return np.where(x > 0, dout, alpha * dout)


MaxoutCache = tuple[NDArray[np.integer[Any]], int]

_several = whole("a whole number of at least 2", 2)


def _divides_features(name: str, value: Any, call: Call) -> None:
    _several(name, value, call)
    features = call.arguments["x"].shape[1]
    if features % value:
        raise ValueError(f"{name} is {value} but x has {features} features; give each unit {value} of them")


@contract(x=array("N D"), pieces=_divides_features)
def maxout_forward(x: FloatArray, pieces: int = 2) -> tuple[FloatArray, MaxoutCache]:
    r"""Maxout: each of H units puts out the largest of its k pieces, :math:`out_h = \max_j x_{jH + h}`.

    Parameters
    ----------
    x : (N, k·H)
        All units' first pieces, then all their second pieces, and so on: the outputs of one affine layer.
    pieces : int
        k, at least 2.

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
    r"""Gradient of maxout: each unit's ``dout`` goes to its largest piece alone; of equal pieces, to the first.

    Parameters
    ----------
    dout : (N, H)
        dL/d(out).
    cache : opaque
        From `maxout_forward`.

    Returns
    -------
    dx : (N, k·H)

    Examples
    --------
    >>> maxout_backward(np.array([[7.0, 7.0]]), maxout_forward(np.array([[1.0, 5.0, 1.0, 6.0]]))[1])
    array([[7., 0., 0., 7.]])
    """
    winner, pieces = cache
    wins = winner[:, np.newaxis, :] == np.arange(pieces)[:, np.newaxis]
    dx = np.where(wins, dout[:, np.newaxis, :], 0)
    return dx.reshape(len(dout), -1)
