"""Experiments of lesson 02 on gradients, losses and outliers."""

from .losses import errors_of_two_calls, pulls, robustness, same_numbers, sigmoid_graph, swish_ways

__all__ = ["errors_of_two_calls", "pulls", "robustness", "same_numbers", "sigmoid_graph", "swish_ways"]
