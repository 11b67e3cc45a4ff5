"""Training one minibatch at a time, for learning-rate range tests."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.batches import minibatches
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import Optimizer


def training_step(
    network: MLP,
    optimizer: Optimizer,
    training: tuple[FloatArray, NDArray[np.integer[Any]]],
    batch: int,
    rng: Generator,
) -> Callable[[float], float]:
    """Function ``step(lr)`` that takes a step and returns the loss before that step."""
    x, y = training
    optimizer.bind(network)

    def endless() -> Iterator[NDArray[np.int64]]:
        while True:
            yield from minibatches(len(x), batch, rng)

    batches = endless()

    def step(lr: float) -> float:
        rows = next(batches)
        optimizer.lr = float(lr)
        with np.errstate(all="ignore"):  # a learning rate may be far too high
            loss, _ = network.loss_and_gradient(x[rows], y[rows])
            optimizer.step()
        return float(loss)

    return step
