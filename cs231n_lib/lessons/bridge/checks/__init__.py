"""The exercises of lesson 10, bridge, which has no points."""

from .predictions import predict_apart, predict_bug, predict_twice
from .rules import maximum_rule, tanh_rule
from .train import train
from .unbroadcast import unbroadcast

__all__ = [
    "maximum_rule",
    "predict_apart",
    "predict_bug",
    "predict_twice",
    "tanh_rule",
    "train",
    "unbroadcast",
]
