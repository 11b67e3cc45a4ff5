"""An exercise on units that are off for every example."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Values, case

from . import references


def _layers(rng: Generator) -> Cases:
    for n, d, h in ((20, 3, 7), (9, 2, 5)):
        x, w, b = rng.uniform(-1, 1, (n, d)), rng.normal(size=(d, h)), np.full(h, -0.5)
        w[0] = np.abs(w[0])  # no unit has negative weights alone
        w /= np.linalg.norm(w, axis=0)
        b[:5] = -40, -40, -40, -20, 20
        x[0] = 30 * w[:, 3]  # switches a unit on that is off for all others
        x[1] = -30 * w[:, 4]  # and one off that is on
        x[2 : h - 3] = 3 * w[:, 5:].T  # and the rest on by more than a little
        yield case(f"{n} examples, {h} units", x, w, b)


def _at_exactly_zero(rng: Generator) -> Cases:
    w, b = np.abs(rng.normal(size=(3, 4))), np.array([0.0, -30.0, 30.0, 30.0])
    w[:, 0] = 0
    yield case("a unit whose input is always exactly 0", rng.normal(size=(10, 3)), w, b)


def _all_or_none(rng: Generator) -> Cases:
    x, w = rng.normal(size=(12, 3)), rng.normal(size=(3, 4))
    yield case("all dead", x, w, np.full(4, -40.0))
    yield case("none dead", x, w, np.full(4, 40.0))


def _mostly_off(rng: Generator) -> Cases:
    """Units whose input is below 0 for all examples, for all but one, and never by much."""
    x = np.vstack([np.ones((39, 2)), [[1.0, -1.0]]]) * rng.uniform(0.9, 1.1)
    w = np.array([[-1.0, -1.0, -0.02, 1.0], [0.0, -1.0, 0.0, 0.0]])
    yield case("on for one example of 40, and dead by a little", x, w, np.array([0.5, 0.4, 0.01, 0.0]))


dead_fraction = Exercise(
    references.dead_fraction,
    points=12,
    minutes=15,
    difficulty=2,
    checks=(
        Values("Some units dead", 6, _layers),
        Values("A unit that is always exactly at 0", 1, _at_exactly_zero),
        Values("Off for all examples but one", 2, _mostly_off),
        Values("All dead, and none", 1, _all_or_none),
    ),
    slips="""
        share of zeros
            (z <= 0).all(axis=0) → z <= 0
            this is the share of outputs that are 0: for ReLU about a half, and healthy. A *unit* is dead only if it is
            0 for *every* example.
        off once is dead
            .all(axis=0) → .any(axis=0)
            you count units that are off for *some* example. Dead is off for all: `all`, not `any`.
        examples for units
            .all(axis=0) → .all(axis=1)
            you count *examples* for which no unit is on. The units are the columns: reduce over axis 0.
        strictly below 0
            z <= 0 → z < 0
            a unit whose input is exactly 0 puts out 0 and has slope 0: dead as well. Compare with `<=`.
        bias left out
            x @ w + b → x @ w
            the bias is missing, and it is mostly the bias that kills: `x @ w + b`.
        the living
            (z <= 0).all(axis=0) → (z > 0).any(axis=0)
            this is the share of the *living*.
        a count
            np.mean → np.sum
            this is the number of dead units: divide by the number of units.
        divided by the examples
            np.mean(dead) → np.sum(dead) / len(x)
            the number of dead units is divided by the number of *examples*: divide by that of the units.
        mean output
            (z <= 0).all(axis=0) → z.mean(axis=0) <= 0
            you ask whether a unit's *mean* input is below 0. One example that switches it on keeps it alive.
        off for most
            (z <= 0).all(axis=0) → (z <= 0).mean(axis=0) > 0.95
            you count units that are off for nearly all examples. One example that switches it on keeps it alive.
    """,
)
