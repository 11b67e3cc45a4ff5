"""Grid search, which lesson 09 shows and gives to the student."""

from collections.abc import Callable, Sequence

import numpy as np

from cs231n_lib.contracts import FloatArray


def grid_search(
    objective: Callable[[FloatArray], float], values: Sequence[Sequence[float]]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Best of all combinations of the listed values, all points (n, D), and their results (n,).

    Examples
    --------
    >>> best, points, results = grid_search(lambda point: -abs(point[0] - 0.1) - point[1], [[0.01, 0.1], [0.0, 0.5]])
    >>> best.tolist(), points.tolist()
    ([0.1, 0.0], [[0.01, 0.0], [0.01, 0.5], [0.1, 0.0], [0.1, 0.5]])
    """
    points = np.stack(np.meshgrid(*values, indexing="ij"), axis=-1).reshape(-1, len(values))
    results = np.array([objective(point) for point in points])
    best = points[np.nanargmax(results)]
    return best, points, results
