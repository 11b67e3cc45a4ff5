"""The exercises of lesson 03, activations."""

from .dead_fraction import dead_fraction
from .gelu import gelu
from .maxout import maxout_backward, maxout_forward
from .one_sided_share import one_sided_share
from .predictions import predict_costs, predict_death, predict_fading, predict_race, predict_zigzag
from .rectifiers import leaky_relu, relu_backward, relu_forward
from .squashing import sigmoid_backward, sigmoid_forward, tanh_from_sigmoid
from .warm_up import warm_up

__all__ = [
    "dead_fraction",
    "gelu",
    "leaky_relu",
    "maxout_backward",
    "maxout_forward",
    "one_sided_share",
    "predict_costs",
    "predict_death",
    "predict_fading",
    "predict_race",
    "predict_zigzag",
    "relu_backward",
    "relu_forward",
    "sigmoid_backward",
    "sigmoid_forward",
    "tanh_from_sigmoid",
    "warm_up",
]
