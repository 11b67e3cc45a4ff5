"""Exercises on the relative error and on rounding in differences."""

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
    order = rng.permutation(8)
    size = rng.uniform(1, 2, 8)
    a, b = (size * np.array(values)[order] for values in ([0, 0, 0, -1, 1, 2, 0, 3], [-1, 0, 0, 0, 2, -1, 1, 3]))
    yield case("zeros in a, in b and in both", a, b)
    yield case("opposite entries, whose sum is 0", size, -size)


def _tiny(rng: Generator) -> Cases:
    a = rng.uniform(1, 2, 5) * 1e-12
    yield case("gradients around 1e-12", a, a * rng.uniform(1.2, 1.8, 5))
    yield case("gradients around 1e-40", 1e-28 * a, 1e-28 * a * rng.uniform(1.2, 1.8, 5))


relative_error = Exercise(
    gradients.relative_error,
    points=6,
    minutes=5,
    difficulty=2,
    covers="threshold sign tiny",
    importance="core",
    examples_rows=("Error 0 where both values are 0",),
    checks=(
        Values("Ordinary values", 5, _ordinary_pairs),
        Values("Error 0 where both values are 0", 1.5, _both_zero),
        Values("Tiny gradients, of 10⁻¹² and less", 1.5, _tiny),
    ),
    slips="""
        0/0 not guarded
            np.where(scale == 0, 1, scale) → scale
            you divide 0 by 0 where both entries are 0, which gives NaN. Return 0 there, because the two are equal.
        not relative
            np.abs(a - b) / np.where(scale == 0, 1, scale) → np.abs(a - b)
            you return the absolute error. Divide it by the larger of the two magnitudes.
        floor in the denominator
            np.where(scale == 0, 1, scale) → np.maximum(scale, 1e-8)
            your lower limit for the denominator hides errors of tiny gradients. Replace the denominator only where both
            entries are exactly 0.
        small number added to the denominator
            np.where(scale == 0, 1, scale) → (scale + 1e-8)
            you add a small number to the denominator, which hides errors of tiny gradients. Replace the denominator
            only where both entries are exactly 0.
        10⁻¹² added to the denominator
            np.where(scale == 0, 1, scale) → (scale + 1e-12)
            you add a number as small as 10⁻¹² to the denominator, which hides errors of gradients of that size. Replace
            the denominator only where both entries are exactly 0.
        machine epsilon in the denominator
            np.where(scale == 0, 1, scale) → np.maximum(scale, np.finfo(float).eps)
            your denominator is at least the machine epsilon, which hides errors of smaller gradients. Replace the
            denominator only where both entries are exactly 0.
        tiny counts as zero
            scale == 0 → np.isclose(scale, 0)
            you treat tiny entries like zeros, so their errors are 0 or almost 0. Depart from the formula only where
            both entries are *exactly* 0.
        0 for opposite entries
            np.where(scale == 0, 1, scale) → np.where(a + b == 0, np.inf, scale)
            you return 0 wherever a + b is 0, but this sum is also 0 for opposite entries, whose error is 2. Return 0
            only where both entries are 0, which means that the larger magnitude is 0.
        divided by the mean of the two
            np.maximum(np.abs(a), np.abs(b)) → (np.abs(a) + np.abs(b)) / 2
            you divide by the mean of the two magnitudes. Divide by the larger one.
        divided by the sum
            np.maximum(np.abs(a), np.abs(b)) → np.abs(a) + np.abs(b)
            you divide by the sum of the two magnitudes. Divide by the larger one.
        divided by one of the two
            np.maximum(np.abs(a), np.abs(b)) → np.abs(b)
            you divide by the magnitude of `b`. Divide by the larger of the two magnitudes.
        divided by one of the two, 0/0 not guarded
            np.maximum(np.abs(a), np.abs(b)) → np.abs(b)
            np.where(scale == 0, 1, scale) → scale
            you divide by the magnitude of `b`, which may be 0. Divide by the larger of the two magnitudes, and return 0
            where both are 0.
        divided by the smaller
            np.maximum(np.abs(a), np.abs(b)) → np.minimum(np.abs(a), np.abs(b))
            you divide by the smaller magnitude. Divide by the larger one, which `np.maximum` returns.
        magnitudes forgotten
            np.maximum(np.abs(a), np.abs(b)) → np.maximum(a, b)
            you take the maximum of the values with their signs. Take `np.abs` of both values before the maximum.
        magnitudes forgotten, 0 where the larger one is 0
            np.maximum(np.abs(a), np.abs(b)) → np.maximum(a, b)
            return np.abs(a - b) / → return (scale != 0) * np.abs(a - b) /
            you take the maximum of the values with their signs. Take `np.abs` of both values before the maximum.
        signed
            np.abs(a - b) → (a - b)
            your error can be negative. Take `np.abs` of the difference.
        magnitudes subtracted
            np.abs(a - b) → np.abs(np.abs(a) - np.abs(b))
            you subtract the magnitudes, so two values that differ only in their sign seem equal. Subtract the values
            with their signs, and take `np.abs` of the difference.
        one maximum for the array
            np.maximum(np.abs(a), np.abs(b)) → np.maximum(np.abs(a).max(), np.abs(b).max())
            you divide all entries by the largest magnitude in the arrays, which hides errors of small gradients. Divide
            by the larger magnitude of each *pair*.
        one number for all
            np.abs(a - b) → np.max(np.abs(a - b))
            np.where(scale == 0, 1, scale) → np.max(scale)
            you return one number for the whole array, which hides *which* entry is wrong. Return the error of each
            entry.
    """,
)


