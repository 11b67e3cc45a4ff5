"""The exercises of lesson 05, preprocessing."""

from cs231n_lib.lessons.again import again as again

from .components import components_to_keep as components_to_keep
from .components import compress as compress
from .k_fold import k_fold as k_fold
from .leakage import leakage as leakage
from .merged_moments import merged_moments as merged_moments
from .min_max import min_max as min_max
from .pca_fit import pca_fit as pca_fit
from .questions import predict_components as predict_components
from .questions import predict_covariance as predict_covariance
from .questions import predict_descent as predict_descent
from .questions import predict_importance as predict_importance
from .questions import predict_leak as predict_leak
from .questions import predict_outlier as predict_outlier
from .questions import predict_pixels as predict_pixels
from .questions import predict_statistics as predict_statistics
from .questions import predict_trained as predict_trained
from .questions import predict_whitening as predict_whitening
from .questions import warm_up as warm_up
from .select_features import select_features as select_features
from .standardize import standardize as standardize
from .subtract_mean import subtract_mean as subtract_mean
from .units import condition_number as condition_number
from .units import unscale_weights as unscale_weights
from .whiten import whiten as whiten
