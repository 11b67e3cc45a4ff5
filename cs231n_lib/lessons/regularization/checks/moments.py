"""An exercise on expectation and variance: the average over all networks that dropout can leave."""

from collections.abc import Callable, Iterator
from itertools import product
from math import comb
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
        mean = float(call(x, w, drop_prob, scale)[0])
        if not np.isclose(mean, used, rtol=1e-9):
            # The numbers also keep a mistake from being named for what another one did.
            numbers = f"it is {mean:.6g}, not {used:.6g}"
            raise Wrong(f"the mean of {name} dropout is not the score that it gives in use", numbers)


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


def _changed(make: Callable[[float, float], Any]) -> Callable[..., Any]:
    """What ``make`` turns the right mean and variance into."""
    return lambda x, w, drop_prob, scale: make(*_moments()(x, w, drop_prob, scale))


def _around_running_mean(x: FloatArray, w: FloatArray, drop_prob: float, scale: float) -> Any:
    mean = variance = 0.0
    for mask in product([0, 1], repeat=len(x)):
        probability = (1 - drop_prob) ** sum(mask) * drop_prob ** (len(x) - sum(mask))
        score = scale * float((x * np.array(mask)) @ w)
        mean += probability * score
        variance += probability * (score - mean) ** 2
    return mean, variance


def _last_mask_only(x: FloatArray, w: FloatArray, drop_prob: float, scale: float) -> Any:
    probability, score = (1 - drop_prob) ** len(x), scale * float(x @ w)
    return probability * score, probability * score**2 - (probability * score) ** 2


def _probability_squared(x: FloatArray, w: FloatArray, drop_prob: float, scale: float) -> Any:
    _, mean_square = _moments(_probability_twice, spread=lambda mean, mean_square: mean_square)(x, w, drop_prob, scale)
    mean, _ = _moments()(x, w, drop_prob, scale)
    return mean, mean_square - mean**2


def _probability_twice(kept: int, d: int, p: float) -> float:
    return float(((1 - p) ** kept * p ** (d - kept)) ** 2)


def _variance_not_weighted(x: FloatArray, w: FloatArray, drop_prob: float, scale: float) -> Any:
    mean, _ = _moments()(x, w, drop_prob, scale)
    return mean, scale**2 * np.sum((x * w) ** 2) / 4


def _without_full_mask(x: FloatArray, w: FloatArray, drop_prob: float, scale: float) -> Any:
    return _moments(lambda kept, d, p: (1 - p) ** kept * p ** (d - kept) * (kept < d))(x, w, drop_prob, scale)


def _x_thinned_for_good(x: FloatArray, w: FloatArray, drop_prob: float, scale: float) -> Any:
    x *= 0
    return 0.0, 0.0


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
            "scale in the mean only",
            lambda x, w, drop_prob, scale: _changed(lambda mean, variance: (mean, variance / scale**2))(
                x, w, drop_prob, scale
            ),
            "the scale is in the mean and not in the variance: multiply each score by it, before anything is squared.",
        ),
        Mistake(
            "masks not weighted",
            _moments(lambda kept, d, p: 1.0),
            "the scores are added up as they are: each mask counts by its probability, P(m) · s(m).",
        ),
        Mistake(
            "variance not weighted",
            _variance_not_weighted,
            "the mean is right; `np.var` gives each mask the same weight. Sum P(m) s(m)², and subtract mean².",
        ),
        Mistake(
            "divided by the number of masks",
            _moments(lambda kept, d, p: (1 - p) ** kept * p ** (d - kept) / 2**d),
            "the probabilities add up to 1 already: nothing is left to divide by.",
        ),
        Mistake(
            "power and minus",
            _moments(lambda kept, d, p: (1 - p) ** kept * p**d - kept),
            "`a**D - k` is the power, less k: the exponent is `(D - k)`, in brackets.",
        ),
        Mistake(
            "binomial coefficient",
            _moments(lambda kept, d, p: comb(d, kept) * (1 - p) ** kept * p ** (d - kept)),
            "the binomial coefficient counts all masks with k ones; you go through each of them, so it counts twice.",
        ),
        Mistake(
            "spread around a running mean",
            _around_running_mean,
            "the deviations are taken from the mean *so far*. Sum P(m) s(m)² in the loop, and subtract the square of "
            "the whole mean after it.",
        ),
        Mistake(
            "probability squared",
            _probability_squared,
            "only the score is squared, its probability is not: P(m) · s(m)².",
        ),
        Mistake(
            "mean not squared",
            _moments(spread=lambda mean, mean_square: mean_square - mean),
            "subtract the *square* of the mean.",
        ),
        Mistake(
            "last mask only",
            _last_mask_only,
            "only the last mask counts: the sums must grow, `+=`.",
        ),
        Mistake(
            "return within the loop",
            lambda x, w, drop_prob, scale: (0.0, 0.0),
            "both are 0, as for the first mask alone: does the `return` stand inside the loop?",
        ),
        Mistake(
            "x changed for good",
            _x_thinned_for_good,
            "`x *= mask` changes x itself: what one mask has dropped is gone for all that follow. Write `x * mask`.",
        ),
        Mistake(
            "full mask left out",
            _without_full_mask,
            "one mask is left out, the one that keeps everything: with `range(2**D)` it is number 2ᴰ − 1.",
        ),
        Mistake(
            "empty mask left out",
            _without_empty_mask,
            "one mask is left out, the one that drops everything: it is possible, so it counts.",
        ),
    ),
)
