"""The exercises of lesson 04, architecture."""

from .approximation import relu_approximation, units_needed
from .gradient_errors import gradient_errors
from .networks import mlp_forward, mlp_loss, train_mlp
from .predictions import (
    predict_bugs,
    predict_depth,
    predict_double,
    predict_found,
    predict_layers,
    predict_outside,
    predict_starts,
    predict_trained,
)
from .sawtooth import sawtooth_network
from .sizes import network_size, width_for_budget
from .split_unit import split_unit
from .warm_up import warm_up
from .xor import xor_weights

__all__ = [
    "gradient_errors",
    "mlp_forward",
    "mlp_loss",
    "network_size",
    "predict_bugs",
    "predict_depth",
    "predict_double",
    "predict_found",
    "predict_layers",
    "predict_outside",
    "predict_starts",
    "predict_trained",
    "relu_approximation",
    "sawtooth_network",
    "split_unit",
    "train_mlp",
    "units_needed",
    "warm_up",
    "width_for_budget",
    "xor_weights",
]
