import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
from frozen import frozen, frozen_normal
from hypothesis import given
from hypothesis import strategies as st
from oracles import assert_backward

from cs231n_lib.functions.activations import (
    leaky_relu_backward,
    leaky_relu_forward,
    maxout_backward,
    maxout_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
    tanh_from_sigmoid,
)

PAIRS = {
    "sigmoid": (sigmoid_forward, sigmoid_backward, jax.nn.sigmoid),
    "tanh": (tanh_forward, tanh_backward, jnp.tanh),
    "relu": (relu_forward, relu_backward, jax.nn.relu),
    "leaky_relu": (leaky_relu_forward, leaky_relu_backward, jax.nn.leaky_relu),
    "maxout": (maxout_forward, maxout_backward, lambda x: jnp.maximum(*jnp.split(x, 2, axis=1))),
}
each_pair = pytest.mark.parametrize(("forward", "backward", "peer"), PAIRS.values(), ids=PAIRS)
reals = st.floats(-1000, 1000)


@each_pair
def test_backward_against_jax_and_differences(forward, backward, peer):
    x = frozen_normal(7, 6)
    out, cache = forward(x)
    dout = frozen_normal(*out.shape, seed=1)
    assert_backward(lambda x: forward(x)[0], peer, lambda: backward(dout, cache), (x,), dout)


@each_pair
def test_float32_stays_and_nothing_is_shared_with_the_input(forward, backward, peer):
    x = frozen_normal(4, 6, dtype=np.float32)
    out, cache = forward(x)
    dout = frozen_normal(*out.shape, seed=1, dtype=np.float32)
    dx = backward(dout, cache)
    assert out.dtype == dx.dtype == np.float32
    assert not np.shares_memory(out, x)
    assert not np.shares_memory(dx, dout)


@each_pair
@pytest.mark.parametrize("wrong", [(4, 2), (3,), (4, 7)])
def test_gradient_of_another_shape_is_refused(forward, backward, peer, wrong):
    _, cache = forward(frozen_normal(4, 6))
    with pytest.raises(ValueError, match=r"_backward: dout has shape .* but the forward output had \(4, \d\)"):
        backward(frozen_normal(*wrong), cache)


@each_pair
def test_backward_refuses_what_is_not_a_cache(forward, backward, peer):
    with pytest.raises(TypeError, match=r"cache is int\. Pass the cache that the forward function returned"):
        backward(frozen_normal(4, 6), 3)


@each_pair
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([[1.0, 2.0]], TypeError, "x is list. Pass a NumPy array"),
        (np.ones((2, 2), int), TypeError, "x has dtype int64. Convert it first"),
        (np.array([[1.0, np.nan]]), ValueError, r"x holds nan at index \(0, 1\)"),
        (np.zeros((0, 2)), ValueError, r"x is empty, shape \(0, 2\)"),
    ],
)
def test_bad_input(forward, backward, peer, x, error, message):
    with pytest.raises(error, match=f"_forward: {message}"):
        forward(x)


def test_sigmoid_keeps_its_digits_in_both_tails():
    x = frozen(np.linspace(-700, 700, 1401))
    np.testing.assert_allclose(sigmoid_forward(x)[0], scipy.special.expit(x), rtol=1e-14)


def test_sigmoid_at_a_thousand_neither_warns_nor_overflows():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        out, cache = sigmoid_forward(frozen([-1000.0, 1000.0]))
    np.testing.assert_array_equal(out, [0, 1])
    np.testing.assert_array_equal(sigmoid_backward(np.ones(2), cache), [0, 0])


@given(reals)
def test_sigmoids_of_x_and_minus_x_add_to_one(value):
    out, _ = sigmoid_forward(frozen([value, -value]))
    assert out.sum() == pytest.approx(1, abs=1e-15)


@given(reals)
def test_tanh_from_sigmoid(value):
    # An absolute error, as its docstring says: near 0 the subtraction cancels.
    np.testing.assert_allclose(tanh_from_sigmoid(frozen([value])), np.tanh([value]), rtol=0, atol=4e-16)


def test_tanh_is_exact_near_zero():
    np.testing.assert_allclose(tanh_forward(frozen([1e-12]))[0], [1e-12], rtol=1e-15)


@pytest.mark.parametrize(("value", "slope"), [(-2.0, 0.0), (0.0, 0.0), (-0.0, 0.0), (1e-300, 1.0), (3.0, 1.0)])
def test_relu_slope(value, slope):
    assert relu_backward(frozen([5.0]), relu_forward(frozen([value]))[1])[0] == 5 * slope


@pytest.mark.parametrize(("value", "slope"), [(-2.0, 0.1), (0.0, 0.1), (3.0, 1.0)])
def test_leaky_relu_slope(value, slope):
    out, cache = leaky_relu_forward(frozen([value]), alpha=0.1)
    assert out[0] == pytest.approx(value * slope)
    assert leaky_relu_backward(frozen([5.0]), cache)[0] == pytest.approx(5 * slope)


@pytest.mark.parametrize("alpha", [-0.1, 1.0, np.nan])
def test_leaky_relu_refuses_a_slope(alpha):
    with pytest.raises(ValueError, match=r"alpha is .*\. It must be a slope in \[0, 1\)"):
        leaky_relu_forward(frozen([1.0]), alpha)


def test_maxout_of_three_pieces_by_hand():
    x = frozen([[1, 9, 3, 2, 2, 8], [0, 0, -1, 5, 7, 5]])
    out, cache = maxout_forward(x, pieces=3)
    np.testing.assert_array_equal(out, [[3, 9], [7, 5]])
    dx = maxout_backward(frozen([[10, 20], [30, 40]]), cache)
    np.testing.assert_array_equal(dx, [[0, 20, 10, 0, 0, 0], [0, 0, 0, 40, 30, 0]])


def test_maxout_tie_goes_to_the_first_piece_alone():
    _, cache = maxout_forward(frozen([[4, 4, 4]]), pieces=3)
    np.testing.assert_array_equal(maxout_backward(frozen([[6]]), cache), [[6, 0, 0]])


@given(st.lists(reals, min_size=1, max_size=8), st.floats(0, 0.9))
def test_maxout_contains_relu_and_leaky_relu(values, alpha):
    x = frozen([values])
    both = frozen(np.hstack([x, alpha * x]))
    np.testing.assert_array_equal(maxout_forward(both)[0], leaky_relu_forward(x, alpha)[0])
    both = frozen(np.hstack([x, 0 * x]))
    np.testing.assert_array_equal(maxout_forward(both)[0], relu_forward(x)[0])


@pytest.mark.parametrize(
    ("pieces", "error", "message"),
    [
        (1, ValueError, "pieces is 1. It must be a whole number of at least 2"),
        (2.0, TypeError, "pieces is float 2.0"),
        (4, ValueError, "pieces is 4 but x has 6 features. Pass a multiple of 4 features"),
    ],
)
def test_maxout_refuses_pieces(pieces, error, message):
    with pytest.raises(error, match=message):
        maxout_forward(frozen_normal(2, 6), pieces)
