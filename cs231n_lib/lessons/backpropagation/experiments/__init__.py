"""The experiments of lesson 02: gradients and losses, and one outlier against three losses."""

from .losses import errors_of_two_calls, pulls, robustness, same_numbers, sigmoid_graph, swish_ways

__all__ = ["errors_of_two_calls", "pulls", "robustness", "same_numbers", "sigmoid_graph", "swish_ways"]
