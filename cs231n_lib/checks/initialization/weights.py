"""Exercises on random weights: one spread for all layers, and spreads that fit the layer."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib import initializers
from cs231n_lib.checks import Exercise, Mistake, Property, Wrong
from cs231n_lib.contracts import FloatArray

from . import references

FORBIDDEN = (initializers.small_random, initializers.scaled, initializers.glorot, initializers.he)

SLACK = 0.02
"""The deviation of 60,000 draws is itself uncertain by 0.3 %, one part in √(2·60000); this is seven times that."""


def _require_matrix(name: str, w: Any, fan_in: int, fan_out: int) -> None:
    if np.shape(w) != (fan_in, fan_out):
        raise Wrong(
            f"{name} does not have the shape (fan_in, fan_out)",
            f"for fan_in = {fan_in} and fan_out = {fan_out} it is {np.shape(w)}",
        )
    if np.asarray(w).dtype != np.float64:
        raise Wrong(f"{name} has dtype {np.asarray(w).dtype}, not float64")


def _require_spread(name: str, w: Any, std: float) -> None:
    """Raise `Wrong` unless w, of at least 60,000 entries, looks like normal draws of mean 0 and this deviation."""
    mean, measured = float(np.mean(w)), float(np.std(w))
    # Where the spread itself is far too large, so is the mean of these draws, and the spread is what is wrong.
    if not abs(mean) < 0.05 * max(std, measured):
        raise Wrong(f"the mean of {name} is not 0", f"mean {mean:.4g}, where the standard deviation is {std:.4g}")
    if not abs(measured / std - 1) < SLACK:
        raise Wrong(f"the spread of {name} is wrong", f"standard deviation {measured:.4g}, expected {std:.4g}")
    beyond = float(np.mean(np.abs(w) > 2 * std))
    if not 0.04 < beyond < 0.051:
        raise Wrong(
            f"{name} has the right spread, but is not normal",
            f"{beyond:.1%} of the weights lie beyond two standard deviations, and 4.6% of normal ones",
        )


def _shape(call: Callable[..., Any], rng: Generator) -> None:
    _require_matrix("the result", call(4, 3, rng), 4, 3)


def _spread(call: Callable[..., Any], rng: Generator) -> None:
    _require_spread("the weights", call(200, 300, rng), 0.01)
    _require_spread("the weights", call(200, 300, rng, std=0.3), 0.3)


def _own_numbers(call: Callable[..., Any], rng: Generator) -> None:
    w = np.asarray(call(20, 30, rng))
    if len(np.unique(w)) < w.size:
        raise Wrong("some weights are equal", f"{len(np.unique(w))} different numbers for {w.size} weights")


def _from_rng(call: Callable[..., Any], rng: Generator) -> None:
    first, second = call(4, 3, rng), call(4, 3, rng)
    if np.array_equal(first, second):
        raise Wrong("a second call with the same rng draws the same weights again")
    twins = [call(4, 3, np.random.default_rng(7)) for _ in range(2)]
    if not np.array_equal(*twins):
        raise Wrong("two generators with one seed give different weights, so nobody can repeat the run")


def _normal(fan_in: int, fan_out: int, rng: Generator, std: float = 0.01) -> FloatArray:
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
        Property("Drawn from rng", 1, _from_rng),
    ),
    mistakes=(
        Mistake(
            "shape of the notes",
            lambda fan_in, fan_out, rng, std=0.01: _normal(fan_out, fan_in, rng, std),
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
            "variance for deviation",
            lambda fan_in, fan_out, rng, std=0.01: _normal(fan_in, fan_out, rng, std**2),
            "the spread is std². `rng.normal` takes the standard deviation, not the variance.",
        ),
        Mistake(
            "std ignored",
            lambda fan_in, fan_out, rng, std=0.01: _normal(fan_in, fan_out, rng, 1.0),
            "the weights have standard deviation 1: `std` is not used.",
        ),
        Mistake(
            "0.01 typed in",
            lambda fan_in, fan_out, rng, std=0.01: _normal(fan_in, fan_out, rng, 0.01),
            "the spread is 0.01 whatever `std` says.",
        ),
        Mistake(
            "no seed",
            lambda fan_in, fan_out, rng, std=0.01: _normal(fan_in, fan_out, np.random.default_rng(), std),
            "the draws do not come from `rng`, so nobody can repeat your run. Not `np.random…` but `rng.normal`.",
        ),
        Mistake(
            "generator of its own",
            lambda fan_in, fan_out, rng, std=0.01: _normal(fan_in, fan_out, np.random.default_rng(0), std),
            "a generator made inside the function begins anew in each call, so all layers get the same weights. Draw "
            "from the `rng` you are given.",
        ),
    ),
)

RULES: dict[str, Callable[[int, int], float]] = {
    "scaled": lambda fan_in, fan_out: (1 / fan_in) ** 0.5,
    "glorot": lambda fan_in, fan_out: (2 / (fan_in + fan_out)) ** 0.5,
    "he": lambda fan_in, fan_out: (2 / fan_in) ** 0.5,
}


def _rule(name: str) -> Callable[..., None]:
    def test(call: Callable[..., Any], rng: Generator) -> None:
        for fan_in, fan_out in ((200, 300), (400, 150)):
            weights = call(fan_in, fan_out, rng)
            if not isinstance(weights, dict) or name not in weights:
                raise Wrong(f"there is no entry `{name}`: return a dictionary with the keys scaled, glorot and he")
            _require_matrix(f"`{name}`", weights[name], fan_in, fan_out)
            _require_spread(f"`{name}`", weights[name], RULES[name](fan_in, fan_out))

    return test


def _rules(**changed: Callable[[int, int], float]) -> Callable[..., Any]:
    """The three draws with some deviations computed otherwise."""

    def implementation(fan_in: int, fan_out: int, rng: Generator) -> Any:
        return {name: _normal(fan_in, fan_out, rng, std(fan_in, fan_out)) for name, std in (RULES | changed).items()}

    return implementation


scaled_weights = Exercise(
    references.scaled_weights,
    points=10,
    minutes=12,
    difficulty=2,
    forbidden=FORBIDDEN,
    checks=tuple(
        Property(f"{name}: shape and spread", weight, _rule(name))
        for name, weight in zip(RULES, (3, 3, 4), strict=True)
    ),
    mistakes=(
        Mistake(
            "shape of the notes",
            lambda fan_in, fan_out, rng: {name: w.T for name, w in _rules()(fan_in, fan_out, rng).items()},
            "rows and columns are exchanged: w is (fan_in, fan_out), for x @ w.",
        ),
        Mistake(
            "fan-out for fan-in",
            _rules(scaled=lambda i, o: (1 / o) ** 0.5, he=lambda i, o: (2 / o) ** 0.5),
            "you divide by fan_out. An output is a sum over its *inputs*: their number makes it large.",
        ),
        Mistake(
            "root missing",
            _rules(scaled=lambda i, o: 1 / i, he=lambda i, o: 2 / i, glorot=lambda i, o: 2 / (i + o)),
            "this is the variance, and `rng.normal` takes its root, the standard deviation.",
        ),
        Mistake(
            "root of the 2 only, Glorot",
            _rules(glorot=lambda i, o: 2**0.5 / (i + o)),
            "√2/(in + out) is not √(2/(in + out)): the root belongs around all of it.",
        ),
        Mistake(
            "root of the 2 only, He",
            _rules(he=lambda i, o: 2**0.5 / i),
            "√2/fan_in is not √(2/fan_in): the root belongs around all of it.",
        ),
        Mistake(
            "divided by the deviation",
            _rules(glorot=lambda i, o: ((i + o) / 2) ** 0.5, he=lambda i, o: (i / 2) ** 0.5),
            "you divide by the standard deviation. Draws of deviation 1 are *multiplied* by the one they should have.",
        ),
        Mistake(
            "half for double",
            _rules(he=lambda i, o: (1 / (2 * i)) ** 0.5),
            "`he` is half where it should be double: ReLU loses half of the signal, so the weights must be *larger*.",
        ),
        Mistake(
            "2 outside the root",
            _rules(he=lambda i, o: 2 / i**0.5),
            "`he` has *variance* 2/fan_in, so the 2 belongs under the root.",
        ),
        Mistake(
            "sum for mean",
            _rules(glorot=lambda i, o: (1 / (i + o)) ** 0.5),
            "`glorot` divides by the *mean* of both fans, (in + out)/2; its variance is 2/(in + out).",
        ),
        Mistake(
            "number of weights",
            _rules(scaled=lambda i, o: (1 / (i * o)) ** 0.5, he=lambda i, o: (2 / (i * o)) ** 0.5),
            "you divide by the number of all weights. One output sums over fan_in of them only.",
        ),
    ),
)
