"""The pictures of lesson 09, each with the sentence that says what it shows."""

from .capstone import confusion, first_weights, surest_mistakes
from .checking import ratios, suspects
from .search import against_chance, decades, in_rounds, same_budget, trial_map
from .watching import curves, luck

__all__ = [
    "against_chance",
    "confusion",
    "curves",
    "decades",
    "first_weights",
    "in_rounds",
    "luck",
    "ratios",
    "same_budget",
    "surest_mistakes",
    "suspects",
    "trial_map",
]
