"""Experiments of lesson 01 on search, speed, rounding, scaling and noise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets.files import Dataset
from cs231n_lib.functions.batches import minibatches
from cs231n_lib.functions.gradients import numerical_gradient_centered
from cs231n_lib.functions.losses import least_squares_loss, softmax_cross_entropy
from cs231n_lib.lessons.beside import STEPS, Agreement, parameters_of
from cs231n_lib.lessons.timing import milliseconds
from cs231n_lib.lessons.use import Functions, Use
from cs231n_lib.network import MLP, SGD

RADIUS = 3.0
"""Largest magnitude of both coordinates in the region that is drawn and searched."""


def surface(w: FloatArray) -> FloatArray:
    """A loss on the plane with three valleys, the deepest on the right, for ``w`` (..., 2)."""
    a, b = w[..., 0], w[..., 1]
    return np.asarray(0.12 * (a**2 + 2 * b**2) + np.sin(1.7 * a + 0.4) * np.cos(0.9 * b - 0.3) - 0.3 * a + 1.6)


def surface_gradient(w: FloatArray) -> FloatArray:
    """The gradient of `surface`, in the shape of ``w``."""
    a, b = w[..., 0], w[..., 1]
    da = 0.24 * a + 1.7 * np.cos(1.7 * a + 0.4) * np.cos(0.9 * b - 0.3) - 0.3
    db = 0.48 * b - 0.9 * np.sin(1.7 * a + 0.4) * np.sin(0.9 * b - 0.3)
    return np.stack([da, db], axis=-1)


def mean_surface(w: FloatArray) -> FloatArray:
    """Mean of `surface` over the D/2 pairs of entries of ``w`` (..., D), with D even."""
    return np.asarray(surface(np.reshape(w, (*w.shape[:-1], -1, 2))).mean(axis=-1))


def random_search(rng: Generator, evaluations: int, dimensions: int = 2) -> FloatArray:
    """Best point (evaluations, D) so far after each evaluation of `mean_surface` at a random point."""
    points = rng.uniform(-RADIUS, RADIUS, (evaluations, dimensions))
    losses = mean_surface(points)
    best_at = np.maximum.accumulate(np.where(losses == np.minimum.accumulate(losses), np.arange(evaluations), 0))
    return points[best_at]


def random_local_search(start: FloatArray, rng: Generator, evaluations: int, step: float) -> FloatArray:
    """Path (evaluations, D) of random steps from ``start`` (D,), kept if `mean_surface` falls.

    A step has a length of about ``step`` times √2 in any number of dimensions.
    """
    path, scale = [start], step * np.sqrt(2 / start.size)
    loss = mean_surface(start)
    for _ in range(evaluations - 1):
        there = path[-1] + rng.normal(scale=scale, size=start.size)
        loss_there = mean_surface(there)
        path.append(there if loss_there < loss else path[-1])
        loss = min(loss, loss_there)
    return np.stack(path)


def descent(run: Functions, start: FloatArray, lr: float, evaluations: int) -> FloatArray:
    """Path (evaluations, 2) of gradient descent from ``start`` (2,) on `surface`.

    On the sum of D/2 such surfaces, every pair of weights with the same initial point follows this path.
    """
    _, path = run.gradient_descent(surface_gradient, start, lr, evaluations - 1)
    return np.asarray(path)


def gradient_times(features: Sequence[int], rng: Generator) -> tuple[list[float], list[float]]:
    """Milliseconds for both gradients of a least-squares loss, by number of features."""
    numerical, analytic = [], []
    for d in features:
        w, x, y = rng.normal(size=d), rng.normal(size=(100, d)), rng.normal(size=100)
        numerical.append(milliseconds(partial(numerical_gradient_centered, _loss_of(x, y), w), repeats=3))
        analytic.append(milliseconds(partial(least_squares_loss, w, x, y)))
    return numerical, analytic


def _loss_of(x: FloatArray, y: FloatArray) -> Callable[[FloatArray], float]:
    return lambda w: least_squares_loss(w, x, y)[0]


def batch_times(sizes: Sequence[int], rng: Generator, features: int = 784, classes: int = 10) -> list[float]:
    """Microseconds per example for a linear classifier's gradient, by batch size."""
    w = rng.normal(size=(features, classes)) * 0.01
    x, y = rng.normal(size=(max(sizes), features)), rng.integers(0, classes, max(sizes))
    return [1000 * milliseconds(partial(classifier_gradient, w, x[:n], y[:n])) / n for n in sizes]


def classifier_gradient(w: FloatArray, x: FloatArray, y: NDArray[np.int64]) -> FloatArray:
    """Gradient (D, K) of a linear softmax classifier's loss on a batch."""
    _, dscores = softmax_cross_entropy(x @ w, y)
    return x.T @ dscores


