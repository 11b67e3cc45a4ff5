import numpy as np
import pytest
from frozen import frozen, frozen_normal
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import linalg
from sklearn import decomposition, preprocessing

from cs231n_lib.functions.preprocessing import (
    center_fit,
    center_transform,
    components_to_keep,
    min_max_fit,
    min_max_transform,
    pca_fit,
    pca_reconstruct,
    pca_transform,
    pca_whiten,
    standardize_fit,
    standardize_transform,
    zca_whiten,
)

MIXING = np.random.default_rng(7).standard_normal((4, 4)) * [1, 3, 10, 30]
TRAIN = frozen(frozen_normal(60, 4) @ MIXING + 5)
TEST = frozen(frozen_normal(20, 4, seed=1) @ MIXING + 4)


@pytest.mark.parametrize(
    ("fit", "transform", "peer"),
    [
        (lambda x: (center_fit(x),), center_transform, preprocessing.StandardScaler(with_std=False)),
        (standardize_fit, standardize_transform, preprocessing.StandardScaler()),
        (min_max_fit, min_max_transform, preprocessing.MinMaxScaler((-1, 1))),
    ],
)
@pytest.mark.parametrize("constant", [0.0, 0.1, 1e6])
def test_scaling_against_scikit_learn(fit, transform, peer, constant):
    train, test = frozen(np.insert(TRAIN, 2, constant, axis=1)), frozen(np.insert(TEST, 2, constant + 1, axis=1))
    fitted = fit(train)
    peer.fit(np.array(train))
    np.testing.assert_allclose(transform(train, *fitted), peer.transform(train), rtol=0, atol=1e-12)
    np.testing.assert_allclose(transform(test, *fitted), peer.transform(test), rtol=0, atol=1e-12)


matrices = arrays(float, (5, 3), elements=st.floats(-1e3, 1e3).map(lambda v: round(v, 3)))


@given(matrices)
def test_standardized_features_have_mean_0_and_variance_1_or_0(x):
    z = standardize_transform(x, *standardize_fit(x))
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-6)  # the mean of values near 1000 is rounded to 1e-13
    varies = np.array([len(set(column)) > 1 for column in x.T])
    np.testing.assert_allclose(z.var(axis=0), varies, atol=1e-6)


@given(matrices)
def test_min_max_spans_minus_1_to_1_or_never_varies(x):
    z = min_max_transform(x, *min_max_fit(x))
    varies = np.array([len(set(column)) > 1 for column in x.T])
    np.testing.assert_allclose(z.min(axis=0), -1)
    np.testing.assert_allclose(z.max(axis=0), np.where(varies, 1, -1))


def test_a_constant_column_whose_mean_is_rounded_stays_small():
    x = np.full((3, 1), 0.1)
    assert x.std() > 0  # the trap: rounding error passes for a standard deviation
    assert np.abs(standardize_transform(x, *standardize_fit(x))).max() < 1e-15


def test_mean_image_by_hand():
    images = frozen(np.arange(16.0).reshape(2, 2, 2, 2))
    mean = center_fit(images)
    assert mean.tolist() == [[[4, 5], [6, 7]], [[8, 9], [10, 11]]]
    assert center_transform(images, mean)[1].tolist() == np.full((2, 2, 2), 4.0).tolist()


def test_pca_against_scikit_learn():
    mean, components, variances = pca_fit(TRAIN)
    peer = decomposition.PCA().fit(TRAIN)
    np.testing.assert_allclose(mean, peer.mean_, atol=1e-12)
    np.testing.assert_allclose(variances, peer.explained_variance_ * 59 / 60, rtol=1e-10)  # theirs divides by N - 1
    signs = np.sign(np.sum(components * peer.components_.T, axis=0))
    np.testing.assert_allclose(components * signs, peer.components_.T, atol=1e-10)
    np.testing.assert_allclose(pca_transform(TEST, mean, components) * signs, peer.transform(TEST), atol=1e-8)
    np.testing.assert_allclose(components_to_keep(variances, 0.95), decomposition.PCA(0.95).fit(TRAIN).n_components_)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_reconstruction_loses_the_variances_left_out(k):
    mean, components, variances = pca_fit(TRAIN)
    first = frozen(components[:, :k])
    back = pca_reconstruct(frozen(pca_transform(TRAIN, mean, first)), mean, first)
    assert np.sum((back - TRAIN) ** 2) / len(TRAIN) == pytest.approx(variances[k:].sum(), abs=1e-10)


