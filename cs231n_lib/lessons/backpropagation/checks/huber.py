"""The bonus of lesson 02: a loss that is square near 0 and straight far out."""

from operator import itemgetter

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Caller, Cases, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_own_gradient
from cs231n_lib.contracts import FloatArray

from . import references


def _residuals(rng: Generator, n: int, m: int, delta: float) -> FloatArray:
    """Residuals (N, M) of both signs, half of them below δ and half beyond it, in any order; none near δ or 0."""
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
    y[0] = -1, -3  # compared with δ, or with a residual, neither y nor the scores show which part it is
    yield case("exact predictions, and residuals of ±δ", y + np.array([[0, 1], [-1, 0], [0, 0], [0.5, -2]]), y)
    yield case("one example", y[:1] + np.array([[0.5, 3]]), y[:1])


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
        raise Violation("an outlier a thousand times as far away pulls harder", f"by {pulls[1] / pulls[0]:.7g} times")


huber_loss = Bonus(
    references.huber_loss,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Loss and gradient, residuals on both sides of the limit", 4, _both_parts),
        Values("Other limits δ", 3, _other_limits),
        Values("Exact predictions, residuals at the limit, a single example", 1, _exact),
        Property("Gradient against the numerical gradient of the same loss", 2, _gradient),
        Property("The pull of an outlier is bounded", 1, _bounded_pull),
    ),
    slips="""
        jump at the limit
            delta * (size - 0.5 * delta) → delta * size
            the far part is too high by ½δ², so the loss jumps at the limit. There both parts must be ½δ²: subtract it.
        smooth L1
            0.5 * residual**2 → 0.5 * residual**2 / delta
            delta * (size - 0.5 * delta) → (size - 0.5 * delta)
            np.clip(residual, -delta, delta) → np.clip(residual / delta, -1, 1)
            this is *smooth L1* as some libraries have it, Huber's loss divided by δ. Here the near part is ½r²,
            whatever δ is.
        size left out of the far part
            delta * (size - 0.5 * delta) → delta * (residual - 0.5 * delta)
            the far part of the loss takes r in place of |r|: a residual far below 0 makes the loss *smaller*.
        gradient without its sign far out
            np.clip(residual, -delta, delta) → np.where(near, residual, delta)
            far out the gradient is δ, whatever the sign of the residual: it is −δ where the prediction is too low.
        clipped before the loss
            residual = scores - y → residual = np.clip(scores - y, -delta, delta)
            the residual is limited before the loss is taken, so far out the loss stays at ½δ². It must go on rising;
            only its slope stays.
        whole limit subtracted
            (size - 0.5 * delta) → (size - delta)
            the far part is too low: at the limit it is 0, where the near part has reached ½δ². Subtract half of δ.
        square of the limit in the bracket
            (size - 0.5 * delta) → (size - 0.5 * delta**2)
            inside the bracket it is ½δ: the δ in front makes ½δ² of it.
        1 for the limit in the far part
            delta * (size - 0.5 * delta) → (size - 0.5)
            the far part of the loss has δ typed in as 1: it is δ(|r| − ½δ).
        slope of the far part
            delta * (size - 0.5 * delta) → (size - 0.5 * delta)
            the far part of the loss lacks its slope: it goes on as steeply as the near part ended, with slope δ.
        far part as L1
            delta * (size - 0.5 * delta) → size
            the far part is |r| as it is. It must continue the near part: the same value and the same slope, δ, at the
            limit.
        square for the far part
            delta * (size - 0.5 * delta) → 0.5 * residual**2
            np.clip(residual, -delta, delta) → residual
            this is the square everywhere. From the limit on the loss is straight, and the gradient stays what it was.
        ½ missing
            0.5 * residual**2 → residual**2
            the near part of the loss is r² without its ½, so it ends at δ², where the far part begins at ½δ².
        twice the loss
            float(np.sum → 2 * float(np.sum
            np.clip → 2 * np.clip
            consistent in itself, but twice what is asked: here the near part has its ½, and the slope is r.
        2 in the gradient
            np.clip(residual → np.clip(2 * residual
            the slope of ½r² is r: the 2 of the square has cancelled the ½.
        gradient not limited
            np.clip(residual, -delta, delta) → residual
            the gradient grows with the residual. Beyond the limit it stays at ±δ: that is what holds an outlier down.
        gradient ±1 far out
            np.clip(residual, -delta, delta) → np.where(near, residual, np.sign(residual))
            far out the gradient is the sign alone: it must go on where the near part ended, at ±δ.
        limited at ±1
            np.clip(residual, -delta, delta) → np.clip(residual, -1, 1)
            the gradient is limited at ±1, whatever `delta` is. Its limits are −δ and δ.
        limited on one side
            np.clip(residual, -delta, delta) → np.minimum(residual, delta)
            the gradient is limited above only: a residual far *below* 0 pulls without limit.
        gradient 0 far out
            np.clip(residual, -delta, delta) → np.where(near, residual, 0)
            far out the gradient is 0, so outliers are ignored. They still pull, by δ: the far part has a slope.
        gradient of the size
            np.clip(residual, -delta, delta) → np.minimum(size, delta)
            the gradient has lost its sign: a prediction that is too low must be pushed the other way.
        sign of the gradient
            np.clip(residual, -delta, delta) → np.clip(-residual, -delta, delta)
            the sign is turned: with the residual `scores - y`, the gradient has the residual's own sign.
        sign left out of the choice, gradient too
            size <= delta → residual <= delta
            np.clip(residual, -delta, delta) → np.where(near, residual, delta * np.sign(residual))
            the two parts are chosen by r and not by |r|: a residual far below 0 is taken for a small one.
        sign left out of the choice
            size <= delta → residual <= delta
            the two parts are chosen by r and not by |r|: a residual far below 0 is taken for a small one.
        parts exchanged
            size <= delta → size > delta
            the parts are exchanged: the square belongs where |r| is at most δ, the line beyond.
        1 for the limit throughout
            near = size <= delta → near, delta = size <= 1, 1.0
            δ is typed in as 1 everywhere: use `delta`, which the caller may set.
        chosen by the whole example
            near = size <= delta → near = np.sum(size, axis=1, keepdims=True) <= delta
            the part is chosen for a whole example. Each residual has its own: compare `np.abs(residual)` entry by
            entry.
        mean over the outputs too
            delta * (size - 0.5 * delta)))) / len(y) → delta * (size - 0.5 * delta)))) / y.size
            np.clip(residual, -delta, delta) / len(y) → np.clip(residual, -delta, delta) / y.size
            this divides by N·M: sum over the outputs, and divide by N only.
        gradient averaged over the outputs too
            np.clip(residual, -delta, delta) / len(y) → np.clip(residual, -delta, delta) / y.size
            the gradient is divided by N·M. The loss divides by the N examples only, and so does its gradient.
        sums instead of means
            delta * (size - 0.5 * delta)))) / len(y) → delta * (size - 0.5 * delta))))
            np.clip(residual, -delta, delta) / len(y) → np.clip(residual, -delta, delta)
            loss and gradient are sums over the examples: divide both by N.
        gradient not averaged
            np.clip(residual, -delta, delta) / len(y) → np.clip(residual, -delta, delta)
            the loss is a mean over the examples, so the gradient is divided by N too.
    """,
)
