"""Random data for the cases of lesson 05, and the property that its two-part exercises share."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Function, Violation
from cs231n_lib.contracts import FloatArray

Parts = tuple[FloatArray, FloatArray]


def away_from_0(rng: Generator, size: int | tuple[int, ...]) -> FloatArray:
    """Numbers between 1 and 4 or between −4 and −1."""
    return np.asarray(rng.uniform(1, 4, size) * rng.choice([-1.0, 1.0], size))


def table(rng: Generator, n: int, d: int) -> FloatArray:
    """Examples (n, d) whose features differ in mean and standard deviation, and are correlated."""
    mixing = np.eye(d) + rng.uniform(-0.5, 0.5, (d, d))
    return np.asarray(rng.normal(size=(n, d)) @ mixing * rng.uniform(0.5, 3, d) + away_from_0(rng, d))


def parts(rng: Generator, n: int = 7, m: int = 4, d: int = 3) -> Parts:
    """A training part (n, d) and a test part (m, d), whose features lie far above and below in turn."""
    return table(rng, n, d), table(rng, m, d) + rng.uniform(12, 15, d) * np.resize([1.0, -1.0], d)


def components(rng: Generator, d: int) -> FloatArray:
    """Orthonormal columns (d, d)."""
    return np.asarray(np.linalg.qr(rng.normal(size=(d, d)))[0])


def honest(call: Function, rng: Generator) -> None:
    """Another test part must change neither the prepared training part nor a prepared test row."""
    train, test = parts(rng)
    other = np.concatenate([test[:1], 3 * parts(rng)[1] + 5])
    (prepared, rows), (again, others) = call(train, test), call(train, other)
    _same("the prepared training part depends on the test part", prepared, again)
    _same("a prepared test row depends on the other test rows", np.asarray(rows)[:1], np.asarray(others)[:1])


def _same(sentence: str, first: Any, second: Any) -> None:
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if first.shape != second.shape:
        raise Violation(sentence, f"its shape is {first.shape}, with another test part {second.shape}")
    off = np.abs(first - second)
    if not np.all(off <= 1e-9):
        where = np.unravel_index(int(np.argmax(off)), off.shape)
        raise Violation(sentence, f"{first[where]:.6g}, with another test part {second[where]:.6g}")
