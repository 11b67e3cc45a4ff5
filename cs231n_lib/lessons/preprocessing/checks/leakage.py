"""An exercise on a detector: does what is done to the data look at the test part?"""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import references
from .draws import Parts, parts


def by_all(train: FloatArray, test: FloatArray) -> Parts:
    """Mean and scale of both parts together."""
    both = np.concatenate([train, test])
    mean, scale = both.mean(axis=0), both.std(axis=0)
    return (train - mean) / scale, (test - mean) / scale


def each_by_itself(train: FloatArray, test: FloatArray) -> Parts:
    """The test part less its own mean: nothing leaks into training."""
    return train - train.mean(axis=0), test - test.mean(axis=0)


def only_train(train: FloatArray, test: FloatArray) -> Parts:
    """The training part less the mean of everything, the test part as it should be."""
    return train - np.concatenate([train, test]).mean(axis=0), test - train.mean(axis=0)


def fair(train: FloatArray, test: FloatArray) -> Parts:
    """Mean and scale of the training part."""
    mean, scale = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / scale, (test - mean) / scale


def _falling(rng: Generator, prepare: references.Prepare, n: int = 7, m: int = 4) -> Parts:
    """A training and a test part whose largest changes are negative, so that it shows where a size is left out."""
    while True:
        train, test = parts(rng, n, m)
        beside, alone = prepare(train, test), prepare(train, test[:1])
        changes = beside[0] - alone[0], beside[1][:1] - alone[1]
        if all(-change.min() > 1.1 * change.max() or not change.any() for change in changes):
            return train, test


def _elsewhere(rng: Generator) -> Parts:
    """As `_falling`, for `by_all`: the first training row changes less than others, the first test row least of all."""
    while True:
        train, test = _falling(rng, by_all)
        (train_all, test_all), (train_one, test_one) = by_all(train, test), by_all(train, test[:1])
        of_train, of_test = (np.abs(change).max(axis=1) for change in (train_all - train_one, test_all - test_one))
        if of_train[0] < 0.9 * of_train.max() and of_test[0] < 0.9 * of_test.max():
            return train, test


def _leaks(rng: Generator) -> Cases:
    yield case("mean and scale of all data", by_all, *_elsewhere(rng))
    yield case("mean and scale of all data, 5 and 8 rows", by_all, *parts(rng, 5, 8, 2))


def _one_sided(rng: Generator) -> Cases:
    yield case("a test part less its own mean", each_by_itself, *_falling(rng, each_by_itself))
    yield case("a training part less the mean of all data", only_train, *_falling(rng, only_train))


def _nothing_leaks(call: Function, rng: Generator) -> None:
    found = call(fair, *parts(rng))
    for name, value in zip(("on_train", "on_row"), found, strict=True):
        if not abs(float(value)) < 1e-9:
            raise Violation(f"nothing leaks, but `{name}` is not 0", f"it is {float(value):.4g}")


leakage = Exercise(
    references.leakage,
    points=10,
    minutes=15,
    difficulty=3,
    importance="core",
    checks=(
        Values("Statistics of all data", 4, _leaks),
        Values("A leak in one part only", 3, _one_sided),
        Property("Nothing leaks", 1, _nothing_leaks),
    ),
    slips="""
        size left out, training part
            np.abs(train_all - train_one).max() → (train_all - train_one).max()
            a change may be negative: take its size, `np.abs`, before you look for the largest.
        size left out, first row
            np.abs(test_all[:1] - test_one).max() → (test_all[:1] - test_one).max()
            a change of the row may be negative: take its size, `np.abs`, before you look for the largest.
        size left out
            np.abs(train_all - train_one).max() → (train_all - train_one).max()
            np.abs(test_all[:1] - test_one).max() → (test_all[:1] - test_one).max()
            changes may be negative: take their sizes, `np.abs`, before you look for the largest.
        mean for largest
            np.abs(train_all - train_one).max() → np.abs(train_all - train_one).mean()
            np.abs(test_all[:1] - test_one).max() → np.abs(test_all[:1] - test_one).mean()
            these are mean changes: the *largest* is asked.
        smallest
            np.abs(train_all - train_one).max() → np.abs(train_all - train_one).min()
            np.abs(test_all[:1] - test_one).max() → np.abs(test_all[:1] - test_one).min()
            these are the smallest changes: the *largest* is asked.
        summed
            np.abs(train_all - train_one).max() → np.abs(train_all - train_one).sum()
            np.abs(test_all[:1] - test_one).max() → np.abs(test_all[:1] - test_one).sum()
            these are sums of changes: the *largest* is asked.
        squared
            np.abs(train_all - train_one).max() → ((train_all - train_one) ** 2).max()
            np.abs(test_all[:1] - test_one).max() → ((test_all[:1] - test_one) ** 2).max()
            these are squares of the changes: their sizes are asked, `np.abs`.
        first training row
            train_all - train_one → train_all[:1] - train_one[:1]
            `on_train` looks at the first training row only: all rows of the training part have a partner.
        compared with what came in
            train_all - train_one → train_all - train
            test_all[:1] - test_one → test_all[:1] - test[:1]
            you compare with the raw data, and so measure what preparing does. Compare two ways of preparing.
        training part compared with what came in
            train_all - train_one → train_all - train
            `on_train` compares with the raw data. Compare with the training part that was prepared beside another test
            part.
        a vector for a part
            prepare(train, test[:1]) → prepare(train, test[0])
            `test[0]` is a vector, (D,), and no part: `test[:1]` is a part of one row, (1, D).
        length of the change
            np.abs(train_all - train_one).max() → np.linalg.norm(train_all - train_one)
            np.abs(test_all[:1] - test_one).max() → np.linalg.norm(test_all[:1] - test_one)
            these are lengths, roots of sums of squares: the *largest* size of a single change is asked.
        whole test part compared
            test_all[:1] - test_one → test_all - test_one
            `on_row` compares every test row with the first one. Only the first was prepared both ways: `test_all[:1]`.
        last row
            test_all[:1] → test_all[-1:]
            the last test row is compared with the first: `test_all[:1]`.
        last row alone
            prepare(train, test[:1]) → prepare(train, test[-1:])
            test_all[:1] → test_all[-1:]
            the last row is the one that stays. The first one is asked for.
        nothing left out
            prepare(train, test[:1]) → prepare(train, test)
            both calls get the same test part, so nothing can change: let the second one have the first row alone.
        one row left out
            prepare(train, test[:1]) → prepare(train, test[:-1])
            test_all[:1] - test_one → test_all[:-1] - test_one
            the second call has all test rows but the last. It is the first row, alone, that is asked for.
        training part cut
            prepare(train, test[:1]) → prepare(train[: len(train) // 2], test[:1])
            train_all - train_one → train_all[: len(train) // 2] - train_one
            the training part is cut as well. Only the test part may differ between the calls.
        parts exchanged
            prepare(train, test[:1]) → prepare(test[:1], train)
            train_all - train_one → train_all - test_one
            test_all[:1] - test_one → test_all[:1] - train_one
            the second call has the parts in the other order: `prepare(train, …)`.
        results exchanged
            float(on_train), float(on_row) → float(on_row), float(on_train)
            the two results are in the other order: (on_train, on_row) is asked.
        the larger of both
            float(on_train), float(on_row) → max(on_train, on_row), max(on_train, on_row)
            both results are the larger of the two: keep them apart, they tell different leaks.
        yes or no
            float(on_train), float(on_row) → bool(on_train > 1e-9), bool(on_row > 1e-9)
            these are answers of yes or no: the sizes are asked.
    """,
)
