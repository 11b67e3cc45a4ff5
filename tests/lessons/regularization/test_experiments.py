"""The claims of lesson 07, measured. A margin here is one that 20 seeds passed."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from claims import ALL, SEEDS, SETS
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, Ridge

from cs231n_lib.course import mine
from cs231n_lib.functions.regularizers import elastic_net
from cs231n_lib.lessons.regularization.checks import references
from cs231n_lib.lessons.regularization.experiments import penalties as experiments

pytestmark = pytest.mark.slow

MOST = pytest.mark.parametrize(("seeds", "most"), [(ALL[:3], 2), pytest.param(ALL, 17, marks=pytest.mark.audit)])
"""For a claim that holds with most seeds, and how many those are at least."""


@pytest.mark.parametrize("seed", SEEDS)
def test_c22_proximal_steps_give_the_exact_zeros_of_the_lasso(seed: int) -> None:
    _, ((x, y), _, _) = experiments.sparse_problem(seed, relevant=3, n=40, d=12)
    w = experiments.l1_descent(x, y, 0.3, 0.1, 800, mine.run().proximal_step)[-1]
    lasso = Lasso(alpha=0.3, fit_intercept=False, tol=1e-10).fit(x, y).coef_
    np.testing.assert_allclose(w, lasso, rtol=0, atol=1e-5)
    np.testing.assert_array_equal(w == 0, lasso == 0)
    assert np.sum(w == 0) >= 5


@pytest.mark.parametrize("seed", SEEDS)
def test_c22_subgradient_steps_keep_crossing_zero(seed: int) -> None:
    _, (fit, _, _) = experiments.sparse_problem(seed, relevant=3, n=40, d=12)
    strength, lr = 0.3, 0.1
    zero = experiments.l1_descent(*fit, strength, lr, 800)[-1] == 0
    path = experiments.l1_descent(*fit, strength, lr, 800, experiments.subgradient(mine.run()))
    tail = path[-100:, zero]
    assert not (path[1:] == 0).any()
    assert ((tail > 0).any(axis=0) & (tail < 0).any(axis=0)).all()
    assert np.abs(tail).max() < 3 * lr * strength


def test_c22_zeros_increase_from_l2_to_elastic_net_to_l1() -> None:
    settings = ((0.02, 0.0), (0.02, 0.1), (0.005, 1.0))
    ridge, mixed, lasso = (np.mean(experiments.sparse_classifier(mine.run(), *s)[0] == 0) for s in settings)
    assert ridge == 0
    assert 0.3 < mixed < 0.6
    assert lasso > 0.65


@pytest.mark.parametrize("seed", SEEDS)
def test_c22_best_l1_and_l2_tie_on_fashion_mnist(seed: int) -> None:
    ridge = max(experiments.sparse_classifier(mine.run(), strength, 0.0, seed)[1] for strength in (1e-3, 3e-3, 1e-2))
    lasso = max(experiments.sparse_classifier(mine.run(), strength, 1.0, seed)[1] for strength in (3e-4, 1e-3, 3e-3))
    assert abs(ridge - lasso) < 0.01


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("relevant", [1, 5, 10])
def test_c22_l1_is_nearer_to_the_truth_where_few_features_matter(relevant: int, seed: int) -> None:
    lasso, ridge = experiments.duel(relevant, seed)
    assert ridge > 1.4 * lasso


@MOST
def test_c22_l2_is_nearer_where_all_features_matter(seeds: Sequence[int], most: int) -> None:
    lasso, ridge = np.array([experiments.duel(50, seed) for seed in seeds]).T
    assert np.sum(ridge < lasso) >= most
    assert lasso.mean() > 1.1 * ridge.mean()


def test_strengths_translate_to_scikit_learns() -> None:
    _, ((x, y), _, _) = experiments.sparse_problem(0, relevant=4, n=40, d=4)
    w = experiments.ridge(x, y, 0.2)
    np.testing.assert_allclose(w, Ridge(alpha=0.2 * len(y), fit_intercept=False).fit(x, y).coef_, rtol=1e-9)
    np.testing.assert_allclose(experiments.ridge_descent(mine.run(), x, y, 0.2), w, rtol=1e-9)
    peer = ElasticNet(alpha=0.2, l1_ratio=0.3, fit_intercept=False, tol=1e-12).fit(x, y).coef_
    gradient = x.T @ (x @ peer - y) / len(y) + elastic_net(peer, 0.2, 0.3)[1]
    assert (peer != 0).all()
    np.testing.assert_allclose(gradient, 0, atol=1e-6)


def test_a_penalised_bias_cannot_reach_the_data() -> None:
    x = np.linspace(-1, 1, 9)
    free, held = (experiments.line_through(mine.run(), x, 6 + 0 * x, 0.5, penalize) for penalize in (False, True))
    np.testing.assert_allclose(free, (0, 6), atol=1e-12)
    np.testing.assert_allclose(held, (0, 6 / 1.5), atol=1e-12)  # the least of ½(6 − b)² + ¼b²
    line = LinearRegression().fit(x[:, None], 2 * x + 1)
    np.testing.assert_allclose(
        experiments.line_through(mine.run(), x, 2 * x + 1, 0.0, True), (line.coef_[0], line.intercept_), atol=1e-12
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_c23_dropout_means_match_inference_and_variances_differ(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, w, drop_prob = rng.normal(size=8), rng.normal(size=8), rng.uniform(0.1, 0.9)
    scores, probabilities = experiments.scores_over_masks(x, w, drop_prob)
    assert probabilities.sum() == pytest.approx(1)
    vanilla, inverted = (references.moments_over_masks(x, w, drop_prob, scale) for scale in (1.0, 1 / (1 - drop_prob)))
    assert vanilla[0] == pytest.approx(scores @ probabilities, abs=1e-12)
    assert vanilla[0] == pytest.approx((1 - drop_prob) * x @ w, abs=1e-12)
    assert inverted[0] == pytest.approx(x @ w, abs=1e-12)
    assert inverted[1] == pytest.approx(vanilla[1] / (1 - drop_prob) ** 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_c23_many_draws_have_the_moments_of_all_masks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=6), rng.normal(size=6)
    mean, variance = references.moments_over_masks(x, w, 0.3, 1 / 0.7)
    rows = np.repeat(x[np.newaxis], 20_000, axis=0)
    out, _ = references.inverted_dropout(rows, rows, 0.3, rng)
    assert np.mean(out @ w) == pytest.approx(mean, abs=5 * np.sqrt(variance / 20_000))
    assert np.var(out @ w) == pytest.approx(variance, rel=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_c23_inference_is_near_the_mean_over_masks_in_two_layers(seed: int) -> None:
    network = experiments.two_layers_with_dropout(seed)
    x, _ = experiments.some_pictures()
    used = network.predict(x)
    one, many = (experiments.mean_of_masks(mine.run(), network, x, n, np.random.default_rng(seed)) for n in (1, 300))
    off, off_one = (np.sqrt(np.mean((scores - used) ** 2)) / used.std() for scores in (many, one))
    assert off < 0.12
    assert off_one > 0.5
    same_one, same = (np.mean(scores.argmax(axis=1) == used.argmax(axis=1)) for scores in (one, many))
    assert same > 0.94
    assert same_one < 0.9


@cache
def gap(drop_prob: float, seed: int) -> tuple[float, float]:
    """The gap between training and validation accuracy on wrong labels, and the validation accuracy."""
    _, history = experiments.train(128, drop_prob, wrong=experiments.WRONG, seed=seed)
    fit, new = history.train_accuracy[-1], history.validation_accuracy[-1]
    return float(fit - new), float(new)


@pytest.mark.parametrize("seed", SEEDS)
def test_dropout_narrows_the_gap_and_helps_at_a_rate_of_0_6(seed: int) -> None:
    gaps, new = np.array([gap(drop_prob, seed) for drop_prob in (0.0, 0.3, 0.6, 0.9)]).T
    assert (np.diff(gaps) < -0.02).all()
    assert new[2] > new[0] + 0.02


@cache
def contest(wrong: float, seed: int) -> np.ndarray:
    return experiments.contest(wrong, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_c16_wrong_labels_favour_the_large_regularised_network(seed: int) -> None:
    small, large, regularised = contest(experiments.WRONG, seed)
    assert regularised > small + 0.01
    assert regularised > large + 0.03


@pytest.mark.parametrize(("seeds", "most"), [(ALL[:8], 5), (ALL, 16)])
@pytest.mark.audit
def test_c16_wrong_labels_put_the_large_network_behind_the_small(seeds: Sequence[int], most: int) -> None:
    small, large, regularised = np.array([contest(experiments.WRONG, seed) for seed in seeds]).T
    assert np.sum(large < small) >= most
    assert regularised.std() < 0.8 * min(small.std(), large.std())


@pytest.mark.parametrize("seeds", SETS)
def test_c16_right_labels_favour_size_rather_than_regularisation(
    seeds: Sequence[int],
) -> None:
    small, large, regularised = np.array([contest(0.0, seed) for seed in seeds]).T
    assert (large > small + 0.01).all()
    assert (regularised > small + 0.005).all()
    assert -0.015 < np.mean(regularised - large) < 0.005


def test_stated_number_of_labels_is_wrong() -> None:
    (x, right), (same_x, wrong) = experiments.training_split(3), experiments.training_split(3, 0.3)
    np.testing.assert_array_equal(x, same_x)
    assert np.sum(right != wrong) == 300
    assert wrong.min() == 0
    assert wrong.max() == 9


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_validation_loss_rises_long_before_the_end(seed: int) -> None:
    fit, new = experiments.losses_by_epoch(seed).T
    best, last = references.early_stopping(new, 10)
    assert 8 < best < 40
    assert last < 60
    assert new[-1] > 1.1 * new[best]
    assert fit[-1] < 0.5 * fit[best]
