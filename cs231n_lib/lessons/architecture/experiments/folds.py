"""Sawtooths learnt by networks of several depths with equal numbers of parameters (claim C15)."""

from collections.abc import Sequence

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.architecture.checks.sawtooth import sawtooth
from cs231n_lib.lessons.architecture.experiments.starts import Starts, square_loss
from cs231n_lib.lessons.use import Functions

RATES = {1: 0.01, 2: 0.01, 3: 0.01, 5: 0.01}
STEPS = 4000
LEARNT = 0.1
"""Root mean square error, relative to the standard deviation of the function, below which it counts as learnt."""


def errors(run: Functions, folds: int, budget: int, depth: int, seeds: Sequence[int], steps: int = STEPS) -> FloatArray:
    """Relative errors between the training points of networks of this depth within a budget, (S,)."""
    width = run.width_for_budget(1, 1, depth, budget)
    starts = Starts.draw((1, *[width] * depth, 1), seeds, square_loss, spread=0.5)
    x, new = np.linspace(0, 1, 129)[:, np.newaxis], (np.arange(1024)[:, np.newaxis] + 0.5) / 1024
    starts.train(2 * x - 1, sawtooth(x, folds) - 0.5, steps, RATES[depth], cosine=True)
    wanted = sawtooth(new, folds) - 0.5
    return np.asarray(np.sqrt(((starts.scores(2 * new - 1) - wanted) ** 2).mean(axis=(1, 2))) / wanted.std())
