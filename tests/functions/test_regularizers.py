import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.optimize
from frozen import frozen, frozen_normal
from hypothesis import given
from hypothesis import strategies as st

from cs231n_lib.functions.gradients import numerical_gradient_centered
from cs231n_lib.functions.regularizers import elastic_net, l1, l2, max_norm, soft_threshold

jax.config.update("jax_enable_x64", True)

W = frozen_normal(5, 4)
CASES = {
    "l2": (lambda w: l2(w, 0.3), lambda w: 0.3 * optax.l2_loss(w).sum()),
    "l1": (lambda w: l1(w, 0.3), lambda w: 0.3 * jnp.linalg.norm(w.ravel(), ord=1)),
    "elastic_net": (
        lambda w: elastic_net(w, 0.3, 0.2),
        lambda w: 0.06 * jnp.linalg.norm(w.ravel(), ord=1) + 0.24 * optax.l2_loss(w).sum(),
    ),
}


@pytest.mark.parametrize(("penalty", "peer"), CASES.values(), ids=CASES)
def test_penalty_and_gradient_against_jax_and_differences(penalty, peer):
    value, dw = penalty(W)
    expected, expected_dw = jax.value_and_grad(peer)(W)
    assert isinstance(value, float)
    assert value == pytest.approx(float(expected), rel=1e-12)
    np.testing.assert_allclose(dw, expected_dw, rtol=1e-12)
    np.testing.assert_allclose(dw, numerical_gradient_centered(lambda w: penalty(w)[0], W), rtol=0, atol=1e-8)


def test_by_hand():
    w = frozen([[3, 0], [-4, 0]])
    for penalty, value, dw in (
        (l2(w, 2.0), 25, [[6, 0], [-8, 0]]),
        (l1(w, 2.0), 14, [[2, 0], [-2, 0]]),
        (elastic_net(w, 2.0, 0.25), 0.25 * 14 + 0.75 * 25, [[5, 0], [-6.5, 0]]),
    ):
        assert penalty[0] == value
        np.testing.assert_array_equal(penalty[1], dw)


def test_elastic_net_equals_l1_and_l2_at_its_ends():
    for ratio, pure in ((1, l1), (0, l2)):
        assert elastic_net(W, 0.3, ratio)[0] == pure(W, 0.3)[0]
        np.testing.assert_array_equal(elastic_net(W, 0.3, ratio)[1], pure(W, 0.3)[1])


@given(st.floats(-10, 10), st.floats(0, 10))
def test_soft_threshold_minimises_its_objective(w, threshold):
    found = soft_threshold(frozen([w]), threshold)[0]
    best = scipy.optimize.minimize_scalar(
        lambda v: 0.5 * (v - w) ** 2 + threshold * abs(v), bounds=(-11, 11), method="bounded", options={"xatol": 1e-9}
    )
    # The minimum is flat: a search sees its place to the root of machine precision of the value.
    assert found == pytest.approx(best.x, abs=2e-6)


def test_soft_threshold_sets_weights_to_exactly_zero():
    np.testing.assert_array_equal(soft_threshold(frozen([-3, -1, -0.5, 0, 1, 1.5]), 1.0), [-2, 0, 0, 0, 0, 0.5])


def test_max_norm_shortens_long_columns_only():
    w = frozen([[3, 0.3, 0], [4, 0.4, 0]])
    np.testing.assert_allclose(max_norm(w, 2.0), [[1.2, 0.3, 0], [1.6, 0.4, 0]], rtol=1e-15)


@given(st.floats(0.01, 10))
def test_max_norm_keeps_directions_and_the_limit(limit):
    limited = max_norm(W, limit)
    assert (np.linalg.norm(limited, axis=0) <= limit * (1 + 1e-15)).all()
    ratio = limited / W
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[0], W.shape), rtol=1e-13)
    assert (ratio[0] <= 1).all()
    np.testing.assert_allclose(max_norm(limited, limit), limited, rtol=1e-15)


def test_float32_stays():
    w = frozen_normal(3, 2, dtype=np.float32)
    results = [l2(w, 0.1)[1], l1(w, 0.1)[1], elastic_net(w, 0.1, 0.5)[1], soft_threshold(w, 0.1), max_norm(w, 0.1)]
    assert {result.dtype for result in results} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: l2(W, -0.1), ValueError, "l2: strength is -0.1. It must be a number of at least 0"),
        (lambda: l1(W, np.inf), ValueError, "l1: strength is inf"),
        (lambda: l1(W, "0.1"), TypeError, "l1: strength is str '0.1'"),
        (lambda: l2([1.0], 0.1), TypeError, "l2: w is list"),
        (
            lambda: elastic_net(W, 0.1, 1.5),
            ValueError,
            r"elastic_net: l1_ratio is 1.5. It must be a fraction in \[0, 1\]",
        ),
        (lambda: soft_threshold(W, -1.0), ValueError, "soft_threshold: threshold is -1.0"),
        (lambda: max_norm(W, 0.0), ValueError, "max_norm: limit is 0.0. It must be a number above 0"),
        (lambda: max_norm(np.ones(3), 1.0), ValueError, r"max_norm: w has shape \(3,\)"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
