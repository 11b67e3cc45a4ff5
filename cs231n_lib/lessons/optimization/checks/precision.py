"""Exercises on precision: the relative error, the V-curve of rounding, kinks."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Values, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import gradients

from . import references
from .differences import Scalar, slopes


def _ordinary_pairs(rng: Generator) -> Iterator[Case]:
    a = rng.normal(size=(3, 4))
    yield case("values of either sign", a, a * rng.uniform(0.5, 1.5, a.shape))
    yield case("opposite signs", a, -a * rng.uniform(0.5, 1.5, a.shape))


def _both_zero(rng: Generator) -> Iterator[Case]:
    a, b = rng.normal(size=6), rng.normal(size=6)
    a[:3], b[1:4] = 0, 0
    yield case("zero in a, in b, in both", a, b)


def _tiny(rng: Generator) -> Iterator[Case]:
    a = rng.uniform(1, 2, 5) * 1e-12
    yield case("gradients around 1e-12", a, a * rng.uniform(1.2, 1.8, 5))


def _quiet(divide: Callable[[FloatArray, FloatArray], FloatArray]) -> Callable[..., Any]:
    def implementation(a: FloatArray, b: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return divide(a, b)

    return implementation


relative_error = Exercise(
    gradients.relative_error,
    points=6,
    minutes=5,
    difficulty=2,
    checks=(
        Values("Ordinary values", 3, _ordinary_pairs),
        Values("0 against 0 is no error", 3, _both_zero),
        Values("Tiny gradients count as much as large ones", 2, _tiny),
    ),
    mistakes=(
        Mistake(
            "0/0 not guarded",
            _quiet(lambda a, b: np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))),
            "where both are 0 this divides 0 by 0 and gives NaN. Two equal numbers have no error: give 0 there.",
        ),
        Mistake(
            "not relative", lambda a, b: np.abs(a - b), "this is the absolute error: divide by the larger magnitude."
        ),
        Mistake(
            "floor in the denominator",
            lambda a, b: np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-8),
            "the small floor in the denominator hides errors of tiny gradients. Guard only where both are exactly 0.",
        ),
        Mistake(
            "divided by the sum",
            _quiet(lambda a, b: np.abs(a - b) / np.where(a == b, 1, np.abs(a) + np.abs(b))),
            "the denominator is the larger of the two magnitudes, not their sum.",
        ),
        Mistake(
            "magnitudes forgotten",
            _quiet(lambda a, b: np.abs(a - b) / np.where(a == b, 1, np.maximum(a, b))),
            "compare *magnitudes*: take `np.abs` of both before the maximum.",
        ),
        Mistake(
            "signed",
            _quiet(lambda a, b: (a - b) / np.where(a == b, 1, np.maximum(np.abs(a), np.abs(b)))),
            "an error has no sign: take `np.abs` of the difference.",
        ),
        Mistake(
            "one number for all",
            lambda a, b: np.max(np.abs(a - b)) / max(np.max(np.abs(a)), np.max(np.abs(b))),
            "one number for the whole array hides *which* entry is wrong: give the error of each entry.",
        ),
    ),
)


def _cube(x: Any) -> Any:
    return x * x * x  # products round alike one by one and in an array; `x**3` does not


def _curve_cases(dtype: type[np.floating[Any]]) -> Callable[[Generator], Iterator[Case]]:
    def cases(rng: Generator) -> Iterator[Case]:
        x = dtype(rng.uniform(1, 2))
        steps = 10.0 ** np.arange(-1, -8 if dtype is np.float32 else -15, -1)
        yield case(f"{dtype.__name__}, {len(steps)} steps", _cube, np.float64(3 * float(x) ** 2), x, steps)
        yield case(f"{dtype.__name__}, one step", _cube, np.float64(3 * float(x) ** 2), x, np.array([1e-3]))

    return cases


def _curve(error: Callable[[Any, Any, Any, Any], float]) -> Callable[..., Any]:
    def implementation(f: Any, exact: Any, x: Any, steps: FloatArray) -> FloatArray:
        return np.array([error(f, exact, x, h) for h in steps])

    return implementation


difference_errors = Exercise(
    references.difference_errors,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("The curve in float64", 3, _curve_cases(np.float64)),
        Values("The curve in float32", 4, _curve_cases(np.float32)),
    ),
    mistakes=(
        Mistake(
            "everything in float64",
            _curve(lambda f, exact, x, h: abs((f(x + h) - f(x)) / h - exact) / abs(exact)),
            "`x` is float32 but `h` is float64, and their sum is float64: the curve never leaves double precision. "
            "Cast the "
            "step first: `h = x.dtype.type(h)`.",
        ),
        Mistake(
            "absolute error",
            _curve(lambda f, exact, x, h: abs((f(x + x.dtype.type(h)) - f(x)) / x.dtype.type(h) - exact)),
            "this is the absolute error: divide by `abs(exact)`.",
        ),
        Mistake(
            "centred difference",
            _curve(
                lambda f, exact, x, h: (
                    abs((f(x + x.dtype.type(h)) - f(x - x.dtype.type(h))) / x.dtype.type(2 * h) - exact) / abs(exact)
                )
            ),
            "this measures the centred difference; the exercise asks for the forward one, `f(x + h)` against `f(x)`.",
        ),
        Mistake(
            "signed",
            _curve(lambda f, exact, x, h: ((f(x + x.dtype.type(h)) - f(x)) / x.dtype.type(h) - exact) / abs(exact)),
            "an error has no sign, and the picture has a logarithmic axis: take `abs` of the difference.",
        ),
        Mistake(
            "divided by the estimate",
            _curve(
                lambda f, exact, x, h: (
                    abs(1 - exact * x.dtype.type(h) / (f(x + x.dtype.type(h)) - f(x)))
                    if f(x + x.dtype.type(h)) != f(x)
                    else 1.0
                )
            ),
            "relative to the *exact* slope, please: the estimate is what is under test.",
        ),
    ),
)


def _kinked(rng: Generator) -> Iterator[Case]:
    x = rng.uniform(0.5, 2, 6) * rng.choice([-1, 1], 6)
    x[[1, 4]] = 0
    yield case("sum of |x|, with zeros in x", lambda x: float(np.sum(np.abs(x))), x)
    yield case("sum of ReLU(x), with zeros in x", lambda x: float(np.sum(np.maximum(x, 0))), x.reshape(2, 3))


def _close_by(rng: Generator) -> Iterator[Case]:
    x = np.array([3e-6, -4e-6, 3e-3, -0.5]) * rng.uniform(0.9, 1.1, 4)
    yield case("kinks near x: within h and beyond", lambda x: float(np.sum(np.maximum(x, 0))), x)
    yield case("a larger h reaches further", lambda x: float(np.sum(np.maximum(x, 0))), x, h=1e-2)


def _smooth(rng: Generator) -> Iterator[Case]:
    yield case("x² and x³ have no kink", lambda x: float(np.sum(x**3 + x**2)), rng.normal(size=(2, 3)))
    yield case("nor has a steep line", lambda x: float(300 * np.sum(x)), rng.normal(size=3))


def _kink_map(kinked: Callable[[float, float], bool]) -> Callable[..., Any]:
    """A detector that decides from the slopes ``(right, left)`` of each entry."""

    def implementation(f: Scalar, x: FloatArray, h: float = 1e-5) -> Any:
        right = slopes(f, x, lambda f, x, s: (f(x + s) - f(x)) / h, h)
        left = slopes(f, x, lambda f, x, s: (f(x) - f(x - s)) / h, h)
        return np.vectorize(kinked, otypes=[bool])(right, left)

    return implementation


def _differ(right: float, left: float) -> bool:
    return abs(right - left) > 0.01 * max(1, abs(right), abs(left))


def _changes_not_slopes(f: Scalar, x: FloatArray, h: float = 1e-5) -> Any:
    right = slopes(f, x, lambda f, x, s: f(x + s) - f(x), h)
    left = slopes(f, x, lambda f, x, s: f(x) - f(x - s), h)
    return np.vectorize(_differ, otypes=[bool])(right, left)


find_kinks = Exercise(
    references.find_kinks,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Kinks of |x| and ReLU", 3, _kinked),
        Values("Kinks close to x", 3, _close_by),
        Values("Smooth functions have none", 2, _smooth),
    ),
    mistakes=(
        Mistake(
            "magnitudes compared",
            _kink_map(lambda right, left: _differ(abs(right), abs(left))),
            "|x| has slopes −1 and +1 at 0: equal in magnitude, yet a kink. Compare the slopes with their signs.",
        ),
        Mistake(
            "not divided by h",
            _changes_not_slopes,
            "the differences are not divided by `h`, so they are too small to pass the threshold. Compare *slopes*.",
        ),
        Mistake(
            "exactly zero",
            lambda f, x, h=1e-5: x == 0,
            "this looks at `x`, not at `f`: a kink may lie anywhere, and one that lies within `h` of `x` does harm "
            "too.",
        ),
        Mistake(
            "sign change only",
            _kink_map(lambda right, left: right * left < 0),
            "ReLU's slopes are 0 and 1: no change of sign, yet a kink. Compare their difference with the threshold.",
        ),
        Mistake(
            "no tolerance",
            _kink_map(lambda right, left: abs(right - left) > 1e-9),
            "smooth functions curve, and rounding adds noise: slopes that differ by less than the threshold are no "
            "kink.",
        ),
        Mistake(
            "one answer for all",
            lambda f, x, h=1e-5: bool(_kink_map(_differ)(f, x, h).any()),
            "answer for each entry of `x`: a boolean array of its shape.",
        ),
    ),
)
