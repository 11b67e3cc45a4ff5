"""Exercises of lesson 10, which are worth no points."""

from .predictions import predict_apart as predict_apart
from .predictions import predict_bug as predict_bug
from .predictions import predict_twice as predict_twice
from .rules import maximum_rule as maximum_rule
from .rules import tanh_rule as tanh_rule
from .train import train as train
from .unbroadcast import unbroadcast as unbroadcast
