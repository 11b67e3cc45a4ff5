r"""Losses: each returns its mean over the examples, and the gradient with respect to what it judges."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import Call, FloatArray, array, contract, labels, non_negative
from cs231n_lib.functions.activations import sigmoid_forward

__all__ = [
    "bin_centers",
    "bin_targets",
    "binary_cross_entropy",
    "hinge_loss",
    "l1_loss",
    "l2_loss",
    "least_squares_loss",
    "log_softmax",
    "softmax",
    "softmax_cross_entropy",
]


@contract(scores=array("N K"))
def softmax(scores: FloatArray) -> FloatArray:
    r"""Probabilities of the classes, :math:`p_{nk} = e^{s_{nk}} / \sum_j e^{s_{nj}}`.

    Each row's largest score is subtracted first, which changes nothing but keeps the exponentials finite.

    Parameters
    ----------
    scores : (N, K)
        One score for each class, any real number.

    Returns
    -------
    probabilities : (N, K)
        Between 0 and 1; each row adds up to 1.

    Raises
    ------
    TypeError, ValueError
        ``scores`` is no finite float array with two axes, or is empty.

    References
    ----------
    CS231n notes, "Linear classification".

    Examples
    --------
    >>> softmax(np.array([[0.0, np.log(3.0)], [1000.0, -1000.0]])).round(6)
    array([[0.25, 0.75],
           [1.  , 0.  ]])
    """
    with np.errstate(over="ignore"):  # a distance beyond the largest float is as good as infinite
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@contract(scores=array("N K"))
def log_softmax(scores: FloatArray) -> FloatArray:
    r"""Logarithms of the probabilities, :math:`\log p_{nk} = s_{nk} - \log \sum_j e^{s_{nj}}`.

    The logarithm of `softmax` would be minus infinity where a probability is too small for a float; this is right.

    Parameters
    ----------
    scores : (N, K)
        One score for each class, any real number.

    Returns
    -------
    log_probabilities : (N, K)
        At most 0.

    Raises
    ------
    TypeError, ValueError
        ``scores`` is no finite float array with two axes, or is empty.

    Examples
    --------
    >>> log_softmax(np.array([[1000.0, -1000.0]])) + 0.0
    array([[    0., -2000.]])
    """
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@contract(scores=array("N K"), y=labels("N", "K"))
def softmax_cross_entropy(scores: FloatArray, y: NDArray[np.integer]) -> tuple[float, FloatArray]:
    r"""Cross-entropy of the softmax of ``scores``, mean over N.

    .. math:: L = -\frac{1}{N} \sum_n \log \frac{e^{s_{n, y_n}}}{\sum_k e^{s_{nk}}}

    Each row's largest score is subtracted first, which changes nothing but keeps the exponentials finite. With all
    scores equal the loss is :math:`\ln K`.

    Parameters
    ----------
    scores : (N, K)
        One score for each class, any real number.
    y : (N,) int
        The right class of each example.

    Returns
    -------
    loss : float
        Mean over N, in nats.
    dscores : (N, K)
        Gradient of the mean: softmax minus one-hot, divided by N.

    Raises
    ------
    TypeError, ValueError
        Shapes that disagree, a label outside 0 … K−1, scores that are not finite.

    References
    ----------
    CS231n notes, "Linear classification".

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
    r"""Cross-entropy of two classes from one logit each, mean over N.

    .. math:: L = -\frac{1}{N} \sum_n y_n \log \sigma(s_n) + (1 - y_n) \log(1 - \sigma(s_n))
                = \frac{1}{N} \sum_n \log(1 + e^{(1 - 2 y_n) s_n})

    The second form is finite for every logit, and a loss near 0 keeps its digits.

    Parameters
    ----------
    scores : (N,)
        Logits: real numbers, before the sigmoid.
    y : (N,) int
        0 or 1.

    Returns
    -------
    loss : float
        Mean over N, in nats; ln 2 at zero scores.
    dscores : (N,)
        Gradient of the mean: σ(s) − y, divided by N.

    Raises
    ------
    TypeError, ValueError
        Shapes that disagree, a label that is neither 0 nor 1, scores that are not finite.

    References
    ----------
    CS231n notes, "Neural Networks Part 2", attribute classification.

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
    r"""Multiclass hinge (SVM) loss, summed over the wrong classes, mean over N.

    .. math:: L = \frac{1}{N} \sum_n \sum_{k \ne y_n} \max(0,\; s_{nk} - s_{n, y_n} + \Delta)

    Parameters
    ----------
    scores : (N, K)
        One score for each class.
    y : (N,) int
        The right class of each example.
    margin : float
        Δ, by how much the right class must win; at least 0.

    Returns
    -------
    loss : float
        Mean over N; (K − 1) Δ at zero scores.
    dscores : (N, K)
        Gradient of the mean; a margin met exactly has gradient 0.

    Raises
    ------
    TypeError, ValueError
        Shapes that disagree, a label outside 0 … K−1, scores that are not finite, a negative margin.

    References
    ----------
    CS231n notes, "Linear classification"; Weston and Watkins, 1999.

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
    r"""Loss of the linear model ``x @ w``: mean over N of *half* the squared residual.

    .. math:: L = \frac{1}{N} \sum_n \tfrac12 (x_n \cdot w - y_n)^2

    Parameters
    ----------
    w : (D,)
        Weights.
    x : (N, D)
        Examples.
    y : (N,)
        Targets.

    Returns
    -------
    loss : float
        Mean over N.
    dw : (D,)
        Its gradient.

    Raises
    ------
    TypeError, ValueError
        Shapes that disagree, or entries that are not finite.

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
    r"""Squared distance, summed over the outputs, mean over N, without a ½.

    .. math:: L = \frac{1}{N} \sum_n \| s_n - y_n \|_2^2

    This is M times the mean squared error, which averages over the outputs too.

    Parameters
    ----------
    scores : (N, M)
        Predictions; one output is a column (N, 1).
    y : (N, M)
        Targets.

    Returns
    -------
    loss : float
        Mean over N.
    dscores : (N, M)
        Gradient of the mean, 2 (s − y) / N.

    Raises
    ------
    TypeError, ValueError
        Shapes that disagree, or entries that are not finite.

    References
    ----------
    CS231n notes, "Neural Networks Part 2", regression.

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
    r"""Absolute distance, summed over the outputs, mean over N.

    .. math:: L = \frac{1}{N} \sum_n \| s_n - y_n \|_1

    Parameters
    ----------
    scores : (N, M)
        Predictions; one output is a column (N, 1).
    y : (N, M)
        Targets.

    Returns
    -------
    loss : float
        Mean over N.
    dscores : (N, M)
        Gradient of the mean, sign(s − y) / N: 0 where the two are equal.

    Raises
    ------
    TypeError, ValueError
        Shapes that disagree, or entries that are not finite.

    References
    ----------
    CS231n notes, "Neural Networks Part 2", regression.

    Examples
    --------
    >>> l1_loss(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]]))
    (1.0, array([[0.5],
           [0. ]]))
    """
    residual = scores - y
    return float(np.sum(np.abs(residual))) / len(y), np.sign(residual) / len(y)


