"""Training loops with planted bugs that try to memorise 50 images."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.lessons.beside import STEPS, Agreement, Parameters, beside
from cs231n_lib.lessons.use import Functions, Use
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD

LR, LENGTH = 0.1, 200
BUGS = (
    "no bug",
    "images shuffled, labels not",
    "ReLU on the scores",
    "learning rate × 100",
    "labels permanently wrong",
    "no gradient of b",
    "no mask in the backward pass",
)
Gradients = tuple[float, Parameters, Parameters]


def fifty(seed: int) -> tuple[FloatArray, NDArray[np.int64], FloatArray, NDArray[np.int64]]:
    """50 images of Fashion-MNIST minus the mean image, with labels, and 1,000 other images."""
    data = load_fashion_mnist()
    rows = np.random.default_rng(1000 + seed).permutation(len(data.x_train))[:50]
    mean = data.x_train.mean(axis=0)
    return data.x_train[rows] - mean, data.y_train[rows], data.x_validation - mean, data.y_validation


def first_weights(sizes: tuple[int, ...], rng: Generator) -> tuple[Parameters, Parameters]:
    """Initial weights of He, and biases of 0."""
    weights: Parameters = [rng.normal(0, (2 / d) ** 0.5, (d, m)) for d, m in pairwise(sizes)]
    return weights, [np.zeros(m) for m in sizes[1:]]


def with_bug(
    run: Functions, bug: str, x: FloatArray, y: NDArray[Any], weights: Parameters, biases: Parameters
) -> Gradients:
    """Loss and gradients of a network with one hidden layer, computed with this bug."""
    if bug not in ("ReLU on the scores", "no mask in the backward pass"):
        loss, dweights, dbiases = run.mlp_loss(x, y, weights, biases, 0.0)
        return loss, dweights, [0 * db for db in dbiases] if bug == "no gradient of b" else dbiases
    h = x @ weights[0] + biases[0]
    a = np.maximum(h, 0)
    z = a @ weights[1] + biases[1]
    scores = np.maximum(z, 0) if bug == "ReLU on the scores" else z
    loss, dz = run.softmax_cross_entropy(scores, y)
    if bug == "ReLU on the scores":
        dz = dz * (z > 0)
    dh = dz @ weights[1].T
    if bug != "no mask in the backward pass":
        dh = dh * (h > 0)
    return loss, [x.T @ dh, a.T @ dz], [dh.sum(axis=0), dz.sum(axis=0)]


@dataclass(frozen=True)
class OverfitResult:
    """Loss before each step, and final accuracy on the 50 images and on 1,000 others."""

    loss: FloatArray
    accuracy: float
    others: float


def curve(run: Functions, bug: str, seed: int = 0) -> OverfitResult:
    """Train a 784-100-10 network on 50 images with a bug in the loop."""
    x, y, new, labels = fifty(seed)
    rng = np.random.default_rng(seed)
    weights, biases = first_weights((784, 100, 10), rng)
    if bug == "labels permanently wrong":
        y = y[rng.permutation(len(y))]
    found = []
    for _ in range(LENGTH):
        shown = x[rng.permutation(len(x))] if bug == "images shuffled, labels not" else x
        with np.errstate(all="ignore"):
            loss, dweights, dbiases = with_bug(run, bug, shown, y, weights, biases)
        found.append(loss)
        if not loss < 1e3:  # it has diverged and would soon be NaN
            break
        rate = 100 * LR if bug == "learning rate × 100" else LR
        weights = [w - rate * dw for w, dw in zip(weights, dweights, strict=True)]
        biases = [b - rate * db for b, db in zip(biases, dbiases, strict=True)]

    def accuracy(x: FloatArray, y: NDArray[Any]) -> float:
        scores = run.mlp_forward(x, weights, biases)
        scores = np.maximum(scores, 0) if bug == "ReLU on the scores" else scores
        return float(np.mean(scores.argmax(axis=1) == y))

    return OverfitResult(np.array(found), accuracy(x, y), accuracy(new, labels))


def checked(run: Functions, bug: str) -> FloatArray:
    """Errors of a small network's gradients of w1, w2, b1 and b2 with this bug."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(12, 5)), rng.integers(0, 3, 12)
    weights, _ = first_weights((5, 6, 3), rng)
    biases = [rng.normal(0, 0.3, 6), rng.normal(0, 0.3, 3)]

    def loss_and_gradients(arrays: Parameters) -> tuple[float, Parameters]:
        loss, dweights, dbiases = with_bug(run, bug, x, y, list(arrays[:2]), list(arrays[2:]))
        return loss, [*dweights, *dbiases]

    return np.asarray(run.gradient_errors(loss_and_gradients, [*weights, *biases]))


def train_beside(use: Use) -> Agreement:
    """Compare gradient descent with `mlp_loss` and the library's network of three hidden layers."""
    run, rng = use.run(), np.random.default_rng(0)
    x, y = rng.normal(size=(60, 20)), rng.integers(0, 4, 60)

    def step(parameters: Parameters, x: FloatArray, y: NDArray[Any]) -> Parameters:
        _, dweights, dbiases = run.mlp_loss(x, y, parameters[0::2], parameters[1::2], 0.01)
        gradients = [d for pair in zip(dweights, dbiases, strict=True) for d in pair]
        return [p - 0.1 * d for p, d in zip(parameters, gradients, strict=True)]

    network = MLP((20, 12, 10, 8, 4), l2=0.01, rng=rng, dtype=np.float64)
    return beside(network, SGD(lr=0.1), step, [(x, y)] * STEPS, "`mlp_loss`", run.says)
