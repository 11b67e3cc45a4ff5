"""An exercise on scaling to a range."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Property, Tolerance, Values, case
from cs231n_lib.functions import preprocessing

from . import references
from .draws import Parts, away_from_0, honest, parts


def _wide(rng: Generator, n: int = 7, m: int = 4, d: int = 3) -> Parts:
    """Parts whose training ranges are all above 1, so that points do not depend on the seed if 1 is a limit."""
    while True:
        train, test = parts(rng, n, m, d)
        if np.ptp(train, axis=0).min() > 1:
            return train, test


def _tables(rng: Generator) -> Cases:
    yield case("7 and 4 examples of 3 features", *_wide(rng))
    yield case("5 and 2 examples of 4 features", *_wide(rng, 5, 2, 4))


def _beyond(rng: Generator) -> Cases:
    train, _ = _wide(rng)
    yield case("test rows beyond the range", train, np.stack([train.max(axis=0) + 2, train.min(axis=0) - 3]))


def _constant(rng: Generator) -> Cases:
    train, test = _wide(rng)
    train[:, 2] = value = float(away_from_0(rng, 1)[0])
    test[:, 2] = value + rng.uniform(1, 3, 4)
    yield case("a feature that never varies", train, test)
    two = train.copy()
    two[:, 0] = -value
    yield case("two features that never vary", two, test)


def _narrow(rng: Generator) -> Cases:
    train, test = parts(rng)
    train[-1, 1] = train[0, 1]  # the first and the last value of a feature may agree by chance
    for unit in (1e-4, 1e-11):  # no threshold may take this for a constant
        scale = [1, unit, 1]
        yield case(f"a feature with small values, times {unit:g}", np.multiply(train, scale), np.multiply(test, scale))


min_max = Exercise(
    references.min_max,
    points=5,
    minutes=8,
    difficulty=2,
    covers="threshold sign features tiny one repeated",
    tolerance=Tolerance(1e-7, 1e-7),  # a value is a difference of numbers near 1; + 1e-8 is judged where it matters
    forbidden=(preprocessing.min_max_fit, preprocessing.min_max_transform),
    checks=(
        Values("Ordinary features", 5, _tables),
        Values("Test rows beyond the range", 0.75, _beyond),
        Values("A feature that never varies", 0.75, _constant),
        Values("A feature with small values", 0.75, _narrow),
        Property("Nothing learned from the test part", 0.75, honest),
    ),
    slips="""
        from 0 to 1
            2 * (train - low) / span - 1 → (train - low) / span
            2 * (test - low) / span - 1 → (test - low) / span
            you scale to the range from 0 to 1. Multiply by 2 and subtract 1 to get the range from −1 to 1.
        not doubled
            2 * (train - low) / span - 1 → (train - low) / span - 1
            2 * (test - low) / span - 1 → (test - low) / span - 1
            you scale to the range from −1 to 0. Double before you subtract 1, because the range from −1 to 1 has a
            width of 2.
        from −½ to ½
            2 * (train - low) / span - 1 → (train - low) / span - 0.5
            2 * (test - low) / span - 1 → (test - low) / span - 0.5
            you scale to the range from −½ to ½. Make it twice as wide.
        1 subtracted too early
            2 * (train - low) / span - 1 → 2 * ((train - low) / span - 1)
            2 * (test - low) / span - 1 → 2 * ((test - low) / span - 1)
            you subtract 1 before you double, so the range is from −2 to 0. Double first and then subtract 1.
        mean for the smallest
            2 * (train - low) / span - 1 → 2 * (train - train.mean(axis=0)) / span
            2 * (test - low) / span - 1 → 2 * (test - train.mean(axis=0)) / span
            you subtract the mean, so the training part does not reach from −1 to 1. Subtract the smallest value before
            you divide, and 1 at the end.
        range reversed
            2 * (train - low) / span - 1 → 2 * (high - train) / span - 1
            2 * (test - low) / span - 1 → 2 * (high - test) / span - 1
            you map the smallest value to 1 and the largest to −1. Map the smallest to −1 and the largest to 1.
        smallest value not subtracted
            2 * (train - low) / span - 1 → 2 * train / span - 1
            2 * (test - low) / span - 1 → 2 * test / span - 1
            you do not subtract the smallest value, so the range is shifted. Subtract it before you divide.
        by the largest
            np.where(high > low, high - low, 1.0) → high
            you divide by the largest value. Divide by the *range*, which is the largest value minus the smallest.
        by the largest magnitude
            np.where(high > low, high - low, 1.0) → np.maximum(np.abs(low), np.abs(high))
            you divide by the largest magnitude. Divide by the *range*, which is the largest value minus the smallest.
        range of all data
            low, high = → both = np.concatenate([train, test]) ⏎ low, high =
            train.min(axis=0), train.max(axis=0) → both.min(axis=0), both.max(axis=0)
            you take the range of both parts, so the test part leaks into training. Take the range of `train` alone, and
            let test values lie outside it.
        the test part's own range
            2 * (test - low) / span - 1 → 2 * (test - test.min(axis=0)) / np.ptp(test, axis=0) - 1
            you scale the test part by its own range, so equal values become different in the two parts. Use the range
            of the *training* part for both.
        test part left as it is
            2 * (test - low) / span - 1 → test
            your test part stays as it is, except for rounding. Scale both parts by the range of the original training
            part, and compute this range before you change `train`.
        clipped
            2 * (test - low) / span - 1 → np.clip(2 * (test - low) / span - 1, -1, 1)
            you clip test values to the training range. Scale them without clipping, because they really lie outside it.
        one range for all
            train.min(axis=0), train.max(axis=0) → train.min(), train.max()
            you use one range for all features. Compute a range for each feature with `axis=0`.
        range of each example
            train.min(axis=0), train.max(axis=0) → train.min(axis=1, keepdims=True), train.max(axis=1, keepdims=True)
            2 * (test - low) / span - 1 → 2 * (test.T - test.min(axis=1)).T / np.ptp(test, axis=1, keepdims=True) - 1
            you scale each example by its own range. Compute a range for each feature over the examples, `axis=0`.
        divided by 0
            np.where(high > low, high - low, 1.0) → high - low
            if a feature never varies in the training part, you divide it by 0. Divide such a feature by 1.
        threshold on the range
            high > low → high - low > 1e-6
            your threshold treats a feature as constant if its values differ by very little, such as 10⁻¹⁰ km. Check
            whether the largest value exceeds the smallest.
        more added to the range
            np.where(high > low, high - low, 1.0) → high - low + 1e-6
            you add a small number to the range, so the training part does not quite reach 1. Use 1 as the range of a
            feature that never varies, and leave the other ranges as they are.
        constant set to −1
            np.where(high > low, high - low, 1.0) → high - low
            2 * (train - low) / span - 1 → np.where(high > low, 2 * (train - low) / span - 1, -1.0)
            2 * (test - low) / span - 1 → np.where(high > low, 2 * (test - low) / span - 1, -1.0)
            if a feature never varies in training, you set it to −1 in the test part too. Only use 1 as its range and
            overwrite no result, so that a test value that differs from the training value stays different.
        small added to the range
            np.where(high > low, high - low, 1.0) → high - low + 1e-8
            you add 10⁻⁸ to the range. If a feature never varies in training, this multiplies a test value's difference
            from the training value by 2 · 10⁸. Use 1 as the range of such a feature.
        constant in the middle
            2 * (train - low) / span - 1 → np.where(high > low, 2 * (train - low) / span - 1, 0.0)
            2 * (test - low) / span - 1 → np.where(high > low, 2 * (test - low) / span - 1, 0.0)
            if a feature never varies in training, you set it to 0 in both parts. Use 1 as its range in this section's
            formula, so that it becomes −1 in training and test values that differ stay different.
        measured from the middle
            2 * (train - low) / span - 1 → (train - (low + high) / 2) / np.where(high > low, span / 2, 1)
            2 * (test - low) / span - 1 → (test - (low + high) / 2) / np.where(high > low, span / 2, 1)
            if a feature never varies in training, you make it 0 there, as a formula that measures from the middle of
            the range does. For such a feature, use this section's formula with 1 as its range, which gives −1.
        parts exchanged
            return 2 → train, test = test, train ⏎ return 2
            you return the two parts in the wrong order. Return (train, test).
        arguments changed
            2 * (train - low) / span - 1 → train
            2 * (test - low) / span - 1 → test
            return → train -= low + span / 2 ⏎ train *= 2 / span ⏎ test -= low + span / 2 ⏎ test *= 2 / span ⏎ return
            the values are right, but you change the caller's arrays in place, as `-=` does. Make new arrays.
    """,
)
