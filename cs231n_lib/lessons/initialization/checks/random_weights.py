"""What any random weights are held to."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Function, Wrong
from cs231n_lib.functions import initializers

LIBRARY = (initializers.small_random, initializers.scaled, initializers.glorot, initializers.he)

SLACK = 0.02
"""The deviation of 60,000 draws is itself uncertain by 0.3 %, one part in √(2·60000); this is seven times that."""


def require_matrix(name: str, w: Any, fan_in: int, fan_out: int) -> None:
    """Raise `Wrong` unless w is a matrix (fan_in, fan_out) of float64."""
    if np.shape(w) != (fan_in, fan_out):
        raise Wrong(
            f"{name} does not have the shape (fan_in, fan_out)",
            f"for fan_in = {fan_in} and fan_out = {fan_out} it is {np.shape(w)}",
        )
    if np.asarray(w).dtype != np.float64:
        raise Wrong(f"{name} has dtype {np.asarray(w).dtype}, not float64")


def require_spread(name: str, w: Any, std: float) -> None:
    """Raise `Wrong` unless w, of at least 60,000 entries, looks like normal draws of mean 0 and this deviation."""
    mean, measured = float(np.mean(w)), float(np.std(w))
    # Where the spread itself is far too large, so is the mean of these draws, and the spread is what is wrong.
    if not abs(mean) < 0.05 * max(std, measured):
        raise Wrong(
            f"the mean of {name} is not 0",
            f"mean {mean:.4g}, where the standard deviation is {std:.4g}",
            apart=round(mean / std, 1),
        )
    if not abs(measured / std - 1) < SLACK:
        raise Wrong(
            f"the spread of {name} is wrong",
            f"standard deviation {measured:.2g}, expected {std:.4g}",
            apart=_steps(measured / std),
        )
    beyond = float(np.mean(np.abs(w) > 2 * std))
    if not 0.04 < beyond < 0.051:
        raise Wrong(
            f"{name} has the right spread, but is not normal",
            f"{beyond:.1%} of the weights lie beyond two standard deviations, and 4.6% of normal ones",
        )


def _steps(ratio: float) -> float:
    """A ratio in steps of 5 %, so that the same slip gives the same number where the draws come in another order."""
    return float(np.round(np.log(ratio) / 0.05))


def from_rng(call: Function, rng: Generator) -> None:
    """The row that asks for new draws in each call, and the same for the same seed."""

    def same(first: Generator, second: Generator) -> bool:
        drawn = [call(4, 3, rng) for rng in (first, second)]
        if not all(isinstance(weights, dict) for weights in drawn):
            return np.array_equal(*drawn)
        return all(np.array_equal(drawn[0][name], drawn[1][name]) for name in drawn[0])

    if same(rng, rng):
        raise Wrong("a second call with the same rng draws the same weights again")
    if not same(np.random.default_rng(7), np.random.default_rng(7)):
        raise Wrong("two generators with one seed give different weights, so nobody can repeat the run")
