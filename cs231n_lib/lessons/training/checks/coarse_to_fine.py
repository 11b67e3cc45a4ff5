"""The exercise on searching around the best point so far, and on saying where its range ended too soon."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Property, Values, Wrong, case, slips
from cs231n_lib.contracts import FloatArray
from cs231n_lib.search import Uniform, on_border

from . import searches
from .grid_search import LIBRARY, hill
from .random_search import draws_from, found

LOW, HIGH = np.array([1e-5, 1e-8]), np.array([1.0, 1e-1])


def _single(rng: Generator) -> Iterator[Case]:
    low, high = np.array([1e-5]), np.array([1.0])
    yield case("1 hyperparameter, one round", hill([1e-2]), low, high, 6, 1, rng)
    yield case("1 hyperparameter, 3 rounds", hill([1e-3]), low, high, 6, 3, rng)
    yield case("share = 0.6, 4 rounds", hill([3e-2]), low, high, 5, 4, rng, 0.6)


def _diverged(rng: Generator) -> Iterator[Case]:
    objective = hill([3e-3], lambda point: point[0] > 1e-2)
    yield case("1 hyperparameter, high values diverge", objective, np.array([1e-5]), np.array([1.0]), 20, 2, rng)


def positions(points: FloatArray) -> FloatArray:
    """Where points (n, 2) lie between `LOW` at 0 and `HIGH` at 1, on a logarithmic axis."""
    return np.asarray(np.log(points / LOW) / np.log(HIGH / LOW))


def _narrows(call: Callable[..., Any], rng: Generator) -> None:
    n, rounds = 40, 3
    _, points, results = found(call(hill([0.4, 1e-6]), LOW, HIGH, n, rounds, rng), n * rounds, 2)
    for i in range(1, rounds):
        centre = positions(points[np.nanargmax(results[: n * i])])
        left, right = np.maximum(0, centre - 0.3**i / 2), np.minimum(1, centre + 0.3**i / 2)
        tried = positions(points[n * i : n * (i + 1)])
        if np.any(tried < left - 1e-9) or np.any(tried > right + 1e-9):
            raise Wrong(
                "a later round leaves its range: `share ** i` of the whole range, around the best point of *all* so far",
                f"in round {i + 1} of 3",
            )
        if np.any(np.ptp(tried, axis=0) < 0.7 * (right - left)):  # once in 10⁵ times by chance
            raise Wrong(
                "a later round is too narrow: `share ** i` of the whole range, of which half lies on each side",
                f"in round {i + 1} of 3",
            )


def _border(call: Callable[..., Any], rng: Generator) -> None:
    for top in ([10.0, 1e-5], [1e-3, 1e-12], [1e-8, 1e3], [1e-3, 1e-4]):
        result = call(hill(top), LOW, HIGH, 12, 3, rng)
        best, _, _ = found(result, 36, 2)
        border = np.asarray(result[3]) if len(result) > 3 else np.empty(0)
        if border.shape != (2,):
            raise Wrong(f"border has shape {border.shape}: one True or False is asked for each hyperparameter")
        at = positions(best)
        expected = (at < 0.05) | (at > 0.95)
        if not np.array_equal(border.astype(bool), expected):
            raise Wrong(
                "border is wrong: True where the best lies in the first or last twentieth of the *whole* range, "
                "on a logarithmic axis",
                f"the best lies at {at[0]:.2f} and {at[1]:.2f} of the range, and border is {border.tolist()}",
            )


def _draws(call: Callable[..., Any], rng: Generator) -> None:
    draws_from(lambda generator: call(hill([0.01, 1e-4]), LOW, HIGH, 4, 2, generator), rng)


coarse_to_fine = Exercise(
    searches.coarse_to_fine,
    points=10,
    minutes=25,
    difficulty=3,
    forbidden=(*LIBRARY, Uniform.narrowed, on_border),
    builds_on=("random_search", "log_uniform"),
    checks=(
        Values("One hyperparameter", 3, _single),
        Values("A trial that diverged is never the best", 1, _diverged),
        Property("Two: each round is narrower, around the best so far", 2, _narrows),
        Property("The best is on the border", 2, _border),
        Property("Draws from the generator given", 1, _draws),
    ),
    mistakes=slips(
        searches.coarse_to_fine,
        """
        best of the round alone
            best = points[np.nanargmax(results)] → best = tried[np.nanargmax(found)]
            this is the best of the *last round*, which need not have found a better one. Take the best of all so far.
        NaN wins
            np.nanargmax → np.argmax
            a run that diverged returned NaN, and `np.argmax` takes NaN for the largest. `np.nanargmax` leaves it out.
        worst for best
            np.nanargmax → np.nanargmin
            the rounds close in on the point with the *smallest* result. The objective is to be large.
        half of the width forgotten
            (share ** (i + 1) / 2) → share ** (i + 1)
            the range reaches a whole width to *each* side of the best, so it is twice too wide. Half of it lies on each side.
        always as wide
            share ** (i + 1) → share
            all later rounds are as wide as the second. Each is `share` times as wide as the one before: `share ** (i + 1)`.
        never narrower
            left, right = np.maximum(low, best / reach), np.minimum(high, best * reach) → pass
            every round searches the whole range. From the second on, search around the best.
        one power too few
            (i + 1) → i
            the second round is as wide as the first: after round i = 0 the width is `share ** 1`.
        not cut off
            np.maximum(low, best / reach), np.minimum(high, best * reach) → best / reach, best * reach
            a range around a best value near the end reaches beyond it. Cut it off at `low` and `high`.
        cut off on the wrong side
            np.maximum(low, best / reach), np.minimum(high, best * reach) → np.minimum(low, best / reach), np.maximum(high, best * reach)
            `np.minimum` and `np.maximum` are swapped, so no round is narrower: the left end is at *least* `low`.
        cut off at the last round's range
            np.maximum(low, best / reach), np.minimum(high, best * reach) → np.maximum(left, best / reach), np.minimum(right, best * reach)
            you cut the range off at the ends of the *last round's*. Then a best value near such an end can never be left
            behind: cut it off at `low` and `high` alone.
        narrowed on a linear axis
            best / reach), np.minimum(high, best * reach) → best - share ** (i + 1) / 2 * (high - low)), np.minimum(high, best + share ** (i + 1) / 2 * (high - low))
            the range is narrowed by subtracting. On a logarithmic axis one *divides* and multiplies:
            `best / reach` and `best * reach`.
        earlier rounds lost
            np.vstack([points, tried]), np.append(results, found) → tried, found
            only the last round's trials are kept. Append each round's to `points` and `results`.
        same draws each round
            random_search(objective, left, right, n, rng) → random_search(objective, left, right, n, np.random.default_rng(0))
            a generator made inside draws the same numbers in each round and each call. Hand on `rng`.
        border of the last range
            np.log(best / low) / np.log(high / low) → np.log(best / left) / np.log(right / left)
            this is where the best lies in the *last, narrow* range, which is always its middle. Compare with `low` and `high`.
        border on a linear axis
            np.log(best / low) / np.log(high / low) → (best - low) / (high - low)
            on a linear axis nearly all of a logarithmic range lies in its first twentieth. Take logarithms.
        upper border only
            (position < 0.05) | (position > 0.95) → position > 0.95
            only the upper end is looked at. The best may lie at the lower one.
        lower border only
            (position < 0.05) | (position > 0.95) → position < 0.05
            only the lower end is looked at. The best may lie at the upper one.
        inside for outside
            (position < 0.05) | (position > 0.95) → (position >= 0.05) & (position <= 0.95)
            border is True where the best is *not* on the border.
        one answer for all
            border = (position < 0.05) | (position > 0.95) → border = np.array([np.any((position < 0.05) | (position > 0.95))] * len(low))
            this says whether *any* hyperparameter is on the border. Each has its own answer.
        exactly at the end
            (position < 0.05) | (position > 0.95) → (best == low) | (best == high)
            no drawn number is exactly `low` or `high`. The first and last *twentieth* of the range count as its border.
        """,
    ),
)
