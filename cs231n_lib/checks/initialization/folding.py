"""Exercises on batch norm and the affine layer before it: a bias without effect, and two layers made one."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib import activations, layers
from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray

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
        if value.shape != (3,) or not np.abs(value).max() < 1e-9:
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


def _normed_layers(rng: Generator) -> Iterator[Case]:
    for d, m in ((4, 3), (2, 5)):
        yield case(f"w of shape ({d}, {m})", rng.normal(size=(d, m)), rng.normal(size=m), *statistics(rng, m))


def _square_layer(rng: Generator) -> Iterator[Case]:
    yield case("D = M = 3, eps = 0.5", rng.normal(size=(3, 3)), rng.normal(size=3), *statistics(rng, 3), eps=0.5)


def _same_function(call: Callable[..., Any], rng: Generator) -> None:
    x, w, b = rng.normal(size=(6, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    parameters = statistics(rng, 3)
    folded_w, folded_b = call(w, b, *parameters)
    two, one = layers.batchnorm_inference(x @ w + b, *parameters), x @ folded_w + folded_b
    if np.shape(one) != two.shape or not np.allclose(one, two, rtol=1e-9, atol=1e-9):
        # The numbers also keep a mistake from being named for what another one did.
        first, other = np.ravel(two)[0], np.ravel(one)[0]
        raise Wrong(
            "the folded layer does not give what the two layers give", f"for one example {other:.6g}, not {first:.6g}"
        )


def _fold(
    scale: Callable[..., Any] = lambda g, v, eps: g / np.sqrt(v + eps),
    weights: Callable[[FloatArray, FloatArray], Any] = lambda w, scale: w * scale,
    bias: Callable[..., Any] = lambda b, scale, mean, beta: scale * (b - mean) + beta,
) -> Callable[..., Any]:
    def implementation(
        w: FloatArray,
        b: FloatArray,
        gamma: FloatArray,
        beta: FloatArray,
        running_mean: FloatArray,
        running_var: FloatArray,
        eps: float = 1e-5,
    ) -> Any:
        factor = scale(gamma, running_var, eps)
        return weights(w, factor), bias(b, factor, running_mean, beta)

    return implementation


fold_batchnorm = Exercise(
    layers.fold_batchnorm,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Weights and biases", 3, _normed_layers),
        Values("A square layer, a large ε", 1, _square_layer),
        Property("The same outputs as the two layers", 2, _same_function),
    ),
    mistakes=(
        Mistake(
            "running mean forgotten",
            _fold(bias=lambda b, scale, mean, beta: scale * b + beta),
            "the new bias lacks the running mean: batch norm subtracts it *before* it scales, (b − mean) · scale + β.",
        ),
        Mistake(
            "mean not scaled",
            _fold(bias=lambda b, scale, mean, beta: scale * b - mean + beta),
            "the running mean is subtracted before the scaling, so it is scaled as well: (b − mean) · scale + β.",
        ),
        Mistake(
            "old bias forgotten",
            _fold(bias=lambda b, scale, mean, beta: beta - scale * mean),
            "the new bias lacks the old one, `b`: it goes through batch norm as well, (b − mean) · scale + β.",
        ),
        Mistake(
            "bias not scaled",
            _fold(bias=lambda b, scale, mean, beta: b - scale * mean + beta),
            "the old bias goes through batch norm, too: it is scaled, (b − mean) · scale + β.",
        ),
        Mistake(
            "shift forgotten",
            _fold(bias=lambda b, scale, mean, beta: scale * (b - mean)),
            "β is missing in the new bias.",
        ),
        Mistake(
            "bias left as it was",
            _fold(bias=lambda b, scale, mean, beta: b.copy()),
            "the bias is the old one. Follow a constant through batch norm: it is shifted, scaled, shifted again.",
        ),
        Mistake(
            "rows scaled",
            _fold(weights=lambda w, scale: w * np.resize(scale, len(w))[:, np.newaxis]),
            "the scale belongs to the *outputs*, the columns of w: `w * scale` multiplies column by column.",
        ),
        Mistake(
            "root missing",
            _fold(scale=lambda g, v, eps: g / (v + eps)),
            "the scale divides by the variance: γ/√(var + ε).",
        ),
        Mistake(
            "ε outside the root",
            _fold(scale=lambda g, v, eps: g / (np.sqrt(v) + eps)),
            "ε belongs inside the root: γ/√(var + ε).",
        ),
        Mistake(
            "γ forgotten",
            _fold(scale=lambda g, v, eps: 1 / np.sqrt(v + eps)),
            "γ is missing in the scale: γ/√(var + ε).",
        ),
    ),
)
