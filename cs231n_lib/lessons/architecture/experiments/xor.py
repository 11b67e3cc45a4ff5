"""Fraction of random initialisations that learn XOR."""

from collections.abc import Sequence

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.architecture.experiments.starts import Starts

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0, 1, 1, 0])
LR, STEPS = 0.3, 500


def share_found(hidden: int, *, tanh: bool = False, seeds: Sequence[int] = range(200)) -> float:
    """Fraction of the initialisations that end with all four points classified correctly."""
    starts = Starts.draw((2, hidden, 2), seeds, tanh=tanh)
    starts.train(X, Y, STEPS, LR, adam=False)
    return float(np.mean(starts.accuracy(X, Y) == 1))


def first_weights(hidden: int, seed: int) -> tuple[list[FloatArray], list[FloatArray]]:
    """Initial weights of He for a 2-H-2 network, and biases of 0, in float64."""
    rng = np.random.default_rng(seed)
    return [rng.normal(0, 1, (2, hidden)), rng.normal(0, (2 / hidden) ** 0.5, (hidden, 2))], [
        np.zeros(hidden),
        np.zeros(2),
    ]
