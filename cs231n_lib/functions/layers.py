r"""Layers: affine, batch normalisation, dropout, as ``x_forward(...) -> (out, cache)`` and ``x_backward(dout, cache)``.

``d<name>`` is dL/d``<name>`` and has its shape. What a cache holds is the function's own affair.

Raises
------
TypeError, ValueError
    In every function: shapes that disagree, entries that are not finite floats, an empty array, a negative variance, a
    gradient of another shape than the output, a probability or rate out of range.
"""

import numpy as np

from cs231n_lib.contracts import (
    FloatArray,
    array,
    contract,
    decay_rate,
    drop_probability,
    generator,
    positive,
    upstream,
    variances,
)

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


BatchNormCache = tuple[FloatArray, FloatArray]


@contract(
    x=array("N D"),
    gamma=array("D"),
    beta=array("D"),
    running_mean=array("D"),
    running_var=variances("D"),
    momentum=decay_rate,
    eps=positive,
)
def batchnorm_forward(
    x: FloatArray,
    gamma: FloatArray,
    beta: FloatArray,
    running_mean: FloatArray,
    running_var: FloatArray,
    momentum: float = 0.9,
    eps: float = 1e-5,
) -> tuple[FloatArray, BatchNormCache, FloatArray, FloatArray]:
    r"""Batch normalisation while training, :math:`out = \gamma (x - \mu) / \sqrt{\sigma^2 + \epsilon} + \beta`.

    μ and σ² are each feature's mean and variance over this batch. σ² is divided by N, not N − 1, for the running
    statistics too. Those follow :math:`r \leftarrow m\,r + (1 - m)\,r_{batch}`; ``momentum`` m is a rate per step.

    Parameters
    ----------
    x : (N, D)
        Examples.
    gamma, beta : (D,)
        Scale and shift, both learned.
    running_mean, running_var : (D,)
        Statistics so far; at first 0 and 1.
    momentum : float
        Share of the old statistics that stays, in [0, 1).
    eps : float
        ε, above 0, inside the root.

    Returns
    -------
    out : (N, D)
    cache : opaque
    running_mean, running_var : (D,)
        New arrays, for `batchnorm_inference`.

    References
    ----------
    Ioffe and Szegedy, "Batch Normalization", 2015 (whose running variance is divided by N − 1).

    Examples
    --------
    >>> zero, one = np.zeros(1), np.ones(1)
    >>> out, _, mean, var = batchnorm_forward(np.array([[1.0], [5.0]]), one, zero, zero, one)
    >>> out.round(4).tolist(), mean.round(4), var.round(4)
    ([[-1.0], [1.0]], array([0.3]), array([1.3]))
    """
    mean, var = x.mean(axis=0), x.var(axis=0)
    std = np.sqrt(var + eps)
    normalized = (x - mean) / std
    out = gamma * normalized + beta
    new_mean = momentum * running_mean + (1 - momentum) * mean
    new_var = momentum * running_var + (1 - momentum) * var
    return out, (normalized, gamma / std), new_mean, new_var


@contract(dout=upstream(lambda cache: cache[0].shape))
def batchnorm_backward(dout: FloatArray, cache: BatchNormCache) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Gradients of batch normalisation, the paths through μ and σ² included.

    .. math:: dx = \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}}
              \bigl(dout - \overline{dout} - \hat x\, \overline{dout\, \hat x}\bigr)

    A bar is the mean over N, and :math:`\hat x` is the normalised x. ``dgamma`` and ``dbeta`` are sums over N.

    Parameters
    ----------
    dout : (N, D)
        dL/d(out).
    cache : opaque
        From `batchnorm_forward`.

    Returns
    -------
    dx : (N, D)
    dgamma, dbeta : (D,)

    Examples
    --------
    >>> zero, one = np.zeros(1), np.ones(1)
    >>> _, cache, _, _ = batchnorm_forward(np.array([[1.0], [5.0]]), one, zero, zero, one)
    >>> _, dgamma, dbeta = batchnorm_backward(np.array([[2.0], [3.0]]), cache)
    >>> dgamma.round(4), dbeta
    (array([1.]), array([5.]))
    """
    normalized, scale = cache
    along = dout * normalized
    dx = scale * (dout - dout.mean(axis=0) - normalized * along.mean(axis=0))
    return dx, along.sum(axis=0), dout.sum(axis=0)


@contract(
    x=array("N D"),
    gamma=array("D"),
    beta=array("D"),
    running_mean=array("D"),
    running_var=variances("D"),
    eps=positive,
)
def batchnorm_inference(
    x: FloatArray,
    gamma: FloatArray,
    beta: FloatArray,
    running_mean: FloatArray,
    running_var: FloatArray,
    eps: float = 1e-5,
) -> FloatArray:
    r"""Batch normalisation in use: with the running statistics, so that no example depends on its batch.

    Parameters
    ----------
    x : (N, D)
        Examples.
    gamma, beta, running_mean, running_var : (D,)
        As training left them.
    eps : float
        ε as in training.

    Returns
    -------
    out : (N, D)

    Examples
    --------
    >>> batchnorm_inference(np.array([[7.0]]), np.ones(1), np.ones(1), np.array([3.0]), np.array([4.0])).round(4)
    array([[3.]])
    """
    std = (running_var + eps) ** 0.5
    return gamma * (x - running_mean) / std + beta


@contract(
    w=array("D M"),
    b=array("M"),
    gamma=array("M"),
    beta=array("M"),
    running_mean=array("M"),
    running_var=variances("M"),
    eps=positive,
)
def fold_batchnorm(
    w: FloatArray,
    b: FloatArray,
    gamma: FloatArray,
    beta: FloatArray,
    running_mean: FloatArray,
    running_var: FloatArray,
    eps: float = 1e-5,
) -> tuple[FloatArray, FloatArray]:
    r"""Weights and biases of the one affine layer that equals this one followed by `batchnorm_inference`.

    Parameters
    ----------
    w : (D, M)
        Weights of the affine layer.
    b, gamma, beta, running_mean, running_var : (M,)
        Its biases, and the batch norm after it.
    eps : float
        ε as in training.

    Returns
    -------
    w : (D, M)
    b : (M,)

    Examples
    --------
    >>> one = np.ones(1)
    >>> w, b = fold_batchnorm(np.array([[8.0]]), one, one, one, np.array([3.0]), np.array([4.0]))
    >>> w.round(4), b.round(4)
    (array([[4.]]), array([0.]))
    """
    scale = gamma / np.sqrt(running_var + eps)
    return w * scale, (b - running_mean) * scale + beta
