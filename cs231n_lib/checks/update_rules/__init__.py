"""The exercises of lesson 08, update rules."""

from .curvature import lbfgs_direction, newton_step
from .invariance import scale_effect
from .means import adagrad, rmsprop
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
from .velocity import momentum, nesterov

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
