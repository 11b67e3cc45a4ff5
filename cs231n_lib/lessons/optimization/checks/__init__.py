"""The exercises of lesson 01, optimization."""

from .batches import minibatches
from .complex_step import complex_step_gradient
from .descent import gradient_descent
from .differences import numerical_gradient, numerical_gradient_centered
from .kinks import find_kinks
from .losses import least_squares_loss, ridge_loss
from .noise import gradient_noise
from .precision import difference_errors, relative_error
from .predictions import predict_check, predict_noise, predict_powers, predict_precision, predict_scaling, predict_times
from .training import train_softmax_classifier

__all__ = [
    "complex_step_gradient",
    "difference_errors",
    "find_kinks",
    "gradient_descent",
    "gradient_noise",
    "least_squares_loss",
    "minibatches",
    "numerical_gradient",
    "numerical_gradient_centered",
    "predict_check",
    "predict_noise",
    "predict_powers",
    "predict_precision",
    "predict_scaling",
    "predict_times",
    "relative_error",
    "ridge_loss",
    "train_softmax_classifier",
]
