"""An exercise on the affine layer before batch norm: what its bias does to what follows."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations, layers

from . import references
from .draws import both_signs, statistics

Pair = tuple[references.Forward, references.Backward]


def batchnorm_pair(gamma: FloatArray, beta: FloatArray) -> Pair:
    """Batch norm while training as a function of its input alone, and the way back."""
    start = np.zeros_like(gamma), np.ones_like(gamma)
    return (
        lambda z: layers.batchnorm_forward(z, gamma, beta, *start)[:2],
        lambda dout, cache: layers.batchnorm_backward(dout, cache)[0],
    )


def _line_pair(slope: FloatArray) -> Pair:
    return lambda z: (slope * z, None), lambda dout, cache: slope * dout


def _tanh_pair() -> Pair:
    return activations.tanh_forward, activations.tanh_backward


def _layer(rng: Generator, n: int = 6, d: int = 4, m: int = 3) -> tuple[FloatArray, ...]:
    """x, w, b and dout."""
    return rng.normal(size=(n, d)), rng.normal(size=(d, m)) / 2, both_signs(rng, m, 0.5, 1.5), rng.normal(size=(n, m))


def _other_layers(rng: Generator) -> Cases:
    yield case("tanh follows", *_tanh_pair(), *_layer(rng))
    yield case("a line follows", *_line_pair(rng.uniform(1, 2, 3) * [1, -1, 1]), *_layer(rng))
    yield case("tanh follows, N = M = 3", *_tanh_pair(), *_layer(rng, n=3))


def _no_bias(rng: Generator) -> Cases:
    x, w, b, dout = _layer(rng)
    yield case("a bias of 0 before tanh", *_tanh_pair(), x, w, 0 * b, dout)


def _nothing_through_batchnorm(call: Function, rng: Generator) -> None:
    gamma, beta, _, _ = statistics(rng, 3)
    effect, db = (np.asarray(v, dtype=float) for v in call(*batchnorm_pair(gamma, beta), *_layer(rng)))
    for name, value in (("effect", effect), ("db", db)):
        if value.shape != (3,):
            raise Violation(f"`{name}` does not have the shape of b", f"{value.shape}, not (3,)")
        if not np.abs(value).max() < 1e-9:
            raise Violation(f"batch norm follows, but `{name}` is not 0", f"largest entry {np.abs(value).max():.3g}")


bias_effect = Exercise(
    references.bias_effect,
    points=7,
    minutes=12,
    difficulty=2,
    importance="extra",
    checks=(
        Values("Layers that a bias does change", 3, _other_layers),
        Values("No bias, no effect", 1, _no_bias),
        Property("Batch norm follows: all zero", 1, _nothing_through_batchnorm),
    ),
    slips="""
        zero for every layer
            effect, db → np.zeros_like(b), np.zeros_like(b)
            you return what comes out for batch norm. Compute it: other layers may follow, and there a bias counts.
        size left out
            np.abs(out - without) → (out - without)
            a change may be negative: take its size, `np.abs`, before you look for the largest.
        mean change
            .max(axis=0) → .mean(axis=0)
            `effect` is the mean change, the largest is asked.
        largest of all
            np.abs(out - without).max(axis=0) → np.full(len(b), np.abs(out - without).max())
            `effect` is one number for all outputs: look for the largest in each column, over axis 0.
        one number
            .max(axis=0) → .max()
            `effect` is one number for all outputs: look for the largest in each column, over axis 0.
        size of the largest
            np.abs(out - without).max(axis=0) → np.abs((out - without).max(axis=0))
            the size is taken after the largest was found, so large negative changes are lost: `np.abs` first.
        difference of the largest
            np.abs(out - without).max(axis=0) → np.abs(out.max(axis=0) - without.max(axis=0))
            these are the largest outputs, and their difference. Subtract first, example by example, then look for the
            largest change.
        the bias itself
            np.abs(out - without).max(axis=0) → np.abs(b)
            `effect` is the size of b. What comes out of the layer *that follows* counts: call `forward`.
        over the outputs
            .max(axis=0) → .max(axis=1)
            `effect` has one entry for each example. One for each output is asked: over axis 0.
        not through the layer
            backward(dout, cache).sum → dout.sum
            `db` is the sum of dout: between the bias and `out` lies the layer, so lead dout through `backward` first.
        not summed
            backward(dout, cache).sum(axis=0) → backward(dout, cache)
            `db` has a row for each example. b was added to each of them: sum over axis 0.
        results exchanged
            effect, db → db, effect
            the two results are in the other order: (effect, db) is asked.
        averaged
            cache).sum → cache).mean
            `db` is a mean: b was added to N rows, its gradient is the *sum* over them.
        cache without the bias
            without, _ = → without, cache =
            `db` is taken at b = 0: `backward` needs the cache of the forward pass *with* the bias.
        bias doubled
            forward(x @ w) → forward(x @ w + 2 * b)
            you compare with another bias. Compare with none at all: `forward(x @ w)`.
    """,
)
