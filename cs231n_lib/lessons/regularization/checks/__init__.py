"""The exercises of lesson 07, regularization."""

from .elastic import elastic_net
from .inverted import inverted_dropout
from .limits import max_norm
from .moments import moments_over_masks
from .penalties import l1, l2
from .predictions import predict_gap, predict_masks, predict_sizes, predict_strength, predict_winner, predict_zeros
from .sparsity import proximal_step
from .stopping import early_stopping
from .vanilla import vanilla_dropout
from .weights import l2_on_weights

__all__ = [
    "early_stopping",
    "elastic_net",
    "inverted_dropout",
    "l1",
    "l2",
    "l2_on_weights",
    "max_norm",
    "moments_over_masks",
    "predict_gap",
    "predict_masks",
    "predict_sizes",
    "predict_strength",
    "predict_winner",
    "predict_zeros",
    "proximal_step",
    "vanilla_dropout",
]
