"""Reference functions of the primer's exercises."""

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray


def centre_rows(x: FloatArray) -> FloatArray:
    """Subtract from each row of x its own mean.

    >>> centre_rows(np.array([[1.0, 3.0], [4.0, 8.0]]))
    array([[-1.,  1.],
           [-2.,  2.]])
    """
    return x - x.mean(axis=1, keepdims=True)


def difference_table(a: FloatArray, b: FloatArray) -> FloatArray:
    """Table of all differences between an entry of a and an entry of b.

    >>> difference_table(np.array([10.0, 20.0]), np.array([1.0, 2.0, 3.0]))
    array([[ 9.,  8.,  7.],
           [19., 18., 17.]])
    """
    return a[:, None] - b


def scores_of_labels(scores: FloatArray, y: NDArray[np.intp]) -> FloatArray:
    """From each row of scores, pick the entry that the label names.

    >>> scores_of_labels(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([2, 0]))
    array([3., 4.])
    """
    return scores[np.arange(len(y)), y]


def without_negatives(x: FloatArray) -> FloatArray:
    """Copy of x in which the negative entries are 0.

    >>> x = np.array([2.0, -3.0])
    >>> without_negatives(x), x
    (array([2., 0.]), array([ 2., -3.]))
    """
    out = x.copy()
    out[out < 0] = 0
    return out


def partial_derivatives(x: FloatArray) -> FloatArray:
    """Gradient of x₀² + 3 x₀ x₁.

    >>> partial_derivatives(np.array([2.0, 1.0]))
    array([7., 6.])
    """
    return np.array([2 * x[0] + 3 * x[1], 3 * x[0]])


def squared_error_slope(w: float, x: float, y: float) -> float:
    """Derivative of (w x − y)² with respect to w.

    >>> squared_error_slope(2.0, 3.0, 5.0)
    6.0
    """
    return 2 * (w * x - y) * x


def summed_products(a: FloatArray, b: FloatArray) -> FloatArray:
    """Sum over n of a[n, d] · b[n, m], for all d and m.

    >>> summed_products(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0], [10.0]]))
    array([[31.],
           [42.]])
    """
    return a.T @ b


def standard_error(x: FloatArray) -> float:
    """Estimate the standard error of the mean of x.

    >>> round(standard_error(np.array([80.0, 82.0, 84.0, 86.0, 88.0])), 4)
    1.4142
    """
    return float(x.std(ddof=1) / np.sqrt(len(x)))
