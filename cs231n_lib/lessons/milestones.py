"""Milestone of a lesson, which trains a network made of the student's functions.

A lesson with a milestone defines ``milestone.MILESTONE``. The network trains on Fashion-MNIST without the test images,
which are reserved for the last lesson.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.use import Functions
from cs231n_lib.widgets.picture import Picture


@dataclass(frozen=True)
class Trained:
    """Trained classifier.

    ``scores`` maps pixels (N, 784) to scores (N, 10), and ``shown`` is the data of the milestone's figure.
    """

    scores: Callable[[FloatArray], FloatArray]
    shown: Any = None


Train = Callable[[Functions, FloatArray, NDArray[Any], Generator], Trained]


@dataclass(frozen=True)
class Milestone:
    """Training at the end of a lesson, and its recorded result.

    Parameters
    ----------
    network : str
        Short description of the layers and settings for the score sheet.
    train : callable
        ``train(run, x, y, rng)`` with pixels ``x`` (4000, 784) in [0, 1] and labels ``y`` (4000,). It takes at most
        20 s.
    mean, spread : float
        Mean and standard deviation of the validation accuracy over seeds 0 … 19, with the library's functions.
    now : str
        Sentence on what the network can do now that it could not do before. If nothing has improved, the sentence says
        so and asks why.
    picture : callable, optional
        Function from ``Trained.shown`` to a figure of the network.
    """

    network: str
    train: Train
    mean: float
    spread: float
    now: str
    picture: Callable[[Any], Picture] | None = None
