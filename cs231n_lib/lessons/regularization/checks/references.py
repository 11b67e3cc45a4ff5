"""Reference solutions of the exercises whose functions are not in the library."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray


def proximal_step(w: FloatArray, dw: FloatArray, lr: float, strength: float) -> FloatArray:
    """Gradient step on the data loss, then a move of each weight towards 0 by αλ, but not past 0; any one shape.

    Examples
    --------
    >>> proximal_step(np.array([1.3, 0.3]), np.zeros(2), lr=0.5, strength=1.0)
    array([0.8, 0. ])
    """
    moved = w - lr * dw
    return np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0)


def l2_on_weights(
    names: Sequence[str], parameters: Sequence[FloatArray], gradients: Sequence[FloatArray], strength: float
) -> tuple[float, list[FloatArray]]:
    """Penalty ½λ Σw² of the parameters whose name begins with "w", and all gradients, with its gradient added.

    Examples
    --------
    >>> parameters, gradients = [np.array([3.0]), np.array([4.0])], [np.ones(1), np.ones(1)]
    >>> l2_on_weights(["w1", "b1"], parameters, gradients, strength=2.0)
    (9.0, [array([7.]), array([1.])])
    """
    penalty, penalized = 0.0, []
    for name, parameter, gradient in zip(names, parameters, gradients, strict=True):
        if name.startswith("w"):
            penalty += 0.5 * strength * float(np.sum(parameter**2))
            gradient = gradient + strength * parameter
        penalized.append(gradient)
    return penalty, penalized


def vanilla_dropout(x: FloatArray, drop_prob: float, rng: Generator) -> tuple[FloatArray, FloatArray]:
    """Outputs for ``x`` (any shape) in training, with entries dropped by ``drop_prob``, and at inference.

    Examples
    --------
    >>> train, predict = vanilla_dropout(np.full(1000, 8.0), 0.25, np.random.default_rng(0))
    >>> np.unique(train), np.unique(predict)
    (array([0., 8.]), array([6.]))
    """
    mask = rng.random(x.shape) >= drop_prob
    train = x * mask
    predict = x * (1 - drop_prob)
    return train, predict


def inverted_dropout(
    x: FloatArray, dout: FloatArray, drop_prob: float, rng: Generator
) -> tuple[FloatArray, FloatArray]:
    """Output in training, divided by the fraction that is kept, and dL/dx from dL/d(out); all of one shape.

    Examples
    --------
    >>> x, rng = np.full(1000, 2.0), np.random.default_rng(0)
    >>> out, dx = inverted_dropout(x, np.ones(1000), 0.75, rng)
    >>> np.unique(out), np.unique(dx)
    (array([0., 8.]), array([0., 4.]))
    """
    keep_prob = 1 - drop_prob
    mask = (rng.random(x.shape) < keep_prob) / keep_prob
    out = x * mask
    dx = dout * mask
    return out, dx


def moments_over_masks(x: FloatArray, w: FloatArray, drop_prob: float, scale: float) -> tuple[float, float]:
    """Mean and variance of ``scale * (x * mask) @ w`` over all 2ᴰ masks, weighted by probability; x and w are (D,).

    Examples
    --------
    >>> moments_over_masks(np.array([4.0]), np.array([1.0]), drop_prob=0.5, scale=1.0)
    (2.0, 4.0)
    """
    mean = mean_square = 0.0
    for mask in product([0, 1], repeat=len(x)):
        kept = sum(mask)
        probability = (1 - drop_prob) ** kept * drop_prob ** (len(x) - kept)
        score = scale * float((x * np.array(mask)) @ w)
        mean += probability * score
        mean_square += probability * score**2
    variance = mean_square - mean**2
    return mean, variance


def early_stopping(losses: FloatArray, patience: int) -> tuple[int, int]:
    """Best epoch so far, and the epoch at which training ends, after ``patience`` epochs without a better one.

    Examples
    --------
    >>> early_stopping(np.array([3.0, 2.0, 2.5, 2.2, 1.0]), patience=2)
    (1, 3)
    """
    best = last = 0
    for last, loss in enumerate(losses):
        if loss < losses[best]:
            best = last
        elif last - best >= patience:
            break
    return best, last


def mixup(
    x: FloatArray, y: NDArray[np.int64], classes: int, alpha: float, rng: Generator
) -> tuple[FloatArray, FloatArray]:
    """Batch ``x`` (N, D) mixed with itself in another order, and mixed targets (N, classes) of its labels ``y`` (N,).

    The mixing proportion of the batch is drawn from the beta distribution with both parameters ``alpha``.

    >>> x, targets = mixup(np.array([[0.0], [1.0]]), np.array([0, 1]), 2, 0.4, np.random.default_rng(0))
    >>> np.array_equal(x[:, 0], targets[:, 1]), targets.sum(axis=1)
    (True, array([1., 1.]))
    """
    share = rng.beta(alpha, alpha)
    partners = rng.permutation(len(x))
    onehot = np.eye(classes)[y]
    mixed = share * x + (1 - share) * x[partners]
    targets = share * onehot + (1 - share) * onehot[partners]
    return mixed, targets
