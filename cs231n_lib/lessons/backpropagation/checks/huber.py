"""Bonus of lesson 02, a loss that is quadratic near 0 and linear beyond."""

from operator import itemgetter

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Caller, Cases, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_own_gradient
from cs231n_lib.contracts import FloatArray

from . import references


def _residuals(rng: Generator, n: int, m: int, delta: float) -> FloatArray:
    """Residuals (N, M) of both signs, half of them beyond δ, and none close to δ or 0."""
    sizes = np.where(np.arange(n * m) % 2, rng.uniform(0.2, 0.8, n * m), rng.uniform(1.5, 4, n * m)) * delta
    signs = np.resize([1, 1, -1, -1], n * m)
    return np.asarray(rng.permutation(sizes * signs).reshape(n, m))


def _both_parts(rng: Generator) -> Cases:
    for n, m in ((5, 3), (8, 1)):
        y = rng.normal(size=(n, m))
        yield case(f"scores ({n}, {m})", y + _residuals(rng, n, m, 1.0), y)


def _other_limits(rng: Generator) -> Cases:
    for delta in (0.3, 2.5):
        y = rng.normal(size=(4, 3))
        yield case(f"delta = {delta:g}", y + _residuals(rng, 4, 3, delta), y, delta=delta)


def _exact(rng: Generator) -> Cases:
    y = rng.integers(-3, 4, (4, 2)).astype(float)
    y[0] = -1, -3  # neither y nor the scores alone show which part applies
    rest = rng.permutation(np.array([[-1, 0], [0, 0], [0.5, -rng.uniform(2, 3)]]))
    yield case("exact predictions and residuals of ±δ", y + np.vstack([[[0, 1]], rest]), y)
    yield case("one example", y[:1] + np.array([[0.5, rng.uniform(2, 4)]]), y[:1])


def _gradient(call: Caller, rng: Generator) -> None:
    y = rng.normal(size=(4, 3))
    scores = y + _residuals(rng, 4, 3, 1.5)
    dscores = call(scores, y, 1.5)[1]
    require_own_gradient("dscores", dscores, call, lambda s: (s, y, 1.5), itemgetter(0), scores, of="loss")


def _bounded_pull(call: Function, rng: Generator) -> None:
    y = rng.normal(size=(3, 2))
    scores = y + _residuals(rng, 3, 2, 1.0)
    pulls = [np.asarray(call(scores + far * np.eye(3, 2), y)[1])[0, 0] for far in (1e2, 1e5)]
    if not np.isclose(*pulls):
        raise Violation(
            "the gradient changes if an outlier is a thousand times as far away",
            f"by a factor of {pulls[1] / pulls[0]:.7g}",
        )


