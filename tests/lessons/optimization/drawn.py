"""How to draw the pictures of lesson 01 that need arguments, and quickly those that take times."""

import numpy as np

from cs231n_lib import datasets

_DIGITS = datasets.load_digits()

ARGUMENTS = {
    "gradient_times": [((2, 5),)],
    "noise": [(_DIGITS.x_train, _DIGITS.y_train, 10)],
    "clothes_templates": [(np.random.default_rng(0).normal(size=(784, 10)),)],
    "templates": [(np.random.default_rng(0).normal(size=(64, 10)), 0.96)],
}

STAND_INS = {"cs231n_lib.lessons.optimization.experiments.milliseconds": lambda function, repeats=7: 1.0}

LONG = {"noise"}
"""Figures that train for long all the same, left to the audit."""
