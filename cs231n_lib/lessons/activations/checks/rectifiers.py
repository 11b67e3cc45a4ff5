"""Exercises on rectifiers: ReLU, its gradient, and leaky ReLU."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations

from . import references


def _inputs(rng: Generator) -> Cases:
    for shape in ((6,), (3, 4), (2, 3, 2)):
        yield case(f"x of shape {shape}", rng.normal(size=shape))
    yield case("large inputs: there is no upper limit", rng.uniform(10, 1000, 4) * [1, -1, 1, -1])


def _one_sign(rng: Generator) -> Cases:
    yield case("all below 0", -rng.uniform(0.5, 2, 4))
    yield case("all above 0, and a 0", np.append(rng.uniform(0.5, 2, 4), 0.0))


relu_forward = Exercise(
    activations.relu_forward,
    points=6,
    minutes=5,
    difficulty=1,
    importance="core",
    checks=(
        Values("Inputs of either sign", 3, _inputs),
        Values("All of one sign, and 0", 2, _one_sign),
    ),
    slips="""
        cache is out
            return out, x → return out, out
            the output is right; as cache keep the input, `x`.
        x changed in place
            out = np.maximum(0, x) → x[x < 0] = 0 ⏎ out = x
            `x[x < 0] = 0` overwrites the caller's array, and the cache with it. `np.maximum` makes a new one.
        the mask alone
            np.maximum(0, x) → (x > 0).astype(float)
            this is the *slope*, 0 or 1. The output is x itself where x is above 0.
        minimum
            np.maximum(0, x) → np.minimum(0, x)
            this keeps the negative inputs and drops the positive ones: maximum, not minimum.
        absolute value
            np.maximum(0, x) → np.abs(x)
            negative inputs come out positive: ReLU sets them to 0.
        capped
            np.maximum(0, x) → np.clip(x, 0, 6)
            large inputs are cut off: ReLU has no upper limit.
        largest along an axis
            np.maximum(0, x) → np.max(x, 0)
            `np.max(x, 0)` is the largest along axis 0. The larger of each entry and 0 is `np.maximum(x, 0)`.
        one number for all
            np.maximum(0, x) → max(0, np.max(x))
            this is one number, the largest. `np.maximum` compares entry by entry.
        cache left out
            return out, x → return out
            the output alone is returned: return two things, `out, cache`.
    """,
)


def _away_from_zero(rng: Generator, shape: tuple[int, ...]) -> FloatArray:
    return np.asarray(rng.uniform(0.2, 2, shape) * rng.choice([-1, 1], shape))


def _gradients(rng: Generator) -> Cases:
    for shape in ((8,), (4, 5)):
        yield case(f"x of shape {shape}", rng.normal(size=shape), _away_from_zero(rng, shape))


def _at_zero(rng: Generator) -> Cases:
    yield case("x of 0", rng.uniform(1, 2, 4), np.array([0.0, -1.0, 0.0, 1.0]))
    yield case("x of −0 and of tiny size", rng.uniform(1, 2, 3), np.array([-0.0, 1e-300, -1e-300]))


def _is_gradient_of_relu(call: Function, rng: Generator) -> None:
    dout, x = rng.normal(size=8), _away_from_zero(rng, (8,))
    x[:2], dout[0] = [0.5, -0.5], -1
    require_gradient("dx", call(dout, x), lambda x: float(np.sum(dout * np.maximum(0, x))), x)


relu_backward = Exercise(
    activations.relu_backward,
    points=8,
    minutes=10,
    difficulty=2,
    importance="core",
    checks=(
        Values("The gradient with a random upstream", 3, _gradients),
        Values("At the kink the slope is 0", 1, _at_zero),
        Property("Gradient against the numerical gradient", 2, _is_gradient_of_relu),
    ),
    slips="""
        slope 1 at 0
            x > 0 → x >= 0
            at x = 0 exactly the slope should be 0: `x > 0`, not `>=`.
        mask from dout
            x > 0 → dout > 0
            the mask looks at the sign of `dout`. It is the *input* of the forward pass that decides: `x > 0`.
        dout changed
            return dout * (x > 0) → dout[x <= 0] = 0 ⏎ return dout
            the gradient is right, but `dout[…] = 0` changes the caller's array. Multiply by a mask instead.
        upstream left out
            dout * (x > 0) → (x > 0).astype(float)
            this is the local slope alone: multiply it by `dout`.
        ReLU of x for its slope
            (x > 0) → np.maximum(0, x)
            you multiply by the *output*. The slope where the unit is on is 1, however large x is.
        x for its slope
            (x > 0) → x
            you multiply by `x`. The slope is 1 where x is above 0, and 0 elsewhere.
        ReLU of dout
            dout * (x > 0) → np.maximum(0, dout) * (x > 0)
            negative gradients are lost. A gradient of either sign goes through a unit that is on.
        mask turned round
            x > 0 → x <= 0
            the gradient goes through where the unit is *off*: turn the comparison round.
        no mask
            dout * (x > 0) → dout.copy()
            the gradient goes through everywhere. Where x is not above 0 the output does not move: 0.
    """,
)


def _leaks(rng: Generator) -> Cases:
    for shape in ((6,), (3, 4)):
        x = _away_from_zero(rng, shape)
        x.flat[:2] = -1.5, 1.5
        yield case(f"x of shape {shape}, α = 0.01", x, rng.normal(size=shape))


def _other_slopes(rng: Generator) -> Cases:
    for alpha in (0.2, 0.0):
        x = np.append(_away_from_zero(rng, (5,)), -1.0)
        yield case(f"α = {alpha}", x, rng.uniform(0.5, 1.5, 6), alpha=alpha)


def _leak_at_zero(rng: Generator) -> Cases:
    yield case("x of 0, α = 0.3", np.array([0.0, 1.0, -1.0]), rng.uniform(1, 2, 3), alpha=0.3)


def _near_zero(rng: Generator) -> Cases:
    """The bend is at 0, not at α."""
    yield case("x within α of 0, α = 0.5", np.array([0.3, -0.3, 0.1, 0.8]), rng.uniform(1, 2, 4), alpha=0.5)


leaky_relu = Exercise(
    references.leaky_relu,
    points=10,
    minutes=12,
    difficulty=2,
    importance="core",
    checks=(
        Values("Output and gradient", 3, _leaks),
        Values("Other slopes", 2, _other_slopes),
        Values("At the kink the slope is α", 1, _leak_at_zero),
        Values("The bend is at 0", 1, _near_zero),
    ),
    slips="""
        gradient of plain ReLU
            slope * dout → dout * (x > 0)
            the output leaks, the gradient does not: below 0 it is α · dout, and that is the whole point.
        output of plain ReLU
            return slope * x → return np.maximum(0, x)
            the gradient leaks, the output does not: below 0 it is α · x.
        slope 1 at 0
            return slope * x, slope * dout → return slope * x, np.where(x >= 0, 1.0, alpha) * dout
            at x = 0 exactly the slope should be α: `x > 0`.
        alpha ignored
            np.where(x > 0, 1.0, alpha) → np.where(x > 0, 1.0, 0.01)
            the slope is always 0.01: use the argument `alpha`.
        bend at α
            np.where(x > 0 → np.where(x > alpha
            the bend is at α. It is at 0: α is the slope below, not the place.
        leak turned upwards
            np.where(x > 0, 1.0, alpha) → np.where(x > 0, 1.0, -alpha)
            below 0 the output is positive: α · x is negative there, without a further minus.
        sides exchanged
            np.where(x > 0, 1.0, alpha) → np.where(x > 0, alpha, 1.0)
            the sides are exchanged: slope 1 above 0, α below.
        constant below 0
            return slope * x → return np.where(x > 0, x, alpha)
            below 0 the output is the constant α. It is α · x.
        mask from dout
            slope * dout → np.where(dout > 0, 1.0, alpha) * dout
            the slope is chosen by the sign of `dout`. It is the *input* x that decides.
        upstream left out on the left
            slope * x, slope * dout → slope * x, np.where(x > 0, dout, alpha)
            where x is at most 0 the second result is the slope alone: multiply it by `dout`, as on the right.
        upstream left out
            slope * x, slope * dout → slope * x, slope
            the second result is the slope alone: multiply it by `dout`.
        gradient of the output's size
            slope * dout → slope * x * dout
            the gradient is multiplied by the output. Its factor is the *slope*: 1 above 0, α below.
    """,
)
