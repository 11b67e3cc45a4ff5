"""Lesson 08's claims on real data. A margin here is one that 20 seeds passed."""

from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from claims import SEEDS, SETS
from scipy.optimize import minimize

from cs231n_lib import datasets
from cs231n_lib.course import mine
from cs231n_lib.functions.schedules import Schedule
from cs231n_lib.lessons.update_rules.experiments import lbfgs, schedules, watching
from cs231n_lib.lessons.update_rules.experiments import training as experiments
from cs231n_lib.training import Callback
from cs231n_lib.training.diagnosis import diagnose

pytestmark = pytest.mark.slow


def test_fashion_mnist_is_halved_in_size_and_centred() -> None:
    (x, y), (held_out, _) = datasets.clothes()
    assert (x.shape, held_out.shape) == ((4000, 196), (1000, 196))
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-12)
    full = datasets.load_fashion_mnist()
    first, second = (image.reshape(28, 28)[4:6, 10:12].mean() for image in full.x_train[[7, 30]])
    assert x[7, 2 * 14 + 5] - x[30, 2 * 14 + 5] == pytest.approx(first - second)
    np.testing.assert_array_equal(y, full.y_train)


@cache
def decayed(lr: float, name: str, seed: int) -> tuple[float, float]:
    """Training loss and validation accuracy with one schedule."""
    rate: Schedule = schedules.decays(mine.run(), lr)[name]
    run = experiments.train("SGD", seed, schedule=rate)
    return run.train_loss, run.accuracy


def losses_and_accuracies(lr: float, name: str, seeds: Sequence[int]) -> np.ndarray:
    return np.array([decayed(lr, name, seed) for seed in seeds]).T


@pytest.mark.parametrize("name", ["step", "exponential", "1/t", "cosine"])
@pytest.mark.parametrize("seeds", SETS)
def test_c28_decay_helps_at_high_rates_but_not_at_low_ones(name: str, seeds: Sequence[int]) -> None:
    rates = (schedules.LOW, schedules.MIDDLE, schedules.HIGH)
    low, high = (losses_and_accuracies(lr, name, seeds) for lr in (schedules.LOW, schedules.HIGH))
    constant = {lr: losses_and_accuracies(lr, "constant", seeds) for lr in rates}
    assert (low[0] - constant[schedules.LOW][0]).mean() > 0.02
    for lr in (schedules.MIDDLE, schedules.HIGH):
        assert constant[lr][0].mean() - high[0].mean() > 0.008
        assert high[1].mean() - constant[lr][1].mean() > 0.006
    assert high[0].std() < 0.3 * constant[schedules.HIGH][0].std()
    if name == "cosine":
        assert np.all(high[0] < constant[schedules.MIDDLE][0] - 0.01)


@pytest.mark.parametrize("rule", experiments.RATES)
def test_diagnosis_finds_nothing_at_the_best_rates(rule: str) -> None:
    watched = experiments.train(rule, callbacks=[Callback()])  # evaluated as a student's run with a dashboard is
    assert diagnose(watched.history, classes=10) == []


def test_decays_halve_at_the_half_life_and_cosine_ends_at_zero() -> None:
    rates = schedules.decays(mine.run(), 0.8)
    for name in ("step", "exponential", "1/t"):
        assert rates[name](schedules.HALF_LIFE) == pytest.approx(0.4)
    assert rates["cosine"](experiments.EPOCHS) == 0
    assert rates["constant"](7) == 0.8


@pytest.mark.parametrize("seeds", SETS)
def test_c27_annealing_momentum_does_not_help_on_minibatches(seeds: Sequence[int]) -> None:
    constant, fixed_rate, same_pace = (
        np.mean([schedules.annealed(mine.run(), name, seed).train_loss for seed in seeds])
        for name in ("μ = 0.9", "0.5 → 0.99", "same pace")
    )
    assert fixed_rate - constant > 0.05
    assert abs(same_pace - constant) < 0.02


def test_annealed_momentum_at_a_constant_is_momentum() -> None:
    lr, _ = schedules.ANNEALED["μ = 0.9"]
    assert schedules.annealed(mine.run(), "μ = 0.9", 3).train_loss == experiments.train("momentum", 3, lr=lr).train_loss


