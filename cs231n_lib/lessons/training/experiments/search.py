r"""Grid and random search with equal budgets, when one of two hyperparameters matters less than the other.

The objective on the unit square has one maximum, with the value 1:

.. math:: v(a, b) = \frac{g(a - a_0) + \lambda\, g(b - b_0)}{1 + \lambda}, \qquad g(d) = e^{-d^2 / (2 \cdot 0.1^2)}

where :math:`\lambda` from 0 to 1 is the importance of b relative to a.
"""

from functools import lru_cache

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.search import Uniform, grid_search, random_search

HILL = 0.1
SIDES = tuple(range(2, 11))
"""Number of values of each of the two hyperparameters in a grid, which has the square of this number of trials."""

PROBLEMS = 400
SPACE = {"a": Uniform(0, 1), "b": Uniform(0, 1)}


def quality(tried: FloatArray, best: FloatArray, weight: float) -> FloatArray:
    """Objective at points ``tried`` (..., 2) for a maximum at ``best`` (..., 2) and λ = ``weight``."""
    heights = np.exp(-(((tried - best) / HILL) ** 2) / 2)
    return np.asarray((heights[..., 0] + weight * heights[..., 1]) / (1 + weight))


def grid_values(side: int) -> FloatArray:
    """Midpoints of ``side`` equal parts of [0, 1]."""
    return (np.arange(side) + 0.5) / side


def search_once(side: int, weight: float, seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Maximum (2,) of a random problem, and the points (side², 2) that grid and random search try."""
    rng = np.random.default_rng(seed)
    best = rng.random(2)

    def objective(a: float, b: float) -> float:
        return float(quality(np.array([a, b]), best, weight))

    values = list(grid_values(side))
    grid = grid_search(objective, {"a": values, "b": values}, progress=False)
    drawn = random_search(objective, SPACE, side**2, rng, progress=False)
    tried, guessed = (np.array([[*trial.parameters.values()] for trial in found.trials]) for found in (grid, drawn))
    return best, tried, guessed


@lru_cache(maxsize=128)
def mean_best(weight: float) -> FloatArray:
    """Mean best value of grid and of random search over `PROBLEMS` problems, for each of `SIDES`; (2, 9)."""
    rng = np.random.default_rng(0)
    best = rng.random((PROBLEMS, 1, 2))
    found = np.empty((2, len(SIDES)))
    for i, side in enumerate(SIDES):
        grid = np.stack(np.meshgrid(grid_values(side), grid_values(side)), axis=-1).reshape(-1, 2)
        for row, tried in enumerate((grid, rng.random((PROBLEMS, side**2, 2)))):
            found[row, i] = quality(tried, best, weight).max(axis=1).mean()
    return found
