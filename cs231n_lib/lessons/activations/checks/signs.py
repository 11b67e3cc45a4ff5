"""An exercise on signs: what inputs that are all positive do to the gradient of a unit's weights."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray

from . import references


def _mixed(rng: Generator) -> Iterator[Case]:
    for n, d in ((12, 2), (15, 3)):
        x = rng.normal(size=(n, d))
        x[: n // 3] = -np.abs(x[: n // 3])
        x[n // 3, 0], x[n // 3, 1] = -1, 1
        yield case(f"x of shape ({n}, {d})", x, rng.normal(size=n))


def _with_zeros(rng: Generator) -> Iterator[Case]:
    x = np.array([[1.0, 0.0, 2.0], [0.0, -1.0, 3.0], [0.0, 0.0, 0.0], [-2.0, 0.0, -1.0], [1.0, 1.0, -1.0]])
    x *= rng.uniform(0.5, 1.5, x.shape)
    yield case("inputs of 0", x, np.array([1.0, -1.0, 1.0, 2.0, 3.0]))
    yield case("an upstream of 0", x, np.array([0.5, 0.0, -1.0, -2.0, 0.0]))


def _positive_inputs_are_one_sided(call: Callable[..., Any], rng: Generator) -> None:
    x, dz = rng.uniform(0.1, 1, (20, 4)), rng.normal(size=20)
    if not np.isclose(float(call(x, dz)), 1):
        raise Wrong("with inputs that are all positive the share must be 1", f"got {float(call(x, dz)):.4g}")


def _share(one_sided: Callable[[FloatArray], Any]) -> Callable[[FloatArray, FloatArray], float]:
    """The mean of ``one_sided(gradients)``, with the gradients (N, D) of the examples."""
    return lambda x, dz: float(np.mean(one_sided(x * dz[:, np.newaxis])))


def _of_the_batch(x: FloatArray, dz: FloatArray) -> float:
    gradient = x.T @ dz / len(x)
    return float((gradient >= 0).all() or (gradient <= 0).all())


one_sided_share = Exercise(
    references.one_sided_share,
    points=12,
    minutes=20,
    difficulty=3,
    checks=(
        Values("Inputs of either sign", 3, _mixed),
        Values("A zero opposes nobody", 2, _with_zeros),
        Property("All inputs positive", 1, _positive_inputs_are_one_sided),
    ),
    mistakes=(
        Mistake(
            "zeros counted as opposed",
            _share(lambda g: (g > 0).all(axis=1) | (g < 0).all(axis=1)),
            "an entry of 0 moves its weight in neither direction: it opposes nobody. Compare with `>=` and `<=`.",
        ),
        Mistake(
            "only one of the two sides",
            _share(lambda g: (g >= 0).all(axis=1)),
            "you count the gradients without a negative entry; those without a *positive* one are one-sided too.",
        ),
        Mistake(
            "gradient of the whole batch",
            _of_the_batch,
            "this is 0 or 1: you looked at the mean gradient of all examples. Look at each example's own, a row (D,).",
        ),
        Mistake(
            "over the wrong axis",
            _share(lambda g: (g >= 0).all(axis=0) | (g <= 0).all(axis=0)),
            "you ask of each *weight* whether all examples agree. Ask of each *example* whether its weights do.",
        ),
        Mistake(
            "both sides at once",
            _share(lambda g: (g >= 0).all(axis=1) & (g <= 0).all(axis=1)),
            "no negative entry *and* no positive one: only a row of zeros is that. You want `|`, or.",
        ),
        Mistake(
            "share of entries",
            _share(lambda g: g >= 0),
            "this is the share of *entries* that are not negative. An example counts if *all* of its entries agree.",
        ),
        Mistake(
            "opposed share",
            _share(lambda g: (g > 0).any(axis=1) & (g < 0).any(axis=1)),
            "this is the share of examples whose entries *do* oppose one another: 1 minus it is asked.",
        ),
    ),
)
