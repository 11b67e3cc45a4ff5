"""The exercises of lesson 06, initialization."""

from .backward import batchnorm_backward
from .batchnorm import batchnorm_forward
from .bias import bias_effect
from .depth import layer_deviations
from .folding import fold_batchnorm
from .inference import batchnorm_inference
from .predictions import (
    predict_batch_size,
    predict_bias,
    predict_fading,
    predict_ones,
    predict_relu,
    predict_rescue,
    predict_shape,
    predict_twins,
)
from .spread import scaled_weights
from .staged import batchnorm_backward_staged
from .symmetry import unit_gradients
from .weights import small_random

__all__ = [
    "batchnorm_backward",
    "batchnorm_backward_staged",
    "batchnorm_forward",
    "batchnorm_inference",
    "bias_effect",
    "fold_batchnorm",
    "layer_deviations",
    "predict_batch_size",
    "predict_bias",
    "predict_fading",
    "predict_ones",
    "predict_relu",
    "predict_rescue",
    "predict_shape",
    "predict_twins",
    "scaled_weights",
    "small_random",
    "unit_gradients",
]
