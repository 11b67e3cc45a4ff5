"""Exercises on random weights, with a fixed and with a scaled standard deviation."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Function, Property, Violation
from cs231n_lib.checks.randomness import require_advance
from cs231n_lib.functions import initializers

from . import references

LIBRARY = (initializers.small_random, initializers.scaled, initializers.glorot, initializers.he)

SLACK = 0.02
"""Relative tolerance of a standard deviation.

It is seven times the standard error for 60,000 draws, 1/√(2 · 60000) = 0.3 %.
"""


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
    """Raise `Violation` unless w looks like normal draws with this deviation.

    The mean must be 0, and w needs at least 60,000 entries.
    """
    mean, measured = float(np.mean(w)), float(np.std(w))
    # If the spread is far too large, so is the mean of these draws, but the error is in the spread.
    if not abs(mean) < 0.05 * max(std, measured):
        raise Violation(
            f"the mean of {name} is not 0",
            f"mean {mean:.4g}, for a standard deviation of {std:.4g}",
            fingerprint=round(mean / std, 1),
        )
    if not abs(measured / std - 1) < SLACK:
        raise Violation(
            f"the standard deviation of {name} is wrong",
            f"expected {std:.4g}, got {measured:.2g}",
            fingerprint=_steps(measured / std),
        )
    beyond = float(np.mean(np.abs(w) > 2 * std))
    if not 0.04 < beyond < 0.051:
        raise Violation(
            f"the standard deviation of {name} is right, but the distribution is not normal",
            f"{beyond:.1%} of the weights are more than two standard deviations from 0, instead of 4.6%",
        )


def _steps(ratio: float) -> float:
    """A ratio in steps of 5 %, the same for the same mistake with other draws."""
    return float(np.round(np.log(ratio) / 0.05))


def _small(rng: Generator) -> tuple[int, int]:
    """A number of inputs and a smaller number of outputs."""
    fan_out, fan_in = np.sort(rng.choice(range(3, 12), 2, replace=False))
    return int(fan_in), int(fan_out)


def _large(rng: Generator) -> tuple[int, int]:
    """Numbers of inputs and outputs of at least 60,000 weights."""
    return int(rng.integers(200, 260)), int(rng.integers(300, 360))


def from_rng(call: Function, rng: Generator) -> None:
    """Test that each call makes new draws, and that equal seeds give equal draws."""

    sizes = _small(rng)

    def same(first: Generator, second: Generator) -> bool:
        drawn = [call(*sizes, rng) for rng in (first, second)]
        if not all(isinstance(weights, dict) for weights in drawn):
            return np.array_equal(*drawn)
        return all(np.array_equal(drawn[0][name], drawn[1][name]) for name in drawn[0])

    if same(rng, rng):
        raise Violation("a second call with the same rng draws the same weights again")
    if not same(np.random.default_rng(7), np.random.default_rng(7)):
        raise Violation("two generators with the same seed give different weights, so nobody can repeat the run")
    require_advance(lambda own: call(*sizes, own), rng)


def _spread(call: Function, rng: Generator) -> None:
    # The default alone is not enough, because std² and 0.01 · std are equal for std = 0.01.
    std = float(rng.uniform(0.2, 0.45))
    for given in ({"std": std}, {}):
        fan_in, fan_out = _large(rng)
        weights = call(fan_in, fan_out, rng, **given)
        if np.size(weights) != fan_in * fan_out:
            raise Violation("there is not one weight for each pair of an input and an output")
        require_spread("the weights", weights, given.get("std", 0.01))


def _shape(call: Function, rng: Generator) -> None:
    sizes = _small(rng)
    require_matrix("the result", call(*sizes, rng), *sizes)


def _own_numbers(call: Function, rng: Generator) -> None:
    w = np.asarray(call(int(rng.integers(15, 25)), int(rng.integers(30, 40)), rng))
    if len(np.unique(w)) < w.size:
        raise Violation("some weights are equal", f"{len(np.unique(w))} different numbers for {w.size} weights")


small_random = Exercise(
    references.small_random,
    points=5,
    minutes=5,
    difficulty=1,
    forbidden=LIBRARY,
    required_row="Normal distribution with mean 0 and standard deviation std",
    checks=(
        Property("Shape and dtype", 1, _shape),
        Property("Normal distribution with mean 0 and standard deviation std", 2, _spread),
        Property("A separate draw for each weight", 1, _own_numbers),
        Property("Drawn from rng", 1, from_rng),
    ),
    slips="""
        shape of the summary
            (fan_in, fan_out) → (fan_out, fan_in)
            you exchange rows and columns, as the summary does. Use the shape (fan_in, fan_out), because the rows of w
            belong to the inputs in x @ w.
        one number for all
            rng.normal(0, std, (fan_in, fan_out)) → np.full((fan_in, fan_out), rng.normal(0, std))
            you use the same random number for all weights, so all units are equal again. Draw one number for each
            weight.
        one row for all inputs
            rng.normal(0, std, (fan_in, fan_out)) → np.tile(rng.normal(0, std, fan_out), (fan_in, 1))
            you repeat one row for all inputs. Draw a number for each *weight*.
        uniform from 0
            rng.normal(0, std, (fan_in, fan_out)) → std * rng.random((fan_in, fan_out))
            you draw uniformly from 0 to `std`, so no weight is negative. Draw from a normal distribution with mean 0
            and standard deviation `std`.
        uniform around 0
            rng.normal(0, std, (fan_in, fan_out)) → rng.uniform(-(3**0.5) * std, 3**0.5 * std, (fan_in, fan_out))
            your weights have the right mean and standard deviation, but they come from a uniform distribution. Draw
            them from a normal distribution.
        uniform up to std
            rng.normal(0, std, → rng.uniform(-std, std,
            you draw uniformly between −std and std. Draw from a normal distribution with standard deviation `std`.
        mean and deviation exchanged
            0, std → std, 0
            every weight equals `std`, as if you exchanged the mean and the standard deviation. Pass 0 first and `std`
            second to `rng.normal`.
        std for the mean
            0, std → std, 1
            you use `std` as the mean. Use 0 as the mean and `std` as the standard deviation.
        divided by the root of fan_in too
            0, std → 0, std / np.sqrt(fan_in)
            you divide `std` by √fan_in. Use `std` as it is, because scaled weights come in another exercise.
        root of the deviation
            0, std → 0, std**0.5
            you use √std as the standard deviation. Use `std` without a root.
        variance for deviation
            0, std → 0, std**2
            you use std² as the standard deviation. Use `std` itself, as the factor of standard normal
            numbers or as the second argument of `rng.normal`.
        std ignored
            0, std → 0, 1
            you draw with standard deviation 1. Use the argument `std`.
        0.01 typed in
            0, std → 0, 0.01
            you always draw with standard deviation 0.01. Use the argument `std`.
        scaled by 0.01 as well
            rng.normal(0, std, → 0.01 * rng.normal(0, std,
            you multiply by 0.01 as well as by `std`. Leave out the factor 0.01, because `std` alone is the standard
            deviation.
        not drawn from rng
            rng.normal → np.random.normal
            you do not draw from `rng`, so nobody can repeat your run. Draw with the `rng` that is passed in, as in
            `rng.normal(…)`.
        generator of its own
            rng.normal → np.random.default_rng(0).normal
            you draw from a generator of your own, perhaps a copy of `rng`, so each call repeats the same draws. Draw
            from the `rng` that is passed in.
    """,
)


RULES: dict[str, Callable[[int, int], float]] = {
    "scaled": lambda fan_in, fan_out: (1 / fan_in) ** 0.5,
    "glorot": lambda fan_in, fan_out: (2 / (fan_in + fan_out)) ** 0.5,
    "he": lambda fan_in, fan_out: (2 / fan_in) ** 0.5,
}


def _rule(name: str) -> Function:
    def test(call: Function, rng: Generator) -> None:
        wide = int(rng.integers(390, 440)), int(rng.integers(160, 190))
        for fan_in, fan_out in (_large(rng), wide):
            weights = call(fan_in, fan_out, rng)
            if not isinstance(weights, dict):
                raise Violation(
                    "your function does not return a dictionary. Return one with the keys `scaled`, `glorot` and `he`",
                    at_return=True,
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
        *(Property(f"Shape and standard deviation of {name}", 3, _rule(name), central=True) for name in RULES),
        Property("Drawn from rng", 1, from_rng),
    ),
    slips="""
        shape of the summary
            (fan_in, fan_out) → (fan_out, fan_in)
            you exchange rows and columns. Use the shape (fan_in, fan_out), because the rows of w belong to the inputs
            in x @ w.
        fan-out for fan-in
            1 / fan_in → 1 / fan_out
            2 / fan_in → 2 / fan_out
            you divide by fan_out in `scaled` and `he`. Divide by fan_in, because an output is a sum over its *inputs*.
        root missing
            np.sqrt(1 / fan_in) → 1 / fan_in
            np.sqrt(2 / (fan_in + fan_out)) → 2 / (fan_in + fan_out)
            np.sqrt(2 / fan_in) → 2 / fan_in
            you use the variance as the standard deviation. Use its root, because `rng.normal` takes the standard
            deviation.
        root of the 2 only, Glorot
            np.sqrt(2 / (fan_in + fan_out)) → np.sqrt(2) / (fan_in + fan_out)
            you take only the root of the 2 in `glorot`. Take the root of the whole fraction, √(2/(fan_in + fan_out)).
        root of the 2 only, He
            np.sqrt(2 / fan_in) → np.sqrt(2) / fan_in
            you take only the root of the 2 in `he`. Take the root of the whole fraction, √(2/fan_in).
        brackets of the sum
            (fan_in + fan_out) → fan_in + fan_out
            you divide only by fan_in in `glorot`, as `2 / fan_in + fan_out` does. Put the sum fan_in + fan_out in
            brackets.
        product of the fans
            fan_in + fan_out → fan_in * fan_out
            you divide by the product of fan_in and fan_out in `glorot`. Divide by their sum, as in 2/(fan_in +
            fan_out).
        mean of the two variances
            2 / (fan_in + fan_out) → (1 / fan_in + 1 / fan_out) / 2
            you use the mean of 1/fan_in and 1/fan_out in `glorot`. Use 1 over the mean of the two *fans*, which is
            2/(fan_in + fan_out).
        limit of uniform draws
            2 / (fan_in + fan_out) → 6 / (fan_in + fan_out)
            you use √(6/(in + out)), the limit of Glorot's *uniform* draws. Use √(2/(in + out)), the standard deviation
            of normal draws.
        uniform draws in glorot
            shape = (fan_in, fan_out) → shape, limit = (fan_in, fan_out), np.sqrt(6 / (fan_in + fan_out))
            rng.normal(0, np.sqrt(2 / (fan_in + fan_out)) → rng.uniform(-limit, limit
            your weights in `glorot` have the right standard deviation, but they come from a uniform distribution. Draw
            them from a normal distribution.
        scaled and he exchanged
            1 / fan_in → 2 / fan_in
            "he": rng.normal(0, np.sqrt(2 / fan_in) → "he": rng.normal(0, np.sqrt(1 / fan_in)
            you exchange `scaled` and `he`. Use the variance 1/fan_in in `scaled` and 2/fan_in in `he`, because the 2
            makes up for the half of the mean square that ReLU removes.
        all weights 0
            1 / fan_in → 1 // fan_in
            2 / (fan_in + fan_out) → 2 // (fan_in + fan_out)
            2 / fan_in → 2 // fan_in
            all your weights are 0. Draw normal weights, and divide with `/`, because `//` rounds a quotient such as
            1/fan_in down to 0.
        not drawn from rng
            shape = (fan_in, fan_out) → shape, rng = (fan_in, fan_out), np.random.default_rng()
            you draw some or all weights without `rng`, so nobody can repeat your run. Draw all of them with the `rng`
            that is passed in, as in `rng.normal(…)`.
        generator of its own
            shape = (fan_in, fan_out) → shape, rng = (fan_in, fan_out), np.random.default_rng(0)
            you draw from a generator of your own, perhaps a copy of `rng`, so each call repeats the same draws. Draw
            from the `rng` that is passed in.
        divided by the deviation
            1 / fan_in → fan_in
            2 / (fan_in + fan_out) → (fan_in + fan_out) / 2
            2 / fan_in → fan_in / 2
            your standard deviation is 1 over the right one, as if you divided by it. *Multiply* draws of standard
            deviation 1 by the right one, such as √(1/fan_in).
        half for double
            2 / fan_in → 1 / (2 * fan_in)
            you halve the variance 1/fan_in in `he`. Double it, because ReLU removes half of the mean square.
        2 outside the root
            np.sqrt(2 / fan_in) → 2 / np.sqrt(fan_in)
            you put the 2 outside the root in `he`. Put it under the root, because the *variance* is 2/fan_in.
        sum for mean
            2 / (fan_in + fan_out) → 1 / (fan_in + fan_out)
            your variance in `glorot` is 1/(fan_in + fan_out). Use 2/(fan_in + fan_out), which is 1 over the *mean* of
            the two fans.
        number of weights
            1 / fan_in → 1 / (fan_in * fan_out)
            2 / fan_in → 2 / (fan_in * fan_out)
            you divide by the number of all weights in `scaled` and `he`. Divide by fan_in, because one output sums over
            only fan_in of them.
    """,
)
