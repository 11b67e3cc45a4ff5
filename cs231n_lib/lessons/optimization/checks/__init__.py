"""Exercises and predictions of lesson 01, optimization."""

from .batches import gradient_noise as gradient_noise
from .batches import minibatches as minibatches
from .differences import complex_step_gradient as complex_step_gradient
from .differences import numerical_gradient as numerical_gradient
from .differences import numerical_gradient_centered as numerical_gradient_centered
from .kinks import find_kinks as find_kinks
from .losses import least_squares_loss as least_squares_loss
from .losses import ridge_loss as ridge_loss
from .precision import difference_errors as difference_errors
from .precision import relative_error as relative_error
from .questions import predict_batch as predict_batch
from .questions import predict_check as predict_check
from .questions import predict_noise as predict_noise
from .questions import predict_powers as predict_powers
from .questions import predict_precision as predict_precision
from .questions import predict_scaling as predict_scaling
from .questions import predict_times as predict_times
from .training import gradient_descent as gradient_descent
from .training import train_softmax_classifier as train_softmax_classifier
