"""Leaks from features chosen on all data and from statistics of all data, with and without drift."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits
from cs231n_lib.lessons.use import Functions

Labelled = tuple[FloatArray, NDArray[np.int64], FloatArray, NDArray[np.int64]]
"""x and y of the training part, and of the validation part."""


def coin_flips(rng: Generator, n: int = 50, d: int = 1000) -> Labelled:
    """Features of noise (n, d) with random labels 0 and 1, in a training half and a validation half."""
    x, y = rng.normal(size=(n, d)), rng.permutation(np.arange(n) % 2)
    return x[: n // 2], y[: n // 2], x[n // 2 :], y[n // 2 :]


def nearest_mean(x: FloatArray, y: NDArray[np.int64], v: FloatArray, labels: NDArray[np.int64]) -> float:
    """Accuracy of a classifier that chooses the class with the nearest mean."""
    classes = np.unique(y)
    means = np.stack([x[y == k].mean(axis=0) for k in classes])
    distances = np.sum((v[:, np.newaxis] - means) ** 2, axis=2)
    return float(np.mean(classes[distances.argmin(axis=1)] == labels))


def chosen_features(run: Functions, seed: int, k: int = 10, n: int = 50) -> tuple[float, float]:
    """Validation accuracy on noise, with k features chosen on all data and on the training part."""
    x, y, v, labels = coin_flips(np.random.default_rng(seed), n)
    both, _ = run.select_features(np.concatenate([x, v]), np.append(y, labels), v, labels, k)
    fair = run.select_features(x, y, v, labels, k)
    return nearest_mean(both[: len(x)], y, both[len(x) :], labels), nearest_mean(fair[0], y, fair[1], labels)


def cross_validated(run: Functions, rng: Generator, n: int, d: int, chosen: int, k: int) -> tuple[float, float]:
    """Mean accuracy over k folds of noise, with features chosen on all rows and on each fold's training rows."""
    x, y = rng.normal(size=(n, d)), rng.permutation(np.arange(n) % 2)
    leaked, _ = run.select_features(x, y, x, y, chosen)
    before, inside = [], []
    for train, validation in run.k_fold(n, k, rng):
        before.append(nearest_mean(leaked[train], y[train], leaked[validation], y[validation]))
        fair = run.select_features(x[train], y[train], x[validation], y[validation], chosen)
        inside.append(nearest_mean(fair[0], y[train], fair[1], y[validation]))
    return float(np.mean(before)), float(np.mean(inside))


def each_by_itself(train: FloatArray, test: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both parts minus their own means."""
    return train - train.mean(axis=0), test - test.mean(axis=0)


def before_the_split(train: FloatArray, test: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both parts, standardised by the mean and scale of all data."""
    both = np.concatenate([train, test])
    return (train - both.mean(axis=0)) / both.std(axis=0), (test - both.mean(axis=0)) / both.std(axis=0)


def some_digits(rng: Generator, n: int = 50) -> Labelled:
    """Training and validation part of ``n`` digits each."""
    data = load_digits()
    rows = rng.permutation(len(data.x_train))
    train, other = rows[:n], rows[n : 2 * n]
    return data.x_train[train], data.y_train[train], data.x_train[other], data.y_train[other]


def drifting(rng: Generator, n: int = 50) -> Labelled:
    """Two classes in 20 features, each of which has moved in the validation rows."""
    x = rng.normal(size=(2 * n, 20))
    y = (x[:, :3].sum(axis=1) > 0).astype(np.int64)
    x[n:] += rng.normal(size=20)
    return x[:n], y[:n], x[n:], y[n:]


SETS: dict[str, Callable[[Generator], Labelled]] = {"digits": some_digits, "data that drift": drifting}


def leaked_statistics(run: Functions, name: str, seed: int) -> tuple[float, float]:
    """Validation accuracy of softmax regression, standardised by all data and by the training part."""
    x, y, v, labels = SETS[name](np.random.default_rng(seed))
    both, _ = run.standardize(np.concatenate([x, v]), v)
    train, others = run.standardize(x, v)
    return _softmax(both[: len(x)], y, both[len(x) :], labels), _softmax(train, y, others, labels)


def _softmax(x: FloatArray, y: NDArray[np.int64], v: FloatArray, labels: NDArray[np.int64], steps: int = 200) -> float:
    """Accuracy of softmax regression after descent at 0.5 on the full batch, with a little L2."""
    a, classes = np.column_stack([x, np.ones(len(x))]), int(max(y.max(), labels.max())) + 1
    w, targets = np.zeros((a.shape[1], classes)), np.eye(classes)[y]
    for _ in range(steps):
        p = np.exp(a @ w - np.max(a @ w, axis=1, keepdims=True))
        w -= 0.5 * (a.T @ (p / p.sum(axis=1, keepdims=True) - targets) / len(a) + 1e-3 * w)
    return float(np.mean((v @ w[:-1] + w[-1]).argmax(axis=1) == labels))
