"""The claims of lesson 09 about search. A margin here is one that the first three seeds passed, and all twenty."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from claims import ALL, SETS

from cs231n_lib.lessons.training import checks
from cs231n_lib.lessons.training.experiments import borders
from cs231n_lib.lessons.training.experiments import search_digits as digits
from cs231n_lib.lessons.training.experiments.search_journal import DONE, TRIALS, taken_up
from cs231n_lib.search import random_search, tpe_search

ONE, BOTH = digits.PROBLEMS.values()


class Library:
    """In place of the student's functions."""

    def __getattr__(self, name: str) -> Any:
        return getattr(checks, name).reference


RUN: Any = Library()


@cache
def budgets(problem: digits.Problem, seed: int, side: int = 3) -> np.ndarray[Any, Any]:
    """In per cent: grid with the ends, grid of middles, random."""
    return 100 * np.array([*digits.same_budget(RUN, problem, seed, side).values()])


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SETS)
def test_c33_random_search_wins_nine_trials_of_one_parameter(seeds: Sequence[int]) -> None:
    ends, middles, drawn = np.mean([budgets(ONE, seed) for seed in seeds], axis=0)
    assert drawn > ends + 1
    assert drawn > middles


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SETS)
def test_c33_grid_of_midpoints_wins_nine_trials_if_both_matter(seeds: Sequence[int]) -> None:
    _, middles, drawn = np.mean([budgets(BOTH, seed) for seed in seeds], axis=0)
    assert middles > drawn + 2


@pytest.mark.audit
@pytest.mark.parametrize("side", [4, 5])
def test_c33_advantage_vanishes_with_more_trials(side: int) -> None:
    ends, middles, drawn = np.mean([budgets(ONE, seed, side) for seed in ALL], axis=0)
    assert abs(drawn - ends) < 1
    assert abs(drawn - middles) < 1


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SETS)
def test_c34_coarse_to_fine_ties_in_median_and_fails_at_worst(seeds: Sequence[int]) -> None:
    found = [[*digits.in_rounds(RUN, ONE, seed).values()] for seed in seeds]
    (narrowed, drawn), (worst, least) = 100 * np.median(found, axis=0), 100 * np.min(found, axis=0)
    assert abs(narrowed - drawn) < 2
    assert worst < 30
    assert least > 90


@cache
def shortened(seed: int) -> np.ndarray[Any, Any]:
    """In per cent: halving, short rounds first, equal rounds, 27 random trials of 3 epochs, 9 of 9."""
    return 100 * np.array([*digits.short_rounds(RUN, seed).values()])


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SETS)
def test_c34_many_short_trials_are_safe_halved_or_not(seeds: Sequence[int]) -> None:
    halving, _, _, many, _ = np.transpose([shortened(seed) for seed in seeds])
    assert abs(np.median(halving) - np.median(many)) < 1
    assert min(*halving, *many) > 90


@pytest.mark.audit
def test_c34_few_long_trials_and_equal_rounds_fail_at_worst() -> None:
    _, _, equal, _, few = np.transpose([shortened(seed) for seed in ALL])
    assert max(equal.min(), few.min()) < 60
    assert np.median([equal, few]) > 95


@pytest.mark.audit
@pytest.mark.parametrize(("problem", "lead"), [(ONE, 0.3), (BOTH, 2.0)], ids=digits.PROBLEMS)
def test_c35_parzen_ratios_find_better_settings_with_24_trials(problem: digits.Problem, lead: float) -> None:
    found = [digits.by_model(RUN, problem, seed) for seed in ALL]
    model, drawn = (100 * np.array([one[name][0] for one in found]) for name in digits.BY_MODEL)
    assert np.array_equal(model[:, : digits.AT_RANDOM], drawn[:, : digits.AT_RANDOM])
    assert model[:, -1].mean() > drawn[:, -1].mean() + lead


@cache
def narrowed(ends: tuple[float, float], seed: int) -> tuple[float, np.ndarray[Any, Any]]:
    return borders.narrowed(RUN, ends, seed)


@pytest.mark.audit
def test_a_wider_margin_warns_more_often() -> None:
    rate, penalty = borders.warned(np.array([narrowed(borders.NEAR, seed)[1] for seed in ALL])).T
    # The lesson states these fractions of 20 searches. Another processor's rounding may move three of the searches.
    np.testing.assert_allclose(rate, [0.25, 0.55, 0.75], atol=0.15)
    np.testing.assert_allclose(penalty, [0.05, 0.2, 0.55], atol=0.15)
    assert rate[0] < rate[1] < rate[2]


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SETS)
def test_a_range_that_ends_too_soon_is_named_and_costs_much(seeds: Sequence[int]) -> None:
    short = [narrowed(borders.SHORT, seed) for seed in seeds]
    wide = [narrowed(borders.WIDE, seed)[0] for seed in seeds]
    assert np.mean(wide) > np.mean([best for best, _ in short]) + 0.2
    assert np.mean([place[0] > 0.95 for _, place in short]) > 0.6


@pytest.mark.audit
def test_c35_tpe_is_ahead_after_thirty_trials() -> None:
    best = {"TPE": [], "random": []}  # type: dict[str, list[float]]
    for seed in ALL:
        rng = np.random.default_rng([seed, 5])
        learned = tpe_search(digits.four, digits.FOUR, 30, seed, seeds=seed, progress=False)
        drawn = random_search(digits.four, digits.FOUR, 30, rng, seeds=1000 + seed, progress=False)
        for name, results in (("TPE", learned), ("random", drawn)):
            best[name].append(100 * (results.best.value or 0))
    assert np.mean(best["TPE"]) > np.mean(best["random"]) + 0.5
    assert np.mean(np.array(best["TPE"]) > best["random"]) > 0.6


def test_each_point_is_deterministic_and_retraining_varies() -> None:
    point = np.array([0.5, 1e-6])
    assert ONE.objective(point) == ONE.objective(point.copy())
    assert len({ONE.train(0.5, 1e-6, i) for i in range(5)}) > 1
    assert np.isnan(ONE.objective(np.array([1e3, 1e-6])))
    assert ONE.again(np.array([1e3, 1e-6])) == 0


def test_a_search_that_was_stopped_trains_the_rest_only() -> None:
    first, second = taken_up().splitlines()
    assert first.startswith(f"The first call trained {DONE} times. {DONE} trials, then the search was stopped.")
    assert second.startswith(f"The second call trained {TRIALS - DONE} times. {TRIALS} trials.")
