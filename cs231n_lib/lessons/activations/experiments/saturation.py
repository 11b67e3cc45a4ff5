"""Activations under normal inputs: what comes out, and how much of a gradient gets through."""

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
"""A unit whose slope is less than this counts as saturated: it lets less than a hundredth of a gradient through."""

ACTIVATIONS = {"sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu", "leaky ReLU": "leaky_relu"}
"""What is shown, and its name in `made_of`."""
INPUTS = 4000


@dataclass(frozen=True)
class Response:
    """What an activation makes of inputs: its outputs, and its slope, which the gradient is multiplied by; (N,)."""

    out: FloatArray
    slope: FloatArray

    @property
    def saturated(self) -> float:
        """The share of the inputs at which the slope is below `SATURATED`."""
        return float(np.mean(self.slope < SATURATED))


def inputs(mean: float, std: float) -> FloatArray:
    """The 4,000 quantiles of a normal distribution at even probabilities: a sample without luck; (N,)."""
    return mean + std * _quantiles()


@cache
def _quantiles() -> FloatArray:
    return np.array([NormalDist().inv_cdf((i + 0.5) / INPUTS) for i in range(INPUTS)])


def respond(run: Functions, activation: str, x: FloatArray) -> Response:
    """Outputs and slopes of one of `ACTIVATIONS` at ``x`` (N,), made of the run's functions."""
    one = made_of(run, ACTIVATIONS[activation], leak=ALPHA)
    out, cache = one.forward(x)
    return Response(out, one.backward(np.ones_like(x), cache))
