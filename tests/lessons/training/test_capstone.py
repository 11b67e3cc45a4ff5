"""The capstone's search, and its count of the student's functions; something quick stands in place of networks."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cifar import archive
from lessons.battery import CHECKS

from cs231n_lib.checks import passed
from cs231n_lib.course import mine
from cs231n_lib.datasets import DatasetError, cifar10
from cs231n_lib.lessons.training.experiments import capstone, longer

KEEPS = "Stop keeps the finished networks."
LABELS = capstone.load_fashion_mnist().y_validation


class Use:
    """The library's functions but for those that are handed in."""

    says = ""

    def __init__(self, **functions: Callable[..., Any]) -> None:
        self.functions = functions

    def run(self, seconds: float = 60.0) -> "Use":
        return self

    def watch(self, heard: Callable[[str], None]) -> None:
        """Nobody waits here."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return self.functions.get(name) or mine.exercises()[name][0].reference


class Quick:
    """In place of `fit`: right on a share of the pictures that is greatest at a rate of 0.01; notes its settings."""

    def __init__(self, stop_at: int = -1) -> None:
        self.asked, self.stop_at = list[dict[str, Any]](), stop_at

    def __call__(self, x: Any, y: Any, new: Any, **settings: Any) -> tuple[Any, Any]:
        if len(self.asked) == self.stop_at:
            raise KeyboardInterrupt
        self.asked.append(settings)
        share = 1 - abs(np.log10(settings["lr"]) + 2) / 2
        named = np.where(np.arange(len(LABELS)) < share * len(LABELS), LABELS, (LABELS + 1) % 10)
        return np.eye(10)[named], np.zeros((784, 2))


def by_columns(objective: Any, low: Any, high: Any, n: int, rng: Any) -> tuple[Any, Any, Any]:
    """Random search as right as the library's, in another order: all rates first, from above."""
    drawn = [np.exp(rng.uniform(np.log(a), np.log(b), n)) for a, b in zip(low, high, strict=True)]
    points = np.array(drawn).T
    points = points[np.argsort(-points[:, 0])]
    results = np.array([objective(point) for point in points])
    return points[np.nanargmax(results)], points, results


@pytest.mark.parametrize("search", [{}, {"random_search": by_columns}])
def test_student_search_sets_the_trials_and_the_best_is_chosen(search: Any) -> None:
    fit = Quick()
    found = capstone.tries(Use(fit=fit, **search), trials=200)
    assert len(fit.asked) == len(found.trials) == 200
    rates, shares, strengths = np.array([list(trial.parameters.values()) for trial in found.trials]).T
    assert 3e-4 <= rates.min() < 5e-4 < 2e-2 < rates.max() <= 3e-2
    assert 1e-6 <= strengths.min() < 2e-6 < 5e-3 < strengths.max() <= 1e-2
    assert np.histogram(shares, 4, (0, 0.6))[0] == pytest.approx(50, abs=25)  # 4 standard deviations
    assert bool(search) == bool(np.all(np.diff(rates) <= 0))
    best = rates[np.argmin(abs(np.log10(rates) + 2))]
    assert f"Chosen: learning rate {best:.4f}" in capstone.tried(found)
    assert found.best.parameters["lr"] == pytest.approx(best, rel=0.02)


def test_stop_keeps_finished_trials() -> None:
    found = capstone.tries(Use(fit=Quick(stop_at=3)))
    assert not found.complete
    assert len(found.trials) == 3
    assert "You stopped after 3 of 8 trials." in capstone.tried(found)


def test_capstone_parts_include_all_that_answers_build_on() -> None:
    known = mine.exercises()
    for name in capstone.PARTS:
        assert set(known[name][0].builds_on) <= set(capstone.PARTS)
    assert {known[name][1].number for name in capstone.PARTS} == {1, 2, 3, 6, 7, 8, 9}


def confusion_matrix(y_pred: Any, y: Any, classes: int) -> Any:
    matrix = np.zeros((classes, classes), dtype=np.int64)
    for named, true in zip(y_pred, y, strict=True):
        matrix[true, named] += 1
    return matrix


def open_test_set(record: Any, measure: Any) -> Any:
    first = record or {"accuracy": measure(), "asked": 0}
    return {**first, "asked": first["asked"] + 1}


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A student before an empty course."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mine, "has_live_front_end", lambda: True)
    monkeypatch.setattr(mine, "_seen_live", False)
    yield
    passed.forget()


def test_count_covers_all_parts_without_replaced_functions(live: None, monkeypatch: pytest.MonkeyPatch) -> None:
    all_parts = f"of the {len(capstone.PARTS)} functions that the capstone uses."
    assert capstone.counted(mine) == f"Your library: 0 {all_parts}"
    for function in (confusion_matrix, open_test_set):
        monkeypatch.setitem(vars(sys.modules["__main__"]), function.__name__, function)
        CHECKS["training"][function.__name__]()
    assert capstone.counted(mine).startswith(f"Your library: 2 {all_parts} A network runs on them once")
    assert capstone.counted(mine, {"open_test_set"}).startswith(f"Your library: 1 {all_parts}")


