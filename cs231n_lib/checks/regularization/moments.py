"""An exercise on expectation and variance: the average over all networks that dropout can leave."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray

from . import references


def _scores(rng: Generator) -> Iterator[Case]:
    for d, drop_prob, scale in ((3, 0.2, 1.0), (4, 0.7, 1 / 0.3), (5, 0.4, 1.6)):
        label = f"{d} outputs, drop_prob = {drop_prob}, scale = {scale:.3g}"
        yield case(label, rng.normal(size=d), rng.normal(size=d), drop_prob, scale)


def _simple(rng: Generator) -> Iterator[Case]:
    yield case("nothing is dropped: no variance", rng.normal(size=3), rng.normal(size=3), 0.0, 1.0)
    yield case("one output", rng.uniform(1, 2, 1), rng.uniform(1, 2, 1), 0.3, 1.0)
    yield case("drop_prob = ½: all masks are equally likely", rng.normal(size=4), rng.normal(size=4), 0.5, 2.0)


def _both_agree_with_use(call: Callable[..., Any], rng: Generator) -> None:
    x, w, drop_prob = rng.normal(size=5), rng.normal(size=5), 0.35
    for name, scale, used in (
        ("vanilla", 1.0, (x * (1 - drop_prob)) @ w),
        ("inverted", 1 / (1 - drop_prob), x @ w),
    ):
        if not np.isclose(float(call(x, w, drop_prob, scale)[0]), used, rtol=1e-9):
            raise Wrong(f"the mean of {name} dropout is not the score that it gives in use")


def _moments(
    probability: Callable[[int, int, float], float] = lambda kept, d, p: (1 - p) ** kept * p ** (d - kept),
    scaled: bool = True,
    spread: Callable[[float, float], float] = lambda mean, mean_square: mean_square - mean**2,
) -> Callable[[FloatArray, FloatArray, float, float], Any]:
    """The average with one part changed: the probability of a mask, the scale, and what is made of the two means."""

    def implementation(x: FloatArray, w: FloatArray, drop_prob: float, scale: float) -> Any:
        masks = np.array(list(product([0, 1], repeat=len(x))))
        weights = np.array([probability(int(k), len(x), drop_prob) for k in masks.sum(axis=1)])
        scores = (masks * x) @ w * (scale if scaled else 1.0)
        mean, mean_square = float(weights @ scores), float(weights @ scores**2)
        return mean, spread(mean, mean_square)

    return implementation


def _scale_not_squared(x: FloatArray, w: FloatArray, drop_prob: float, scale: float) -> Any:
    mean, variance = _moments()(x, w, drop_prob, scale)
    return mean, variance / scale


def _without_empty_mask(x: FloatArray, w: FloatArray, drop_prob: float, scale: float) -> Any:
    mean, variance = _moments()(x, w, drop_prob, scale)
    left = 1 - drop_prob ** len(x)
    return mean / left, (variance + mean**2) / left - (mean / left) ** 2


moments_over_masks = Exercise(
    references.moments_over_masks,
    points=11,
    minutes=25,
    difficulty=4,
    checks=(
        Values("Mean and variance", 5, _scores),
        Values("Nothing dropped, one output, drop_prob = ½", 2, _simple),
        Property("The mean is the score in use, vanilla and inverted", 2, _both_agree_with_use),
    ),
    mistakes=(
        Mistake(
            "all masks equally likely",
            _moments(lambda kept, d, p: 0.5**d),
            "all masks count alike, which is right for `drop_prob` = ½ only. A mask that keeps k of D outputs has the "
            "probability (1 − drop_prob)ᵏ · drop_probᴰ⁻ᵏ.",
        ),
        Mistake(
            "keep for drop",
            _moments(lambda kept, d, p: p**kept * (1 - p) ** (d - kept)),
            "each output that is *kept* gives a factor 1 − `drop_prob`, each that is dropped a factor `drop_prob`; "
            "yours are exchanged.",
        ),
        Mistake(
            "only the kept counted",
            _moments(lambda kept, d, p: (1 - p) ** kept),
            "the probabilities do not add up to 1: the outputs that are dropped give factors too, `drop_prob` each.",
        ),
        Mistake(
            "scale left out",
            _moments(scaled=False),
            "`scale` is not used: multiply each score by it.",
        ),
        Mistake(
            "mean square for the variance",
            _moments(spread=lambda mean, mean_square: mean_square),
            "the second value is the mean of the squares: subtract the square of the mean.",
        ),
        Mistake(
            "standard deviation",
            _moments(spread=lambda mean, mean_square: max(mean_square - mean**2, 0.0) ** 0.5),
            "this is the standard deviation, a root. The variance is asked.",
        ),
        Mistake(
            "scale not squared",
            _scale_not_squared,
            "the variance is a mean of *squares*: the scale enters it squared.",
        ),
        Mistake(
            "empty mask left out",
            _without_empty_mask,
            "one mask is left out, the one that drops everything: it is possible, so it counts.",
        ),
    ),
)
