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
    """Layers with N = D = M, in which a wrong product still has the right shape."""
    yield case("N = D = M = 3", rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3))
    yield case("one example", rng.normal(size=(1, 3)), rng.normal(size=(3, 2)), rng.normal(size=2))


affine_forward = Exercise(
    layers.affine_forward,
    points=5,
    minutes=5,
    difficulty=1,
    covers="sign one",
    importance="core",
    checks=(
        Values("Scores and cache", 2.5, _layers),
        Values("Square matrices, and a single example", 0.5, _square_layers),
    ),
    slips="""
        bias missing
            x @ w + b → x @ w
            you leave out the bias. Add `b`, which NumPy repeats for every row.
        product in the other order
            x @ w → w @ x
            you compute `w @ x`. Put `x` first, because (N, D) @ (D, M) has the shape (N, M) of `out`.
        product entry by entry
            x @ w → x * w
            you multiply entry by entry, as `*` does. Use `@` for the matrix product.
        bias added to columns
            + b → + b[:, np.newaxis]
            you add a different entry of `b` to each row. Add the whole of `b` to every row, because `b` has one entry
            for each *output*.
        weights transposed
            x @ w → x @ w.T
            you transpose `w`. Use `w` as it is, because its shape is already (D, M), with one column for each output.
        no cache
            return out, (x, w) → return out
            you return only `out`. Return the pair `out, (x, w)`, because the backward pass needs the cache.
        cache without w
            (x, w) → (x,)
            you leave an array out of the cache. Store `(x, w)`, because the gradient of `x` needs `w` and the gradient
            of `w` needs `x`.
        cache of the bias trick
            return out, (x, w) → return out, (np.column_stack([x, np.ones(len(x))]), np.vstack([w, b]))
            your `out` is right, but your cache holds x with a column of ones and w with `b` as another row. Store `x`
            and `w` as you received them, because their gradients must have the same shapes.
        cache in the other order
            (x, w) → (w, x)
            your cache is in the wrong order. Store `(x, w)`, because the backward pass unpacks the cache in this order.
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
    covers="sign one",
    importance="core",
    checks=(
        Values("Gradients for a random upstream gradient", 5, _upstreams),
        Values("Square matrices, and a single example", 1, _square_upstreams),
        Property("Each gradient against the numerical one", 2, _affine_gradients),
    ),
    slips="""
        averaged over the batch
            x.T @ dout → x.T @ dout / len(x)
            dout.sum(axis=0) → dout.mean(axis=0)
            your `dw` and `db` are means over the examples. Sum over the examples instead, because `dout` already
            contains the 1/N of the loss.
        weights' gradient averaged
            x.T @ dout → x.T @ dout / len(x)
            your `dw` is a mean over the examples. Sum over the examples instead, because `dout` already contains the
            1/N of the loss.
        bias averaged
            dout.sum(axis=0) → dout.mean(axis=0)
            you average `dout` over the rows to get `db`. *Sum* over the rows, because `b` was added to every row.
        bias summed over the outputs
            dout.sum(axis=0) → dout.sum(axis=1)
            you sum `dout` over the outputs to get `db`. Sum over the examples with `axis=0`, because `b` has one entry
            for each output.
        bias summed over everything
            dout.sum(axis=0) → dout.sum()
            you sum all of `dout`, so `db` is one number. Sum over the examples only, with `axis=0`, because `b` has one
            entry for each output.
        bias squeezed
            dout.sum(axis=0) → np.squeeze(dout.sum(axis=0, keepdims=True))
            if there is one output, your `db` has shape () instead of (1,), as after `np.squeeze`. Use
            `dout.sum(axis=0)` as it is, because `b` has shape (M,).
        bias keeps an axis
            dout.sum(axis=0) → dout.sum(axis=0, keepdims=True)
            your `db` has shape (1, M). Use `dout.sum(axis=0)` without `keepdims=True`, because `b` has shape (M,).
        bias not summed
            dout.sum(axis=0) → dout
            you return `dout` itself as `db`. Sum `dout` over the rows, because `b` was added to every row.
        w not transposed
            dout @ w.T → dout @ w
            you leave out a transpose in `dx`. Use `dout @ w.T`, which multiplies (N, M) by (M, D).
        dw transposed
            x.T @ dout → dout.T @ x
            your `dw` is transposed. Compute `x.T @ dout`, which has the shape (D, M) of `w`.
        x not transposed
            x.T @ dout → x @ dout
            you leave out a transpose in `dw`. Use `x.T @ dout`, which multiplies (D, N) by (N, M).
        upstream of ones
            x.T @ dout → x.T @ np.ones_like(dout)
            you ignore `dout` in `dw`, which is right only if every entry of `dout` is 1. Use `x.T @ dout`.
        gradients in another order
            return dout @ w.T, x.T @ dout → return x.T @ dout, dout @ w.T
            you return the gradients in the wrong order. Return `dx, dw, db`.
    """,
)
