"""What the exercises on Adagrad and RMSProp share: cases, and wrong rules that divide by the root of past squares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, case
from cs231n_lib.contracts import FloatArray

LATE = "the step divides by the cache from *before* this gradient. Update the cache first, then step."
INSIDE = "ε stands inside the root. Outside, `np.sqrt(cache) + eps`, it bounds the step by what it says."
UNGUARDED = "where no gradient has come yet this is 0/0. Add `eps` to the root."
UPHILL = "this climbs: subtract the step."
NOT_KEPT = "the step is right, but you return the *old* cache, so nothing is remembered. Return the new one."
SQUARED_STEP = "the step takes the *square* of the gradient, and so its sign is lost. Above the line stands `dw`."
NO_RATE = "the learning rate is missing: the step is `lr` times the quotient."
APART = "ε is added after the division, to the weights. It belongs under the line: `/ (np.sqrt(cache) + eps)`."
NO_GRADIENT = "the gradient is missing from the step: each weight moves by `lr / root`, always in one direction."
MULTIPLIED = "you *multiply* by the root: the weight that has seen most takes the longest steps. Divide."
SUMMED = "you took the sum over the entries: one rate for all. The point is a rate for *each* weight."
SHARED = "you took a mean over the entries: one rate for all. The point is a rate for *each* weight."


def total(cache: FloatArray, dw: FloatArray, decay: float) -> FloatArray:
    return np.asarray(cache + dw**2)


def mean(cache: FloatArray, dw: FloatArray, decay: float) -> FloatArray:
    return np.asarray(decay * cache + (1 - decay) * dw**2)


def under_way(rng: Generator) -> Iterator[Case]:
    for shape, lr in (((4,), 0.1), ((2, 3), 0.5)):
        w, dw = rng.normal(size=(2, *shape))
        yield case(f"shape {shape}, under way", w, dw, rng.uniform(0.5, 3, shape), lr)


def first_step(rng: Generator) -> Iterator[Case]:
    dw = rng.normal(size=4)
    dw[1] = 0
    yield case("the first step; one gradient is 0", rng.normal(size=4), dw, np.zeros(4), 0.3)


def large_eps(rng: Generator) -> Iterator[Case]:
    w, dw = rng.normal(size=(2, 3))
    yield case("ε = 0.5", w, dw, rng.uniform(0.5, 3, 3), 0.1, eps=0.5)


def divided(dw: FloatArray, cache: FloatArray, eps: float) -> FloatArray:
    return np.asarray(dw / (np.sqrt(cache) + eps))


def inside(dw: FloatArray, cache: FloatArray, eps: float) -> FloatArray:
    return np.asarray(dw / np.sqrt(cache + eps))


def unguarded(dw: FloatArray, cache: FloatArray, eps: float) -> FloatArray:
    return np.asarray(dw / np.sqrt(cache))


def no_root(dw: FloatArray, cache: FloatArray, eps: float) -> FloatArray:
    return np.asarray(dw / (cache + eps))


def apart(dw: FloatArray, cache: FloatArray, eps: float) -> FloatArray:
    """For ``w - lr * dw / np.sqrt(cache) + eps``, where ε is no part of the step; `Rule` adds it for that."""
    return np.asarray(dw / np.sqrt(cache))


def no_gradient(dw: FloatArray, cache: FloatArray, eps: float) -> FloatArray:
    return np.asarray(1 / (np.sqrt(cache) + eps))


def squared(dw: FloatArray, cache: FloatArray, eps: float) -> FloatArray:
    return np.asarray(dw**2 / (np.sqrt(cache) + eps))


def multiplied(dw: FloatArray, cache: FloatArray, eps: float) -> FloatArray:
    return np.asarray(dw * (np.sqrt(cache) + eps))


@dataclass(frozen=True)
class Rule:
    """``cache`` is the new one, made of the old, the gradient and the decay; ``in_place`` names changed arguments."""

    cache: Callable[[FloatArray, FloatArray, float], Any]
    step: Callable[[FloatArray, FloatArray, float], Any] = divided
    late: bool = False
    sign: float = -1
    in_place: tuple[str, ...] = ()
    kept: bool = True

    def __call__(
        self, w: FloatArray, dw: FloatArray, cache: FloatArray, lr: float, decay: float = 0.99, eps: float = 1e-8
    ) -> Any:
        with np.errstate(all="ignore"):
            new = self.cache(cache, dw, decay)
            moved = w + self.sign * lr * self.step(dw, cache if self.late else new, eps)
        if self.step is apart:
            moved = moved + eps
        if "w" in self.in_place:
            w[...] = moved
        if "cache" in self.in_place:
            cache[...] = new
        return moved, new if self.kept else cache
