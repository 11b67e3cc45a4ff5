"""An exercise on Nesterov momentum, in the form that needs the gradient only where the weights are."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Function, Property, Values, Wrong
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers

from .momentum import at_rest, moving, without_momentum


def _steep(w: FloatArray) -> FloatArray:
    return w**3 - w + 0.5


def _same_points(call: Function, rng: Generator) -> None:
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


nesterov = Exercise(
    optimizers.nesterov,
    points=10,
    minutes=20,
    difficulty=3,
    forbidden=(optimizers.momentum, optimizers.nesterov_lookahead),
    checks=(
        Values("A step with velocity", 3, moving),
        Values("The first step, from rest", 1, at_rest),
        Values("With μ = 0 it is SGD", 1, without_momentum),
        Property("Six steps lead where the look-ahead form looks", 3, _same_points),
    ),
    slips="""
        velocity in place
            v_previous = v → v_previous = v.copy()
            v = mu * v - lr * dw → v *= mu ⏎ v -= lr * dw
            the numbers are right, but `v *= …` or `v -= …` changes the caller's velocity. Make a new one.
        weights in place
            return w - mu * v_previous + (1 + mu) * v, v → w += (1 + mu) * v - mu * v_previous ⏎ return w, v
            the numbers are right, but `w += …` changes the caller's weights. Return new ones.
        both in place
            v_previous = v → v_previous = v.copy()
            v = mu * v - lr * dw → v *= mu ⏎ v -= lr * dw
            return w - mu * v_previous + (1 + mu) * v, v → w += (1 + mu) * v - mu * v_previous ⏎ return w, v
            the numbers are right, but `v -= …` and `w += …` change the caller's arrays. Make new ones.
        plain momentum
            w - mu * v_previous + (1 + mu) * v → w + v
            this is plain momentum. If you typed the formula as it is, then the old velocity was overwritten before you
            stepped back along it: keep it under another name, or write `v_new = …`.
        velocity not kept
            (1 + mu) * v, v → (1 + mu) * v, v_previous
            the weights are right, but you return the *old* velocity, so nothing builds up. Return the new one.
        looked back the wrong way
            w - mu → w + mu
            the old look-ahead must be taken *back*, since `w` already holds it: minus `mu` times the old velocity.
        did not go back
            w - mu * v_previous → w
            `w` is already ahead by `mu` times the old velocity: go back by it first.
        did not look ahead
            (1 + mu) * v → v
            this goes back to θ and takes the step, but does not look ahead again: one more `mu` times the new v.
        back by μ squared
            w - mu → w - mu * mu
            what has to be taken back is `mu` times the old velocity, not `mu` squared times.
        old and new exchanged
            w - mu * v_previous + (1 + mu) * v → w - mu * v + (1 + mu) * v_previous
            old and new velocity have changed places: back by the *old* one, forward by the *new* one.
        uphill
            - lr → + lr
            this climbs: the gradient points uphill and must be *subtracted* from the velocity.
        μ for 1 + μ
            (1 + mu) → mu
            the new velocity counts 1 + μ times in line 3: once as the step, and `mu` times to look ahead.
        1 − μ for 1 + μ
            (1 + mu) → (1 - mu)
            the new velocity counts 1 *plus* μ times in line 3: once as the step, and `mu` times to look ahead.
        bracket forgotten
            (1 + mu) * v → 1 + mu * v
            the bracket is missing: `1 + mu * v_new` adds 1 to each weight. Write `(1 + mu) * v_new`.
        whole velocity back
            w - mu * v_previous → w - v_previous
            you go back by the whole old velocity. The look-ahead was only `mu` times that.
        velocity of the other sign
            - lr → + lr
            w - mu * v_previous + (1 + mu) → w + mu * v_previous - (1 + mu)
            your v points uphill and is subtracted. Here it points the way the weights move:
            `v_new = mu * v - lr * dw`, and line 3 as it is.
        PyTorch's convention
            mu * v - lr * dw → mu * v + dw
            w - mu * v_previous + (1 + mu) * v → w - lr * (dw + mu * v)
            this is Nesterov as PyTorch writes it, with the rate outside the velocity. Here the rate goes *into* the
            velocity: `v_new = mu * v - lr * dw`, then line 3.
        μ fixed
            v = mu → v = 0.9
            w - mu → w - 0.9
            (1 + mu) → 1.9
            0.9 is written into the rule. It is only the default: use the argument `mu`.
        rate twice
            (1 + mu) * v → (1 + mu) * lr * v
            the rate is applied twice: it is in the velocity already.
        no rate
            lr * dw → dw
            the learning rate is missing: the gradient comes into the velocity as `lr * dw`.
        whole velocity ahead
            w - mu * v_previous + (1 + mu) → w - v_previous + 2
            you look ahead by the whole velocity. The friction comes first: only `mu` times v is left to carry you.
    """,
)
