"""The claims of lesson 09 that are not about search, with margins that all twenty seeds passed."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from claims import ALL, SEEDS, SETS

from cs231n_lib.course import mine
from cs231n_lib.lessons.training import experiments, faults
from cs231n_lib.lessons.training.experiments import capstone, luck, ratios, suspects
from cs231n_lib.training.diagnosis import diagnose

pytestmark = pytest.mark.slow

EXPECTED = {"A": (1, 1), "B": (2, 0), "C": (0, 0), "D": (3, 0), "E": (4, 3)}


@pytest.mark.parametrize("seed", SEEDS)
def test_each_bug_but_the_hidden_one_is_found_by_its_kind(seed: int) -> None:
    run = mine.run()
    found = {n: run.find_the_bug(suspects.gradient_errors(run, suspects.SUSPECTS[n], seed)) for n in EXPECTED}
    assert found == EXPECTED


@pytest.mark.parametrize("seeds", SETS)
def test_no_bug_shows_in_accuracy(seeds: range) -> None:
    run = mine.run()
    ends = {n: np.array([suspects.train(run, s, seed)[3][-1] for seed in seeds]) for n, s in suspects.SUSPECTS.items()}
    for accuracy in ends.values():
        assert abs(np.mean(accuracy - ends["C"])) < 0.01


class PlainSGD:
    """The library's functions with plain SGD at a learning rate of 0.3 in place of Adam."""

    def __init__(self) -> None:
        self.run = mine.run()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.run, name)

    def adam(self, w: Any, dw: Any, m: Any, v: Any, t: int, lr: float) -> tuple[Any, Any, Any, int]:
        return w - 0.3 * dw, m, v, t


def last_losses(run: Any, name: str, seeds: range) -> Any:
    """Mean loss of the last epoch for each seed."""
    found = [suspects.train(run, suspects.SUSPECTS[name], seed)[2] for seed in seeds]
    return np.array([np.mean(losses[-suspects.BURN_IN :]) for losses in found])


@pytest.mark.parametrize("seeds", SETS)
def test_scaled_gradients_show_in_the_loss_of_sgd_not_adam(seeds: range) -> None:
    for run, expected in (
        (PlainSGD(), {"A": 1.17, "D": 1.11, "E": 0.93}),
        (mine.run(), {"A": 1.0, "D": 1.0, "E": 1.0}),
    ):
        correct = last_losses(run, "C", seeds)
        for name, ratio in expected.items():
            assert np.mean(last_losses(run, name, seeds) / correct) == pytest.approx(ratio, abs=0.03)


@pytest.mark.parametrize("seeds", SETS)
def test_column_bug_raises_the_loss_of_adam_by_a_few_per_cent(seeds: range) -> None:
    ratio = last_losses(mine.run(), "F", seeds) / last_losses(mine.run(), "C", seeds)
    assert 1.05 < np.mean(ratio) < 1.09


@pytest.mark.audit
def test_twenty_entries_usually_find_a_column_bug_and_one_rarely() -> None:
    run, suspect = mine.run(), suspects.SUSPECTS["F"]
    shares = {k: np.mean([suspects.gradient_errors(run, suspect, s, k).max() > 1e-5 for s in ALL]) for k in (1, 20)}
    assert shares[20] >= 0.7
    assert shares[1] <= 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_update_ratios_lie_in_the_band_except_for_sgd(seed: int) -> None:
    run = mine.run()
    usual = {rule: float(np.median(ratios.ratios(run, rule, seed)[0])) for rule in ratios.RULES}
    assert ratios.BAND[0] < usual["momentum"] < ratios.BAND[1]
    assert ratios.BAND[0] < usual["Adam"] < ratios.BAND[1]
    assert usual["SGD"] > 2 * max(usual["momentum"], usual["Adam"])


@pytest.mark.parametrize("seeds", SETS)
def test_diagnosis_names_known_faults_and_no_healthy_run(seeds: range) -> None:
    named = {
        "healthy": set(),
        "rate too low": {"rate too low"},
        "rate too high": {"rate too high"},
        "diverged": {"rate too high"},
        "overfitting": {"overfitting"},
        "wrong labels": {"validation above training"},
        "no shuffling": {"no shuffling"},
    }
    for kind, expected in named.items():
        for setting in faults.SETTINGS[kind]:
            found = Counter[str]()
            for seed in seeds:
                names = {finding.name for finding in diagnose(setting(np.random.default_rng([seed, 26])), classes=10)}
                found["dead units"] += "dead units" in names
                found["right"] += expected <= names if expected else not names
            # Of three seeds one may fail: the last bits of a processor's sums choose which of the twenty do.
            tolerated = max(1, 0.15 * len(seeds))
            assert len(seeds) - found["right"] <= tolerated, f"{kind}: {found['right']} of {len(seeds)}"
            assert found["dead units"] <= tolerated, f"{kind}: the rate is the cause"


def test_simulated_answers_have_the_stated_accuracies() -> None:
    a, b = luck.answers(200_000, np.random.default_rng(0))
    assert a.mean() - b.mean() == pytest.approx(luck.BETTER, abs=0.003)
    assert a.mean() == pytest.approx(0.855, abs=0.003)


@pytest.mark.parametrize("k", [2, 10])
def test_gain_by_luck_equals_the_maximum_of_normal_numbers(k: int) -> None:
    best = np.random.default_rng(0).normal(size=(100_000, k)).max(axis=1).mean()
    assert capstone.gain_by_luck(k) == pytest.approx(best, abs=0.04)


def test_the_test_set_is_opened_once_and_remembered(tmp_path: Path) -> None:
    from lessons.training.uses import decided

    networks = decided()
    first = capstone.open_once(mine, networks, tmp_path)
    again = capstone.open_once(mine, networks, tmp_path)
    assert (first.asked, again.asked, again.accuracy) == (1, 2, first.accuracy)
    assert "by luck alone" in repr(again)
    assert "by luck" not in repr(first)
    (tmp_path / capstone.RECORD).write_text("{not json")
    assert capstone.open_once(mine, networks, tmp_path).asked == 1


def test_sanity_check_shows_the_expected_initial_loss() -> None:
    said = experiments.sanity(mine)
    assert "2.303   should be ln 10 = 2.303" in said
    assert "100%" in said


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_of_the_whole_network_are_checked(seed: int) -> None:
    said = experiments.prove(mine, seed).splitlines()
    assert len(said) == 3
    assert all(line.endswith("all below 1e-05") for line in said)
