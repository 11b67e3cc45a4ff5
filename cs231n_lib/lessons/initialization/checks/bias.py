"""An exercise on the affine layer before batch norm: what its bias does to what follows."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations, layers

from . import references
from .batchnorm import statistics

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
    return rng.normal(size=(n, d)), rng.normal(size=(d, m)) / 2, rng.normal(size=m), rng.normal(size=(n, m))


def _other_layers(rng: Generator) -> Iterator[Case]:
    yield case("tanh follows", *_tanh_pair(), *_layer(rng))
    yield case("a line follows", *_line_pair(rng.uniform(1, 2, 3) * [1, -1, 1]), *_layer(rng))
    yield case("tanh follows, N = M = 3", *_tanh_pair(), *_layer(rng, n=3))


def _no_bias(rng: Generator) -> Iterator[Case]:
    x, w, b, dout = _layer(rng)
    yield case("a bias of 0 before tanh", *_tanh_pair(), x, w, 0 * b, dout)


def _nothing_through_batchnorm(call: Callable[..., Any], rng: Generator) -> None:
    gamma, beta, _, _ = statistics(rng, 3)
    effect, db = (np.asarray(v, dtype=float) for v in call(*batchnorm_pair(gamma, beta), *_layer(rng)))
    for name, value in (("effect", effect), ("db", db)):
        if value.shape != (3,):
            raise Wrong(f"`{name}` does not have the shape of b", f"{value.shape}, not (3,)")
        if not np.abs(value).max() < 1e-9:
            raise Wrong(f"batch norm follows, but `{name}` is not 0", f"largest entry {np.abs(value).max():.3g}")


def _effect(
    effect: Callable[[FloatArray, FloatArray], Any] = lambda out, without: np.abs(out - without).max(axis=0),
    db: Callable[[FloatArray, FloatArray], Any] = lambda dz, dout: dz.sum(axis=0),
    cached: Callable[[FloatArray, FloatArray], FloatArray] = lambda z, b: z + b,
    other: Callable[[FloatArray, FloatArray], FloatArray] = lambda z, b: z,
) -> Callable[..., Any]:
    """Both results, some steps written otherwise; z is x @ w."""

    def implementation(
        forward: references.Forward,
        backward: references.Backward,
        x: FloatArray,
        w: FloatArray,
        b: FloatArray,
        dout: FloatArray,
    ) -> Any:
        z = x @ w
        _, cache = forward(cached(z, b))
        return effect(forward(z + b)[0], forward(other(z, b))[0]), db(backward(dout, cache), dout)

    return implementation


bias_effect = Exercise(
    references.bias_effect,
    points=7,
    minutes=12,
    difficulty=2,
    checks=(
        Values("Layers that a bias does change", 3, _other_layers),
        Values("No bias, no effect", 1, _no_bias),
        Property("Batch norm follows: all zero", 1, _nothing_through_batchnorm),
    ),
    mistakes=(
        Mistake(
            "zero for every layer",
            lambda forward, backward, x, w, b, dout: (np.zeros_like(b), np.zeros_like(b)),
            "you return what comes out for batch norm. Compute it: other layers may follow, and there a bias counts.",
        ),
        Mistake(
            "size left out",
            _effect(effect=lambda out, without: (out - without).max(axis=0)),
            "a change may be negative: take its size, `np.abs`, before you look for the largest.",
        ),
        Mistake(
            "mean change",
            _effect(effect=lambda out, without: np.abs(out - without).mean(axis=0)),
            "`effect` is the mean change, the largest is asked.",
        ),
        Mistake(
            "largest of all",
            _effect(effect=lambda out, without: np.full(out.shape[1], np.abs(out - without).max())),
            "`effect` is one number for all outputs: look for the largest in each column, over axis 0.",
        ),
        Mistake(
            "one number",
            _effect(effect=lambda out, without: np.abs(out - without).max()),
            "`effect` is one number for all outputs: look for the largest in each column, over axis 0.",
        ),
        Mistake(
            "size of the largest",
            _effect(effect=lambda out, without: np.abs((out - without).max(axis=0))),
            "the size is taken after the largest was found, so large negative changes are lost: `np.abs` first.",
        ),
        Mistake(
            "difference of the largest",
            _effect(effect=lambda out, without: np.abs(out.max(axis=0) - without.max(axis=0))),
            "these are the largest outputs, and their difference. Subtract first, example by example, then look for "
            "the largest change.",
        ),
        Mistake(
            "the bias itself",
            lambda forward, backward, x, w, b, dout: (np.abs(b), _effect()(forward, backward, x, w, b, dout)[1]),
            "`effect` is the size of b. What comes out of the layer *that follows* counts: call `forward`.",
        ),
        Mistake(
            "over the outputs",
            _effect(effect=lambda out, without: np.abs(out - without).max(axis=1)),
            "`effect` has one entry for each example. One for each output is asked: over axis 0.",
        ),
        Mistake(
            "not through the layer",
            _effect(db=lambda dz, dout: dout.sum(axis=0)),
            "`db` is the sum of dout: between the bias and `out` lies the layer, so lead dout "
            "through `backward` first.",
        ),
        Mistake(
            "not summed",
            _effect(db=lambda dz, dout: dz),
            "`db` has a row for each example. b was added to each of them: sum over axis 0.",
        ),
        Mistake(
            "results exchanged",
            lambda *args: _effect()(*args)[::-1],
            "the two results are in the other order: (effect, db) is asked.",
        ),
        Mistake(
            "averaged",
            _effect(db=lambda dz, dout: dz.mean(axis=0)),
            "`db` is a mean: b was added to N rows, its gradient is the *sum* over them.",
        ),
        Mistake(
            "cache without the bias",
            _effect(cached=lambda z, b: z),
            "`db` is taken at b = 0: `backward` needs the cache of the forward pass *with* the bias.",
        ),
        Mistake(
            "bias doubled",
            _effect(other=lambda z, b: z + 2 * b),
            "you compare with another bias. Compare with none at all: `forward(x @ w)`.",
        ),
    ),
)
