"""An exercise on momentum, and cases for rules with a velocity."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers


def moving(rng: Generator) -> Iterator[Case]:
    for shape, lr, mu in (((3,), 0.1, 0.9), ((2, 3), 0.3, 0.6)):
        w, dw, v = rng.normal(size=(3, *shape))
        yield case(f"shape {shape}, μ = {mu}", w, dw, v, lr, mu)


def at_rest(rng: Generator) -> Iterator[Case]:
    w, dw = rng.normal(size=(2, 4))
    yield case("the first step, from rest", w, dw, np.zeros(4), 0.2, 0.9)


def without_momentum(rng: Generator) -> Iterator[Case]:
    w, dw, v = rng.normal(size=(3, 3))
    yield case("μ = 0: SGD", w, dw, v, 0.1, 0.0)


def _terminal_velocity(call: Callable[..., Any], rng: Generator) -> None:
    w, dw, v = rng.normal(size=3), rng.normal(size=3), np.zeros(3)
    for _ in range(12):
        w, v = call(w, dw, v, 0.1, 0.2)
    if not np.allclose(v, -0.1 * dw / (1 - 0.2)):
        raise Wrong(
            "under a constant gradient the velocity must tend to `-lr * dw / (1 - mu)`",
            f"after 12 steps with μ = 0.2 the first entry is {v[0]:.4g}, not {-0.125 * dw[0]:.4g}",
        )


def _rule(velocity: Callable[..., Any], position: Callable[..., Any] = lambda w, v, old: w + v) -> Callable[..., Any]:
    """A rule with ``velocity(v, dw, lr, mu)`` that then moves to ``position(w, v, old)``."""

    def implementation(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
        new = velocity(v, dw, lr, mu)
        return position(w, new, v), new

    return implementation


def _cs231n(v: FloatArray, dw: FloatArray, lr: float, mu: float) -> FloatArray:
    return mu * v - lr * dw


def _pytorch(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
    v = mu * v + dw
    return w - lr * v, v


def _average(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
    v = mu * v + (1 - mu) * dw
    return w - lr * v, v


def _forgotten(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
    return w + mu * v - lr * dw, v


def _gradient_twice(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
    v = mu * v - lr * dw
    return w + v - lr * dw, v


def _pushed_twice(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
    v = mu * v - lr * dw
    return w + mu * v - lr * dw, v


def _velocity_in_place(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
    v *= mu
    v -= lr * dw
    return w + v, v


def _weights_in_place(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> Any:
    v = mu * v - lr * dw
    w += v
    return w, v


momentum = Exercise(
    optimizers.momentum,
    points=10,
    minutes=10,
    difficulty=2,
    checks=(
        Values("A step with velocity", 4, moving),
        Values("The first step, from rest", 1, at_rest),
        Values("With μ = 0 it is SGD", 1, without_momentum),
        Property("A constant gradient leads to a constant velocity", 1, _terminal_velocity),
    ),
    mistakes=(
        Mistake(
            "velocity in place",
            _velocity_in_place,
            "the numbers are right, but `v *= …` or `v -= …` changes the caller's velocity. Write `v = mu * v - …`, "
            "which makes a new one.",
        ),
        Mistake(
            "weights in place",
            _weights_in_place,
            "the numbers are right, but `w += v` changes the caller's weights. Return `w + v`.",
        ),
        Mistake(
            "PyTorch's convention",
            _pytorch,
            "this is momentum as PyTorch writes it, with the rate outside the velocity. Here the rate goes *into* the "
            "velocity: `v = mu * v - lr * dw`, then `w + v`.",
        ),
        Mistake(
            "running average",
            _average,
            "this averages the gradients, with a factor 1 − μ: ten times slower at μ = 0.9. Here the velocity *adds "
            "up* gradients: `v = mu * v - lr * dw`.",
        ),
        Mistake(
            "averaged velocity",
            _rule(lambda v, dw, lr, mu: mu * v - (1 - mu) * lr * dw),
            "there is a factor 1 − μ before the gradient. It would make the velocity an average; here it is a sum.",
        ),
        Mistake(
            "velocity not kept",
            _forgotten,
            "the step is right, but you return the *old* velocity, so nothing builds up. Return the new one.",
        ),
        Mistake(
            "old velocity moves",
            _rule(_cs231n, lambda w, v, old: w + old),
            "the weights move by the velocity from *before* the gradient came in. Update v first, then move by it.",
        ),
        Mistake(
            "uphill",
            _rule(lambda v, dw, lr, mu: mu * v + lr * dw),
            "this climbs: the gradient points uphill and must be *subtracted* from the velocity.",
        ),
        Mistake(
            "velocity subtracted",
            _rule(_cs231n, lambda w, v, old: w - v),
            "the velocity points downhill already (it has the minus of `- lr * dw`): *add* it to the weights.",
        ),
        Mistake(
            "no momentum",
            _rule(lambda v, dw, lr, mu: -lr * dw),
            "this is SGD: where does the old velocity come in? A share `mu` of it is left.",
        ),
        Mistake(
            "no friction",
            _rule(lambda v, dw, lr, mu: v - lr * dw),
            "the whole old velocity stays: without friction it never comes to rest. A share `mu` of it is left.",
        ),
        Mistake(
            "friction on the gradient too",
            _rule(lambda v, dw, lr, mu: mu * (v - lr * dw)),
            "the bracket reaches too far: `mu` is the share of the *old* velocity that is left, and the step of this "
            "gradient comes in whole.",
        ),
        Mistake(
            "μ fixed",
            _rule(lambda v, dw, lr, mu: 0.9 * v - lr * dw),
            "0.9 is written into the rule. It is only the default: use the argument `mu`.",
        ),
        Mistake(
            "Nesterov",
            _pushed_twice,
            "this takes the velocity's step and then the gradient's once more: that is Nesterov, the next exercise. "
            "The gradient is in v already; here the step is `v`, no more.",
        ),
        Mistake(
            "velocity of the other sign",
            lambda w, dw, v, lr, mu=0.9: (w - (mu * v + lr * dw), mu * v + lr * dw),
            "your v points uphill and is subtracted. Here it points the way the weights move: the minus stands in `v "
            "= mu * v - lr * dw`, and the step is `w + v`.",
        ),
        Mistake(
            "1 − μ of the velocity",
            _rule(lambda v, dw, lr, mu: (1 - mu) * v - lr * dw),
            "the old velocity keeps 1 − μ of itself. `mu` is the share that is *left*.",
        ),
        Mistake(
            "μ added",
            _rule(lambda v, dw, lr, mu: mu + v - lr * dw),
            "`mu + v` adds. A share of the old velocity is a product: `mu * v`.",
        ),
        Mistake(
            "sum built in",
            _rule(lambda v, dw, lr, mu: mu * v - lr * dw / (1 - mu)),
            "you divide by 1 − μ. That factor comes by itself, from adding up; each step adds just `- lr * dw`.",
        ),
        Mistake(
            "velocity not used",
            lambda w, dw, v, lr, mu=0.9: (w - lr * dw, mu * v - lr * dw),
            "v is right, but the weights still move by SGD's step. They move by v.",
        ),
        Mistake(
            "gradient twice",
            _gradient_twice,
            "the gradient is in v already, and you subtract it once more. The step is `v`.",
        ),
        Mistake(
            "rate twice",
            lambda w, dw, v, lr, mu=0.9: (w + lr * (mu * v - lr * dw), mu * v - lr * dw),
            "the rate is applied twice: it is in the velocity already. The step is `v`, not `lr * v`.",
        ),
    ),
)
