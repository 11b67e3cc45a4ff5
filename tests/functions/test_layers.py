import jax
import numpy as np
import pytest
from frozen import frozen, frozen_normal
from hypothesis import given
from hypothesis import strategies as st
from oracles import assert_backward

from cs231n_lib.functions.layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_forward,
    batchnorm_inference,
    fold_batchnorm,
    inverted_dropout_backward,
    inverted_dropout_forward,
    vanilla_dropout_predict,
    vanilla_dropout_train,
)

N, D, M = 7, 5, 3


def statistics(dtype=float):
    """γ, β, running mean and running variance of D features."""
    gamma, beta, mean, raw = (frozen_normal(D, seed=seed, dtype=dtype) for seed in range(4))
    return gamma, beta, mean, frozen(raw**2, dtype)


def test_affine_backward_against_jax_and_differences():
    arguments = frozen_normal(N, D), frozen_normal(D, M, seed=1), frozen_normal(M, seed=2)
    _, cache = affine_forward(*arguments)
    dout = frozen_normal(N, M, seed=3)
    assert_backward(
        lambda *args: affine_forward(*args)[0],
        lambda x, w, b: x @ w + b,
        lambda: affine_backward(dout, cache),
        arguments,
        dout,
    )


def test_affine_gradients_are_sums_over_the_examples():
    x, w, b, dout = frozen_normal(N, D), frozen_normal(D, M, seed=1), frozen_normal(M, seed=2), frozen_normal(N, M)
    _, dw, db = affine_backward(dout, affine_forward(x, w, b)[1])
    alone = [affine_backward(dout[i : i + 1], affine_forward(x[i : i + 1], w, b)[1]) for i in range(N)]
    np.testing.assert_allclose(dw, sum(gradients[1] for gradients in alone), rtol=1e-12)
    np.testing.assert_allclose(db, sum(gradients[2] for gradients in alone), rtol=1e-12)


def test_affine_errors_name_both_shapes():
    with pytest.raises(ValueError, match=r"affine_forward: w has 10 features \(10, 4\) but x has 12 \(5, 12\)"):
        affine_forward(np.ones((5, 12)), np.ones((10, 4)), np.ones(4))
    with pytest.raises(ValueError, match=r"b has 3 outputs \(3,\) but w has 4 \(12, 4\)"):
        affine_forward(np.ones((5, 12)), np.ones((12, 4)), np.ones(3))
    _, cache = affine_forward(np.ones((5, 12)), np.ones((12, 4)), np.ones(4))
    with pytest.raises(ValueError, match=r"dout has shape \(4, 5\) but the forward output had \(5, 4\)"):
        affine_backward(np.ones((4, 5)), cache)


def test_batchnorm_backward_against_jax_and_differences():
    gamma, beta, mean, var = statistics()
    x, dout = frozen_normal(N, D, seed=5), frozen_normal(N, D, seed=6)
    _, cache, _, _ = batchnorm_forward(x, gamma, beta, mean, var)
    assert_backward(
        lambda x, gamma, beta: batchnorm_forward(x, gamma, beta, mean, var)[0],
        lambda x, gamma, beta: jax.nn.standardize(x, axis=0, epsilon=1e-5) * gamma + beta,
        lambda: batchnorm_backward(dout, cache),
        (x, gamma, beta),
        dout,
    )


@given(st.integers(2, 30), st.floats(0.5, 1000), st.floats(-1000, 1000))
def test_batchnorm_output_has_mean_beta_and_deviation_gamma(n, spread, offset):
    gamma, beta, mean, var = statistics()
    x = frozen(spread * np.random.default_rng(n).uniform(-1, 1, (n, D)) + offset)
    out = batchnorm_forward(x, gamma, beta, mean, var, eps=1e-12)[0]
    # Beside an offset of 1000 the centred values keep about 1e-13 of it, and a small batch may lie close together.
    np.testing.assert_allclose(out.mean(axis=0), beta, rtol=0, atol=1e-9)
    np.testing.assert_allclose(out.std(axis=0), np.abs(gamma), rtol=1e-6)


def test_batchnorm_by_hand():
    one, zero = np.ones(1), np.zeros(1)
    out, _, mean, var = batchnorm_forward(frozen([[1], [5]]), 3 * one, one, one, zero, momentum=0.75, eps=12.0)
    # mean 3, variance 4 (divided by 2, not 1), root of 4 + 12 is 4
    np.testing.assert_allclose(out, [[1 - 3 / 2], [1 + 3 / 2]])
    np.testing.assert_allclose(mean, [0.75 * 1 + 0.25 * 3])
    np.testing.assert_allclose(var, [0.25 * 4])


def test_batchnorm_of_a_constant_or_one_example_is_beta():
    gamma, beta, mean, var = statistics()
    for x in (np.full((4, D), 2.0), frozen_normal(1, D)):
        out, cache, _, _ = batchnorm_forward(x, gamma, beta, mean, var)
        np.testing.assert_array_equal(out, np.broadcast_to(beta, x.shape))
        assert np.isfinite(batchnorm_backward(frozen_normal(*x.shape), cache)[0]).all()


def test_a_bias_before_batchnorm_changes_nothing():
    gamma, beta, mean, var = statistics()
    x = frozen_normal(N, D)
    out, _, _, _ = batchnorm_forward(x, gamma, beta, mean, var)
    moved, _, _, _ = batchnorm_forward(x + 3.0, gamma, beta, mean, var)
    np.testing.assert_allclose(moved, out, rtol=0, atol=1e-12)


