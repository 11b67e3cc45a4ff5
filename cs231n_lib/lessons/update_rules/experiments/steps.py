r"""Steps of the update rules of lesson 08 on small surfaces.

The ravine is that of `cs231n_lib.lessons.update_rules.experiments.race`, :math:`\tfrac12 (0.05\, a^2 + 4\, b^2)`.
"""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers
from cs231n_lib.lessons.update_rules.experiments.lbfgs import descend
from cs231n_lib.lessons.update_rules.experiments.race import CURVATURES, SURFACES, walked
from cs231n_lib.lessons.update_rules.experiments.rules import ADAPTIVE, RULES, WITH_VELOCITY, update_of, visited
from cs231n_lib.lessons.use import Functions, Use

STEPS = 100
MU = 0.9

RATES = {"SGD": 0.45, "momentum": 0.1, "Nesterov": 0.1} | dict.fromkeys(ADAPTIVE, 0.1)
"""Learning rate of each rule on the ravine. SGD diverges above 0.5."""

RAVINE = SURFACES["ravine"]


def ravine_path(run: Functions, rule: str) -> FloatArray:
    """Points on the ravine that a rule of `RATES`, "Newton" or "L-BFGS" visits in at most `STEPS` steps; (n, 2)."""
    start = np.array(RAVINE.start)
    if rule == "Newton":
        return np.stack([start, run.newton_step(start, RAVINE.gradient(start), np.diag(CURVATURES))])
    if rule == "L-BFGS":
        return descend(run, lambda w: float(RAVINE.loss(w)), RAVINE.gradient, start, STEPS)
    mu = MU if rule in WITH_VELOCITY else 0.0
    return walked(update_of(rule, run), "ravine", rule, RATES[rule], mu)[: STEPS + 1]


def velocities(run: Functions, gradients: FloatArray, mu: float = MU) -> FloatArray:
    """Length of each step of momentum under ``gradients`` (T,), in SGD steps of the same learning rate; (T,)."""
    w: FloatArray = np.zeros(1)
    v, steps = w, []
    for dw in gradients:
        w, v = run.momentum(w, np.array([dw]), v, lr=1.0, mu=mu)
        steps.append(abs(v[0]))
    return np.array(steps)


def conventions(rates: FloatArray, mu: float = MU, converted: bool = True) -> dict[str, FloatArray]:
    """Distance down a slope of 1 in three conventions of momentum, before each step and at the end; each (T + 1,).

    ``rates`` (T,) holds the learning rate of each step. If ``converted``, that of the average is divided by 1 − μ.
    """
    velocity, summed, mean = 0.0, 0.0, 0.0
    ways = [np.zeros(3)]
    for lr in rates:
        velocity = mu * velocity + lr
        summed = mu * summed + 1
        mean = mu * mean + (1 - mu)
        ways.append(ways[-1] + [velocity, lr * summed, lr * mean / (1 - mu if converted else 1)])
    return dict(zip(("CS231n", "PyTorch, optax", "average"), np.array(ways).T, strict=True))


def notes_rmsprop(
    w: FloatArray, dw: FloatArray, cache: FloatArray, lr: float, decay: float = 0.99, eps: float = 1e-8
) -> tuple[FloatArray, FloatArray]:
    """RMSProp as in the summary, with ``dw`` instead of ``dx``; wrong on purpose."""
    cache = cache + (decay * cache + (1 - decay * dw**2))
    with np.errstate(invalid="ignore"):  # the root of a negative cache
        return w - lr * dw / (np.sqrt(cache) + eps), cache


