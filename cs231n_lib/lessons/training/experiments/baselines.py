"""Two simple classifiers and the memorising of one batch, as preparation for the capstone's network."""

from itertools import pairwise
from typing import Any

import numpy as np

from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.lessons.use import Use

from .capstone import per_cent

RATE, EPOCHS, BATCH = 0.01, 10, 64
"""Learning rate, epochs and batch size of the softmax regression."""

SIZES, STEPS, STEP_SIZE = (784, 256, 128, 10), 60, 0.003
"""Layers, steps and learning rate of the network that memorises a batch."""


def _prepared() -> tuple[Any, ...]:
    """Training and validation images, minus the training mean image and divided by one scale, with labels."""
    data = load_fashion_mnist()
    mean = data.x_train.mean(axis=0)
    scale = (data.x_train - mean).std()
    return (data.x_train - mean) / scale, data.y_train, (data.x_validation - mean) / scale, data.y_validation


def baselines(use: Use, seed: int = 0) -> str:
    """Report the validation accuracy of a constant answer, the nearest class mean and softmax regression."""
    run = use.run()
    x, y, new, labels = _prepared()
    means = np.stack([x[y == k].mean(axis=0) for k in range(10)])
    distances = ((new**2).sum(axis=1, keepdims=True) - 2 * new @ means.T) + (means**2).sum(axis=1)
    w, b = run.train_softmax_classifier(x, y, 10, RATE, EPOCHS, BATCH, np.random.default_rng(seed))
    scores, _ = run.affine_forward(new, w, b)
    found = {
        "always the most frequent class": labels == np.bincount(y).argmax(),
        "nearest class mean": distances.argmin(axis=1) == labels,
        "softmax regression": np.asarray(scores).argmax(axis=1) == labels,
    }
    lines = []
    for name, right in found.items():
        error, _, _ = run.accuracy_error(right, right)
        lines.append(
            f"{name:32} {per_cent(np.mean(right))} of the validation images, standard error {100 * error:.1f} points"
        )
    return "\n".join([*lines, *([run.says.replace("**", "")] if run.says else [])])


def memorise(use: Use, seed: int = 0) -> str:
    """Report the student's unregularised `network_loss` on one batch before and after some steps of Adam."""
    run, rng = use.run(), np.random.default_rng(seed)
    x, y, _, _ = _prepared()
    x, y = x[:BATCH], y[:BATCH]
    parameters: list[Any] = []
    statistics: list[Any] = []
    for fan_in, fan_out in pairwise(SIZES[:-1]):
        parameters += [rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)), np.ones(fan_out), np.zeros(fan_out)]
        statistics.append((np.zeros(fan_out), np.ones(fan_out)))
    parameters += [np.zeros(SIZES[-2:]), np.zeros(SIZES[-1])]
    memory: list[Any] = [(np.zeros_like(a), np.zeros_like(a), 0) for a in parameters]
    losses = []
    for _ in range(STEPS):
        loss, gradients, statistics = run.network_loss(x, y, parameters, statistics, 0.0, 0.0, rng)
        losses.append(float(loss))
        for i, da in enumerate(gradients):
            parameters[i], *memory[i] = run.adam(parameters[i], da, *memory[i], STEP_SIZE)
    limit = np.log(2) / BATCH
    lines = [
        f"loss on {BATCH} images at first  {losses[0]:.3f}   should be ln 10 = {np.log(10):.3f}",
        f"the same after {STEPS} steps     {_below(losses[-1], limit)}   should be below ln 2 / {BATCH} = {limit:.3f}",
    ]
    return "\n".join([*lines, *([run.says.replace("**", "")] if run.says else [])])


def _below(loss: float, limit: float) -> str:
    """Return "below" or a loss above the limit, because the last digits of a loss depend on the processor."""
    return "below" if loss < limit else f"{loss:.3f}"
