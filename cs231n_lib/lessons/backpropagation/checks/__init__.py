"""The exercises of lesson 02, backpropagation."""

from .classification import binary_cross_entropy, softmax_cross_entropy
from .forks import residual_backward, swish_backward
from .layers import affine_backward, affine_forward
from .network import two_layer_loss
from .predictions import predict_pull, predict_robustness, predict_second_call, predict_start
from .regression import binned_loss, l1_loss, l2_loss
from .staged import sigmoid_graph

__all__ = [
    "affine_backward",
    "affine_forward",
    "binary_cross_entropy",
    "binned_loss",
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
]
