"""Experiments of lesson 06 on the noise that batch norm adds, by the number of examples normalised together."""

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import digits
from cs231n_lib.functions.batches import minibatches
from cs231n_lib.functions.losses import softmax_cross_entropy
from cs231n_lib.lessons.use import Functions

SIZES = (2, 4, 8, 16, 32, 128)
"""Numbers of examples that are normalised together."""

UNITS, TRAINING, BATCH_SIZE, WRONG = 64, 256, 128, 0.2
"""Numbers of hidden units and of training digits, batch size, and fraction of wrong training labels."""


def normalised_spread(run: Functions, size: int, seed: int = 0, images: int = 20, draws: int = 50) -> float:
    """Standard deviation of the normalised values of an image when only the rest of its batch changes.

    The values are the 64 outputs of a first layer with He's weights. The result is the root of their variance over
    ``draws`` batches of ``size``, averaged over units and ``images``.
    """
    rng = np.random.default_rng(seed)
    (x, _), _ = digits()
    z = x @ run.scaled_weights(x.shape[1], UNITS, rng)["he"]
    one, zero = np.ones(draws * UNITS), np.zeros(draws * UNITS)
    variances = []
    for image in rng.permutation(len(z))[:images]:
        rows = rng.integers(len(z), size=(size, draws))
        rows[0] = image
        batches = z[rows].reshape(size, -1)  # a draw's units are features of their own
        normed, *_ = run.batchnorm_forward(batches, one, zero, zero, one)
        variances.append(normed[0].reshape(draws, UNITS).var(axis=0))
    return float(np.sqrt(np.mean(variances)))


def side_by_side(x: FloatArray, size: int) -> FloatArray:
    """Groups of ``size`` successive rows of ``x`` (N, D), next to each other (size, N / size · D)."""
    return x.reshape(-1, size, x.shape[1]).swapaxes(0, 1).reshape(size, -1)


def below_each_other(x: FloatArray, features: int) -> FloatArray:
    """Inverse of `side_by_side`."""
    return x.reshape(len(x), -1, features).swapaxes(0, 1).reshape(-1, features)


def accuracies(
    run: Functions, size: int, seed: int = 0, wrong: float = WRONG, epochs: int = 200, lr: float = 0.2
) -> tuple[float, float]:
    """Training accuracy, on the given labels, and validation accuracy if batch norm sees ``size`` examples at a time.

    The network 64-64-10 takes the same steps, each with 128 examples, whatever ``size`` is. Only the examples whose
    mean and variance are taken together differ.
    """
    rng = np.random.default_rng(seed)
    (x, y), (x_new, y_new) = digits()
    rows = rng.permutation(len(x))[:TRAINING]
    x, y = x[rows], y[rows].copy()
    count = round(wrong * TRAINING)
    y[:count] = (y[:count] + rng.integers(1, 10, count)) % 10
    w1, w2 = rng.normal(0, np.sqrt(2 / x.shape[1]), (x.shape[1], UNITS)), rng.normal(0, np.sqrt(2 / UNITS), (UNITS, 10))
    gamma, beta, mean, var, b = np.ones(UNITS), np.zeros(UNITS), np.zeros(UNITS), np.ones(UNITS), np.zeros(10)
    groups = BATCH_SIZE // size
    for _ in range(epochs):
        for batch in minibatches(len(x), BATCH_SIZE, rng):
            z = side_by_side(x[batch] @ w1, size)
            tiled = (np.tile(one, groups) for one in (gamma, beta, mean, var))
            normed, cache, means, variances = run.batchnorm_forward(z, *tiled)
            mean, var = (one.reshape(groups, UNITS).mean(axis=0) for one in (means, variances))
            normed = below_each_other(normed, UNITS)
            h = np.maximum(normed, 0)
            _, dscores = softmax_cross_entropy(h @ w2 + b, y[batch])
            dnormed = dscores @ w2.T * (normed > 0)
            dz, dgamma, dbeta = run.batchnorm_backward(side_by_side(dnormed, size), cache)
            w1 = w1 - lr * x[batch].T @ below_each_other(dz, UNITS)
            w2, b = w2 - lr * h.T @ dscores, b - lr * dscores.sum(axis=0)
            gamma, beta = (
                old - lr * new.reshape(groups, UNITS).sum(axis=0) for old, new in ((gamma, dgamma), (beta, dbeta))
            )

    def right(x: FloatArray, y: NDArray[np.integer]) -> float:
        h = np.maximum(run.batchnorm_inference(x @ w1, gamma, beta, mean, var), 0)
        return float(np.mean((h @ w2 + b).argmax(axis=1) == y))

    return right(x, y), right(x_new, y_new)