def difference_curves(
    run: Functions, dtype: type[np.floating[Any]], steps: FloatArray, at: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Relative errors of the forward and the centred difference of sin at each step."""
    x = dtype(at)
    exact = np.cos(np.float64(x))
    h = steps.astype(dtype)
    centred = (np.sin(x + h) - np.sin(x - h)) / (2 * h)
    return run.difference_errors(np.sin, exact, x, steps), np.abs(centred - exact) / exact


def same_numbers(use: Use, digits: Dataset) -> Agreement:
    """Compare 20 steps of the classifier with the fast network, from zero weights."""
    run, n, batch_size, lr = use.run(), STEPS * 32, 32, 0.5
    w, b = run.train_softmax_classifier(
        digits.x_train[:n], digits.y_train[:n], 10, lr, 1, batch_size, np.random.default_rng(0)
    )
    network = MLP([64, 10], dtype=np.float64, rng=np.random.default_rng(0))
    network.parameters[:] = 0
    optimizer = SGD(lr)
    optimizer.bind(network)
    for rows in minibatches(n, batch_size, np.random.default_rng(0)):
        network.loss_and_gradient(digits.x_train[rows], digits.y_train[rows])
        optimizer.step()
    return Agreement.of([w, b], parameters_of(network), STEPS, "`train_softmax_classifier`", run.says)


@dataclass(frozen=True)
class CheckedGradient:
    """Errors of an analytic gradient against two numerical ones, with its kinks."""

    name: str
    forward: FloatArray
    centred: FloatArray
    kinks: NDArray[np.bool_]


def checked_gradients(run: Functions, rng: Generator) -> list[CheckedGradient]:
    """Check three gradients of squared residuals, and one of absolute values near 0.

    The third penalises the bias too, in the loss and in the gradient, although ridge regression spares it.
    """
    x = np.hstack([np.ones((8, 1)), rng.normal(size=(8, 5))])
    y, w = rng.normal(size=8), rng.normal(size=6)
    near_a_kink = np.where(np.arange(6) % 3 == 1, 3e-6, w)

    def ridge_with_bias(w: FloatArray) -> tuple[float, FloatArray]:
        loss, dw = run.ridge_loss(w, x, y, 0.5)
        return loss + 0.25 * w[0] ** 2, dw + 0.5 * np.where(np.arange(6) == 0, w, 0)

    losses: list[tuple[str, Callable[[FloatArray], tuple[float, FloatArray]], FloatArray]] = [
        ("least squares", lambda w: run.least_squares_loss(w, x, y), w),
        ("ridge", lambda w: run.ridge_loss(w, x, y, 0.5), w),
        ("ridge, bias penalised", ridge_with_bias, w),
        ("Σ |w|", lambda w: (float(np.abs(w).sum()), np.sign(w)), near_a_kink),
    ]
    return [_checked(run, name, loss, at) for name, loss, at in losses]


def _checked(
    run: Functions, name: str, loss: Callable[[FloatArray], tuple[float, FloatArray]], w: FloatArray
) -> CheckedGradient:
    def height(at: FloatArray) -> float:
        return loss(at)[0]

    _, dw = loss(w)
    forward, centred = run.numerical_gradient(height, w), run.numerical_gradient_centered(height, w)
    return CheckedGradient(
        name, run.relative_error(dw, forward), run.relative_error(dw, centred), run.find_kinks(height, w)
    )


def quadratic_loss(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Hessian ``x.T @ x / N`` of the least-squares loss, and its best weights (D,)."""
    hessian = x.T @ x / len(x)
    return hessian, np.linalg.solve(hessian, x.T @ y / len(x))


def steps_to_fit(x: FloatArray, y: FloatArray, lr: float, tolerance: float = 1e-3, limit: int = 20_000) -> int:
    """Number of steps from zero until the excess loss is ``tolerance`` of the first."""
    hessian, best = quadratic_loss(x, y)
    away = -best
    goal = tolerance * (away @ hessian @ away)
    for step in range(limit):
        if away @ hessian @ away <= goal:
            return step
        away = away - lr * hessian @ away
    return limit


def best_rate(x: FloatArray) -> float:
    """Best constant learning rate 2/(λ₁ + λₙ) for the least-squares loss."""
    eigenvalues = np.linalg.eigvalsh(x.T @ x / len(x))
    return float(2 / (eigenvalues[0] + eigenvalues[-1]))


def rooms(rng: Generator, n: int = 200) -> tuple[FloatArray, FloatArray]:
    """Synthetic flats with centred area in m², number of rooms and rent."""
    area = rng.uniform(25, 140, n)
    count = np.clip(np.round(area / 45 + 1 + rng.normal(size=n)), 1, 6)
    rent = 9 * area + 120 * count + rng.normal(scale=60, size=n)
    x = np.stack([area, count], axis=1)
    return x - x.mean(axis=0), rent - rent.mean()


def gradients_of_examples(x: FloatArray, y: NDArray[np.int64], classes: int) -> FloatArray:
    """Gradient (N, D * classes) of each example's softmax loss at zero weights."""
    probabilities = np.full((len(x), classes), 1 / classes)
    probabilities[np.arange(len(x)), y] -= 1
    return np.reshape(x[:, :, None] * probabilities[:, None, :], (len(x), -1))


def noise_by_batch_size(
    run: Functions, per_example: FloatArray, sizes: Sequence[int], rng: Generator, draws: int = 200
) -> tuple[list[float], list[float]]:
    """Root mean squared distance of a batch's gradient from the full one, by batch size.

    The first list is for batches drawn with replacement, the second for the minibatches of an epoch.
    """
    independent, of_an_epoch = [], []
    for size in sizes:
        rows = rng.integers(0, len(per_example), (draws, size))
        independent.append(float(run.gradient_noise(per_example, rows)))
        batches: list[NDArray[np.int64]] = []
        while len(batches) < draws:
            batches += [batch for batch in run.minibatches(len(per_example), size, rng) if len(batch) == size]
        of_an_epoch.append(float(run.gradient_noise(per_example, np.stack(batches[:draws]))))
    return independent, of_an_epoch
