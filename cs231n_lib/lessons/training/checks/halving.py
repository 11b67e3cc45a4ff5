"""Exercise on successive halving, which trains the best settings of short training runs for longer."""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import searches


@dataclass(frozen=True, eq=False)
class Learner:
    """Accuracy that approaches ``ends`` (n,) with the epochs, with a ``lag`` (n,) for each setting.

    Setting i is the point [i + 1, …]. ``diverges`` holds the settings that return NaN, and after how many epochs.
    """

    ends: FloatArray
    lag: FloatArray
    diverges: dict[int, int]

    def __call__(self, point: FloatArray, epochs: int) -> float:
        if np.ndim(point) != 1:
            raise TypeError(f"objective takes one setting, an array (D,), and not one of shape {np.shape(point)}")
        if np.ndim(epochs) or not epochs > 0:
            raise TypeError("objective takes a setting and a number of epochs above 0, in this order")
        i = round(float(point[0])) - 1
        if epochs >= self.diverges.get(i, np.inf):
            return float("nan")
        return float(self.ends[i] - self.lag[i] / epochs)


Rule = Callable[[int, int], int]
"""Function from a number of settings or epochs and the factor to the number of the next round."""


def _last(
    objective: Learner, n: int, epochs: int, factor: int, keep: Rule, grow: Rule, of_converged: bool = False
) -> int:
    """Setting that a search with these rules leaves.

    If ``of_converged``, each round keeps a fraction of only the converged settings.
    """
    left = np.arange(n)
    until = np.array([objective.diverges.get(i, np.inf) for i in range(n)])
    while len(left) > 1:  # all results at once, because a learner is drawn many times
        results = np.where(epochs >= until, np.nan, objective.ends - objective.lag / epochs)[left]
        count = int(np.sum(~np.isnan(results))) if of_converged else len(left)
        left = left[np.argsort(-results, kind="stable")[: keep(count, factor)]]
        epochs = grow(epochs, factor)
    return int(left[0])


