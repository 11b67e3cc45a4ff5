"""The pictures of lesson 06, each with the sentence that says what it shows."""

from .normalization import batch_sizes, bias, graph, layer_norm, normalized, upstreams
from .starts import fading, fan_in, twins, unit

__all__ = [
    "batch_sizes",
    "bias",
    "fading",
    "fan_in",
    "graph",
    "layer_norm",
    "normalized",
    "twins",
    "unit",
    "upstreams",
]
