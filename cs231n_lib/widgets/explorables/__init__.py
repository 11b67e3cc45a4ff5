"""The explorables of the lessons, a function each: ``explorables.descent()`` in a notebook shows one."""

from cs231n_lib.widgets.explorables.descent import descent
from cs231n_lib.widgets.explorables.kit import Choice, Explorable, Slider, Stage

__all__ = ["Choice", "Explorable", "Slider", "Stage", "descent"]
