"""Fast multilayer perceptron and its optimizers, computed in place and in float32."""

from cs231n_lib.network.mlp import MLP, Initializer
from cs231n_lib.network.optimizers import SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp

__all__ = ["MLP", "SGD", "Adagrad", "Adam", "AdamW", "Initializer", "Momentum", "Nesterov", "Optimizer", "RMSProp"]
