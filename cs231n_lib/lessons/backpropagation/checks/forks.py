"""Exercises on values that are used twice, and on backward passes without side effects."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray

from . import references


def _sigmoid(x: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-x)))


def _swishes(rng: Generator) -> Cases:
    for shape in ((4,), (3, 2)):
        x = rng.normal(scale=2, size=shape)
        yield case(f"x of shape {shape}", rng.normal(size=shape), (x, _sigmoid(x)))


def _swish_at_ends(rng: Generator) -> Cases:
    x = np.array([0.0, 30.0, -30.0])
    yield case("x of 0, 30 and −30", rng.uniform(1, 2, 3), (x, _sigmoid(x)))


def _swish_gradient(call: Function, rng: Generator) -> None:
    x, dout = rng.normal(size=5), rng.normal(size=5)
    dx = call(dout, (x, _sigmoid(x)))
    require_gradient("dx", dx, lambda x: float(np.sum(dout * x * _sigmoid(x))), x)


swish_backward = Exercise(
    references.swish_backward,
    points=8,
    minutes=12,
    difficulty=2,
    covers="sign one",
    importance="extra",
    checks=(
        Values("Gradient for a random upstream gradient", 4, _swishes),
        Values("Inputs of 0 and ±30", 1, _swish_at_ends),
        Property("Gradient against the numerical gradient", 1, _swish_gradient),
    ),
    slips="""
        overwritten
            dx += ds → dx = ds
            your result contains only the gradient of the path through the sigmoid, as if it had overwritten that of the
            direct path. *Add* the gradient of the direct path, `dout * s`, because x is used twice.
        only the direct path
            dx += ds * s * (1 - s) → pass
            you leave out the path through the sigmoid. Add `ds` times the derivative of the sigmoid, because x is also
            the input of the sigmoid.
        paths multiplied
            dx += ds * s * (1 - s) → dx = dx * x * s * (1 - s)
            you multiply the derivatives of the two paths. Multiply derivatives only *along* a path, and add the
            gradients of *different* paths.
        upstream missing on the path through the sigmoid
            ds = dout * x → ds = x
            you leave the upstream gradient out of the path through the sigmoid. Compute `ds` as `dout * x`.
        x missing on the way through the sigmoid
            ds = dout * x → ds = dout
            you leave x out of the path through the sigmoid. Compute `ds` as `dout * x`, because `out` is `x * s`.
        sigmoid's own derivative missing
            ds * s * (1 - s) → ds
            you leave out the derivative of the sigmoid. Multiply `ds` by s·(1 − s).
        derivative from x
            ds * s * (1 - s) → ds * x * (1 - x)
            you compute the derivative of the sigmoid from x. Compute it from the *output* s, as s·(1 − s).
        upstream missing on the direct way
            dx = dout * s → dx = s.copy()
            you leave the upstream gradient out of the direct path. Use `dout * s`.
        accumulated into dout
            ds = dout * x → pass
            dx = dout * s → ds, dx = dout * x, dout ⏎ dx *= s
            your result is right, but you change `dout` in place, although it belongs to the caller. Multiply
            into new arrays, because an assignment such as `dx = dout` shares the memory of `dout`.
    """,
)


def _residual_case(rng: Generator, n: int, d: int) -> tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray]]:
    x, w = rng.normal(size=(n, d)), rng.normal(size=(d, d)) / np.sqrt(d)
    return rng.normal(size=(n, d)), (x, w, np.tanh(x @ w))


def _residuals(rng: Generator) -> Cases:
    for n, d in ((4, 3), (1, 2)):
        yield case(f"x of shape ({n}, {d})", *_residual_case(rng, n, d))


def _residual_gradient(call: Function, rng: Generator) -> None:
    dout, (x, w, t) = _residual_case(rng, 4, 3)
    dx, dw = call(dout, (x, w, t))
    require_gradient("dx", dx, lambda x: float(np.sum(dout * (x + np.tanh(x @ w)))), x)
    require_gradient("dw", dw, lambda w: float(np.sum(dout * (x + np.tanh(x @ w)))), w)


residual_backward = Exercise(
    references.residual_backward,
    points=8,
    minutes=15,
    difficulty=3,
    covers="sign one",
    checks=(
        Values("Gradients for a random upstream gradient", 1, _residuals),
        Property("Gradients against numerical gradients", 1, _residual_gradient),
    ),
    slips="""
        both bugs still there
            dh = dout * (1 - t**2) → t *= t ⏎ dout *= 1 - t ⏎ dh = dout
            you still change both the cache and the caller's `dout` in place, as `*=` does. Compute a new array instead,
            `dh = dout * (1 - t**2)`, and use `dh` in both matrix products.
        dout changed before it is added
            dh = dout * (1 - t**2) → dout *= 1 - t**2 ⏎ dh = dout
            you change `dout` in place, as `dout *= …` does, before you add it for the direct path from x to `out`.
            Store the product under its own name, `dh = dout * (1 - t**2)`, and use `dh` in both matrix products.
        cache changed
            dh = dout * (1 - t**2) → t *= t ⏎ dh = dout * (1 - t)
            your gradients are right in the first call, but you change the t of the cache in place, as `t *= t` does, so
            a second call starts from wrong values. Leave t as it is, and compute `1 - t**2` in a new array.
        dout changed after it was saved
            dh = dout * (1 - t**2) → saved = dout.copy() ⏎ dout *= 1 - t**2 ⏎ dh = dout
            return dout + → return saved +
            your gradients are right, but you change the caller's `dout`, which another branch of the graph may need.
            Make new arrays, `dh = dout * (1 - t**2)` and `dx = dout + dh @ w.T`, because `dx = dout` and a slice such
            as `dout[:]` share the memory of `dout`.
        direct path missing
            return dout + dh @ w.T → return dh @ w.T
            you leave out the direct path from x to `out`. Add its gradient, `dout` itself, because `out` is `x + t`.
        dh on the direct path
            return dout + → return dh +
            you multiply the gradient of the direct path from x to `out` by 1 − t². Add `dout` as you received it,
            without this factor, because this path does not go through tanh.
        derivative of tanh without the square
            1 - t**2 → 1 - t
            you use 1 − t as the derivative of tanh. Use 1 − t², with the square.
        tanh's derivative missing
            dout * (1 - t**2) → dout.copy()
            you pass the gradient through tanh unchanged. Multiply it by 1 − t².
        w not transposed
            dh @ w.T → dh @ w
            you leave out a transpose in `dx`. Use `dh @ w.T`, as in the affine layer.
        upstream in place of dh
            x.T @ dh → x.T @ dout
            you use `dout` in `dw`. Use `x.T @ dh`, because w is inside tanh.
    """,
)
