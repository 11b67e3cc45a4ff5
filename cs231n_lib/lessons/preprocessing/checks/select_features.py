"""Exercise on choosing features, the step whose leak does most harm."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import references
from .draws import away_from_0

Drawn = tuple[FloatArray, NDArray[Any], FloatArray, NDArray[Any]]
"""x and y of the training part, and of the test part."""


def _noise(rng: Generator, n: int = 12, m: int = 9, d: int = 8) -> Drawn:
    """Features in different units and unrelated targets, for the training and the test part."""
    unit, mean = rng.uniform(0.2, 5, d), 3 * away_from_0(rng, d)
    x = rng.normal(size=(n + m, d)) * unit + mean
    y = rng.normal(size=n + m) + 2
    return x[:n], y[:n], x[n:], y[n:]


def _size(x: FloatArray, y: NDArray[Any]) -> FloatArray:
    """Magnitude of the correlation of each feature with y."""
    return np.asarray(np.abs(np.corrcoef(x, y, rowvar=False)[-1, :-1]))


def _uncentred(x: FloatArray, y: NDArray[Any]) -> list[FloatArray]:
    """Results for x itself, and for x minus the mean of all its entries."""
    return [np.asarray(np.abs(y @ z) / np.linalg.norm(z, axis=0)) for z in (x, x - x.mean())]


def _tells(x: FloatArray, y: NDArray[Any], x_test: FloatArray, y_test: NDArray[Any], k: int) -> bool:
    """Whether every wrong way to choose gives other features, and the right order is not that of the columns."""
    right, unit = _size(x, y), x.std(axis=0)
    signed = np.corrcoef(x, y, rowvar=False)[-1, :-1]
    on_all = _size(np.concatenate([x, x_test]), np.append(y, y_test))
    covariance = right * unit
    signed_or_scaled = covariance, right / unit, covariance / np.linalg.norm(x, axis=0), unit, signed
    ways = *signed_or_scaled, *_uncentred(x, y), on_all, _size(x_test, y_test)
    chosen, *others = (np.argsort(-way)[:k] for way in (right, *ways))
    in_order = k > 1 and np.array_equal(chosen, np.sort(chosen))
    return not in_order and all(set(chosen) != set(other) for other in others)


def _telling(draw: Callable[[], Drawn], k: int) -> tuple[Any, ...]:
    while True:
        drawn = draw()
        if _tells(*drawn, k):
            return *drawn, k


def _some(rng: Generator) -> Cases:
    for k in (3, 2):
        yield case(f"{k} of 8 features", *_telling(lambda: _noise(rng), k))


def _with_falling(rng: Generator) -> Drawn:
    """As `_noise`, but feature 5 falls as y rises and varies little, far from 0."""
    x_train, y_train, x_test, y_test = _noise(rng)
    x_train[:, 5] = 3 - 0.01 * y_train + 0.0005 * rng.normal(size=len(y_train))
    return x_train, y_train, x_test, y_test


def _against(rng: Generator) -> Cases:
    while True:
        x, y, x_test, y_test = _with_falling(rng)
        on_all = _size(np.concatenate([x, x_test]), np.append(y, y_test))
        elsewhere = _size(x_test, y_test), on_all, *_uncentred(x, y)
        if all(size.argmax() != 5 for size in elsewhere):
            yield case("a feature that falls as y rises", x, y, x_test, y_test, 1)
            return


def _with_labels(rng: Generator) -> Drawn:
    x_train, y_train, x_test, y_test = _noise(rng, 11, 8)
    return x_train, (y_train > np.median(y_train)) * 1, x_test, (y_test > np.median(y_test)) * 1


def _unseen(call: Function, rng: Generator) -> None:
    x_train, y_train, x_test, y_test = _noise(rng)
    mirrored = np.concatenate([x_test[:1], rng.permuted(x_test, axis=0)[::-1], -x_test, 5 * x_test])
    (train, rows), (again, others) = (
        call(x_train, y_train, x, y, 3)
        for x, y in ((x_test, y_test), (mirrored, np.resize(9 * x_test[:, 0], len(mirrored))))
    )
    if not np.array_equal(np.asarray(train), np.asarray(again)):
        raise Violation("another test part changes the chosen features. Choose them on the training part")
    if not np.array_equal(np.asarray(rows)[:1], np.asarray(others)[:1]):
        raise Violation("a test row depends on the other test rows")


select_features = Exercise(
    references.select_features,
    points=8,
    minutes=15,
    difficulty=3,
    covers="sign features one smallest repeated",
    checks=(
        Values("The most correlated, in order", 5.5, _some),
        Values("A negative correlation", 1, _against),
        Values("Labels for targets", 1, lambda rng: [case("labels 0 and 1", *_telling(lambda: _with_labels(rng), 4))]),
        Property("Nothing learned from the test part", 1.5, _unseen),
    ),
    slips="""
        chosen on all data
            x = x_train - x_train.mean(axis=0) → x = np.concatenate([x_train, x_test]) ⏎ x = x - x.mean(axis=0)
            y_train @ x → np.append(y_train, y_test) @ x
            you choose the features on both parts, so the test part's targets leak into the choice. Choose the features
            on the training part alone.
        chosen on the test part
            x = x_train - x_train.mean(axis=0) → x = x_test - x_test.mean(axis=0)
            y_train @ x → y_test @ x
            you choose the features on the test part. Choose them on the training part.
        each part chooses
            x_test[:, chosen] → x_test[:, np.argsort(-np.abs(np.corrcoef(x_test.T, y_test)[-1, :-1]))[:k]]
            you choose different features for each part, so a column has different meanings in training and test. Choose
            once, on the training part.
        covariance
            y_train @ x / np.linalg.norm(x, axis=0) → y_train @ x
            you compare covariances, which are large for features with large values. Divide each by the standard
            deviation of its feature.
        variance for deviation
            np.linalg.norm(x, axis=0) → np.sum(x**2, axis=0)
            you divide by the variance of each feature (up to a factor such as N). Divide by its square root, which is
            proportional to the standard deviation.
        sign kept
            -np.abs(correlations) → -correlations
            you compare signed correlations, but a feature that falls as y rises is just as informative. Compare
            absolute values with `np.abs`.
        least correlated
            -np.abs(correlations) → np.abs(correlations)
            you choose the least correlated features, which come first in ascending order, as `np.argsort` sorts. Sort
            the absolute values in descending order.
        smallest of the largest first
            np.argsort(-np.abs(correlations))[:k] → np.argsort(np.abs(correlations))[-k:]
            you choose the right features, but return the most correlated last. Reverse their order.
        in the order of the columns
            np.argsort(-np.abs(correlations))[:k] → np.sort(np.argsort(-np.abs(correlations))[:k])
            you choose the right features, but return them in the order of the columns. Put the most correlated first.
        neither centred
            x = x_train - x_train.mean(axis=0) → x = x_train
            you centre neither the features nor the targets. Centre both, because a correlation compares deviations from
            the means.
        features not centred
            y_train @ x → (y_train - y_train.mean()) @ x_train
            np.linalg.norm(x, axis=0) → np.linalg.norm(x_train, axis=0)
            you divide by the root of the sum of squares of the *raw* features. Use the centred features under the root,
            because a correlation compares deviations from the means.
        most varied
            -np.abs(correlations) → -np.sum(x**2, axis=0)
            you choose the features that vary most. Choose those most correlated with y.
        first features
            np.argsort(-np.abs(correlations))[:k] → np.arange(k)
            you return the first k features regardless of y. Choose those most correlated with y.
        one too many
            [:k] → [: k + 1]
            you return k + 1 features. Sort in descending order and take the first k, as the slice `[:k]` does.
        one too few
            [:k] → [: k - 1]
            you return k − 1 features. Sort in descending order and take the first k with the slice `[:k]`, which ends
            before index k and has k entries.
        rows chosen
            x_train[:, chosen], x_test[:, chosen] → x_train[chosen], x_test[chosen % len(x_test)]
            you choose rows. Choose features, which are columns, by putting their indices second, as in `x_train[:, …]`.
        indices
            x_train[:, chosen], x_test[:, chosen] → chosen, chosen
            you return the indices. Return the chosen columns of both parts.
        both parts returned centred
            x_train[:, chosen], x_test[:, chosen] → x[:, chosen], (x_test - x_train.mean(axis=0))[:, chosen]
            you return the chosen columns minus their means. Return them unchanged.
        centred features returned
            x_train[:, chosen] → x[:, chosen]
            you return the training columns minus their means. Return them unchanged.
        parts exchanged
            x_train[:, chosen], x_test[:, chosen] → x_test[:, chosen], x_train[:, chosen]
            you return the two parts in the wrong order. Return (train, test).
    """,
)
