"""Exercises on the affine layer, forward and backward."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.functions import layers

SHAPES = ((4, 3, 2), (2, 5, 3))


def _layers(rng: Generator) -> Cases:
    for n, d, m in SHAPES:
        yield case(f"x ({n}, {d}), w ({d}, {m})", rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m))


def _square_layers(rng: Generator) -> Cases:
    """Where N, D and M are equal a wrong product still has the right shape."""
    yield case("N = D = M = 3", rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3))
    yield case("one example", rng.normal(size=(1, 3)), rng.normal(size=(3, 2)), rng.normal(size=2))


affine_forward = Exercise(
    layers.affine_forward,
    points=5,
    minutes=5,
    difficulty=1,
    importance="core",
    checks=(
        Values("Scores and cache", 2, _layers),
        Values("Square matrices, and a single example", 1, _square_layers),
    ),
    slips="""
        bias missing
            x @ w + b → x @ w
            the bias is missing: add b, which goes to every row.
        product in the other order
            x @ w → w @ x
            this is w @ x. The rows of x are the examples, so x comes first: (N, D) @ (D, M).
        product entry by entry
            x @ w → x * w
            `*` multiplies entry by entry; the matrix product is `@`.
        bias added to columns
            + b → + b[:, np.newaxis]
            b has one entry for each *output*: add it as it is, and NumPy repeats it for every row.
        weights transposed
            x @ w → x @ w.T
            w is (D, M) already, one column for each output: no transpose.
        no cache
            return out, (x, w) → return out
            this returns the scores alone. Return a pair: `out, (x, w)`; the backward pass needs both.
        cache without w
            (x, w) → (x,)
            the cache lacks something: the gradient of x needs w, the gradient of w needs x. Keep `(x, w)`.
        cache in the other order
            (x, w) → (w, x)
            the cache is the pair `(x, w)`, in this order: the backward pass unpacks it so.
    """,
)


def _upstreams(rng: Generator) -> Cases:
    for n, d, m in SHAPES:
        cache = rng.normal(size=(n, d)), rng.normal(size=(d, m))
        yield case(f"x ({n}, {d}), w ({d}, {m})", rng.normal(size=(n, m)), cache)


def _square_upstreams(rng: Generator) -> Cases:
    yield case("N = D = M = 3", rng.normal(size=(3, 3)), (rng.normal(size=(3, 3)), rng.normal(size=(3, 3))))
    yield case("one example", rng.normal(size=(1, 2)), (rng.normal(size=(1, 3)), rng.normal(size=(3, 2))))


def _affine_gradients(call: Function, rng: Generator) -> None:
    x, w, b, dout = (rng.normal(size=shape) for shape in ((4, 3), (3, 2), (2,), (4, 2)))
    dx, dw, db = call(dout, (x, w))
    require_gradient("dx", dx, lambda x: float(np.sum(dout * (x @ w + b))), x)
    require_gradient("dw", dw, lambda w: float(np.sum(dout * (x @ w + b))), w)
    require_gradient("db", db, lambda b: float(np.sum(dout * (x @ w + b))), b)


affine_backward = Exercise(
    layers.affine_backward,
    points=10,
    minutes=20,
    difficulty=3,
    importance="core",
    checks=(
        Values("Gradients with a random upstream", 4, _upstreams),
        Values("Square matrices, and a single example", 2, _square_upstreams),
        Property("Each gradient against the numerical one", 2, _affine_gradients),
    ),
    slips="""
        averaged over the batch
            x.T @ dout → x.T @ dout / len(x)
            dout.sum(axis=0) → dout.mean(axis=0)
            `dw` and `db` are divided by N. The mean belongs to the *loss*, and `dout` carries its 1/N already: sum.
        weights' gradient averaged
            x.T @ dout → x.T @ dout / len(x)
            `dw` is divided by N. The mean belongs to the *loss*, and `dout` carries its 1/N already.
        bias averaged
            dout.sum(axis=0) → dout.mean(axis=0)
            `db` is a mean over the rows: b was added in every row, so its gradient is the *sum* over them.
        bias summed over the outputs
            dout.sum(axis=0) → dout.sum(axis=1)
            `db` is summed over the wrong axis: it has one entry for each output, so sum over the examples, axis 0.
        bias summed over everything
            dout.sum(axis=0) → dout.sum()
            `db` is one number: it has one entry for each output, so sum over the examples only, axis 0.
        bias keeps an axis
            dout.sum(axis=0) → dout.sum(axis=0, keepdims=True)
            `db` has the shape (1, M): b is (M,), so leave out `keepdims=True`.
        bias not summed
            dout.sum(axis=0) → dout
            `db` is `dout` itself. b (M,) was added to N rows: its gradient is the sum over them.
        w not transposed
            dout @ w.T → dout @ w
            `dx` lacks a transpose: going back, w leads from the outputs to the inputs, `dout @ w.T`.
        dw transposed
            x.T @ dout → dout.T @ x
            `dw` is the transpose of what is asked: it must have the shape of w, (D, M). Exchange the factors.
        x not transposed
            x.T @ dout → x @ dout
            `dw` lacks a transpose: (D, N) @ (N, M) is `x.T @ dout`.
        upstream of ones
            x.T @ dout → x.T @ np.ones_like(dout)
            `dw` does not depend on `dout`: it is right only where every entry of dout is 1.
        gradients in another order
            return dout @ w.T, x.T @ dout → return x.T @ dout, dout @ w.T
            the gradients come in the order `dx, dw, db`.
    """,
)
