"""Searches on digits whose best learning rate lies near or beyond an end of the range."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.training.experiments.search_digits import PROBLEMS
from cs231n_lib.lessons.use import Functions

NEAR, SHORT, WIDE = (1e-3, 1.0), (1e-5, 1e-2), (1e-3, 10.0)
"""Ranges of the learning rate that end just above the best values, far below them, and far above them."""

MARGINS = (0.05, 0.1, 0.2)
"""Fractions of a range that could count as its border. The exercise uses the first."""


def narrowed(run: Functions, ends: tuple[float, float], seed: int) -> tuple[float, FloatArray]:
    """Best accuracy of a coarse-to-fine search, and the relative place of its best point (2,) in the ranges.

    The search has 24 trials of a learning rate between the ends and of a λ between 1e-8 and 1e-4, which has almost no
    effect. A place is 0 at the lower end of a range and 1 at its upper end, on a logarithmic axis.
    """
    low, high = np.array([ends[0], 1e-8]), np.array([ends[1], 1e-4])
    objective = PROBLEMS["only the learning rate matters"].objective
    best, _, results, _ = run.coarse_to_fine(objective, low, high, 8, 3, np.random.default_rng([seed, 1]))
    return float(np.nanmax(results)), np.log(best / low) / np.log(high / low)


def warned(places: FloatArray) -> FloatArray:
    """Fraction of searches (margins, 2) whose best learning rate and best λ lie within each margin of an end."""
    return np.array([np.mean(np.abs(places - 0.5) > 0.5 - margin, axis=0) for margin in MARGINS])
