"""An exercise on expectation and variance: the average over all networks that dropout can leave."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case

from . import references


def _scores(rng: Generator) -> Cases:
    for d, drop_prob, scale in ((3, 0.2, 1.0), (4, 0.7, 1 / 0.3), (5, 0.4, 1.6)):
        label = f"{d} outputs, drop_prob = {drop_prob}, scale = {scale:.3g}"
        yield case(label, rng.normal(size=d), rng.normal(size=d), drop_prob, scale)


def _simple(rng: Generator) -> Cases:
    quarters = rng.integers(1, 9, (2, 3)) / 4  # their sums and squares are exact, and so is a variance of 0
    yield case("nothing is dropped: no variance", *quarters, 0.0, 1.0)
    yield case("one output", rng.uniform(1, 2, 1), rng.uniform(1, 2, 1), 0.3, 1.0)
    yield case("drop_prob = ½: all masks are equally likely", rng.normal(size=4), rng.normal(size=4), 0.5, 2.0)
    x = rng.uniform(1, 2, 4)
    x[1] = 0
    yield case("one of the outputs is 0", x, rng.uniform(1, 2, 4), 0.3, 1.4)


def _both_agree_with_use(call: Function, rng: Generator) -> None:
    x, w, drop_prob = rng.normal(size=5), rng.normal(size=5), 0.35
    for name, scale, used in (
        ("vanilla", 1.0, (x * (1 - drop_prob)) @ w),
        ("inverted", 1 / (1 - drop_prob), x @ w),
    ):
        mean = float(call(x, w, drop_prob, scale)[0])
        if not np.isclose(mean, used, rtol=1e-9):
            numbers = f"it is {mean:.6g}, not {used:.6g}"
            raise Violation(f"the mean of {name} dropout is not the score that it gives in use", numbers)


moments_over_masks = Exercise(
    references.moments_over_masks,
    points=13,
    minutes=25,
    difficulty=4,
    importance="extra",
    checks=(
        Values("Mean and variance", 5, _scores),
        Values("Nothing dropped, one output, drop_prob = ½, an output of 0", 2, _simple),
        Property("The mean is the score in use, vanilla and inverted", 2, _both_agree_with_use),
    ),
    slips="""
        all masks equally likely
            (1 - drop_prob) ** kept * drop_prob ** (len(x) - kept) → 0.5 ** len(x)
            all masks count alike, which is right for `drop_prob` = ½ only. A mask that keeps k of D outputs has the
            probability (1 − drop_prob)ᵏ · drop_probᴰ⁻ᵏ.
        keep for drop
            (1 - drop_prob) ** kept * drop_prob ** → drop_prob**kept * (1 - drop_prob) **
            each output that is *kept* gives a factor 1 − `drop_prob`, each that is dropped a factor `drop_prob`; yours
            are exchanged.
        only the kept counted
            * drop_prob ** (len(x) - kept) →
            the probabilities do not add up to 1: the outputs that are dropped give factors too, `drop_prob` each.
        kept outputs counted by their values
            sum(mask) → np.count_nonzero(x * np.array(mask))
            you count what is not 0 after masking; but an output may itself be 0. Count the ones of the mask.
        scale left out
            scale * float → float
            `scale` is not used: multiply each score by it.
        mean square for the variance
            return mean, variance → return mean, mean_square
            the second value is the mean of the squares: subtract the square of the mean.
        standard deviation
            return mean, variance → return mean, variance**0.5
            this is the standard deviation, a root. The variance is asked.
        scale not squared
            return mean, variance → return mean, variance / scale
            the variance is a mean of *squares*: the scale enters it squared.
        scale in the mean only
            return mean, variance → return mean, variance / scale**2
            the scale is in the mean and not in the variance: multiply each score by it, before anything is squared.
        masks not weighted
            mean += probability * score → mean += score
            probability * score**2 → score**2
            the scores are added up as they are: each mask counts by its probability, P · score.
        variance not weighted
            return mean, variance → return mean, scale**2 * np.sum((x * w) ** 2) / 4
            `np.var` gives each mask the same weight. Sum P · score², and subtract mean².
        divided by the number of masks
            (len(x) - kept) → (len(x) - kept) / 2 ** len(x)
            the probabilities add up to 1 already: nothing is left to divide by.
        power and minus
            (len(x) - kept) → len(x) - kept
            `a**D - k` is the power, less k: the exponent is `(D - k)`, in brackets.
        binomial coefficient
            probability = → from math import comb ⏎ probability = comb(len(x), kept) *
            the binomial coefficient counts all masks with k ones; you go through each of them, so it counts twice.
        spread around a running mean
            probability * score**2 → probability * (score - mean) ** 2
            mean_square - mean**2 → mean_square
            the deviations are taken from the mean *so far*. Sum P · score² in the loop, and subtract the square of the
            whole mean after it.
        probability squared
            probability * score**2 → (probability * score) ** 2
            only the score is squared, its probability is not: P · score².
        mean not squared
            mean_square - mean**2 → mean_square - mean
            subtract the *square* of the mean.
        last mask only
            mean += → mean =
            mean_square += → mean_square =
            only the last mask counts: the sums must grow, `+=`.
        return within the loop
            probability * score**2 → probability * score**2 ⏎ return mean, mean_square - mean**2
            both are 0, as for the first mask alone: is the `return` inside the loop?
        x changed for good
            score = scale → x *= np.array(mask) ⏎ score = scale
            (x * np.array(mask)) → x
            `x *= mask` changes x itself: what one mask has dropped is gone for all that follow. Write `x * mask`.
        full mask left out
            in product([0, 1], repeat=len(x)) → in list(product([0, 1], repeat=len(x)))[:-1]
            one mask is left out, the one that keeps everything: with `range(2**D)` it is number 2ᴰ − 1.
    """,
)
