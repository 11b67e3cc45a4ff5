"""The pictures of lesson 04, each with the sentence that says what it shows."""

from .depth import folded, layers, trained
from .small import bugs, counted, outside, xor_found, xor_hidden
from .width import double_descent, starts, wrong_labels

__all__ = [
    "bugs",
    "counted",
    "double_descent",
    "folded",
    "layers",
    "outside",
    "starts",
    "trained",
    "wrong_labels",
    "xor_found",
    "xor_hidden",
]
