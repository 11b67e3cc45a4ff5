"""Engine that grades answers and names the mistakes that it recognises.

Each lesson declares its own exercises. A notebook runs ``from cs231n_lib.lessons.optimization import checks`` and then
``checks.numerical_gradient()``.
"""

from .declare import Caller, Mistake, Property, Values, Violation
from .exercise import Bonus, Exercise, Practice, Retired
from .report import Result, Reward, Row
from .run.compare import Tolerance
from .run.runner import Case, Cases, Function, Outcome, Runner, case
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
    "Practice",
    "Property",
    "Result",
    "Retired",
    "Reward",
    "Row",
    "Runner",
    "Slips",
    "Tolerance",
    "Values",
    "Violation",
    "case",
]

Wrong = Violation
"""Alias for code written for version 0.1."""
