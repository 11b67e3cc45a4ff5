"""Checks that answer at once: right, or which mistake it is.

A lesson's exercises stand in a module of its name; its notebook says ``from cs231n_lib.checks import optimization as
checks`` and asks ``checks.numerical_gradient()``.
"""

from cs231n_lib.widgets.prediction import Prediction

from .compare import Tolerance
from .declare import Mistake, Property, Values, Wrong
from .exercise import Exercise
from .report import Result, Row
from .runner import Case, Outcome, Runner, case
from .slips import slips

__all__ = [
    "Case",
    "Exercise",
    "Mistake",
    "Outcome",
    "Prediction",
    "Property",
    "Result",
    "Row",
    "Runner",
    "Tolerance",
    "Values",
    "Wrong",
    "case",
    "slips",
]
