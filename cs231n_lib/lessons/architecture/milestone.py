"""The milestone of lesson 04: two hidden layers, from the student's own loss of any depth."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.milestones import Milestone, Trained
from cs231n_lib.lessons.use import Functions
from cs231n_lib.lessons.waiting import training_steps

SIZES, LR, BATCH_SIZE, EPOCHS = (784, 128, 64, 10), 0.05, 16, 20


def _train(run: Functions, x: FloatArray, y: NDArray[np.int64], rng: Generator) -> Trained:
    weights = [0.01 * rng.standard_normal(SIZES[i : i + 2]) for i in range(3)]
    biases = [np.zeros(size) for size in SIZES[1:]]
    with training_steps(run, len(x), BATCH_SIZE, EPOCHS, rng) as steps:
        for rows in steps:
            _, dweights, dbiases = run.mlp_loss(x[rows], y[rows], weights, biases, 0.0)
            weights = [w - LR * dw for w, dw in zip(weights, dweights, strict=True)]
            biases = [b - LR * db for b, db in zip(biases, dbiases, strict=True)]
    return Trained(lambda pixels: np.asarray(run.mlp_forward(pixels, weights, biases)))


MILESTONE = Milestone(
    network="784-128-64-10; SGD at 0.05 in batches of 16, 20 epochs",
    train=_train,
    mean=0.8124,
    spread=0.0221,
    now="Over 20 seeds, the network with a third layer reaches a mean validation accuracy of 81.2 %, and the two-layer "
    "network of lesson 02 reaches 83.3 %. The two networks also differ in width and learning rate. But at equal "
    "learning rates, the third layer lowers the accuracy too. At a learning rate of 0.05, two layers reach a mean of "
    "84.1 % over four seeds and three layers reach 82.6 %. At 0.02, two layers reach 83.8 % and three reach 78.4 %. "
    "A deeper network can compute more functions, but depth does not help here, with small initial weights and raw "
    "pixels. Lessons 05 and 06 change these two conditions. Which of the two do you think is the cause?",
)
