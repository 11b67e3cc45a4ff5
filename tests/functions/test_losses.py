import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.special
import sklearn.metrics
from frozen import frozen, frozen_normal
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import KBinsDiscretizer

from cs231n_lib.functions.gradients import numerical_gradient_centered
from cs231n_lib.functions.losses import (
    bin_centers,
    bin_targets,
    binary_cross_entropy,
    hinge_loss,
    l1_loss,
    l2_loss,
    least_squares_loss,
    softmax_cross_entropy,
)

jax.config.update("jax_enable_x64", True)

N, K = 6, 4
Y = frozen([3, 0, 2, 2, 1, 0], int)
TARGETS = frozen_normal(N, K, seed=1)


def jax_hinge(scores):
    own = scores[jnp.arange(N), Y][:, None]
    wrong = jnp.arange(K) != Y[:, None]
    return jnp.where(wrong, jnp.maximum(0, scores - own + 1), 0).sum() / N


CASES = {
    "softmax": (
        lambda s: softmax_cross_entropy(s, Y),
        lambda s: optax.softmax_cross_entropy_with_integer_labels(s, Y).mean(),
        frozen_normal(N, K),
    ),
    "binary": (
        lambda s: binary_cross_entropy(s, Y % 2),
        lambda s: optax.sigmoid_binary_cross_entropy(s, Y % 2).mean(),
        frozen_normal(N),
    ),
    "hinge": (lambda s: hinge_loss(s, Y), jax_hinge, frozen_normal(N, K)),
    "l2": (
        lambda s: l2_loss(s, TARGETS),
        lambda s: optax.squared_error(s, TARGETS).sum(axis=1).mean(),
        frozen_normal(N, K),
    ),
    "l1": (
        lambda s: l1_loss(s, TARGETS),
        lambda s: jnp.linalg.norm(s - TARGETS, ord=1, axis=1).mean(),
        frozen_normal(N, K),
    ),
    "least_squares": (
        lambda w: least_squares_loss(w, TARGETS, TARGETS[:, 0] ** 2),
        lambda w: optax.l2_loss(TARGETS @ w, TARGETS[:, 0] ** 2).mean(),
        frozen_normal(K),
    ),
}


@pytest.mark.parametrize(("loss", "peer", "at"), CASES.values(), ids=CASES)
def test_loss_and_gradient_against_jax_and_differences(loss, peer, at):
    value, gradient = loss(at)
    expected, expected_gradient = jax.value_and_grad(peer)(at)
    assert isinstance(value, float)
    assert value == pytest.approx(float(expected), rel=1e-12)
    scale = np.abs(expected_gradient).max()
    np.testing.assert_allclose(gradient, expected_gradient, rtol=0, atol=1e-9 * scale)
    numerical = numerical_gradient_centered(lambda x: loss(x)[0], at)
    np.testing.assert_allclose(gradient, numerical, rtol=0, atol=1e-7 * scale)


def test_float32_stays():
    scores, y = frozen_normal(N, K, dtype=np.float32), TARGETS.astype(np.float32)
    results = [softmax_cross_entropy(scores, Y), hinge_loss(scores, Y), l2_loss(scores, y), l1_loss(scores, y)]
    results += [binary_cross_entropy(scores[:, 0], Y % 2), least_squares_loss(scores[0], y, y[:, 0])]
    assert {(type(loss), gradient.dtype) for loss, gradient in results} == {(float, np.dtype(np.float32))}
    assert bin_centers(frozen([1, 2], np.float32)).dtype == np.float32


@given(st.integers(1, 50), st.floats(-1000, 1000))
def test_softmax_loss_of_equal_scores_is_ln_k(k, score):
    loss, _ = softmax_cross_entropy(np.full((3, k), score), np.zeros(3, int))
    assert loss == pytest.approx(np.log(k), rel=1e-12, abs=1e-15)


@given(st.floats(-1e6, 1e6))
def test_softmax_loss_is_invariant_to_a_shift(shift):
    scores = frozen_normal(N, K)
    moved = softmax_cross_entropy(scores + shift, Y)
    loss, dscores = softmax_cross_entropy(scores, Y)
    # A sum with a million keeps the scores to 1e-10.
    assert moved[0] == pytest.approx(loss, abs=1e-9)
    np.testing.assert_allclose(moved[1], dscores, rtol=0, atol=1e-9)


