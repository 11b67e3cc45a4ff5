"""Schedules against optax, and the loss to expect against many noisy runs."""

import re

import numpy as np
import optax
import pytest

from cs231n_lib.functions.optimizers import sgd
from cs231n_lib.lessons.update_rules.experiments.annealing import (
    CURVATURES,
    EPOCHS,
    UPDATES,
    epochs,
    expected_loss,
    rates,
    schedules,
)
from cs231n_lib.lessons.update_rules.explorables import schedule


def peers(lr: float, half_life: float, warm_up: int) -> dict[str, optax.Schedule]:
    cosine = optax.cosine_decay_schedule(lr, EPOCHS - warm_up)
    return {
        "constant": optax.constant_schedule(lr),
        "step": optax.exponential_decay(lr, half_life, 0.5, staircase=True),
        "exponential": optax.exponential_decay(lr, half_life, 0.5),
        "1/t": lambda epoch: lr * half_life / (half_life + epoch),
        "cosine": optax.join_schedules([optax.linear_schedule(lr / 10, lr, max(warm_up, 1)), cosine], [warm_up]),
    }


@pytest.mark.parametrize("settings", [(0.5, 10, 5), (0.02, 3, 20), (1.0, 40, 0)])
def test_rates_are_those_of_optax(settings: tuple[float, int, int]) -> None:
    ours, theirs = schedules(*settings), peers(*settings)
    assert ours.keys() == theirs.keys()
    for name, rate in ours.items():
        assert [rate(epoch) for epoch in range(EPOCHS + 1)] == pytest.approx(
            [float(theirs[name](epoch)) for epoch in range(EPOCHS + 1)], rel=1e-5, abs=1e-7
        ), name  # optax computes in single precision


def test_the_axis_is_in_epochs() -> None:
    assert epochs()[[0, UPDATES, -1]].tolist() == [0, 1, EPOCHS]
    assert len(epochs()) == EPOCHS * UPDATES + 1


def test_expected_loss_is_the_mean_of_noisy_runs() -> None:
    rng, noise, of = np.random.default_rng(0), 0.4, {"1/t": schedules(0.8, 10, 0)["1/t"]}
    rate = rates(of)
    expected = expected_loss(rate, noise)[0]
    w = np.ones((2000, len(CURVATURES)))
    for t, eta in enumerate(rate[0]):
        if t % 100 == 0:
            loss = np.mean(w**2 @ CURVATURES) / CURVATURES.sum()
            assert loss == pytest.approx(expected[t], rel=0.06)  # 2,000 runs: a standard error of about 2 %
        w = sgd(w, CURVATURES * w + noise * np.sqrt(CURVATURES) * rng.standard_normal(w.shape), eta)


def test_without_noise_each_weight_shrinks_by_its_own_factor() -> None:
    loss = expected_loss(np.full((1, 8), 0.5), noise=0.0)[0]
    assert loss[0] == 1.0
    assert loss[7] == pytest.approx(np.average((1 - 0.5 * CURVATURES) ** 14, weights=CURVATURES))


def test_a_constant_rate_ends_at_its_noise_floor() -> None:
    lr, noise = 0.5, 0.5
    floor = np.sum(CURVATURES * lr * noise**2 / (2 - lr * CURVATURES)) / CURVATURES.sum()
    assert expected_loss(np.full((1, 20_000), lr), noise)[0, -1] == pytest.approx(floor)


@pytest.mark.parametrize(
    ("settings", "best", "worst"),
    [
        ({"lr": 0.5, "half_life": 10, "warm_up": 5, "noise": 0.3}, "cosine", "constant"),
        ({"lr": 0.02, "half_life": 10, "warm_up": 5, "noise": 0.3}, "constant", "exponential"),
        ({"lr": 0.5, "half_life": 10, "warm_up": 5, "noise": 0.0}, "constant", "exponential"),
    ],
)
def test_sentence_names_best_and_worst_schedule_and_end_rates(
    settings: dict[str, float], best: str, worst: str
) -> None:
    stage = schedule()._stage()
    sentence = stage.update(**settings)
    assert re.search(f"{best} has the lowest .* and {worst} the highest", sentence)
    lowest, highest = re.search(r"loss, ([\d.e-]+) of .* highest, ([\d.e-]+)\. ", sentence).groups()
    drawn = [curve.get_ydata()[-1] for curve in stage.losses]
    assert (float(lowest), float(highest)) == pytest.approx((min(drawn), max(drawn)), rel=0.06)
    left = [int(share) for share in re.findall(r"(\d+)%", sentence)]
    assert left == [100, round(100 / 2**5), round(100 / 2**5), round(100 / 6), 0]


def test_decay_ends_lower_than_a_constant_rate_once_noise_counts() -> None:
    losses = expected_loss(rates(schedules(0.5, 10, 5)), noise=0.3)[:, -1]
    assert (losses[1:] < 0.5 * losses[0]).all()


def test_caption_mentions_noise_only_if_there_is_some() -> None:
    assert "until the noise stops it" in schedule().picture(noise=0.3).caption
    assert "no noise to reduce" in schedule().picture(noise=0.0).caption
