"""Cost of a step of L-BFGS on the lesson's network, compared with a gradient of one minibatch."""

from dataclasses import dataclass
from functools import partial
from inspect import unwrap

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import clothes
from cs231n_lib.functions import second_order
from cs231n_lib.lessons.timing import milliseconds
from cs231n_lib.lessons.update_rules.experiments.lbfgs import MEMORY, Pairs
from cs231n_lib.lessons.update_rules.experiments.training import BATCH, HIDDEN, PIXELS
from cs231n_lib.network import MLP

STEPS = 30

_direction, _search = unwrap(second_order.lbfgs_direction), unwrap(second_order.line_search)  # no checks when timed


@dataclass(frozen=True)
class Cost:
    """Number of weights, gradients of all images in each step, and times in ms."""

    weights: int
    gradients: float
    minibatch: float
    full_batch: float
    direction: float

    @property
    def step(self) -> float:
        """Time of a step of L-BFGS in ms."""
        return self.gradients * self.full_batch + self.direction


def descent(steps: int = STEPS, seed: int = 0) -> tuple[FloatArray, Pairs, int]:
    """Losses before each step and at the end of L-BFGS on all 4,000 images, its pairs, and its number of gradients."""
    network = MLP((PIXELS, HIDDEN, 10), rng=np.random.default_rng(seed), dtype=np.float64)
    training, seen = clothes()[0], dict[bytes, tuple[float, FloatArray]]()

    def evaluate(w: FloatArray) -> tuple[float, FloatArray]:
        key = w.tobytes()
        if key not in seen:
            network.parameters[:] = w
            loss, gradient = network.loss_and_gradient(*training)
            seen[key] = loss, gradient.copy()
        return seen[key]

    w, pairs, losses = network.parameters.copy(), Pairs(), []
    for _ in range(steps):
        loss, dw = evaluate(w)
        losses.append(loss)
        pairs.note(w, dw)
        direction = _direction(dw, list(pairs.s), list(pairs.y))
        w = w + _search(lambda w: evaluate(w)[0], lambda w: evaluate(w)[1], w, direction) * direction
    return np.array([*losses, evaluate(w)[0]]), pairs, len(seen)


def measure() -> Cost:
    """Times on this machine, with 10 pairs, in float64."""
    network = MLP((PIXELS, HIDDEN, 10), rng=np.random.default_rng(0), dtype=np.float64)
    (x, y), (_, pairs, gradients) = clothes()[0], descent()
    assert len(pairs.s) == MEMORY
    dw = network.loss_and_gradient(x, y)[1].copy()
    return Cost(
        weights=network.parameters.size,
        gradients=(gradients - 1) / STEPS,
        minibatch=milliseconds(partial(network.loss_and_gradient, x[:BATCH], y[:BATCH])),
        full_batch=milliseconds(partial(network.loss_and_gradient, x, y)),
        direction=milliseconds(partial(_direction, dw, list(pairs.s), list(pairs.y))),
    )
