r"""Losses, as means over the examples with their gradients.

``scores`` are any real numbers, one per class (N, K) for classification or one per output (N, M) for regression.
``y`` contains the correct classes (N,) as integers, or the targets in the shape of the predictions. ``edges`` (K + 1,)
are the increasing edges of K bins.

Sources: CS231n notes, "Linear classification" for softmax, its cross-entropy and the hinge loss, and "Neural Networks
Part 2" for attribute classification (binary cross-entropy), regression (L2, L1) and its quantisation (bins).

Raises
------
TypeError, ValueError
    In every function: shapes disagree, an array is empty or has entries that are not finite, a label is outside
    0 … K−1, the edges do not increase, or the margin is negative.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import BoundCall, FloatArray, array, contract, labels, non_negative
from cs231n_lib.functions.activations import sigmoid_forward


@contract(scores=array("N K"))
def softmax(scores: FloatArray) -> FloatArray:
    r"""Probabilities of the classes, :math:`p_{nk} = e^{s_{nk}} / \sum_j e^{s_{nj}}`.

    Subtracting each row's largest score keeps the exponentials finite and does not change the result.

    Returns
    -------
    probabilities : (N, K)
        Values between 0 and 1. Each row adds up to 1.

    Examples
    --------
    >>> softmax(np.array([[0.0, np.log(3.0)], [1000.0, -1000.0]])).round(6)
    array([[0.25, 0.75],
           [1.  , 0.  ]])
    """
    with np.errstate(over="ignore"):  # an overflowing difference gives exp(-inf) = 0
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@contract(scores=array("N K"))
def log_softmax(scores: FloatArray) -> FloatArray:
    r"""Log-probabilities :math:`\log p_{nk} = s_{nk} - \log \sum_j e^{s_{nj}}`.

    The result is finite even if a probability is too small for a float, unlike the logarithm of `softmax`.

    Returns
    -------
    log_probabilities : (N, K)
        Values of at most 0.

    Examples
    --------
    >>> log_softmax(np.array([[1000.0, -1000.0]])) + 0.0
    array([[    0., -2000.]])
    """
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@contract(scores=array("N K"), y=labels("N", "K"))
def softmax_cross_entropy(scores: FloatArray, y: NDArray[np.integer]) -> tuple[float, FloatArray]:
    r"""Mean softmax cross-entropy over N.

    .. math:: L = -\frac{1}{N} \sum_n \log \frac{e^{s_{n, y_n}}}{\sum_k e^{s_{nk}}}

    Subtracting each row's largest score keeps the exponentials finite and does not change the result. If all scores are
    equal, the loss is :math:`\ln K`.

    Returns
    -------
    loss : float
        Mean over N, in nats.
    dscores : (N, K)
        Gradient of the mean, which is softmax minus one-hot, divided by N.

    Examples
    --------
    >>> loss, dscores = softmax_cross_entropy(np.zeros((1, 4)), np.array([2]))
    >>> round(loss, 6), dscores
    (1.386294, array([[ 0.25,  0.25, -0.75,  0.25]]))
    """
    rows = np.arange(len(y))
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -float(log_probabilities[rows, y].mean())
    dscores = np.exp(log_probabilities)
    dscores[rows, y] -= 1
    return loss, dscores / len(y)


@contract(scores=array("N"), y=labels("N", "2"))
def binary_cross_entropy(scores: FloatArray, y: NDArray[np.integer]) -> tuple[float, FloatArray]:
    r"""Mean binary cross-entropy over N, from one logit per example.

    .. math:: L = -\frac{1}{N} \sum_n y_n \log \sigma(s_n) + (1 - y_n) \log(1 - \sigma(s_n))
                = \frac{1}{N} \sum_n \log(1 + e^{(1 - 2 y_n) s_n})

    The second form is finite for every logit and keeps the digits of a loss near 0.

    Parameters
    ----------
    scores : (N,)
        Logits, which are the inputs of the sigmoid.
    y : (N,) int
        Labels 0 or 1.

    Returns
    -------
    loss : float
        Mean over N, in nats, which is ln 2 at zero scores.
    dscores : (N,)
        Gradient of the mean, (σ(s) − y) / N.

    Examples
    --------
    >>> loss, dscores = binary_cross_entropy(np.zeros(2), np.array([1, 0]))
    >>> round(loss, 6), dscores
    (0.693147, array([-0.25,  0.25]))
    """
    targets = y.astype(scores.dtype)
    loss = float(np.mean(np.logaddexp(0, (1 - 2 * targets) * scores)))
    probability, _ = sigmoid_forward(scores)
    return loss, (probability - targets) / len(y)


@contract(scores=array("N K"), y=labels("N", "K"), margin=non_negative)
def hinge_loss(scores: FloatArray, y: NDArray[np.integer], margin: float = 1.0) -> tuple[float, FloatArray]:
    r"""Multiclass hinge (SVM) loss, summed over the wrong classes and averaged over N.

    .. math:: L = \frac{1}{N} \sum_n \sum_{k \ne y_n} \max(0,\; s_{nk} - s_{n, y_n} + \Delta)

    Parameters
    ----------
    margin : float
        Margin Δ by which the correct class must win, at least 0.

    Returns
    -------
    loss : float
        Mean over N, which is (K − 1) Δ at zero scores.
    dscores : (N, K)
        Gradient of the mean. A margin met exactly has gradient 0.

    References
    ----------
    Weston and Watkins, 1999.

    Examples
    --------
    >>> hinge_loss(np.array([[2.0, 1.5, -3.0]]), np.array([0]))
    (0.5, array([[-1.,  1.,  0.]]))
    """
    rows = np.arange(len(y))
    violations = np.maximum(0, scores - scores[rows, y][:, np.newaxis] + margin)
    violations[rows, y] = 0
    dscores = (violations > 0).astype(scores.dtype)
    dscores[rows, y] = -dscores.sum(axis=1)
    return float(violations.sum()) / len(y), dscores / len(y)


@contract(w=array("D"), x=array("N D"), y=array("N"))
def least_squares_loss(w: FloatArray, x: FloatArray, y: FloatArray) -> tuple[float, FloatArray]:
    r"""Mean over N of *half* the squared residual of the linear model ``x @ w``.

    .. math:: L = \frac{1}{N} \sum_n \tfrac12 (x_n \cdot w - y_n)^2

    The weights are ``w`` (D,), the examples ``x`` (N, D) and the targets ``y`` (N,).

    Returns
    -------
    loss : float
        Mean over N.
    dw : (D,)
        Gradient of the loss.

    Examples
    --------
    >>> least_squares_loss(np.array([1.0]), np.array([[1.0], [2.0]]), np.array([1.0, 0.0]))
    (1.0, array([2.]))
    """
    residual = x @ w - y
    loss = float(np.mean(0.5 * residual**2))
    dw = x.T @ residual / len(y)
    return loss, dw


@contract(scores=array("N M"), y=array("N M"))
def l2_loss(scores: FloatArray, y: FloatArray) -> tuple[float, FloatArray]:
    r"""Squared distance, summed over outputs and averaged over N, without a ½.

    .. math:: L = \frac{1}{N} \sum_n \| s_n - y_n \|_2^2

    The loss is M times the mean squared error, which also averages over the outputs.

    Returns
    -------
    loss : float
        Mean over N.
    dscores : (N, M)
        Gradient of the mean, 2 (s − y) / N.

    Examples
    --------
    >>> l2_loss(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]]))
    (2.0, array([[2.],
           [0.]]))
    """
    residual = scores - y
    return float(np.sum(residual**2)) / len(y), 2 * residual / len(y)


@contract(scores=array("N M"), y=array("N M"))
def l1_loss(scores: FloatArray, y: FloatArray) -> tuple[float, FloatArray]:
    r"""Absolute distance, summed over the outputs and averaged over N.

    .. math:: L = \frac{1}{N} \sum_n \| s_n - y_n \|_1

    Returns
    -------
    loss : float
        Mean over N.
    dscores : (N, M)
        Gradient of the mean, sign(s − y) / N, which is 0 where the two are equal.

    Examples
    --------
    >>> l1_loss(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]]))
    (1.0, array([[0.5],
           [0. ]]))
    """
    residual = scores - y
    return float(np.sum(np.abs(residual))) / len(y), np.sign(residual) / len(y)


_one_axis = array("edges")


def _increasing(name: str, value: Any, call: BoundCall) -> None:
    _one_axis(name, value, call)
    if len(value) < 2 or not (np.diff(value) > 0).all():
        raise ValueError(f"{name} is {value}. Pass at least two increasing numbers")


@contract(y=array("N"), edges=_increasing)
def bin_targets(y: FloatArray, edges: FloatArray) -> NDArray[np.integer]:
    r"""Bin number of each target in ``y`` (N,), where bin k is :math:`[e_k, e_{k+1})`.

    The outer bins also contain the targets beyond the edges.

    Returns
    -------
    bins : (N,) int
        Numbers from 0 to K − 1, which are labels for `softmax_cross_entropy`.

    Examples
    --------
    >>> bin_targets(np.array([-9.0, 0.5, 1.0, 9.0]), edges=np.array([0.0, 1.0, 2.0, 3.0]))
    array([0, 0, 1, 2])
    """
    inner_edges = edges[1:-1]
    return np.searchsorted(inner_edges, y, side="right")


@contract(edges=_increasing)
def bin_centers(edges: FloatArray) -> FloatArray:
    r"""Centre of each bin, :math:`(e_k + e_{k+1}) / 2`.

    Within the edges, a target and the centre of its bin differ by at most half the bin's width.

    Returns
    -------
    centers : (K,)

    Examples
    --------
    >>> edges = np.array([0.0, 1.0, 3.0])
    >>> bin_centers(edges)[bin_targets(np.array([0.9, 1.1]), edges)]
    array([0.5, 2. ])
    """
    return edges[:-1] / 2 + edges[1:] / 2  # the sum of the two could overflow
