"""An exercise on how many components are enough."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Property, Values, Wrong, case
from cs231n_lib.functions import preprocessing

from . import references


def _falling(rng: Generator, d: int) -> np.ndarray:
    """Variances (d,) whose sum is 1.5: no share of it is a share of 1."""
    variances = np.sort(rng.uniform(0.2, 1, d))[::-1]
    return 1.5 * variances / variances.sum()


def _falling_variances(rng: Generator) -> Iterator[Case]:
    for share in (0.5, 0.8, 0.9, 0.99):
        while True:  # until sums of squares are off by more than one
            variances = _falling(rng, 30)
            k, squared = (references.components_to_keep(v, share) for v in (variances, variances**2))
            if squared < k - 1:
                yield case(f"share {share}", variances, share)
                break


def _by_hand(rng: Generator) -> Iterator[Case]:
    variances = np.array([8.0, 4.0, 2.0, 1.0, 1.0])
    for share, words in ((0.75, "exactly reached by two"), (0.76, "just missed by two"), (0.3, "reached by the first")):
        yield case(f"variances 8, 4, 2, 1, 1; share {share}, {words}", variances, share)


def _all(rng: Generator) -> Iterator[Case]:
    yield case("all of the variance, the last two being 0", np.array([4.0, 3.0, 1.0, 0.0, 0.0]), 1.0)


def _unit(call: Callable[..., Any], rng: Generator) -> None:
    variances = _falling(rng, 12)
    first, second = int(call(variances, 0.9)), int(call(1e-4 * variances, 0.9))
    if first != second:
        raise Wrong("in another unit of the data another number is kept", f"{first}, in another unit {second}")


components_to_keep = Exercise(
    references.components_to_keep,
    points=6,
    minutes=8,
    difficulty=2,
    forbidden=(preprocessing.components_to_keep,),
    checks=(
        Values("Falling variances", 3, _falling_variances),
        Values("At the edge", 2, _by_hand),
        Values("A share of 1", 1, _all),
        Property("The same in another unit", 1, _unit),
    ),
    slips="""
        one too few
            too_small + 1 → too_small
            this is the index of the last one that is needed, counted from 0: how *many* are needed is one more.
        one too many
            too_small + 1 → too_small + 2
            this is one more than are needed.
        more than the share
            kept < share → kept <= share
            where the share is reached exactly, that is enough: `<`, or `>=` if you look for what is enough.
        not divided by the total
            share * kept[-1] → share
            the sum is compared with the share itself: a share is of *all* the variance.
        always 1
            return too_small + 1 → return int(np.argmax(variances / variances.sum() >= share)) + 1
            this is 1 for every share. The first k variances hold it *together*, so compare sums, `np.cumsum`, and with
            the share of the sum of *all*.
        largest that stays below
            kept < share → kept <= share
            return too_small + 1 → return max(1, too_small)
            these are so many that they hold *at most* the share: the smallest k that holds at least as much is asked.
        of standard deviations
            np.cumsum(variances) → np.cumsum(np.sqrt(variances))
            you add up standard deviations. Only variances add up.
        squared
            np.cumsum(variances) → np.cumsum(variances**2)
            you add up squares of variances. They are squares already.
        share of their number
            return too_small + 1 → return int(np.ceil(share * len(variances)))
            this is a share of the *number* of components: a share of the variance is asked.
        how many are not needed
            too_small + 1 → len(kept) - too_small
            you count the ends that are enough: the first of them is asked.
        an array
            too_small + 1 → np.flatnonzero(kept >= share * kept[-1]) + 1
            these are all numbers that are enough: the smallest is asked.
        largest comes last
            np.cumsum(variances) → np.cumsum(np.sort(variances))
            the smallest variances are added up first. They come with the largest first.
    """,
)
