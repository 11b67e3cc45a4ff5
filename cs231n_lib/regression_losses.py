r"""Losses of real-valued targets: squared and absolute distance, and least squares of a linear model.

Reached through `cs231n_lib.losses`. Each returns its mean over the examples, and the gradient with respect to what it
judges.
"""

import numpy as np

from cs231n_lib.contracts import FloatArray, array, contract


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
