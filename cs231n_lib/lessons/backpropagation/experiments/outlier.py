"""One outlier in the data of two lines (L2 and L1 loss) and a classifier of bins."""

from functools import lru_cache
from inspect import unwrap
from itertools import combinations

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.losses import bin_centers, bin_targets, softmax_cross_entropy
from cs231n_lib.functions.second_order import lbfgs
from cs231n_lib.lessons.use import Functions

LOW, HIGH = 0.0, 10.0
"""Ends of the bins' range. The outer bins include all targets beyond them."""

PENALTY = 1e-3
"""L2 penalty, without which the weights diverge if the bins are separable."""


READINGS = ("mean of the bins", "most likely bin")


def bin_edges(bins: int) -> FloatArray:
    """Edges of equal bins from `LOW` to `HIGH`; (bins + 1,)."""
    return np.linspace(LOW, HIGH, bins + 1)


def points() -> tuple[FloatArray, FloatArray]:
    """Twenty points (20,), (20,) near the line y = 2 + 0.6 x, x from 0 to 8."""
    rng = np.random.default_rng(3)
    x = np.linspace(0, 8, 20)
    return x, 2 + 0.6 * x + rng.normal(scale=0.35, size=20)


def with_outlier(x_outlier: float, y_outlier: float) -> tuple[FloatArray, FloatArray]:
    """`points` followed by an outlier."""
    x, y = points()
    return np.append(x, x_outlier), np.append(y, y_outlier)


def l2_line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Intercept and slope of the line with the least L2 loss."""
    slope, intercept = np.polyfit(x, y, 1)
    return float(intercept), float(slope)


def l1_line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Intercept and slope of a line through two points with the least L1 loss."""
    i, j = np.array(list(combinations(range(len(x)), 2))).T
    apart = x[i] != x[j]
    i, j = i[apart], j[apart]
    slopes = (y[j] - y[i]) / (x[j] - x[i])
    intercepts = y[i] - slopes * x[i]
    losses = np.abs(intercepts[:, np.newaxis] + slopes[:, np.newaxis] * x - y).sum(axis=1)
    best = int(np.argmin(losses))
    return float(intercepts[best]), float(slopes[best])


def _features(x: FloatArray) -> FloatArray:
    """Column of ones, and x scaled to about [-1, 1], as an array (N, 2)."""
    return np.stack([np.ones_like(x), x / 5 - 1], axis=1)


def binned_fit(x: FloatArray, y: FloatArray, bins: int) -> FloatArray:
    """Weights (2, K) of a softmax classifier of the targets' bins, trained with L-BFGS to its minimum."""
    return _fit_labels(tuple(x), tuple(bin_targets(y, bin_edges(bins))), bins)


_softmax = unwrap(softmax_cross_entropy)  # no checks at each step


@lru_cache(maxsize=512)
def _fit_labels(x: tuple[float, ...], labels: tuple[int, ...], bins: int) -> FloatArray:
    inputs, y = _features(np.array(x)), np.array(labels)

    def loss(w: FloatArray) -> float:
        return float(_softmax(inputs @ w.reshape(2, bins), y)[0] + PENALTY / 2 * float(w @ w))

    def gradient(w: FloatArray) -> FloatArray:
        _, dscores = _softmax(inputs @ w.reshape(2, bins), y)
        return np.asarray((inputs.T @ dscores).ravel() + PENALTY * w)

    w, _ = lbfgs(loss, gradient, np.zeros(2 * bins), tolerance=1e-6)
    return w.reshape(2, bins)


def bin_probabilities(weights: FloatArray, x: FloatArray) -> FloatArray:
    """Probabilities (N, K) of the bins at ``x`` (N,)."""
    scores = _features(x) @ weights
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def binned_prediction(weights: FloatArray, x: FloatArray, reading: str) -> FloatArray:
    """Predictions (N,) of the classifier at ``x`` (N,), in one of the `READINGS`."""
    probabilities, centers = bin_probabilities(weights, x), bin_centers(bin_edges(weights.shape[1]))
    return np.asarray(centers[probabilities.argmax(axis=1)] if reading == READINGS[1] else probabilities @ centers)


def predictions(x: FloatArray, y: FloatArray, bins: int, reading: str, at: FloatArray) -> FloatArray:
    """Predictions (3, M) of the L2, L1 and binned fits to (x, y) at points ``at`` (M,)."""
    lines = [intercept + slope * at for intercept, slope in (l2_line(x, y), l1_line(x, y))]
    return np.stack([*lines, binned_prediction(binned_fit(x, y, bins), at, reading)])


def pulls(run: Functions, x_outlier: float, y_outlier: FloatArray, bins: int) -> FloatArray:
    """Sizes (3, N) of an outlier's gradients at the fits without it, for each height.

    These are gradients of the outlier's own L2, L1 and binned loss with respect to its scores.
    """
    x, y = points()
    at, n = np.full((len(y_outlier), 1), x_outlier), len(y_outlier)
    scores_l2, scores_l1 = (intercept + slope * at for intercept, slope in (l2_line(x, y), l1_line(x, y)))
    scores_bins = _features(at[:, 0]) @ binned_fit(x, y, bins)
    gradients = (
        run.l2_loss(scores_l2, y_outlier[:, np.newaxis])[1],
        run.l1_loss(scores_l1, y_outlier[:, np.newaxis])[1],
        run.binned_loss(scores_bins, y_outlier, bin_edges(bins))[1],
    )
    return np.stack([n * np.linalg.norm(gradient, axis=1) for gradient in gradients])  # n: the losses average