def _cube(x: Any) -> Any:
    return x * x * x  # products round alike for a number and in an array, unlike `x**3`


def _fall(x: Any) -> Any:
    return -(x * x * x)


def _rounds_visibly(slope: float) -> bool:
    """Whether rounding this slope to float32 changes it visibly."""
    return abs(float(np.float32(slope)) / slope - 1) > 2e-8


def _curve_cases(dtype: type[np.floating[Any]]) -> Callable[[Generator], Cases]:
    """Cases with many steps and with one, powers of two, which both precisions represent exactly."""

    def cases(rng: Generator) -> Cases:
        x = next(x for x in rng.uniform(1, 2, 1000).astype(dtype) if _rounds_visibly(3 * float(x) ** 2))
        steps = 2.0 ** -np.arange(3, 25 if dtype is np.float32 else 52, 3)
        slope = np.float64(3 * float(x) ** 2)
        yield case(f"{dtype.__name__}, {len(steps)} steps", _cube, slope, x, steps)
        yield case(f"{dtype.__name__}, one step of a decreasing f", _fall, -slope, x, np.array([2.0**-10]))
        if dtype is np.float64:  # which needs no conversion of the steps, so they may be any
            yield case("float64, steps that grow", _cube, slope, x, np.array([0.003, 0.01, 0.1]))

    return cases


difference_errors = Exercise(
    references.difference_errors,
    points=8,
    minutes=15,
    difficulty=3,
    covers="tiny one sorted reversed",
    required_row="Errors in float64",
    checks=(
        Values("Errors in float64", 3, _curve_cases(np.float64), central=True),
        Values("Errors in float32", 4, _curve_cases(np.float32), central=True),
    ),
    slips="""
        everything in float64
            x.dtype.type(step) → step
            you compute in float64, because the sum of a float32 `x` and a float64 `h` is float64. Convert the step
            first with `h = x.dtype.type(h)`.
        exact slope rounded
            slope - exact → slope - x.dtype.type(exact)
            you round the exact slope to the precision of `x`. Use it as it is, in float64.
        absolute error
            abs(slope - exact) / abs(exact) → abs(slope - exact)
            you return the absolute error. Divide it by `abs(exact)`.
        sign of the slope in the denominator
            abs(exact) → exact
            you divide by `exact`, so the error is negative if the slope is negative. Divide by `abs(exact)`.
        centred difference
            (f(x + h) - f(x)) / h → (f(x + h) - f(x - h)) / (2 * h)
            you measure the centred difference. Measure the forward difference, from `f(x + h)` and `f(x)`.
        not divided by h
            (f(x + h) - f(x)) / h → f(x + h) - f(x)
            you use the change of `f`, which is not yet a slope. Divide the change by `h`.
        signed
            abs(slope - exact) / → (slope - exact) /
            your error can be negative, which the logarithmic axis of the plot cannot show. Take `abs` of the
            difference.
        divided by the estimate
            abs(exact) → abs(slope)
            your denominator depends on the estimated slope, which is under test. Divide by the magnitude of the *exact*
            slope alone.
    """,
)
