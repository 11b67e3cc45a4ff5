"""The bonus: weights that are a running mean of those that training passes through."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Case, Property, Values, Wrong, case

from . import references


def _first(rng: Generator) -> Iterator[Case]:
    for name, settings in (("the first step", (0.9,)), ("the first step, as it is set", ())):
        w = rng.uniform(1, 2, (3, 4))
        yield case(name, w, np.zeros_like(w), 0, *settings)


def _later(rng: Generator) -> Iterator[Case]:
    for t, decay in ((1, 0.8), (7, 0.95)):
        yield case(f"step {t + 1}, decay {decay}", rng.uniform(1, 2, 5), rng.uniform(0.3, 0.6, 5), t, decay)


def _constant(call: Callable[..., Any], rng: Generator) -> None:
    w = rng.uniform(1, 2, 3)
    mean, t = np.zeros(3), 0
    for _ in range(4):
        averaged, mean, t = call(w, mean, t, 0.9)
        if not np.allclose(averaged, w, rtol=1e-9):
            raise Wrong(
                "of weights that never change the average is not these weights", f"{averaged / w}", apart=float(t)
            )


averaged_weights = Bonus(
    references.averaged_weights,
    minutes=15,
    difficulty=2,
    checks=(
        Values("The first step", 2, _first),
        Values("Later steps", 3, _later),
        Property("Weights that never change", 1, _constant),
    ),
    slips="""
        not corrected
            mean / (1 - decay**t) → mean
            the mean started at 0 and still holds a share of it: divide by 1 − decayᵗ, as Adam does.
        t counted too late
            t = t + 1 → pass
            return averaged, mean, t → return averaged, mean, t + 1
            mean / (1 - decay**t) → mean / max(1 - decay**t, 1e-12)
            t is counted up before the correction: at the first step it is 1.
        t counted twice
            1 - decay**t → 1 - decay ** (t + 1)
            the correction is one step ahead: with t counted up once it is 1 − decayᵗ, at the first step 1 − decay.
        no power
            mean / (1 - decay**t) → mean / (1 - decay)
            the power is missing: the share of the start falls with every step, as decayᵗ.
        multiplied
            mean / (1 - decay**t) → mean * (1 - decay**t)
            the correction is multiplied: what is too small is *divided* by 1 − decayᵗ.
        decay exchanged
            decay * mean + (1 - decay) * w → (1 - decay) * mean + decay * w
            the shares are exchanged: `decay` is what stays of the old mean.
        plain mean
            decay * mean + (1 - decay) * w → ((t - 1) * mean + w) / t
            mean / (1 - decay**t) → mean
            this is the plain mean of all weights so far, the first as loud as the last: `decay` is to forget them.
        sum
            decay * mean + (1 - decay) * w → decay * mean + w
            this is a sum, as of momentum. A mean has the shares decay and 1 − decay.
        corrected mean handed on
            return averaged, mean, t → return averaged, averaged, t
            the running mean is returned corrected, and so would be corrected twice: return it as it is.
        t not counted
            return averaged, mean, t → return averaged, mean, t - 1
            t comes back as it was: count it up.
        decay typed in
            decay * mean + (1 - decay) * w → 0.99 * mean + 0.01 * w
            decay**t → 0.99**t
            the decay is typed in: use `decay`.
    """,
)
