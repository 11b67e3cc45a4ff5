"""Lesson 05's references against the library's functions and scikit-learn, and what its checks say of some answers."""

import numpy as np
import pytest
from frozen import frozen_normal
from lessons.battery import mistake
from lessons.preprocessing.alternatives import kept_by_loop, pca_by_svd_of_the_data
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, r_regression
from sklearn.model_selection import KFold
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from cs231n_lib.functions import preprocessing as library
from cs231n_lib.lessons.preprocessing import checks
from cs231n_lib.lessons.preprocessing.checks import references
from cs231n_lib.lessons.preprocessing.checks.leakage import by_all, each_by_itself, fair, only_train
from cs231n_lib.lessons.preprocessing.checks.pca_fit import with_one_sign

TRAIN = frozen_normal(30, 4) @ np.diag([1.0, 3.0, 10.0, 0.1]) + 5
TEST = frozen_normal(9, 4, seed=1) * 2 + 4


@pytest.mark.parametrize(
    ("function", "peer"),
    [
        (references.subtract_mean, StandardScaler(with_std=False)),
        (references.standardize, StandardScaler()),
        (references.min_max, MinMaxScaler((-1, 1))),
    ],
)
@pytest.mark.parametrize("constant", [0.0, 0.1, 7.0])
def test_scaling_is_that_of_scikit_learn(function, peer, constant):
    train, test = np.insert(TRAIN, 2, constant, axis=1), np.insert(TEST, 2, constant + 1, axis=1)
    prepared = function(train, test)
    peer.fit(train)
    for ours, part in zip(prepared, (train, test), strict=True):
        np.testing.assert_allclose(ours, peer.transform(part), rtol=0, atol=1e-12)


def test_ten_copies_of_a_tenth_have_a_nonzero_deviation():
    assert (np.full((10, 3), 0.1).std(axis=0) > 0).all()  # the trap of the row "One whose mean is rounded"


def test_principal_components_are_those_of_scikit_learn():
    mean, u, variances = references.pca_fit(TRAIN)
    peer = PCA().fit(TRAIN)
    np.testing.assert_allclose(variances, peer.explained_variance_ * 29 / 30, rtol=1e-10)
    np.testing.assert_allclose(abs(u), abs(peer.components_.T), atol=1e-10)
    z, rebuilt = references.compress(TEST, mean, u, 2)
    peer = PCA(2, whiten=True).fit(TRAIN)
    np.testing.assert_allclose(rebuilt, peer.inverse_transform(peer.transform(TEST)), atol=1e-9)
    pca, _ = references.whiten(TEST, mean, u[:, :2], variances[:2], eps=0)
    np.testing.assert_allclose(abs(pca), abs(peer.transform(TEST)) * np.sqrt(30 / 29), rtol=1e-9)
    assert z.shape == (9, 2)


