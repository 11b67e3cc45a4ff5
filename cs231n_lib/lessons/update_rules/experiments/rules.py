"""The six update rules of `cs231n_lib.functions.optimizers` with their state, in one form for all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers
from cs231n_lib.lessons.use import Functions


@dataclass(frozen=True)
class Rule:
    """``update(w, dw, *state, **options)``, the number of arrays in its state, and whether a step counter follows."""

    update: Callable[..., Any]
    arrays: int = 0
    counts: bool = False

    def fresh_state(self, w: FloatArray) -> list[Any]:
        """State before the first step from ``w``."""
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
    """Step of a rule with the functions of a run, or of the library for SGD, which is not an exercise."""
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
    """Yield ``w`` and then, without end, the points that an update rule visits."""
    while True:
        yield w
        after = update(w, gradient(w), *state, **options)
        w, *state = after if isinstance(after, tuple) else (after,)
