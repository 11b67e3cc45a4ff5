"""Experiments of lesson 07 on exact zeros, L1 against L2, means over dropout masks, and wrong labels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import unwrap
from itertools import product

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import Split, clothes
from cs231n_lib.functions.losses import softmax_cross_entropy
from cs231n_lib.functions.regularizers import soft_threshold
from cs231n_lib.lessons.use import Functions
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import Adam
from cs231n_lib.training.history import History
from cs231n_lib.training.run import Callback
from cs231n_lib.training.run import Run as Training
from cs231n_lib.training.trainer import Trainer

PIXELS, TRAINING = 196, 1000
WRONG = 0.3
"""Fraction of training labels that are made wrong, if any are."""

CONTESTANTS = {"small": (8, 0.0, 0.0), "large": (128, 0.0, 0.0), "large, regularised": (128, 0.5, 3e-3)}
"""Hidden units, drop_prob and λ of the networks in claim C16."""


def training_split(seed: int, wrong: float = 0.0) -> Split:
    """Draw 1,000 images by ``seed`` and give the fraction ``wrong`` of them a wrong label."""
    (x, y), _ = clothes()
    rng = np.random.default_rng([seed, 7])
    rows = rng.permutation(len(x))[:TRAINING]
    labels = y[rows].copy()
    count = round(wrong * TRAINING)
    labels[:count] = (labels[:count] + rng.integers(1, 10, count)) % 10
    return x[rows], labels


def train(
    width: int,
    drop_prob: float = 0.0,
    strength: float = 0.0,
    *,
    wrong: float = 0.0,
    seed: int = 0,
    epochs: int = 40,
    callbacks: Sequence[Callback] = (),
) -> tuple[MLP, History]:
    """Train one hidden layer of ``width`` ReLUs on `training_split`; ``strength`` is λ of ½λ Σw².

    Without callbacks, the history holds only the evaluation at the end.
    """
    rng = np.random.default_rng(seed)
    network = MLP((PIXELS, width, 10), drop_prob=drop_prob, l2=strength, rng=rng, dtype=np.float64)
    every = None if callbacks else 10**6
    trainer = Trainer(network, Adam(lr=2e-3), batch_size=50, rng=rng, evaluate_every=every, progress=False)
    _, validation = clothes()
    return network, trainer.fit(training_split(seed, wrong), validation, epochs=epochs, callbacks=callbacks)


def accuracy(network: MLP) -> float:
    """Accuracy on the 1,000 validation images."""
    _, (x, y) = clothes()
    return float(np.mean(network.predict(x).argmax(axis=1) == y))


def contest(wrong: float, seed: int) -> FloatArray:
    """Validation accuracy (3,) of each of the `CONTESTANTS`, trained on the same images."""
    return np.array([accuracy(train(*c, wrong=wrong, seed=seed)[0]) for c in CONTESTANTS.values()])


@dataclass
class LossesByEpoch(Callback):
    """Callback that records the mean loss on the training and validation split after every epoch."""

    splits: tuple[Split, Split]
    losses: list[tuple[float, float]] = field(default_factory=list)

    def on_step(self, run: Training) -> None:
        """Record both losses after the last step of an epoch."""
        if run.step % run.steps_per_epoch == 0:
            train, held_out = (softmax_cross_entropy(run.network.predict(x), y)[0] for x, y in self.splits)
            self.losses.append((train, held_out))


def losses_by_epoch(seed: int = 0, epochs: int = 80) -> FloatArray:
    """Loss on training and validation split (columns) of the large network on wrong labels, after each epoch."""
    watch = LossesByEpoch((training_split(seed, WRONG), clothes()[1]))
    train(128, wrong=WRONG, seed=seed, epochs=epochs, callbacks=[watch])
    return np.array(watch.losses)


def sparse_problem(
    seed: int, relevant: int, n: int = 60, d: int = 50
) -> tuple[FloatArray, list[tuple[FloatArray, FloatArray]]]:
    """True weights (D,), of which the first ``relevant`` are not 0, and three data sets with noise of size 1."""
    rng = np.random.default_rng(seed)
    w: FloatArray = np.zeros(d)
    w[:relevant] = rng.normal(size=relevant)
    w *= 2 / np.linalg.norm(w)
    inputs = [rng.normal(size=(n, d)) for _ in range(3)]
    return w, [(x, x @ w + rng.normal(size=n)) for x in inputs]


_soft_threshold = unwrap(soft_threshold)  # no checks at each step

Step = Callable[[FloatArray, FloatArray, float, float], FloatArray]
"""New weights from weights, gradient of the data loss, learning rate and λ."""


def proximal(w: FloatArray, dw: FloatArray, lr: float, strength: float) -> FloatArray:
    """Step on the data followed by the soft threshold."""
    return np.asarray(_soft_threshold(w - lr * dw, lr * strength))


def subgradient(run: Functions) -> Step:
    """Step along the gradient, including that of the penalty."""
    return lambda w, dw, lr, strength: w - lr * (dw + run.l1(w, strength)[1])


def l1_descent(
    x: FloatArray,
    y: FloatArray,
    strength: float,
    lr: float,
    steps: int,
    step: Step = proximal,
    start: FloatArray | None = None,
) -> FloatArray:
    """Weights (steps + 1, D) of a descent on ½ mean r² + λ Σ|w|."""
    w = np.zeros(x.shape[1]) if start is None else start
    path = [w]
    for _ in range(steps):
        dw = x.T @ (x @ w - y) / len(y)
        w = step(w, dw, lr, strength)
        path.append(w)
    return np.stack(path)


def ridge_descent(run: Functions, x: FloatArray, y: FloatArray, strength: float, steps: int = 500) -> FloatArray:
    """Weights (D,) after ``steps`` of gradient descent on ½ mean r² + ½λ Σw²."""
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - 0.1 * (x.T @ (x @ w - y) / len(y) + run.l2(w, strength)[1])
    return w


def ridge(x: FloatArray, y: FloatArray, strength: float) -> FloatArray:
    """Exact minimum (D,) of ½ mean r² + ½λ Σw²."""
    return np.asarray(np.linalg.solve(x.T @ x / len(y) + strength * np.eye(x.shape[1]), x.T @ y / len(y)))


def duel(relevant: int, seed: int) -> tuple[float, float]:
    """Squared distance of L1 and L2 from the true weights, each with the best λ on a validation split."""
    w, (fit, held_out, _) = sparse_problem(seed, relevant)
    largest = float(np.linalg.eigvalsh(fit[0].T @ fit[0] / len(fit[1]))[-1])
    strengths = np.geomspace(1e-3, 3, 13)
    lasso = [l1_descent(*fit, strength, 1 / largest, 400)[-1] for strength in strengths]
    ridges = [ridge(*fit, strength) for strength in strengths]
    first, second = (min(fits, key=lambda v: np.mean((held_out[0] @ v - held_out[1]) ** 2)) for fits in (lasso, ridges))
    return float(np.sum((first - w) ** 2)), float(np.sum((second - w) ** 2))


def sparse_classifier(
    run: Functions, strength: float, l1_ratio: float, seed: int = 0, steps: int = 300
) -> tuple[FloatArray, float]:
    """Weights (196, 10) of a linear softmax classifier of Fashion-MNIST with an elastic net, and its accuracy.

    Proximal gradient descent on all 1,000 images takes a step on the smooth part, which includes L2, and then the soft
    threshold. The biases are not penalised.
    """
    (x, y), (_, (x_new, y_new)) = training_split(seed), clothes()
    w: FloatArray = 0.01 * np.random.default_rng(seed).normal(size=(PIXELS, 10))
    b = np.zeros(10)
    lr = 1 / (0.5 * float(np.linalg.eigvalsh(x.T @ x / len(x))[-1]) + strength + 0.5)
    for _ in range(steps):
        _, dscores = softmax_cross_entropy(x @ w + b, y)
        dw = x.T @ dscores + run.elastic_net(w, strength * (1 - l1_ratio), 0.0)[1]
        w = run.proximal_step(w, dw, lr, strength * l1_ratio)
        b = b - lr * dscores.sum(axis=0)
    return w, float(np.mean((x_new @ w + b).argmax(axis=1) == y_new))


def line_through(
    run: Functions, x: FloatArray, y: FloatArray, strength: float, penalize_bias: bool, steps: int = 400
) -> tuple[float, float]:
    """Slope and bias that minimise ½ mean r² + ½λ slope², plus ½λ bias² if ``penalize_bias``.

    ``steps`` of gradient descent give 12 digits if the mean square of ``x`` is about 1. A bias that is to be penalised
    has the name of a weight.
    """
    names, line = ["w1", "w2" if penalize_bias else "b1"], [np.zeros(1), np.zeros(1)]
    for _ in range(steps):
        residuals = x * line[0] + line[1] - y
        gradients = [np.array([np.mean(residuals * x)]), np.array([np.mean(residuals)])]
        _, gradients = run.l2_on_weights(names, line, gradients, strength)
        line = [value - 0.5 * gradient for value, gradient in zip(line, gradients, strict=True)]
    return float(line[0][0]), float(line[1][0])


def scores_over_masks(x: FloatArray, w: FloatArray, drop_prob: float) -> tuple[FloatArray, FloatArray]:
    """Score ``(x * mask) @ w`` and probability of each of the 2ᴰ masks; both (2ᴰ,)."""
    masks = np.array(list(product([0.0, 1.0], repeat=len(x))))
    kept = masks.sum(axis=1)
    return (masks * x) @ w, (1 - drop_prob) ** kept * drop_prob ** (len(x) - kept)


def two_layers_with_dropout(seed: int = 0) -> MLP:
    """Network 196-64-64-10 trained on Fashion-MNIST with half of its hidden outputs dropped."""
    rng = np.random.default_rng(seed)
    network = MLP((PIXELS, 64, 64, 10), drop_prob=0.5, rng=rng, dtype=np.float64)
    Trainer(network, Adam(lr=2e-3), batch_size=50, rng=rng, progress=False).fit(training_split(seed), epochs=20)
    return network


def mean_of_masks(run: Functions, network: MLP, x: FloatArray, draws: int, rng: Generator) -> FloatArray:
    """Scores (N, K) averaged over ``draws`` masks of inverted dropout."""
    return np.asarray(np.mean([_masked_scores(run, network, x, rng) for _ in range(draws)], axis=0))


def _masked_scores(run: Functions, network: MLP, x: FloatArray, rng: Generator) -> FloatArray:
    for w, b in zip(network.weights[:-1], network.biases[:-1], strict=True):
        h = np.maximum(x @ w + b, 0)
        x, _ = run.inverted_dropout(h, np.zeros_like(h), network.drop_prob, rng)
    return x @ network.weights[-1] + network.biases[-1]


def some_pictures(n: int = 200) -> tuple[FloatArray, NDArray[np.integer]]:
    """First ``n`` validation images and their labels."""
    _, (x, y) = clothes()
    return x[:n], y[:n]
