r"""Batch normalisation: while training, its gradient, in use, and folded into the affine layer before it.

Reached through `cs231n_lib.layers`, where the conventions stand.
"""

import numpy as np

from cs231n_lib.contracts import FloatArray, array, contract, decay_rate, positive, upstream, variances

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
