r"""Paths of six update rules on three small surfaces, and their heights above the minimum.

.. math::

    \text{ravine} &: \tfrac12 (0.05\, a^2 + 4\, b^2) \\
    \text{saddle} &: \tfrac12 a^2 - \tfrac12 b^2 + \tfrac14 b^4 \\
    \text{Rosenbrock} &: \tfrac{1}{20} \left( (1 - a)^2 + 10 (b - a^2)^2 \right)

The last is Rosenbrock's function with 10 instead of 100, scaled so that one range of learning rates suits all three.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.update_rules.experiments.rules import ADAPTIVE, RULES, WITH_VELOCITY, visited

STEPS = 200
"""Steps of a whole race."""

FAR = 10.0
"""Distance from the origin at which a path ends."""


@dataclass(frozen=True)
class Surface:
    """Loss of points (..., 2) with its gradient, its minimum and the initial point of the race."""

    loss: Callable[[FloatArray], FloatArray]
    gradient: Callable[[FloatArray], FloatArray]
    lowest: float
    minima: tuple[tuple[float, float], ...]
    start: tuple[float, float]


def _rosenbrock(w: FloatArray) -> FloatArray:
    a, b = w[..., 0], w[..., 1]
    return np.asarray(((1 - a) ** 2 + 10 * (b - a**2) ** 2) / 20)


def _rosenbrock_gradient(w: FloatArray) -> FloatArray:
    a, b = w[..., 0], w[..., 1]
    return np.stack([(a - 1 - 20 * a * (b - a**2)) / 10, b - a**2], axis=-1)


CURVATURES = np.array([0.05, 4.0])
"""Curvatures of the ravine along a and b."""

SURFACES = {
    "ravine": Surface(lambda w: w**2 @ CURVATURES / 2, lambda w: w * CURVATURES, 0.0, ((0, 0),), (-1.8, 0.9)),
    "saddle": Surface(
        lambda w: w[..., 0] ** 2 / 2 - w[..., 1] ** 2 / 2 + w[..., 1] ** 4 / 4,
        lambda w: np.stack([w[..., 0], w[..., 1] ** 3 - w[..., 1]], axis=-1),
        -0.25,
        ((0, 1), (0, -1)),
        (-1.6, 0.001),
    ),
    "Rosenbrock": Surface(_rosenbrock, _rosenbrock_gradient, 0.0, ((1, 1),), (-1.2, 1.0)),
}

_OPTIONS = {
    "RMSProp": {"decay": 0.9}
}  # with a slower decay the first steps would still dominate at the end of the race


@lru_cache(maxsize=512)
def path(surface: str, rule: str, lr: float, mu: float = 0.0) -> FloatArray:
    """Points (STEPS + 1, 2) that a rule visits on a surface, NaN once it has gone `FAR`.

    ``mu`` is the momentum, which SGD and the adaptive rules do not use.
    """
    return walked(RULES[rule].update, surface, rule, lr, mu)


def walked(update: Callable[..., Any], surface: str, rule: str, lr: float, mu: float = 0.0) -> FloatArray:
    """Points as in `path`, but with ``update``, any version of the rule."""
    ground, start = SURFACES[surface], np.array(SURFACES[surface].start)
    options = {"lr": lr} | ({"mu": mu} if rule in WITH_VELOCITY else {}) | _OPTIONS.get(rule, {})
    points = np.full((STEPS + 1, 2), np.nan)
    way = visited(update, RULES[rule].fresh_state(start), start, ground.gradient, **options)
    for step, w in enumerate(islice(way, STEPS + 1)):
        if np.abs(w).max() > FAR:
            break
        points[step] = w
    return points


def race(surface: str, lr: float, adaptive_lr: float, mu: float) -> dict[str, FloatArray]:
    """Path of every rule, with learning rate ``adaptive_lr`` for the adaptive rules and ``lr`` for the others."""
    return {
        rule: path(surface, rule, adaptive_lr if rule in ADAPTIVE else lr, mu if rule in WITH_VELOCITY else 0.0)
        for rule in RULES
    }


def excess(surface: str, points: FloatArray) -> FloatArray:
    """Height of the points (..., 2) above the minimum of the surface."""
    ground = SURFACES[surface]
    return np.asarray(ground.loss(points) - ground.lowest)
