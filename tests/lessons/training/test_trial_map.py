"""The live map of trials: each is trained once, Stop keeps those that are done, and they are not trained again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from lessons.training.search_alternatives import random_by_columns

from cs231n_lib.course import mine
from cs231n_lib.course.answers.runs import ExperimentRun, Origin
from cs231n_lib.lessons.training import pictures
from cs231n_lib.lessons.training.experiments import search_digits

BOTH = "both matter"


class Theirs:
    """A student whose random search draws in another order than the library's."""

    def run(self) -> ExperimentRun:
        return ExperimentRun(lambda name: Origin(mine.exercises()[name][0], THEIRS.get(name)), silent=True)


def coarse_to_fine(objective: Any, low: Any, high: Any, n: int, rounds: int, rng: Any, share: float = 0.3) -> Any:
    points, results, ends = np.empty((0, 2)), np.empty(0), (low, high)
    for i in range(rounds):
        _, tried, found = random_by_columns(objective, *ends, n, rng)
        points, results = np.vstack([points, tried]), np.append(results, found)
        best = points[np.nanargmax(results)]
        reach = (high / low) ** (share ** (i + 1) / 2)
        ends = np.maximum(low, best / reach), np.minimum(high, best * reach)
    return best, points, results, np.array([False, False])


THEIRS: dict[str, Callable[..., Any]] = {"coarse_to_fine": coarse_to_fine}


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """The points that were trained, in order; the thirteenth training is stopped once."""
    points: list[tuple[float, float]] = []
    accuracies: dict[tuple[float, float], float] = {}
    stopped: list[bool] = []

    def train(lr: float, l2: float, again: int) -> float:
        if (lr, l2) not in accuracies:
            if len(points) == 12 and not stopped:
                stopped.append(True)
                raise KeyboardInterrupt
            points.append((lr, l2))
            accuracies[lr, l2] = 0.9 - 0.1 * abs(np.log10(lr) + 2)
        return accuracies[lr, l2]

    problems = {**search_digits.PROBLEMS, BOTH: replace(search_digits.PROBLEMS[BOTH], train=train)}
    monkeypatch.setattr(search_digits, "PROBLEMS", problems)
    return points


@pytest.mark.audit
@pytest.mark.parametrize("use", [Theirs(), mine], ids=["a student's", "the library's"])
def test_stopped_and_run_again_each_trial_is_trained_once(use: Any, trained: list[tuple[float, float]]) -> None:
    stopped = pictures.trial_map(use)
    assert stopped.caption.startswith("Stopped after 12 of 24 trials. Run the cell again to continue.")
    assert len(trained) == 12
    whole = pictures.trial_map(use)
    assert whole.caption.startswith("There are 24 trials, with a colour for each round.")
    assert len(trained) == len(set(trained)) == 24