def _down(n: int, factor: int) -> int:
    return max(1, n // factor)


OTHER_RULES: tuple[tuple[Rule, Rule], ...] = (
    (_down, lambda epochs, factor: epochs + factor),
    (lambda n, factor: -(-n // factor), operator.mul),
    (lambda n, factor: n // 2, operator.mul),
    (lambda n, factor: factor if n > factor else 1, operator.mul),
)
"""Rules that rarely leave another setting. The first adds to the epochs. The others keep a wrong number of settings."""


def _learner(rng: Generator, n: int, epochs: int, factor: int, *, diverging: int = 0) -> Learner:
    """Learner for which a wrong search fails or succeeds regardless of the seed, so that points do not depend on it.

    The right setting is neither the first nor the last, nor that of a search whose rounds are equally long or whose
    first round is too long. The `OTHER_RULES` leave the right setting, and so does a search that keeps a fraction of
    only the converged settings.
    """
    while True:
        early = rng.permutation(n)[:diverging]
        learner = Learner(rng.uniform(0.3, 0.9, n), rng.uniform(0, 0.5, n) * epochs, dict.fromkeys(map(int, early), 1))
        right = _last(learner, n, epochs, factor, _down, operator.mul)
        wrong = {0, n - 1}
        if n // factor > 1:  # otherwise the only round is also the first
            wrong.add(_last(learner, n, epochs * factor, factor, _down, operator.mul))
            wrong.add(_last(learner, n, epochs, factor, _down, lambda epochs, factor: epochs))
        if right in wrong or any(_last(learner, n, epochs, factor, *rules) != right for rules in OTHER_RULES):
            continue
        if not diverging or _last(learner, n, epochs, factor, _down, operator.mul, of_converged=True) == right:
            return learner


def _settings(rng: Generator, n: int) -> FloatArray:
    """Settings (n, 2), which are a running number and a second hyperparameter."""
    return np.column_stack([np.arange(n) + 1.0, rng.uniform(0.1, 1, n)])


def _rounds(rng: Generator) -> Cases:
    for n, epochs, factor in ((9, 1, 3), (16, 2, 2), (11, 1, 3), (8, 3, 3)):
        label = f"{n} settings, first {epochs} epoch{'s' * (epochs > 1)}, factor {factor}"
        yield case(label, _learner(rng, n, epochs, factor), _settings(rng, n), epochs, factor)


def _overfits(rng: Generator) -> Cases:
    """Search in which the best result of all belongs to a setting that gets worse and is left out."""
    while True:
        learner, i = _learner(rng, 9, 1, 3), int(rng.integers(1, 8))
        learner.ends[i], learner.lag[i] = -1.0, -2.5
        right = _last(learner, 9, 1, 3, _down, operator.mul)
        wrong = {0, 8, _last(learner, 9, 3, 3, _down, operator.mul)}
        if right not in wrong and all(_last(learner, 9, 1, 3, *rules) == right for rules in OTHER_RULES):
            yield case("one setting that gets worse with more epochs", learner, _settings(rng, 9), 1, 3)
            return


def _misleads_sorting(learner: Learner) -> bool:
    """Whether Python's ``sorted``, which cannot order NaN, leaves neither the right setting nor the first NaN.

    An order that begins with NaN leaves the first NaN.
    """
    left, epochs = list(range(len(learner.ends))), 1
    while len(left) > 1:
        results = {i: learner(np.array([i + 1.0]), epochs) for i in left}
        left = sorted(left, key=results.__getitem__, reverse=True)[: _down(len(left), 3)]
        epochs *= 3
    right = _last(learner, len(learner.ends), 1, 3, _down, operator.mul)
    return left[0] not in (right, min(learner.diverges))


def _diverged(rng: Generator) -> Cases:
    learner = _learner(rng, 9, 1, 3, diverging=2)
    while not _misleads_sorting(learner):
        learner = _learner(rng, 9, 1, 3, diverging=2)
    yield case("two settings diverge", learner, _settings(rng, 9), 1, 3)
    low = _learner(rng, 9, 1, 3, diverging=2)
    for label, less in (("results below 0", 5), ("results below minus a million", 2e6)):
        yield case(label, Learner(low.ends - less, low.lag, low.diverges), _settings(rng, 9), 1, 3)


def _settings_left(rng: Generator) -> Cases:
    """Cases of one row, because an answer that keeps a NaN before another result leaves a wrong setting."""
    yield from _rounds(rng)
    yield from _overfits(rng)
    yield from _diverged(rng)


def _trained(n: int, epochs: int, factor: int) -> Iterator[tuple[int, int]]:
    """Epochs of each round, and number of settings that train in it."""
    while n > 1:
        yield epochs, n
        n, epochs = max(1, n // factor), epochs * factor


def _each_once(call: Function, rng: Generator) -> None:
    for n, epochs, factor in ((9, 1, 3), (12, 2, 2), (7, 1, 5), (8, 1, 3)):
        learner, asked = _learner(rng, n, epochs, factor), list[tuple[int, float]]()

        def objective(
            point: FloatArray, epochs: int, learner: Learner = learner, asked: list[tuple[int, float]] = asked
        ) -> float:
            asked.append((int(epochs), float(np.asarray(point)[0])))
            return learner(point, epochs)

        settings = _settings(rng, n)
        result = call(objective, settings, epochs, factor)
        expected = list(_trained(n, epochs, factor))
        counts = [(long, sum(one == long for one, _ in asked)) for long in dict.fromkeys(one for one, _ in asked)]
        if len(set(asked)) < len(asked):
            raise Violation(
                "a setting is trained twice in one round. A call of the objective is a whole training run, so call it "
                "once for each setting and keep the result",
                f"for {n} settings the objective is called {len(asked)} times",
            )
        if counts != expected:
            said = ", ".join(f"{count} settings for {long} epochs" for long, count in counts)
            right = ", ".join(f"{count} for {long}" for long, count in expected)
            raise Violation(
                "the rounds train the wrong number of settings or for the wrong number of epochs. Keep one in `factor` "
                "settings (rounded down, at least one) and multiply the epochs by `factor` after each round",
                f"{n} settings, first {epochs} epochs, factor {factor}: {said}, and not {right}",
                fingerprint=counts,
            )
        left: Any = result[0] if isinstance(result, tuple) and result else None
        if not any(np.array_equal(left, setting) for setting in settings):
            raise Violation("the setting that you return is none of `settings`. Return the row that is left")


successive_halving = Exercise(
    searches.successive_halving,
    points=4,
    minutes=10,
    difficulty=2,
    covers="smallest",
    importance="useful",
    required_row="Each round trains each of its settings once",
    checks=(
        Values("The setting that is left, and the rounds, with and without NaN", 6, _settings_left, central=True),
        Property("Each round trains each of its settings once", 2, _each_once),
    ),
    slips="""
        NaN first
            np.argsort(-results) → np.argsort(results)[::-1]
            your order begins with NaN, as the reversed order of `np.argsort` does, so diverged runs are kept. Sort the
            negated array of results with `np.argsort`, which puts NaN last, and leave the order as it is.
        sorted with NaN
            np.argsort(-results) → np.array(sorted(range(len(results)), key=results.__getitem__, reverse=True))
            you sort the results with Python, which cannot order NaN because every comparison with it is False, so
            diverged runs may be kept. Sort the negated array of results with `np.argsort`, which puts NaN last.
        0 for NaN
            -results) → -np.nan_to_num(results))
            your code ranks NaN above other results, as it does if NaN becomes 0 and these are below 0. Sort the negated
            array of results with `np.argsort`, which puts NaN last.
        worst kept
            -results) → results)
            you keep the settings with the *smallest* results. Keep those with the largest.
        first kept
            points[order[: max(1, len(points) // factor)]] → points[: max(1, len(points) // factor)]
            you keep the first settings of the list. Keep those with the largest results.
        equal rounds
            epochs = epochs * factor → pass
            your rounds all train for the same number of epochs. Multiply `epochs` by `factor` after each round.
        equal rounds, noted as longer
            rounds.append([epochs, len(points)]) → rounds.append([epochs * factor ** len(rounds), len(points)])
            epochs = epochs * factor → pass
            you note longer rounds, but train each for the epochs of the first. Pass the epochs of the current round.
        factor added
            epochs * factor → epochs + factor
            you add `factor` to the epochs. Multiply by it, so that each round costs about the same.
        first round too long
            objective(point, epochs) → objective(point, epochs * factor)
            your first round already trains `factor` times too long. Multiply the epochs after the round and not before.
        first epochs ignored
            rounds = [] → rounds, epochs = [], 1
            your first round always trains for 1 epoch. Begin with the argument `epochs`.
        always halved
            len(points) // factor → len(points) // 2
            you keep half of the settings. Keep one in `factor`.
        one in factor dropped
            max(1, len(points) // factor) → max(1, len(points) - max(1, len(points) // factor))
            you *drop* one setting in `factor`. Keep one in `factor` and drop the others.
        rounded up
            max(1, len(points) // factor) → -(-len(points) // factor)
            you round up the number of settings to keep. Round it down with `//`, but keep at least one.
        diverged settings not counted
            len(points) // factor) → np.count_nonzero(~np.isnan(results)) // factor)
            you keep one in `factor` of the settings that have not diverged. Count all settings of the round.
        none kept
            max(1, len(points) // factor) → len(points) // factor
            your code keeps none when fewer settings than `factor` are left. Keep at least one.
        columns swapped
            [epochs, len(points)] → [len(points), epochs]
            you swapped the columns of `rounds`. Put the epochs first, then the number of settings.
        best of all rounds
            rounds = [] → rounds, top = [], -np.inf
            order = → i = np.nanargmax(results) ⏎ if results[i] > top: ⏎     best, top = points[i], results[i] ⏎ order =
            return points[0] → return best
            you return the setting with the largest result of all rounds. Return the one that is left, because only the
            last round trained long enough to compare.
        last result as the best
            return points[0], → return results[0],
            you return a *result*. Return the setting that is left.
        trained once more
            return points[0], → rounds.append([epochs, 1]); return points[0],
            your last row is a round that trains the only setting left. Stop as soon as one is left.
    """,
)