huber_loss = Bonus(
    references.huber_loss,
    minutes=15,
    difficulty=3,
    covers="sign one",
    checks=(
        Values("Loss and gradient for residuals on both sides of δ", 4, _both_parts, central=True),
        Values("Other values of δ", 3, _other_limits, central=True),
        Values("Exact predictions, residuals of ±δ, and a single example", 1, _exact),
        Property("Gradient against the numerical gradient of the same loss", 2, _gradient),
        Property("Bounded gradient of an outlier", 1, _bounded_pull),
    ),
    slips="""
        jump at the limit
            delta * (size - 0.5 * delta) → delta * size
            your linear part is too high by ½δ², so the loss jumps at |r| = δ. Subtract ½δ², so that both parts are ½δ²
            there.
        smooth L1
            0.5 * residual**2 → 0.5 * residual**2 / delta
            delta * (size - 0.5 * delta) → (size - 0.5 * delta)
            np.clip(residual, -delta, delta) → np.clip(residual / delta, -1, 1)
            your loss and your gradient are Huber's divided by δ, the variant called *smooth L1*. Multiply both by δ, so
            that the quadratic part is ½r² and the linear part has the slope ±δ.
        absolute value missing in the linear part
            delta * (size - 0.5 * delta) → delta * (residual - 0.5 * delta)
            you use r in the linear part, so a residual far below 0 makes the loss *smaller*. Use |r| instead.
        gradient without its sign far out
            np.clip(residual, -delta, delta) → np.where(near, residual, delta)
            your gradient is positive for large residuals of either sign. Use −δ instead of δ where the residual is
            below −δ.
        clipped before the loss
            residual = scores - y → residual = np.clip(scores - y, -delta, delta)
            your loss stops rising at ½δ², as it does when it is computed from clipped residuals. Compute it from
            `scores - y`, with slope δ beyond the limit, and clip only a copy for the gradient.
        whole limit subtracted
            (size - 0.5 * delta) → (size - delta)
            you subtract the whole δ from |r| in the linear part, which then starts at 0. Subtract half of δ, so that
            the linear part starts at ½δ², where the quadratic part ends.
        square of the limit in the bracket
            (size - 0.5 * delta) → (size - 0.5 * delta**2)
            your linear part is δ(|r| − ½δ²). Subtract ½δ inside the bracket, which the factor δ in front of it turns
            into ½δ².
        1 for δ in the linear part
            delta * (size - 0.5 * delta) → (size - 0.5)
            you use 1 instead of δ in the linear part of the loss. Use δ(|r| − ½δ).
        factor δ missing in the linear part
            delta * (size - 0.5 * delta) → (size - 0.5 * delta)
            you leave the factor δ out of the linear part of the loss. Multiply that part by δ, so that it rises as
            steeply as the quadratic part does at the limit.
        linear part as in the L1 loss
            delta * (size - 0.5 * delta) → size
            your linear part is |r| itself. Use δ(|r| − ½δ), which has the same value and the same slope as the
            quadratic part at |r| = δ.
        square beyond the limit too
            delta * (size - 0.5 * delta) → 0.5 * residual**2
            np.clip(residual, -delta, delta) → residual
            you use ½r² everywhere. Beyond δ, continue the loss as a straight line. In the gradient, limit the residual
            to ±δ and then divide by N.
        ½ missing
            0.5 * residual**2 → residual**2
            you leave the ½ out of the quadratic part of the loss. Use ½r², which reaches ½δ² at |r| = δ, where the
            linear part starts.
        twice the loss
            float(np.sum → 2 * float(np.sum
            np.clip → 2 * np.clip
            you return twice the loss and twice the gradient. Halve both, so that the quadratic part is ½r², with slope
            r, and the linear part has slope ±δ.
        2 in the gradient
            np.clip(residual → np.clip(2 * residual
            you leave a 2 in the gradient. Remove it, because the ½ of ½r² cancels the 2 from the square.
        gradient not limited
            np.clip(residual, -delta, delta) → residual
            your gradient grows with the residual everywhere. Limit the residual to ±δ and then divide by N, so that an
            outlier has a bounded effect.
        gradient ±1 far out
            np.clip(residual, -delta, delta) → np.where(near, residual, np.sign(residual))
            your gradient uses ±1 for large residuals, whatever δ is. Use ±δ there and divide by N, because the
            quadratic part ends with the slope ±δ.
        limited at ±1
            np.clip(residual, -delta, delta) → np.clip(residual, -1, 1)
            you limit the residual to ±1 in the gradient, whatever `delta` is. Limit it to ±δ.
        limited on one side
            np.clip(residual, -delta, delta) → np.minimum(residual, delta)
            in the gradient, you limit the residual only from above, so the gradient is unbounded for residuals far
            *below* 0. Limit the residual to the range from −δ to δ.
        gradient 0 far out
            np.clip(residual, -delta, delta) → np.where(near, residual, 0)
            your gradient is 0 for large residuals, so outliers have no effect. Use ±δ there, the slope of the linear
            part, and divide by N.
        gradient of the size
            np.clip(residual, -delta, delta) → np.minimum(size, delta)
            your gradient is never negative. Give it the sign of the residual, so that a step raises predictions that
            are too low.
        sign of the gradient
            np.clip(residual, -delta, delta) → np.clip(-residual, -delta, delta)
            your gradient has the wrong sign. Use `scores - y`, limited to ±δ and divided by N, so that it is positive
            where a score is above its target.
        absolute value left out of the choice, gradient too
            size <= delta → residual <= delta
            np.clip(residual, -delta, delta) → np.where(near, residual, delta * np.sign(residual))
            you compare r itself with δ, so a residual far below 0 is treated as a small one. Compare |r| with δ.
        absolute value left out of the choice
            size <= delta → residual <= delta
            you compare r itself with δ, so a residual far below 0 is treated as a small one. Compare |r| with δ.
        parts exchanged
            size <= delta → size > delta
            you exchange the two parts. Use the square where |r| is at most δ, and the straight line beyond.
        1 for the limit throughout
            near = size <= delta → near, delta = size <= 1, 1.0
            you use 1 instead of δ everywhere. Use the argument `delta`, which the caller may set.
        chosen by the whole example
            near = size <= delta → near = np.sum(size, axis=1, keepdims=True) <= delta
            you choose one part for a whole example. Choose the part for each residual separately, by comparing |r| with
            δ entry by entry.
        mean over the outputs too
            delta * (size - 0.5 * delta)))) / len(y) → delta * (size - 0.5 * delta)))) / y.size
            np.clip(residual, -delta, delta) / len(y) → np.clip(residual, -delta, delta) / y.size
            you divide the loss and the gradient by N·M. Sum over the outputs, and divide by N only.
        gradient averaged over the outputs too
            np.clip(residual, -delta, delta) / len(y) → np.clip(residual, -delta, delta) / y.size
            you divide the gradient by N·M. Divide it by N only, because the loss is a mean over the N examples.
        sums instead of means
            delta * (size - 0.5 * delta)))) / len(y) → delta * (size - 0.5 * delta))))
            np.clip(residual, -delta, delta) / len(y) → np.clip(residual, -delta, delta)
            you return the sum of the examples' losses and the gradient of this sum. Divide both by N, because the loss
            is a mean over the N examples.
        gradient not averaged
            np.clip(residual, -delta, delta) / len(y) → np.clip(residual, -delta, delta)
            you divide only the loss by N. The loss is a mean over the examples, so divide its gradient by N too.
    """,
)
