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
    yield _constant(rng, 0.0, "a feature that is always 0")


def _narrow(rng: Generator) -> Cases:
    train, test = parts(rng)
    for unit in (1e-4, 1e-11):  # rounding makes 1e-17 of a constant, and this is no rounding
        scale = [1, unit, 1]
        yield case(f"a feature of a small unit, {unit:g}", np.multiply(train, scale), np.multiply(test, scale))


standardize = Exercise(
    references.standardize,
    points=10,
    minutes=15,
    difficulty=2,
    importance="core",
    forbidden=(preprocessing.standardize_fit, preprocessing.standardize_transform),
    checks=(
        Values("Ordinary features", 5, _tables),
        Values("A feature that never varies", 2, _whole_constants),
        Values("One whose mean is rounded", 1, lambda rng: [_constant(rng, 0.1, "a feature that is always 0.1")]),
        Values("A feature of a small unit", 1, _narrow),
        Property("Nothing learned from the test part", 2, honest),
    ),
    slips="""
        statistics of all data
            mean, scale = → both = np.concatenate([train, test]) ⏎ mean, scale =
            train.mean(axis=0), train.std(axis=0) → both.mean(axis=0), both.std(axis=0)
            train.max(axis=0) == train.min(axis=0) → both.max(axis=0) == both.min(axis=0)
            mean and scale are taken over both parts: the test part leaks into training. Take those of `train` alone.
        the test part's own statistics
            (test - mean) / scale → (test - test.mean(axis=0)) / test.std(axis=0)
            the test part is standardised by itself. So a row depends on its company, and the same number means
            different things in the two parts. Use the *training* part's mean and scale for both.
        the test part's own mean
            (test - mean) / scale → (test - test.mean(axis=0)) / scale
            the test part loses its own mean. Subtract the *training* part's from both.
        the test part's own scale
            (test - mean) / scale → (test - mean) / test.std(axis=0)
            the test part is divided by its own standard deviation. Divide both parts by the *training* part's.
        test part left as it is
            (test - mean) / scale → test
            the test part is left in its old unit: what is done to training examples is done to all others, too.
        scale alone
            (train - mean) / scale → train / scale
            (test - mean) / scale → test / scale
            the mean is still there: subtract it before you divide.
        mean subtracted last
            (train - mean) / scale → train / scale - mean
            (test - mean) / scale → test / scale - mean
            the mean is subtracted after the division, in another unit: mind the brackets, `(train - mean) / scale`.
        mean subtracted from the training part alone
            (test - mean) / scale → test / scale
            the test part keeps its mean: subtract the training part's from both.
        brackets
            (train - mean) / scale → train - mean / scale
            (test - mean) / scale → test - mean / scale
            only the mean is divided: mind the brackets, `(train - mean) / scale`.
        variance for deviation
            train.std(axis=0) → train.var(axis=0)
            you divide by the variance: its root, the standard deviation, has the data's unit.
        divisor one less
            train.std(axis=0) → train.std(axis=0, ddof=1)
            the deviation divides by N − 1 (`ddof=1`). The course, and scikit-learn, divide by N, NumPy's default.
        one scale for all
            train.std(axis=0) → train.std()
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → pass
            this is one standard deviation for everything: each feature has its own, over `axis=0`.
        statistics of each example
            train.mean(axis=0), train.std(axis=0) → train.mean(axis=1, keepdims=True), train.std(axis=1, keepdims=True)
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → pass
            (test - mean) / scale → (test - test.mean(axis=1, keepdims=True)) / test.std(axis=1, keepdims=True)
            mean and scale are those of each example. They go over the examples, `axis=0`: one pair a feature.
        root mean square
            train.std(axis=0) → np.sqrt(np.mean(train**2, axis=0))
            this is the root of the mean square: a standard deviation is taken around the mean.
        range for deviation
            train.std(axis=0) → train.max(axis=0) - train.min(axis=0)
            you divide by the range. Here the standard deviation is asked; the range comes in another exercise.
        divided by 0
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → pass
            a feature that never varies is divided by 0, which gives NaN. Divide it by 1.
        condition turned about
            train.max(axis=0) == train.min(axis=0) → train.max(axis=0) > train.min(axis=0)
            the features that *vary* are divided by 1, and those that never do by 0. It is the other way round.
        rounding error for a deviation
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → scale[scale == 0] = 1
            ten times 0.1 has a rounded mean, so its `std` is 10⁻¹⁷ and not 0: noise is blown up to ±1, and a test
            value to 10¹⁷. Ask the data: is the largest value above the smallest?
        small added to the scale
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → scale = scale + 1e-8
            10⁻⁸ is added to the scale. That avoids 0/0 in the training part, but a test value in a feature that never
            varied is then multiplied by 10⁸. Divide such a feature by 1.
        small put for 0
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → scale = np.maximum(scale, 1e-8)
            a feature that never varies is divided by 10⁻⁸: a test value that differs comes out as hundreds of millions.
            Divide it by 1.
        NaN set to 0
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → pass
            (train - mean) / scale → np.nan_to_num((train - mean) / scale)
            (test - mean) / scale → np.nan_to_num((test - mean) / scale)
            dividing by 0 and setting NaN to 0 afterwards helps the training part alone: a test value that differs
            becomes infinite, and then 10³⁰⁸. Divide such a feature by 1.
        constant set to 0
            train.min(axis=0)] = 1 → train.min(axis=0)] = np.inf
            a feature that never varied is wiped out in the test part, too. Divide it by 1: then it can still tell that
            something is new.
        threshold on the deviation
            scale[train.max(axis=0) == train.min(axis=0)] = 1 → scale[scale < 1e-3] = 1
            the threshold takes a feature of a small unit for a constant: one in kilometres may vary by 0.0001. Ask the
            data: is the largest value above the smallest?
        parts exchanged
            (train - mean) / scale, (test - mean) / scale → (test - mean) / scale, (train - mean) / scale
            the two parts come back in the other order: (train, test) is asked.
        arguments changed
            (train - mean) / scale → train
            (test - mean) / scale → test
            return → train -= mean ⏎ train /= scale ⏎ test -= mean ⏎ test /= scale ⏎ return
            the values are right, but `-=` and `/=` write into the caller's arrays. Make new ones.
    """,
)
