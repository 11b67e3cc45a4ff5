"""Exercises on forks: a value that is used twice, and a backward pass that must change nothing."""

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
    yield case("at 0 and far out", rng.uniform(1, 2, 3), (x, _sigmoid(x)))


def _swish_gradient(call: Function, rng: Generator) -> None:
    x, dout = rng.normal(size=5), rng.normal(size=5)
    dx = call(dout, (x, _sigmoid(x)))
    require_gradient("dx", dx, lambda x: float(np.sum(dout * x * _sigmoid(x))), x)


swish_backward = Exercise(
    references.swish_backward,
    points=8,
    minutes=12,
    difficulty=2,
    importance="extra",
    checks=(
        Values("The gradient with a random upstream", 3, _swishes),
        Values("At 0 and far out", 1, _swish_at_ends),
        Property("Gradient against the numerical gradient", 2, _swish_gradient),
    ),
    slips="""
        overwritten
            dx += ds → dx = ds
            the way through the sigmoid has overwritten the direct way: x is used twice, so the two gradients *add*:
            `+=`.
        only the direct way
            dx += ds * s * (1 - s) → pass
            x is used twice, as a factor and inside s. The second way is missing: through `ds`, then the sigmoid.
        ways multiplied
            dx += ds * s * (1 - s) → dx = dx * x * s * (1 - s)
            the two ways are multiplied. *Along* a way derivatives multiply; *between* ways they add.
        upstream used once
            ds = dout * x → ds = x
            the way through the sigmoid lacks what comes from above: `ds` is `dout * x`.
        x missing on the way through the sigmoid
            ds = dout * x → ds = dout
            the way through the sigmoid lacks x: in out = x · s the factor of s is x, so `ds` is `dout * x`.
        sigmoid's own derivative missing
            ds * s * (1 - s) → ds
            `ds` has arrived at x without going through the sigmoid: multiply it by s·(1 − s).
        derivative from x
            ds * s * (1 - s) → ds * x * (1 - x)
            the derivative of the sigmoid is s·(1 − s), in its *output* s, not in x.
        upstream missing on the direct way
            dx = dout * s → dx = s.copy()
            the direct way lacks what comes from above: `dout * s`.
        accumulated into dout
            ds = dout * x → pass
            dx = dout * s → ds, dx = dout * x, dout ⏎ dx *= s
            the result is right, but it is written into `dout`, which belongs to the caller: `dout *= …` changes it.
            Start from `dx = dout * s`, a new array.
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
    checks=(
        Values("Gradients with a random upstream", 1, _residuals),
        Property("Gradients against numerical gradients", 1, _residual_gradient),
    ),
    slips="""
        both bugs still there
            dh = dout * (1 - t**2) → t *= t ⏎ dout *= 1 - t ⏎ dh = dout
            the two lines with `*=` are still there: `t *= t` changes the cache, `dout *= …` changes the caller's
            gradient before the way around has used it.
        dout changed before the way around
            dh = dout * (1 - t**2) → dout *= 1 - t**2 ⏎ dh = dout
            `dout *= …` changes dout, so that the way around adds the gradient *after* tanh. Give that its own name:
            `dh = dout * (1 - t**2)`.
        cache changed
            dh = dout * (1 - t**2) → t *= t ⏎ dh = dout * (1 - t)
            the gradients are right, this once: `t *= t` has squared the t in the cache, so a second call would square
            it again. Write `t**2`.
        dout changed after it was saved
            dh = dout * (1 - t**2) → saved = dout.copy() ⏎ dout *= 1 - t**2 ⏎ dh = dout
            return dout + → return saved +
            the gradients are right, but `dout *= …` has changed the caller's array. Whoever uses it next, another
            branch of the graph, gets a wrong gradient.
        way around missing
            return dout + dh @ w.T → return dh @ w.T
            x also goes around tanh: `out = x + t`. Its gradient has two parts, and `dout` itself is one of them.
        way around led through tanh
            return dout + → return dh +
            nothing is changed any more, but the way around adds `dh`. It does not go through tanh: it adds `dout`.
        derivative of tanh without the square
            1 - t**2 → 1 - t
            the derivative of tanh is 1 − t², with the square.
        tanh's derivative missing
            dout * (1 - t**2) → dout.copy()
            the gradient passes tanh unchanged: multiply it by 1 − t².
        w not transposed
            dh @ w.T → dh @ w
            `dx` lacks a transpose: going back, w leads from the outputs to the inputs, `dh @ w.T`.
        upstream in place of dh
            x.T @ dh → x.T @ dout
            `dw` takes the gradient from before tanh: w is used inside it, so `x.T @ dh`.
    """,
)
