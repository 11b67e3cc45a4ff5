# ruff: noqa: B023  (the functions made in a loop are called in the same round)
"""The right answers of lesson 04's exercises."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations, gradients, layers, losses

Arrays = list[FloatArray]
Function = Callable[[FloatArray], FloatArray]
Layers = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
"""w1, b1, w2, b2 of a network with one hidden layer."""


def network_size(sizes: Sequence[int]) -> tuple[int, int, int]:
    """Layers, units and parameters of a network with ``sizes`` = inputs, units of each layer in turn.

    Examples
    --------
    >>> network_size([3, 4, 4, 1])
    (3, 9, 41)
    """
    count = len(sizes) - 1
    units = sum(sizes[1:])
    parameters = units
    for i in range(count):
        parameters += sizes[i] * sizes[i + 1]
    return count, units, parameters


def xor_weights() -> Layers:
    """Weights of two ReLU units that put out 0, 1, 1, 0 for the inputs (0, 0), (0, 1), (1, 0), (1, 1).

    Examples
    --------
    >>> [part.shape for part in xor_weights()]
    [(2, 2), (2,), (2, 1), (1,)]
    """
    w1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    b1 = np.array([0.0, -1.0])
    w2 = np.array([[1.0], [-2.0]])
    b2 = np.array([0.0])
    return w1, b1, w2, b2


def mlp_forward(x: FloatArray, weights: Sequence[FloatArray], biases: Sequence[FloatArray]) -> FloatArray:
    """Scores (N, K) of a network of any depth: ReLU after each layer but the last.

    Examples
    --------
    >>> x, eye = np.array([[2.0, -1.0]]), np.eye(2)
    >>> mlp_forward(x, [eye, -eye], [np.zeros(2), np.ones(2)])
    array([[-1.,  1.]])
    """
    out = x
    for i in range(len(weights)):
        out, _ = layers.affine_forward(out, weights[i], biases[i])
        if i < len(weights) - 1:
            out, _ = activations.relu_forward(out)
    return out


def mlp_loss(
    x: FloatArray, y: NDArray[np.integer], weights: Sequence[FloatArray], biases: Sequence[FloatArray], lam: float
) -> tuple[float, Arrays, Arrays]:
    """Softmax cross-entropy of `mlp_forward`'s scores plus ½ λ times the squares of all weights; all gradients.

    Examples
    --------
    >>> x, y = np.array([[1.0, 0.0]]), np.array([0])
    >>> loss, dweights, dbiases = mlp_loss(x, y, [np.eye(2), np.eye(2)], [np.zeros(2), np.zeros(2)], 0.1)
    >>> round(loss, 3), dbiases[0].round(3)
    (0.513, array([-0.269,  0.   ]))
    """
    out, caches = x, []
    for i in range(len(weights) - 1):
        h, affine = layers.affine_forward(out, weights[i], biases[i])
        out, relu = activations.relu_forward(h)
        caches.append((affine, relu))
    scores, last = layers.affine_forward(out, weights[-1], biases[-1])
    loss, dscores = losses.softmax_cross_entropy(scores, y)
    dout, dw, db = layers.affine_backward(dscores, last)
    dweights, dbiases = [dw], [db]
    for affine, relu in reversed(caches):
        dh = activations.relu_backward(dout, relu)
        dout, dw, db = layers.affine_backward(dh, affine)
        dweights.insert(0, dw)
        dbiases.insert(0, db)
    for i in range(len(weights)):
        loss += 0.5 * lam * float(np.sum(weights[i] ** 2))
        dweights[i] = dweights[i] + lam * weights[i]
    return loss, dweights, dbiases


def train_mlp(
    x: FloatArray,
    y: NDArray[np.integer],
    weights: Sequence[FloatArray],
    biases: Sequence[FloatArray],
    lr: float,
    steps: int,
) -> tuple[FloatArray, Sequence[FloatArray], Sequence[FloatArray]]:
    """Gradient descent on all examples at once: the loss before each step, and the weights and biases at the end.

    Examples
    --------
    >>> x, y = np.array([[1.0], [-1.0]]), np.array([0, 1])
    >>> found, weights, biases = train_mlp(x, y, [np.zeros((1, 2))], [np.zeros(2)], 1.0, 2)
    >>> found.round(3), weights[0].round(2)
    (array([0.693, 0.313]), array([[ 0.77, -0.77]]))
    """
    found = []
    for _ in range(steps):
        loss, dweights, dbiases = mlp_loss(x, y, weights, biases, 0.0)
        found.append(loss)
        weights = [weights[i] - lr * dweights[i] for i in range(len(weights))]
        biases = [biases[i] - lr * dbiases[i] for i in range(len(biases))]
    return np.array(found), weights, biases


def gradient_errors(loss_and_gradients: Callable[[Arrays], tuple[float, Arrays]], arrays: Arrays) -> FloatArray:
    """For each array the largest error of its gradient, relative to the largest entry of the numerical one.

    Examples
    --------
    >>> squares = lambda a: (np.sum(a[0] ** 2) + np.sum(a[1] ** 2), [2 * a[0], a[1] * [-3, 2]])
    >>> gradient_errors(squares, [np.array([1.0, -5.0]), np.array([3.0, -4.0])]).round(3)
    array([0.   , 1.875])
    """
    _, analytic = loss_and_gradients(arrays)
    errors = []
    for i in range(len(arrays)):
        numerical = gradients.numerical_gradient_centered(
            lambda a: loss_and_gradients([*arrays[:i], a, *arrays[i + 1 :]])[0], arrays[i]
        )
        errors.append(np.abs(analytic[i] - numerical).max() / np.abs(numerical).max())
    return np.array(errors)


def units_needed(lipschitz: float, eps: float, low: float, high: float) -> int:
    """Smallest number of equal pieces for which the error bound is at most ``eps``.

    Examples
    --------
    >>> units_needed(2.0, 0.1, 0.0, 1.0), units_needed(2.0, 0.3, 0.0, 1.0)
    (10, 4)
    """
    return max(1, int(np.ceil(lipschitz * (high - low) / (2 * eps))))


def relu_approximation(f: Function, lipschitz: float, eps: float, low: float, high: float) -> Layers:
    """One hidden layer of ReLUs within ``eps`` of f everywhere on [low, high].

    Examples
    --------
    >>> w1, b1, w2, b2 = relu_approximation(np.abs, 1.0, 0.5, -1.0, 1.0)
    >>> b1, w2.ravel(), b2
    (array([ 1., -0.]), array([-1.,  2.]), array([1.]))
    """
    n = units_needed(lipschitz, eps, low, high)
    knots = np.linspace(low, high, n + 1)
    heights = f(knots)
    slopes = np.diff(heights) / np.diff(knots)
    w1 = np.ones((1, n))
    b1 = -knots[:-1]
    w2 = np.diff(slopes, prepend=0)[:, np.newaxis]
    b2 = heights[:1]
    return w1, b1, w2, b2


def sawtooth_network(folds: int) -> tuple[Sequence[FloatArray], Sequence[FloatArray]]:
    """Weights and biases of a network that folds [0, 1] once in each of ``folds`` hidden layers of two ReLUs.

    Examples
    --------
    >>> weights, biases = sawtooth_network(3)
    >>> [w.shape for w in weights]
    [(1, 2), (2, 2), (2, 2), (2, 1)]
    """
    out = np.array([[2.0], [-4.0]])
    weights = [np.ones((1, 2)), *[np.hstack([out, out])] * (folds - 1), out]
    biases = [*[np.array([0.0, -0.5])] * folds, np.array([0.0])]
    return weights, biases


def width_for_budget(inputs: int, outputs: int, depth: int, budget: int) -> int:
    """Largest width at which ``depth`` equally wide hidden layers have at most ``budget`` parameters.

    Examples
    --------
    >>> width_for_budget(2, 1, 1, 40), width_for_budget(2, 1, 2, 40)
    (9, 4)
    """
    width = 0
    while network_size([inputs, *[width + 1] * depth, outputs])[2] <= budget:
        width += 1
    return width


def choose_size(parameters: NDArray[np.integer], accuracies: FloatArray, errors: FloatArray) -> int:
    """Index of the smallest network that may be as good as the best one.

    A network may be as good if it is at most two standard errors of the difference behind, which are 2 √(s² + s_best²)
    for independent runs.

    >>> choose_size(np.array([400, 30, 100]), np.array([94.0, 89.5, 92.8]), np.array([0.5, 2.0, 0.5]))
    2
    """
    best = np.argmax(accuracies)
    gaps = accuracies[best] - accuracies
    spreads = np.sqrt(errors**2 + errors[best] ** 2)
    draws = gaps <= 2 * spreads
    return int(np.argmin(np.where(draws, parameters, np.inf)))


def split_unit(
    w1: FloatArray, b1: FloatArray, w2: FloatArray, unit: int, share: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A network one hidden unit larger that computes the same: ``unit`` and a copy share its outgoing weights.

    Examples
    --------
    >>> w1, b1, w2 = split_unit(np.array([[1.0, 2.0]]), np.array([3.0, 4.0]), np.array([[5.0], [8.0]]), 1, 0.25)
    >>> w1, b1, w2.ravel()
    (array([[1., 2., 2.]]), array([3., 4., 4.]), array([5., 6., 2.]))
    """
    w2 = np.vstack([w2, share * w2[unit]])
    w2[unit] *= 1 - share
    return np.hstack([w1, w1[:, [unit]]]), np.append(b1, b1[unit]), w2
