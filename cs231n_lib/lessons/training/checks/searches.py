"""Right answers of the exercises on search."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray

Objective = Callable[[FloatArray], float]
"""Function from a point (D,), one value per hyperparameter, to a number to maximise, or NaN if a run diverged."""


def log_uniform(u: FloatArray | float, low: FloatArray | float, high: FloatArray | float) -> FloatArray:
    """Numbers (...) whose logarithm is uniform from log low to log high if u is uniform from 0 to 1.

    Examples
    --------
    >>> log_uniform(np.array([0.0, 0.25, 1.0]), 1e-4, 1.0).round(4).tolist()
    [0.0001, 0.001, 1.0]
    """
    start, end = np.log10(low), np.log10(high)
    exponent = start + u * (end - start)
    return np.asarray(10**exponent)


def random_search(
    objective: Objective, low: FloatArray, high: FloatArray, n: int, rng: Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Best of n log-uniform points between ``low`` and ``high`` (D,), all points (n, D), and their results (n,).

    Examples
    --------
    >>> low, high = np.array([1e-4, 1e-6]), np.array([1.0, 1e-2])
    >>> best, points, results = random_search(lambda point: point[0], low, high, 9, np.random.default_rng(0))
    >>> points.shape, bool(best[0] == results.max())
    ((9, 2), True)
    """
    points = log_uniform(rng.random((n, len(low))), low, high)
    results = np.array([objective(point) for point in points])
    best = points[np.nanargmax(results)]
    return best, points, results


def coarse_to_fine(
    objective: Objective, low: FloatArray, high: FloatArray, n: int, rounds: int, rng: Generator, share: float = 0.3
) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[np.bool_]]:
    """Best point of random search in rounds around the best so far, with all points, results and borders (D,).

    Examples
    --------
    >>> low, high = np.array([1e-4, 1e-6]), np.array([1.0, 1e-2])
    >>> rng = np.random.default_rng(0)
    >>> best, points, results, border = coarse_to_fine(lambda point: point[0], low, high, 8, 3, rng)
    >>> points.shape, border.tolist()
    ((24, 2), [True, False])
    """
    left, right = low, high
    points, results = np.empty((0, len(low))), np.empty(0)
    for i in range(rounds):
        _, tried, found = random_search(objective, left, right, n, rng)
        points, results = np.vstack([points, tried]), np.append(results, found)
        best = points[np.nanargmax(results)]
        reach = (high / low) ** (share ** (i + 1) / 2)
        left = np.maximum(low, best / reach)
        right = np.minimum(high, best * reach)
    position = np.log(best / low) / np.log(high / low)
    border = (position < 0.05) | (position > 0.95)
    return best, points, results, border


def successive_halving(
    objective: Callable[[FloatArray, int], float], points: FloatArray, epochs: int, factor: int = 3
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Setting left of n after ever longer rounds, and the epochs and number of settings of each round (R, 2).

    Examples
    --------
    >>> points = np.array([[0.1], [0.2], [0.3], [0.4], [0.5], [0.6], [0.7], [0.8], [0.9]])
    >>> best, rounds = successive_halving(lambda point, epochs: -abs(point[0] - 0.3) - 1 / epochs, points, 1)
    >>> best.tolist(), rounds.tolist()
    ([0.3], [[1, 9], [3, 3]])
    """
    rounds = []
    while len(points) > 1:
        results = np.array([objective(point, epochs) for point in points])
        rounds.append([epochs, len(points)])
        order = np.argsort(-results)
        points = points[order[: max(1, len(points) // factor)]]
        epochs = epochs * factor
    return points[0], np.array(rounds)


def parzen_ratio(candidates: FloatArray, points: FloatArray, results: FloatArray, width: float = 0.1) -> FloatArray:
    """Parzen density of the best quarter of the trials at each candidate, divided by that of the rest, (m,).

    Examples
    --------
    >>> points, results = np.array([[0.2], [0.5], [0.6], [0.9]]), np.array([0.9, 0.4, 0.3, 0.1])
    >>> parzen_ratio(np.array([[0.2], [0.5], [0.6]]), points, results, width=0.3).round(2).tolist()
    [2.77, 0.77, 0.48]
    """
    order = np.argsort(-results)
    n = max(1, len(points) // 4)
    gaps = (candidates[:, np.newaxis] - points[order]) / width
    kernels = np.exp(-np.sum(gaps**2, axis=2) / 2)
    best, rest = kernels[:, :n].mean(axis=1), kernels[:, n:].mean(axis=1)
    return best / rest
