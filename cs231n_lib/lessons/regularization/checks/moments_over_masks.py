"""Exercise on the mean and variance of a score over all masks of dropout."""

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
    yield case("nothing is dropped, so the variance is 0", *quarters, 0.0, 1.0)
    yield case("one output", rng.uniform(1, 2, 1), rng.uniform(1, 2, 1), 0.3, 1.0)
    yield case("drop_prob = ½, so all masks are equally likely", rng.normal(size=4), rng.normal(size=4), 0.5, 2.0)
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
            numbers = f"the mean is {mean:.6g}, but must be {used:.6g}"
            raise Violation(
                f"the mean score of {name} dropout differs from its score at inference. Multiply each score by `scale` "
                "and weight it by the probability of its mask",
                numbers,
            )


moments_over_masks = Exercise(
    references.moments_over_masks,
    points=13,
    minutes=25,
    difficulty=4,
    covers="sign one",
    importance="extra",
    checks=(
        Values("Mean and variance", 5.5, _scores),
        Values("Nothing dropped, one output, drop_prob = ½ and an output of 0", 1.5, _simple),
        Property("Mean against the score at inference, vanilla and inverted", 2, _both_agree_with_use),
    ),
    slips="""
        all masks equally likely
            (1 - drop_prob) ** kept * drop_prob ** (len(x) - kept) → 0.5 ** len(x)
            you give all masks the same probability, which is right only for `drop_prob` = ½. Give a mask that keeps k
            of D outputs the probability (1 − drop_prob)ᵏ · drop_probᴰ⁻ᵏ.
        probabilities of keeping and dropping exchanged
            (1 - drop_prob) ** kept * drop_prob ** → drop_prob**kept * (1 - drop_prob) **
            you swap the two factors of the probability. Use 1 − `drop_prob` for each output that is *kept*, and
            `drop_prob` for each one that is dropped.
        only the kept counted
            * drop_prob ** (len(x) - kept) →
            you leave the dropped outputs out of the probabilities, so these do not add up to 1. Multiply by `drop_prob`
            for each dropped output too.
        logarithm of drop_prob
            (1 - drop_prob) ** kept → np.exp(kept * np.log(1 - drop_prob)
            * drop_prob ** (len(x) - kept) → + (len(x) - kept) * np.log(drop_prob))
            your results are NaN if `drop_prob` is 0, perhaps because you take its logarithm. Use powers, because 0⁰ is
            1.
        kept outputs counted by their values
            sum(mask) → np.count_nonzero(x * np.array(mask))
            you count the outputs that are not 0 after masking, although a kept output may itself be 0. Count the
            entries of the mask that are 1.
        scale left out
            scale * float → float
            you do not use `scale`. Multiply each score by it.
        mean square for the variance
            return mean, variance → return mean, mean_square
            your second value is the mean of the squares. Subtract the square of the mean.
        standard deviation
            return mean, variance → return mean, variance**0.5
            your second value is the standard deviation. Return the variance, without the square root.
        scale not squared
            return mean, variance → return mean, variance / scale
            you multiply the variance by `scale`. Multiply it by the square of `scale`, because a variance is a mean of
            *squares*.
        scale in the mean only
            return mean, variance → return mean, variance / scale**2
            you use `scale` in the mean but not in the variance. Multiply each score by `scale` before you square the
            score.
        masks not weighted
            mean += probability * score → mean += score
            probability * score**2 → score**2
            you add up the scores without weighting them. Multiply each score, and each squared score, by the
            probability P of its mask.
        variance not weighted
            return mean, variance → return mean, scale**2 * np.sum((x * w) ** 2) / 4
            you give each mask the same weight in the variance, as `np.var` does. Sum P · score², and subtract the
            square of the mean.
        divided by the number of masks
            (len(x) - kept) → (len(x) - kept) / 2 ** len(x)
            you divide by the number of masks, as `np.mean` does. Use the sums without this division, because the
            probabilities already add up to 1.
        power and minus
            (len(x) - kept) → len(x) - kept
            you subtract the number k of kept outputs from the probability and not from the exponent, as `a**D - k`
            does. Put the exponent in brackets, as in `a**(D - k)`.
        one draw for all outputs
            return mean, variance → return mean, (1 - drop_prob) * (scale * float(x @ w)) ** 2 - mean**2
            you compute the variance as if all outputs were kept or dropped together. Go through all masks, or multiply
            `drop_prob * (1 - drop_prob)` by `np.sum((scale * x * w)**2)`, because each output has its own draw.
        binomial coefficient
            probability = → from math import comb ⏎ probability = comb(len(x), kept) *
            you multiply by the binomial coefficient, which counts all masks with k ones. Leave it out, because your
            loop already goes through each of these masks.
        spread around a running mean
            probability * score**2 → probability * (score - mean) ** 2
            mean_square - mean**2 → mean_square
            you take the deviations from the mean *so far*. Sum P · score² in the loop, and subtract the square of the
            final mean after the loop.
        probability squared
            probability * score**2 → (probability * score) ** 2
            you square the probability along with the score. Square only the score, as in P · score².
        mean not squared
            mean_square - mean**2 → mean_square - mean
            you subtract the mean itself. Subtract the *square* of the mean.
        last mask only
            mean += → mean =
            mean_square += → mean_square =
            only the mask that keeps all outputs counts, perhaps because you overwrite the sums in each pass of a loop.
            Add up over all masks, for example with `+=`.
        return within the loop
            probability * score**2 → probability * score**2 ⏎ return mean, mean_square - mean**2
            your two values are always 0, perhaps because the `return` is inside the loop, which then ends after the
            mask of zeros. Move the `return` out of the loop.
        dropped outputs stay dropped
            score = scale → x *= np.array(mask) ⏎ score = scale
            (x * np.array(mask)) → x
            you set the dropped outputs to 0 in x itself, as `x *= mask` does, so they stay 0 for all later masks. Use
            `x * mask`, which makes a new array.
        full mask left out
            in product([0, 1], repeat=len(x)) → in list(product([0, 1], repeat=len(x)))[:-1]
            you leave out the mask that keeps all outputs. Go through all 2ᴰ masks, for example with `range(2**D)`,
            whose last number is 2ᴰ − 1.
        one entry for masks of equal score
            mean = mean_square = 0.0 → table = {}
            mean += probability * score → table[score] = probability ⏎ mean = sum(p * s for s, p in table.items())
            mean_square += probability * score**2 → mean_square = sum(p * s**2 for s, p in table.items())
            you let masks with equal scores overwrite each other, for example in a dictionary whose keys are the scores.
            Add up the probabilities of these masks.
    """,
)
