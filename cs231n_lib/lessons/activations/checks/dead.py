"""An exercise on units that are off for every example."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Values, case
from cs231n_lib.contracts import FloatArray

from . import references


def _layers(rng: Generator) -> Iterator[Case]:
    for n, d, h in ((20, 3, 7), (9, 2, 5)):
        b = rng.normal(size=h)
        b[:2] = -30, 30
        yield case(f"{n} examples, {h} units", rng.normal(size=(n, d)), rng.normal(size=(d, h)), b)


def _at_exactly_zero(rng: Generator) -> Iterator[Case]:
    w, b = rng.normal(size=(3, 4)), np.array([0.0, -30.0, 30.0, 30.0])
    w[:, 0] = 0
    yield case("a unit whose input is always exactly 0", rng.normal(size=(10, 3)), w, b)


def _all_or_none(rng: Generator) -> Iterator[Case]:
    x, w = rng.normal(size=(12, 3)), rng.normal(size=(3, 4))
    yield case("all dead", x, w, np.full(4, -40.0))
    yield case("none dead", x, w, np.full(4, 40.0))


def _of(share: Callable[[FloatArray], Any]) -> Callable[..., float]:
    """``share`` of the pre-activations (N, H), as a number."""
    return lambda x, w, b: float(share(x @ w + b))


dead_fraction = Exercise(
    references.dead_fraction,
    points=12,
    minutes=15,
    difficulty=2,
    checks=(
        Values("Some units dead", 6, _layers),
        Values("A unit that is always exactly at 0", 1, _at_exactly_zero),
        Values("All dead, and none", 1, _all_or_none),
    ),
    mistakes=(
        Mistake(
            "share of zeros",
            _of(lambda z: np.mean(z <= 0)),
            "this is the share of outputs that are 0: for ReLU about a half, and healthy. A *unit* is dead only if it "
            "is 0 for *every* example.",
        ),
        Mistake(
            "off once is dead",
            _of(lambda z: np.mean((z <= 0).any(axis=0))),
            "you count units that are off for *some* example. Dead is off for all: `all`, not `any`.",
        ),
        Mistake(
            "examples for units",
            _of(lambda z: np.mean((z <= 0).all(axis=1))),
            "you count *examples* for which no unit is on. The units are the columns: reduce over axis 0.",
        ),
        Mistake(
            "strictly below 0",
            _of(lambda z: np.mean((z < 0).all(axis=0))),
            "a unit whose input is exactly 0 puts out 0 and has slope 0: dead as well. Compare with `<=`.",
        ),
        Mistake(
            "bias left out",
            lambda x, w, b: float(np.mean((x @ w <= 0).all(axis=0))),
            "the bias is missing, and it is mostly the bias that kills: `x @ w + b`.",
        ),
        Mistake(
            "the living",
            _of(lambda z: np.mean((z > 0).any(axis=0))),
            "this is the share of the *living*.",
        ),
        Mistake(
            "a count",
            _of(lambda z: np.sum((z <= 0).all(axis=0))),
            "this is the number of dead units: divide by the number of units.",
        ),
        Mistake(
            "mean output",
            _of(lambda z: np.mean(z.mean(axis=0) <= 0)),
            "you ask whether a unit's *mean* input is below 0. One example that switches it on keeps it alive.",
        ),
    ),
)
