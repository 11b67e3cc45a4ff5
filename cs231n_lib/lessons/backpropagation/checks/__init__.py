"""The exercises of lesson 02, backpropagation."""

from .affine import affine_backward, affine_forward
from .classification import binary_cross_entropy, softmax_cross_entropy
from .forks import residual_backward, swish_backward
from .huber import huber_loss
from .predictions import predict_pull, predict_robustness, predict_second_call, predict_start
from .regression import binned_loss, l1_loss, l2_loss
from .sigmoid_graph import sigmoid_graph
from .two_layer_loss import two_layer_loss
from .warm_up import warm_up

__all__ = [
    "affine_backward",
    "affine_forward",
    "binary_cross_entropy",
    "binned_loss",
    "huber_loss",
    "l1_loss",
    "l2_loss",
    "predict_pull",
    "predict_robustness",
    "predict_second_call",
    "predict_start",
    "residual_backward",
    "sigmoid_graph",
    "softmax_cross_entropy",
    "swish_backward",
    "two_layer_loss",
    "warm_up",
]
