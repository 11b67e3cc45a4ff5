"""Milestone of lesson 03: the same two layers with another activation."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.batches import minibatches
from cs231n_lib.lessons.activations.experiments.made import made_of
from cs231n_lib.lessons.activations.pictures import learning
from cs231n_lib.lessons.beside import parameters_of
from cs231n_lib.lessons.milestones import Milestone, Trained
from cs231n_lib.lessons.two_layers import descend, gradients, scores_of, small_start
from cs231n_lib.lessons.use import Functions
from cs231n_lib.lessons.waiting import training_steps
from cs231n_lib.network import MLP, SGD

SIZES, LR, BATCH, EPOCHS = (784, 100, 10), 0.02, 16, 20


def _train(run: Functions, x: FloatArray, y: NDArray[np.int64], rng: Generator) -> Trained:
    activation, parameters, losses = made_of(run, "leaky_relu"), small_start(*SIZES, rng), []
    with training_steps(run, len(x), BATCH, EPOCHS, rng) as steps:
        for rows in steps:
            loss, dparameters = gradients(run, activation, parameters, x[rows], y[rows])
            parameters = descend(parameters, dparameters, LR)
            losses.append(loss)
    means = [float(np.mean(epoch)) for epoch in np.array_split(losses, EPOCHS)]

    def scores(pixels: FloatArray) -> Any:
        return scores_of(run, activation, parameters, pixels)

    return Trained(scores, {"leaky ReLU": means} | {name: _losses(name, x, y) for name in ("tanh", "sigmoid")})


def _losses(activation: str, x: FloatArray, y: NDArray[np.int64]) -> list[float]:
    """Mean training loss of each epoch with another activation, on the fast network."""
    rng = np.random.default_rng(0)
    network, optimizer = MLP(SIZES, activation, dtype=np.float64, rng=rng), SGD(LR)
    for array, start in zip(parameters_of(network), small_start(*SIZES, rng), strict=True):
        array[:] = start
    optimizer.bind(network)
    means = []
    for _ in range(EPOCHS):
        losses = []
        for rows in minibatches(len(x), BATCH, rng):
            losses.append(network.backpropagate(x[rows], y[rows]))
            optimizer.step()
        means.append(float(np.mean(losses)))
    return means


MILESTONE = Milestone(
    network="784-100-10, leaky ReLU; SGD at 0.02 in batches of 16, 20 epochs",
    train=_train,
    mean=0.8332,
    spread=0.00764,
    now="The network is no more accurate than before. With the ReLUs of lesson 02, the mean validation accuracy was "
    "also 83.3 %. Why does the leak make almost no difference here?",
    picture=learning,
)
