"""How alike the epochs of a run are: with rows in one order, the loss takes the same course in each of them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray

LEAST_EPOCHS, LEAST_POINTS = 6, 8
"""Epochs, and points of the loss in each, without which epochs are not compared."""


def epochs_alike(steps: NDArray[Any], loss: FloatArray, evaluations: NDArray[Any]) -> tuple[float, float]:
    """How far the loss swings within an epoch, and how alike two epochs that follow one another are.

    Evaluations are taken to be an epoch apart, or several. The first quarter of the epochs, in which every loss falls,
    is left out, and so is the slope of each of the others.

    Parameters
    ----------
    steps, loss : array (S,)
        In equal distances, of one step or, where neighbours were averaged, of several.
    evaluations : array (E,)
        The steps after which the network was evaluated.

    Returns
    -------
    float, float
        The swing (root mean square) as a share of the mean loss, and the mean correlation; 0 and 0 where there is too
        little to compare.

    Examples
    --------
    >>> saw = np.tile([1.0, 2.0, 3.0, 2.0], 20)
    >>> swing, alike = epochs_alike(np.arange(1, 81), saw, np.arange(8, 81, 8))
    >>> round(swing, 2), round(alike, 2)
    (0.34, 1.0)
    """
    if len(evaluations) < LEAST_EPOCHS or len(loss) < LEAST_EPOCHS * LEAST_POINTS or not np.isfinite(loss).all():
        return 0.0, 0.0
    epoch, apart = float(np.median(np.diff(evaluations))), float(steps[1] - steps[0])
    points, epochs = int(epoch / apart), int((steps[-1] - steps[0] + apart) / epoch)
    if points < LEAST_POINTS or epochs < LEAST_EPOCHS:
        return 0.0, 0.0
    begins = steps[0] + epoch * np.arange(epochs // 4, epochs)[:, np.newaxis]
    course = np.interp(begins + apart * np.arange(points), steps, loss)
    level, slope = float(course.mean()), np.linspace(-1, 1, points)
    course -= course.mean(axis=1, keepdims=True)
    course -= np.outer(course @ slope / (slope @ slope), slope)
    swing = float(np.sqrt(np.mean(course**2)))
    unit = course / np.maximum(np.linalg.norm(course, axis=1, keepdims=True), 1e-300)
    return swing / max(level, 1e-300), float(np.mean(np.sum(unit[:-1] * unit[1:], axis=1)))
