"""The explorables of lesson 09."""

from .search import grid_random

__all__ = ["grid_random"]
