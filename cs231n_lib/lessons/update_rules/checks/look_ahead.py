"""An exercise on Nesterov momentum, in the form that needs the gradient only where the weights are."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Mistake, Property, Values, Wrong
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers

from .velocity import at_rest, moving, without_momentum


def _steep(w: FloatArray) -> FloatArray:
    return w**3 - w + 0.5


def _same_points(call: Callable[..., Any], rng: Generator) -> None:
    lr, mu = 0.05, 0.8
    theta = rng.uniform(0.5, 1.5, 3)
    w, v, velocity = theta.copy(), np.zeros(3), np.zeros(3)
    for step in range(1, 7):
        velocity = mu * velocity - lr * _steep(theta + mu * velocity)
        theta = theta + velocity
        w, v = call(w, _steep(w), v, lr, mu)
        off = np.max(np.abs(w - (theta + mu * velocity)))
        if not off < 1e-9:
            raise Wrong(
                "the two forms come apart: your `w` must be where the first form looks ahead to, θ + μv",
                f"after {step} step{'s' * (step > 1)} they are {off:.3g} apart",
            )


def _nesterov(position: Callable[..., Any]) -> Callable[..., Any]:
    """A rule with the right velocity that moves to ``position(w, old, v, mu)``."""

    def implementation(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
        new = mu * v - lr * dw
        return position(w, v, new, mu), new

    return implementation


def _nesterov_in_place(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
    old = v.copy()
    v *= mu
    v -= lr * dw
    return w - mu * old + (1 + mu) * v, v


def _nesterov_forgotten(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
    new = mu * v - lr * dw
    return w - mu * v + (1 + mu) * new, v


def _nesterov_uphill(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
    new = mu * v + lr * dw
    return w - mu * v + (1 + mu) * new, new


nesterov = Exercise(
    optimizers.nesterov,
    points=10,
    minutes=20,
    difficulty=3,
    checks=(
        Values("A step with velocity", 3, moving),
        Values("The first step, from rest", 1, at_rest),
        Values("With μ = 0 it is SGD", 1, without_momentum),
        Property("Six steps stand where the look-ahead form looks", 3, _same_points),
    ),
    mistakes=(
        Mistake(
            "velocity in place",
            _nesterov_in_place,
            "the numbers are right, but `v *= …` or `v -= …` changes the caller's velocity. Make a new one.",
        ),
        Mistake(
            "plain momentum",
            _nesterov(lambda w, old, v, mu: w + v),
            "this is plain momentum. If you typed the formula as it stands, then the old velocity was overwritten "
            "before you stepped back along it: keep it under another name, or write `v_new = …`.",
        ),
        Mistake(
            "velocity not kept",
            _nesterov_forgotten,
            "the weights are right, but you return the *old* velocity, so nothing builds up. Return the new one.",
        ),
        Mistake(
            "looked back the wrong way",
            _nesterov(lambda w, old, v, mu: w + mu * old + (1 + mu) * v),
            "the old look-ahead must be taken *back*, since `w` already holds it: minus `mu` times the old velocity.",
        ),
        Mistake(
            "did not go back",
            _nesterov(lambda w, old, v, mu: w + (1 + mu) * v),
            "`w` already stands ahead by `mu` times the old velocity: go back by it first.",
        ),
        Mistake(
            "did not look ahead",
            _nesterov(lambda w, old, v, mu: w - mu * old + v),
            "this goes back to θ and takes the step, but does not look ahead again: one more `mu` times the new v.",
        ),
        Mistake(
            "velocity added twice",
            _nesterov(lambda w, old, v, mu: w + v + mu * v - mu * mu * old),
            "what has to be taken back is `mu` times the old velocity, not `mu` squared times.",
        ),
        Mistake(
            "old and new exchanged",
            _nesterov(lambda w, old, v, mu: w - mu * v + (1 + mu) * old),
            "old and new velocity have changed places: back by the *old* one, forward by the *new* one.",
        ),
        Mistake(
            "uphill",
            _nesterov_uphill,
            "this climbs: the gradient points uphill and must be *subtracted* from the velocity.",
        ),
        Mistake(
            "μ for 1 + μ",
            _nesterov(lambda w, old, v, mu: w - mu * old + mu * v),
            "the new velocity counts 1 + μ times in line 3: once as the step, and `mu` times to look ahead.",
        ),
        Mistake(
            "bracket forgotten",
            _nesterov(lambda w, old, v, mu: w - mu * old + 1 + mu * v),
            "the bracket is missing: `1 + mu * v_new` adds 1 to each weight. Write `(1 + mu) * v_new`.",
        ),
        Mistake(
            "whole velocity back",
            _nesterov(lambda w, old, v, mu: w - old + (1 + mu) * v),
            "you go back by the whole old velocity. The look-ahead was only `mu` times that.",
        ),
        Mistake(
            "velocity of the other sign",
            lambda w, dw, v, lr, mu=0.9: (w + mu * v - (1 + mu) * (mu * v + lr * dw), mu * v + lr * dw),
            "your v points uphill and is subtracted. Here it points the way the weights move: `v_new = mu * v - lr * "
            "dw`, and line 3 as it stands.",
        ),
        Mistake(
            "μ fixed",
            lambda w, dw, v, lr, mu=0.9: (w - 0.9 * v + 1.9 * (0.9 * v - lr * dw), 0.9 * v - lr * dw),
            "0.9 is written into the rule. It is only the default: use the argument `mu`.",
        ),
        Mistake(
            "rate twice",
            lambda w, dw, v, lr, mu=0.9: (w - mu * v + (1 + mu) * lr * (mu * v - lr * dw), mu * v - lr * dw),
            "the rate is applied twice: it is in the velocity already.",
        ),
        Mistake(
            "whole velocity ahead",
            _nesterov(lambda w, old, v, mu: w - old + 2 * v),
            "you look ahead by the whole velocity. The friction comes first: only `mu` times v is left to carry you.",
        ),
    ),
)
