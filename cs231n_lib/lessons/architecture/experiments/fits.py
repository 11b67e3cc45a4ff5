"""Errors of one hidden layer that is trained on a function on [-1, 1] (claim C14)."""

from collections.abc import Callable, Sequence

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.architecture.experiments.starts import Starts, square_loss


def largest_errors(
    f: Callable[[FloatArray], FloatArray],
    hidden: int,
    seeds: Sequence[int],
    *,
    tanh: bool = False,
    steps: int = 2000,
    lr: float = 0.01,
) -> FloatArray:
    """Largest distance from ``f`` on [-1, 1] after training on 100 points, for each initialisation; (S,)."""
    starts = Starts.draw((1, hidden, 1), seeds, square_loss, tanh=tanh, spread=1.0)
    x, new = np.linspace(-1, 1, 100)[:, np.newaxis], np.linspace(-1, 1, 4001)[:, np.newaxis]
    starts.train(x, f(x), steps, lr, cosine=True)
    return np.asarray(np.abs(starts.scores(new) - f(new)).max(axis=(1, 2)))
