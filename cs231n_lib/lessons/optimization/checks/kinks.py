"""Exercise on kinks: where a function has two slopes, no difference formula has the right one."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Values, case
from cs231n_lib.contracts import FloatArray

from . import references
from .differences import Scalar


def _bend(left: float, right: float, at: FloatArray | float = 0.0) -> Scalar:
    """Slope ``left`` before ``at`` and ``right`` after it, summed over the entries."""
    return lambda x: float(np.sum(left * np.minimum(x - at, 0) + right * np.maximum(x - at, 0)))


def _kinked(rng: Generator) -> Cases:
    x = rng.uniform(0.5, 2, 6) * rng.choice([-1, 1], 6)
    x[[1, 4]] = 0
    yield case("sum of |x|, with zeros in x", _bend(-1, 1), x)
    yield case("sum of ReLU(x), with zeros in x", _bend(0, 1), x.reshape(2, 3))
    yield case("a roof, −|x|", _bend(1, -1), x)
    yield case("kinks so steep that even their differences, not divided by h, are large", _bend(-1e7, 1e7), np.zeros(2))


def _elsewhere(rng: Generator) -> Cases:
    """The place of a kink is where f has one, whatever x is."""
    at = rng.uniform(1, 2, 5)
    x = at + np.array([0.0, 0.3, 0.0, -0.3, 0.7])
    yield case("sum of |x − c|, with entries at c", _bend(-1, 1, at), x)
    yield case("the same, lifted by 1000", lambda x: 1000 + _bend(-1, 1, at)(x), x)
    yield case("x², at zeros of x", lambda x: float(np.sum(x**2)), np.array([0.0, 1.0, 0.0]))


def _close_by(rng: Generator) -> Cases:
    x = np.array([3e-6, -4e-6, 3e-3, -0.5]) * rng.uniform(0.9, 1.1, 4)
    yield case("kinks near x: within h and beyond", _bend(0, 1), x)
    yield case("a larger h reaches further", _bend(0, 1), x, h=1e-2)


def _thresholds(rng: Generator) -> Cases:
    """Slopes that differ by half the threshold and by twice as much: below slope 1, uphill and downhill."""
    x = np.array([0.0, 1.0])
    for left, right, words in (
        (0.0, 0.005, "slopes 0 and 0.005, below the threshold"),
        (0.0, 0.02, "slopes 0 and 0.02, above it"),
        (0.02, 0.0, "slopes 0.02 and 0, a kink downwards"),
        (-300.0, -298.5, "steep downhill: slopes −300 and −298.5, by half a per cent"),
        (300.0, 298.5, "steep uphill: slopes 300 and 298.5, by half a per cent"),
        (-101.005, -100.0, "slopes −101.005 and −100, by just less than 1 % of the larger"),
        (-100.0, -101.005, "slopes −100 and −101.005, the other way round"),
        (300.0, 294.0, "steep uphill: slopes 300 and 294, by two per cent"),
    ):
        yield case(words, _bend(left, right), x)


def _smooth(rng: Generator) -> Cases:
    yield case("x² and x³ have no kink", lambda x: float(np.sum(x**3 + x**2)), rng.normal(size=(2, 3)))
    x = np.array([0.0, 1.0, 0.0])
    yield case("x² has none, and |x| beside it has", lambda x: float(x[0] ** 2 + x[1] ** 2 + abs(x[2])), x)
    yield case("nor has a steep line", lambda x: float(300 * np.sum(x)), rng.normal(size=3))


find_kinks = Exercise(
    references.find_kinks,
    points=8,
    minutes=15,
    difficulty=3,
    importance="extra",
    checks=(
        Values("Kinks of |x| and ReLU", 3, _kinked),
        Values("Kinks anywhere, not only at 0", 1, _elsewhere),
        Values("Kinks close to x", 2, _close_by),
        Values("The threshold: 1 % of the largest of 1 and the two slopes", 2, _thresholds),
        Values("Smooth functions have none", 2, _smooth),
    ),
    slips="""
        magnitudes compared
            abs(right - left) > → abs(abs(right) - abs(left)) >
            |x| has slopes −1 and +1 at 0: equal in magnitude, yet a kink. Compare the slopes with their signs.
        not divided by h
            (f(x + step) - f_x) / h → f(x + step) - f_x
            (f_x - f(x - step)) / h → f_x - f(x - step)
            the differences are not divided by `h`, so they are too small to pass the threshold. Compare *slopes*.
        slope to the left turned
            (f_x - f(x - step)) / h → (f(x - step) - f_x) / h
            the slope to the left has its sign turned, so that smooth places look like kinks: it is `f(x)` minus
            `f(x − h)`, divided by `h`.
        never a kink
            abs(right - left) > 0.01 * max( → 0.01 * abs(right - left) > max(
            nothing is ever called a kink. Is the 0.01 on the right side? It is the *threshold* that is 1 % of the
            largest.
        exactly zero
            abs(right - left) > 0.01 * max(1, abs(right), abs(left)) → x[i] == 0
            this looks at `x`, not at `f`: a kink may lie anywhere, and one that lies within `h` of `x` does harm too.
        near zero
            abs(right - left) > 0.01 * max(1, abs(right), abs(left)) → abs(x[i]) < h
            this looks at `x`, not at `f`: a kink may lie anywhere, not only at 0. Compare the two slopes of `f`.
        sign change only
            abs(right - left) > 0.01 * max(1, abs(right), abs(left)) → right * left < 0
            ReLU's slopes are 0 and 1: no change of sign, yet a kink. Compare their difference with the threshold.
        no tolerance
            0.01 * max(1, abs(right), abs(left)) → 1e-9
            smooth functions curve, and rounding adds noise: slopes that differ by less than the threshold are no kink.
        kinks in one direction only
            abs(right - left) > → right - left >
            a slope may also become *smaller* at a kink: take `abs` of the difference.
        threshold not relative
            max(1, abs(right), abs(left)) → 1
            the threshold is always 0.01. Of steep slopes it is 1 %: multiply by the largest of 1 and the two.
        threshold without the 1
            max(1, abs(right), abs(left)) → max(abs(right), abs(left))
            where both slopes are small, 1 % of them is next to nothing: the threshold is at least 0.01.
        signs in the threshold
            max(1, abs(right), abs(left)) → max(1, right, left)
            steep slopes downhill are negative, and the largest of them and 1 is 1. Take `abs` of both slopes.
        one answer for all
            return kinks → return bool(kinks.any())
            answer for each entry of `x`: a boolean array of its shape.
    """,
)
