"""Experiments of lesson 02 on a changed cache, gradients of losses and outliers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets.files import Dataset
from cs231n_lib.functions.gradients import numerical_gradient_centered
from cs231n_lib.functions.losses import bin_centers
from cs231n_lib.lessons.backpropagation.experiments import outlier
from cs231n_lib.lessons.beside import Agreement
from cs231n_lib.lessons.two_layers import RELU, beside_fast
from cs231n_lib.lessons.use import Functions, Use

FITS = ("L2", "L1", "bins, mean", "bins, most likely")
"""Fits compared by `robustness`, of which the last two share a classifier of bins."""


def sigmoid_graph(run: Functions, w: float, x: float, b: float) -> tuple[dict[str, float], dict[str, float]]:
    """Values in the graph of ``1 / (1 + exp(-(w x + b)))`` and their gradients, by name.

    The gradients, and the output, are those of the run's ``sigmoid_graph``.
    """
    graph = run.sigmoid_graph(w, x, b)
    p = w * x
    z = p + b
    e = float(np.exp(-z))
    values = {"w": w, "x": x, "b": b, "p": p, "z": z, "n": -z, "e": e, "d": 1 + e, "out": graph["out"]}
    gradients = {"out": 1.0, "p": graph["db"]} | {
        name: graph[f"d{name}"] for name in ("d", "e", "n", "z", "b", "w", "x")
    }
    return values, gradients


def swish_ways(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gradient of ``x * sigmoid(x)`` along the direct path and through the sigmoid."""
    s = 1 / (1 + np.exp(-x))
    return s, x * s * (1 - s)


def errors_of_two_calls(backward: Callable[..., Any]) -> FloatArray:
    """Errors of dx and dw (columns) of ``backward`` in two calls (rows) with one cache.

    An error is the largest difference from the numerical gradient, relative to the largest entry of the latter.
    """
    rng = np.random.default_rng(0)
    x, w, dout = rng.normal(size=(4, 3)), rng.normal(size=(3, 3)), rng.normal(size=(4, 3))
    exact = (
        numerical_gradient_centered(lambda x: float(np.sum(dout * (x + np.tanh(x @ w)))), x),
        numerical_gradient_centered(lambda w: float(np.sum(dout * (x + np.tanh(x @ w)))), w),
    )
    cache = x, w, np.tanh(x @ w)
    calls = [backward(dout.copy(), cache) for _ in range(2)]
    return np.array(
        [[np.abs(g - e).max() / np.abs(e).max() for g, e in zip(call, exact, strict=True)] for call in calls]
    )


def pulls(run: Functions, residuals: FloatArray) -> FloatArray:
    """Sizes (3, R) of an example's gradient for each residual, under L2, L1 and bins.

    The bins are 1 wide, and the classifier's scores fall with half the squared distance from the true value.
    """
    edges = np.arange(-20.5, 21.0)
    scores = -0.5 * bin_centers(edges)[np.newaxis] ** 2
    zero = np.zeros((1, 1))
    gradients = [
        (run.l2_loss(r, zero)[1], run.l1_loss(r, zero)[1], run.binned_loss(scores, r[0], edges)[1])
        for r in residuals.reshape(-1, 1, 1)
    ]
    return np.array([[np.linalg.norm(g) for g in row] for row in gradients]).T


def same_numbers(use: Use, digits: Dataset) -> Agreement:
    """Compare a network of the run's layers and loss with the fast network, on digits."""
    run = use.run()
    agreement = beside_fast(run, RELU, "relu", 50, digits, "the network built from your functions")
    return replace(agreement, note=run.says)


def robustness(fraction: float, seed: int, n: int = 60, bins: int = 10) -> FloatArray:
    """Root mean squared distances (4,) of the `FITS` from the true line.

    The line is y = 2 + 0.6 x with noise of standard deviation 0.35. A ``fraction`` of the targets are outliers
    between 15 and 40. The bins cover 0 to 10. The distance is measured for x from 0 to 8, where the data are.
    """
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 8, n)
    y = 2 + 0.6 * x + rng.normal(scale=0.35, size=n)
    changed = round(fraction * n)
    y[:changed] = rng.uniform(15, 40, changed)
    at = np.linspace(0, 8, 33)
    by_mean, by_mode = (outlier.predictions(x, y, bins, reading, at) for reading in outlier.READINGS)
    fits = np.vstack([by_mean, by_mode[-1:]])
    return np.asarray(np.sqrt(np.mean((fits - (2 + 0.6 * at)) ** 2, axis=1)))
