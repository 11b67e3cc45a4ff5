"""Exercises on precision: the relative error, and the V-curve of rounding."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Values, case
from cs231n_lib.functions import gradients

from . import references


def _ordinary_pairs(rng: Generator) -> Cases:
    # So large that 1e-8 in the denominator, which costs the row on tiny ones, is below the tolerance.
    a, ratio = rng.uniform(2, 4, (3, 4)) * rng.choice([-1, 1], (3, 4)), rng.uniform(0.5, 1.5, (3, 4))
    a[0] = np.abs(a[0]) * [1, -1, 1, -1]
    ratio[0] = [0.5, 0.6, 2, 3]  # either may be the larger one, and negative
    yield case("values of either sign", a, ratio * a)
    yield case("opposite signs", a, -ratio * a)


def _both_zero(rng: Generator) -> Cases:
    size = rng.uniform(1, 2, 6)
    a, b = size * [0, 0, 0, -1, 1, 2], size * [-1, 0, 0, 0, 2, -1]
    yield case("zero in a, in b, in both", a, b)


def _tiny(rng: Generator) -> Cases:
    a = rng.uniform(1, 2, 5) * 1e-12
    yield case("gradients around 1e-12", a, a * rng.uniform(1.2, 1.8, 5))


relative_error = Exercise(
    gradients.relative_error,
    points=6,
    minutes=5,
    difficulty=2,
    importance="core",
    checks=(
        Values("Ordinary values", 3, _ordinary_pairs),
        Values("0 against 0 is no error", 3, _both_zero),
        Values("Tiny gradients count as much as large ones", 2, _tiny),
    ),
    slips="""
        0/0 not guarded
            np.where(scale == 0, 1, scale) → scale
            where both are 0 this divides 0 by 0 and gives NaN. Two equal numbers have no error: give 0 there.
        not relative
            np.abs(a - b) / np.where(scale == 0, 1, scale) → np.abs(a - b)
            this is the absolute error: divide by the larger magnitude.
        floor in the denominator
            np.where(scale == 0, 1, scale) → np.maximum(scale, 1e-8)
            the small floor in the denominator hides errors of tiny gradients. Guard only where both are exactly 0.
        small number added to the denominator
            np.where(scale == 0, 1, scale) → (scale + 1e-8)
            the small number added to the denominator hides errors of tiny gradients. Guard only where both are
            exactly 0.
        10⁻¹² added to the denominator
            np.where(scale == 0, 1, scale) → (scale + 1e-12)
            even 10⁻¹² in the denominator hides errors of gradients that are smaller yet. Guard only where both are
            exactly 0.
        divided by the mean of the two
            np.maximum(np.abs(a), np.abs(b)) → (np.abs(a) + np.abs(b)) / 2
            the denominator is the larger of the two magnitudes, not their mean.
        divided by the sum
            np.maximum(np.abs(a), np.abs(b)) → np.abs(a) + np.abs(b)
            the denominator is the larger of the two magnitudes, not their sum.
        divided by one of the two
            np.maximum(np.abs(a), np.abs(b)) → np.abs(b)
            the error is relative to `b` alone. Divide by the larger magnitude of the two.
        divided by the smaller
            np.maximum(np.abs(a), np.abs(b)) → np.minimum(np.abs(a), np.abs(b))
            this divides by the smaller magnitude. Take the larger one, `np.maximum`.
        magnitudes forgotten
            np.maximum(np.abs(a), np.abs(b)) → np.maximum(a, b)
            compare *magnitudes*: take `np.abs` of both before the maximum.
        magnitudes forgotten, 0 where the larger one is 0
            np.maximum(np.abs(a), np.abs(b)) → np.maximum(a, b)
            return np.abs(a - b) / → return (scale != 0) * np.abs(a - b) /
            compare *magnitudes*: take `np.abs` of both before the maximum.
        signed
            np.abs(a - b) → (a - b)
            an error has no sign: take `np.abs` of the difference.
        one maximum for the array
            np.maximum(np.abs(a), np.abs(b)) → np.maximum(np.abs(a).max(), np.abs(b).max())
            all entries are divided by the largest of the array, which hides errors of small gradients: take the larger
            magnitude of each *pair*.
        one number for all
            np.abs(a - b) → np.max(np.abs(a - b))
            np.where(scale == 0, 1, scale) → np.max(scale)
            one number for the whole array hides *which* entry is wrong: give the error of each entry.
    """,
)


def _cube(x: Any) -> Any:
    return x * x * x  # products round alike one by one and in an array; `x**3` does not


def _fall(x: Any) -> Any:
    return -(x * x * x)


def _rounds_visibly(slope: float) -> bool:
    """Whether float32 has no number close to it: rounding the exact slope must show."""
    return abs(float(np.float32(slope)) / slope - 1) > 2e-8


def _curve_cases(dtype: type[np.floating[Any]]) -> Callable[[Generator], Cases]:
    """Steps are powers of two: the same number in either precision, whichever of the two divides."""

    def cases(rng: Generator) -> Cases:
        x = next(x for x in rng.uniform(1, 2, 1000).astype(dtype) if _rounds_visibly(3 * float(x) ** 2))
        steps = 2.0 ** -np.arange(3, 25 if dtype is np.float32 else 52, 3)
        slope = np.float64(3 * float(x) ** 2)
        yield case(f"{dtype.__name__}, {len(steps)} steps", _cube, slope, x, steps)
        yield case(f"{dtype.__name__}, one step of a falling f", _fall, -slope, x, np.array([2.0**-10]))

    return cases


difference_errors = Exercise(
    references.difference_errors,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("The curve in float64", 3, _curve_cases(np.float64)),
        Values("The curve in float32", 4, _curve_cases(np.float32)),
    ),
    slips="""
        everything in float64
            x.dtype.type(step) → step
            `x` is float32 but `h` is float64, and their sum is float64: the curve never leaves double precision. Cast
            the step first: `h = x.dtype.type(h)`.
        exact slope rounded
            slope - exact → slope - x.dtype.type(exact)
            the exact slope is rounded to the precision of `x`. Compare with it as it is, in float64.
        absolute error
            abs(slope - exact) / abs(exact) → abs(slope - exact)
            this is the absolute error: divide by `abs(exact)`.
        sign of the slope in the denominator
            abs(exact) → exact
            where the slope is negative this makes the error negative: divide by `abs(exact)`.
        centred difference
            (f(x + h) - f(x)) / h → (f(x + h) - f(x - h)) / (2 * h)
            this measures the centred difference; the exercise asks for the forward one, `f(x + h)` against `f(x)`.
        not divided by h
            (f(x + h) - f(x)) / h → f(x + h) - f(x)
            the change of `f` is not yet a slope: divide it by `h`.
        signed
            abs(slope - exact) / → (slope - exact) /
            an error has no sign, and the picture has a logarithmic axis: take `abs` of the difference.
        divided by the estimate
            abs(exact) → abs(slope)
            relative to the *exact* slope, please: the estimate is what is under test.
    """,
)
