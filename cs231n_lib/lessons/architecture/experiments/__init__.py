"""The experiments of lesson 04: what a network can be, and what training makes of it."""

from .bumps import (
    TARGETS,
    Target,
    bump_network,
    bumps,
    error_bound,
    largest_error,
    network_output,
)
from .overfit import train_beside
from .spirals import live
from .starts import Starts

__all__ = [
    "TARGETS",
    "Starts",
    "Target",
    "bump_network",
    "bumps",
    "error_bound",
    "largest_error",
    "live",
    "network_output",
    "train_beside",
]
