"""An exercise on a detector of leaks from the test part."""

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
    """Both parts minus their own means, so that nothing leaks into training."""
    return train - train.mean(axis=0), test - test.mean(axis=0)


def only_train(train: FloatArray, test: FloatArray) -> Parts:
    """The training part minus the mean of all data, and the test part prepared correctly."""
    return train - np.concatenate([train, test]).mean(axis=0), test - train.mean(axis=0)


def fair(train: FloatArray, test: FloatArray) -> Parts:
    """Mean and scale of the training part."""
    mean, scale = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / scale, (test - mean) / scale


def _falling(rng: Generator, prepare: references.Prepare, n: int = 7, m: int = 4, d: int = 3) -> Parts:
    """A training and a test part whose largest changes are negative, so that it shows where a size is left out."""
    while True:
        train, test = parts(rng, n, m, d)
        beside, alone = prepare(train, test), prepare(train, test[:1])
        changes = beside[0] - alone[0], beside[1][:1] - alone[1]
        if all(-change.min() > 1.1 * change.max() or not change.any() for change in changes):
            return train, test


def _rising(rng: Generator, n: int, m: int, d: int) -> Parts:
    """As `_falling` for `by_all`, but with positive changes, for answers that subtract in the other order."""
    train, test = _falling(rng, by_all, n, m, d)
    return -train, -test


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
    yield case("mean and scale of all data, 5 and 8 rows", by_all, *_rising(rng, 5, 8, 2))


def _one_sided(rng: Generator) -> Cases:
    yield case("a test part minus its own mean", each_by_itself, *_falling(rng, each_by_itself))
    yield case("a training part minus the mean of all data", only_train, *_falling(rng, only_train))


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
    covers="sign features",
    importance="core",
    checks=(
        Values("Statistics of all data", 5, _leaks, central=True),
        Values("A leak in one part only", 2, _one_sided, central=True),
        Property("Nothing leaks", 1, _nothing_leaks),
    ),
    slips="""
        signed changes, training part
            np.abs(train_all - train_one).max() → (train_all - train_one).max()
            you take the maximum of signed changes, but a change may be negative. Take `np.abs` of the training part's
            changes *before* the maximum.
        signed changes, first row
            np.abs(test_all[:1] - test_one).max() → (test_all[:1] - test_one).max()
            you take the maximum of signed changes, but a change may be negative. Take `np.abs` of the test row's
            changes *before* the maximum.
        signed changes
            np.abs(train_all - train_one).max() → (train_all - train_one).max()
            np.abs(test_all[:1] - test_one).max() → (test_all[:1] - test_one).max()
            you take the maxima of signed changes, but a change may be negative. Take `np.abs` *before* the maximum.
        signed changes, second call minus first
            np.abs(train_all - train_one).max() → (train_one - train_all).max()
            np.abs(test_all[:1] - test_one).max() → (test_one - test_all[:1]).max()
            you take the maxima of signed changes, but a change may be negative. Take `np.abs` *before* the maximum.
        mean for largest
            np.abs(train_all - train_one).max() → np.abs(train_all - train_one).mean()
            np.abs(test_all[:1] - test_one).max() → np.abs(test_all[:1] - test_one).mean()
            you return the mean size of the changes. Return the *largest* size.
        smallest
            np.abs(train_all - train_one).max() → np.abs(train_all - train_one).min()
            np.abs(test_all[:1] - test_one).max() → np.abs(test_all[:1] - test_one).min()
            you return the smallest absolute changes. Return the *largest*.
        summed
            np.abs(train_all - train_one).max() → np.abs(train_all - train_one).sum()
            np.abs(test_all[:1] - test_one).max() → np.abs(test_all[:1] - test_one).sum()
            you return the sums of the absolute changes. Return the *largest* absolute changes.
        squared
            np.abs(train_all - train_one).max() → ((train_all - train_one) ** 2).max()
            np.abs(test_all[:1] - test_one).max() → ((test_all[:1] - test_one) ** 2).max()
            you square the changes. Take their absolute values with `np.abs`.
        first training row
            train_all - train_one → train_all[:1] - train_one[:1]
            you compare only the first training row. Compare all rows of the training part, because both calls prepare
            all of them.
        compared with what came in
            train_all - train_one → train_all - train
            test_all[:1] - test_one → test_all[:1] - test[:1]
            you compare the prepared parts with the raw ones, which measures what `prepare` does. Compare the results of
            the two calls.
        training part compared with what came in
            train_all - train_one → train_all - train
            you compare the prepared training part with the raw one. Compare the prepared training parts of the two
            calls.
        a vector for a part
            prepare(train, test[:1]) → prepare(train, test[0])
            you pass a vector of shape (D,) as the test part, such as `test[0]`. Pass `test[:1]`, a part with one row.
        length of the change
            np.abs(train_all - train_one).max() → np.linalg.norm(train_all - train_one)
            np.abs(test_all[:1] - test_one).max() → np.linalg.norm(test_all[:1] - test_one)
            you return norms, which combine all changes. Return the largest absolute value of a *single* change.
        length of the row's change
            np.abs(test_all[:1] - test_one).max() → np.linalg.norm(test_all[:1] - test_one)
            you return the norm of the first test row's change, which combines all its entries. Return the largest
            absolute change of a *single* entry.
        whole test part compared
            test_all[:1] - test_one → test_all - test_one
            you compare every test row with the first. Compare only the first row, which both calls prepare.
        last row
            test_all[:1] → test_all[-1:]
            you compare the last test row of one call with the first of the other. Compare the first row of both.
        last row alone
            prepare(train, test[:1]) → prepare(train, test[-1:])
            test_all[:1] → test_all[-1:]
            you pass the last test row in the second call and compare this row. Pass the first, `test[:1]`, and compare
            the first row of both results.
        nothing left out
            prepare(train, test[:1]) → prepare(train, test)
            you pass the same test part twice, so the prepared training part cannot change. Pass only the first row,
            `test[:1]`, in the second call, and compare only this row of the test part.
        one row left out
            prepare(train, test[:1]) → prepare(train, test[:-1])
            test_all[:1] - test_one → test_all[:-1] - test_one
            you leave out only the last test row in the second call. Pass the first row alone, `test[:1]`, and compare
            only this row of the test part.
        training part cut
            prepare(train, test[:1]) → prepare(train[: len(train) // 2], test[:1])
            train_all - train_one → train_all[: len(train) // 2] - train_one
            you shorten the training part in the second call. Pass the whole of `train` in both calls, and compare all
            its rows.
        parts exchanged
            prepare(train, test[:1]) → prepare(test[:1], train)
            train_all - train_one → train_all - test_one
            test_all[:1] - test_one → test_all[:1] - train_one
            you pass the parts in the wrong order in the second call. Call `prepare(train, test[:1])`, which returns the
            prepared training part first.
        results exchanged
            float(on_train), float(on_row) → float(on_row), float(on_train)
            you return the results in the wrong order. Return (on_train, on_row).
        the larger of both
            float(on_train), float(on_row) → max(on_train, on_row), max(on_train, on_row)
            you return the larger of the two numbers twice. Return both numbers, because they report different leaks.
        yes or no
            float(on_train), float(on_row) → bool(on_train > 1e-9), bool(on_row > 1e-9)
            you return only whether anything changes. Return the largest absolute changes.
    """,
)
