r"""Metrics of predictions and of training.

``y_pred`` (N,) contains predicted classes, such as ``scores.argmax(axis=1)``, and ``y`` (N,) the true classes, both as
integers. Fractions are between 0 and 1. Sources: CS231n notes, "Neural networks part 3: ratio of weights to updates",
and "Neural networks part 1: commonly used activation functions" for dead units.

Raises
------
TypeError, ValueError
    In every function: an array is empty, has the wrong type or number of axes, or has entries that are not finite,
    shapes differ, or a label is outside [0, K).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import BoundCall, FloatArray, array, contract, labels, same_shape, whole

_any_labels = labels()


def _labels_below_classes(name: str, value: Any, call: BoundCall) -> None:
    """Require integer labels (N,) below the value of the argument ``classes``."""
    _any_labels(name, value, call)
    size = call.arguments["classes"]
    outside = value[(value < 0) | (value >= size)]
    if outside.size:
        raise ValueError(f"{name} holds the label {outside[0]}. With classes={size}, labels are 0 to {size - 1}")


@contract(y_pred=_any_labels, y=_any_labels)
def accuracy(y_pred: NDArray[np.integer[Any]], y: NDArray[np.integer[Any]]) -> float:
    """Fraction of correct predictions, where classes may be any integers.

    Examples
    --------
    >>> accuracy(np.array([0, 1, 2, 2]), np.array([0, 1, 2, 0]))
    0.75
    """
    return float(np.mean(y_pred == y))


@contract(
    classes=whole("the number of classes, a whole number of at least 1", 1),
    y_pred=_labels_below_classes,
    y=_labels_below_classes,
)
def confusion_matrix(y_pred: NDArray[np.integer[Any]], y: NDArray[np.integer[Any]], classes: int) -> NDArray[np.int64]:
    """Counts of each true class (rows) and predicted class (columns).

    Parameters
    ----------
    classes : int
        Number K of classes, which ``y`` and ``y_pred`` need not all contain.

    Returns
    -------
    matrix : (K, K) int64
        Counts, whose sum is N. The diagonal contains the correct predictions.

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
    r"""Norm of an update divided by the norm of the weights.

    Values of 3e-4 to 1e-2 are usual.

    Parameters
    ----------
    update : (...)
        Change of ``w``, which is ``-lr * dw`` for `sgd`.
    w : (...)
        Weights before the update. The ratio of biases says little, because they start at zero.

    Returns
    -------
    ratio : float
        Ratio of the norms, or ``inf`` if ``w`` is zero or so small that the ratio overflows.

    Examples
    --------
    >>> update_ratio(np.array([0.3, -0.4]), np.array([30.0, 40.0]))
    0.01
    """
    if not w.any():
        return np.inf
    # Dividing each vector by its largest entry prevents overflow and underflow of its squared norm.
    unit, unit_of_update = float(np.abs(w).max()), float(np.abs(update).max()) or 1.0
    length, length_of_update = np.linalg.norm(w / unit), np.linalg.norm(update / unit_of_update)
    return unit_of_update / unit * float(length_of_update / length)


@contract(out=array("N H"))
def dead_fraction(out: FloatArray) -> float:
    """Fraction of ReLU units that are zero for every example.

    Such units pass on no gradient, so the gradient of the loss does not update their weights.

    Parameters
    ----------
    out : (N, H)
        Outputs of a ReLU layer on a whole data set, because a unit is dead only if no example activates it.

    Examples
    --------
    >>> dead_fraction(np.array([[0.0, 1.0], [0.0, 0.0]]))
    0.5
    """
    return float(np.mean(np.all(out == 0, axis=0)))
