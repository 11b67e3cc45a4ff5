"""The pictures of lesson 08, each with the sentence that says what it shows."""

from .adaptive import notes_adam, notes_rmsprop, rare, scaling, stall
from .habits import clipping, weight_decay
from .steps import conventions, look_ahead, newton, ravine, secant, velocity
from .training import annealing, lbfgs, schedules, six_rules, smooth, tuning, weight_rates

__all__ = [
    "annealing",
    "clipping",
    "conventions",
    "lbfgs",
    "look_ahead",
    "newton",
    "notes_adam",
    "notes_rmsprop",
    "rare",
    "ravine",
    "scaling",
    "schedules",
    "secant",
    "six_rules",
    "smooth",
    "stall",
    "tuning",
    "velocity",
    "weight_decay",
    "weight_rates",
]
