"""The exercises of lesson 08, update rules."""

from .curvature import newton_step
from .invariance import scale_effect
from .look_ahead import nesterov
from .means import rmsprop
from .moments import adam
from .predictions import (
    predict_annealing,
    predict_decay,
    predict_lbfgs,
    predict_rare,
    predict_smoothness,
    predict_stall,
    predict_table,
)
from .rates import scheduled
from .sums import adagrad
from .two_loops import lbfgs_direction
from .velocity import momentum

__all__ = [
    "adagrad",
    "adam",
    "lbfgs_direction",
    "momentum",
    "nesterov",
    "newton_step",
    "predict_annealing",
    "predict_decay",
    "predict_lbfgs",
    "predict_rare",
    "predict_smoothness",
    "predict_stall",
    "predict_table",
    "rmsprop",
    "scale_effect",
    "scheduled",
]
