"""The bonus of lesson 05: statistics of data that do not fit into memory."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Cases, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import references
from .draws import away_from_0


def _chunk(rng: Generator, n: int, d: int = 3) -> tuple[int, FloatArray, FloatArray]:
    return n, away_from_0(rng, d), rng.uniform(1, 4, d)


def _chunks(rng: Generator) -> Cases:
    for n1, n2 in ((7, 3), (2, 9)):
        yield case(f"{n1} and {n2} examples", *_chunk(rng, n1), *_chunk(rng, n2))


def _one_example(rng: Generator) -> Cases:
    yield case("one more example, of variance 0", *_chunk(rng, 5), 1, away_from_0(rng, 3), np.zeros(3))


def _as_together(call: Function, rng: Generator) -> None:
    x = rng.normal(away_from_0(rng, 3), 2, (20, 3))
    n, mean, var = 4, x[:4].mean(axis=0), x[:4].var(axis=0)
    for start, end in ((4, 5), (5, 13), (13, 20)):
        part = x[start:end]
        n, mean, var = call(n, mean, var, len(part), part.mean(axis=0), part.var(axis=0))
    if n != 20 or not np.allclose(mean, x.mean(axis=0)) or not np.allclose(var, x.var(axis=0)):
        raise Violation("merging one chunk after another does not return the moments of all data")


def _far_from_0(call: Function, rng: Generator) -> None:
    x = rng.normal(size=(20, 2))
    far = x + 1e8
    parts = far[:8], far[8:]
    _, _, var = call(*(v for part in parts for v in (len(part), part.mean(axis=0), part.var(axis=0))))
    if not np.allclose(var, x.var(axis=0), rtol=1e-5):
        raise Violation("the variance is wrong at a distance of 10⁸ from 0")


merged_moments = Bonus(
    references.merged_moments,
    minutes=15,
    difficulty=3,
    covers="sign one smallest",
    checks=(
        Values("Two chunks", 5.5, _chunks),
        Values("One more example", 1, _one_example),
        Property("Chunk after chunk", 1.5, _as_together),
        Property("Far from 0", 1, _far_from_0),
    ),
    slips="""
        mean of the means
            mean1 + apart * n2 / n → (mean1 + mean2) / 2
            you give both chunks the same weight in the mean. Weight each by its number of examples.
        weights of the means exchanged
            apart * n2 / n → apart * n1 / n
            you exchange the weights of the two means. Weight each mean by the number of examples in its *own* chunk.
        means the other way
            mean2 - mean1 → mean1 - mean2
            you move the first mean away from the second. Add a fraction of μ₂ − μ₁ to μ₁, not of μ₁ − μ₂.
        mean of the variances
            (n1 * var1 + n2 * var2) / n → (var1 + var2) / 2
            you give both chunks the same weight in the variance. Weight each by its number of examples.
        distance of the means missing
            + apart**2 * n1 * n2 / n**2 →
            you leave out the distance between the means in the variance. Add its term, because a difference between the
            chunks' means adds to the variance.
        distance not squared
            apart**2 → np.abs(apart)
            you add the distance between the means unsquared. Square it, because a variance is a mean of squares.
        difference not squared
            apart**2 → apart
            you add the difference of the means unsquared. Square it, because a variance is a mean of squares.
        distance from the new mean
            apart**2 * → (mean2 - mean) ** 2 *
            you use the distance of μ₂ from the *common* mean. Use μ₂ − μ₁.
        distance not weighted
            apart**2 * n1 * n2 / n**2 → apart**2
            you add the whole squared distance. Multiply it by n₁n₂/n².
        divided once
            n1 * n2 / n**2 → n1 * n2 / n
            you divide n₁n₂ by n. Divide it by n².
        sums for means
            (n1 * var1 + n2 * var2) / n → (n1 * var1 + n2 * var2)
            you leave the sum n₁σ₁² + n₂σ₂² undivided. Divide it by n.
        variances added
            (n1 * var1 + n2 * var2) / n → var1 + var2
            you add the two variances. Weight them by n₁/n and n₂/n.
        distance subtracted
            + apart**2 → - apart**2
            you subtract the term with the distance between the means. Add it, because a difference between the
            chunks' means *adds* to the variance.
        by squares
            (n1 * var1 + n2 * var2) / n → (n1 * (var1 + mean1**2) + n2 * (var2 + mean2**2)) / n
            + apart**2 * n1 * n2 / n**2 → - mean**2
            you subtract the square of the mean from the mean of the squares, but far from 0 both are huge and rounding
            destroys their difference. Use the distance between the means instead.
        divisor one less
            / n**2 → / (n * (n - 1))
            you divide by n(n − 1) in the last term. Divide by n², because each variance here is a sum
            of squared deviations divided by the number of examples, not by one less.
        both terms by one less
            (n1 * var1 + n2 * var2) / n → (n1 * var1 + n2 * var2) / (n - 1)
            / n**2 → / (n * (n - 1))
            you divide the sum of all squared deviations by n − 1, in one step or in each term. Use n in place of n − 1
            everywhere.
        one less everywhere
            (n1 * var1 + n2 * var2) / n → ((n1 - 1) * var1 + (n2 - 1) * var2) / (n - 1)
            / n**2 → / (n * (n - 1))
            you use n₁ − 1, n₂ − 1 and n − 1 for the variances. Use n₁, n₂ and n, because the variances are divided by n
            here.
        number of the first chunk
            return n, mean, var → return n1, mean, var
            you return the number of examples in the first chunk. Return the number in both chunks together.
        standard deviation
            return n, mean, var → return n, mean, np.sqrt(var)
            you return the standard deviation. Return the variance.
        mean changed
            mean = mean1 + apart * n2 / n → mean1 += apart * n2 / n ⏎ mean = mean1
            the values are right, but you change the caller's `mean1` in place, as `+=` does. Make a new array.
    """,
)
