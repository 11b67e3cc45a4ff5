r"""Approximation of a function by one hidden layer of sigmoids whose weights are set by hand.

Cut [-1, 1] into n equal pieces with midpoints :math:`m_j` and put a steep sigmoid at each of the n − 1 inner cuts
:math:`c_j`:

.. math:: \hat f(x) = f(m_1) + \sum_{j=1}^{n-1} (f(m_{j+1}) - f(m_j)) \, \sigma(k (x - c_j))
              = \sum_{j=1}^n f(m_j) b_j(x)

The bumps :math:`b_j(x) = \sigma(k(x - c_{j-1})) - \sigma(k(x - c_j))` are positive and sum to 1, so
:math:`\hat f(x)` is a mean of nearby values of f. If f is L-Lipschitz, then for all x in [-1, 1]

.. math:: |\hat f(x) - f(x)| \le L \left( \frac{1}{n} + \frac{2 \ln 2}{k} \right)

since :math:`b_j(x)` is the probability that :math:`x + \xi` falls into piece j, for logistic noise :math:`\xi` of scale
1/k: the midpoint of a piece is at most 1/n from any point in it, and :math:`E|\xi| = 2 \ln 2 / k`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.activations import sigmoid_forward
from cs231n_lib.functions.layers import affine_forward


@dataclass(frozen=True)
class Target:
    """A function on [-1, 1], its Lipschitz constant, and its jumps, at which it is continuous from the right."""

    f: Callable[[FloatArray], FloatArray]
    lipschitz: float
    jumps: tuple[float, ...] = ()


TARGETS = {
    "sin πx": Target(lambda x: np.sin(np.pi * x), np.pi),
    "sin 4πx": Target(lambda x: np.sin(4 * np.pi * x), 4 * np.pi),
    "|x|": Target(np.abs, 1.0),
    "a step (not continuous)": Target(lambda x: np.where(x < 1 / np.pi, -0.5, 0.5), np.inf, (1 / np.pi,)),
}

Weights = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
"""w1 (1, H), b1 (H,), w2 (H, 1), b2 (1,)."""


def bump_network(f: Callable[[FloatArray], FloatArray], units: int, steepness: float) -> Weights:
    """Weights of the network above with ``units`` = n − 1 hidden units, at least 1."""
    cuts = np.linspace(-1, 1, units + 2)
    heights = f((cuts[:-1] + cuts[1:]) / 2)
    w1 = np.full((1, units), float(steepness))
    return w1, -steepness * cuts[1:-1], np.diff(heights)[:, np.newaxis], heights[:1]


def network_output(weights: Weights, x: FloatArray) -> FloatArray:
    """Output of the network at the points ``x`` (N,), from affine, sigmoid and affine layers; (N,)."""
    w1, b1, w2, b2 = weights
    hidden, _ = sigmoid_forward(affine_forward(x[:, np.newaxis], w1, b1)[0])
    return np.asarray(affine_forward(hidden, w2, b2)[0][:, 0])


def bumps(weights: Weights, x: FloatArray) -> FloatArray:
    """The terms f(mⱼ) bⱼ(x) that add up to the network's output at ``x`` (N,); (N, n)."""
    w1, b1, w2, b2 = weights
    hidden, _ = sigmoid_forward(affine_forward(x[:, np.newaxis], w1, b1)[0])
    heights = np.cumsum(np.append(b2, w2))
    one, zero = np.ones((len(x), 1)), np.zeros((len(x), 1))
    return np.asarray(-np.diff(np.hstack([one, hidden, zero]), axis=1) * heights)


def error_bound(target: Target, units: int, steepness: float) -> float:
    """Upper bound of the distance from the function on [-1, 1], which is infinite if the function jumps."""
    return float(target.lipschitz * (1 / (units + 1) + 2 * np.log(2) / steepness))


def largest_error(target: Target, units: int, steepness: float, points: int = 601) -> float:
    """Largest distance from the function at evenly spaced points of [-1, 1] and on both sides of a jump."""
    x = np.concatenate([np.linspace(-1, 1, points), target.jumps, np.nextafter(target.jumps, -1)])
    return float(np.abs(network_output(bump_network(target.f, units, steepness), x) - target.f(x)).max())
