"""Outputs and slopes of activations for normally distributed inputs."""

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.activations.experiments.made import made_of
from cs231n_lib.lessons.use import Functions

ALPHA = 0.1
"""Slope of the leaky ReLU below 0."""

SATURATED = 0.01
"""Slope below which a unit counts as saturated."""

ACTIVATIONS = {"sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu", "leaky ReLU": "leaky_relu"}
"""Displayed name of each activation, and its name in `made_of`."""
INPUTS = 4000


@dataclass(frozen=True)
class Response:
    """Outputs (N,) of an activation, and its slopes (N,)."""

    out: FloatArray
    slope: FloatArray

    @property
    def saturated(self) -> float:
        """Fraction of the inputs at which the slope is below `SATURATED`."""
        return float(np.mean(self.slope < SATURATED))


def inputs(mean: float, std: float) -> FloatArray:
    """4,000 quantiles (N,) of a normal distribution at evenly spaced probabilities."""
    return mean + std * _quantiles()


@cache
def _quantiles() -> FloatArray:
    return np.array([NormalDist().inv_cdf((i + 0.5) / INPUTS) for i in range(INPUTS)])


def respond(run: Functions, activation: str, x: FloatArray) -> Response:
    """Response of one of `ACTIVATIONS` to ``x`` (N,), by the run's functions."""
    one = made_of(run, ACTIVATIONS[activation], leak=ALPHA)
    out, cache = one.forward(x)
    return Response(out, one.backward(np.ones_like(x), cache))
