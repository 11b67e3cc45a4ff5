# mypy: disable-error-code="assignment, call-overload"
# (students read these bodies, in which lists of arrays have no annotations)
"""Right answers of exercises that only lesson 09 uses. The others are in the library."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations, batches, layers, losses, optimizers, regularizers

Arrays = Sequence[FloatArray]
Statistics = Sequence[tuple[FloatArray, FloatArray]]


def gradient_check_network(
    loss: Callable[[list[FloatArray]], float],
    parameters: Arrays,
    gradients: Arrays,
    entries: Sequence[NDArray[np.int64]],
    h: float = 1e-5,
    floor: float = 1e-4,
) -> FloatArray:
    """Largest relative error of each array's gradient over the chosen ``entries``, (A,).

    ``loss`` takes a list of A arrays with the shapes of ``parameters``. The entries of an array are counted row by row.

    Examples
    --------
    >>> squares = lambda arrays: float(sum(np.sum(a**2) for a in arrays))
    >>> arrays = [np.array([1.0, 2.0]), np.array([[3.0]])]
    >>> gradient_check_network(squares, arrays, [2 * arrays[0], arrays[1]], [np.array([0, 1]), np.array([0])]).round(3)
    array([0. , 0.5])
    """
    worst = []
    for i in range(len(parameters)):
        errors = []
        for entry in entries[i]:
            up, down = parameters[i].copy(), parameters[i].copy()
            up.flat[entry] += h
            down.flat[entry] -= h
            high = loss([*parameters[:i], up, *parameters[i + 1 :]])
            low = loss([*parameters[:i], down, *parameters[i + 1 :]])
            numerical = (high - low) / (2 * h)
            analytic = gradients[i].flat[entry]
            errors.append(abs(analytic - numerical) / max(abs(analytic), abs(numerical), floor))
        worst.append(max(errors))
    return np.array(worst)


def find_the_bug(errors: FloatArray, limit: float = 1e-5) -> tuple[int, int]:
    """Kind and layer of a bug, from the errors of the gradients of w1, b1, w2, b2, … of a network; (2L,).

    The kinds are 0 for no bug, 1 for one array alone, 2 for every weight and no bias, 3 for every bias and no weight,
    and 4 for the backward pass. Layers count from 1. The layer is that of the array for kind 1, the one above
    the highest wrong layer for kind 4, and 0 otherwise.

    Examples
    --------
    >>> find_the_bug(np.array([0.3, 1e-8, 1e-9, 1e-9]))
    (1, 1)
    >>> find_the_bug(np.array([0.3, 0.2, 1e-9, 1e-9]))
    (4, 2)
    """
    wrong = ~(errors <= limit)
    weights, biases = wrong[::2], wrong[1::2]
    highest = max(np.flatnonzero(weights | biases) + 1, default=0)
    if not wrong.any():
        return 0, 0
    if wrong.sum() == 1:
        return 1, int(highest)
    if weights.all() and not biases.any():
        return 2, 0
    if biases.all() and not weights.any():
        return 3, 0
    return 4, int(highest) + 1


def update_ratio(before: Arrays, after: Arrays) -> FloatArray:
    """Length of each layer's update relative to the length of its weights before, (L,).

    Examples
    --------
    >>> update_ratio([np.array([3.0, 4.0]), np.array([[10.0]])], [np.array([3.0, 4.1]), np.array([[9.0]])]).round(3)
    array([0.02, 0.1 ])
    """
    ratios = []
    for w, w_new in zip(before, after, strict=True):
        ratios.append(np.linalg.norm(w_new - w) / np.linalg.norm(w))
    return np.array(ratios)


def name_curves() -> tuple[int, list[str]]:
    """Number that selects six curves, and their names.

    Examples
    --------
    >>> number, names = name_curves()
    >>> len(names)
    6
    """
    number = 419
    names = [
        "bad start",
        "no shuffling",
        "rate too low",
        "overfitting",
        "healthy",
        "rate too high",
    ]
    return number, names


def accuracy_error(right_a: NDArray[np.bool_], right_b: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Standard error of the accuracy of a, its lead over b on the same N images, and the standard error of this lead.

    Each argument (N,) says for each image whether a network is right.

    Examples
    --------
    >>> a, b = np.array([True, True, True, False]), np.array([True, False, True, False])
    >>> [round(float(number), 4) for number in accuracy_error(a, b)]
    [0.2165, 0.25, 0.2165]
    """
    n = len(right_a)
    accuracy = np.mean(right_a)
    error = np.sqrt(accuracy * (1 - accuracy) / n)
    better = right_a.astype(float) - right_b.astype(float)
    difference = np.mean(better)
    difference_error = np.std(better) / np.sqrt(n)
    return error, difference, difference_error


def open_test_set(record: dict[str, float], measure: Callable[[], float]) -> dict[str, float]:
    """New record of the first accuracy and of how often it was asked for.

    Examples
    --------
    >>> record = open_test_set({}, lambda: 0.86)
    >>> open_test_set(record, lambda: 0.88)
    {'accuracy': 0.86, 'asked': 2}
    """
    if "accuracy" in record:
        return {"accuracy": record["accuracy"], "asked": record["asked"] + 1}
    return {"accuracy": measure(), "asked": 1}


