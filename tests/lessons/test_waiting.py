"""Whoever waits for a network sees how far it is: by steps, or by the epochs of a `fit` that the student wrote."""

from importlib import import_module
from inspect import signature
from io import StringIO
from typing import Any

import numpy as np
import pytest
from tqdm import tqdm

from cs231n_lib.course import mine
from cs231n_lib.course.answers.runs import ExperimentRun, Origin
from cs231n_lib.course.plan import LESSONS
from cs231n_lib.front_end import bars_in
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


def test_layered_network_advances_the_bar_at_each_step(bars: Bars) -> None:
    rng = np.random.default_rng(0)
    network = Layered(mine.run(), (4, 3, 2), lambda *sizes: rng.standard_normal(sizes[:2]), rng)
    losses = network.train(np.eye(4), np.array([0, 1, 0, 1]), descent(0.1), epochs=3, batch_size=3)
    assert [(bar.total, bar.n) for bar in bars] == [(6, 6)]
    assert len(losses) == 6


@pytest.mark.parametrize(
    ("calls", "during"), [(1, [0, 1, 2, 3, 4, 5]), (2, [1, 3, 3, 4, 6, 6]), (0, [0, 0, 0, 3, 3, 3])]
)
def test_fit_advances_the_bar_per_epoch_or_per_network(bars: Bars, calls: int, during: list[int]) -> None:
    at = []

    def fit(x: Any, y: Any, new: Any, epochs: int) -> Any:
        for _ in range(epochs):
            for _ in range(calls):
                list(mine.minibatches(len(x), 2, np.random.default_rng(0)))
            at.append(bars[0].n)
        return np.zeros((len(new), 10)), np.zeros((10, 2))

    run = ExperimentRun(lambda name: Origin(mine.exercises()[name][0], {"fit": fit}.get(name)))
    with waiting.trainings(2, 3) as train:
        for _ in range(2):
            train(run, np.eye(10), np.arange(10), np.eye(10)[:1], epochs=3)
    assert at == during
    assert [(bar.total, bar.n) for bar in bars] == [(6, 6)]


LONG = {
    "activations": (),
    "architecture": ("xor_found", "bugs", "outside", "trained", "layers", "starts", "double_descent"),
    "backpropagation": ("robustness",),
    "initialization": ("twins", "batch_sizes"),
    "optimization": (),
    "preprocessing": ("pixels", "kept", "trained_on_components", "whitening"),
    "regularization": ("winners", "sizes"),
    "training": ("suspects", "ratios", "same_budget", "in_rounds"),
    "update_rules": ("schedules", "annealing"),
}
"""What a prediction measures in over 3 s on a busy machine, by lesson; all are named, so that none is left out."""


class Shown(Exception):  # noqa: N818  (it ends an experiment, and is no error)
    pass


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "name"), [(slug, name) for slug, names in LONG.items() for name in names])
def test_long_measurement_shows_a_progress_bar_first(slug: str, name: str) -> None:
    def bar(total: int, unit: str, initial: int) -> Any:
        raise Shown(total)

    picture = getattr(import_module(f"cs231n_lib.lessons.{slug}.pictures"), name)
    use = {"use": mine} if "use" in signature(picture).parameters else {}
    with pytest.raises(Shown) as shown, bars_in(bar):
        picture(**use)
    assert shown.value.args[0] > 1


def test_every_lesson_lists_its_long_measurements() -> None:
    assert set(LONG) == {lesson.slug for lesson in LESSONS}
