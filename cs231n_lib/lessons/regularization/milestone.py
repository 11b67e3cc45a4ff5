"""Milestone of lesson 07, two hidden layers with batch norm and dropout against memorising."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.layered import Layered, descent, he_start, prepared
from cs231n_lib.lessons.milestones import Milestone, Trained
from cs231n_lib.lessons.use import Functions


def _train(run: Functions, x: FloatArray, y: NDArray[np.int64], rng: Generator) -> Trained:
    ready = prepared(x)
    network = Layered(run, (784, 256, 128, 10), he_start(run), rng, batch_norm=True, drop_prob=0.3)
    network.train(ready(x), y, descent(0.1))
    return Trained(lambda pixels: network.scores(ready(pixels)))


MILESTONE = Milestone(
    network="784-256-128-10, He initialisation, batch norm, dropout 0.3, SGD at a learning rate of 0.1 in batches "
    "of 64, 20 epochs",
    train=_train,
    mean=0.8489,
    spread=0.00722,
    now="With batch norm and dropout your network classifies 85 of 100 validation images correctly, one more than "
    "without dropout. Of the 4,000 training images it classifies 94 % correctly instead of 99 %, so it memorises fewer "
    "of them.",
)
