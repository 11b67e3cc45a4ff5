"""Exercises on the affine layer, forward and backward."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers

SHAPES = ((4, 3, 2), (2, 5, 3))


def _layers(rng: Generator) -> Iterator[Case]:
    for n, d, m in SHAPES:
        yield case(f"x ({n}, {d}), w ({d}, {m})", rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m))


def _square_layers(rng: Generator) -> Iterator[Case]:
    """Where N, D and M are equal a wrong product still has the right shape."""
    yield case("N = D = M = 3", rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3))
    yield case("one example", rng.normal(size=(1, 3)), rng.normal(size=(3, 2)), rng.normal(size=2))


def _forward(out: Callable[[FloatArray, FloatArray, FloatArray], Any]) -> Callable[..., Any]:
    return lambda x, w, b: (out(x, w, b), (x, w))


affine_forward = Exercise(
    layers.affine_forward,
    points=5,
    minutes=5,
    difficulty=1,
    checks=(
        Values("Scores and cache", 2, _layers),
        Values("Square matrices, and a single example", 1, _square_layers),
    ),
    mistakes=(
        Mistake(
            "bias missing", _forward(lambda x, w, b: x @ w), "the bias is missing: add b, which goes to every row."
        ),
        Mistake(
            "product in the other order",
            _forward(lambda x, w, b: w @ x + b),
            "this is w @ x. The rows of x are the examples, so x stands on the left: (N, D) @ (D, M).",
        ),
        Mistake(
            "product entry by entry",
            _forward(lambda x, w, b: x * w + b),
            "`*` multiplies entry by entry; the matrix product is `@`.",
        ),
        Mistake(
            "bias added to columns",
            _forward(lambda x, w, b: x @ w + b[:, np.newaxis]),
            "b has one entry for each *output*: add it as it is, and NumPy repeats it for every row.",
        ),
        Mistake(
            "no cache",
            lambda x, w, b: x @ w + b,
            "this returns the scores alone. Return a pair: `out, (x, w)`; the backward pass needs both.",
        ),
        Mistake(
            "cache without w",
            lambda x, w, b: (x @ w + b, (x,)),
            "the cache lacks something: the gradient of x needs w, the gradient of w needs x. Keep `(x, w)`.",
        ),
    ),
)


def _upstreams(rng: Generator) -> Iterator[Case]:
    for n, d, m in SHAPES:
        cache = rng.normal(size=(n, d)), rng.normal(size=(d, m))
        yield case(f"x ({n}, {d}), w ({d}, {m})", rng.normal(size=(n, m)), cache)


def _square_upstreams(rng: Generator) -> Iterator[Case]:
    yield case("N = D = M = 3", rng.normal(size=(3, 3)), (rng.normal(size=(3, 3)), rng.normal(size=(3, 3))))
    yield case("one example", rng.normal(size=(1, 2)), (rng.normal(size=(1, 3)), rng.normal(size=(3, 2))))


def _affine_gradients(call: Callable[..., Any], rng: Generator) -> None:
    x, w, b, dout = (rng.normal(size=shape) for shape in ((4, 3), (3, 2), (2,), (4, 2)))
    dx, dw, db = call(dout, (x, w))
    require_gradient("dx", dx, lambda x: float(np.sum(dout * (x @ w + b))), x)
    require_gradient("dw", dw, lambda w: float(np.sum(dout * (x @ w + b))), w)
    require_gradient("db", db, lambda b: float(np.sum(dout * (x @ w + b))), b)


def _backward(**changed: Callable[[FloatArray, FloatArray, FloatArray], Any]) -> Callable[..., Any]:
    """The gradients of the affine layer as functions of dout, x and w, some of them written otherwise."""
    right: dict[str, Callable[[FloatArray, FloatArray, FloatArray], Any]] = {
        "dx": lambda dout, x, w: dout @ w.T,
        "dw": lambda dout, x, w: x.T @ dout,
        "db": lambda dout, x, w: dout.sum(axis=0),
    }
    return lambda dout, cache: tuple(gradient(dout, *cache) for gradient in (right | changed).values())


affine_backward = Exercise(
    layers.affine_backward,
    points=10,
    minutes=20,
    difficulty=3,
    checks=(
        Values("Gradients with a random upstream", 4, _upstreams),
        Values("Square matrices, and a single example", 2, _square_upstreams),
        Property("Each gradient against the numerical one", 2, _affine_gradients),
    ),
    mistakes=(
        Mistake(
            "averaged over the batch",
            _backward(dw=lambda dout, x, w: x.T @ dout / len(x), db=lambda dout, x, w: dout.mean(axis=0)),
            "`dw` and `db` are divided by N. The mean belongs to the *loss*, and `dout` carries its 1/N already: sum.",
        ),
        Mistake(
            "bias averaged",
            _backward(db=lambda dout, x, w: dout.mean(axis=0)),
            "`db` is a mean over the rows: b was added in every row, so its gradient is the *sum* over them.",
        ),
        Mistake(
            "bias summed over the outputs",
            _backward(db=lambda dout, x, w: dout.sum(axis=1)),
            "`db` is summed over the wrong axis: it has one entry for each output, so sum over the examples, axis 0.",
        ),
        Mistake(
            "bias not summed",
            _backward(db=lambda dout, x, w: dout),
            "`db` is `dout` itself. b (M,) was added to N rows: its gradient is the sum over them.",
        ),
        Mistake(
            "w not transposed",
            _backward(dx=lambda dout, x, w: dout @ w),
            "`dx` lacks a transpose: going back, w leads from the outputs to the inputs, `dout @ w.T`.",
        ),
        Mistake(
            "dw transposed",
            _backward(dw=lambda dout, x, w: dout.T @ x),
            "`dw` is the transpose of what is asked: it must have the shape of w, (D, M). Exchange the factors.",
        ),
        Mistake(
            "upstream of ones",
            _backward(dw=lambda dout, x, w: x.T @ np.ones_like(dout)),
            "`dw` does not depend on `dout`: it is right only where every entry of dout is 1.",
        ),
    ),
)