def test_running_statistics_converge_to_those_of_the_data():
    gamma, beta, mean, var = statistics()
    x = frozen_normal(N, D, seed=9)
    for _ in range(400):
        trained, _, mean, var = batchnorm_forward(x, gamma, beta, mean, var)
    np.testing.assert_allclose(batchnorm_inference(x, gamma, beta, mean, var), trained, rtol=0, atol=1e-12)


def test_inference_of_an_example_does_not_depend_on_the_others():
    x = frozen_normal(N, D, seed=9)
    together = batchnorm_inference(x, *statistics())
    alone = np.vstack([batchnorm_inference(row[np.newaxis], *statistics()) for row in x])
    np.testing.assert_array_equal(together, alone)


def test_folded_layer_equals_affine_then_batchnorm():
    x, w, b = frozen_normal(N, 4), frozen_normal(4, D, seed=7), frozen_normal(D, seed=8)
    expected = batchnorm_inference(affine_forward(x, w, b)[0], *statistics(), eps=0.1)
    folded = fold_batchnorm(w, b, *statistics(), eps=0.1)
    np.testing.assert_allclose(affine_forward(x, *folded)[0], expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"running_var": -np.ones(D)}, "running_var holds -1.0. Pass variances, which are at least 0"),
        ({"gamma": np.ones(D + 1)}, r"gamma has 6 features \(6,\) but x has 5 \(7, 5\)"),
        ({"eps": 0.0}, "eps is 0.0. It must be a number above 0"),
        ({"momentum": 1.0}, r"momentum is 1.0. It must be a decay rate in \[0, 1\)"),
        ({"x": np.zeros((0, D))}, r"x is empty, shape \(0, 5\)"),
    ],
)
def test_batchnorm_refuses(change, message):
    names = ("x", "gamma", "beta", "running_mean", "running_var")
    arguments = dict(zip(names, (frozen_normal(N, D), *statistics()), strict=True)) | change
    with pytest.raises(ValueError, match=f"batchnorm_forward: {message}"):
        batchnorm_forward(**arguments)


@pytest.mark.parametrize("drop_prob", [0.0, 0.2, 0.8])
def test_dropout_drops_the_given_fraction_and_keeps_the_mean(drop_prob):
    x, size = np.full(40_000, 3.0), 40_000
    inverted, _ = inverted_dropout_forward(x, drop_prob, np.random.default_rng(0))
    vanilla, _ = vanilla_dropout_train(x, drop_prob, np.random.default_rng(1))
    five_sigma = 5 * np.sqrt(drop_prob * (1 - drop_prob) / size)
    for out in (inverted, vanilla):
        assert abs((out == 0).mean() - drop_prob) <= five_sigma
    assert abs(inverted.mean() - 3) <= 3 * five_sigma / (1 - drop_prob)
    assert abs(vanilla.mean() - vanilla_dropout_predict(x, drop_prob)[0]) <= 3 * five_sigma
    assert set(vanilla.tolist()) <= {0.0, 3.0}


@pytest.mark.parametrize("forward", [inverted_dropout_forward, vanilla_dropout_train])
def test_dropout_backward_is_that_of_the_mask_drawn(forward):
    x, dout = frozen_normal(6, 5), frozen_normal(6, 5, seed=1)
    out, cache = forward(x, 0.4, np.random.default_rng(3))
    np.testing.assert_allclose(inverted_dropout_backward(dout, cache), dout * (out / x), rtol=1e-12)


def test_dropout_redraws_per_example_and_repeats_with_the_seed():
    x = np.ones((50, 20))
    out, _ = inverted_dropout_forward(x, 0.5, np.random.default_rng(3))
    again, _ = inverted_dropout_forward(x, 0.5, np.random.default_rng(3))
    np.testing.assert_array_equal(out, again)
    assert len(np.unique(out, axis=0)) == 50


@pytest.mark.parametrize("forward", [inverted_dropout_forward, vanilla_dropout_train])
def test_dropout_refuses(forward):
    rng = np.random.default_rng(0)
    for drop_prob in (1.0, -0.1, np.nan):
        with pytest.raises(ValueError, match=r"drop_prob is .*\. It must be a probability in \[0, 1\)"):
            forward(np.ones(3), drop_prob, rng)
    with pytest.raises(TypeError, match=r"rng is int\. Pass np.random.default_rng\(seed\)"):
        forward(np.ones(3), 0.5, 0)
    with pytest.raises(ValueError, match="a probability"):
        vanilla_dropout_predict(np.ones(3), 1.0)


def test_float32_stays():
    x, w, b = frozen_normal(N, 4, dtype=np.float32), frozen_normal(4, D, dtype=np.float32), statistics(np.float32)[0]
    out, cache = affine_forward(x, w, b)
    h, bn_cache, mean, var = batchnorm_forward(out, *statistics(np.float32))
    dropped, mask = inverted_dropout_forward(h, 0.3, np.random.default_rng(0))
    results = [out, h, mean, var, dropped, vanilla_dropout_predict(h, 0.3)]
    results += [vanilla_dropout_train(h, 0.3, np.random.default_rng(0))[0], inverted_dropout_backward(h, mask)]
    results += [*affine_backward(h, cache), *batchnorm_backward(h, bn_cache)]
    results += [batchnorm_inference(h, *statistics(np.float32)), *fold_batchnorm(w, b, *statistics(np.float32))]
    assert {result.dtype for result in results} == {np.dtype(np.float32)}
