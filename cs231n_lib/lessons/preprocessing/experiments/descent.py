"""Condition number and steps of gradient descent when the inputs have different units (claim C05)."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.use import Functions

FEATURES = ("area in m²", "rooms", "year built")
FORMS = ("raw", "centred", "min–max", "standardised", "whitened")
EXCESS = 0.01
"""Fraction of the reducible loss at which the count of steps ends."""


def houses(rng: Generator, correlated: bool = False, n: int = 200) -> tuple[FloatArray, FloatArray]:
    """Houses (n, 3) with `FEATURES`, and their prices (n,). With ``correlated``, larger houses have more rooms."""
    area, rooms, year = rng.uniform(0, 1, (3, n))
    if correlated:
        rooms = 0.8 * area + 0.2 * rooms
    x = np.column_stack([40 + 160 * area, 1 + 5 * rooms, 1950 + 70 * year])
    return x, 2 * (area - 0.5) + 2 * (rooms - 0.5) + (year - 0.5) + 0.1 * rng.standard_normal(n)


def prepared(run: Functions, form: str, x: FloatArray) -> FloatArray:
    """The houses in one of `FORMS`."""
    if form == "whitened":
        return np.asarray(run.whiten(x, *run.pca_fit(x), eps=1e-12)[0])
    names = {"centred": "subtract_mean", "min–max": "min_max", "standardised": "standardize"}
    return np.asarray(getattr(run, names[form])(x, x[:1])[0]) if form in names else x


def _with_bias(x: FloatArray) -> FloatArray:
    return np.column_stack([x, np.ones(len(x))])


@dataclass(frozen=True)
class DescentSteps:
    """Condition number of a least-squares loss, steps at the best fixed learning rate, and their bound.

    The steps to 1 % of the excess loss are too many to run. They are computed along the eigenvectors, where each error
    shrinks by a constant factor per step.
    """

    condition: float
    steps: float
    bound: float


def steps_needed(run: Functions, x: FloatArray, y: FloatArray) -> DescentSteps:
    """Steps of descent from zero weights, for inputs ``x`` (N, D) and targets ``y`` (N,)."""
    a = _with_bias(x)
    curvatures, axes = np.linalg.eigh(a.T @ a / len(a))
    way = (axes.T @ np.linalg.lstsq(a, y, rcond=None)[0]) ** 2 * curvatures
    shrinks = np.abs(1 - 2 / (curvatures[0] + curvatures[-1]) * curvatures)
    low, high = 0.0, 1.0
    while np.sum(way * shrinks ** (2 * high)) > EXCESS * way.sum():
        low, high = high, 2 * high
    while high - low > max(1, 1e-6 * high):
        middle = np.floor((low + high) / 2)
        enough = np.sum(way * shrinks ** (2 * middle)) <= EXCESS * way.sum()
        low, high = (low, middle) if enough else (middle, high)
    condition = float(run.condition_number(x))
    per_step = np.log1p(2 / (condition - 1)) if condition > 1 else np.inf
    return DescentSteps(condition, high, float(np.log(1 / EXCESS) / (2 * per_step)))


def descend(x: FloatArray, y: FloatArray, steps: int, rate: float = 1.0) -> FloatArray:
    """Weights and bias at each step of least squares, from zero; (steps + 1, D + 1).

    The learning rate is ``rate`` divided by the largest curvature. Descent diverges if ``rate`` is above 2.
    """
    a = _with_bias(x)
    lr = rate / np.linalg.eigvalsh(a.T @ a / len(a))[-1]
    path = np.zeros((steps + 1, a.shape[1]))
    for t in range(steps):
        path[t + 1] = path[t] - lr * a.T @ (a @ path[t] - y) / len(a)
    return path


def share_of_the_way(x: FloatArray, y: FloatArray, steps: int) -> FloatArray:
    """Fraction of the way to its best value that each weight has moved after so many steps; (D,)."""
    best = np.linalg.lstsq(_with_bias(x), y, rcond=None)[0]
    return np.asarray((descend(x, y, steps)[-1] / best)[:-1])