def test_the_momentum_of_a_run_follows_its_schedule() -> None:
    from cs231n_lib.network.optimizers import Momentum

    run = SimpleNamespace(optimizer=Momentum(), step=0, steps_per_epoch=4)
    schedule = schedules.MomentumSchedule(lambda step, steps_per_epoch: 0.1 + step / steps_per_epoch / 10)
    schedule.on_start(run)
    assert run.optimizer.momentum == 0.1
    run.step = 6
    schedule.on_step(run)
    assert run.optimizer.momentum == pytest.approx(0.25)


@pytest.mark.parametrize("seed", SEEDS)
def test_c31_rates_often_rise_with_rmsprop_never_with_adagrad(seed: int) -> None:
    adagrad, rms = (np.diff(watching.watched(rule, seed, epochs=2).rates, axis=0) for rule in ("Adagrad", "RMSProp"))
    assert (adagrad > 0).sum() == 0
    assert np.mean(rms > 0) > 0.6


@pytest.mark.parametrize("seed", SEEDS)
def test_c32_adam_keeps_its_direction_while_rmsprop_reverses(seed: int) -> None:
    rms, adam = (np.mean(watching.watched(rule, seed, epochs=2).cosines) for rule in ("RMSProp", "Adam"))
    assert rms < 0
    assert adam > 0.8


