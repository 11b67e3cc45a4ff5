"""The milestone of lesson 02: a network of two layers, with gradients by the chain rule."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.backpropagation.pictures import features
from cs231n_lib.lessons.milestones import Milestone, Trained
from cs231n_lib.lessons.two_layers import RELU, descend, scores_of, small_start
from cs231n_lib.lessons.use import Run


def _train(run: Run, x: FloatArray, y: NDArray[np.int64], rng: Generator) -> Trained:
    parameters = small_start(784, 100, 10, rng)
    for _ in range(20):
        for rows in run.minibatches(len(x), 16, rng):
            _, *dparameters = run.two_layer_loss(x[rows], y[rows], *parameters, 0.0)
            parameters = descend(parameters, dparameters, lr=0.02)

    def scores(pixels: FloatArray) -> Any:
        return scores_of(run, RELU, parameters, pixels)

    return Trained(scores, parameters)


MILESTONE = Milestone(
    network="784-100-10, ReLU; SGD at 0.02 in batches of 16, 20 epochs",
    train=_train,
    mean=0.833,
    spread=0.008,
    now="X",
    picture=features,
)
