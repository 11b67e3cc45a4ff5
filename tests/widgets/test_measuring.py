"""A measurement behind a prediction shows how far it is, ends when someone stops it, and says how it ended."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Timer
from typing import Any

import ipywidgets
import numpy as np
import pytest

from cs231n_lib import MLP, Trainer
from cs231n_lib.course import mine
from cs231n_lib.course.answers.runs import ExperimentRun, Origin
from cs231n_lib.front_end import one_by_one, progress_bar
from cs231n_lib.network import SGD
from cs231n_lib.widgets import measuring
from cs231n_lib.widgets.measuring import STOPPED, Measurement


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    handler = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is handler
    ipywidgets.Widget.close_all()


def begun(experiment: Callable[[], Any], *, stop_after: float = 0.0) -> tuple[Measurement, list[Any]]:
    shown: list[Any] = []
    measurement = Measurement(experiment, shown.append)
    if stop_after:
        Timer(stop_after, measurement.stop).start()
    measurement.begin()
    return measurement, shown


def test_nested_bars_move_the_outer_bar_by_fractions() -> None:
    at: list[float] = []

    def experiment() -> str:
        for _ in one_by_one("ab", "letter"):
            with progress_bar(4, "step") as inner:
                for _ in range(4):
                    at.append(measurement._outer.n)
                    inner.update()
        return "its picture"

    shown: list[Any] = []
    measurement = Measurement(experiment, shown.append)
    measurement.begin()
    assert at == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]
    assert shown[1:] == ["its picture"]


def test_stop_ends_measurement_of_several_trainings() -> None:
    ended: list[str] = []

    def experiment() -> None:
        rng = np.random.default_rng(0)
        x, y = rng.standard_normal((500, 20)), rng.integers(0, 2, 500)
        for _ in one_by_one(range(3), "training"):
            trainer = Trainer(MLP((20, 50, 2), rng=rng), SGD(lr=0.1), rng=rng, progress=False)
            ended.append(str(trainer.fit((x.astype(np.float32), y), epochs=20_000).stopped))

    _, shown = begun(experiment, stop_after=0.5)
    assert len(ended) == 1
    assert shown[-1].text == STOPPED


def test_stop_ends_a_function_that_catches_interrupts() -> None:
    def relative_error(a: Any, b: Any) -> Any:
        while True:
            with suppress(BaseException):
                time.sleep(0.01)

    run = ExperimentRun(lambda name: Origin(mine.exercises()[name][0], relative_error))
    began = time.perf_counter()
    _, shown = begun(lambda: run.relative_error(np.ones(2), np.ones(2)), stop_after=0.5)
    assert shown[-1].text == STOPPED
    assert time.perf_counter() - began < 5


def test_late_stop_keeps_the_result() -> None:
    measurement, shown = begun(lambda: "its picture")
    measurement.stop()
    assert shown[1:] == ["its picture"]


def test_stopped_measurement_never_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[Callable[[], None]] = []
    monkeypatch.setattr(measuring, "_main_loop", lambda: waiting.append)
    ran: list[int] = []
    measurement, shown = begun(lambda: ran.append(1))
    assert (len(waiting), ran) == (1, [])
    measurement.stop()
    waiting.pop()()
    assert (ran, shown[-1].text) == ([], STOPPED)
    begun(lambda: ran.append(1))
    waiting.pop()()
    assert ran == [1]


def test_failed_measurement_reports_its_error() -> None:
    shown: list[Any] = []
    with pytest.raises(ZeroDivisionError):
        Measurement(lambda: 1 / 0, shown.append).begin()
    assert shown[-1].text == "The measurement failed with ZeroDivisionError: division by zero"
