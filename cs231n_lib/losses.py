r"""Losses: each returns its mean over the examples, and the gradient with respect to what it judges."""

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray, array, contract, labels


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