def test_pca_transform_and_reconstruct_are_inverse():
    mean, components, _ = pca_fit(TRAIN)
    np.testing.assert_allclose(components.T @ components, np.eye(4), atol=1e-12)
    np.testing.assert_allclose(pca_reconstruct(pca_transform(TEST, mean, components), mean, components), TEST)


def test_components_to_keep_by_hand():
    variances = frozen([4.0, 3.0, 2.0, 1.0])
    assert [components_to_keep(variances, share) for share in (0.1, 0.4, 0.41, 0.7, 0.95, 1.0)] == [1, 1, 2, 2, 4, 4]
    assert components_to_keep(frozen([0.0, 0.0]), 0.9) == 1


@pytest.mark.parametrize("whiten", [pca_whiten, zca_whiten])
def test_white_data_have_mean_0_and_the_identity_as_covariance(whiten):
    white = whiten(TRAIN, *map(frozen, pca_fit(TRAIN)), eps=1e-12)
    np.testing.assert_allclose(white.mean(axis=0), 0, atol=1e-10)
    np.testing.assert_allclose(white.T @ white / len(TRAIN), np.eye(4), atol=1e-8)


def test_pca_whitening_against_scikit_learn():
    mean, components, variances = pca_fit(TRAIN)
    peer = decomposition.PCA(whiten=True).fit(TRAIN)
    ours = pca_whiten(TEST, mean, components, variances, eps=1e-12)
    np.testing.assert_allclose(np.abs(ours), np.abs(peer.transform(TEST)) * np.sqrt(60 / 59), rtol=1e-8, atol=1e-8)


def test_zca_is_the_inverse_square_root_of_the_covariance():
    root = linalg.inv(linalg.sqrtm(np.cov(TRAIN.T, bias=True)))
    expected = (TEST - TRAIN.mean(axis=0)) @ root
    np.testing.assert_allclose(zca_whiten(TEST, *pca_fit(TRAIN), eps=1e-12), expected, atol=1e-8)


@pytest.mark.parametrize("whiten", [pca_whiten, zca_whiten])
def test_whitening_zeroes_constants_and_eps_shrinks_the_rest(whiten):
    x = frozen([[1.0, 5.0], [-1.0, 5.0]])  # variance 1 along the first axis: 1 / sqrt(1 + 3) = 1/2
    np.testing.assert_allclose(np.abs(whiten(x, *pca_fit(x), eps=3.0)), [[0.5, 0], [0.5, 0]], atol=1e-12)
    np.testing.assert_allclose(np.abs(whiten(x, *pca_fit(x)))[:, 1], 0, atol=1e-12)


def test_float32_stays_float32():
    x = frozen(TRAIN, np.float32)
    pca = pca_fit(x)
    scaled = [
        center_transform(x, center_fit(x)),
        standardize_transform(x, *standardize_fit(x)),
        min_max_transform(x, *min_max_fit(x)),
        pca_reconstruct(pca_transform(x, *pca[:2]), *pca[:2]),
        pca_whiten(x, *pca),
        zca_whiten(x, *pca),
    ]
    assert {array.dtype for array in (*scaled, *pca)} == {np.dtype(np.float32)}


X = np.ones((3, 2))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: center_fit(X.astype(int)), TypeError, r"center_fit: x has dtype int64. Convert it first"),
        (lambda: center_transform(X, np.ones(3)), ValueError, r"mean has shape \(3,\) but an example of x has \(2,\)"),
        (lambda: standardize_fit(X[0]), ValueError, r"x has shape \(2,\). It must have shape \(N, D\)"),
        (
            lambda: standardize_transform(X, np.ones(2), np.zeros(2)),
            ValueError,
            r"scale holds 0\.0. Pass scales above 0",
        ),
        (lambda: standardize_transform(X, np.ones(3), np.ones(3)), ValueError, r"mean has 3 features .* but x has 2"),
        (lambda: min_max_fit(X * np.nan), ValueError, r"x holds nan at index \(0, 0\)"),
        (lambda: pca_fit(np.empty((0, 2))), ValueError, r"x is empty, shape \(0, 2\)"),
        (lambda: pca_transform(X, np.ones(2), np.ones((3, 1))), ValueError, r"components has 3 features \(3, 1\)"),
        (lambda: pca_reconstruct(X, np.ones(2), np.ones((2, 1))), ValueError, r"components has 1 entries along C"),
        (lambda: pca_whiten(X, *pca_fit(X), eps=0), ValueError, "eps is 0. It must be a number above 0"),
        (lambda: components_to_keep(np.ones(2), 0), ValueError, r"share is 0. It must be a fraction of the variance"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()