_one_axis = array("edges")


def _increasing(name: str, value: Any, call: Call) -> None:
    _one_axis(name, value, call)
    if len(value) < 2 or not (np.diff(value) > 0).all():
        raise ValueError(f"{name} is {value}; it must be at least two numbers, each above the one before")


@contract(y=array("N"), edges=_increasing)
def bin_targets(y: FloatArray, edges: FloatArray) -> NDArray[np.integer]:
    r"""Number of the bin each target falls into; bin k is :math:`[e_k, e_{k+1})`.

    The outer bins take in what lies beyond them.

    Parameters
    ----------
    y : (N,)
        Targets.
    edges : (K + 1,)
        Edges of the K bins, increasing.

    Returns
    -------
    bins : (N,) int
        From 0 to K − 1: labels for `softmax_cross_entropy`.

    Raises
    ------
    TypeError, ValueError
        Edges that do not increase, entries that are not finite.

    References
    ----------
    CS231n notes, "Neural Networks Part 2", on quantising a regression.

    Examples
    --------
    >>> bin_targets(np.array([-9.0, 0.5, 1.0, 9.0]), edges=np.array([0.0, 1.0, 2.0, 3.0]))
    array([0, 0, 1, 2])
    """
    inner_edges = edges[1:-1]
    return np.searchsorted(inner_edges, y, side="right")


@contract(edges=_increasing)
def bin_centers(edges: FloatArray) -> FloatArray:
    r"""The value that stands for each bin, its middle :math:`(e_k + e_{k+1}) / 2`.

    Within the edges, a target and the centre of its bin differ by at most half the bin's width.

    Parameters
    ----------
    edges : (K + 1,)
        Edges of the K bins, increasing.

    Returns
    -------
    centers : (K,)

    Raises
    ------
    TypeError, ValueError
        Edges that do not increase, entries that are not finite.

    Examples
    --------
    >>> edges = np.array([0.0, 1.0, 3.0])
    >>> bin_centers(edges)[bin_targets(np.array([0.9, 1.1]), edges)]
    array([0.5, 2. ])
    """
    return edges[:-1] / 2 + edges[1:] / 2  # a sum of the two could be infinite
