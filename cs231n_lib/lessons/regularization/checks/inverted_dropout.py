"""The exercise on inverted dropout, which scales in training, and on its way back."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Exercise, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_own_gradient
from cs231n_lib.contracts import FloatArray

from . import random_masks as masks
from . import references


def _ends(rng: Generator) -> Cases:
    # Outputs of ReLUs: where x is 0 the output says nothing about the mask, and the gradient needs it all the same.
    for label, drop_prob in (("drop_prob = 0 drops nothing", 0.0), ("all is dropped", masks.NEARLY_ALL)):
        x = np.maximum(rng.normal(size=(5, 6)), 0)
        x[0, 0], x[1, 1] = 0, 1
        yield case(label, x, rng.normal(size=(5, 6)), drop_prob, rng)


def _out(call: Caller) -> masks.Drop:
    return masks.Drop(call, lambda x, drop_prob, rng: (x, x.copy(), drop_prob, rng))


def _mask(call: Caller, rng: Generator) -> None:
    for drop_prob in (0.2, 0.7):
        x = masks.positive(rng)
        out = masks.require_mask(_out(call), x, drop_prob, rng)
        masks.require_factor(out, x, 1 / (1 - drop_prob), "1 / (1 − `drop_prob`)")


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
        where = f"one of the two is 0 and the other not in about {10 * round(10 * others)} % of the places"
        raise Violation("the gradient is blocked in other places than the output", where)
    passes = out != 0
    forth, back = (out / x)[passes], (dx / dout)[passes]
    if not np.allclose(forth, back, rtol=1e-9):
        numbers = f"for one entry {forth[0]:.3g} forth, {back[0]:.3g} back"
        raise Violation("the gradient is multiplied by another factor than the output", numbers)


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
    importance="core",
    forbidden=(*masks.LIBRARY, references.vanilla_dropout),
    required_row="Mask and scale of the output",
    checks=(
        Values("Its two ends: nothing dropped, all dropped", 2, _ends),
        Property("Mask and scale of the output", 6, _mask),
        Property("A new draw for each entry, from the generator given", 2, _draws),
        Property("The gradient passes where the output did, by the same factor", 1, _same_places),
        Property("Gradient against the numerical gradient", 3, _gradient),
        Property("x with one axis, and with three", 1, _other_shapes),
    ),
    slips="""
        keep for drop
            < keep_prob) → < drop_prob)
            `drop_prob` is the probability to *drop*; you keep with it. Keep where the draw is at least `drop_prob`.
        keep for drop, consistently
            keep_prob = 1 - drop_prob → keep_prob = drop_prob
            you take the probability for that of *keeping*, as the summary's code does. Here it is `drop_prob`: what
            stays is the share 1 − `drop_prob`.
        divided by the wrong one
            / keep_prob → / drop_prob
            you divide by the share that is *dropped*. Divide by the share that stays, 1 − `drop_prob`.
        not scaled
            / keep_prob →
            this is vanilla dropout: without the division the output is too small on average. Divide by 1 − `drop_prob`.
        multiplied
            / keep_prob → * keep_prob
            you multiply by 1 − `drop_prob` where you should divide: what stays must make up for what is gone.
        scaled twice
            / keep_prob → / keep_prob / keep_prob
            the division is done twice, in the mask and after it: once is enough.
        gradient not scaled
            dout * mask → dout * (mask > 0)
            the gradient passes the mask without its scale: out = x · mask, so dx = dout · mask, with the *same* mask.
        gradient multiplied
            dout * mask → dout * (mask > 0) * keep_prob
            on the way back you multiply by 1 − `drop_prob` where you should divide, as you do on the way forth.
        gradient scaled twice
            dout * mask → dout * mask / keep_prob
            the gradient is divided twice. If the scale is in the mask, dx = dout · mask is all.
        mask read off the output
            dout * mask → dout * (out != 0) / keep_prob
            an output of 0 need not have been dropped: x itself may be 0, as after a ReLU. Keep the mask.
        gradient without dout
            dout * mask → mask
            `dx` is the mask alone: by the chain rule `dout`, what comes from above, multiplies it.
        x for dout
            dout * mask → x * mask
            `dx` is the output once more: what passes the mask on the way back is `dout`.
        x in the gradient
            dout * mask → dout * mask * x
            x is in the gradient: out = x · mask has the slope `mask`, so dx = dout · mask.
        another mask on the way back
            dout * mask → dout * (rng.random(x.shape) < keep_prob) / keep_prob
            the way back draws a mask of its own: the gradient is that of another network than the one that gave the
            output. Draw once, use it twice.
        gradient passes unhindered
            dout * mask → dout.copy()
            a unit that was dropped had no part in the loss: its gradient is 0. Multiply `dout` by the mask.
        mask from a normal distribution
            rng.random(x.shape) < keep_prob → rng.normal(size=x.shape) >= drop_prob
            the draws are not spread evenly from 0 to 1, so another share is dropped. Do they come from `normal`, or
            `randn`? Take `rng.random`.
        mask from a normal distribution, and keep for drop
            rng.random(x.shape) < keep_prob → rng.normal(size=x.shape) < drop_prob
            the draws are not spread evenly from 0 to 1, so another share is dropped. Do they come from `normal`, or
            `randn`? Take `rng.random`, and keep where the draw is below 1 − `drop_prob`.
        mask from a normal distribution, below 1 − drop_prob
            rng.random(x.shape) → rng.normal(size=x.shape)
            the draws are not spread evenly from 0 to 1, so another share is dropped. Do they come from `normal`, or
            `randn`? Take `rng.random`.
        mask from a normal distribution, drop_prob kept
            keep_prob = 1 - drop_prob → keep_prob = drop_prob
            rng.random(x.shape) → rng.normal(size=x.shape)
            the draws are not spread evenly from 0 to 1: do they come from `normal`, or `randn`? Take `rng.random`, and
            keep with the probability 1 − `drop_prob`.
        exactly so many dropped
            rng.random(x.shape) < keep_prob → rng.permutation(x.size).reshape(x.shape) >= round(drop_prob * x.size)
            always the same number of entries is dropped. Chance decides on each entry, on its own:
            `rng.random(x.shape)`.
        brackets around the comparison left out
            (rng.random(x.shape) < keep_prob) / keep_prob → rng.random(x.shape) < keep_prob / keep_prob
            nothing is dropped: `draw < keep / keep` is `draw < 1`. Put the comparison in brackets, then divide.
        brackets around 1 − drop_prob left out
            / keep_prob → / 1 - drop_prob
            `mask / 1 - drop_prob` divides by 1 and then subtracts: write `(1 - drop_prob)`, in brackets.
        one draw an example
            rng.random(x.shape) → rng.random((len(x), *[1] * (x.ndim - 1)))
            an example stays or goes as a whole. Each *entry* needs a draw of its own: `rng.random(x.shape)`.
        one mask for the whole batch
            rng.random(x.shape) → rng.random(x.shape[1:])
            all examples share one mask. Each *entry* needs a draw of its own: `rng.random(x.shape)`.
        global random state
            rng.random(x.shape) → np.random.random(x.shape)
            `np.random.…` draws from a state that everybody shares, so a run cannot be repeated: use `rng`.
        own seed
            rng.random(x.shape) → np.random.default_rng(0).random(x.shape)
            a generator made inside the function starts anew each time, so all masks are alike: use the one given.
        arguments changed
            out = x * mask → out = np.multiply(x, mask, out=x)
            dx = dout * mask → dx = np.multiply(dout, mask, out=dout)
            `x *= …` and `dout *= …` change the caller's arrays: make new ones.
    """,
)
