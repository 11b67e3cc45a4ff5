"""Comparison of a run's epochs, which detects rows that are never shuffled."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray

MIN_EPOCHS, MIN_POINTS = 6, 8
"""Minimum number of epochs, and of loss values in each epoch, for a comparison."""


def compare_epochs(steps: NDArray[Any], loss: FloatArray, evaluations: NDArray[Any]) -> tuple[float, float]:
    """Swing of the loss within an epoch, and correlation of consecutive epochs.

    If the rows keep one order, the loss curve has a similar shape in every epoch. The comparison assumes that
    evaluations are a whole number of epochs apart. It omits the first quarter of the epochs, in which the loss usually
    falls most, and removes the linear trend of each remaining epoch.

    Parameters
    ----------
    steps, loss : array (S,)
        Equally spaced steps and their losses. With a spacing above 1, each loss is a mean over neighbouring steps.
    evaluations : array (E,)
        Steps after which the network was evaluated.

    Returns
    -------
    float, float
        Root mean square of the swing as a fraction of the mean loss, and mean correlation. Both are 0 if the run is
        too short or a loss is not finite.

    Examples
    --------
    >>> sawtooth = np.tile([1.0, 2.0, 3.0, 2.0], 20)
    >>> swing, correlation = compare_epochs(np.arange(1, 81), sawtooth, np.arange(8, 81, 8))
    >>> round(swing, 2), round(correlation, 2)
    (0.34, 1.0)
    """
    if len(evaluations) < MIN_EPOCHS or len(loss) < MIN_EPOCHS * MIN_POINTS or not np.isfinite(loss).all():
        return 0.0, 0.0
    epoch, spacing = float(np.median(np.diff(evaluations))), float(steps[1] - steps[0])
    points, epochs = int(epoch / spacing), int((steps[-1] - steps[0] + spacing) / epoch)
    if points < MIN_POINTS or epochs < MIN_EPOCHS:
        return 0.0, 0.0
    starts = steps[0] + epoch * np.arange(epochs // 4, epochs)[:, np.newaxis]
    curves = np.interp(starts + spacing * np.arange(points), steps, loss)
    level, slope = float(curves.mean()), np.linspace(-1, 1, points)
    curves -= curves.mean(axis=1, keepdims=True)
    curves -= np.outer(curves @ slope / (slope @ slope), slope)
    swing = float(np.sqrt(np.mean(curves**2)))
    unit = curves / np.maximum(np.linalg.norm(curves, axis=1, keepdims=True), 1e-300)
    return swing / max(level, 1e-300), float(np.mean(np.sum(unit[:-1] * unit[1:], axis=1)))
