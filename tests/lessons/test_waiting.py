"""Whoever waits for a network sees how far it is: by steps, or by the epochs of a `fit` that the student wrote."""

from io import StringIO
from typing import Any

import numpy as np
import pytest
from tqdm import tqdm

from cs231n_lib.course import mine
from cs231n_lib.course.runs import Origin, Run
from cs231n_lib.lessons import waiting
from cs231n_lib.lessons.layered import Layered, descent

Bars = list["tqdm[Any]"]


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> Bars:
    """The bars that were shown."""
    found: Bars = []

    def shown(total: int, unit: str) -> "tqdm[Any]":
        found.append(tqdm(total=total, unit=unit, file=StringIO()))
        return found[-1]

    monkeypatch.setattr(waiting, "progress_bar", shown)
    return found


def test_a_network_of_layers_moves_it_with_each_step(bars: Bars) -> None:
    rng = np.random.default_rng(0)
    network = Layered(mine.run(), (4, 3, 2), lambda *sizes: rng.standard_normal(sizes[:2]), rng)
    losses = network.train(np.eye(4), np.array([0, 1, 0, 1]), descent(0.1), epochs=3, batch_size=3)
    assert [(bar.total, bar.n) for bar in bars] == [(6, 6)]
    assert len(losses) == 6


@pytest.mark.parametrize(
    ("calls", "during"), [(1, [0, 1, 2, 3, 4, 5]), (2, [1, 3, 3, 4, 6, 6]), (0, [0, 0, 0, 3, 3, 3])]
)
def test_a_fit_moves_it_with_each_epoch_or_with_each_network(bars: Bars, calls: int, during: list[int]) -> None:
    at = []

    def fit(x: Any, y: Any, new: Any, epochs: int) -> Any:
        for _ in range(epochs):
            for _ in range(calls):
                list(mine.minibatches(len(x), 2, np.random.default_rng(0)))
            at.append(bars[0].n)
        return np.zeros((len(new), 10)), np.zeros((10, 2))

    run = Run(lambda name: Origin(mine.exercises()[name][0], {"fit": fit}.get(name)))
    with waiting.trainings(2, 3) as train:
        for _ in range(2):
            train(run, np.eye(10), np.arange(10), np.eye(10)[:1], epochs=3)
    assert at == during
    assert [(bar.total, bar.n) for bar in bars] == [(6, 6)]
