"""Exercise on the effect of a bias before batch norm and before other layers."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations, layers

from . import references
from .draws import both_signs, statistics

Pair = tuple[references.Forward, references.Backward]


def batchnorm_pair(gamma: FloatArray, beta: FloatArray) -> Pair:
    """Passes of batch norm in training, as functions of its input alone."""
    start = np.zeros_like(gamma), np.ones_like(gamma)
    return (
        lambda z: layers.batchnorm_forward(z, gamma, beta, *start)[:2],
        lambda dout, cache: layers.batchnorm_backward(dout, cache)[0],
    )


def _line_pair(slope: FloatArray) -> Pair:
    return lambda z: (slope * z, None), lambda dout, cache: slope * dout


def _affine_pair(w: FloatArray) -> Pair:
    return lambda z: (z @ w, None), lambda dout, cache: dout @ w.T


def _cubic_pair() -> Pair:
    return lambda z: (z + z**3, z), lambda dout, cache: dout * (1 + 3 * cache**2)


def _tanh_pair() -> Pair:
    return activations.tanh_forward, activations.tanh_backward


def _layer(rng: Generator, n: int = 6, d: int = 4, m: int = 3) -> tuple[FloatArray, ...]:
    """x, w, b and dout."""
    return rng.normal(size=(n, d)), rng.normal(size=(d, m)) / 2, both_signs(rng, m, 0.5, 1.5), rng.normal(size=(n, m))


def _other_layers(rng: Generator) -> Cases:
    yield case("tanh follows", *_tanh_pair(), *_layer(rng))
    yield case("a linear function follows", *_line_pair(rng.uniform(1, 2, 3) * [1, -1, 1]), *_layer(rng))
    yield case("tanh follows, N = M = 3", *_tanh_pair(), *_layer(rng, n=3))
    yield case("another affine layer follows", *_affine_pair(rng.normal(size=(3, 3))), *_layer(rng))


def _unequal_changes(rng: Generator) -> tuple[FloatArray, ...]:
    """As `_layer`, but the largest change through z + z³ is not that of the largest output in some column."""
    while True:
        x, w, b, dout = _layer(rng)
        without, out = (z + z**3 for z in (x @ w, x @ w + b))
        if np.any(np.abs(out.max(axis=0) - without.max(axis=0)) < 0.9 * np.abs(out - without).max(axis=0)):
            return x, w, b, dout


def _input_kept(rng: Generator) -> Cases:
    # A change of z in place would change the output or the cache, too.
    yield case("nothing follows, so `out` is the input", lambda z: (z, None), lambda dout, cache: dout, *_layer(rng))
    yield case("z + z³ follows, and its cache is z", *_cubic_pair(), *_unequal_changes(rng))


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
            raise Violation(
                f"`{name}` is not 0, although batch norm follows", f"largest entry {np.abs(value).max():.3g}"
            )


bias_effect = Exercise(
    references.bias_effect,
    points=7,
    minutes=12,
    difficulty=2,
    covers="sign one",
    importance="extra",
    checks=(
        Values("Layers whose output depends on the bias", 3.5, _other_layers),
        Values("A layer that returns or caches its input", 0.5, _input_kept),
        Values("A bias of 0", 0.5, _no_bias),
        Property("No effect and no gradient before batch norm", 0.5, _nothing_through_batchnorm),
    ),
    slips="""
        zero for every layer
            effect, db → np.zeros_like(b), np.zeros_like(b)
            you return zeros, which are right only before batch norm. Compute both results with `forward` and
            `backward`, because the bias can have an effect if another kind of layer follows.
        absolute value left out
            np.abs(out - without) → (out - without)
            you take the largest signed change, which overlooks negative changes. Take the absolute value with `np.abs`
            first.
        mean change
            .max(axis=0) → .mean(axis=0)
            you compute the mean change as `effect`. Compute the largest change of each output.
        largest of all
            np.abs(out - without).max(axis=0) → np.full(len(b), np.abs(out - without).max())
            you compute the same `effect` for all outputs. Compute the largest change in each column, over axis 0.
        one number
            .max(axis=0) → .max()
            you compute one `effect` for all outputs. Compute the largest change in each column, over axis 0.
        absolute value after the maximum
            np.abs(out - without).max(axis=0) → np.abs((out - without).max(axis=0))
            you take the absolute value after the maximum, which overlooks large negative changes. Apply `np.abs` first.
        difference of the largest
            np.abs(out - without).max(axis=0) → np.abs(out.max(axis=0) - without.max(axis=0))
            you subtract the largest outputs from each other. Subtract the outputs example by example first, and then
            take the largest change.
        the bias itself
            np.abs(out - without).max(axis=0) → np.abs(b)
            you return the absolute value of b as `effect`. Call `forward` with and without b, and compare the outputs
            of the layer *that follows*.
        over the outputs
            .max(axis=0) → .max(axis=1)
            you compute one entry of `effect` for each example. Compute one for each output, with the maximum over axis
            0.
        not through the layer
            backward(dout, cache).sum → dout.sum
            you compute `db` as the sum of dout. Pass dout through `backward` first, because the layer comes between the
            bias and `out`.
        not summed
            backward(dout, cache).sum(axis=0) → backward(dout, cache)
            you return a row of `db` for each example. Sum over axis 0, because b is added to every example.
        results exchanged
            effect, db → db, effect
            you return the two results in the wrong order. Return `effect, db`.
        averaged
            cache).sum → cache).mean
            you compute `db` as a mean. *Sum* over the N rows, because b is added to each of them.
        cache without the bias
            without, _ = → without, cache =
            you compute `db` at b = 0. Pass `backward` the cache of the forward pass *with* the bias.
        half of the way from −b to b
            forward(x @ w) → forward(x @ w - b)
            .max(axis=0) → .max(axis=0) / 2
            you compare b with −b and halve the change, which is right only for a linear layer. Compare with no bias,
            `forward(x @ w)`.
        bias doubled
            forward(x @ w) → forward(x @ w + 2 * b)
            you compare with another bias. Compare with no bias, `forward(x @ w)`.
        bias subtracted in place
            out, cache = forward(x @ w + b) → z = x @ w + b ⏎ out, cache = forward(z)
            without, _ = forward(x @ w) → z -= b ⏎ without, _ = forward(z)
            you change an array in place after you passed it to `forward`, which may return or cache this very array.
            Pass a new array to each call.
    """,
)
