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
    yield case("large inputs, because ReLU has no upper limit", rng.uniform(10, 1000, 4) * [1, -1, 1, -1])


def _one_sign(rng: Generator) -> Cases:
    yield case("all below 0", -rng.uniform(0.5, 2, 4))
    yield case("all above 0, and a 0", np.append(rng.uniform(0.5, 2, 4), [rng.uniform(0.5, 0.9), 0.0]))


relu_forward = Exercise(
    activations.relu_forward,
    points=6,
    minutes=5,
    difficulty=1,
    covers="sign huge",
    importance="core",
    checks=(
        Values("Inputs of either sign", 4, _inputs),
        Values("All of one sign, and 0", 1, _one_sign),
    ),
    slips="""
        cache is out
            return out, x → return out, out
            your output is right, but you also return it as the cache. Return the input `x` as the cache.
        x changed in place
            out = np.maximum(0, x) → x[x < 0] = 0 ⏎ out = x
            you write the output into the caller's `x`, and so into the cache, as `x[x < 0] = 0` does. Use
            `np.maximum(0, x)`, which creates a new array.
        decimals cut off
            np.maximum(0, x) → np.maximum(0, x).astype(int)
            you store the output in an array of integers, which cuts off the decimals. Use an array of floats.
        the mask alone
            np.maximum(0, x) → (x > 0).astype(float)
            you return the *slope*, 0 or 1. Return x itself where x is above 0.
        minimum
            np.maximum(0, x) → np.minimum(0, x)
            you keep the negative inputs and set the positive ones to 0. Keep the positive ones and set the negative
            ones to 0, as `np.maximum(0, x)` does.
        absolute value
            np.maximum(0, x) → np.abs(x)
            you make negative inputs positive. Set them to 0.
        capped
            np.maximum(0, x) → np.clip(x, 0, 6)
            you limit the output to 6. Return large inputs unchanged, because ReLU has no upper limit.
        largest along an axis
            np.maximum(0, x) → np.max(x, 0)
            you take the largest entry along axis 0, as `np.max(x, 0)` does. Use `np.maximum(x, 0)`, which compares each
            entry with 0.
        one number for all
            np.maximum(0, x) → max(0, np.max(x))
            you return a single number, the largest. Use `np.maximum(0, x)`, which compares each entry with 0.
        cache left out
            return out, x → return out
            you return only the output. Return two values, `out, cache`.
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
    covers="threshold sign tiny",
    importance="core",
    examples_rows=("Slope 0 at the kink",),
    checks=(
        Values("Gradient with a random upstream gradient", 4, _gradients),
        Values("Slope 0 at the kink", 1, _at_zero),
        Property("Gradient against the numerical gradient", 1, _is_gradient_of_relu),
    ),
    slips="""
        slope 1 at 0
            x > 0 → x >= 0
            you use slope 1 at x = 0. Use slope 0 there, so that the slope is 1 only where `x > 0`.
        mask from dout
            x > 0 → dout > 0
            you let the gradient pass where `dout` is positive. Let it pass where the *input* of the forward pass is
            positive, `x > 0`.
        dout changed
            return dout * (x > 0) → dout[x <= 0] = 0 ⏎ return dout
            your gradient is right, but you change `dout`, the caller's array. Multiply `dout` by a mask into a new
            array instead, because a second name (`dx = dout`), a slice or `ravel` may share the memory of `dout`.
        slope ½ at 0
            x > 0 → np.heaviside(x, 0.5)
            you use slope ½ at x = 0. Use slope 0 there, as `x > 0` does.
        upstream left out
            dout * (x > 0) → (x > 0).astype(float)
            you return only the local slope. Multiply it by the upstream gradient, `dout`.
        ReLU of x for its slope
            (x > 0) → np.maximum(0, x)
            you multiply by the *output*. Multiply by the slope, which is 1 where x is above 0 and 0 elsewhere.
        x for its slope
            (x > 0) → x
            you multiply by `x`. Multiply by the slope, which is 1 where x is above 0 and 0 elsewhere.
        negative gradients blocked
            dout * (x > 0) → np.maximum(0, dout) * (x > 0)
            you set negative gradients to 0. Let gradients of either sign pass where x is above 0.
        mask inverted
            x > 0 → x <= 0
            you let the gradient pass where the unit is *off*. Let it pass only where the unit is on, `x > 0`.
        no mask
            dout * (x > 0) → dout.copy()
            you let the gradient pass where x is negative. Set it to 0 where x is not above 0, because the output does
            not change there.
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
    """Inputs that show whether the kink is at 0 or at α."""
    x = np.array([0.3, -0.3, 0.1, 0.8, 1e-9, -1e-9])
    yield case("x within α of 0, α = 0.5", x, rng.uniform(1, 2, 6), alpha=0.5)


leaky_relu = Exercise(
    references.leaky_relu,
    points=10,
    minutes=12,
    difficulty=2,
    covers="threshold sign",
    importance="core",
    examples_rows=("Other slopes",),
    checks=(
        Values("Output and gradient", 3, _leaks, central=True),
        Values("Other slopes", 2, _other_slopes, central=True),
        Values("Slope α at the kink", 1, _leak_at_zero),
        Values("Kink at 0", 1, _near_zero),
    ),
    slips="""
        x changed
            return slope * x, slope * dout → x *= slope ⏎ return x, slope * dout
            your results are right, but you change `x`, the caller's array. Create a new array instead, because a second
            name (`out = x`), a slice or `ravel` may share the memory of `x`.
        dout changed
            return slope * x, slope * dout → out = slope * x ⏎ dout *= slope ⏎ return out, dout
            your results are right, but you change `dout`, the caller's array. Create a new array instead, because a
            second name (`dx = dout`), a slice or `ravel` may share the memory of `dout`.
        gradient of plain ReLU
            slope * dout → dout * (x > 0)
            your output leaks below 0, but your gradient does not. Multiply `dout` by α where x ≤ 0.
        output of plain ReLU
            return slope * x → return np.maximum(0, x)
            your gradient leaks below 0, but your output does not. Return α · x there.
        slope 1 at 0
            return slope * x, slope * dout → return slope * x, np.where(x >= 0, 1.0, alpha) * dout
            you use slope 1 at x = 0. Use slope α there, so that the slope is 1 only where `x > 0`.
        alpha ignored
            np.where(x > 0, 1.0, alpha) → np.where(x > 0, 1.0, 0.01)
            you always use the slope 0.01. Use the argument `alpha`.
        kink at α
            np.where(x > 0 → np.where(x > alpha
            you place the kink at α. Place it at 0, because α is the slope below 0.
        leak with the wrong sign
            np.where(x > 0, 1.0, alpha) → np.where(x > 0, 1.0, -alpha)
            you use the slope −α below 0, so the output is positive there. Use the slope α, for `out` and for `dx`.
        sides exchanged
            np.where(x > 0, 1.0, alpha) → np.where(x > 0, alpha, 1.0)
            you use slope α above 0 and slope 1 below. Exchange them.
        leak on both sides
            np.where(x > 0, 1.0, alpha) → np.where(x > 0, 1.0 + alpha, alpha)
            you add the leak where x is positive, too. Use slope 1 there, and slope α only where x ≤ 0.
        constant below 0
            return slope * x → return np.where(x > 0, x, alpha)
            you return the constant α below 0. Return α · x where x ≤ 0.
        mask from dout
            slope * dout → np.where(dout > 0, 1.0, alpha) * dout
            you choose the slope by the sign of `dout`. Choose it by the sign of the *input* x.
        upstream left out on the left
            slope * x, slope * dout → slope * x, np.where(x > 0, dout, alpha)
            you return only the slope as the second result where x is at most 0. Multiply it by `dout`, as you do for
            positive x.
        upstream left out
            slope * x, slope * dout → slope * x, slope
            you return only the slope as the second result. Multiply it by the upstream gradient, `dout`.
        multiplied by the output
            slope * dout → slope * x * dout
            you multiply `dout` by the output. Multiply it by the *slope*, which is 1 where x > 0 and α elsewhere.
    """,
)
