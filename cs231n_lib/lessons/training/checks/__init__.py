"""The exercises of lesson 09, training."""

from .coarse_to_fine import coarse_to_fine
from .grid_search import grid_search
from .log_uniform import log_uniform
from .random_search import random_search

__all__ = [
    "coarse_to_fine",
    "grid_search",
    "log_uniform",
    "random_search",
]
