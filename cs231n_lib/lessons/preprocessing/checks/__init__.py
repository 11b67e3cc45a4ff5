"""The exercises of lesson 05, preprocessing."""

from .components_to_keep import components_to_keep
from .compress import compress
from .condition_number import condition_number
from .leakage import leakage
from .merged_moments import merged_moments
from .min_max import min_max
from .pca_fit import pca_fit
from .predictions import (
    predict_components,
    predict_descent,
    predict_importance,
    predict_leak,
    predict_outlier,
    predict_pixels,
    predict_statistics,
    predict_whitening,
)
from .select_features import select_features
from .standardize import standardize
from .subtract_mean import subtract_mean
from .unscale_weights import unscale_weights
from .warm_up import warm_up
from .whiten import whiten

__all__ = [
    "components_to_keep",
    "compress",
    "condition_number",
    "leakage",
    "merged_moments",
    "min_max",
    "pca_fit",
    "predict_components",
    "predict_descent",
    "predict_importance",
    "predict_leak",
    "predict_outlier",
    "predict_pixels",
    "predict_statistics",
    "predict_whitening",
    "select_features",
    "standardize",
    "subtract_mean",
    "unscale_weights",
    "warm_up",
    "whiten",
]
