"""Many initialisations on two spirals (claim C17), and spirals with wrong labels (claim C16)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import spirals
from cs231n_lib.lessons.architecture.experiments.starts import Starts
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import Adam
from cs231n_lib.training import History, Trainer
from cs231n_lib.training.run import Callback

WIDTHS = (2, 4, 8, 16, 64)
STUCK = 0.1
"""Final loss above which a network counts as stuck. The best possible here is 0.014."""
LR = 0.02


def two_arms(seed: int = 0) -> tuple[FloatArray, NDArray[np.int64]]:
    """Two spirals of 50 points each, with noise 0.2."""
    return spirals(50, 2, 0.2, np.random.default_rng(seed))


def many_starts(hidden: int, seeds: Sequence[int] = range(40), steps: int = 500, data: int = 0) -> Starts:
    """Networks 2-H-2, trained on `two_arms`."""
    starts = Starts.draw((2, hidden, 2), seeds)
    starts.train(*two_arms(data), steps, LR)
    return starts


def final_losses(hidden: int, seeds: Sequence[int] = range(40), steps: int = 500, data: int = 0) -> FloatArray:
    """Final training losses, (S,)."""
    x, y = two_arms(data)
    return many_starts(hidden, seeds, steps, data).losses_and_gradients(x.astype(np.float32), y)[0]


@dataclass(frozen=True)
class Noisy:
    """120 points with 15 % wrong labels, their correct labels, and 2,000 new points."""

    x: FloatArray
    y: NDArray[np.int64]
    right: NDArray[np.int64]
    new: tuple[FloatArray, NDArray[np.int64]]


def noisy(seed: int) -> Noisy:
    """A data set drawn from the seed."""
    rng = np.random.default_rng(100 + seed)
    x, right = spirals(60, 2, 0.4, rng)
    wrong = rng.permutation(len(x))[:18]
    y = right.copy()
    y[wrong] = 1 - y[wrong]
    return Noisy(x, y, right, spirals(1000, 2, 0.4, rng))


def on_noisy(width: int, l2: float, seed: int) -> tuple[Starts, float]:
    """A network with two hidden layers, trained on wrong labels, and its accuracy on new points."""
    data = noisy(seed)
    network = Starts.draw((2, width, width, 2), [seed])
    network.train(data.x, data.y, 500, LR, l2)
    return network, float(network.accuracy(*data.new)[0])


MEASURED = {
    0.0: [(4, (87.3, 10.9)), (8, (89.8, 4.1)), (16, (86.6, 3.0)), (64, (84.4, 2.5))],
    0.003: [(4, (88.5, 11.2)), (8, (95.1, 1.7)), (16, (94.0, 2.3)), (64, (93.7, 2.9))],
    0.01: [(4, (85.5, 10.0)), (8, (91.4, 4.9)), (16, (93.5, 2.1)), (64, (94.5, 2.1))],
}
"""Mean and standard deviation of the accuracy of `on_noisy` in per cent over seeds 0 to 19, by λ and width."""


def tables() -> dict[str, list[tuple[float, float]]]:
    """Mean accuracy and its standard error by width, without a penalty and with the best λ for each width."""
    columns = [[entry for _, entry in MEASURED[l2]] for l2 in MEASURED]
    best = [max(entries) for entries in zip(*columns, strict=True)]
    return {
        title: [(mean, spread / np.sqrt(20)) for mean, spread in entries]
        for title, entries in (("No penalty", columns[0]), ("The best λ for each size", best))
    }


def live(sizes: Sequence[int], l2: float = 0.0, callbacks: Sequence[Callback] = (), epochs: int = 300) -> History:
    """Train on `noisy` labels, validated on new points with correct labels after every tenth epoch."""
    data, rng = noisy(0), np.random.default_rng(0)
    network = MLP(tuple(sizes), l2=l2, rng=rng)
    trainer = Trainer(network, Adam(lr=LR), batch_size=len(data.x), rng=rng, evaluate_every=10, progress=False)
    train, new = (data.x.astype(np.float32), data.y), (data.new[0].astype(np.float32), data.new[1])
    return trainer.fit(train, new, epochs=epochs, callbacks=callbacks)
