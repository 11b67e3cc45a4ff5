"""Activations under normal inputs: what comes out, and how much of a gradient gets through."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.activations import (
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)

ALPHA = 0.1
"""Slope of the leaky ReLU below 0."""

SATURATED = 0.01
"""A unit whose slope is less than this counts as saturated: it lets less than a hundredth of a gradient through."""

ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "sigmoid": (sigmoid_forward, sigmoid_backward),
    "tanh": (tanh_forward, tanh_backward),
    "ReLU": (relu_forward, relu_backward),
    "leaky ReLU": (lambda x: leaky_relu_forward(x, ALPHA), leaky_relu_backward),
}
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


def respond(activation: str, x: FloatArray) -> Response:
    """Outputs and slopes of one of `ACTIVATIONS` at ``x`` (N,)."""
    forward, backward = ACTIVATIONS[activation]
    out, cache = forward(x)
    return Response(out, backward(np.ones_like(x), cache))