def test_softmax_is_finite_and_exact_for_scores_of_a_thousand():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        loss, dscores = softmax_cross_entropy(frozen([[1000, -1000], [-5000, -4000]]), np.array([1, 1]))
    assert loss == 1000
    np.testing.assert_array_equal(dscores, [[0.5, -0.5], [0, 0]])


def test_softmax_against_scikit_learn_and_scipy():
    scores = frozen_normal(N, K)
    probabilities = scipy.special.softmax(scores, axis=1)
    loss, dscores = softmax_cross_entropy(scores, Y)
    assert loss == pytest.approx(sklearn.metrics.log_loss(Y, probabilities), rel=1e-12)
    np.testing.assert_allclose(dscores.sum(axis=1), 0, atol=1e-16)


def test_binary_cross_entropy_matches_sklearn_and_tail_limits():
    scores = frozen_normal(N)
    loss, _ = binary_cross_entropy(scores, Y % 2)
    assert loss == pytest.approx(sklearn.metrics.log_loss(Y % 2, scipy.special.expit(scores)), rel=1e-12)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        loss, dscores = binary_cross_entropy(frozen([1000, -1000, 1000]), np.array([1, 0, 0]))
    assert loss == pytest.approx(1000 / 3)
    np.testing.assert_allclose(dscores, [0, 0, 1 / 3])


@given(st.floats(-50, 50))
def test_binary_cross_entropy_is_softmax_of_two_classes(score):
    two, _ = softmax_cross_entropy(frozen([[0, score]]), np.array([1]))
    one, _ = binary_cross_entropy(frozen([score]), np.array([1]))
    assert one == pytest.approx(two, rel=1e-9, abs=1e-15)


def test_binary_cross_entropy_near_zero_keeps_its_digits():
    assert binary_cross_entropy(frozen([40]), np.array([1]))[0] == pytest.approx(np.exp(-40), rel=1e-12, abs=0)


def test_hinge_by_hand_and_against_scikit_learn():
    loss, dscores = hinge_loss(frozen([[13, -7, 11], [1, 4, 2]]), np.array([0, 2]), margin=10)
    assert loss == (8 + 9 + 12) / 2
    np.testing.assert_array_equal(dscores, [[-0.5, 0, 0.5], [0.5, 0.5, -1]])
    # With two classes the sum over the wrong ones has one term, and scikit-learn's definition is the same.
    scores, y = frozen_normal(N, 2), Y % 2
    expected = sklearn.metrics.hinge_loss(y, scores[:, 1] - scores[:, 0], labels=[0, 1])
    assert hinge_loss(scores, y)[0] == pytest.approx(expected, rel=1e-12)


def test_hinge_margin_met_exactly_has_no_gradient():
    loss, dscores = hinge_loss(frozen([[3, 2]]), np.array([0]), margin=1)
    assert loss == 0
    np.testing.assert_array_equal(dscores, [[0, 0]])


def test_regression_losses_against_scikit_learn():
    scores = frozen_normal(N, K)
    mean_squared = sklearn.metrics.mean_squared_error(TARGETS, scores)
    mean_absolute = sklearn.metrics.mean_absolute_error(TARGETS, scores)
    assert l2_loss(scores, TARGETS)[0] == pytest.approx(K * mean_squared, rel=1e-12)
    assert l1_loss(scores, TARGETS)[0] == pytest.approx(K * mean_absolute, rel=1e-12)
    np.testing.assert_array_equal(l1_loss(scores, scores)[1], np.zeros((N, K)))


def test_least_squares_by_hand():
    # Residuals 1·2 + 2·1 − 1 = 3 and 0·2 + 1·1 − 2 = −1
    loss, dw = least_squares_loss(frozen([2, 1]), frozen([[1, 2], [0, 1]]), frozen([1, 2]))
    assert loss == 2.5
    np.testing.assert_array_equal(dw, [1.5, 2.5])


