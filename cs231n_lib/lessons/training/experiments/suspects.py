"""Six training loops on digits, some with a bug in their gradients that no curve shows."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import digits
from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.use import Functions, Use

Arrays = list[FloatArray]

SIZES = (64, 32, 32, 10)
STRENGTH, RATE, BATCH, EPOCHS = 1e-3, 0.003, 64, 8
BURN_IN = 19
"""Steps before the check, which are one epoch."""
ENTRIES, CHECKED = 20, 8
"""Entries of each array and rows of the batch in the check. Fewer rows have fewer kinks (lesson 01)."""


@dataclass(frozen=True)
class Suspect:
    """A training loop.

    Parameters
    ----------
    bug : str
        Short description of the bug.
    spoil : callable
        ``spoil(dweights, dbiases, weights)`` puts the bug into right gradients in place.
    """

    bug: str
    spoil: Callable[[Arrays, Arrays, Arrays], None]


def _nothing(dweights: Arrays, dbiases: Arrays, weights: Arrays) -> None:
    pass


def _first_halved(dweights: Arrays, dbiases: Arrays, weights: Arrays) -> None:
    dweights[0] = dweights[0] / 2


def _penalty_doubled(dweights: Arrays, dbiases: Arrays, weights: Arrays) -> None:
    for i, w in enumerate(weights):
        dweights[i] = dweights[i] + STRENGTH * w


def _mean_for_sum(dweights: Arrays, dbiases: Arrays, weights: Arrays) -> None:
    for i, db in enumerate(dbiases):
        dbiases[i] = db / BATCH


def _scaled_below_the_top(dweights: Arrays, dbiases: Arrays, weights: Arrays) -> None:
    for i in range(len(weights) - 1):
        dweights[i], dbiases[i] = 1.25 * dweights[i], 1.25 * dbiases[i]


def _column_missing(dweights: Arrays, dbiases: Arrays, weights: Arrays) -> None:
    dweights[-1] = dweights[-1].copy()
    dweights[-1][:, 7] = STRENGTH * weights[-1][:, 7]


SUSPECTS = {
    "A": Suspect("the first layer's gradient is halved", _first_halved),
    "B": Suspect("2λw instead of λw", _penalty_doubled),
    "C": Suspect("nothing", _nothing),
    "D": Suspect("a mean instead of a sum in the biases", _mean_for_sum),
    "E": Suspect("a gradient from layer 3 that is 1.25 times too large", _scaled_below_the_top),
    "F": Suspect("no gradient in one column of layer 3", _column_missing),
}


@dataclass(frozen=True)
class Examined:
    """Losses (S,), validation accuracies (E,) and gradient errors (6,) of w1, b1, … of a suspect, and its verdict."""

    losses: FloatArray
    accuracy: FloatArray
    errors: FloatArray
    verdict: tuple[int, int]


def start(seed: int) -> tuple[Arrays, Arrays, Generator]:
    """Initial weights of He, biases of 0, and the generator that drew the weights."""
    rng = np.random.default_rng(seed)
    weights: Arrays = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in pairwise(SIZES)]
    return weights, [np.zeros(b) for b in SIZES[1:]], rng


def train(
    run: Functions, suspect: Suspect, seed: int, steps: int | None = None
) -> tuple[Arrays, Arrays, list[float], list[float]]:
    """Weights and biases after training, loss of each step and validation accuracy of each epoch."""
    (x, y), held_out = digits()
    weights, biases, rng = start(seed)
    parameters = _in_order(weights, biases)
    memory: list[Any] = [(np.zeros_like(a), np.zeros_like(a), 0) for a in parameters]
    losses: list[float] = []
    accuracy: list[float] = []
    for _ in range(EPOCHS):
        for rows in run.minibatches(len(x), BATCH, rng):
            if steps is not None and len(losses) == steps:
                return weights, biases, losses, accuracy
            loss, dweights, dbiases = run.mlp_loss(x[rows], y[rows], weights, biases, STRENGTH)
            dweights, dbiases = list(dweights), list(dbiases)
            suspect.spoil(dweights, dbiases, weights)
            for i, da in enumerate(_in_order(dweights, dbiases)):
                parameters[i], *memory[i] = run.adam(parameters[i], da, *memory[i], RATE)
            weights, biases = parameters[::2], parameters[1::2]
            losses.append(float(loss))
        scores = run.mlp_forward(held_out[0], weights, biases)
        accuracy.append(float(np.mean(scores.argmax(axis=1) == held_out[1])))
    return weights, biases, losses, accuracy


def gradient_errors(run: Functions, suspect: Suspect, seed: int, entries: int = ENTRIES) -> FloatArray:
    """Largest relative error of the gradients of w1, b1, w2, … on one batch after an epoch; (6,)."""
    (x, y), _ = digits()
    x, y = x[:CHECKED], y[:CHECKED]
    weights, biases, _, _ = train(run, suspect, seed, BURN_IN)
    _, dweights, dbiases = run.mlp_loss(x, y, weights, biases, STRENGTH)
    dweights, dbiases = list(dweights), list(dbiases)
    suspect.spoil(dweights, dbiases, weights)
    rng = np.random.default_rng([seed, 1])
    parameters = _in_order(weights, biases)
    chosen: list[NDArray[np.int64]] = [rng.permutation(a.size)[:entries] for a in parameters]

    def loss(arrays: Arrays) -> float:
        return float(run.mlp_loss(x, y, arrays[::2], arrays[1::2], STRENGTH)[0])

    return np.asarray(run.gradient_check_network(loss, parameters, _in_order(dweights, dbiases), chosen))


def _in_order(weights: Arrays, biases: Arrays) -> Arrays:
    return [a for pair in zip(weights, biases, strict=True) for a in pair]


def examine(use: Use, seed: int = 0) -> tuple[dict[str, Examined], str]:
    """Train, check and judge each suspect, and report whose functions were used."""
    run, found = use.run(), {}
    for name, suspect in one_by_one(SUSPECTS.items(), "loop"):
        _, _, losses, accuracy = train(run, suspect, seed)
        errors = gradient_errors(run, suspect, seed)
        kind, layer = run.find_the_bug(errors)
        found[name] = Examined(np.array(losses), np.array(accuracy), errors, (int(kind), int(layer)))
    return found, run.says