def test_steps_watches_angles_and_rates() -> None:
    network = SimpleNamespace(parameters=np.zeros(2), weights=[np.zeros((2, 1))])
    run = SimpleNamespace(
        network=network, optimizer=SimpleNamespace(state={"cache": np.array([4.0, 25.0])}), learning_rate=2.0
    )
    steps = watching.UpdateMonitor(slice(None))
    steps.on_start(run)
    for parameters in ([1.0, 0.0], [2.0, 1.0], [1.0, 0.0]):
        network.parameters = np.array(parameters)
        steps.on_step(run)
    np.testing.assert_allclose(steps.cosines, [np.sqrt(0.5), -1.0])
    np.testing.assert_allclose(steps.rates[0], [1.0, 0.4], rtol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_c30_adagrad_does_not_stall_in_800_steps_on_clothes(seed: int) -> None:
    adagrad, sgd = (experiments.train(rule, seed) for rule in ("Adagrad", "SGD"))
    assert sgd.train_loss - adagrad.train_loss > 0.02
    late = np.array(adagrad.history.loss[-80:]).mean()
    assert late < np.array(adagrad.history.loss[-240:-160]).mean()


def test_the_pure_rules_take_the_steps_of_the_fast_ones() -> None:
    assert experiments.same_numbers(mine)


@pytest.mark.audit
def test_best_rates_are_in_the_table_and_within_two_points() -> None:
    tops = []
    for rule, best in experiments.RATES.items():
        accuracies = [
            [100 * experiments.train(rule, seed, lr=lr).accuracy for seed in range(100, 105)]
            for lr in best * 2.0 ** np.arange(-2, 3)
        ]
        means = np.mean(accuracies, axis=1)
        assert means.argmax() == 2
        tops.append(means.max())
    assert np.ptp(tops) < 2


def test_the_table_has_mean_and_spread_and_the_best_first() -> None:
    made_up = {
        "SGD": [SimpleNamespace(train_loss=loss, accuracy=share) for loss, share in ((0.5, 0.80), (0.7, 0.82))],
        "Adam": [SimpleNamespace(train_loss=loss, accuracy=share) for loss, share in ((0.3, 0.90), (0.3, 0.90))],
    }
    _, adam, sgd, note = experiments.table(made_up).splitlines()
    assert "standard deviation" in note
    assert adam.split() == ["Adam", "0.008", "0.30", "±", "0.00", "90.0", "±", "0.0", "%"]
    assert sgd.split() == ["SGD", "0.8", "0.60", "±", "0.14", "81.0", "±", "1.4", "%"]


@pytest.fixture(scope="module")
def least_of_scipy() -> float:
    tight = {"maxiter": 5000, "maxfun": 10_000, "ftol": 1e-16, "gtol": 1e-11}
    return float(minimize(lbfgs.objective, np.zeros(640), jac=True, method="L-BFGS-B", options=tight).fun)


def test_c29_the_least_loss_is_that_of_scipy(least_of_scipy: float) -> None:
    assert lbfgs.lowest() == pytest.approx(least_of_scipy, rel=0, abs=1e-11)  # a tenth of what is drawn


def test_c29_full_batch_lbfgs_matches_scipy_and_beats_descent(least_of_scipy: float) -> None:
    passes: list[float] = []

    def counted(w: np.ndarray) -> tuple[float, np.ndarray]:
        loss, dw = lbfgs.objective(w)
        passes.append(min(loss, passes[-1]) if passes else loss)
        return loss, dw

    minimize(counted, np.zeros(640), jac=True, method="L-BFGS-B", options={"ftol": 1e-16, "gtol": 1e-11})
    ours = lbfgs.full_batch(mine.run(), "L-BFGS")
    needed, theirs = (int(np.argmax(np.array(losses) < 1e-6)) for losses in (ours, np.array(passes) - least_of_scipy))
    assert needed < 1.25 * theirs
    for method in ("momentum", "descent"):
        assert lbfgs.full_batch(mine.run(), method, needed)[-1] > 1e3 * ours[needed]


@pytest.mark.parametrize(
    ("method", "others"),
    [("descent", [(32.0, 0.0), (128.0, 0.0)]), ("momentum", [(64.0, 0.8), (256.0, 0.8), (128.0, 0.7), (128.0, 0.9)])],
)
def test_the_rivals_of_lbfgs_have_the_best_rates(
    method: str, others: list[tuple[float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    best = lbfgs.full_batch(mine.run(), method, 100)[-1]
    for other in others:
        monkeypatch.setitem(lbfgs.RATES, method, other)
        assert lbfgs.full_batch(mine.run(), method, 100)[-1] > best


@pytest.mark.audit
@pytest.mark.parametrize("share", [0.3, 0.1, 0.03])
def test_c29_shorter_steps_do_not_save_lbfgs(share: float) -> None:
    for seed in range(3):
        sgd = lbfgs.minibatches(mine.run(), "SGD", np.random.default_rng(seed))
        assert np.median(
            lbfgs.minibatches(mine.run(), "L-BFGS", np.random.default_rng(seed), share=share)[-100:]
        ) > 2 * np.median(sgd[-100:])


@pytest.mark.audit
@pytest.mark.parametrize("seed", SEEDS)
def test_c29_minibatch_lbfgs_is_unstable_where_sgd_converges(seed: int) -> None:
    thrown, sgd = (lbfgs.minibatches(mine.run(), method, np.random.default_rng(seed)) for method in ("L-BFGS", "SGD"))
    assert sgd[-20:].max() < 0.1
    assert np.median(thrown[-100:]) > 3 * np.median(sgd[-100:])
    assert thrown[20:].max() > 1


@pytest.mark.parametrize("seed", SEEDS)
def test_c29_gradient_pairs_from_two_batches_are_mostly_noise(seed: int) -> None:
    assert lbfgs.pair_noise(np.random.default_rng(seed), draws=9) > 100
    assert lbfgs.pair_noise(np.random.default_rng(seed), batch=100_000, step=1.0, draws=1) < 1


def test_pairs_keep_only_what_curves_upwards() -> None:
    pairs = lbfgs.Pairs()
    for w, dw in ((0.0, 0.0), (1.0, 2.0), (2.0, 1.0), (1.0, -1.0)):
        pairs.note(np.array([w]), np.array([dw]))
    assert [float(s[0]) for s in pairs.s] == [1.0, -1.0]
    assert [float(y[0]) for y in pairs.y] == [2.0, -2.0]


def test_the_objective_has_the_gradient_it_says() -> None:
    rng = np.random.default_rng(0)
    w, direction, h = rng.normal(size=640), rng.normal(size=640), 1e-6
    rows = rng.integers(0, 1000, 40)
    slope = (lbfgs.objective(w + h * direction, rows)[0] - lbfgs.objective(w - h * direction, rows)[0]) / (2 * h)
    assert lbfgs.objective(w, rows)[1] @ direction == pytest.approx(slope, rel=1e-6)
