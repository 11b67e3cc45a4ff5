"""The milestone of lesson 06: six hidden layers, which learn from one start and not from the other."""

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
SMALL, HE = "weights of 0.01", "He's start"


def _train(run: Functions, x: FloatArray, y: NDArray[np.int64], rng: Generator) -> Trained:
    ready = prepared(x)
    network = Layered(run, SIZES, he_start(run), rng)
    from_he = network.train(ready(x), y, descent(RATE))
    small = Layered(run, SIZES, run.small_random, rng)
    from_small = small.train(ready(x), y, descent(RATE), epochs=5)  # more would change nothing
    return Trained(lambda pixels: network.scores(ready(pixels)), {SMALL: from_small, HE: from_he})


def two_starts(losses: Mapping[str, Sequence[float]]) -> Picture:
    """The loss of each step from both starts; each a whole number of epochs of 63 steps."""
    figure, (ax,) = paper(6.8, 2.8)
    for i, (name, values) in enumerate(losses.items()):
        epochs = np.reshape(values, (-1, 63)).mean(axis=1)
        ax.plot(np.arange(1, len(epochs) + 1), epochs, **line(i), linewidth=2, label=name)
    ax.axhline(np.log(10), color=INK, linewidth=0.8, linestyle=":")
    ax.set(xlim=(0, 20.5), ylim=(0, 2.6))
    label(ax, "Six hidden layers of 64 on clothes", "epoch", "training loss")
    ax.legend(frameon=False, fontsize=9, labelcolor=INK, loc="center right")
    return Picture(
        figure,
        "One network, from two starts. From small weights no signal reaches the end, and the loss stays at that of "
        "guessing, ln 10 (dotted); from He's start it falls from the first epoch on.",
    )


MILESTONE = Milestone(
    network="784, six hidden layers of 64, 10; He's start; SGD at 0.02 in batches of 64, 20 epochs",
    train=_train,
    mean=0.82185,
    spread=0.01497,
    now="From small weights these six hidden layers name one piece in ten, by guessing; from He's start they learn. "
    "But one layer did better, in lesson 05: that depth can be trained is not yet a reason for it. Why not?",
    picture=two_starts,
)
