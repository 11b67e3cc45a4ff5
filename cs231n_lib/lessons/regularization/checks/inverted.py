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
    # Outputs of ReLUs: where x is 0 the output says nothing about the mask, and the gradient needs it all the same.
    for label, drop_prob in (("drop_prob = 0 drops nothing", 0.0), ("all is dropped", masks.NEARLY_ALL)):
        x = np.maximum(rng.normal(size=(3, 4)), 0)
        x[0, 0], x[1, 1] = 0, 1
        yield case(label, x, rng.normal(size=(3, 4)), drop_prob, rng)


def _inverted_mask(call: Callable[..., Any], rng: Generator) -> None:
    for drop_prob in (0.2, 0.7):
        x = masks.positive(rng)
        out, _ = masks.pair(call(x, masks.positive(rng), drop_prob, rng))
        masks.require_mask(out, x, drop_prob)
        masks.require_factor(out, x, 1 / (1 - drop_prob), "1 / (1 − `drop_prob`)")


def _inverted_draws(call: Callable[..., Any], rng: Generator) -> None:
    x = masks.positive(rng)
    masks.require_draws(lambda generator: masks.pair(call(x, x, 0.5, generator))[0], rng)


def _inverted_gradient(call: Callable[..., Any], rng: Generator) -> None:
    x, dout = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    seed = int(rng.integers(2**32))
    dx = call(x, dout, 0.4, np.random.default_rng(seed))[1]

    def loss(x: FloatArray) -> float:
        return float(np.sum(dout * call(x, dout, 0.4, np.random.default_rng(seed))[0]))

    require_gradient("dx", dx, loss, x)


def _same_places(call: Callable[..., Any], rng: Generator) -> None:
    x, dout = masks.positive(rng), masks.positive(rng)
    out, dx = masks.pair(call(x, dout, 0.4, rng))
    others = float(np.mean((out == 0) != (dx == 0)))
    if others:
        # The number also keeps a mistake from being named for what another one did.
        where = f"one of the two is 0 and the other not in about {10 * round(10 * others)} % of the places"
        raise Wrong("the gradient is blocked in other places than the output", where)
    passes = out != 0
    forth, back = (out / x)[passes], (dx / dout)[passes]
    if not np.allclose(forth, back, rtol=1e-9):
        numbers = f"for one entry {forth[0]:.4g} forth, {back[0]:.4g} back"
        raise Wrong("the gradient is multiplied by another factor than the output", numbers)


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


def _brackets_left_out(x: FloatArray, dout: FloatArray, drop_prob: float, rng: Generator) -> Any:
    mask = masks.right_mask(x, drop_prob, rng) / 1 - drop_prob
    return x * mask, dout * mask


def _mask_from_output(x: FloatArray, dout: FloatArray, drop_prob: float, rng: Generator) -> Any:
    out = x * masks.right_mask(x, drop_prob, rng) / (1 - drop_prob)
    return out, dout * (out != 0) / (1 - drop_prob)


def _backward(make: Callable[[FloatArray, FloatArray, Any], Any]) -> Callable[..., Any]:
    """Inverted dropout whose gradient is made of x, dout and the mask with its scale."""

    def implementation(x: FloatArray, dout: FloatArray, drop_prob: float, rng: Generator) -> Any:
        mask = masks.right_mask(x, drop_prob, rng) / (1 - drop_prob)
        return x * mask, make(x, dout, mask)

    return implementation


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
        Property("The gradient passes where the output did, by the same factor", 1, _same_places),
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
            "gradient multiplied",
            _inverted(backward=lambda p: 1 - p),
            "the output is right; on the way back you multiply by 1 − `drop_prob` where you should divide, as before.",
        ),
        Mistake(
            "gradient scaled twice",
            _inverted(backward=lambda p: (1 - p) ** -2),
            "the output is right; the gradient is divided twice. If the scale is in the mask, dx = dout · mask is all.",
        ),
        Mistake(
            "mask read off the output",
            _mask_from_output,
            "an output of 0 need not have been dropped: x itself may be 0, as after a ReLU. Keep the mask.",
        ),
        Mistake(
            "gradient without dout",
            _backward(lambda x, dout, mask: mask),
            "`dx` is the mask alone: by the chain rule `dout`, what comes from above, multiplies it.",
        ),
        Mistake(
            "x for dout",
            _backward(lambda x, dout, mask: x * mask),
            "`dx` is the output once more: what passes the mask on the way back is `dout`.",
        ),
        Mistake(
            "x in the gradient",
            _backward(lambda x, dout, mask: dout * mask * x),
            "x is in the gradient: out = x · mask has the slope `mask`, so dx = dout · mask.",
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
            "the draws are not spread evenly from 0 to 1, so another share is dropped. Do they come from `normal`, or "
            "`randn`? Take `rng.random`.",
        ),
        Mistake(
            "brackets around the comparison left out",
            _inverted(lambda x, drop_prob, rng: np.ones(x.shape), lambda p: 1.0, lambda p: 1.0),
            "nothing is dropped: `draw < keep / keep` is `draw < 1`. Put the comparison in brackets, then divide.",
        ),
        Mistake(
            "brackets around 1 − drop_prob left out",
            _brackets_left_out,
            "`mask / 1 - drop_prob` divides by 1 and then subtracts: write `(1 - drop_prob)`, in brackets.",
        ),
        Mistake(
            "one draw an example",
            _inverted(masks.mask_of_examples),
            "an example stays or goes as a whole. Each *entry* needs a draw of its own: `rng.random(x.shape)`.",
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
