"""Exercises on forks: a value that is used twice, and a backward pass that must change nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray

from . import references


def _sigmoid(x: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-x)))


def _swishes(rng: Generator) -> Iterator[Case]:
    for shape in ((4,), (3, 2)):
        x = rng.normal(scale=2, size=shape)
        yield case(f"x of shape {shape}", rng.normal(size=shape), (x, _sigmoid(x)))


def _swish_at_ends(rng: Generator) -> Iterator[Case]:
    x = np.array([0.0, 30.0, -30.0])
    yield case("at 0 and far out", rng.uniform(1, 2, 3), (x, _sigmoid(x)))


def _swish_gradient(call: Callable[..., Any], rng: Generator) -> None:
    x, dout = rng.normal(size=5), rng.normal(size=5)
    dx = call(dout, (x, _sigmoid(x)))
    require_gradient("dx", dx, lambda x: float(np.sum(dout * x * _sigmoid(x))), x)


def _swish(dx: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]) -> Callable[..., FloatArray]:
    return lambda dout, cache: dx(dout, *cache)


def _accumulated_into_dout(dout: FloatArray, x: FloatArray, s: FloatArray) -> FloatArray:
    ds = dout * x
    dout *= s
    dout += ds * s * (1 - s)
    return dout


swish_backward = Exercise(
    references.swish_backward,
    points=8,
    minutes=12,
    difficulty=2,
    checks=(
        Values("The gradient with a random upstream", 3, _swishes),
        Values("At 0 and far out", 1, _swish_at_ends),
        Property("Gradient against the numerical gradient", 2, _swish_gradient),
    ),
    mistakes=(
        Mistake(
            "overwritten",
            _swish(lambda dout, x, s: dout * x * s * (1 - s)),
            "the way through the sigmoid has overwritten the direct way: x is used twice, so the two gradients *add*: "
            "`+=`.",
        ),
        Mistake(
            "only the direct way",
            _swish(lambda dout, x, s: dout * s),
            "x is used twice, as a factor and inside s. The second way is missing: through `ds`, then the sigmoid.",
        ),
        Mistake(
            "ways multiplied",
            _swish(lambda dout, x, s: dout * s * x * s * (1 - s)),
            "the two ways are multiplied. *Along* a way derivatives multiply; *between* ways they add.",
        ),
        Mistake(
            "upstream used once",
            _swish(lambda dout, x, s: dout * s + x * s * (1 - s)),
            "the way through the sigmoid lacks what comes from above: `ds` is `dout * x`.",
        ),
        Mistake(
            "sigmoid's own derivative missing",
            _swish(lambda dout, x, s: dout * s + dout * x),
            "`ds` has arrived at x without going through the sigmoid: multiply it by s·(1 − s).",
        ),
        Mistake(
            "accumulated into dout",
            _swish(_accumulated_into_dout),
            "the result is right, but it stands in `dout`, which belongs to the caller: `dout *= …` changes it. Start "
            "from `dx = dout * s`, a new array.",
        ),
    ),
)


def _residual_case(rng: Generator, n: int, d: int) -> tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray]]:
    x, w = rng.normal(size=(n, d)), rng.normal(size=(d, d)) / np.sqrt(d)
    return rng.normal(size=(n, d)), (x, w, np.tanh(x @ w))


def _residuals(rng: Generator) -> Iterator[Case]:
    for n, d in ((4, 3), (1, 2)):
        yield case(f"x of shape ({n}, {d})", *_residual_case(rng, n, d))


def _residual_gradient(call: Callable[..., Any], rng: Generator) -> None:
    dout, (x, w, t) = _residual_case(rng, 4, 3)
    dx, dw = call(dout, (x, w, t))
    require_gradient("dx", dx, lambda x: float(np.sum(dout * (x + np.tanh(x @ w)))), x)
    require_gradient("dw", dw, lambda w: float(np.sum(dout * (x + np.tanh(x @ w)))), w)


def _in_place(t_changed: bool, dout_changed: bool, skip: str) -> Callable[..., Any]:
    """The backward pass with tanh's derivative computed in the cache's ``t``, in ``dout``, or in both."""

    def implementation(dout: FloatArray, cache: tuple[FloatArray, FloatArray, FloatArray]) -> Any:
        x, w, t = cache
        upstream = dout.copy() if skip == "kept" else dout
        square = np.multiply(t, t, out=t if t_changed else None)
        dh = np.multiply(dout, 1 - square, out=dout if dout_changed else None)
        return (dh @ w.T if skip == "none" else upstream + dh @ w.T), x.T @ dh

    return implementation


def _skip_through_tanh(dout: FloatArray, cache: tuple[FloatArray, FloatArray, FloatArray]) -> Any:
    x, w, t = cache
    dh = dout * (1 - t**2)
    return dh + dh @ w.T, x.T @ dh


residual_backward = Exercise(
    references.residual_backward,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Gradients with a random upstream", 1, _residuals),
        Property("Gradients against numerical gradients", 1, _residual_gradient),
    ),
    mistakes=(
        Mistake(
            "both bugs still there",
            _in_place(True, True, "changed"),
            "the two lines with `*=` are still there: `t *= t` changes the cache, `dout *= …` changes the caller's "
            "gradient before the way around has used it.",
        ),
        Mistake(
            "dout changed before the way around",
            _in_place(False, True, "changed"),
            "`dout *= …` changes dout, so that the way around adds the gradient *after* tanh. Give that its own name: "
            "`dh = dout * (1 - t**2)`.",
        ),
        Mistake(
            "cache changed",
            _in_place(True, False, "changed"),
            "the gradients are right, this once: `t *= t` has squared the t in the cache, so a second call would "
            "square it again. Write `t**2`.",
        ),
        Mistake(
            "dout changed after it was saved",
            _in_place(False, True, "kept"),
            "the gradients are right, but `dout *= …` has changed the caller's array. Whoever uses it next, another "
            "branch of the graph, gets a wrong gradient.",
        ),
        Mistake(
            "way around missing",
            _in_place(False, False, "none"),
            "x also goes around tanh: `out = x + t`. Its gradient has two parts, and `dout` itself is one of them.",
        ),
        Mistake(
            "way around led through tanh",
            _skip_through_tanh,
            "nothing is changed any more, but the way around adds `dh`. It does not go through tanh: it adds `dout`.",
        ),
    ),
)
