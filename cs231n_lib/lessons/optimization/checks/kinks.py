"""Exercise on kinks, at which a function has two slopes."""

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
    x[rng.permutation(6)[:2]] = 0
    yield case("sum of |x|, with zeros in x", _bend(-1, 1), x)
    yield case("sum of ReLU(x), with zeros in x", _bend(0, 1), x.reshape(2, 3))
    yield case("sum of −|x|, with zeros in x", _bend(1, -1), x)
    yield case("kinks with slopes of ±10⁷", _bend(-1e7, 1e7), rng.permutation([0.0, 0.0, 1.0, 2.0, 3.0, 4.0]))


def _elsewhere(rng: Generator) -> Cases:
    """Functions whose kinks are not at 0."""
    at = rng.uniform(1, 2, 7)
    x = at + rng.permutation([0.0, 0.3, 0.0, -0.3, 0.7, 0.5, -0.6])
    yield case("sum of |x − c|, with entries at c", _bend(-1, 1, at), x)
    yield case("the same plus 1000", lambda x: 1000 + _bend(-1, 1, at)(x), x)
    # A step of a power of two makes the slopes exact.
    yield case("slopes 0 and 0.01, exactly at the threshold", _bend(0, 0.01, 0.5), np.full(2, 0.5), h=2.0**-17)
    # An entry that stays moved hides the kink of the next one.
    a, b = rng.uniform(0.5, 2, 2)
    yield case(
        "|x₀ − x₁| + |x₁ − x₂|, with x₀ = x₁", lambda x: float(np.sum(np.abs(np.diff(x)))), np.array([a, a, a + b])
    )
    yield case("sum of x², with zeros in x", lambda x: float(np.sum(x**2)), np.array([0.0, 1.0, 0.0]))
    i = int(rng.integers(3))
    yield case(
        "1000x in one entry and |x| in the others, with zeros in x",
        lambda x: float(1000 * x[i] + np.sum(np.abs(np.delete(x, i)))),
        np.zeros(3),
    )


def _close_by(rng: Generator) -> Cases:
    x = rng.permutation([3e-6, -4e-6, 3e-3, -0.5]) * rng.uniform(0.9, 1.1, 4)
    yield case("kinks within h of x and beyond", _bend(0, 1), x)
    yield case("the same with a larger h", _bend(0, 1), x, h=1e-2)


def _thresholds(rng: Generator) -> Cases:
    """Slopes that differ by more and by less than the threshold, of either sign."""
    for left, right, words in (
        (0.0, 0.005, "slopes 0 and 0.005, below the threshold"),
        (0.0, 0.02, "slopes 0 and 0.02, above the threshold"),
        (0.02, 0.0, "slopes 0.02 and 0, which bend downwards"),
        (-300.0, -298.5, "slopes −300 and −298.5, which differ by 0.5 %"),
        (300.0, 298.5, "slopes 300 and 298.5, which differ by 0.5 %"),
        (-101.005, -100.0, "slopes −101.005 and −100, which differ by just under 1 %"),
        (-100.0, -101.005, "slopes −100 and −101.005, in reverse order"),
        (300.0, 294.0, "slopes 300 and 294, which differ by 2 %"),
        (300.0, 295.5, "slopes 300 and 295.5, which differ by 1.5 %"),
        (1.0, 1.015, "slopes 1 and 1.015, which differ by 1.5 %"),
    ):
        yield case(words, _bend(left, right), rng.permutation([0.0, 1.0, 2.0, 3.0]))


def _smooth(rng: Generator) -> Cases:
    yield case("sum of x³ + x²", lambda x: float(np.sum(x**3 + x**2)), rng.normal(size=(2, 3)))
    i = int(rng.integers(12))
    x = np.where(np.arange(12) == (i + 1) % 12, 1.0, 0.0)
    yield case(
        "|x| in one of twelve entries and x² in the others", lambda x: float(np.sum(x**2) - x[i] ** 2 + abs(x[i])), x
    )
    yield case("a steep straight line", lambda x: float(300 * np.sum(x)), rng.normal(size=3))


