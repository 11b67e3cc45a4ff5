"""Exercise on vanilla dropout, which scales at inference."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Exercise, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import random_masks as masks
from . import references


def _ends(rng: Generator) -> Cases:
    yield case("drop_prob = 0 drops nothing", rng.normal(size=(5, 6)), 0.0, rng)
    yield case("drop_prob so near 1 that everything is dropped", rng.normal(size=(5, 6)), masks.NEARLY_ALL, rng)


def _train(call: Caller) -> masks.Drop:
    return masks.Drop(call, lambda x, drop_prob, rng: (x, drop_prob, rng))


def _mask(call: Caller, rng: Generator) -> None:
    for drop_prob in (0.2, 0.7):
        x = masks.positive(rng)
        train = masks.require_mask(_train(call), x, drop_prob, rng)
        masks.require_factor(train, x, 1.0, "Do not scale them in training")


def _require_scaled(train: FloatArray, predict: FloatArray, x: FloatArray, drop_prob: float) -> None:
    kept = float(np.mean(train != 0))
    if kept != 1 - drop_prob and np.allclose(predict, kept * x, rtol=1e-9):
        raise Violation(
            "at inference you multiply x by the fraction that this mask keeps. Multiply it by 1 − `drop_prob`",
            f"it is {kept:.3g}, but must be {1 - drop_prob:.3g}",
            fingerprint="the fraction of this mask",
        )
    masks.require_factor(predict, x, 1 - drop_prob, "Multiply x by 1 − `drop_prob` at inference")


def _other_shapes(call: Caller, rng: Generator) -> None:
    for shape in masks.OTHER_SHAPES:
        x = masks.positive(rng, shape)
        masks.require_mask(_train(call), x, 0.2, rng)
        train, predict = masks.pair(call(x, 0.2, rng), shape)
        _require_scaled(train, predict, x, 0.2)


def _draws(call: Caller, rng: Generator) -> None:
    masks.require_draws(_train(call), rng)


def _scaling(call: Caller, rng: Generator) -> None:
    for drop_prob in (0.2, 0.7):
        x = masks.positive(rng)
        train, predict = masks.pair(call(x, drop_prob, rng))
        if (predict == 0).any():
            alike = np.array_equal(predict == 0, train == 0)
            same = ", the same as in training" * alike
            raise Violation(f"at inference you set entries to 0 that are not 0 in x{same}. Only scale x")
        _require_scaled(train, predict, x, drop_prob)


vanilla_dropout = Exercise(
    references.vanilla_dropout,
    points=10,
    minutes=15,
    difficulty=2,
    covers="sign",
    forbidden=(*masks.LIBRARY, references.inverted_dropout),
    required_row="Mask in training",
    checks=(
        Values("Nothing dropped and everything dropped", 2, _ends),
        Property("Mask in training", 5, _mask, central=True),
        Property("A new draw from the given generator for each entry", 1, _draws),
        Property("Scaling at inference", 4, _scaling, central=True),
        Property("x with one axis and with three axes", 1, _other_shapes),
    ),
    slips="""
        kept with probability drop_prob
            >= → <
            you keep an entry with probability `drop_prob`. *Drop* it with this probability. For example, keep it if a
            draw from `rng.random` is at least `drop_prob`.
        inverted dropout
            x * mask → x * mask / (1 - drop_prob)
            x * (1 - drop_prob) → x.copy()
            you scale in training, as inverted dropout does in the next exercise. In vanilla dropout, scale only at
            inference, by the factor 1 − `drop_prob`.
        scaled by drop_prob at inference
            x * (1 - drop_prob) → x * drop_prob
            at inference you multiply by the fraction that is *dropped*. Multiply by 1 − `drop_prob`, the fraction that
            is kept on average.
        not scaled at inference
            x * (1 - drop_prob) → x.copy()
            you do not scale at inference, so the next layer gets more than it gets on average in training. Multiply by
            1 − `drop_prob`.
        scaled by the fraction of this mask
            x * (1 - drop_prob) → x * mask.mean()
            at inference you multiply by the fraction that this mask keeps, which varies from call to call. Multiply by
            1 − `drop_prob`, the fraction that is kept on average.
        divided at inference
            x * (1 - drop_prob) → x / (1 - drop_prob)
            at inference you divide by 1 − `drop_prob`, which enlarges the output. *Multiply* by this factor, because
            the next layer gets less in training.
        scaled twice
            x * mask → x * mask / (1 - drop_prob)
            you scale both in training *and* at inference. In vanilla dropout, scale only at inference.
        mask from a normal distribution
            rng.random(x.shape) → rng.normal(size=x.shape)
            your draws are not uniform between 0 and 1, perhaps because they come from `normal` or `randn`. Draw with
            `rng.random`, so that the right fraction is dropped.
        mask from a normal distribution, kept below drop_prob
            rng.random(x.shape) >= → rng.normal(size=x.shape) <
            your draws are not uniform between 0 and 1, perhaps because they come from `normal` or `randn`. Draw with
            `rng.random`, and keep an entry if its draw is at least `drop_prob`.
        fixed number dropped
            rng.random(x.shape) >= drop_prob → rng.permutation(x.size).reshape(x.shape) >= round(drop_prob * x.size)
            you drop the same number of entries each time. Draw an independent number for each entry with
            `rng.random(x.shape)`.
        nothing dropped
            rng.random(x.shape) >= drop_prob → np.ones(x.shape)
            you drop nothing in training. Draw a number for each entry, and compare it with `drop_prob`.
        drop_prob not used
            >= drop_prob → >= 0.5
            you drop half of the entries, whatever `drop_prob` is. Compare each draw with `drop_prob`.
        draws as a mask
            >= drop_prob →
            you multiply x by the draws themselves. Compare each draw with `drop_prob`, which makes a mask of True and
            False.
        one draw
            rng.random(x.shape) → rng.random()
            you draw a single number, as `rng.random()` does, so all entries are kept or dropped together. Draw a number
            for each *entry* with `rng.random(x.shape)`.
        one draw per example
            rng.random(x.shape) → rng.random((len(x), *[1] * (x.ndim - 1)))
            you keep or drop each example as a whole. Draw a number for each *entry* with `rng.random(x.shape)`.
        only what is kept
            x * mask → x[mask]
            you return a shorter array with only the entries that are kept, as `x[mask]` does. Multiply x by the mask,
            so that zeros take the places of the dropped entries.
        the other way round
            return train, predict → return predict, train
            you return the two arrays in the wrong order. Return the output in training first and the output at
            inference second.
        one mask for the whole batch
            rng.random(x.shape) → rng.random(x.shape[1:])
            you use one mask for all examples. Draw a number for each *entry* with `rng.random(x.shape)`.
        still random at inference
            predict = x * → predict = x * (rng.random(x.shape) >= drop_prob) *
            you still drop entries at inference, so the same input would give a different output each time. At
            inference drop nothing, and multiply x by 1 − `drop_prob`.
        scaled after the mask
            predict = x * → predict = train *
            you scale the masked array, so entries are still dropped at inference. Scale x itself.
        one draw per row, along the wrong axis
            rng.random(x.shape) → rng.random(len(x))
            you draw one number for each row, but NumPy aligns these numbers with the columns. Draw a number for each
            *entry* with `rng.random(x.shape)`.
        draws from another generator
            rng.random → np.random.random
            two generators `rng` with the same seed give different masks, perhaps because you draw with `np.random.…` or
            from a generator of your own. Draw from `rng`.
        same mask in every call
            rng.random → np.random.default_rng(0).random
            every call draws the same mask, perhaps because you create a generator or set a seed inside the function.
            Use the generator `rng` that is passed in.
        x changed
            train = x * mask → predict = x * (1 - drop_prob) ⏎ x *= mask ⏎ train = x
            return → predict = predict ⏎ return
            you change the caller's array in place, as `x *= …` and `x[…] = …` do. Make a new array.
    """,
)
