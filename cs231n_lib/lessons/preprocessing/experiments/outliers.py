"""One outlier under three scalings."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.use import Functions

WAYS = ("min–max", "standardised", "median and quartiles")


def with_outlier(rng: Generator, size: float, n: int = 200) -> FloatArray:
    """``n`` normal values (n, 1), of which the first is ``size`` standard deviations out, unless ``size`` is 0."""
    x = rng.standard_normal((n, 1))
    if size:
        x[0] = size
    return x


def by_quartiles(x: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Values minus the median, divided by the quartiles' distance in standard deviations of a normal distribution."""
    low, median, high = np.quantile(x, [0.25, 0.5, 0.75], axis=0)
    scale = (high - low) / 1.349
    return (x - median) / scale, (other - median) / scale


def scaled(run: Functions, way: str, x: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both parts, scaled in one of `WAYS` by statistics of the first."""
    ways = {"min–max": run.min_max, "standardised": run.standardize, "median and quartiles": by_quartiles}
    return ways[way](x, other)


def width(z: FloatArray) -> float:
    """Width of the central 90 % of all values but the first."""
    low, high = np.quantile(z[1:], [0.05, 0.95])
    return float(high - low)


def accuracy(run: Functions, way: str, size: float, seed: int, steps: int = 200) -> float:
    """Accuracy of logistic regression on 2,000 clean rows after 200 steps, with one outlier in training."""
    rng = np.random.default_rng(seed)
    x, test = rng.standard_normal((200, 5)), rng.standard_normal((2000, 5))
    y = x.sum(axis=1) + 0.3 * rng.standard_normal(200) > 0
    if size:
        x[0, 0], y[0] = size, True
    z, others = scaled(run, way, x, test)
    a, w = np.column_stack([z, np.ones(200)]), np.zeros(6)
    for _ in range(steps):
        w -= a.T @ (1 / (1 + np.exp(-np.clip(a @ w, -500, 500))) - y) / 200
    return float(np.mean((others @ w[:-1] + w[-1] > 0) == (test.sum(axis=1) > 0)))
