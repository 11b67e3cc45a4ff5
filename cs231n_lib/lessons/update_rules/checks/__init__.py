"""The exercises of lesson 08, update rules."""

from .adagrad import adagrad
from .adam import adam
from .adamw import adamw
from .annealed_momentum import annealed_momentum
from .decayed_rates import decayed_rates
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
from .warm_up import warm_up

__all__ = [
    "adagrad",
    "adam",
    "adamw",
    "annealed_momentum",
    "decayed_rates",
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
    "warm_up",
]
