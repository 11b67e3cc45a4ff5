"""The exercises of lesson 06, initialization."""

from .batchnorm_backward import batchnorm_backward
from .batchnorm_backward_staged import batchnorm_backward_staged
from .batchnorm_forward import batchnorm_forward
from .batchnorm_inference import batchnorm_inference
from .bias_effect import bias_effect
from .fold_batchnorm import fold_batchnorm
from .layer_deviations import layer_deviations
from .layernorm import layernorm
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
from .scaled_weights import scaled_weights
from .small_random import small_random
from .unit_gradients import unit_gradients
from .warm_up import warm_up

__all__ = [
    "batchnorm_backward",
    "batchnorm_backward_staged",
    "batchnorm_forward",
    "batchnorm_inference",
    "bias_effect",
    "fold_batchnorm",
    "layer_deviations",
    "layernorm",
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
    "warm_up",
]
