"""The exercise on vanilla dropout, which scales in use."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray

from . import random_masks as masks
from . import references


def _ends(rng: Generator) -> Iterator[Case]:
    yield case("drop_prob = 0 drops nothing", rng.normal(size=(3, 4)), 0.0, rng)
    yield case("drop_prob so near 1 that all is dropped", rng.normal(size=(3, 4)), masks.NEARLY_ALL, rng)


def _vanilla_mask(call: Callable[..., Any], rng: Generator) -> None:
    for drop_prob in (0.2, 0.7):
        x = masks.positive(rng)
        train, _ = masks.pair(call(x, drop_prob, rng))
        masks.require_mask(train, x, drop_prob)
        masks.require_factor(train, x, 1.0, "1, left as it is")


def _vanilla_draws(call: Callable[..., Any], rng: Generator) -> None:
    x = masks.positive(rng)
    masks.require_draws(lambda generator: masks.pair(call(x, 0.5, generator))[0], rng)


def _vanilla_predict(call: Callable[..., Any], rng: Generator) -> None:
    for drop_prob in (0.2, 0.7):
        x = masks.positive(rng)
        _, predict = masks.pair(call(x, drop_prob, rng))
        if (predict == 0).any():
            raise Wrong("in use some entries are 0, which no input was")
        masks.require_factor(predict, x, 1 - drop_prob, "1 − `drop_prob` in use")


def _vanilla(
    mask: masks.Mask = masks.right_mask,
    train: Callable[[float], float] = lambda p: 1.0,
    predict: Callable[[float], float] = lambda p: 1 - p,
) -> Callable[..., Any]:
    """Vanilla dropout with one part changed: the mask, and the factors in training and in use."""
    return lambda x, drop_prob, rng: (x * mask(x, drop_prob, rng) * train(drop_prob), x * predict(drop_prob))


def _still_random(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return x * masks.right_mask(x, drop_prob, rng), x * masks.right_mask(x, drop_prob, rng) * (1 - drop_prob)


def _vanilla_in_place(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    predict = x * (1 - drop_prob)
    x *= masks.right_mask(x, drop_prob, rng)
    return x, predict


def _kept_only(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return x[masks.right_mask(x, drop_prob, rng)], x * (1 - drop_prob)


def _exchanged(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return x * (1 - drop_prob), x * masks.right_mask(x, drop_prob, rng)


vanilla_dropout = Exercise(
    references.vanilla_dropout,
    points=10,
    minutes=15,
    difficulty=2,
    forbidden=masks.LIBRARY,
    checks=(
        Values("Its two ends: nothing dropped, all dropped", 2, _ends),
        Property("The mask in training", 5, _vanilla_mask),
        Property("A new mask from the generator given", 1, _vanilla_draws),
        Property("The scaling in use", 3, _vanilla_predict),
    ),
    mistakes=(
        Mistake(
            "keep for drop",
            _vanilla(masks.swapped_mask),
            "`drop_prob` is the probability to *drop*; you keep with it. Keep where the draw is at least `drop_prob`.",
        ),
        Mistake(
            "inverted dropout",
            _vanilla(train=lambda p: 1 / (1 - p), predict=lambda p: 1.0),
            "this is inverted dropout, the next exercise: it scales in training. Vanilla dropout scales in use.",
        ),
        Mistake(
            "scaled by the wrong one",
            _vanilla(predict=lambda p: p),
            "in use you multiply by the share that is *dropped*. On average 1 − `drop_prob` stays: multiply by that.",
        ),
        Mistake(
            "not scaled in use",
            _vanilla(predict=lambda p: 1.0),
            "in use nothing is scaled: the layer above then gets more than on average in training. Multiply by "
            "1 − `drop_prob`.",
        ),
        Mistake(
            "divided in use",
            _vanilla(predict=lambda p: 1 / (1 - p)),
            "in use you divide, so that still more arrives. In training less did: *multiply* by 1 − `drop_prob`.",
        ),
        Mistake(
            "scaled twice",
            _vanilla(train=lambda p: 1 / (1 - p)),
            "you scale in training *and* in use. Vanilla dropout scales in use only; inverted dropout, the next "
            "exercise, in training only.",
        ),
        Mistake(
            "mask from a normal distribution",
            _vanilla(masks.normal_mask),
            "the draws are not spread evenly from 0 to 1, so another share is dropped. Do they come from `normal`, or "
            "`randn`? Take `rng.random`.",
        ),
        Mistake(
            "nothing dropped",
            _vanilla(lambda x, drop_prob, rng: np.ones(x.shape)),
            "in training nothing is dropped: draw a number for each entry, and compare it with `drop_prob`.",
        ),
        Mistake(
            "drop_prob not used",
            _vanilla(masks.coins),
            "half of the entries are dropped, whatever `drop_prob`: compare each draw with `drop_prob`.",
        ),
        Mistake(
            "draws as a mask",
            _vanilla(masks.draws_as_mask),
            "the draws themselves multiply x. A mask is True or False: compare each draw with `drop_prob`.",
        ),
        Mistake(
            "one draw",
            _vanilla(masks.one_draw),
            "`rng.random()` is one number: all stays or all goes. Each *entry* needs its own: `rng.random(x.shape)`.",
        ),
        Mistake(
            "one draw an example",
            _vanilla(masks.mask_of_examples),
            "an example stays or goes as a whole. Each *entry* needs a draw of its own: `rng.random(x.shape)`.",
        ),
        Mistake(
            "only what is kept",
            _kept_only,
            "`x[mask]` is a shorter array, of what is kept. The others stay in their places, as 0: multiply.",
        ),
        Mistake(
            "the other way round",
            _exchanged,
            "the two are exchanged: first what becomes of x in training, then in use.",
        ),
        Mistake(
            "one mask for the whole batch",
            _vanilla(masks.mask_of_units),
            "all examples share one mask. Each *entry* needs a draw of its own: `rng.random(x.shape)`.",
        ),
        Mistake(
            "still random in use",
            _still_random,
            "in use entries are still dropped: the same input would get another answer each time. In use only scale.",
        ),
        Mistake(
            "global random state",
            _vanilla(masks.global_mask),
            "`np.random.…` draws from a state that everybody shares, so a run cannot be repeated: use `rng`.",
        ),
        Mistake(
            "own seed",
            _vanilla(masks.own_seed_mask),
            "a generator made inside the function starts anew each time, so all masks are alike: use the one given.",
        ),
        Mistake(
            "x changed",
            _vanilla_in_place,
            "the numbers are right, but `x *= …` and `x[…] = …` change the caller's array, as in the notes: make a new "
            "one.",
        ),
    ),
)
