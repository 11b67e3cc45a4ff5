"""How to draw quickly the pictures of lesson 05 that train networks."""

import numpy as np

from cs231n_lib.lessons.preprocessing.experiments.whitening import TrainingCurve
from cs231n_lib.training.history import History

_HOME = "cs231n_lib.lessons.preprocessing.experiments"


def _no_training(data: object, lr: float, seed: int) -> History:
    return History()


_POINTS = np.array([[1.0, 0.0], [2.0, 2.0], [3.0, 4.0], [4.0, 1.0], [5.0, 3.0]])
ARGUMENTS = {"mean_image": [(np.full(784, 0.3),)], "four_panels": [(_POINTS, _POINTS - 3, -_POINTS, _POINTS / 2)]}
STAND_INS = {
    f"{_HOME}.pixels.train": _no_training,
    f"{_HOME}.whitening.curve": lambda pixels, form, seed: TrainingCurve(np.full(150, 0.5), np.full(15, 0.7), 9),
}

LONG = {"kept", "trained_on_components"}
"""Figures that train for long all the same, left to the audit."""