def network_loss(
    x: FloatArray,
    y: NDArray[np.integer[Any]],
    parameters: Arrays,
    statistics: Statistics,
    drop_prob: float,
    strength: float,
    rng: Generator,
) -> tuple[float, list[FloatArray], list[tuple[FloatArray, FloatArray]]]:
    """Loss, gradients and new running statistics of a network with batch norm, ReLU and inverted dropout.

    Examples
    --------
    >>> x, y, eye, ones, zero = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0, 1]), np.eye(2), np.ones(2), np.zeros(2)
    >>> parameters, rng = [eye, ones, zero, 0 * eye, zero], np.random.default_rng(0)
    >>> loss, gradients, statistics = network_loss(x, y, parameters, [(zero, ones)], 0.0, 0.1, rng)
    >>> round(float(loss), 4), gradients[3].round(2)  # ln 2, and a penalty of 0.1
    (0.7931, array([[-0.25,  0.25],
           [ 0.25, -0.25]]))
    """
    out, caches, kept = x, [], []
    for i in range(len(statistics)):
        w, gamma, beta = parameters[3 * i : 3 * i + 3]
        h, affine = layers.affine_forward(out, w, np.zeros_like(beta))
        normed, norm, mean, var = layers.batchnorm_forward(h, gamma, beta, *statistics[i])
        active, relu = activations.relu_forward(normed)
        mask = (rng.random(active.shape) < 1 - drop_prob).astype(x.dtype) / (1 - drop_prob)
        out = active * mask
        caches.append((affine, norm, relu, mask))
        kept.append((mean, var))
    scores, last = layers.affine_forward(out, parameters[-2], parameters[-1])
    loss, dscores = losses.softmax_cross_entropy(scores, y)
    dout, dw, db = layers.affine_backward(dscores, last)
    gradients = [dw, db]
    for affine, norm, relu, mask in reversed(caches):
        dnormed = activations.relu_backward(dout * mask, relu)
        dh, dgamma, dbeta = layers.batchnorm_backward(dnormed, norm)
        dout, dw, _ = layers.affine_backward(dh, affine)
        gradients = [dw, dgamma, dbeta, *gradients]
    for i in range(0, len(parameters), 3):
        penalty, dpenalty = regularizers.l2(parameters[i], strength)
        loss = loss + penalty
        gradients[i] = gradients[i] + dpenalty
    return loss, gradients, kept


def fit(
    x: FloatArray,
    y: NDArray[np.integer[Any]],
    new: FloatArray,
    lr: float = 0.003,
    drop_prob: float = 0.3,
    strength: float = 1e-5,
    epochs: int = 20,
    seed: int = 3,
) -> tuple[FloatArray, FloatArray]:
    """Scores (M, 10) of ``new`` (M, D) and w1 (D, H) after training on pixels ``x`` (N, D) and labels ``y`` (N,).

    Examples
    --------
    >>> x, y = np.repeat(np.eye(10), 20, axis=0), np.repeat(np.arange(10), 20)
    >>> scores, w1 = fit(x, y, np.eye(10), epochs=5)
    >>> scores.shape, scores.argmax(axis=1)
    ((10, 10), array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    """
    rng = np.random.default_rng(seed)
    mean = x.mean(axis=0)
    scale = (x - mean).std()
    x = ((x - mean) / scale).astype(np.float32)
    out = (new - mean) / scale
    parameters, statistics = [], []
    for fan_in, fan_out in ((x.shape[1], 256), (256, 128)):
        parameters += [rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)), np.ones(fan_out), np.zeros(fan_out)]
        statistics.append((np.zeros(fan_out), np.ones(fan_out)))
    parameters += [rng.normal(0, np.sqrt(2 / 128), (128, 10)), np.zeros(10)]
    parameters = [w.astype(np.float32) for w in parameters]
    memory = [(np.zeros_like(w), np.zeros_like(w), 0) for w in parameters]
    step, steps = 0, epochs * int(np.ceil(len(x) / 64))
    for _ in range(epochs):
        for rows in batches.minibatches(len(x), 64, rng):
            _, gradients, statistics = network_loss(x[rows], y[rows], parameters, statistics, drop_prob, strength, rng)
            rate = float(lr * 0.5 * (1 + np.cos(np.pi * step / steps)))
            for i in range(len(parameters)):
                parameters[i], *memory[i] = optimizers.adam(parameters[i], gradients[i], *memory[i], rate)
            step += 1
    for i in range(len(statistics)):
        w, gamma, beta = parameters[3 * i : 3 * i + 3]
        h, _ = layers.affine_forward(out, w, np.zeros_like(beta))
        out, _ = activations.relu_forward(layers.batchnorm_inference(h, gamma, beta, *statistics[i]))
    scores, _ = layers.affine_forward(out, parameters[-2], parameters[-1])
    return scores, parameters[0]


def averaged_weights(
    w: FloatArray, mean: FloatArray, t: int, decay: float = 0.99
) -> tuple[FloatArray, FloatArray, int]:
    """Running mean of weights with a correction for its start at 0, as the corrected mean, the running mean and t.

    >>> averaged, mean, t = averaged_weights(np.array([2.0]), np.zeros(1), 0, decay=0.9)
    >>> averaged, mean.round(3), t
    (array([2.]), array([0.2]), 1)
    """
    t = t + 1
    mean = decay * mean + (1 - decay) * w
    averaged = mean / (1 - decay**t)
    return averaged, mean, t
