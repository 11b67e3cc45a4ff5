"""Exercises on random weights, of one spread for all layers or of one that fits the layer, and what both must be."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Function, Property, Violation
from cs231n_lib.functions import initializers

from . import references

LIBRARY = (initializers.small_random, initializers.scaled, initializers.glorot, initializers.he)

SLACK = 0.02
"""The deviation of 60,000 draws is itself uncertain by 0.3 %, one part in √(2·60000); this is seven times that."""


def require_matrix(name: str, w: Any, fan_in: int, fan_out: int) -> None:
    """Raise `Violation` unless w is a matrix (fan_in, fan_out) of float64."""
    if np.shape(w) != (fan_in, fan_out):
        raise Violation(
            f"{name} does not have the shape (fan_in, fan_out)",
            f"for fan_in = {fan_in} and fan_out = {fan_out} it is {np.shape(w)}",
        )
    if np.asarray(w).dtype != np.float64:
        raise Violation(f"{name} has dtype {np.asarray(w).dtype}, not float64")


def require_spread(name: str, w: Any, std: float) -> None:
    """Raise `Violation` unless w, of at least 60,000 entries, looks like normal draws of mean 0 and this deviation."""
    mean, measured = float(np.mean(w)), float(np.std(w))
    # Where the spread itself is far too large, so is the mean of these draws, and the spread is what is wrong.
    if not abs(mean) < 0.05 * max(std, measured):
        raise Violation(
            f"the mean of {name} is not 0",
            f"mean {mean:.4g}, where the standard deviation is {std:.4g}",
            fingerprint=round(mean / std, 1),
        )
    if not abs(measured / std - 1) < SLACK:
        raise Violation(
            f"the spread of {name} is wrong",
            f"standard deviation {measured:.2g}, expected {std:.4g}",
            fingerprint=_steps(measured / std),
        )
    beyond = float(np.mean(np.abs(w) > 2 * std))
    if not 0.04 < beyond < 0.051:
        raise Violation(
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
        raise Violation("a second call with the same rng draws the same weights again")
    if not same(np.random.default_rng(7), np.random.default_rng(7)):
        raise Violation("two generators with one seed give different weights, so nobody can repeat the run")


def _spread(call: Function, rng: Generator) -> None:
    # Begins with a std whose square is not 0.01 times it: slips that agree at 0.01 do not agree here.
    require_spread("the weights", call(200, 300, rng, std=0.3), 0.3)
    require_spread("the weights", call(200, 300, rng), 0.01)


def _own_numbers(call: Function, rng: Generator) -> None:
    w = np.asarray(call(20, 30, rng))
    if len(np.unique(w)) < w.size:
        raise Violation("some weights are equal", f"{len(np.unique(w))} different numbers for {w.size} weights")


small_random = Exercise(
    references.small_random,
    points=5,
    minutes=5,
    difficulty=1,
    forbidden=LIBRARY,
    required_row="Mean 0, the deviation asked, and normal",
    checks=(
        Property("Shape and dtype", 1, lambda call, rng: require_matrix("the result", call(4, 3, rng), 4, 3)),
        Property("Mean 0, the deviation asked, and normal", 2, _spread),
        Property("A number of its own for each weight", 1, _own_numbers),
        Property("Drawn from rng", 1, from_rng),
    ),
    slips="""
        shape of the summary
            (fan_in, fan_out) → (fan_out, fan_in)
            rows and columns are exchanged. In x @ w the rows of w belong to the inputs: (fan_in, fan_out). The summary
            has it the other way around.
        one number for all
            rng.normal(0, std, (fan_in, fan_out)) → np.full((fan_in, fan_out), rng.normal(0, std))
            all weights are one and the same random number: all units are twins again. Draw one for each weight.
        one row for all inputs
            rng.normal(0, std, (fan_in, fan_out)) → np.tile(rng.normal(0, std, fan_out), (fan_in, 1))
            every row of the matrix is the same: each *weight* needs a draw of its own.
        uniform from 0
            rng.normal(0, std, (fan_in, fan_out)) → std * rng.random((fan_in, fan_out))
            `rng.random` is uniform between 0 and 1, so no weight is negative. Use `rng.normal`.
        uniform around 0
            rng.normal(0, std, (fan_in, fan_out)) → rng.uniform(-(3**0.5) * std, 3**0.5 * std, (fan_in, fan_out))
            mean and spread are right, but these are uniform draws: normal ones are asked.
        uniform up to std
            rng.normal(0, std, → rng.uniform(-std, std,
            these are uniform draws between −std and std. Normal ones are asked, of standard deviation `std`.
        mean and deviation exchanged
            0, std → std, 0
            every weight is `std` itself: its deviation is 0, its mean `std`. `rng.normal` takes the mean first.
        root of the deviation
            0, std → 0, std**0.5
            the spread is √std, but `std` is a standard deviation already: no root.
        variance for deviation
            0, std → 0, std**2
            the spread is std². `rng.normal` takes the standard deviation, not the variance.
        std ignored
            0, std → 0, 1
            the weights have standard deviation 1: `std` is not used.
        0.01 typed in
            0, std → 0, 0.01
            the spread is 0.01 whatever `std` says.
        scaled by 0.01 as well
            rng.normal(0, std, → 0.01 * rng.normal(0, std,
            the draws have the spread `std` already: do not multiply by 0.01 as well.
        no seed
            rng.normal → np.random.normal
            the draws do not come from `rng`, so nobody can repeat your run. Not `np.random…` but `rng.normal`.
        generator of its own
            rng.normal → np.random.default_rng(0).normal
            a generator made inside the function begins anew in each call, so all layers get the same weights. Draw
            from the `rng` you are given.
    """,
)


RULES: dict[str, Callable[[int, int], float]] = {
    "scaled": lambda fan_in, fan_out: (1 / fan_in) ** 0.5,
    "glorot": lambda fan_in, fan_out: (2 / (fan_in + fan_out)) ** 0.5,
    "he": lambda fan_in, fan_out: (2 / fan_in) ** 0.5,
}


def _rule(name: str) -> Function:
    def test(call: Function, rng: Generator) -> None:
        for fan_in, fan_out in ((200, 300), (400, 150)):
            weights = call(fan_in, fan_out, rng)
            if not isinstance(weights, dict):
                raise Violation(
                    "what comes back is no dictionary: return one with the keys scaled, glorot and he", at_return=True
                )
            if name not in weights:
                keys = ", ".join(map(str, weights))
                raise Violation(f"the dictionary has no entry `{name}`", f"its keys are {keys}", at_return=True)
            require_matrix(f"`{name}`", weights[name], fan_in, fan_out)
            require_spread(f"`{name}`", weights[name], RULES[name](fan_in, fan_out))

    return test


scaled_weights = Exercise(
    references.scaled_weights,
    points=10,
    minutes=12,
    difficulty=2,
    importance="core",
    forbidden=LIBRARY,
    checks=(
        *(Property(f"{name}: shape and spread", 3, _rule(name)) for name in RULES),
        Property("Drawn from rng", 1, from_rng),
    ),
    slips="""
        shape of the summary
            (fan_in, fan_out) → (fan_out, fan_in)
            rows and columns are exchanged: w is (fan_in, fan_out), for x @ w.
        fan-out for fan-in
            1 / fan_in → 1 / fan_out
            2 / fan_in → 2 / fan_out
            you divide by fan_out. An output is a sum over its *inputs*: their number makes it large.
        root missing
            np.sqrt(1 / fan_in) → 1 / fan_in
            np.sqrt(2 / (fan_in + fan_out)) → 2 / (fan_in + fan_out)
            np.sqrt(2 / fan_in) → 2 / fan_in
            this is the variance, and `rng.normal` takes its root, the standard deviation.
        root of the 2 only, Glorot
            np.sqrt(2 / (fan_in + fan_out)) → np.sqrt(2) / (fan_in + fan_out)
            √2/(in + out) is not √(2/(in + out)): the root belongs around all of it.
        root of the 2 only, He
            np.sqrt(2 / fan_in) → np.sqrt(2) / fan_in
            √2/fan_in is not √(2/fan_in): the root belongs around all of it.
        brackets of the sum
            (fan_in + fan_out) → fan_in + fan_out
            `2 / fan_in + fan_out` divides by fan_in alone: put the sum in brackets.
        product of the fans
            fan_in + fan_out → fan_in * fan_out
            `glorot` divides by the product of both fans. It is their sum: 2/(fan_in + fan_out).
        mean of the two variances
            2 / (fan_in + fan_out) → (1 / fan_in + 1 / fan_out) / 2
            `glorot` has the mean of both rules. Its variance is 1 over the mean of both *fans*: 2/(in + out).
        limit of uniform draws
            2 / (fan_in + fan_out) → 6 / (fan_in + fan_out)
            √(6/(in + out)) is how far Glorot's *uniform* draws reach. Normal ones deviate by √(2/(in + out)).
        scaled and he exchanged
            1 / fan_in → 2 / fan_in
            "he": rng.normal(0, np.sqrt(2 / fan_in) → "he": rng.normal(0, np.sqrt(1 / fan_in)
            `scaled` and `he` are exchanged: the 2 belongs to He, who makes up for the half that ReLU takes.
        whole numbers divided
            1 / fan_in → 1 // fan_in
            2 / (fan_in + fan_out) → 2 // (fan_in + fan_out)
            2 / fan_in → 2 // fan_in
            `//` divides whole numbers and leaves 0. Write `/`.
        no seed
            shape = (fan_in, fan_out) → shape, rng = (fan_in, fan_out), np.random.default_rng()
            the draws do not come from `rng`, so nobody can repeat your run. Not `np.random…` but `rng.normal`.
        generator of its own
            shape = (fan_in, fan_out) → shape, rng = (fan_in, fan_out), np.random.default_rng(0)
            a generator made inside the function begins anew in each call, so all layers get the same weights. Draw
            from the `rng` you are given.
        divided by the deviation
            1 / fan_in → fan_in
            2 / (fan_in + fan_out) → (fan_in + fan_out) / 2
            2 / fan_in → fan_in / 2
            you divide by the standard deviation. Draws of deviation 1 are *multiplied* by the one they should have.
        half for double
            2 / fan_in → 1 / (2 * fan_in)
            `he` is half where it should be double: ReLU loses half of the signal, so the weights must be *larger*.
        2 outside the root
            np.sqrt(2 / fan_in) → 2 / np.sqrt(fan_in)
            `he` has *variance* 2/fan_in, so the 2 belongs under the root.
        sum for mean
            2 / (fan_in + fan_out) → 1 / (fan_in + fan_out)
            `glorot` divides by the *mean* of both fans, (in + out)/2; its variance is 2/(in + out).
        number of weights
            1 / fan_in → 1 / (fan_in * fan_out)
            2 / fan_in → 2 / (fan_in * fan_out)
            you divide by the number of all weights. One output sums over fan_in of them only.
    """,
)
