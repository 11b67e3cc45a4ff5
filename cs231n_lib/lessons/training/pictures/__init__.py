"""The pictures of lesson 09, each with the sentence that says what it shows."""

from .capstone import confusion, first_weights, surest_mistakes
from .checking import ratios, suspects
from .watching import curves, luck

__all__ = ["confusion", "curves", "first_weights", "luck", "ratios", "surest_mistakes", "suspects"]
