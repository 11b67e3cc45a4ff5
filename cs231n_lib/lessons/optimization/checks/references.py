"""Reference functions of exercises that only lesson 01 uses."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import batches, losses

Analytic = Callable[[NDArray[Any]], Any]
"""A function of real or complex arrays that uses only operations defined for both."""


def difference_errors(
    f: Callable[[Any], Any], exact: np.float64, x: np.floating[Any], steps: FloatArray
) -> NDArray[np.float64]:
    """Relative errors of the forward difference of ``f`` at ``x``, in x's precision.

    Examples
    --------
    >>> difference_errors(lambda x: x * x, np.float64(2), np.float64(1), np.array([0.5, 0.25]))
    array([0.25 , 0.125])
    """
    errors = np.zeros(len(steps))
    for i, step in enumerate(steps):
        h = x.dtype.type(step)
        slope = (f(x + h) - f(x)) / h
        errors[i] = abs(slope - exact) / abs(exact)
    return errors


def find_kinks(f: Callable[[FloatArray], float], x: FloatArray, h: float = 1e-5) -> NDArray[np.bool_]:
    """Whether the slopes to the right and left of each entry differ by over 1 % of the largest of 1 and the two.

    Examples
    --------
    >>> find_kinks(lambda x: np.abs(x).sum(), np.array([0.0, 2.0]))
    array([ True, False])
    """
    kinks = np.zeros(x.shape, dtype=bool)
    f_x = f(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        right = (f(x + step) - f_x) / h
        left = (f_x - f(x - step)) / h
        kinks[i] = abs(right - left) > 0.01 * max(1, abs(right), abs(left))
    return kinks


def train_softmax_classifier(
    x: FloatArray, y: NDArray[np.int64], classes: int, lr: float, epochs: int, batch_size: int, rng: Generator
) -> tuple[FloatArray, FloatArray]:
    """Weights ``w`` (D, K) and ``b`` (K,) after minibatch SGD on the scores ``x @ w + b``.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> train_softmax_classifier(np.array([[2.0]]), np.array([0]), 2, 1.0, 1, 1, rng)
    (array([[ 1., -1.]]), array([ 0.5, -0.5]))
    """
    w, b = np.zeros((x.shape[1], classes)), np.zeros(classes)
    for _ in range(epochs):
        for rows in batches.minibatches(len(x), batch_size, rng):
            _, dscores = losses.softmax_cross_entropy(x[rows] @ w + b, y[rows])
            w -= lr * x[rows].T @ dscores
            b -= lr * dscores.sum(axis=0)
    return w, b


def ridge_loss(w: FloatArray, x: FloatArray, y: FloatArray, lam: float) -> tuple[float, FloatArray]:
    """Least-squares loss plus ½λ times the squares of all weights except the bias ``w[0]``.

    Examples
    --------
    >>> ridge_loss(np.array([1.0, 2.0]), np.array([[1.0, 1.0]]), np.array([2.0]), lam=0.5)
    (1.5, array([1., 2.]))
    """
    residual = x @ w - y
    loss = float(0.5 * np.mean(residual**2) + 0.5 * lam * np.sum(w[1:] ** 2))
    dw = x.T @ residual / len(y)
    dw[1:] += lam * w[1:]
    return loss, dw


def gradient_noise(per_example: FloatArray, batches: NDArray[np.int64]) -> float:
    """Root mean squared distance between the gradients of a batch and of all examples.

    Each row of ``per_example`` (N, D) is a gradient. ``batches`` (T, B) holds the row numbers of T batches.

    Examples
    --------
    >>> gradient_noise(np.array([[1.0], [3.0]]), np.array([[0], [1]]))
    1.0
    """
    full = per_example.mean(axis=0)
    distances = per_example[batches].mean(axis=1) - full
    return float(np.sqrt(np.mean(np.sum(distances**2, axis=1))))


def complex_step_gradient(f: Analytic, x: FloatArray, h: float = 1e-20) -> FloatArray:
    """Gradient of a scalar ``f`` at ``x`` (any shape) from complex steps ``1j * h``.

    >>> complex_step_gradient(lambda z: z[0] ** 3 + 2 * z[1], np.array([2.0, 5.0]))
    array([12.,  2.])
    """
    dx = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        z = x.astype(complex)
        z[i] += 1j * h
        dx[i] = f(z).imag / h
    return dx
