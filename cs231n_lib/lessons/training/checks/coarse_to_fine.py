"""Exercise on searching around the best point so far, with a warning if a range ends too soon."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.search import Uniform, on_border

from . import searches
from .grid_search import LIBRARY, Hill, diverging
from .random_search import draws_from, found

LOW, HIGH = np.array([1e-5, 1e-8]), np.array([1.0, 1e-1])


def _single(rng: Generator) -> Cases:
    """Searches whose best point is the lowest or highest of the first round, so that no later round improves on it."""
    for rounds, share, least, most, lowest in (
        (1, 0.3, 0.01, 0.04, True),
        (1, 0.3, 0.06, 0.09, True),
        (3, 0.3, 0.2, 0.25, True),
        (2, 0.5, 0.2, 0.24, True),
        (2, 0.5, 0.01, 0.04, True),
        (2, 0.5, 0.2, 0.24, False),
        (3, 0.5, 0.01, 0.04, True),
    ):

        def wanted(
            u: FloatArray, rounds: int = rounds, share: float = share, ends: Any = (least, most), lowest: bool = lowest
        ) -> bool:
            u = u if lowest else 1 - u
            centre = u[0].min()
            second = u[1] * (centre + share / 2)
            not_again = second.min() > 0.06 or centre > 0.05
            near = np.abs(second - centre).min() < 0.1
            # A third round around the best of the second round alone must not come near the border again.
            alone = second[np.abs(second - centre).argmin()]
            left, right = max(alone - share**2 / 2, 0), alone + share**2 / 2
            not_again = not_again and (rounds < 3 or (left + u[2] * (right - left)).min() > 0.06)
            return bool(ends[0] < centre < ends[1] and u[0].max() < 0.69 and near and not_again)

        seed = _seed(rng, wanted)
        first, ends = np.random.default_rng(seed).random(6), (np.array([1e-5]), np.array([1.0]))
        best = searches.log_uniform(first.min() if lowest else first.max(), *ends)
        label = f"{rounds} round{'s' * (rounds > 1)}, share = {share}"
        yield case(label, Hill(best), *ends, 6, rounds, np.random.default_rng(seed), share)


def _moves_on(rng: Generator) -> Cases:
    """Searches in which higher or lower is better, and the second round has a point near that end of its range."""

    def wanted(u: FloatArray) -> bool:
        return bool(u[0].min() > 0.11 and 0.7 < u[0].max() < 0.74 and u[1].max() > 0.95 and u[2].max() > 0.6)

    ends = np.array([1e-4]), np.array([1.0])
    upwards, downwards = _seed(rng, wanted), _seed(rng, lambda u: wanted(1 - u))
    yield case("the higher, the better", Hill([1e3]), *ends, 6, 3, np.random.default_rng(upwards), 0.1)
    yield case("the lower, the better", Hill([1e-9]), *ends, 6, 3, np.random.default_rng(downwards), 0.1)
    yield _better_beside_diverged(rng)


def _better_beside_diverged(rng: Generator) -> Case:
    """Search whose second round finds a better point, although another point of this round diverges."""

    def wanted(u: FloatArray) -> bool:
        centre, second = u[0].max(), 0.3 * (u[1] - 0.5)  # the second round, as distances from the centre
        better = (second > 0.02) & (second < 0.06)
        return bool(0.45 < centre < 0.6 and u[0].min() < 0.045 and better.any() and second.max() > 0.09)

    seed = _seed(rng, wanted)
    low, high = np.array([1e-5]), np.array([1.0])
    centre = np.random.default_rng(seed).random(6).max()
    ends = searches.log_uniform(centre + np.array([0.06, 0.08]), low, high)
    objective = diverging(Hill(ends[:1]), lambda point: point[0] > ends[1])
    label = "a better point in a round in which another diverges"
    return case(label, objective, low, high, 6, 2, np.random.default_rng(seed))


def _diverged(rng: Generator) -> Cases:
    """Search whose first point is the best and whose second point diverges, but not all points around the second."""

    def wanted(u: FloatArray) -> bool:
        first, second = u[0, :2]
        not_all = second + 0.3 * (u[1].min() - 0.5) < 0.58
        return bool(0.26 < first < 0.44 and 0.62 < second < 0.72 and 0.21 < u[0].min() < 0.25 and not_all)

    seed = _seed(rng, wanted)
    low, high = np.array([1e-5]), np.array([1.0])
    top = searches.log_uniform(np.random.default_rng(seed).random(1), low, high)
    objective = diverging(Hill(top), lambda point: point[0] > 1e-2)
    yield case("high values diverge", objective, low, high, 6, 2, np.random.default_rng(seed))
    yield case(
        "results below minus a million",
        lambda point: objective(point) - 2e6,
        *(low, high, 6, 2, np.random.default_rng(seed)),
    )


def _one_hyperparameter(rng: Generator) -> Cases:
    """Cases of one row, because an answer that crowns a NaN has no best point."""
    yield from _single(rng)
    yield from _diverged(rng)


def _seed(rng: Generator, wanted: Callable[[FloatArray], bool]) -> int:
    """Seed whose draws in three rounds of six (3, 6) are as ``wanted``, so that a mistake always costs the same."""
    while True:
        seed = int(rng.integers(2**32))
        if wanted(np.random.default_rng(seed).random((3, 6))):
            return seed


def positions(points: FloatArray) -> FloatArray:
    """Places of points (n, 2) on a logarithmic axis, with `LOW` at 0 and `HIGH` at 1."""
    return np.asarray(np.log(points / LOW) / np.log(HIGH / LOW))


@dataclass(eq=False)
class _FoundAtOnce:
    """Objective that is largest at the first point in the middle half that it meets, so that no later round is better.

    Other points are better the nearer they are to `HIGH`. Like a `Hill`, it is called where the answer runs.
    """

    top: FloatArray | None = None

    def __call__(self, point: FloatArray) -> float:
        at = positions(np.asarray(point, dtype=float))
        if self.top is None and np.all(np.abs(at - 0.5) < 0.25):
            self.top = at
        return 0.0 if self.top is not None and np.array_equal(at, self.top) else float(at.mean()) - 2


def _narrows(call: Function, rng: Generator) -> None:
    n, rounds = 60, 3
    _, points, results = found(call(_FoundAtOnce(), LOW, HIGH, n, rounds, rng), n * rounds, 2)
    for i in range(1, rounds):
        centre = positions(points[np.nanargmax(results[: n * i])])
        left, right = centre - 0.3**i / 2, centre + 0.3**i / 2
        tried = positions(points[n * i : n * (i + 1)])
        if np.any(tried < left - 1e-9) or np.any(tried > right + 1e-9):
            raise Violation(
                "a later round leaves its range. Draw from `share ** i` of the whole range, around the best point of "
                "*all* rounds so far",
                f"in round {i + 1} of 3",
            )
        if np.any(np.ptp(tried, axis=0) < 0.7 * 0.3**i):  # happens by chance once in 10⁷ times
            raise Violation(
                "a later round is too narrow. Let it cover `share ** i` of the whole range, half on each side",
                f"in round {i + 1} of 3",
            )


def _border(call: Function, rng: Generator) -> None:
    said, right = [], []
    for top in ([0.7, 1e-5], [1e-3, 1.6e-8], [1.4e-5, 0.06], [1e-3, 1e-4]):
        result = call(Hill(top), LOW, HIGH, 60, 3, rng)
        best, _, _ = found(result, 180, 2)
        border = np.asarray(result[3]) if len(result) > 3 else np.empty(0)
        if border.shape != (2,):
            raise Violation(f"border has shape {border.shape}. Return True or False for each hyperparameter")
        at = positions(best)
        said.append(border.astype(bool).tolist())
        right.append(((at < 0.05) | (at > 0.95)).tolist())
    if said != right:
        wrong = next(i for i in range(4) if said[i] != right[i])
        raise Violation(
            "border is wrong. Return True where the best lies in the first or last twentieth of the *whole* range on a "
            "logarithmic axis",
            f"it is {said[wrong]}, not {right[wrong]}",
            fingerprint=said,
        )


def _draws(call: Function, rng: Generator) -> None:
    draws_from(lambda generator: call(Hill([0.01, 1e-4]), LOW, HIGH, 4, 2, generator), rng)


coarse_to_fine = Exercise(
    searches.coarse_to_fine,
    points=10,
    minutes=25,
    difficulty=3,
    covers="tiny one smallest",
    forbidden=(*LIBRARY, Uniform.narrowed, on_border),
    builds_on=("random_search", "log_uniform"),
    checks=(
        Values("One hyperparameter, with and without trials that diverge", 7, _one_hyperparameter),
        Values("The best moves on", 1, _moves_on),
        Property("Two hyperparameters, each round narrower, around the best so far", 2, _narrows),
        Property("The best is on the border", 1.5, _border),
        Property("Draws from the generator given", 0.5, _draws),
    ),
    slips="""
        next range about the best of the round
            best / reach → tried[np.nanargmax(found)] / reach
            best * reach → tried[np.nanargmax(found)] * reach
            you search around the best point of the *last round*. Search around the best of all rounds so far, which an
            earlier round may have found.
        best of the round alone
            best = points[np.nanargmax(results)] → best = tried[np.nanargmax(found)]
            you return the best of the *last round* and search around it, although an earlier one may be better. Use the
            best of all rounds so far for both.
        NaN wins
            np.nanargmax → np.argmax
            your code treats the NaN of a diverged run as the largest result, as `np.argmax` does. Use `np.nanargmax`.
        NaN for the best of a round
            best = points[np.nanargmax(results)] → top = found.max() if i == 0 else top
            reach = → best = tried[np.nanargmax(found)] if i == 0 or found.max() > top else best ⏎ reach =
            left = np.maximum( → top = max(top, found.max()) ⏎ left = np.maximum(
            you compare the largest result of each round with the best so far, but this result is NaN if a run of the
            round diverged, and no comparison with NaN is True. Use `np.nanmax`.
        worst for best
            np.nanargmax → np.nanargmin
            you take the point with the *smallest* result as the best. Take the one with the largest.
        half of the width forgotten
            (share ** (i + 1) / 2) → share ** (i + 1)
            your range reaches a whole width to *each* side of the best. Let it reach half a width to each side.
        always as wide
            share ** (i + 1) → share
            your later rounds are all as wide as the second. Make each `share` times as wide as the one before, with
            `share ** (i + 1)`.
        share of the last round's range
            (high / low) ** (share ** (i + 1) / 2) → (right / left) ** (share / 2)
            you take a fraction of the last round's range, which may have been cut off. After r rounds, make the range
            `share ** r` times as wide as the *whole* range, on the logarithmic axis.
        whole range forgotten
            (high / low) ** (share ** (i + 1) / 2) → (right / left) ** (share ** (i + 1) / 2)
            you apply `share ** (i + 1)` to the last round's range, which is already narrow. Apply it to `high / low`.
        share typed in
            (share ** (i + 1) / 2) → (0.3 ** (i + 1) / 2)
            your code has a fixed number in place of `share`. Use the argument.
        never narrower
            left = np.maximum(low, best / reach) → pass
            right = np.minimum(high, best * reach) → pass
            you search the whole range in every round. From the second round on, search around the best point.
        one power too few
            (i + 1) → i
            your second round is as wide as the first, apart from the parts that are cut off. Let the exponent contain
            `share` after the first round, `share ** 2` after the second, and so on.
        not cut off
            np.maximum(low, best / reach) → best / reach
            np.minimum(high, best * reach) → best * reach
            your range extends beyond the whole range if the best value lies near an end. Cut it off at `low` and
            `high`.
        cut off on the wrong side
            np.maximum(low, → np.minimum(low,
            np.minimum(high, → np.maximum(high,
            you take the farther of two ends on each side, as if you swapped `np.minimum` and `np.maximum`, so no round
            is narrower. Keep the left end *at or above* `low` and the right end at or below `high`.
        cut off at the last round's range
            np.maximum(low, → np.maximum(left,
            np.minimum(high, → np.minimum(right,
            you cut the range off at the ends of the *last round's* range, so the search cannot move beyond them. Cut it
            off at `low` and `high`.
        narrowed on a linear axis
            best / reach → best - share ** (i + 1) / 2 * (high - low)
            best * reach → best + share ** (i + 1) / 2 * (high - low)
            you narrow the range by subtraction. On a logarithmic axis divide and multiply, `best / reach` and `best *
            reach`.
        earlier rounds lost
            np.vstack([points, tried]), np.append(results, found) → tried, found
            you keep only the last round's trials. Append the trials of each round to `points` and `results`.
        same draws each round
            left, right, n, rng) → left, right, n, np.random.default_rng(0))
            you make a generator in each round, so all rounds draw the same numbers. Pass on `rng`.
        border of the last range
            np.log(best / low) / np.log(high / low) → np.log(best / left) / np.log(right / left)
            you compare the best with the ends of the *last, narrow* range, where it nearly always lies in the middle.
            Compare it with `low` and `high`.
        border on a linear axis
            np.log(best / low) / np.log(high / low) → (best - low) / (high - low)
            you measure the position on a linear axis, where the first twentieth holds most powers of ten. Divide the
            logarithm of best/low by that of high/low.
        upper border only
            (position < 0.05) | (position > 0.95) → position > 0.95
            you look only at the upper end. Look at the lower one too.
        lower border only
            (position < 0.05) | (position > 0.95) → position < 0.05
            you look only at the lower end. Look at the upper one too.
        inside for outside
            (position < 0.05) | (position > 0.95) → (position >= 0.05) & (position <= 0.95)
            your `border` is True where the best is *not* on the border. Negate it.
        one answer for all
            (position < 0.05) | (position > 0.95) → position * 0 + np.any(abs(position - 0.5) > 0.45) > 0
            your `border` reports whether *any* hyperparameter is on the border. Return an answer for each.
    """,
)