def test_an_outlier_pulls_the_squared_loss_only():
    y = frozen([[0], [0], [100]])
    scores = np.zeros((3, 1))
    np.testing.assert_allclose(l2_loss(scores, y)[1][2], -200 / 3)
    np.testing.assert_allclose(l1_loss(scores, y)[1][2], -1 / 3)


def test_bins_by_hand():
    edges = frozen([0, 1, 2, 4])
    bins = bin_targets(frozen([-5, 0, 0.99, 1, 2, 3.9, 4, 9]), edges)
    np.testing.assert_array_equal(bins, [0, 0, 0, 1, 2, 2, 2, 2])
    np.testing.assert_array_equal(bin_centers(edges)[bins], [0.5, 0.5, 0.5, 1.5, 3, 3, 3, 3])
    assert np.issubdtype(bins.dtype, np.integer)


def test_bins_against_scikit_learn():
    y = frozen_normal(200)
    peer = KBinsDiscretizer(7, encode="ordinal", strategy="uniform", subsample=None).fit(y[:, np.newaxis])
    edges = peer.bin_edges_[0]
    expected = peer.transform(y[:, np.newaxis])
    np.testing.assert_array_equal(bin_targets(y, edges), expected[:, 0])
    np.testing.assert_allclose(bin_centers(edges)[bin_targets(y, edges)], peer.inverse_transform(expected)[:, 0])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.integers(1, 30))
def test_values_lie_within_half_a_width_of_their_bin_centre(values, k):
    y, edges = frozen(values), np.linspace(0, 1, k + 1)
    bins = bin_targets(y, edges)
    assert bins.min() >= 0
    assert bins.max() < k
    assert np.abs(bin_centers(edges)[bins] - y).max() <= 0.5 / k + 1e-12


ONES = np.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: softmax_cross_entropy(ONES, np.array([0, 3])), ValueError, "y holds the label 3. With 3 classes"),
        (lambda: softmax_cross_entropy(ONES, np.array([0, -1])), ValueError, "y holds the label -1"),
        (lambda: softmax_cross_entropy(ONES, np.array([0, 1, 2])), ValueError, "y has 3 examples"),
        (
            lambda: softmax_cross_entropy(ONES, np.array([0.0, 1.0])),
            TypeError,
            "y has dtype float64. Pass integer labels",
        ),
        (lambda: softmax_cross_entropy(ONES * np.inf, np.array([0, 1])), ValueError, "scores holds inf at index"),
        (lambda: softmax_cross_entropy(ONES[:0], np.array([], int)), ValueError, "scores is empty"),
        (lambda: binary_cross_entropy(np.ones(2), np.array([0, 2])), ValueError, "label 2. With 2 classes"),
        (lambda: binary_cross_entropy(np.ones((2, 1)), np.array([0, 1])), ValueError, r"scores has shape \(2, 1\)"),
        (lambda: hinge_loss(ONES, np.array([0, 1]), margin=-1), ValueError, "margin is -1"),
        (lambda: hinge_loss(ONES, np.array([0, 5])), ValueError, "y holds the label 5"),
        (lambda: l2_loss(ONES, np.ones((2, 1))), ValueError, "y has 1 outputs"),
        (lambda: l2_loss(np.ones(2), np.ones(2)), ValueError, r"scores has shape \(2,\). It must have shape"),
        (lambda: l1_loss(ONES, np.ones((3, 3))), ValueError, "y has 3 examples"),
        (lambda: least_squares_loss(np.ones(2), ONES, np.ones(2)), ValueError, "x has 3 features"),
        (lambda: least_squares_loss(np.ones(3), ONES, np.ones(3)), ValueError, "y has 3 examples"),
        (
            lambda: bin_targets(np.ones(2), np.array([0.0, 0.0])),
            ValueError,
            "edges is .* Pass at least two increasing numbers",
        ),
        (lambda: bin_targets(np.array([np.nan]), np.array([0.0, 1.0])), ValueError, "y holds nan"),
        (lambda: bin_centers(np.array([1.0])), ValueError, "edges is .* Pass at least two increasing numbers"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
