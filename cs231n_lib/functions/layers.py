r"""Layers: affine, batch normalisation and dropout.

The pairs are ``x_forward(...) -> (out, cache)`` and ``x_backward(dout, cache)``. ``dout`` is the upstream gradient
dL/d(out), with the shape of ``out``. ``d<name>`` is dL/d``<name>`` and has the shape of ``<name>``. A cache is opaque.
Pass it from the forward pass to the backward pass.

The output of dropout and of batch norm has the shape of ``x``.

Raises
------
TypeError, ValueError
    In every function: shapes disagree, an array is empty or has entries that are not finite floats, a variance is
    negative, the gradient does not have the shape of the output, or a probability or decay rate is out of range.
"""

import numpy as np

from cs231n_lib.contracts import (
    Check,
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

AffineCache = tuple[FloatArray, FloatArray]


@contract(x=array("N D"), w=array("D M"), b=array("M"))
def affine_forward(x: FloatArray, w: FloatArray, b: FloatArray) -> tuple[FloatArray, AffineCache]:
    r"""Affine layer :math:`out = xW + b`.

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
    r"""Gradients of the affine layer, summed over N.

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
    r"""Vanilla dropout during training.

    The layer drops each entry of ``x`` (...) with the probability ``drop_prob`` in [0, 1), for which ``rng`` draws one
    number.

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
    r"""Vanilla dropout at inference time, :math:`(1 - p_{drop})\, x`.

    ``drop_prob`` is that of training.

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
    r"""Inverted dropout during training, scaled by :math:`1 / (1 - p_{drop})`.

    The layer drops each entry of ``x`` (...) with the probability ``drop_prob`` in [0, 1), for which ``rng`` draws one
    number. Therefore :math:`E[out] = x`, and at inference time the layer does nothing.

    Returns
    -------
    out : (...)
    cache : opaque

    References
    ----------
    Srivastava et al., "Dropout", 2014, but the division is from the CS231n notes.

    Examples
    --------
    >>> inverted_dropout_forward(np.ones(6), 0.5, np.random.default_rng(0))[0]
    array([2., 0., 0., 0., 2., 2.])
    """
    mask = (rng.random(x.shape) >= drop_prob).astype(x.dtype) / (1 - drop_prob)
    return x * mask, mask


@contract(dout=upstream(lambda cache: cache.shape))
def inverted_dropout_backward(dout: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Gradient of inverted or vanilla dropout, ``dout`` times the mask.

    Examples
    --------
    >>> _, cache = inverted_dropout_forward(np.ones(3), 0.5, np.random.default_rng(0))
    >>> inverted_dropout_backward(np.array([1.0, 1.0, 3.0]), cache)
    array([2., 0., 0.])
    """
    mask = cache
    return dout * mask


BatchNormCache = tuple[FloatArray, FloatArray]


def _batchnorm(features: str) -> dict[str, Check]:
    one = array(features)
    return {"gamma": one, "beta": one, "running_mean": one, "running_var": variances(features)}


@contract(x=array("N D"), **_batchnorm("D"), momentum=decay_rate, eps=positive)
def batchnorm_forward(
    x: FloatArray,
    gamma: FloatArray,
    beta: FloatArray,
    running_mean: FloatArray,
    running_var: FloatArray,
    momentum: float = 0.9,
    eps: float = 1e-5,
) -> tuple[FloatArray, BatchNormCache, FloatArray, FloatArray]:
    r"""Batch normalisation during training.

    The function computes :math:`out = \gamma (x - \mu) / \sqrt{\sigma^2 + \epsilon} + \beta`.

    μ and σ² are the mean and variance of each feature over the batch. σ² has divisor N, not N − 1, also in the running
    statistics, which follow :math:`r \leftarrow m\,r + (1 - m)\,r_{batch}` with m = ``momentum`` at every step.

    Parameters
    ----------
    x : (N, D)
        Examples.
    gamma, beta : (D,)
        Learned scale and shift.
    running_mean, running_var : (D,)
        Running statistics so far, initially 0 and 1.
    momentum : float
        Fraction of the old statistics that each step keeps, in [0, 1).
    eps : float
        ε above 0, inside the square root.

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
    r"""Gradients of batch normalisation, including the paths through μ and σ².

    .. math:: dx = \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}}
              \bigl(dout - \overline{dout} - \hat x\, \overline{dout\, \hat x}\bigr)

    A bar is the mean over N, and :math:`\hat x` is the normalised x. ``dgamma`` and ``dbeta`` are sums over N.

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


@contract(x=array("N D"), **_batchnorm("D"), eps=positive)
def batchnorm_inference(
    x: FloatArray,
    gamma: FloatArray,
    beta: FloatArray,
    running_mean: FloatArray,
    running_var: FloatArray,
    eps: float = 1e-5,
) -> FloatArray:
    r"""Batch normalisation at inference time, with the running statistics.

    The arguments are those of `batchnorm_forward`, with the values at the end of training and the same ε.

    Examples
    --------
    >>> batchnorm_inference(np.array([[7.0]]), np.ones(1), np.ones(1), np.array([3.0]), np.array([4.0])).round(4)
    array([[3.]])
    """
    std = (running_var + eps) ** 0.5
    return gamma * (x - running_mean) / std + beta


@contract(w=array("D M"), b=array("M"), **_batchnorm("M"), eps=positive)
def fold_batchnorm(
    w: FloatArray,
    b: FloatArray,
    gamma: FloatArray,
    beta: FloatArray,
    running_mean: FloatArray,
    running_var: FloatArray,
    eps: float = 1e-5,
) -> tuple[FloatArray, FloatArray]:
    r"""Affine layer that includes the `batchnorm_inference` after it.

    Parameters
    ----------
    w : (D, M)
        Weights of the affine layer.
    b, gamma, beta, running_mean, running_var : (M,)
        Biases of the affine layer, and parameters of the batch norm that follows it.
    eps : float
        Same ε as in training.

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
