"""The milestone of lesson 03: the same two layers with another bend between them."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.activations.experiments.made import made_of
from cs231n_lib.lessons.activations.pictures import learning
from cs231n_lib.lessons.beside import Parameters
from cs231n_lib.lessons.milestones import Milestone, Trained
from cs231n_lib.lessons.two_layers import Activation, descend, gradients, scores_of, small_start
from cs231n_lib.lessons.use import Run


def _train(run: Run, x: FloatArray, y: NDArray[np.int64], rng: Generator) -> Trained:
    activations, seed = made_of(run), int(rng.integers(2**32))
    leaky, losses = _descent(run, activations["leaky_relu"], x, y, np.random.default_rng(seed))
    _, of_sigmoid = _descent(run, activations["sigmoid"], x, y, np.random.default_rng(seed))

    def scores(pixels: FloatArray) -> Any:
        return scores_of(run, activations["leaky_relu"], leaky, pixels)

    return Trained(scores, {"leaky ReLU": losses, "sigmoid": of_sigmoid})


def _descent(
    run: Run, activation: Activation, x: FloatArray, y: NDArray[np.int64], rng: Generator
) -> tuple[Parameters, list[float]]:
    """The parameters after 20 epochs, and the mean training loss of each."""
    parameters, means = small_start(784, 100, 10, rng), []
    for _ in range(20):
        losses = []
        for rows in run.minibatches(len(x), 16, rng):
            loss, dparameters = gradients(run, activation, parameters, x[rows], y[rows])
            parameters = descend(parameters, dparameters, lr=0.02)
            losses.append(loss)
        means.append(float(np.mean(losses)))
    return parameters, means


MILESTONE = Milestone(
    network="784-100-10, leaky ReLU; SGD at 0.02 in batches of 16, 20 epochs",
    train=_train,
    mean=0.835,
    spread=0.009,
    now="X",
    picture=learning,
)
