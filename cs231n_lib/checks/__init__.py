"""Checks that answer at once: right, or which mistake it is.

This is the engine. The exercises are at home in their lessons: a notebook says ``from cs231n_lib.lessons.optimization
import checks`` and asks ``checks.numerical_gradient()``.
"""

from .compare import Tolerance
from .declare import Caller, Mistake, Property, Values, Wrong
from .exercise import Bonus, Exercise
from .report import Result, Row
from .runner import Case, Cases, Function, Outcome, Runner, case
from .slips import Slips

__all__ = [
    "Bonus",
    "Caller",
    "Case",
    "Cases",
    "Exercise",
    "Function",
    "Mistake",
    "Outcome",
    "Property",
    "Result",
    "Row",
    "Runner",
    "Slips",
    "Tolerance",
    "Values",
    "Wrong",
    "case",
]
