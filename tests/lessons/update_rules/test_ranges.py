"""Range tests against whole searches, and single training steps against the trainer's."""

import numpy as np
import pytest
from claims import SETS

from cs231n_lib.course import mine
from cs231n_lib.datasets import clothes
from cs231n_lib.functions.batches import minibatches
from cs231n_lib.lessons.one_step import training_step
from cs231n_lib.lessons.update_rules.checks.references import range_test
from cs231n_lib.lessons.update_rules.experiments import ranges
from cs231n_lib.lessons.update_rules.experiments.training import RATES, train
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD


def test_numbers_worked_by_hand() -> None:
    losses = iter([4.0, 1.0, 2.0])
    rates, means, lr = range_test(lambda lr: next(losses), 1.0, 100.0, 3, beta=0.5)
    np.testing.assert_allclose(rates, [1, 10, 100])
    np.testing.assert_allclose(means, [4, 1.5 / 0.75, 1.75 / 0.875])
    assert lr == pytest.approx(1)


@pytest.mark.parametrize("last", [np.nan, np.inf, 11.0])
def test_the_loss_that_ends_the_test_is_left_out(last: float) -> None:
    losses = iter([5.0, 4.0, last])
    rates, means, lr = range_test(lambda lr: next(losses), 1e-3, 1.0, 20, beta=0.0, limit=2.5)
    assert (len(rates), means.tolist(), next(losses, None)) == (2, [5.0, 4.0], None)
    assert lr == pytest.approx(rates[1] / 10)


def test_a_training_step_is_one_of_sgd_on_the_next_minibatch() -> None:
    x, y = (part[:100] for part in clothes()[0])
    network, peer = (MLP((196, 8, 10), rng=np.random.default_rng(0), dtype=np.float64) for _ in range(2))
    step = training_step(network, SGD(1.0), (x, y), 40, np.random.default_rng(1))
    rng = np.random.default_rng(1)
    for rows in [*minibatches(100, 40, rng), *minibatches(100, 40, rng)]:
        loss, gradient = peer.loss_and_gradient(x[rows], y[rows])
        assert step(0.3) == pytest.approx(loss, rel=1e-12)
        peer.parameters[:] -= 0.3 * gradient
        np.testing.assert_allclose(network.parameters, peer.parameters, rtol=1e-10, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RATES)
@pytest.mark.parametrize("seeds", SETS)
def test_suggestion_is_within_a_factor_of_the_searched_rate(rule: str, seeds: list[int]) -> None:
    factors = [ranges.range_test(mine.run(), rule, seed).suggested / RATES[rule] for seed in seeds]
    assert min(factors) > 1 / 12
    assert max(factors) < 3


@pytest.mark.audit  # 120 training runs
def test_suggestion_costs_sgd_and_adagrad_accuracy() -> None:
    seeds = range(20)
    loss = {}
    for rule in ("SGD", "Adagrad", "Adam"):
        suggested = [train(rule, seed, lr=ranges.range_test(mine.run(), rule, seed).suggested) for seed in seeds]
        loss[rule] = np.mean([train(rule, seed).accuracy - run.accuracy for seed, run in enumerate(suggested)])
    assert min(loss["SGD"], loss["Adagrad"]) > 0.005
    assert max(loss["SGD"], loss["Adagrad"]) < 0.025
    assert abs(loss["Adam"]) < 0.008
