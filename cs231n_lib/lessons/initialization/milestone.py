"""Milestone of lesson 06: six hidden layers with two kinds of initial weights."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.layered import Layered, descent, he_start, prepared
from cs231n_lib.lessons.milestones import Milestone, Trained
from cs231n_lib.lessons.use import Functions
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, label, line, paper

SIZES = (784, *(64,) * 6, 10)
RATE = 0.02
SMALL, HE = "weights of 0.01", "He's weights"


def _train(run: Functions, x: FloatArray, y: NDArray[np.int64], rng: Generator) -> Trained:
    ready = prepared(x)
    network = Layered(run, SIZES, he_start(run), rng)
    from_he = network.train(ready(x), y, descent(RATE))
    small = Layered(run, SIZES, run.small_random, rng)
    from_small = small.train(ready(x), y, descent(RATE), epochs=5)  # more would change nothing
    return Trained(lambda pixels: network.scores(ready(pixels)), {SMALL: from_small, HE: from_he})


def two_starts(losses: Mapping[str, Sequence[float]]) -> Picture:
    """Training loss by epoch from both kinds of initial weights.

    ``losses`` holds the loss of each step, for a whole number of epochs of 63 steps.
    """
    figure, (ax,) = paper(6.8, 2.8)
    for i, (name, values) in enumerate(losses.items()):
        epochs = np.reshape(values, (-1, 63)).mean(axis=1)
        ax.plot(np.arange(1, len(epochs) + 1), epochs, **line(i), linewidth=2, label=name)
    ax.axhline(np.log(10), color=INK, linewidth=0.8, linestyle=":")
    ax.set(xlim=(0, 20.5), ylim=(0, 2.6))
    label(ax, "Six hidden layers of 64 on Fashion-MNIST", "epoch", "training loss")
    ax.legend(frameon=False, fontsize=9, labelcolor=INK, loc="center right")
    return Picture(
        figure,
        "The same network is trained from two kinds of initial weights. With weights of standard deviation 0.01 almost "
        "no signal reaches the output, and the loss stays at that of guessing, ln 10 (dotted). With He's weights the "
        "loss falls from the first epoch on.",
    )


MILESTONE = Milestone(
    network="784, six hidden layers of 64, 10; He's weights; SGD at 0.02 in batches of 64, 20 epochs",
    train=_train,
    mean=0.82185,
    spread=0.01497,
    now="With small initial weights the accuracy of the network is that of guessing, 10 %. With He's weights the "
    "network learns, but a network with a single hidden layer was more accurate in lesson 05. So a deep network can be "
    "trained, but this is not yet a reason to use one. Why not?",
    picture=two_starts,
)