def test_references_equal_the_library():
    fitted = library.pca_fit(TRAIN)
    for ours, theirs in zip(references.pca_fit(TRAIN), fitted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
    pca, zca = references.whiten(TEST, *fitted)
    np.testing.assert_allclose(pca, library.pca_whiten(TEST, *fitted), rtol=1e-12)
    np.testing.assert_allclose(zca, library.zca_whiten(TEST, *fitted), rtol=1e-12)
    for share in (0.1, 0.9, 0.999, 1.0):
        kept = references.components_to_keep(fitted[2], share)
        assert kept == library.components_to_keep(fitted[2], share) == kept_by_loop(fitted[2], share)


def test_the_condition_number_is_that_of_the_numerical_hessian():
    x = TRAIN - TRAIN.mean(axis=0) + 0.3
    y = TRAIN[:, 0] ** 2

    def loss(theta):
        return 0.5 * np.mean((x @ theta[:-1] + theta[-1] - y) ** 2)

    steps = np.eye(5)
    hessian = np.array(
        [[loss(a + b) - loss(a) - loss(b) + loss(np.zeros(5)) for b in steps] for a in steps]
    )  # exact for a quadratic
    assert references.condition_number(x) == pytest.approx(np.linalg.cond(hessian), rel=1e-6)


def test_features_are_chosen_as_scikit_learn_does():
    y = TRAIN @ [1.0, -2.0, 0.05, 3.0] + frozen_normal(30, seed=5)
    chosen, _ = references.select_features(TRAIN, y, TEST, TEST[:, 0], 2)
    peer = SelectKBest(lambda x, y: np.abs(r_regression(x, y)), k=2).fit_transform(TRAIN, y)
    assert sorted(chosen.sum(axis=0)) == pytest.approx(sorted(peer.sum(axis=0)))


def test_detector_finds_each_leak_in_its_split():
    found = {f.__name__: references.leakage(f, TRAIN, TEST) for f in (by_all, each_by_itself, only_train, fair)}
    leaks = {name: tuple(size > 0 for size in sizes) for name, sizes in found.items()}
    assert leaks == {
        "by_all": (True, True),
        "each_by_itself": (False, True),
        "only_train": (True, False),
        "fair": (False, False),
    }


@pytest.mark.parametrize("signs", [(-1, 1, 1), (1, -1, -1)])
def test_the_sign_of_a_component_does_not_matter(signs):
    def turned(x):
        mean, components, variances = pca_by_svd_of_the_data(x)
        return mean, components * np.resize(signs, len(mean)), variances

    assert checks.pca_fit(turned).passed


@pytest.mark.parametrize("value", [None, 3.0, np.ones((3, 3)), (1, 2), (None, None, None), ("a", "b", "c")])
def test_result_of_a_wrong_type_earns_nothing(value):
    assert checks.pca_fit(lambda x: value).points == 0


def test_sign_convention_ignores_other_results():
    assert with_one_sign(iter([1, 2])) == [1, 2]


@pytest.mark.parametrize("name", ["subtract_mean", "standardize", "min_max"])
def test_using_the_test_part_fails_the_row_about_leakage(name):
    leak = {
        "subtract_mean": "mean of all data",
        "standardize": "statistics of all data",
        "min_max": "range of all data",
    }
    rows = {row.title: row for row in checks.__dict__[name](mistake("preprocessing", name, leak[name])).rows}
    assert not rows["Nothing learned from the test part"].passed


@pytest.mark.parametrize("cut", [1, 4, 29])
def test_merged_moments_are_those_of_scikit_learn(cut):
    peer, heaps = StandardScaler(), []
    for part in (TRAIN[:cut], TRAIN[cut:]):
        peer.partial_fit(part)
        heaps += [len(part), part.mean(axis=0), part.var(axis=0)]
    n, mean, var = references.merged_moments(*heaps)
    assert n == peer.n_samples_seen_ == 30
    np.testing.assert_allclose(mean, peer.mean_, rtol=1e-12)
    np.testing.assert_allclose(var, peer.var_, rtol=1e-10)


@pytest.mark.parametrize(("n", "k"), [(12, 3), (10, 4), (5, 5), (103, 10)])
def test_folds_are_those_of_scikit_learn_for_equal_order(n, k):
    pairs = references.k_fold(n, k, np.random.default_rng(3))
    order = np.random.default_rng(3).permutation(n)
    assert len(pairs) == k
    for (train, validation), (others, places) in zip(pairs, KFold(k).split(order), strict=True):
        np.testing.assert_array_equal(validation, order[places])
        np.testing.assert_array_equal(train, order[others])


@pytest.mark.parametrize("value", [None, 3, [1, 2], [(1, 2)], [(np.ones(3), np.ones(3))], [([0],)]])
def test_folds_that_are_no_pairs_of_rows_are_named(value):
    result = checks.k_fold(lambda n, k, rng: value)
    assert result.points == 0
    assert "not a list of pairs" in result.text() or "not a pair of one-dimensional arrays" in result.text()
