r"""Layers: affine, batch normalisation, dropout, as ``x_forward(...) -> (out, cache)`` and ``x_backward(dout, cache)``.

``d<name>`` is dL/d``<name>`` and has its shape. What a cache holds is the function's own affair.

Raises
------
TypeError, ValueError
    In every function: shapes that disagree, entries that are not finite floats, an empty array, a negative variance, a
    gradient of another shape than the output, a probability or rate out of range.
"""

import numpy as np

from cs231n_lib.batchnorm import batchnorm_backward, batchnorm_forward, batchnorm_inference, fold_batchnorm
from cs231n_lib.contracts import FloatArray, array, contract, drop_probability, generator, upstream

__all__ = [
    "affine_backward",
    "affine_forward",
    "batchnorm_backward",
    "batchnorm_forward",
    "batchnorm_inference",
    "fold_batchnorm",
    "inverted_dropout_backward",
    "inverted_dropout_forward",
    "vanilla_dropout_predict",
    "vanilla_dropout_train",
]

AffineCache = tuple[FloatArray, FloatArray]


@contract(x=array("N D"), w=array("D M"), b=array("M"))
def affine_forward(x: FloatArray, w: FloatArray, b: FloatArray) -> tuple[FloatArray, AffineCache]:
    r"""Affine layer, :math:`out = xW + b`.

    Parameters
    ----------
    x : (N, D)
        Examples.
    w : (D, M)
        Weights, inputs by outputs.
    b : (M,)
        Biases.

    Returns
    -------
    out : (N, M)
    cache : opaque

    Examples
    --------
    >>> affine_forward(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([5.0]))[0]
    array([[16.]])
    """
    out = x @ w + b
    return out, (x, w)


@contract(dout=upstream(lambda cache: (len(cache[0]), cache[1].shape[1])))
def affine_backward(dout: FloatArray, cache: AffineCache) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Gradients of the affine layer; summed over N, since the mean is the loss's part.

    Parameters
    ----------
    dout : (N, M)
        dL/d(out).
    cache : opaque
        From `affine_forward`.

    Returns
    -------
    dx : (N, D)
    dw : (D, M)
    db : (M,)

    Examples
    --------
    >>> _, cache = affine_forward(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([5.0]))
    >>> affine_backward(np.array([[10.0]]), cache)
    (array([[30., 40.]]), array([[10.],
           [20.]]), array([10.]))
    """
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


@contract(x=array(), drop_prob=drop_probability, rng=generator)
def vanilla_dropout_train(x: FloatArray, drop_prob: float, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    r"""Vanilla dropout while training: each entry becomes 0 with the probability ``drop_prob``, others stay.

    Parameters
    ----------
    x : (...)
        Activations of any shape.
    drop_prob : float
        In [0, 1).
    rng : numpy.random.Generator
        Draws one number for each entry.

    Returns
    -------
    out : (...)
    cache : opaque
        For `inverted_dropout_backward`.

    Examples
    --------
    >>> vanilla_dropout_train(np.ones(6), 0.5, np.random.default_rng(0))[0]
    array([1., 0., 0., 0., 1., 1.])
    """
    mask = (rng.random(x.shape) >= drop_prob).astype(x.dtype)
    return x * mask, mask


@contract(x=array(), drop_prob=drop_probability)
def vanilla_dropout_predict(x: FloatArray, drop_prob: float) -> FloatArray:
    r"""Vanilla dropout in use: the expectation of `vanilla_dropout_train`, :math:`(1 - p_{drop})\, x`.

    Parameters
    ----------
    x : (...)
        Activations of any shape.
    drop_prob : float
        In [0, 1), as in training.

    Returns
    -------
    out : (...)

    Examples
    --------
    >>> vanilla_dropout_predict(np.array([8.0]), 0.25)
    array([6.])
    """
    return x * (1 - drop_prob)


@contract(x=array(), drop_prob=drop_probability, rng=generator)
def inverted_dropout_forward(
    x: FloatArray, drop_prob: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    r"""Inverted dropout while training: what stays is divided by :math:`1 - p_{drop}`, so :math:`E[out] = x`.

    In use nothing is dropped and nothing scaled.

    Parameters
    ----------
    x : (...)
        Activations of any shape.
    drop_prob : float
        In [0, 1).
    rng : numpy.random.Generator
        Draws one number for each entry.

    Returns
    -------
    out : (...)
    cache : opaque

    References
    ----------
    Srivastava et al., "Dropout", 2014; the division is from the CS231n notes.

    Examples
    --------
    >>> inverted_dropout_forward(np.ones(6), 0.5, np.random.default_rng(0))[0]
    array([2., 0., 0., 0., 2., 2.])
    """
    mask = (rng.random(x.shape) >= drop_prob).astype(x.dtype) / (1 - drop_prob)
    return x * mask, mask


@contract(dout=upstream(lambda cache: cache.shape))
def inverted_dropout_backward(dout: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Gradient of dropout: what was dropped gets 0, what stayed is scaled as it was. Serves vanilla dropout too.

    Parameters
    ----------
    dout : (...)
        dL/d(out).
    cache : opaque
        From `inverted_dropout_forward` or `vanilla_dropout_train`.

    Returns
    -------
    dx : (...)

    Examples
    --------
    >>> _, cache = inverted_dropout_forward(np.ones(3), 0.5, np.random.default_rng(0))
    >>> inverted_dropout_backward(np.array([1.0, 1.0, 3.0]), cache)
    array([2., 0., 0.])
    """
    mask = cache
    return dout * mask