find_kinks = Exercise(
    references.find_kinks,
    points=8,
    minutes=15,
    difficulty=3,
    covers="sign tiny repeated",
    importance="extra",
    checks=(
        Values("Kinks of |x| and ReLU", 3, _kinked, central=True),
        Values("Kinks that are not at 0", 1, _elsewhere),
        Values("Kinks near x", 2, _close_by, central=True),
        Values("Threshold of 1 % of the largest of 1 and the two slopes", 2, _thresholds, central=True),
        Values("Smooth functions without kinks", 2, _smooth, central=True),
    ),
    slips="""
        magnitudes compared
            abs(right - left) > → abs(abs(right) - abs(left)) >
            you compare the magnitudes of the slopes, which are equal at the kink of |x|. Compare the slopes with their
            signs, −1 and +1.
        not divided by h
            (f(x + step) - f_x) / h → f(x + step) - f_x
            (f_x - f(x - step)) / h → f_x - f(x - step)
            you compare differences of `f`, most of which are too small for the threshold. Divide them by `h` to compare
            *slopes*.
        one slope with the wrong sign
            (f_x - f(x - step)) / h → (f(x - step) - f_x) / h
            you compare one slope with the other one's negative, so smooth points look like kinks. Subtract the slope to
            the left (`f(x)` minus `f(x − h)`, divided by `h`) from the slope to the right (`f(x + h)` minus `f(x)`,
            divided by `h`).
        never a kink
            abs(right - left) > 0.01 * max( → 0.01 * abs(right - left) > max(
            you never find a kink, for example because you multiply the difference of the slopes by 0.01. Compare the
            magnitude of the difference between the slopes to the right and to the left with 0.01 times the largest of 1
            and the magnitudes of the two slopes.
        exactly zero
            abs(right - left) > 0.01 * max(1, abs(right), abs(left)) → x[i] == 0
            you test whether `x` is 0, but a kink may lie anywhere, and one within `h` of `x` matters too. Compare the
            two slopes of `f`.
        near zero
            abs(right - left) > 0.01 * max(1, abs(right), abs(left)) → abs(x[i]) < h
            you test whether `x` is close to 0, but a kink may lie anywhere. Compare the two slopes of `f`.
        sign change only
            abs(right - left) > 0.01 * max(1, abs(right), abs(left)) → right * left < 0
            you look for a change of sign, but the slopes of ReLU at its kink are 0 and 1. Compare the size of the
            difference between the slopes with the threshold.
        no tolerance
            0.01 * max(1, abs(right), abs(left)) → 1e-9
            you call almost any difference of the slopes a kink, but curvature and rounding make slopes differ at smooth
            points. Compare the difference with the threshold.
        kinks in one direction only
            abs(right - left) > → right - left >
            you find only kinks at which the slope grows. Take `abs` of the difference, because the slope may also
            *fall* at a kink.
        threshold not relative
            max(1, abs(right), abs(left)) → 1
            your threshold is 0.01 for steep slopes too. Multiply it by the largest of 1 and the magnitudes of the two
            slopes.
        threshold without the 1
            max(1, abs(right), abs(left)) → max(abs(right), abs(left))
            your threshold is almost 0 if both slopes are small. Include 1 in the maximum, so that the threshold is at
            least 0.01.
        signs in the threshold
            max(1, abs(right), abs(left)) → max(1, right, left)
            you take the maximum of the slopes with their signs, so your threshold stays at 0.01 for steep negative
            slopes. Take `abs` of both slopes inside the maximum.
        limits added, as in np.isclose
            abs(right - left) > 0.01 * max(1, abs(right), abs(left)) → not np.isclose(right, left, 0.01, 0.01)
            your threshold is a *sum* of two limits, as in `np.isclose`, so you miss kinks between slopes around 1.
            Compare the magnitude of the difference with 0.01 times the largest of 1 and the magnitudes of the two
            slopes.
        numbers for booleans
            dtype=bool) → dtype=float)
            you find the right entries, but your array holds the numbers 1 and 0 instead of True and False. Return an
            array of booleans, for example by creating it with `dtype=bool`.
        one answer for all
            return kinks → return bool(kinks.any())
            you return one answer for the whole array. Return a boolean array with the shape of `x`.
    """,
)
