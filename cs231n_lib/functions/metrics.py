r"""Figures by which training is judged."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import Call, Check, FloatArray, array, contract, labels, same_shape, whole

__all__ = ["accuracy", "confusion_matrix", "dead_fraction", "update_ratio"]

any_labels = labels()


def labels_below(classes: str) -> Check:
    """Integer labels of shape (N,), each in ``[0, c)``; ``c`` is the argument of the name ``classes``."""

    def check(name: str, value: Any, call: Call) -> None:
        any_labels(name, value, call)
        size = call.arguments[classes]
        outside = value[(value < 0) | (value >= size)]
        if outside.size:
            raise ValueError(f"{name} holds the label {outside[0]}; with {classes}={size} labels are 0 to {size - 1}")

    return check


@contract(y_pred=any_labels, y=any_labels)
def accuracy(y_pred: NDArray[np.integer[Any]], y: NDArray[np.integer[Any]]) -> float:
    """Share of predictions that are right.

    Parameters
    ----------
    y_pred : (N,) int
        Predicted classes, such as ``scores.argmax(axis=1)``.
    y : (N,) int
        True classes; any integers, as they are only compared.

    Returns
    -------
    accuracy : float
        Between 0 and 1.

    Raises
    ------
    TypeError, ValueError
        An argument is no integer array with one axis, is empty, or the lengths differ.

    Examples
    --------
    >>> accuracy(np.array([0, 1, 2, 2]), np.array([0, 1, 2, 0]))
    0.75
    """
    return float(np.mean(y_pred == y))


@contract(
    classes=whole("the number of classes, a whole number of at least 1", 1),
    y_pred=labels_below("classes"),
    y=labels_below("classes"),
)
def confusion_matrix(y_pred: NDArray[np.integer[Any]], y: NDArray[np.integer[Any]], classes: int) -> NDArray[np.int64]:
    """How often each class was taken for each: row = true class, column = predicted class.

    Parameters
    ----------
    y_pred : (N,) int
        Predicted classes.
    y : (N,) int
        True classes.
    classes : int
        Number K of classes, for some may be missing from both.

    Returns
    -------
    matrix : (K, K) int64
        Counts; their sum is N, and the diagonal holds what was right.

    Raises
    ------
    TypeError, ValueError
        An argument is no integer array with one axis, is empty, holds a label outside [0, K), or the lengths differ.

    Examples
    --------
    >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 0, 1]), classes=2)
    array([[1, 1],
           [0, 1]])
    """
    matrix = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(matrix, (y, y_pred), 1)
    return matrix


@contract(w=array(), update=same_shape("w"))
def update_ratio(update: FloatArray, w: FloatArray) -> float:
    r"""Length of an update relative to the weights: :math:`\|update\|_2 / \|w\|_2`; 3e-4 to 1e-2 is usual.

    Parameters
    ----------
    update : (...)
        What is added to ``w``; for `sgd` it is ``-lr * dw``.
    w : (...)
        Weights before the update. Biases, which start at zero, say little.

    Returns
    -------
    ratio : float
        ``inf`` where ``w`` is all zeros, or so small that no float is as large as the ratio.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, or the shapes differ.

    References
    ----------
    CS231n notes, "Neural networks part 3: ratio of weights to updates".

    Examples
    --------
    >>> update_ratio(np.array([0.3, -0.4]), np.array([30.0, 40.0]))
    0.01
    """
    if not w.any():
        return np.inf
    # In units of its largest entry no vector is so long or so short that the square of its length is no float.
    unit, unit_of_update = float(np.abs(w).max()), float(np.abs(update).max()) or 1.0
    length, length_of_update = np.linalg.norm(w / unit), np.linalg.norm(update / unit_of_update)
    return unit_of_update / unit * float(length_of_update / length)


@contract(out=array("N H"))
def dead_fraction(out: FloatArray) -> float:
    """Share of ReLU units that are zero for every example: they pass no gradient on, so no update revives them.

    Parameters
    ----------
    out : (N, H)
        Outputs of a ReLU layer on a data set, not on one batch: a unit is dead only if nothing wakes it.

    Returns
    -------
    fraction : float
        Between 0 and 1.

    Raises
    ------
    TypeError, ValueError
        ``out`` is no finite float array with two axes, or is empty.

    References
    ----------
    CS231n notes, "Neural networks part 1: commonly used activation functions".

    Examples
    --------
    >>> dead_fraction(np.array([[0.0, 1.0], [0.0, 0.0]]))
    0.5
    """
    return float(np.mean(np.all(out == 0, axis=0)))
