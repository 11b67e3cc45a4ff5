"""An exercise on scaling to a range."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Property, Tolerance, Values, case
from cs231n_lib.functions import preprocessing

from . import references
from .draws import away_from_0, honest, parts


def _tables(rng: Generator) -> Cases:
    yield case("7 and 4 examples of 3 features", *parts(rng))
    yield case("5 and 2 examples of 4 features", *parts(rng, 5, 2, 4))


def _beyond(rng: Generator) -> Cases:
    train, _ = parts(rng)
    yield case("test rows beyond the range", train, np.stack([train.max(axis=0) + 2, train.min(axis=0) - 3]))


def _constant(rng: Generator) -> Cases:
    train, test = parts(rng)
    train[:, 2] = value = float(away_from_0(rng, 1)[0])
    test[:, 2] = value + rng.uniform(1, 3, 4)
    yield case("a feature that never varies", train, test)


min_max = Exercise(
    references.min_max,
    points=5,
    minutes=8,
    difficulty=2,
    tolerance=Tolerance(1e-7, 1e-7),  # a value is a difference of numbers near 1; + 1e-8 is judged where it matters
    forbidden=(preprocessing.min_max_fit, preprocessing.min_max_transform),
    checks=(
        Values("Ordinary features", 4, _tables),
        Values("Test rows beyond the range", 1, _beyond),
        Values("A feature that never varies", 1, _constant),
        Property("Nothing learned from the test part", 1, honest),
    ),
    slips="""
        from 0 to 1
            2 * (train - low) / span - 1 → (train - low) / span
            2 * (test - low) / span - 1 → (test - low) / span
            this reaches from 0 to 1. From −1 to 1 is asked: twice that, less 1.
        not doubled
            2 * (train - low) / span - 1 → (train - low) / span - 1
            2 * (test - low) / span - 1 → (test - low) / span - 1
            this reaches from −1 to 0 only: the way from −1 to 1 is 2 long, so double it before you subtract 1.
        half a unit below
            2 * (train - low) / span - 1 → (train - low) / span - 0.5
            2 * (test - low) / span - 1 → (test - low) / span - 0.5
            this reaches from −½ to ½: it is half as wide as asked.
        1 subtracted too early
            2 * (train - low) / span - 1 → 2 * ((train - low) / span - 1)
            2 * (test - low) / span - 1 → 2 * ((test - low) / span - 1)
            the 1 is subtracted before it is doubled, so this reaches from −2 to 0: first times 2, then less 1.
        mean for the smallest
            2 * (train - low) / span - 1 → 2 * (train - train.mean(axis=0)) / span
            2 * (test - low) / span - 1 → 2 * (test - train.mean(axis=0)) / span
            the mean becomes 0, and so the ends are not −1 and 1: subtract the smallest value.
        turned about
            2 * (train - low) / span - 1 → 2 * (high - train) / span - 1
            2 * (test - low) / span - 1 → 2 * (high - test) / span - 1
            this is turned about: the smallest becomes 1 and the largest −1.
        low not subtracted
            2 * (train - low) / span - 1 → 2 * train / span - 1
            2 * (test - low) / span - 1 → 2 * test / span - 1
            the smallest value is not subtracted, so the range is shifted: `(train - low)`.
        by the largest
            np.where(high > low, high - low, 1.0) → high
            you divide by the largest value. The *range*, largest less smallest, becomes 2.
        by the largest size
            np.where(high > low, high - low, 1.0) → np.maximum(np.abs(low), np.abs(high))
            you divide by the largest size. The *range*, largest less smallest, becomes 2.
        range of all data
            low, high = → both = np.concatenate([train, test]) ⏎ low, high =
            train.min(axis=0), train.max(axis=0) → both.min(axis=0), both.max(axis=0)
            the range is that of both parts: the test part leaks into training. Take that of `train`; test values may
            stick out.
        the test part's own range
            2 * (test - low) / span - 1 → 2 * (test - test.min(axis=0)) / np.ptp(test, axis=0) - 1
            the test part is scaled by its own range, so the same number means different things in the two parts. Use
            the *training* part's for both.
        test part left as it is
            2 * (test - low) / span - 1 → test
            the test part is left in its old unit: what is done to training examples is done to all others, too.
        clipped
            2 * (test - low) / span - 1 → np.clip(2 * (test - low) / span - 1, -1, 1)
            test values beyond the training range are cut off. Let them stick out: they are what is new.
        one range for all
            train.min(axis=0), train.max(axis=0) → train.min(), train.max()
            this is one range for everything: each feature has its own, over `axis=0`.
        range of each example
            train.min(axis=0), train.max(axis=0) → train.min(axis=1, keepdims=True), train.max(axis=1, keepdims=True)
            2 * (test - low) / span - 1 → 2 * (test.T - test.min(axis=1)).T / np.ptp(test, axis=1, keepdims=True) - 1
            each example is scaled by its own range. Ranges go over the examples, `axis=0`: one a feature.
        divided by 0
            np.where(high > low, high - low, 1.0) → high - low
            a feature that never varies is divided by 0, which gives NaN. Divide it by 1.
        small added to the range
            np.where(high > low, high - low, 1.0) → high - low + 1e-8
            10⁻⁸ is added to the range. A test value in a feature that never varied is then multiplied by 10⁸: divide
            such a feature by 1.
        constant in the middle
            2 * (train - low) / span - 1 → np.where(high > low, 2 * (train - low) / span - 1, 0.0)
            2 * (test - low) / span - 1 → np.where(high > low, 2 * (test - low) / span - 1, 0.0)
            a feature that never varied is set to 0 in both parts. Divide it by 1, as the text says: −1 while training,
            and free in the test part.
        measured from the middle
            2 * (train - low) / span - 1 → (train - (low + high) / 2) / np.where(high > low, span / 2, 1)
            2 * (test - low) / span - 1 → (test - (low + high) / 2) / np.where(high > low, span / 2, 1)
            a feature that never varied becomes 0 in the training part, for you measure from the middle. By the formula,
            with 1 for the range, it is −1 there.
        parts exchanged
            return 2 → train, test = test, train ⏎ return 2
            the two parts come back in the other order: (train, test) is asked.
        arguments changed
            2 * (train - low) / span - 1 → train
            2 * (test - low) / span - 1 → test
            return → train -= low + span / 2 ⏎ train *= 2 / span ⏎ test -= low + span / 2 ⏎ test *= 2 / span ⏎ return
            the values are right, but `-=` writes into the caller's arrays. Make new ones.
    """,
)
