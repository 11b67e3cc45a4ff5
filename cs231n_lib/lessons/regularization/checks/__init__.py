"""The exercises of lesson 07, regularization."""

from .early_stopping import early_stopping
from .elastic_net import elastic_net
from .inverted_dropout import inverted_dropout
from .l2_on_weights import l2_on_weights
from .max_norm import max_norm
from .mixup import mixup
from .moments_over_masks import moments_over_masks
from .penalties import l1, l2
from .predictions import predict_gap, predict_masks, predict_sizes, predict_strength, predict_winner, predict_zeros
from .proximal_step import proximal_step
from .vanilla_dropout import vanilla_dropout
from .warm_up import warm_up

__all__ = [
    "early_stopping",
    "elastic_net",
    "inverted_dropout",
    "l1",
    "l2",
    "l2_on_weights",
    "max_norm",
    "mixup",
    "moments_over_masks",
    "predict_gap",
    "predict_masks",
    "predict_sizes",
    "predict_strength",
    "predict_winner",
    "predict_zeros",
    "proximal_step",
    "vanilla_dropout",
    "warm_up",
]
