"""Exercises on momentum and on Nesterov momentum, in the form that needs the gradient only where the weights are."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers


def moving(rng: Generator) -> Cases:
    w, dw, v = rng.normal(size=(3, 3))
    yield case("shape (3,), μ = 0.9, the default", w, dw, v, 0.1)
    w, dw, v = rng.normal(size=(3, 2, 3))
    yield case("shape (2, 3), μ = 0.6", w, dw, v, 0.3, 0.6)


def at_rest(rng: Generator) -> Cases:
    w, dw = rng.normal(size=(2, 4))
    yield case("the first step, from rest", w, dw, np.zeros(4), 0.2, 0.9)


def without_momentum(rng: Generator) -> Cases:
    w, dw, v = rng.normal(size=(3, 3))
    yield case("μ = 0: SGD", w, dw, v, 0.1, 0.0)


def _terminal_velocity(call: Function, rng: Generator) -> None:
    w, dw, v = rng.normal(size=3), rng.normal(size=3), np.zeros(3)
    for _ in range(12):
        w, v = call(w, dw, v, 0.1, 0.2)
    if not np.allclose(v, -0.1 * dw / (1 - 0.2), rtol=1e-7):
        raise Violation(
            "under a constant gradient the velocity must tend to `-lr * dw / (1 - mu)`",
            f"after 12 steps with μ = 0.2 the first entry is {v[0]:.4g}, not {-0.125 * dw[0]:.4g}",
        )


momentum = Exercise(
    optimizers.momentum,
    points=10,
    minutes=10,
    difficulty=2,
    importance="core",
    checks=(
        Values("A step with velocity", 4, moving),
        Values("The first step, from rest", 1, at_rest),
        Values("With μ = 0 it is SGD", 1, without_momentum),
        Property("A constant gradient leads to a constant velocity", 1, _terminal_velocity),
    ),
    slips="""
        velocity in place
            v = mu * v - lr * dw → v *= mu ⏎ v -= lr * dw
            the numbers are right, but `v *= …` or `v -= …` changes the caller's velocity. Write `v = mu * v - …`,
            which makes a new one.
        weights in place
            return w + v, v → w += v ⏎ return w, v
            the numbers are right, but `w += v` changes the caller's weights. Return `w + v`.
        both in place
            v = mu * v - lr * dw → v *= mu ⏎ v -= lr * dw
            return w + v, v → w += v ⏎ return w, v
            the numbers are right, but `v -= …` and `w += …` change the caller's arrays. Make new ones:
            `v = mu * v - …`, and return `w + v`.
        PyTorch's convention
            mu * v - lr * dw → mu * v + dw
            w + v → w - lr * v
            this is momentum as PyTorch writes it, with the rate outside the velocity. Here the rate goes *into* the
            velocity: `v = mu * v - lr * dw`, then `w + v`.
        running average
            mu * v - lr * dw → mu * v + (1 - mu) * dw
            w + v → w - lr * v
            this averages the gradients, with a factor 1 − μ: ten times slower at μ = 0.9. Here the velocity *adds up*
            gradients: `v = mu * v - lr * dw`.
        averaged velocity
            lr * dw → (1 - mu) * lr * dw
            there is a factor 1 − μ before the gradient. It would make the velocity an average; here it is a sum.
        velocity not kept
            v = → new =
            w + v, → w + new,
            the step is right, but you return the *old* velocity, so nothing builds up. Return the new one.
        old velocity moves
            v = → new =
            w + v, v → w + v, new
            the weights move by the velocity from *before* the gradient came in. Update v first, then move by it.
        uphill
            - lr → + lr
            this climbs: the gradient points uphill and must be *subtracted* from the velocity.
        velocity subtracted
            w + v → w - v
            the velocity points downhill already (it has the minus of `- lr * dw`): *add* it to the weights.
        friction in the step
            w + v, → w + mu * v,
            the step is μ times the velocity: the friction is in the velocity already, and the weights move by v itself.
        no momentum
            mu * v - lr → -lr
            this is SGD: where does the old velocity come in? A share `mu` of it is left.
        no friction
            mu * v → v
            the whole old velocity stays: without friction it never comes to rest. A share `mu` of it is left.
        friction on the gradient too
            mu * v - lr * dw → mu * (v - lr * dw)
            the bracket reaches too far: `mu` is the share of the *old* velocity that is left, and the step of this
            gradient comes in whole.
        μ fixed
            mu * v → 0.9 * v
            0.9 is written into the rule. It is only the default: use the argument `mu`.
        Nesterov
            w + v → w + mu * v - lr * dw
            this takes the velocity's step and then the gradient's once more: that is Nesterov, the next exercise. The
            gradient is in v already; here the step is `v`, no more.
        velocity of the other sign
            - lr → + lr
            w + v → w - v
            your v points uphill and is subtracted. Here it points the way the weights move: the minus is in
            `v = mu * v - lr * dw`, and the step is `w + v`.
        1 − μ of the velocity
            mu * v → (1 - mu) * v
            the old velocity keeps 1 − μ of itself. `mu` is the share that is *left*.
        μ added
            mu * v → mu + v
            `mu + v` adds. A share of the old velocity is a product: `mu * v`.
        sum built in
            lr * dw → lr * dw / (1 - mu)
            you divide by 1 − μ. That factor comes by itself, from adding up; each step adds just `- lr * dw`.
        velocity not used
            w + v → w - lr * dw
            v is right, but the weights still move by SGD's step. They move by v.
        gradient twice
            w + v → w + v - lr * dw
            the gradient is in v already, and you subtract it once more. The step is `v`.
        rate twice
            w + v → w + lr * v
            the rate is applied twice: it is in the velocity already. The step is `v`, not `lr * v`.
        no rate
            lr * dw → dw
            the learning rate is missing: the gradient comes into the velocity as `lr * dw`.
    """,
)


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
            raise Violation(
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
