"""Requirements on any mask, which the exercises on dropout share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Caller, Violation
from cs231n_lib.checks.randomness import require_advance
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers

LIBRARY = (
    layers.vanilla_dropout_train,
    layers.vanilla_dropout_predict,
    layers.inverted_dropout_forward,
    layers.inverted_dropout_backward,
)
NEARLY_ALL = 1 - 1e-12
"""A drop probability at which all draws drop every entry, so that the result can be compared."""

SHAPE = (60, 50)
OTHER_SHAPES = ((3000,), (10, 12, 25))
ALLOWED = 0.05
"""Allowed error of the fraction dropped of 3,000 entries, over five standard deviations (0.0091)."""


def positive(rng: Generator, shape: tuple[int, ...] = SHAPE) -> FloatArray:
    return rng.uniform(1, 2, shape)


def pair(result: Any, shape: tuple[int, ...] = SHAPE) -> tuple[FloatArray, FloatArray]:
    """The two arrays that were returned for an x of this shape."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Violation("your function does not return two arrays")
    for part in result:
        if np.shape(part) != shape:
            raise Violation(f"your function returns an array of shape {np.shape(part)} for an x of shape {shape}")
    return np.asarray(result[0], dtype=float), np.asarray(result[1], dtype=float)


@dataclass(frozen=True)
class Drop:
    """Output in training for x, ``drop_prob`` and a generator, which ``arguments`` turns into those of a call."""

    call: Caller
    arguments: Callable[[FloatArray, float, Generator], tuple[Any, ...]]

    def __call__(self, x: FloatArray, drop_prob: float, rng: Generator) -> FloatArray:
        return pair(self.call(*self.arguments(x, drop_prob, rng)), x.shape)[0]

    def times(self, n: int, x: FloatArray, drop_prob: float, rng: Generator) -> list[FloatArray]:
        """``n`` outputs, each drawn with its own generator."""
        results = self.call.each(self.arguments(x, drop_prob, own) for own in rng.spawn(n))
        return [pair(result, x.shape)[0] for result in results]


def require_factor(kept: FloatArray, x: FloatArray, expected: float, remedy: str) -> None:
    """Require that the entries of ``kept`` that are not 0 are ``expected`` times x, or name the ``remedy``."""
    stays = kept != 0
    factor = kept[stays] / x[stays]
    if not np.allclose(factor, expected, rtol=1e-9):
        common = np.allclose(factor, factor[:1], rtol=1e-9)
        found = f"is {factor[0]:.3g}" if common else f"lies between {factor.min():.3g} and {factor.max():.3g}"
        raise Violation(
            f"the entries that are not 0 are x times a wrong factor. {remedy}",
            f"it {found}, but must be {expected:.3g}",
        )


def some_dropped(drop: Drop, x: FloatArray, drop_prob: float, rng: Generator) -> FloatArray:
    """Output for x, in which some entries, but not all, must be 0."""
    out = drop(x, drop_prob, rng)
    if 0 < np.count_nonzero(out) < out.size:
        return out
    # One draw for all entries keeps everything in some calls and drops everything in others.
    stay = {bool(np.any(out)) for out in drop.times(30, x, drop_prob, rng)}
    if len(stay) == 2:
        raise Violation("you keep or drop all entries together. Draw a number for each *entry*")
    if stay == {True}:
        raise Violation(
            "you drop nothing. Drop each entry with probability `drop_prob`",
            f"the last entry becomes {out.flat[-1]:.6g}",
        )
    raise Violation("you drop everything. Drop each entry with probability `drop_prob`")


def require_mask(drop: Drop, x: FloatArray, drop_prob: float, rng: Generator) -> FloatArray:
    """Output for x, in which each entry has its own draw and the right fraction is dropped."""
    out = some_dropped(drop, x, drop_prob, rng)
    dropped = out == 0
    for axis in range(dropped.ndim if dropped.ndim > 1 else 0):
        if (dropped == dropped.take([0], axis)).all():
            whole = "you keep or drop each example as a whole" if axis else "you use one mask for all examples"
            raise Violation(f"{whole}. Draw a number for each *entry*")
    share = float(np.mean(dropped))
    if abs(share - drop_prob) > ALLOWED:
        swapped = abs(share - (1 - drop_prob)) < ALLOWED
        raise Violation(
            f"the fraction that is *{'kept' if swapped else 'dropped'}* is {'' if swapped else 'not '}`drop_prob`. "
            "Drop each entry with probability `drop_prob`",
            f"with `drop_prob` = {drop_prob} about {10 * round(10 * share)} % are dropped, and the last entry "
            f"that is kept is multiplied by {(out / x)[~dropped][-1]:.3g}",
        )
    return out


def require_draws(drop: Drop, rng: Generator) -> None:
    """Require new masks from the given generator, with independent draws for the entries."""
    x = positive(rng)
    first, second = some_dropped(drop, x, 0.5, rng), drop(x, 0.5, rng)
    if np.array_equal(first, second):
        raise Violation("two calls drop the same entries. Draw a new mask from `rng` in each call")
    if any(np.unique(np.count_nonzero(first, axis)).size == 1 for axis in (0, 1)) or _as_many_each_time(drop, rng):
        raise Violation("you drop the same number of entries each time. Draw an independent number for each *entry*")
    seed = int(rng.integers(2**32))
    one, other = (drop(x, 0.5, np.random.default_rng(seed)) for _ in range(2))
    if not np.array_equal(one, other):
        raise Violation("two generators with the same seed give different masks. Draw from `rng`, not from `np.random`")
    require_advance(lambda own: drop(x, 0.5, own), rng)


def _as_many_each_time(drop: Drop, rng: Generator) -> bool:
    """Whether 20 small masks all drop as many; for random masks the probability is below 10⁻¹⁴."""
    x = rng.uniform(1, 2, (6, 5))
    return len({np.count_nonzero(out) for out in drop.times(20, x, 0.5, rng)}) == 1
