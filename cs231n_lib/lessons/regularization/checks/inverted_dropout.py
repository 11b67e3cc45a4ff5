"""Exercise on inverted dropout, which scales in training, and on its backward pass."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Exercise, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_own_gradient
from cs231n_lib.contracts import FloatArray

from . import random_masks as masks
from . import references


def _ends(rng: Generator) -> Cases:
    # Like outputs of ReLU, so that where x is 0 the mask cannot be read off the output, but the gradient needs it.
    for label, drop_prob in (("drop_prob = 0 drops nothing", 0.0), ("everything is dropped", masks.NEARLY_ALL)):
        x = np.maximum(rng.normal(size=(5, 6)), 0)
        x[0, 0], x[1, 1] = 0, 1
        yield case(label, x, rng.normal(size=(5, 6)), drop_prob, rng)


def _out(call: Caller) -> masks.Drop:
    return masks.Drop(call, lambda x, drop_prob, rng: (x, x.copy(), drop_prob, rng))


def _mask(call: Caller, rng: Generator) -> None:
    for drop_prob in (0.2, 0.7):
        x = masks.positive(rng)
        out = masks.require_mask(_out(call), x, drop_prob, rng)
        masks.require_factor(out, x, 1 / (1 - drop_prob), "Multiply them by 1 / (1 − `drop_prob`)")


def _other_shapes(call: Caller, rng: Generator) -> None:
    for shape in masks.OTHER_SHAPES:
        x = masks.positive(rng, shape)
        masks.require_mask(_out(call), x, 0.2, rng)


def _draws(call: Caller, rng: Generator) -> None:
    masks.require_draws(_out(call), rng)


def _same_places(call: Caller, rng: Generator) -> None:
    x, dout = masks.positive(rng), masks.positive(rng)
    masks.some_dropped(_out(call), x, 0.4, rng)
    out, dx = masks.pair(call(x, dout, 0.4, rng))
    others = float(np.mean((out == 0) != (dx == 0)))
    if others:
        where = f"at about {10 * round(10 * others)} % of the entries only one of the two is 0"
        raise Violation("the zeros of the gradient are not those of the output. Multiply both by the same mask", where)
    passes = out != 0
    forth, back = (out / x)[passes], (dx / dout)[passes]
    if not np.allclose(forth, back, rtol=1e-9):
        numbers = f"at one entry the output's factor is {forth[0]:.3g} and the gradient's {back[0]:.3g}"
        raise Violation(
            "you multiply the gradient and the output by different factors. Use the same factor for both", numbers
        )


def _gradient(call: Caller, rng: Generator) -> None:
    x, dout = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    masks.some_dropped(_out(call), masks.positive(rng), 0.4, rng)
    seed = int(rng.integers(2**32))

    def arguments(x: FloatArray) -> tuple[Any, ...]:
        return x, dout, 0.4, np.random.default_rng(seed)

    _, dx = call(*arguments(x))
    require_own_gradient("dx", dx, call, arguments, lambda both: np.sum(dout * both[0]), x)


inverted_dropout = Exercise(
    references.inverted_dropout,
    points=14,
    minutes=20,
    difficulty=3,
    covers="sign",
    importance="core",
    forbidden=(*masks.LIBRARY, references.vanilla_dropout),
    required_row="Mask and scale of the output",
    checks=(
        Values("Nothing dropped and everything dropped", 1.5, _ends),
        Property("Mask and scale of the output", 6, _mask, central=True),
        Property("A new draw from the given generator for each entry", 1.25, _draws),
        Property("The same mask and factor for output and gradient", 1, _same_places),
        Property("Gradient against the numerical gradient", 4.25, _gradient, central=True),
        Property("x with one axis and with three axes", 1, _other_shapes),
    ),
    slips="""
        kept with probability drop_prob
            < keep_prob) → < drop_prob)
            you keep an entry with probability `drop_prob`. *Drop* it with this probability. For example, keep it if a
            draw from `rng.random` is at least `drop_prob`.
        kept with probability drop_prob, and divided by it
            keep_prob = 1 - drop_prob → keep_prob = drop_prob
            you use `drop_prob` as the probability of *keeping* an entry, as the summary's code uses p. Keep an entry
            with probability 1 − `drop_prob`, and divide by this probability.
        divided by drop_prob
            / keep_prob → / drop_prob
            you divide by the fraction that is *dropped*. Divide by the fraction that is kept, 1 − `drop_prob`.
        drop_prob typed in
            keep_prob = 1 - drop_prob → keep_prob = 0.25
            you always drop 75 % of the entries, as in the docstring's example. Use the argument `drop_prob`.
        not scaled
            / keep_prob →
            you leave out the division, as in vanilla dropout, so the output is too small on average. Divide both the
            output and the gradient by 1 − `drop_prob`.
        multiplied
            / keep_prob → * keep_prob
            you multiply by 1 − `drop_prob`. Divide by it, so that the entries that are kept make up for the dropped
            ones.
        scaled twice
            / keep_prob → / keep_prob / keep_prob
            you divide by 1 − `drop_prob` twice. Divide only once, either in the mask or after it.
        gradient not scaled
            dout * mask → dout * (mask > 0)
            you leave the factor 1/(1 − `drop_prob`) out of the gradient. Divide `dx` by 1 − `drop_prob`, too, because
            both passes use the same factor.
        gradient multiplied
            dout * mask → dout * (mask > 0) * keep_prob
            in the backward pass you multiply by 1 − `drop_prob`. Divide by it, as in the forward pass.
        gradient scaled twice
            dout * mask → dout * mask / keep_prob
            you divide the gradient by 1 − `drop_prob` twice. Divide it only once. If the scale is in the mask already,
            return dx = dout · mask.
        mask read off the output
            dout * mask → dout * (out != 0) / keep_prob
            you treat every output of 0 as dropped, although x itself may be 0, as after a ReLU. Keep the mask of the
            forward pass, and use it for the gradient.
        gradient without dout
            dout * mask → mask
            you return only the mask as `dx`. Multiply it by the upstream gradient `dout`, as the chain rule says.
        x for dout
            dout * mask → x * mask
            you return the output again as `dx`. Multiply the mask by `dout`, not by x.
        x in the gradient
            dout * mask → dout * mask * x
            your `dx` contains x, as in `dout * out`. Multiply `dout` only by the factor that multiplies x in `out`,
            which is 0 for a dropped entry and 1/(1 − `drop_prob`) for the others.
        another mask in the backward pass
            dout * mask → dout * (rng.random(x.shape) < keep_prob) / keep_prob
            you draw a second mask in the backward pass, so the output and the gradient belong to different networks.
            Draw one mask, and use it in both passes.
        gradient passes unhindered
            dout * mask → dout.copy()
            you return `dout` unchanged. Multiply it by the factor that multiplies x in `out`, which is 0 for a dropped
            entry and 1/(1 − `drop_prob`) for the others.
        mask from a normal distribution
            rng.random(x.shape) < keep_prob → rng.normal(size=x.shape) >= drop_prob
            your draws are not uniform between 0 and 1, perhaps because they come from `normal` or `randn`. Draw with
            `rng.random`, so that the right fraction is dropped.
        mask from a normal distribution, kept below drop_prob
            rng.random(x.shape) < keep_prob → rng.normal(size=x.shape) < drop_prob
            your draws are not uniform between 0 and 1, perhaps because they come from `normal` or `randn`. Draw with
            `rng.random`, and keep an entry if its draw is below 1 − `drop_prob`.
        mask from a normal distribution, below 1 − drop_prob
            rng.random(x.shape) → rng.normal(size=x.shape)
            your draws are not uniform between 0 and 1, perhaps because they come from `normal` or `randn`. Draw with
            `rng.random`, so that the right fraction is dropped.
        mask from a normal distribution, drop_prob kept
            keep_prob = 1 - drop_prob → keep_prob = drop_prob
            rng.random(x.shape) → rng.normal(size=x.shape)
            your draws are not uniform between 0 and 1, perhaps because they come from `normal` or `randn`. Draw with
            `rng.random`, keep an entry with probability 1 − `drop_prob`, and divide by this probability.
        fixed number dropped
            rng.random(x.shape) < keep_prob → rng.permutation(x.size).reshape(x.shape) >= round(drop_prob * x.size)
            you drop the same number of entries each time. Draw an independent number for each entry with
            `rng.random(x.shape)`.
        nothing dropped
            (rng.random(x.shape) < keep_prob) / keep_prob → rng.random(x.shape) < keep_prob / keep_prob
            you drop nothing and scale nothing, perhaps because you write `draw < keep / keep`, which means `draw < 1`.
            Compare a draw for each entry with the probability of keeping it, in brackets, and divide the result by this
            probability.
        brackets around 1 − drop_prob left out
            / keep_prob → / 1 - drop_prob
            you subtract `drop_prob` from the mask, as `mask / 1 - drop_prob` does. Put the divisor in brackets, as in
            `mask / (1 - drop_prob)`.
        one draw per example
            rng.random(x.shape) → rng.random((len(x), *[1] * (x.ndim - 1)))
            you keep or drop each example as a whole. Draw a number for each *entry* with `rng.random(x.shape)`.
        one mask for the whole batch
            rng.random(x.shape) → rng.random(x.shape[1:])
            you use one mask for all examples. Draw a number for each *entry* with `rng.random(x.shape)`.
        draws from another generator
            rng.random(x.shape) → np.random.random(x.shape)
            two generators `rng` with the same seed give different masks, perhaps because you draw with `np.random.…` or
            from a generator of your own. Draw from `rng`.
        same mask in every call
            rng.random(x.shape) → np.random.default_rng(0).random(x.shape)
            every call draws the same mask, perhaps because you create a generator or set a seed inside the function.
            Use the generator `rng` that is passed in.
        arguments changed
            out = x * mask → out = np.multiply(x, mask, out=x)
            dx = dout * mask → dx = np.multiply(dout, mask, out=dout)
            you change the caller's arrays in place, as `x *= …` and `dout *= …` do. Make new arrays.
    """,
)
