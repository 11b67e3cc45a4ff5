"""An exercise on standardising, with features that never vary."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Cases, Exercise, Property, Values, case
from cs231n_lib.functions import preprocessing

from . import references
from .draws import honest, parts


def _tables(rng: Generator) -> Cases:
    yield case("7 and 4 examples of 3 features", *parts(rng))
    yield case("5 and 2 examples of 4 features", *parts(rng, 5, 2, 4))


def _constant(rng: Generator, value: float, label: str) -> Case:
    """Feature 1 never varies while training; in the test part it does."""
    train, test = (np.add(part, [30, 0, -30]) for part in parts(rng, 10, 4))  # feature 1 in the middle
    train[:, 1] = value
    test[:, 1] = value + rng.uniform(1, 3, 4)
    return case(label, train, test)


def _whole_constants(rng: Generator) -> Cases:
    yield _constant(rng, 5.0, "a feature that is always 5")
    two = _constant(rng, 0.0, "two features that never vary, one always 0")
    two.args[0][:, 2] = -3.0
    yield two


def _narrow(rng: Generator) -> Cases:
    train, test = parts(rng)
    train[-1, 1] = train[0, 1]  # the first and the last value of a feature may agree by chance
    for unit in (1e-4, 1e-11):  # rounding makes 1e-17 of a constant, and this is no rounding
        scale = [1, unit, 1]
        yield case(f"a feature with small values, times {unit:g}", np.multiply(train, scale), np.multiply(test, scale))
    train[:, 1], test[:, 1] = [1, 1, 0, 1, 1, 1, 1], [0, 1, 1, 0]
    yield case("a feature that is 0 in one row and 1 in all others", train, test)


standardize = Exercise(
    references.standardize,
    points=10,
    minutes=15,
    difficulty=2,
    covers="threshold sign features tiny one repeated",
    importance="core",
    forbidden=(preprocessing.standardize_fit, preprocessing.standardize_transform),
    examples_rows=("A feature that never varies",),
    checks=(
        Values("Ordinary features", 6.5, _tables),
        Values("A feature that never varies", 1.5, _whole_constants),
        Values("One whose mean is rounded", 0.75, lambda rng: [_constant(rng, 0.1, "a feature that is always 0.1")]),
        Values("A feature with small values", 0.75, _narrow),
        Property("Nothing learned from the test part", 1.5, honest),
    ),
    slips="""
        statistics of all data
            mean, scale = → both = np.concatenate([train, test]) ⏎ mean, scale =
            train.mean(axis=0), train.std(axis=0) → both.mean(axis=0), both.std(axis=0)
            train.max(axis=0) == train.min(axis=0) → both.max(axis=0) == both.min(axis=0)
            you compute the mean and scale over both parts, so the test part leaks into training. Compute them over
            `train` alone.
        the test part's own statistics
            (test - mean) / scale → (test - test.mean(axis=0)) / test.std(axis=0)
            you standardise the test part with its own mean and scale, so a test row depends on the other test rows. Use
            the mean and scale of the *training* part for both parts.
        the test part's own mean
            (test - mean) / scale → (test - test.mean(axis=0)) / scale
            you subtract the test part's own mean from it. Subtract the mean of the *training* part from both parts.
        the test part's own scale
            (test - mean) / scale → (test - mean) / test.std(axis=0)
            you divide the test part by its own standard deviation. Divide both parts by that of the *training* part.
        test part left as it is
            (test - mean) / scale → test
            your test part stays as it is, except for rounding. Standardise both parts with the mean and scale of the
            original training part, and compute these before you change `train`.
        scale alone
            (train - mean) / scale → train / scale
            (test - mean) / scale → test / scale
            you divide without subtracting the mean. Subtract the mean first.
        mean subtracted last
            (train - mean) / scale → train / scale - mean
            (test - mean) / scale → test / scale - mean
            you subtract the mean after the division, when the data are no longer in the unit of the mean. Subtract it
            first, as in `(train - mean) / scale`.
        mean subtracted from the training part alone
            (test - mean) / scale → test / scale
            you do not subtract the mean from the test part. Subtract the training part's mean from both.
        brackets
            (train - mean) / scale → train - mean / scale
            (test - mean) / scale → test - mean / scale
            you divide only the mean by the scale. Use brackets, as in `(train - mean) / scale`.
        variance for deviation
            train.std(axis=0) → train.var(axis=0)
            you divide by the variance. Divide by its square root, the standard deviation, which has the unit of the
            data.
        divisor one less
            train.std(axis=0) → train.std(axis=0, ddof=1)
            your standard deviation divides by N − 1, as `ddof=1` and `np.cov` do. Divide by N, as `np.std` does by
            default.
        one scale for all
            train.std(axis=0) → train.std()
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → pass
            you use one standard deviation for all features. Compute one for each feature with `axis=0`.
        statistics of each example
            train.mean(axis=0), train.std(axis=0) → train.mean(axis=1, keepdims=True), train.std(axis=1, keepdims=True)
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → pass
            (test - mean) / scale → (test - test.mean(axis=1, keepdims=True)) / test.std(axis=1, keepdims=True)
            you compute the mean and scale of each example. Compute them for each feature over the examples, `axis=0`.
        root mean square
            train.std(axis=0) → np.sqrt(np.mean(train**2, axis=0))
            you divide by the root mean square. Subtract the mean before you square, because a standard deviation is
            measured from the mean.
        range for deviation
            train.std(axis=0) → train.max(axis=0) - train.min(axis=0)
            you divide by the range. Divide by the standard deviation, because the range belongs to min–max scaling.
        divided by 0
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → pass
            if a feature never varies in `train`, you divide it by 0. Divide it by 1. Such a feature has equal
            largest and smallest values in its own column of `train`, even if it varies in `test`.
        condition reversed
            train.max(axis=0) == train.min(axis=0) → train.max(axis=0) > train.min(axis=0)
            you divide ordinary features by 1 and constant ones by their `std`, which is about 0. Exchange the two
            cases.
        rounding error for a deviation
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → scale[scale == 0] = 1
            you miss a feature that is always 0.1, because rounding can change its mean and make its `std` about 10⁻¹⁷
            instead of 0. Check whether the largest value exceeds the smallest.
        small added to the scale
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → scale = scale + 1e-8
            you add 10⁻⁸ to the scale. If a feature never varies in training, this multiplies a test value's difference
            from the training mean by 10⁸. Divide such a feature by 1.
        small number in place of 0
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → scale = np.maximum(scale, 1e-8)
            you raise every scale below 10⁻⁸ to 10⁻⁸. If a feature never varies in training, this multiplies a test
            value's difference from the training mean by 10⁸. Divide such a feature by 1, and leave the other scales as
            they are.
        NaN set to 0
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → pass
            (train - mean) / scale → np.nan_to_num((train - mean) / scale)
            (test - mean) / scale → np.nan_to_num((test - mean) / scale)
            you divide a constant feature by 0 and call `nan_to_num`, which turns a test value that differs into about
            10³⁰⁸. Divide such a feature by 1.
        constant set to 0
            train.min(axis=0)] = 1 → train.min(axis=0)] = np.inf
            if a feature never varies in training, you set it to 0 in the test part too. Only divide it by 1 and
            overwrite nothing, so that a test value keeps its difference from the training value.
        threshold on the deviation
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → scale[scale < 1e-3] = 1
            your threshold treats a feature as constant if its values differ by very little, such as 0.0001 km. Check
            whether the largest value exceeds the smallest.
        parts exchanged
            (train - mean) / scale, (test - mean) / scale → (test - mean) / scale, (train - mean) / scale
            you return the two parts in the wrong order. Return (train, test).
        arguments changed
            (train - mean) / scale → train
            (test - mean) / scale → test
            return → train -= mean ⏎ train /= scale ⏎ test -= mean ⏎ test /= scale ⏎ return
            the values are right, but you change the caller's arrays in place, as `-=` and `/=` do. Make new arrays.
    """,
)
