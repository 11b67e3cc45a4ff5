"""What the exercises on dropout share: rows that ask for what must hold of any mask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Caller, Violation
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers

LIBRARY = (
    layers.vanilla_dropout_train,
    layers.vanilla_dropout_predict,
    layers.inverted_dropout_forward,
    layers.inverted_dropout_backward,
)
NEARLY_ALL = 1 - 1e-12
"""A drop probability at which every entry is dropped, whatever the draws: so that the result can be compared."""

SHAPE = (60, 50)
OTHER_SHAPES = ((3000,), (10, 12, 25))
ALLOWED = 0.05
"""How far the share dropped of 3,000 entries may be from ``drop_prob``: over five standard deviations (0.0091)."""


def positive(rng: Generator, shape: tuple[int, ...] = SHAPE) -> FloatArray:
    return rng.uniform(1, 2, shape)


def pair(result: Any, shape: tuple[int, ...] = SHAPE) -> tuple[FloatArray, FloatArray]:
    """The two arrays that were returned for an x of this shape."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Violation("two arrays are asked")
    for part in result:
        if np.shape(part) != shape:
            raise Violation(f"returns shape {np.shape(part)} for an x of shape {shape}")
    return np.asarray(result[0], dtype=float), np.asarray(result[1], dtype=float)


@dataclass(frozen=True)
class Drop:
    """The output in training for x, ``drop_prob`` and a generator, of which ``arguments`` makes those of a call."""

    call: Caller
    arguments: Callable[[FloatArray, float, Generator], tuple[Any, ...]]

    def __call__(self, x: FloatArray, drop_prob: float, rng: Generator) -> FloatArray:
        return pair(self.call(*self.arguments(x, drop_prob, rng)), x.shape)[0]

    def times(self, n: int, x: FloatArray, drop_prob: float, rng: Generator) -> list[FloatArray]:
        """So many outputs, each with a generator of its own."""
        results = self.call.each(self.arguments(x, drop_prob, own) for own in rng.spawn(n))
        return [pair(result, x.shape)[0] for result in results]


def require_factor(kept: FloatArray, x: FloatArray, expected: float, named: str) -> None:
    """What stays, ``kept`` where not 0, must be ``expected`` times x."""
    stays = kept != 0
    factor = kept[stays] / x[stays]
    if not np.allclose(factor, expected, rtol=1e-9):
        common = np.allclose(factor, factor[:1], rtol=1e-9)
        detail = f"by {factor[0]:.3g}, not {expected:.3g}" if common else f"by factors from {factor.min():.3g}"
        raise Violation(f"what stays is not multiplied by {named}", detail)


def some_dropped(drop: Drop, x: FloatArray, drop_prob: float, rng: Generator) -> FloatArray:
    """The output for x, in which some entries must be 0, and some not."""
    out = drop(x, drop_prob, rng)
    if 0 < np.count_nonzero(out) < out.size:
        return out
    # One draw for all entries also gives all or nothing, now this and now that.
    stay = {bool(np.any(out)) for out in drop.times(30, x, drop_prob, rng)}
    if len(stay) == 2:
        raise Violation("all entries stay or go together: draw one number for each *entry*")
    if stay == {True}:
        raise Violation("nothing is dropped", f"the last entry becomes {out.flat[-1]:.6g}")
    raise Violation("everything is dropped")


def require_mask(drop: Drop, x: FloatArray, drop_prob: float, rng: Generator) -> FloatArray:
    """The output for x: each entry must have a draw of its own, and the right share must be dropped."""
    out = some_dropped(drop, x, drop_prob, rng)
    dropped = out == 0
    for axis in range(dropped.ndim if dropped.ndim > 1 else 0):
        if (dropped == dropped.take([0], axis)).all():
            whole = "an example stays or goes as a whole" if axis else "all examples of the batch have the same mask"
            raise Violation(f"{whole}: draw one number for each *entry*")
    share = float(np.mean(dropped))
    if abs(share - drop_prob) > ALLOWED:
        swapped = abs(share - (1 - drop_prob)) < ALLOWED
        raise Violation(
            f"the share that is *{'kept' if swapped else 'dropped'}* is {'' if swapped else 'not '}`drop_prob`",
            f"with `drop_prob` = {drop_prob} about {10 * round(10 * share)} % are dropped; the last entry "
            f"that stays is multiplied by {(out / x)[~dropped][-1]:.3g}",
        )
    return out


def require_draws(drop: Drop, rng: Generator) -> None:
    """New masks must come from the generator that is given, and chance decide on each entry."""
    x = positive(rng)
    first, second = some_dropped(drop, x, 0.5, rng), drop(x, 0.5, rng)
    if np.array_equal(first, second):
        raise Violation("two calls drop the same entries: draw a new mask from `rng` each time")
    if any(np.unique(np.count_nonzero(first, axis)).size == 1 for axis in (0, 1)) or _as_many_each_time(drop, rng):
        raise Violation("the same number of entries is dropped each time: draw for each *entry* on its own")
    seed = int(rng.integers(2**32))
    one, other = (drop(x, 0.5, np.random.default_rng(seed)) for _ in range(2))
    if not np.array_equal(one, other):
        raise Violation("equal generators give different masks: draw from `rng`, not from np.random")


def _as_many_each_time(drop: Drop, rng: Generator) -> bool:
    """Twenty small masks in a row: if chance decides, all are of one size less often than once in 10¹⁴ times."""
    x = rng.uniform(1, 2, (6, 5))
    return len({np.count_nonzero(out) for out in drop.times(20, x, 0.5, rng)}) == 1
