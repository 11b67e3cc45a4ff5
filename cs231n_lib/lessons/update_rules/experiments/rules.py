"""The six update rules of `cs231n_lib.functions.optimizers`, with their state, so that one function runs them all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers
from cs231n_lib.lessons.use import Functions


@dataclass(frozen=True)
class Rule:
    """``update(w, dw, *state, **options)`` and how many arrays its state has, which a counter of steps may follow."""

    update: Callable[..., Any]
    arrays: int = 0
    counts: bool = False

    def fresh_state(self, w: FloatArray) -> list[Any]:
        """The state before the first step from ``w``."""
        return [np.zeros_like(w) for _ in range(self.arrays)] + [0] * self.counts


RULES = {
    "SGD": Rule(optimizers.sgd),
    "momentum": Rule(optimizers.momentum, 1),
    "Nesterov": Rule(optimizers.nesterov, 1),
    "Adagrad": Rule(optimizers.adagrad, 1),
    "RMSProp": Rule(optimizers.rmsprop, 1),
    "Adam": Rule(optimizers.adam, 2, counts=True),
}


def update_of(rule: str, run: Functions) -> Callable[..., Any]:
    """A rule's step by the functions of a run; that of SGD, which is no exercise, is the library's."""
    return RULES[rule].update if rule == "SGD" else getattr(run, rule.lower())


WITH_VELOCITY = ("momentum", "Nesterov")
ADAPTIVE = ("Adagrad", "RMSProp", "Adam")


def visited(
    update: Callable[..., Any],
    state: Sequence[Any],
    w: FloatArray,
    gradient: Callable[[FloatArray], FloatArray],
    **options: float,
) -> Iterator[FloatArray]:
    """The points that an update rule visits from ``w``, without end: ``w``, then where each step leads."""
    while True:
        yield w
        after = update(w, gradient(w), *state, **options)
        w, *state = after if isinstance(after, tuple) else (after,)
