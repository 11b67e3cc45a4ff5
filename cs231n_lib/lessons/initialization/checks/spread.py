"""An exercise on random weights whose spread fits the layer."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Mistake, Property, Wrong

from . import references
from .weights import FORBIDDEN, from_rng, normal, require_matrix, require_spread

RULES: dict[str, Callable[[int, int], float]] = {
    "scaled": lambda fan_in, fan_out: (1 / fan_in) ** 0.5,
    "glorot": lambda fan_in, fan_out: (2 / (fan_in + fan_out)) ** 0.5,
    "he": lambda fan_in, fan_out: (2 / fan_in) ** 0.5,
}


def _rule(name: str) -> Callable[..., None]:
    def test(call: Callable[..., Any], rng: Generator) -> None:
        for fan_in, fan_out in ((200, 300), (400, 150)):
            weights = call(fan_in, fan_out, rng)
            if not isinstance(weights, dict):
                raise Wrong("what comes back is no dictionary: return one with the keys scaled, glorot and he")
            if name not in weights:
                raise Wrong(f"the dictionary has no entry `{name}`", f"its keys are {', '.join(map(str, weights))}")
            require_matrix(f"`{name}`", weights[name], fan_in, fan_out)
            require_spread(f"`{name}`", weights[name], RULES[name](fan_in, fan_out))

    return test


def _rules(**changed: Callable[[int, int], float]) -> Callable[..., Any]:
    """The three draws with some deviations computed otherwise."""

    def implementation(fan_in: int, fan_out: int, rng: Generator) -> Any:
        return {name: normal(fan_in, fan_out, rng, std(fan_in, fan_out)) for name, std in (RULES | changed).items()}

    return implementation


scaled_weights = Exercise(
    references.scaled_weights,
    points=10,
    minutes=12,
    difficulty=2,
    forbidden=FORBIDDEN,
    checks=(
        *(Property(f"{name}: shape and spread", 3, _rule(name)) for name in RULES),
        Property("Drawn from rng", 1, from_rng),
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
            "brackets of the sum",
            _rules(glorot=lambda i, o: (2 / i + o) ** 0.5),
            "`2 / fan_in + fan_out` divides by fan_in alone: put the sum in brackets.",
        ),
        Mistake(
            "product of the fans",
            _rules(glorot=lambda i, o: (2 / (i * o)) ** 0.5),
            "`glorot` divides by the product of both fans. It is their sum: 2/(fan_in + fan_out).",
        ),
        Mistake(
            "mean of the two variances",
            _rules(glorot=lambda i, o: ((1 / i + 1 / o) / 2) ** 0.5),
            "`glorot` has the mean of both rules. Its variance is 1 over the mean of both *fans*: 2/(in + out).",
        ),
        Mistake(
            "limit of uniform draws",
            _rules(glorot=lambda i, o: (6 / (i + o)) ** 0.5),
            "√(6/(in + out)) is how far Glorot's *uniform* draws reach. Normal ones deviate by √(2/(in + out)).",
        ),
        Mistake(
            "scaled and he exchanged",
            _rules(scaled=RULES["he"], he=RULES["scaled"]),
            "`scaled` and `he` are exchanged: the 2 belongs to He, who makes up for the half that ReLU takes.",
        ),
        Mistake(
            "whole numbers divided",
            _rules(
                scaled=lambda i, o: (1 // i) ** 0.5,
                glorot=lambda i, o: (2 // (i + o)) ** 0.5,
                he=lambda i, o: (2 // i) ** 0.5,
            ),
            "`//` divides whole numbers and leaves 0. Write `/`.",
        ),
        Mistake(
            "no seed",
            lambda fan_in, fan_out, rng: _rules()(fan_in, fan_out, np.random.default_rng()),
            "the draws do not come from `rng`, so nobody can repeat your run. Not `np.random…` but `rng.normal`.",
        ),
        Mistake(
            "generator of its own",
            lambda fan_in, fan_out, rng: _rules()(fan_in, fan_out, np.random.default_rng(0)),
            "a generator made inside the function begins anew in each call, so all layers get the same weights. Draw "
            "from the `rng` you are given.",
        ),
        Mistake(
            "divided by the deviation",
            _rules(
                scaled=lambda i, o: i**0.5, glorot=lambda i, o: ((i + o) / 2) ** 0.5, he=lambda i, o: (i / 2) ** 0.5
            ),
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
