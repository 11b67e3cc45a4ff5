r"""Losses: each returns its mean over the examples, and the gradient with respect to what it judges."""

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.activations import sigmoid_forward
from cs231n_lib.binning import bin_centers, bin_targets
from cs231n_lib.contracts import FloatArray, array, contract, labels, non_negative
from cs231n_lib.regression_losses import l1_loss, l2_loss, least_squares_loss

__all__ = [
    "bin_centers",
    "bin_targets",
    "binary_cross_entropy",
    "hinge_loss",
    "l1_loss",
    "l2_loss",
    "least_squares_loss",
    "softmax_cross_entropy",
]


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
