"""The bonus of lesson 05: statistics of data that never fit into memory at once."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Cases, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import references
from .draws import away_from_0


def _heap(rng: Generator, n: int, d: int = 3) -> tuple[int, FloatArray, FloatArray]:
    return n, away_from_0(rng, d), rng.uniform(1, 4, d)


def _heaps(rng: Generator) -> Cases:
    for n1, n2 in ((7, 3), (2, 9)):
        yield case(f"{n1} and {n2} examples", *_heap(rng, n1), *_heap(rng, n2))


def _one_example(rng: Generator) -> Cases:
    yield case("one more example, of variance 0", *_heap(rng, 5), 1, away_from_0(rng, 3), np.zeros(3))


def _as_together(call: Function, rng: Generator) -> None:
    x = rng.normal(away_from_0(rng, 3), 2, (20, 3))
    n, mean, var = 4, x[:4].mean(axis=0), x[:4].var(axis=0)
    for start, end in ((4, 5), (5, 13), (13, 20)):
        part = x[start:end]
        n, mean, var = call(n, mean, var, len(part), part.mean(axis=0), part.var(axis=0))
    if n != 20 or not np.allclose(mean, x.mean(axis=0)) or not np.allclose(var, x.var(axis=0)):
        raise Violation("heap after heap does not give the moments of all the data")


def _far_from_0(call: Function, rng: Generator) -> None:
    x = rng.normal(size=(20, 2))
    far = x + 1e8
    parts = far[:8], far[8:]
    _, _, var = call(*(v for part in parts for v in (len(part), part.mean(axis=0), part.var(axis=0))))
    if not np.allclose(var, x.var(axis=0), rtol=1e-5):
        raise Violation("a hundred million away from 0 the variance is wrong")


merged_moments = Bonus(
    references.merged_moments,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Two heaps", 5, _heaps),
        Values("One more example", 1, _one_example),
        Property("Heap after heap", 2, _as_together),
        Property("Far from 0", 1, _far_from_0),
    ),
    slips="""
        mean of the means
            mean1 + apart * n2 / n → (mean1 + mean2) / 2
            the mean of the two means counts both heaps alike: the larger one counts more.
        shares of the means exchanged
            apart * n2 / n → apart * n1 / n
            the shares are exchanged: the more examples the second heap has, the nearer the mean is to *its* mean.
        means the other way
            mean2 - mean1 → mean1 - mean2
            the first mean moves away from the second: the way to it is μ₂ − μ₁.
        mean of the variances
            (n1 * var1 + n2 * var2) / n → (var1 + var2) / 2
            the mean of the two variances counts both heaps alike: the larger one counts more.
        distance of the means missing
            + apart**2 * n1 * n2 / n**2 →
            two heaps that lie apart vary more together than each by itself: the distance of the means is missing.
        distance not squared
            apart**2 → np.abs(apart)
            the distance of the means is squared in a variance.
        distance as it is
            apart**2 → apart
            the distance of the means is squared in a variance.
        distance from the new mean
            apart**2 * → (mean2 - mean) ** 2 *
            this is the distance of μ₂ from the *common* mean: μ₂ − μ₁ is asked.
        distance not weighed
            apart**2 * n1 * n2 / n**2 → apart**2
            the squared distance is added whole: its share is n₁n₂/n².
        divided once
            n1 * n2 / n**2 → n1 * n2 / n
            the share of the squared distance is n₁n₂/n²: divide by n twice.
        sums for means
            (n1 * var1 + n2 * var2) / n → (n1 * var1 + n2 * var2)
            the squares within the heaps are added up, and not divided by n.
        variances added
            (n1 * var1 + n2 * var2) / n → var1 + var2
            the variances are added. Weigh each by its heap: n₁ and n₂, over n.
        distance subtracted
            + apart**2 → - apart**2
            the distance of the means is subtracted: heaps that lie apart vary *more*.
        by squares
            (n1 * var1 + n2 * var2) / n → (n1 * (var1 + mean1**2) + n2 * (var2 + mean2**2)) / n
            + apart**2 * n1 * n2 / n**2 → - mean**2
            mean of the squares less the square of the mean is right on paper: far from 0 both are huge, and rounding
            eats the difference. Use the distance of the means.
        divisor one less
            / n**2 → / (n * (n - 1))
            the last share is n₁n₂/(n(n − 1)): here variances divide by the number, n.
        all by one less
            (n1 * var1 + n2 * var2) / n → (n1 * var1 + n2 * var2) / (n - 1)
            / n**2 → / (n * (n - 1))
            the whole variance divides by n − 1: here variances divide by the number, n.
        number of the first heap
            return n, mean, var → return n1, mean, var
            the number is that of the first heap: both together are asked.
        standard deviation
            return n, mean, var → return n, mean, np.sqrt(var)
            this is the standard deviation: the variance is asked.
        mean changed
            mean = mean1 + apart * n2 / n → mean1 += apart * n2 / n ⏎ mean = mean1
            the values are right, but `+=` writes into the caller's mean.
    """,
)
