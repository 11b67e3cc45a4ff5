"""Experiments of lesson 03 on activations in networks and on saturation."""

from .made import same_numbers
from .networks import RACERS, epochs_to_fit, maxout_of_lines, race, shocked

__all__ = ["RACERS", "epochs_to_fit", "maxout_of_lines", "race", "same_numbers", "shocked"]
