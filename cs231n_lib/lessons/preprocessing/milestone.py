"""Milestone of lesson 05: the network of lesson 02 with prepared inputs."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.milestones import Milestone, Trained
from cs231n_lib.lessons.preprocessing.pictures import mean_image
from cs231n_lib.lessons.two_layers import descend, small_start
from cs231n_lib.lessons.use import Functions
from cs231n_lib.lessons.waiting import training_steps

HIDDEN, LR, BATCH_SIZE, EPOCHS = 100, 0.02, 16, 20


def _prepared(run: Functions, train: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Subtract the mean image and divide by one scale, both of the training images."""
    train, other = run.subtract_mean(train, other)
    columns = run.standardize(train.reshape(-1, 1), other.reshape(-1, 1))
    return columns[0].reshape(train.shape), columns[1].reshape(other.shape)


def _train(run: Functions, x: FloatArray, y: NDArray[np.int64], rng: Generator) -> Trained:
    z, _ = _prepared(run, x, x[:1])
    parameters = small_start(x.shape[1], HIDDEN, 10, rng)
    with training_steps(run, len(z), BATCH_SIZE, EPOCHS, rng) as steps:
        for rows in steps:
            _, *gradients = run.two_layer_loss(z[rows], y[rows], *parameters, 0.0)
            parameters = descend(parameters, gradients, LR)
    w1, b1, w2, b2 = parameters

    def scores(pixels: FloatArray) -> FloatArray:
        _, prepared = _prepared(run, x, pixels)
        return np.asarray(np.maximum(prepared @ w1 + b1, 0) @ w2 + b2)

    mean = x[0] - run.subtract_mean(x, x[:1])[0][0]
    return Trained(scores, mean)


MILESTONE = Milestone(
    network="784-100-10 on centred pixels with one scale, SGD at 0.02 in batches of 16, 20 epochs",
    train=_train,
    mean=0.8456,
    spread=0.0074,
    now="This is the network of lesson 02, with its learning rate and initialisation. Prepared inputs alone add 1.25 "
    "percentage points to its validation accuracy, whose standard deviation over 20 seeds is 0.74 points. If lesson 02 "
    "had used pixels of 0 to 255, the gain would be much larger.",
    picture=mean_image,
)
