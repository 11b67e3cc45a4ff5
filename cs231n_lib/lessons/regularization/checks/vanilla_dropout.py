"""The exercise on vanilla dropout, which scales in use."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Exercise, Property, Values, Violation, case

from . import random_masks as masks
from . import references


def _ends(rng: Generator) -> Cases:
    yield case("drop_prob = 0 drops nothing", rng.normal(size=(5, 6)), 0.0, rng)
    yield case("drop_prob so near 1 that all is dropped", rng.normal(size=(5, 6)), masks.NEARLY_ALL, rng)


def _train(call: Caller) -> masks.Drop:
    return masks.Drop(call, lambda x, drop_prob, rng: (x, drop_prob, rng))


def _mask(call: Caller, rng: Generator) -> None:
    for drop_prob in (0.2, 0.7):
        x = masks.positive(rng)
        train = masks.require_mask(_train(call), x, drop_prob, rng)
        masks.require_factor(train, x, 1.0, "1, that is, left as it is in training")


def _other_shapes(call: Caller, rng: Generator) -> None:
    for shape in masks.OTHER_SHAPES:
        x = masks.positive(rng, shape)
        masks.require_mask(_train(call), x, 0.2, rng)
        _, predict = masks.pair(call(x, 0.2, rng), shape)
        masks.require_factor(predict, x, 0.8, "1 − `drop_prob` in use")


def _draws(call: Caller, rng: Generator) -> None:
    masks.require_draws(_train(call), rng)


def _scaling(call: Caller, rng: Generator) -> None:
    for drop_prob in (0.2, 0.7):
        x = masks.positive(rng)
        train, predict = masks.pair(call(x, drop_prob, rng))
        if (predict == 0).any():
            alike = np.array_equal(predict == 0, train == 0)
            raise Violation(f"in use some entries are 0, which no input was{', the same as in training' * alike}")
        masks.require_factor(predict, x, 1 - drop_prob, "1 − `drop_prob` in use")


vanilla_dropout = Exercise(
    references.vanilla_dropout,
    points=10,
    minutes=15,
    difficulty=2,
    forbidden=(*masks.LIBRARY, references.inverted_dropout),
    required_row="The mask in training",
    checks=(
        Values("Its two ends: nothing dropped, all dropped", 2, _ends),
        Property("The mask in training", 5, _mask),
        Property("A new draw for each entry, from the generator given", 2, _draws),
        Property("The scaling in use", 3, _scaling),
        Property("x with one axis, and with three", 1, _other_shapes),
    ),
    slips="""
        keep for drop
            >= → <
            `drop_prob` is the probability to *drop*; you keep with it. Keep where the draw is at least `drop_prob`.
        inverted dropout
            x * mask → x * mask / (1 - drop_prob)
            x * (1 - drop_prob) → x.copy()
            this is inverted dropout, the next exercise: it scales in training. Vanilla dropout scales in use.
        scaled by the wrong one
            x * (1 - drop_prob) → x * drop_prob
            in use you multiply by the share that is *dropped*. On average 1 − `drop_prob` stays: multiply by that.
        not scaled in use
            x * (1 - drop_prob) → x.copy()
            in use nothing is scaled: the layer above then gets more than on average in training. Multiply by 1 −
            `drop_prob`.
        divided in use
            x * (1 - drop_prob) → x / (1 - drop_prob)
            in use you divide, so that still more arrives. In training less did: *multiply* by 1 − `drop_prob`.
        scaled twice
            x * mask → x * mask / (1 - drop_prob)
            you scale in training *and* in use. Vanilla dropout scales in use only; inverted dropout, the next exercise,
            in training only.
        mask from a normal distribution
            rng.random(x.shape) → rng.normal(size=x.shape)
            the draws are not spread evenly from 0 to 1, so another share is dropped. Do they come from `normal`, or
            `randn`? Take `rng.random`.
        mask from a normal distribution, and keep for drop
            rng.random(x.shape) >= → rng.normal(size=x.shape) <
            the draws are not spread evenly from 0 to 1, so another share is dropped. Do they come from `normal`, or
            `randn`? Take `rng.random`, and keep where the draw is at least `drop_prob`.
        exactly so many dropped
            rng.random(x.shape) >= drop_prob → rng.permutation(x.size).reshape(x.shape) >= round(drop_prob * x.size)
            always the same number of entries is dropped. Chance decides on each entry, on its own:
            `rng.random(x.shape)`.
        nothing dropped
            rng.random(x.shape) >= drop_prob → np.ones(x.shape)
            in training nothing is dropped: draw a number for each entry, and compare it with `drop_prob`.
        drop_prob not used
            >= drop_prob → >= 0.5
            half of the entries are dropped, whatever `drop_prob`: compare each draw with `drop_prob`.
        draws as a mask
            >= drop_prob →
            the draws themselves multiply x. A mask is True or False: compare each draw with `drop_prob`.
        one draw
            rng.random(x.shape) → rng.random()
            `rng.random()` is one number: all stays or all goes. Each *entry* needs its own: `rng.random(x.shape)`.
        one draw an example
            rng.random(x.shape) → rng.random((len(x), *[1] * (x.ndim - 1)))
            an example stays or goes as a whole. Each *entry* needs a draw of its own: `rng.random(x.shape)`.
        only what is kept
            x * mask → x[mask]
            `x[mask]` is a shorter array, of what is kept. The others stay in their places, as 0: multiply.
        the other way round
            return train, predict → return predict, train
            the two are exchanged: first what becomes of x in training, then in use.
        one mask for the whole batch
            rng.random(x.shape) → rng.random(x.shape[1:])
            all examples share one mask. Each *entry* needs a draw of its own: `rng.random(x.shape)`.
        still random in use
            predict = x * → predict = x * (rng.random(x.shape) >= drop_prob) *
            in use entries are still dropped: the same input would get another answer each time. In use only scale.
        scaled after the mask
            predict = x * → predict = train *
            in use entries are still dropped: scale x itself, not what came out of the mask.
        global random state
            rng.random → np.random.random
            `np.random.…` draws from a state that everybody shares, so a run cannot be repeated: use `rng`.
        own seed
            rng.random → np.random.default_rng(0).random
            a generator made inside the function starts anew each time, so all masks are alike: use the one given.
        x changed
            train = x * mask → predict = x * (1 - drop_prob) ⏎ x *= mask ⏎ train = x
            return → predict = predict ⏎ return
            `x *= …` and `x[…] = …` change the caller's array, as in the summary: make a new one.
    """,
)
