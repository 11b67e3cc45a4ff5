"""The exercises of lesson 09, training."""

from .accuracy_error import accuracy_error
from .averaged_weights import averaged_weights
from .coarse_to_fine import coarse_to_fine
from .confusion_matrix import confusion_matrix
from .find_the_bug import find_the_bug
from .fit import fit
from .gradient_check_network import gradient_check_network
from .grid_search import grid_search
from .log_uniform import log_uniform
from .name_curves import name_curves
from .network_loss import network_loss
from .open_test_set import open_test_set
from .predictions import predict_bug, predict_difference, predict_people, predict_ratio
from .random_search import random_search
from .search_predictions import predict_grid, predict_rounds
from .update_ratio import update_ratio
from .warm_up import warm_up

__all__ = [
    "accuracy_error",
    "averaged_weights",
    "coarse_to_fine",
    "confusion_matrix",
    "find_the_bug",
    "fit",
    "gradient_check_network",
    "grid_search",
    "log_uniform",
    "name_curves",
    "network_loss",
    "open_test_set",
    "predict_bug",
    "predict_difference",
    "predict_grid",
    "predict_people",
    "predict_ratio",
    "predict_rounds",
    "random_search",
    "update_ratio",
    "warm_up",
]