def test_accuracy_is_approximate_without_a_front_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert repr(capstone.Tested(0.854, 0.011, 1)).startswith("network  ≈ 85.4% of 1,000 test images")
    monkeypatch.setattr(capstone, "has_live_front_end", lambda: True)
    assert repr(capstone.Tested(0.854, 0.011, 1)).startswith("network  85.4% of 1,000 test images")


def test_comparison_with_people_states_three_standard_errors() -> None:
    network, people, difference = repr(capstone.Tested(0.854, 0.0112, 1)).splitlines()
    assert network.endswith("standard error 1.1 points")
    assert people == "people   83.5% of 1,000 other test images, standard error 1.2 points"
    assert difference == "network minus people ≈ +1.9 points, standard error 1.6 points"
    assert "≈ −1.5 points" in repr(capstone.Tested(0.82, 0.0121, 1))


def in_turns(x: Any, y: Any, new: Any, seed: int, epochs: int) -> tuple[Any, Any]:
    """In place of `fit`: each seed is wrong, and sure of it, on a tenth of the pictures of its own."""
    scores = np.where(np.eye(10)[LABELS] == 1, 9.0, 0.0)
    wrong = np.arange(len(LABELS)) % 10 == seed
    return np.where(wrong[:, np.newaxis], np.roll(scores, 1, axis=1), scores), np.zeros((784, 2))


def test_five_networks_are_better_together_than_each() -> None:
    reached = longer(Use(fit=in_turns), "five networks")
    assert reached.each == pytest.approx([0.9] * 5)
    assert reached.together == 1.0
    assert "90.0%, 90.0%, 90.0%, 90.0%, 90.0% on 1,000 validation images, and the mean of their prob" in repr(reached)


def test_longer_trains_by_the_form_and_keeps_finished_networks() -> None:
    fit = Quick(stop_at=2)
    reached = longer(Use(fit=fit), "30 epochs", {"lr": 0.02})
    assert [settings["epochs"] for settings in fit.asked] == [30, 30]
    assert [settings["seed"] for settings in fit.asked] == [0, 1]
    assert len(reached.each) == 2
    assert reached.error == pytest.approx(np.sqrt(reached.together * (1 - reached.together) / 1000))
    with pytest.raises(KeyboardInterrupt):
        longer(Use(fit=Quick(stop_at=0)), "30 epochs")


def test_unknown_form_is_refused_with_a_list_of_the_others() -> None:
    with pytest.raises(ValueError, match=r"no form '31 epochs'\. Choose one of 20 epochs, 30 epochs, five networks"):
        longer(mine, "31 epochs")


def nearest(x: Any, y: Any, new: Any, epochs: int, seed: int) -> tuple[Any, Any]:
    """In place of `fit`: a picture is of the class whose mean picture is nearest."""
    means = np.array([x[np.asarray(y) == k].mean(axis=0) for k in range(10)])
    return new @ means.T - 0.5 * (means**2).sum(axis=1), means.T


def test_longer_training_uses_a_local_copy_of_cifar_10(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "copy", rows=220)
    monkeypatch.setattr(cifar10, "_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    reached = longer(Use(fit=nearest), "CIFAR-10", at=str(path))
    assert reached.pictures == 1000
    assert reached.together > 0.2  # the pictures are drawn by chance, but some are in the file five times
    accuracy, error = "CIFAR-10: accuracy {:.1%} on 1,000 validation images.", "from the choice of images is 1."
    assert repr(reached).startswith(accuracy.format(reached.together))
    assert error in repr(reached)
    with pytest.raises(DatasetError, match="nowhere"):
        longer(Use(fit=nearest), "CIFAR-10", at=tmp_path / "nowhere.tar.gz")


# Stop.


def test_stop_keeps_finished_networks() -> None:
    decided = capstone.decide(Use(fit=Quick(stop_at=2)), {"lr": 0.01}, seeds=3)
    assert len(decided.validation) == 2
    with pytest.raises(KeyboardInterrupt):
        capstone.decide(Use(fit=Quick(stop_at=0)), {"lr": 0.01})


# A browser.


def test_browser_announces_its_time_and_a_smaller_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    capstone.decide(Use(fit=Quick()), {"lr": 0.01}, seeds=3)
    assert shown == []
    monkeypatch.setattr("cs231n_lib.browser.IN_BROWSER", True)
    capstone.decide(Use(fit=Quick()), {"lr": 0.01}, seeds=3)
    assert shown.pop().text == f"In a browser this takes about 6 minutes. {KEEPS} {capstone.SMALLER}"
    decided = capstone.decide(Use(fit=Quick()), {"lr": 0.01}, seeds=1)
    assert shown.pop().text == "In a browser this takes about 2 minutes."
    assert repr(decided).splitlines()[1] == capstone.ALONE
