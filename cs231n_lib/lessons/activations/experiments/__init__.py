"""The experiments of lesson 03: activations in networks, and what saturation does."""

from .made import same_numbers
from .networks import RACERS, epochs_to_fit, maxout_of_lines, race, shocked

__all__ = ["RACERS", "epochs_to_fit", "maxout_of_lines", "race", "same_numbers", "shocked"]
