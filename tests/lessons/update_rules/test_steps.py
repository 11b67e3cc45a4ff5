"""Lesson 08's claims on surfaces small enough to draw. A margin here is one that 20 seeds passed."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from claims import SEEDS

from cs231n_lib.course import mine
from cs231n_lib.functions.gradients import numerical_gradient_centered
from cs231n_lib.functions.optimizers import momentum, rmsprop
from cs231n_lib.lessons.update_rules.experiments import steps as experiments
from cs231n_lib.lessons.update_rules.experiments.race import CURVATURES, SURFACES

RAVINE = SURFACES["ravine"]


def steps_to_bottom(start: np.ndarray, lr: float, mu: float, goal: float = 1e-6, limit: int = 5000) -> int:
    """Steps of momentum on the ravine until the height is ``goal`` of that at ``start``; SGD where ``mu`` is 0."""
    w, v = start, np.zeros_like(start)
    for step in range(limit):
        if RAVINE.loss(w) <= goal * RAVINE.loss(start):
            return step
        w, v = momentum(w, RAVINE.gradient(w), v, lr, mu)
    return limit


def best_sgd_rate() -> float:
    """The rate with which SGD is fastest on the ravine: 2 over the sum of the two curvatures."""
    return float(2 / CURVATURES.sum())


def best_momentum() -> tuple[float, float]:
    """Rate and μ with which momentum is fastest on the ravine (Polyak, 1964)."""
    low, high = np.sqrt(CURVATURES)
    return float((2 / (low + high)) ** 2), float(((high - low) / (high + low)) ** 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_c27_momentum_needs_fewer_steps_unless_it_is_too_large(seed: int) -> None:
    start = np.random.default_rng(seed).uniform(0.3, 2, 2) * np.random.default_rng(seed).choice([-1, 1], 2)
    sgd = steps_to_bottom(start, best_sgd_rate(), 0.0)
    assert steps_to_bottom(start, *best_momentum()) < 0.2 * sgd
    assert steps_to_bottom(start, 0.1, 0.9) < 0.5 * sgd
    assert steps_to_bottom(start, 0.1, 0.99) > 2 * sgd


def test_steps_to_bottom_gives_up_at_its_limit() -> None:
    assert steps_to_bottom(np.ones(2), 1e-9, 0.0, limit=7) == 7


def slowest(lr: float, mu: float) -> float:
    """Largest size of an eigenvalue of a momentum step on the ravine, by the matrix of (w, v)."""
    sizes = []
    for h in CURVATURES:
        sizes.extend(np.abs(np.linalg.eigvals([[1 - lr * h, mu], [-lr * h, mu]])))
    return float(max(sizes))


def test_the_best_rates_are_the_best() -> None:
    best = slowest(best_sgd_rate(), 0.0)
    assert all(slowest(lr, 0.0) >= best for lr in np.geomspace(0.01, 1, 101))
    best = slowest(*best_momentum())
    assert all(slowest(lr, mu) >= best - 1e-7 for lr in np.geomspace(0.05, 3, 61) for mu in np.linspace(0, 0.99, 67))


def test_c27_velocity_sums_steady_and_cancels_turning_gradients() -> None:
    steady, turning = (
        experiments.velocities(mine.run(), np.ones(200)),
        experiments.velocities(mine.run(), (-1.0) ** np.arange(200)),
    )
    np.testing.assert_allclose(steady[:3], [1, 1.9, 2.71])
    assert steady[-1] == pytest.approx(10, rel=1e-6)
    np.testing.assert_allclose(turning[:3], [1, 0.1, 0.91])
    assert turning[-1] == pytest.approx(1 / 1.9, rel=1e-6)


def test_three_conventions_by_hand() -> None:
    ways = experiments.conventions(np.array([1.0, 0.5]), mu=0.5)
    np.testing.assert_allclose(ways["CS231n"], [0, 1, 2])  # the velocity keeps half of the step at the old rate
    np.testing.assert_allclose(ways["PyTorch, optax"], [0, 1, 1.75])
    np.testing.assert_allclose(ways["average"], [0, 1, 1.75])
    same_rate = experiments.conventions(np.array([1.0, 0.5]), mu=0.5, converted=False)
    np.testing.assert_allclose(same_rate["average"], [0, 0.5, 0.875])


def test_convention_called_optax_equals_optax() -> None:
    jax.config.update("jax_enable_x64", True)
    rates = np.repeat([0.1, 0.01], 15)
    rule = optax.sgd(lambda step: jnp.asarray(rates)[step], momentum=0.9)
    w, way = jnp.zeros(()), [0.0]
    state = rule.init(w)
    for _ in rates:
        update, state = rule.update(-jnp.ones(()), state)
        w = optax.apply_updates(w, update)
        way.append(float(w))
    np.testing.assert_allclose(experiments.conventions(rates)["PyTorch, optax"], way, rtol=1e-12)


def test_ravine_has_the_stated_curvatures() -> None:
    w = np.array([0.7, -0.4])
    numerical = numerical_gradient_centered(lambda w: float(experiments.RAVINE.loss(w)), w)
    np.testing.assert_allclose(CURVATURES * w, numerical, rtol=1e-8)


def test_newton_takes_one_step_and_lbfgs_a_few() -> None:
    newton, lbfgs, sgd = (experiments.ravine_path(mine.run(), rule) for rule in ("Newton", "L-BFGS", "SGD"))
    assert len(newton) == 2
    assert np.abs(newton[-1]).max() < 1e-12
    assert len(lbfgs) < 10
    assert np.abs(lbfgs[-1]).max() < 1e-6
    assert len(sgd) == experiments.STEPS + 1


def test_notes_rmsprop_is_the_line_of_the_notes() -> None:
    w, cache = experiments.notes_rmsprop(np.array([1.0]), np.array([1.0]), np.array([7.0]), lr=4.0, decay=0.5)
    np.testing.assert_allclose(cache, [11.0])  # 7 + 0.5·7 + (1 − 0.5·1)
    np.testing.assert_allclose(w, [1 - 4 / np.sqrt(11)], rtol=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_notes_rmsprop_fails_where_the_repaired_one_arrives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    steep, gentle = np.array([-1.8, rng.uniform(0.3, 0.9)]), np.array([-1.8, rng.uniform(-0.2, 0.2)])
    noted = experiments.walk(experiments.notes_rmsprop, [np.zeros(2)], steep, lr=0.1, decay=0.9)
    assert len(noted) == 2
    assert np.isnan(noted[-1]).any()
    frozen = experiments.walk(experiments.notes_rmsprop, [np.zeros(2)], gentle, lr=0.1, decay=0.9)
    assert abs(frozen[-1, 0] - gentle[0]) < 0.05
    assert np.linalg.norm(frozen[-1] - frozen[-2]) < 1e-10
    for start in (steep, gentle):
        assert np.abs(experiments.walk(rmsprop, [np.zeros(2)], start, lr=0.1, decay=0.9)[-1]).max() < 0.3


def test_notes_adam_is_the_lines_of_the_notes() -> None:
    w, m, v = experiments.notes_adam(
        np.array([1.0]), np.array([2.0]), np.array([4.0]), np.array([5.0]), lr=1.5, beta1=0.5, beta2=0.75
    )
    np.testing.assert_allclose((m[0], v[0]), (3.0, 4.75))
    np.testing.assert_allclose(w, [1 - 4.5 / np.sqrt(4.75)], rtol=1e-7)


def test_uncorrected_adam_takes_3_to_6_times_longer_steps() -> None:
    walk = experiments.walk(experiments.notes_adam, [np.zeros(1)] * 2, np.zeros(1), lambda w: np.ones(1), lr=1.0)
    steps = -np.diff(walk[:, 0])
    assert steps[0] == pytest.approx(0.1 / np.sqrt(0.001), rel=1e-6)
    assert 6.5 < steps.max() < 6.6
    assert np.argmax(steps) == 11


@pytest.mark.parametrize("seed", SEEDS)
def test_c30_adagrad_learns_rare_features_and_sgd_does_not(seed: int) -> None:
    sgd = experiments.rare_features(mine.run(), "SGD", np.random.default_rng(seed), lr=1.0)
    adagrad = experiments.rare_features(mine.run(), "Adagrad", np.random.default_rng(seed), lr=0.5)
    assert sgd[-1] < 0.85
    assert adagrad[-1] > 0.95
    assert min(sgd[0], adagrad[0]) > 0.95


def test_features_occur_at_their_stated_frequencies() -> None:
    # The first step of SGD from 0 at rate 1 is to each feature's mean square, if no two of them go together.
    w = experiments.rare_features(mine.run(), "SGD", np.random.default_rng(0), lr=1.0, steps=1, batch=20_000)
    np.testing.assert_allclose(w, experiments.FREQUENCIES, atol=0.02)


@pytest.mark.parametrize("lr", [0.03, 0.1, 0.3])
def test_c30_c31_adagrad_stalls_after_a_cliff_rmsprop_recovers(lr: float) -> None:
    adagrad, rms = (experiments.down_the_cliff(mine.run(), rule, lr, steps=600) for rule in ("Adagrad", "RMSProp"))
    last = adagrad[-1] - adagrad[-2]
    assert adagrad[-1] > 0
    assert last < 0.01 * lr
    steps = np.diff(rms)
    assert steps.min() < 0.03 * lr
    assert steps[-1] == pytest.approx(lr, rel=1e-3)
    assert np.all(np.diff(np.diff(adagrad)) <= 1e-15)


def test_the_cliff_has_the_slopes_it_says() -> None:
    np.testing.assert_allclose(experiments.cliff(np.array([-2.0, -1.0, 0.0, 3.0])), [20, 10, 0, -0.3])


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        ("SGD", 1, 1),
        ("momentum", 1, 1.9),
        ("Nesterov", 1.9, 2.71),
        ("Adagrad", 1, 1 / np.sqrt(2)),
        ("RMSProp", 10, 1 / np.sqrt(0.0199)),
        ("Adam", 1, 1),
    ],
)
def test_two_steps_of_each_rule_under_a_steady_gradient_by_hand(rule: str, first: float, second: float) -> None:
    steps = experiments.steps_of(mine.run(), rule, lr=0.5)(np.array([[1.0, -1.0], [1.0, -1.0]]))
    np.testing.assert_allclose(steps, -0.5 * np.array([[first, -first], [second, -second]]), rtol=1e-6)


@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_adam_ignores_the_scale_of_the_loss_and_sgd_does_not(factor: float) -> None:
    assert np.abs(experiments.adam_walk(mine.run(), factor) - experiments.adam_walk(mine.run(), 1.0)).max() < 1e-4
    plain, scaled = experiments.sgd_walk(1.0), experiments.sgd_walk(factor)
    assert np.abs(scaled[5] - plain[5]).max() > 0.3


def test_adam_depends_on_scale_once_gradients_near_epsilon() -> None:
    assert np.abs(experiments.adam_walk(mine.run(), 1e-9) - experiments.adam_walk(mine.run(), 1.0)).max() > 0.5