def notes_adam(
    w: FloatArray, dw: FloatArray, m: FloatArray, v: FloatArray, lr: float, beta1: float = 0.9, beta2: float = 0.999
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Adam as in the summary, without bias correction."""
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    return w - lr * m / (np.sqrt(v) + 1e-8), m, v


def walk(
    rule: Callable[..., Any],
    states: Sequence[Any],
    start: FloatArray,
    gradient: Callable[[FloatArray], FloatArray] = RAVINE.gradient,
    steps: int = STEPS,
    **options: float,
) -> FloatArray:
    """Points that a rule visits from ``start`` with the initial state ``states``, until NaN; (n, D)."""
    points = []
    for w in islice(visited(rule, states, start, gradient, **options), steps + 1):
        points.append(w)
        if not np.isfinite(w).all():
            break
    return np.stack(points)


def steps_of(run: Functions, rule: str, lr: float = 0.1) -> Callable[[FloatArray], FloatArray]:
    """Function from gradients (T, D) to the steps (T, D) that one of the six rules takes under them."""

    def steps(gradients: FloatArray) -> FloatArray:
        start, rows = np.zeros(gradients.shape[1]), iter(gradients)
        way = visited(update_of(rule, run), RULES[rule].fresh_state(start), start, lambda w: next(rows), lr=lr)
        return np.diff(list(islice(way, len(gradients) + 1)), axis=0)

    return steps


def scale_effects(gradients: FloatArray, scale: float, use: Use) -> str:
    """Effect of the scale of the gradients (T, D) on the steps of each rule, one line per rule."""
    run = use.run()
    lines = [f"{rule:8} {run.scale_effect(steps_of(run, rule), gradients, scale):8.2g}" for rule in RULES]
    return "\n".join([*lines, *filter(None, [run.says])])


def steps_under(gradients: FloatArray, use: Use) -> str:
    """Steps of each rule under the gradients (T,) of one weight, one line per rule."""
    run = use.run()
    rows = {rule: steps_of(run, rule)(gradients[:, np.newaxis]).ravel() for rule in RULES}
    lines = [f"{rule:8} " + "  ".join(f"{step:8.4f}" for step in steps) for rule, steps in rows.items()]
    return "\n".join([*lines, *filter(None, [run.says])])


def adam_walk(run: Functions, factor: float = 1.0, lr: float = 0.1) -> FloatArray:
    """Adam on ``factor`` times the ravine."""
    zeros = np.zeros(2)
    return walk(run.adam, [zeros, zeros, 0], np.array(RAVINE.start), lambda w: factor * RAVINE.gradient(w), lr=lr)


def sgd_walk(factor: float, lr: float = 0.1) -> FloatArray:
    """SGD on ``factor`` times the ravine."""
    return walk(optimizers.sgd, [], np.array(RAVINE.start), lambda w: factor * RAVINE.gradient(w), lr=lr)


CLIFF, PLAIN = -10.0, -0.1
"""Slopes of `cliff` to the left and to the right of 0."""


def cliff(w: FloatArray) -> FloatArray:
    """Loss that falls steeply up to w = 0 and then gently; shape of ``w``."""
    return _slope(w) * w


def _slope(w: FloatArray) -> FloatArray:
    return np.where(w < 0, CLIFF, PLAIN)


def down_the_cliff(run: Functions, rule: str, lr: float = 0.1, steps: int = 300) -> FloatArray:
    """Positions on `cliff` of "Adagrad" or "RMSProp" (decay 0.9), which start at −1; (steps + 1,)."""
    options = {"decay": 0.9} if rule == "RMSProp" else {}
    points = walk(update_of(rule, run), [np.zeros(1)], np.array([-1.0]), _slope, steps, lr=lr, **options)
    return np.asarray(points[:, 0])


FREQUENCIES = np.array([1.0, 0.3, 0.1, 0.03, 0.01])
"""Fraction of examples in which each feature of `rare_features` is on."""


def rare_features(
    run: Functions, rule: str, rng: Generator, lr: float, steps: int = 100, batch: int = 20
) -> FloatArray:
    """Weights after training with "SGD" or "Adagrad", of which each should be 1; shape of `FREQUENCIES`.

    Feature i is +1 or −1 in a fraction `FREQUENCIES` [i] of the examples and 0 in the others. The target is the sum.
    """
    w: FloatArray = np.zeros(len(FREQUENCIES))
    cache = w
    for _ in range(steps):
        x = (rng.random((batch, len(w))) < FREQUENCIES) * rng.choice([-1.0, 1.0], (batch, len(w)))
        dw = x.T @ (x @ w - x.sum(axis=1)) / batch
        if rule == "SGD":
            w = optimizers.sgd(w, dw, lr)
        else:
            w, cache = run.adagrad(w, dw, cache, lr)
    return w
