"""A lesson's milestone: the functions that students have written by then train on the clothes.

A lesson that has one offers it as ``milestone.MILESTONE``. Its functions come from the run that is handed in; they see
no test pictures, which stay closed until the last lesson.
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
    """A trained classifier: ``scores`` takes pixels (N, 784) to scores (N, 10); ``shown`` is what its picture shows."""

    scores: Callable[[FloatArray], FloatArray]
    shown: Any = None


Train = Callable[[Functions, FloatArray, NDArray[Any], Generator], Trained]


@dataclass(frozen=True)
class Milestone:
    """What is trained at the end of a lesson, and what came of it in the course.

    Parameters
    ----------
    network : str
        Layers and setting, in a few words, for the score sheet.
    train : callable
        ``train(run, x, y, rng)`` with pixels ``x`` (4000, 784) in [0, 1] and labels ``y`` (4000,); in 20 s at most.
    mean, spread : float
        Mean and standard deviation of the validation accuracy over seeds 0 … 19, with the library's functions.
    now : str
        One sentence: what the network can do now that it could not before; where no step shows, it says so and asks
        why.
    picture : callable, optional
        From ``Trained.shown`` to a picture of the network.
    """

    network: str
    train: Train
    mean: float
    spread: float
    now: str
    picture: Callable[[Any], Picture] | None = None
