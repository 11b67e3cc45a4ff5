"""The exercise on inverted dropout, which scales in training, and on its way back."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray

from . import random_masks as masks
from . import references


def _inverted_ends(rng: Generator) -> Iterator[Case]:
    for label, drop_prob in (("drop_prob = 0 drops nothing", 0.0), ("all is dropped", masks.NEARLY_ALL)):
        yield case(label, rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), drop_prob, rng)


def _inverted_mask(call: Callable[..., Any], rng: Generator) -> None:
    for drop_prob in (0.2, 0.7):
        x = masks.positive(rng)
        out = np.asarray(call(x, masks.positive(rng), drop_prob, rng)[0], dtype=float)
        masks.require_mask(out == 0, drop_prob)
        masks.require_factor(out, x, 1 / (1 - drop_prob), "1 / (1 − `drop_prob`)")


def _inverted_draws(call: Callable[..., Any], rng: Generator) -> None:
    x = masks.positive(rng)
    masks.require_draws(lambda generator: call(x, x, 0.5, generator)[0], rng)


def _inverted_gradient(call: Callable[..., Any], rng: Generator) -> None:
    x, dout = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    seed = int(rng.integers(2**32))
    dx = call(x, dout, 0.4, np.random.default_rng(seed))[1]

    def loss(x: FloatArray) -> float:
        return float(np.sum(dout * call(x, dout, 0.4, np.random.default_rng(seed))[0]))

    require_gradient("dx", dx, loss, x)


def _same_places(call: Callable[..., Any], rng: Generator) -> None:
    out, dx = (np.asarray(a, dtype=float) for a in call(masks.positive(rng), masks.positive(rng), 0.4, rng))
    if out.shape != masks.SHAPE or dx.shape != masks.SHAPE or ((out == 0) != (dx == 0)).any():
        raise Wrong("the gradient is blocked in other places than the output")


def _inverted(
    mask: masks.Mask = masks.right_mask,
    forward: Callable[[float], float] = lambda p: 1 / (1 - p),
    backward: Callable[[float], float] = lambda p: 1 / (1 - p),
) -> Callable[..., Any]:
    """Inverted dropout with one part changed: the mask, and its factors on the way forth and back."""

    def implementation(x: FloatArray, dout: FloatArray, drop_prob: float, rng: Generator) -> Any:
        stays = mask(x, drop_prob, rng)
        return x * stays * forward(drop_prob), dout * stays * backward(drop_prob)

    return implementation


def _two_masks(x: FloatArray, dout: FloatArray, drop_prob: float, rng: Generator) -> Any:
    out, dx = (a * masks.right_mask(x, drop_prob, rng) / (1 - drop_prob) for a in (x, dout))
    return out, dx


def _no_mask_back(x: FloatArray, dout: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return x * masks.right_mask(x, drop_prob, rng) / (1 - drop_prob), dout.copy()


def _inverted_in_place(x: FloatArray, dout: FloatArray, drop_prob: float, rng: Generator) -> Any:
    mask = masks.right_mask(x, drop_prob, rng) / (1 - drop_prob)
    x *= mask
    dout *= mask
    return x, dout


inverted_dropout = Exercise(
    references.inverted_dropout,
    points=13,
    minutes=20,
    difficulty=3,
    forbidden=masks.LIBRARY,
    checks=(
        Values("Its two ends: nothing dropped, all dropped", 2, _inverted_ends),
        Property("Mask and scale of the output", 6, _inverted_mask),
        Property("A new mask from the generator given", 1, _inverted_draws),
        Property("The gradient is blocked where the output was", 1, _same_places),
        Property("Gradient against the numerical gradient", 3, _inverted_gradient),
    ),
    mistakes=(
        Mistake(
            "keep for drop",
            _inverted(masks.swapped_mask),
            "`drop_prob` is the probability to *drop*; you keep with it. Keep where the draw is at least `drop_prob`.",
        ),
        Mistake(
            "keep for drop, consistently",
            _inverted(masks.swapped_mask, lambda p: 1 / p if p else 0.0, lambda p: 1 / p if p else 0.0),
            "you take the probability for that of *keeping*, as the notes' code does. Here it is `drop_prob`: what "
            "stays is the share 1 − `drop_prob`.",
        ),
        Mistake(
            "divided by the wrong one",
            _inverted(forward=lambda p: 1 / p if p else 1.0, backward=lambda p: 1 / p if p else 1.0),
            "you divide by the share that is *dropped*. Divide by the share that stays, 1 − `drop_prob`.",
        ),
        Mistake(
            "not scaled",
            _inverted(forward=lambda p: 1.0, backward=lambda p: 1.0),
            "this is vanilla dropout: without the division the output is too small on average. Divide by "
            "1 − `drop_prob`.",
        ),
        Mistake(
            "multiplied",
            _inverted(forward=lambda p: 1 - p, backward=lambda p: 1 - p),
            "you multiply by 1 − `drop_prob` where you should divide: what stays must make up for what is gone.",
        ),
        Mistake(
            "scaled twice",
            _inverted(forward=lambda p: (1 - p) ** -2, backward=lambda p: (1 - p) ** -2),
            "the division is done twice, in the mask and after it: once is enough.",
        ),
        Mistake(
            "gradient not scaled",
            _inverted(backward=lambda p: 1.0),
            "the output is right; the gradient passes the mask without its scale. out = x · mask, so dx = dout · mask, "
            "with the *same* mask.",
        ),
        Mistake(
            "another mask on the way back",
            _two_masks,
            "the way back draws a mask of its own: the gradient is that of another network than the one that gave the "
            "output. Draw once, use it twice.",
        ),
        Mistake(
            "gradient passes unhindered",
            _no_mask_back,
            "a unit that was dropped had no part in the loss: its gradient is 0. Multiply `dout` by the mask.",
        ),
        Mistake(
            "mask from a normal distribution",
            _inverted(masks.normal_mask),
            "`normal` (and `randn`) draws from the bell curve, so the share dropped is another one. Draw from [0, 1): "
            "`rng.random`.",
        ),
        Mistake(
            "one mask for the whole batch",
            _inverted(masks.mask_of_units),
            "all examples share one mask. Each *entry* needs a draw of its own: `rng.random(x.shape)`.",
        ),
        Mistake(
            "global random state",
            _inverted(masks.global_mask),
            "`np.random.…` draws from a state that everybody shares, so a run cannot be repeated: use `rng`.",
        ),
        Mistake(
            "own seed",
            _inverted(masks.own_seed_mask),
            "a generator made inside the function starts anew each time, so all masks are alike: use the one given.",
        ),
        Mistake(
            "arguments changed",
            _inverted_in_place,
            "the numbers are right, but `x *= …` and `dout *= …` change the caller's arrays: make new ones.",
        ),
    ),
)
