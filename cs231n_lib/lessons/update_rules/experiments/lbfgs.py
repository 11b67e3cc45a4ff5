"""L-BFGS on the full batch and on minibatches for softmax regression on the digits, a convex loss of 640 weights."""

from collections import deque
from collections.abc import Callable
from functools import cache
from inspect import unwrap

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import digits
from cs231n_lib.functions import optimizers, second_order
from cs231n_lib.functions.losses import softmax_cross_entropy
from cs231n_lib.lessons.use import Functions

L2 = 1e-4
"""Strength λ of the penalty ½λ Σw²."""

PASSES = 200
"""Number of full-batch gradients in `full_batch`."""

RATES = {"descent": (64.0, 0.0), "momentum": (128.0, 0.8)}
"""Learning rate and μ with the lowest full-batch loss after 100 passes, on a grid of factors of 2 and steps of 0.1."""

BATCH, STEPS, MEMORY = 32, 200, 10
SGD_RATE = 16.0

_softmax = unwrap(softmax_cross_entropy)  # no checks at each step
_digits = cache(digits)  # not read from their file at each step


def objective(w: FloatArray, rows: NDArray[np.int64] | slice = slice(None)) -> tuple[float, FloatArray]:
    """Loss with penalty and its gradient (640,) on these rows of the training split."""
    (x, y), _ = _digits()
    matrix = w.reshape(64, 10)
    loss, dscores = _softmax(x[rows] @ matrix, y[rows])
    return loss + 0.5 * L2 * float(w @ w), (x[rows].T @ dscores + L2 * matrix).ravel()


@cache
def lowest() -> float:
    """Minimum of the loss of the full batch."""
    w, _ = second_order.lbfgs(lambda w: objective(w)[0], lambda w: objective(w)[1], np.zeros(640), steps=500)
    return objective(w)[0]


def descend(
    run: Functions,
    f: Callable[[FloatArray], float],
    gradient: Callable[[FloatArray], FloatArray],
    w: FloatArray,
    steps: int,
) -> FloatArray:
    """Points (n, D) that L-BFGS visits from ``w`` with the run's direction and the library's line search."""
    memory, path, dw = Pairs(), [w], gradient(w)
    memory.note(w, dw)
    while len(path) <= steps and np.abs(dw).max() > 1e-8:
        direction = run.lbfgs_direction(dw, list(memory.s), list(memory.y))
        w = w + second_order.line_search(f, gradient, w, direction) * direction
        dw = gradient(w)
        if not memory.note(w, dw):
            break  # rounding ends the descent, because no step along the direction lowers the loss
        path.append(w)
    return np.stack(path)


def full_batch(run: Functions, method: str, passes: int = PASSES) -> FloatArray:
    """Loss above the minimum after 0, 1, … gradients of the full batch, for "L-BFGS" or a method of `RATES`.

    A trial of the line search costs a pass like any other.
    """
    losses: list[float] = []
    seen: dict[bytes, tuple[float, FloatArray]] = {}

    def evaluate(w: FloatArray) -> tuple[float, FloatArray]:
        key = w.tobytes()
        if key not in seen:
            seen[key] = objective(w)
            losses.append(min(seen[key][0], losses[-1]) if losses and method == "L-BFGS" else seen[key][0])
        return seen[key]

    w: FloatArray = np.zeros(640)
    if method == "L-BFGS":
        descend(run, lambda w: evaluate(w)[0], lambda w: evaluate(w)[1], w, passes)
    else:
        (lr, mu), v = RATES[method], w
        for _ in range(passes + 1):
            w, v = optimizers.momentum(w, evaluate(w)[1], v, lr, mu)
    return np.array(losses[: passes + 1]) - lowest()


def minibatches(run: Functions, method: str, rng: Generator, steps: int = STEPS, share: float = 1.0) -> FloatArray:
    """Loss of the full batch above the minimum before each step on a new batch of 32, with "SGD" or "L-BFGS".

    L-BFGS steps by the fraction ``share`` of its direction. On the full batch, the whole direction is nearly always
    right. A line search would need the full batch.
    """
    w, memory, losses = np.zeros(640), Pairs(), np.empty(steps)
    for step in range(steps):
        losses[step] = objective(w)[0] - lowest()
        _, dw = objective(w, rng.integers(0, len(_digits()[0][0]), BATCH))
        if method == "SGD":
            w = w - SGD_RATE * dw
        else:
            memory.note(w, dw)
            w = w + share * run.lbfgs_direction(dw, list(memory.s), list(memory.y))
    return losses


class Pairs:
    """The last steps and changes of the gradient, those with positive curvature."""

    def __init__(self) -> None:
        self.s: deque[FloatArray] = deque(maxlen=MEMORY)
        self.y: deque[FloatArray] = deque(maxlen=MEMORY)
        self._last: tuple[FloatArray, FloatArray] | None = None

    def note(self, w: FloatArray, dw: FloatArray) -> bool:
        """Store the pair since the previous point if its curvature is positive, and return whether it is."""
        upwards = False
        if self._last is not None:
            s, y = w - self._last[0], dw - self._last[1]
            upwards = bool(s @ y > 0)
            if upwards:
                self.s.append(s)
                self.y.append(y)
        self._last = w, dw
        return upwards


def pair_noise(rng: Generator, batch: int = BATCH, step: float = 0.1, draws: int = 50) -> float:
    """Median relative error of the change of the gradient between two batches, compared with all rows.

    It is the change over a step of length ``step`` against the gradient, after 20 steps of descent.
    """
    (x, _), _ = digits()
    w = np.zeros(640)
    for _ in range(20):
        w = w - 4.0 * objective(w)[1]
    dw = objective(w)[1]
    there = w - step * dw / np.linalg.norm(dw)
    change = objective(there)[1] - dw
    off = []
    for _ in range(draws):
        first, second = rng.integers(0, len(x), (2, batch))
        off.append(float(np.linalg.norm(objective(there, second)[1] - objective(w, first)[1] - change)))
    return float(np.median(off) / np.linalg.norm(change))
