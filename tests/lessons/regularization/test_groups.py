"""The elastic net on correlated features, measured. A margin here is one that 20 seeds passed."""

from collections.abc import Sequence
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from claims import ALL, SEEDS, SETS
from sklearn.linear_model import ElasticNet, Ridge

from cs231n_lib.contracts import FloatArray
from cs231n_lib.course import mine
from cs231n_lib.lessons.regularization.experiments import groups as experiments

pytestmark = pytest.mark.slow

L1, NET, L2 = experiments.RATIOS.values()


@cache
def tuned(seed: int, ratio: float, active: int = 5, correlation: float = experiments.CORRELATION) -> FloatArray:
    return experiments.tuned_weights(mine.run(), seed, ratio, active, correlation)


@cache
def distance(seed: int, ratio: float, active: int = 5, correlation: float = experiments.CORRELATION) -> float:
    w, _ = experiments.grouped_problem(seed, correlation, active)
    return float(np.sum((tuned(seed, ratio, active, correlation) - w) ** 2))


def error(seed: int, ratio: float) -> float:
    return experiments.prediction_error(tuned(seed, ratio), experiments.grouped_problem(seed)[0])


def kept(seeds: Sequence[int], ratio: float, part: slice) -> float:
    return float(np.mean([np.sum(tuned(seed, ratio)[part] != 0) for seed in seeds]))


def overlap(seeds: Sequence[int], ratio: float) -> float:
    """Features kept in both of two data sets, as a fraction of those kept in either; mean over the pairs."""
    sets = [tuned(seed, ratio)[: experiments.RELEVANT] != 0 for seed in seeds]
    return float(np.mean([np.sum(a & b) / np.sum(a | b) for a, b in combinations(sets, 2)]))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("ratio", [L1, NET])
def test_minimum_is_that_of_scikit_learns_elastic_net(ratio: float, seed: int) -> None:
    _, (fit, _) = experiments.grouped_problem(seed)
    strengths = np.array([0.1, 0.3])
    found = experiments.solutions(*fit, strengths, ratio, steps=20_000)
    for w, strength in zip(found, strengths, strict=True):
        peer = ElasticNet(alpha=strength, l1_ratio=ratio, fit_intercept=False, tol=1e-12, max_iter=10**6).fit(*fit)
        np.testing.assert_allclose(w, peer.coef_, rtol=0, atol=1e-5)
        np.testing.assert_array_equal(w == 0, peer.coef_ == 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_minimum_without_l1_is_that_of_scikit_learns_ridge(seed: int) -> None:
    _, ((x, y), _) = experiments.grouped_problem(seed)
    peer = Ridge(alpha=0.2 * len(y), fit_intercept=False).fit(x, y).coef_
    np.testing.assert_allclose(experiments.solutions(x, y, np.array([0.2]), L2)[0], peer, rtol=0, atol=1e-6)


@pytest.mark.parametrize("ratio", [L1, NET, L2])
def test_students_functions_find_the_same_minimum(ratio: float) -> None:
    _, (fit, _) = experiments.grouped_problem(0)
    w = experiments.fitted_weights(mine.run(), *fit, 0.2, ratio)
    (peer,) = experiments.solutions(*fit, np.array([0.2]), ratio)
    np.testing.assert_allclose(w, peer, rtol=0, atol=1e-9)


@pytest.mark.parametrize("correlation", [0.0, 0.95])
def test_features_have_the_stated_correlation(correlation: float) -> None:
    w, ((x, y), _) = experiments.grouped_problem(0, correlation, n=20_000)
    expected = np.kron(np.eye(10), np.full((5, 5), correlation))
    np.fill_diagonal(expected, 1)
    np.testing.assert_allclose(np.cov(x, rowvar=False), expected, atol=0.06)
    assert np.std(y - x @ w) == pytest.approx(1, abs=0.03)
    assert w[:5].sum() == w[5:10].sum() == 2
    assert not w[10:].any()


@pytest.mark.parametrize("active", [1, 5])
def test_prediction_error_is_that_on_many_new_examples(active: int) -> None:
    truth, (_, (x, _)) = experiments.grouped_problem(1, active=active, n=50_000)
    w = truth + np.random.default_rng(0).normal(0, 0.3, 50)
    assert experiments.prediction_error(w, truth) == pytest.approx(np.mean((x @ (w - truth)) ** 2), rel=0.03)


@pytest.mark.parametrize("seeds", [ALL[:6], pytest.param(ALL, marks=pytest.mark.audit)])
def test_elastic_net_keeps_groups_that_l1_splits(seeds: Sequence[int]) -> None:
    group, others = slice(10), slice(10, 50)
    assert 5.5 < kept(seeds, L1, group) < 7.5
    assert kept(seeds, NET, group) > 9
    assert max(kept(seeds, ratio, others) for ratio in (L1, NET)) < 15
    assert kept(seeds, L2, group) == 10
    assert kept(seeds, L2, others) == 40
    assert overlap(seeds, NET) > 0.8
    assert overlap(seeds, L1) < 0.65


@pytest.mark.parametrize("seed", SEEDS)
def test_elastic_net_is_closer_than_l1_if_the_group_matters(seed: int) -> None:
    assert distance(seed, NET) < distance(seed, L1)


@pytest.mark.parametrize("seed", SEEDS)
def test_l1_is_closer_if_one_feature_of_a_group_matters(seed: int) -> None:
    assert distance(seed, L1, active=1) < distance(seed, NET, active=1)


@pytest.mark.parametrize("seeds", SETS[1:])
def test_elastic_net_predicts_best_with_most_data_sets(seeds: Sequence[int]) -> None:
    errors = np.array([[error(seed, ratio) for ratio in (L1, NET, L2)] for seed in seeds])
    assert np.sum(errors[:, 1] < errors[:, 0]) >= 16
    assert np.sum(errors[:, 1] < errors[:, 2]) >= 16


@pytest.mark.parametrize("seeds", SETS[1:])
def test_elastic_net_gains_nothing_without_correlation(seeds: Sequence[int]) -> None:
    nets, lassos = ([distance(seed, ratio, 5, 0.0) for seed in seeds] for ratio in (NET, L1))
    assert 5 <= np.sum(np.array(nets) < lassos) <= 15
    assert np.mean(nets) == pytest.approx(np.mean(lassos), rel=0.1)
