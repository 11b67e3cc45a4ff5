"""The exercises of lesson 08, update rules."""

from .adagrad import adagrad
from .adam import adam
from .lbfgs_direction import lbfgs_direction
from .momentum import momentum
from .nesterov import nesterov
from .newton_step import newton_step
from .predictions import (
    predict_annealing,
    predict_decay,
    predict_lbfgs,
    predict_rare,
    predict_smoothness,
    predict_stall,
    predict_table,
)
from .rmsprop import rmsprop
from .scale_effect import scale_effect
from .scheduled import scheduled
from .warm_up import warm_up

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
    "warm_up",
]
