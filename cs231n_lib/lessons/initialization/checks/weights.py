"""An exercise on random weights with one spread for all layers, and what any random weights are held to."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Mistake, Property, Wrong
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import initializers

from . import references

FORBIDDEN = (initializers.small_random, initializers.scaled, initializers.glorot, initializers.he)

SLACK = 0.02
"""The deviation of 60,000 draws is itself uncertain by 0.3 %, one part in √(2·60000); this is seven times that."""


def require_matrix(name: str, w: Any, fan_in: int, fan_out: int) -> None:
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
        raise Wrong(f"the mean of {name} is not 0", f"mean {mean:.4g}, where the standard deviation is {std:.4g}")
    if not abs(measured / std - 1) < SLACK:
        # Two digits: the same slip is known again where the draws come in another order.
        raise Wrong(f"the spread of {name} is wrong", f"standard deviation {measured:.2g}, expected {std:.4g}")
    beyond = float(np.mean(np.abs(w) > 2 * std))
    if not 0.04 < beyond < 0.051:
        raise Wrong(
            f"{name} has the right spread, but is not normal",
            f"{beyond:.1%} of the weights lie beyond two standard deviations, and 4.6% of normal ones",
        )


def _shape(call: Callable[..., Any], rng: Generator) -> None:
    require_matrix("the result", call(4, 3, rng), 4, 3)


def _spread(call: Callable[..., Any], rng: Generator) -> None:
    require_spread("the weights", call(200, 300, rng), 0.01)
    require_spread("the weights", call(200, 300, rng, std=0.3), 0.3)


def _own_numbers(call: Callable[..., Any], rng: Generator) -> None:
    w = np.asarray(call(20, 30, rng))
    if len(np.unique(w)) < w.size:
        raise Wrong("some weights are equal", f"{len(np.unique(w))} different numbers for {w.size} weights")


def from_rng(call: Callable[..., Any], rng: Generator) -> None:
    def same(first: Generator, second: Generator) -> bool:
        drawn = [call(4, 3, rng) for rng in (first, second)]
        if not all(isinstance(weights, dict) for weights in drawn):
            return np.array_equal(*drawn)
        return all(np.array_equal(drawn[0][name], drawn[1][name]) for name in drawn[0])

    if same(rng, rng):
        raise Wrong("a second call with the same rng draws the same weights again")
    if not same(np.random.default_rng(7), np.random.default_rng(7)):
        raise Wrong("two generators with one seed give different weights, so nobody can repeat the run")


def normal(fan_in: int, fan_out: int, rng: Generator, std: float = 0.01) -> FloatArray:
    return std * rng.standard_normal((fan_in, fan_out))


small_random = Exercise(
    references.small_random,
    points=5,
    minutes=5,
    difficulty=1,
    forbidden=FORBIDDEN,
    checks=(
        Property("Shape", 1, _shape),
        Property("Mean 0, the deviation asked, and normal", 2, _spread),
        Property("A number of its own for each weight", 1, _own_numbers),
        Property("Drawn from rng", 1, from_rng),
    ),
    mistakes=(
        Mistake(
            "shape of the notes",
            lambda fan_in, fan_out, rng, std=0.01: normal(fan_out, fan_in, rng, std),
            "rows and columns are exchanged. In x @ w the rows of w belong to the inputs: (fan_in, fan_out). The notes "
            "have it the other way around.",
        ),
        Mistake(
            "one number for all",
            lambda fan_in, fan_out, rng, std=0.01: np.full((fan_in, fan_out), rng.normal(0, std)),
            "all weights are one and the same random number: all units are twins again. Draw one for each weight.",
        ),
        Mistake(
            "uniform from 0",
            lambda fan_in, fan_out, rng, std=0.01: std * rng.random((fan_in, fan_out)),
            "`rng.random` is uniform between 0 and 1, so no weight is negative. Use `rng.normal`.",
        ),
        Mistake(
            "uniform around 0",
            lambda fan_in, fan_out, rng, std=0.01: rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, (fan_in, fan_out)),
            "mean and spread are right, but these are uniform draws: normal ones are asked.",
        ),
        Mistake(
            "uniform up to std",
            lambda fan_in, fan_out, rng, std=0.01: rng.uniform(-std, std, (fan_in, fan_out)),
            "these are uniform draws between −std and std. Normal ones are asked, of standard deviation `std`.",
        ),
        Mistake(
            "mean and deviation exchanged",
            lambda fan_in, fan_out, rng, std=0.01: rng.normal(std, 0, (fan_in, fan_out)),
            "every weight is `std` itself: its deviation is 0, its mean `std`. `rng.normal` takes the mean first.",
        ),
        Mistake(
            "root of the deviation",
            lambda fan_in, fan_out, rng, std=0.01: normal(fan_in, fan_out, rng, std**0.5),
            "the spread is √std, but `std` is a standard deviation already: no root.",
        ),
        Mistake(
            "variance for deviation",
            lambda fan_in, fan_out, rng, std=0.01: normal(fan_in, fan_out, rng, std**2),
            "the spread is std². `rng.normal` takes the standard deviation, not the variance.",
        ),
        Mistake(
            "std ignored",
            lambda fan_in, fan_out, rng, std=0.01: normal(fan_in, fan_out, rng, 1.0),
            "the weights have standard deviation 1: `std` is not used.",
        ),
        Mistake(
            "0.01 typed in",
            lambda fan_in, fan_out, rng, std=0.01: normal(fan_in, fan_out, rng, 0.01),
            "the spread is 0.01 whatever `std` says.",
        ),
        Mistake(
            "no seed",
            lambda fan_in, fan_out, rng, std=0.01: normal(fan_in, fan_out, np.random.default_rng(), std),
            "the draws do not come from `rng`, so nobody can repeat your run. Not `np.random…` but `rng.normal`.",
        ),
        Mistake(
            "generator of its own",
            lambda fan_in, fan_out, rng, std=0.01: normal(fan_in, fan_out, np.random.default_rng(0), std),
            "a generator made inside the function begins anew in each call, so all layers get the same weights. Draw "
            "from the `rng` you are given.",
        ),
    ),
)
