import jax
import jax.numpy as jnp
import numpy as np
import pytest
from frozen import frozen, frozen_normal
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cs231n_lib.functions.gradients import (
    numerical_gradient,
    numerical_gradient_centered,
    numerical_vjp,
    relative_error,
)

jax.config.update("jax_enable_x64", True)

NUMERICAL = [numerical_gradient, numerical_gradient_centered]


@pytest.mark.parametrize(("gradient", "tolerance"), [(numerical_gradient, 1e-4), (numerical_gradient_centered, 1e-9)])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3)])
def test_against_jax(gradient, tolerance, shape):
    def f(x, xp=np):
        return xp.sum(xp.sin(x) * xp.exp(x)) + xp.prod(x)

    x = frozen_normal(*shape)
    dx = gradient(f, x)
    assert dx.shape == shape
    assert dx.dtype == np.float64
    np.testing.assert_allclose(dx, jax.grad(lambda x: f(x, jnp))(x), rtol=tolerance, atol=tolerance)


def test_differences_match_the_taylor_expansion_by_hand():
    # Taylor by hand for x**3 at 1: (1+h)**3 gives 3 + 3h + h**2, and the centred difference 3 + h**2.
    x = frozen([1.0])
    assert numerical_gradient(lambda x: x[0] ** 3, x, h=0.5)[0] == 3 + 1.5 + 0.25
    assert numerical_gradient_centered(lambda x: x[0] ** 3, x, h=0.5)[0] == 3 + 0.25


def test_number_of_calls():
    calls = []
    x = frozen_normal(2, 3)
    numerical_gradient(lambda x: calls.append(1) or 0.0, x)
    assert len(calls) == 6 + 1
    numerical_gradient_centered(lambda x: calls.append(1) or 0.0, x)
    assert len(calls) == 6 + 1 + 2 * 6


@pytest.mark.parametrize("gradient", NUMERICAL)
def test_x_survives_an_f_that_changes_its_input_or_raises(gradient):
    def mutating(x):
        x *= 2
        return float(np.sum(x))

    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(gradient(mutating, x), [2, 2, 2], rtol=1e-6)

    def failing(x):
        raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        gradient(failing, x)
    assert x.tolist() == [1, 2, 3]


@pytest.mark.parametrize("gradient", NUMERICAL)
def test_float32_stays_float32(gradient):
    x = np.ones(3, dtype=np.float32)
    dx = gradient(lambda x: np.sum(x * x), x, h=1e-2)
    assert dx.dtype == np.float32
    np.testing.assert_allclose(dx, 2, rtol=2e-2)


@pytest.mark.parametrize("gradient", NUMERICAL)
@pytest.mark.parametrize(
    ("f", "x", "h", "error", "words"),
    [
        (np.sum, np.arange(3), 1e-5, TypeError, r"x has dtype int64. Convert it first: x\.astype\(float\)"),
        (np.sum, [1.0], 1e-5, TypeError, "x is list"),
        (np.sum, np.array([1.0, np.nan]), 1e-5, ValueError, r"x holds nan at index \(1,\)"),
        (np.sum, np.empty((0, 3)), 1e-5, ValueError, r"x is empty, shape \(0, 3\)"),
        (np.sum, np.ones(2), 0.0, ValueError, r"h is 0\.0. It must be a number above 0"),
        (3.0, np.ones(2), 1e-5, TypeError, "f is float. Pass the function itself"),
    ],
)
def test_bad_input(gradient, f, x, h, error, words):
    with pytest.raises(error, match=f"{gradient.__name__}: {words}"):
        gradient(f, x, h)


def test_vjp_against_jax():
    w = frozen_normal(4, 3, seed=1)

    def f(x, xp=np):
        return xp.tanh(x @ w)

    x, dout = frozen_normal(2, 4), frozen_normal(2, 3, seed=2)
    (expected,) = jax.vjp(lambda x: f(x, jnp), x)[1](dout)
    np.testing.assert_allclose(numerical_vjp(f, x, dout), expected, rtol=1e-8, atol=1e-9)


def test_vjp_names_both_shapes():
    with pytest.raises(ValueError, match=r"^numerical_vjp: f returned shape \(3,\) but dout has \(2,\)"):
        numerical_vjp(np.tanh, np.ones(3), np.ones(2))


def test_relative_error_by_hand():
    a, b = frozen([1.0, 0.0, 0.0, -2.0, 5.0]), frozen([2.0, 0.0, 1e-30, 2.0, 5.0])
    assert relative_error(a, b).tolist() == [0.5, 0.0, 1.0, 2.0, 0.0]
    assert relative_error(a.astype(np.float32), b.astype(np.float32)).dtype == np.float32


finite = st.floats(-1e150, 1e150, allow_subnormal=False)


@given(st.data(), array_shapes(max_dims=3, max_side=4))
def test_relative_error_is_symmetric_and_zero_only_if_equal(data, shape):
    a, b = (data.draw(arrays(float, shape, elements=finite)) for _ in "ab")
    error = relative_error(a, b)
    np.testing.assert_array_equal(error, relative_error(b, a))
    assert np.all((error >= 0) & (error <= 2))
    np.testing.assert_array_equal(error == 0, a == b)
    np.testing.assert_array_equal(relative_error(4 * a, 4 * b), error)


def test_relative_error_names_both_shapes():
    with pytest.raises(ValueError, match=r"relative_error: b has shape \(2,\) but a has \(3,\)"):
        relative_error(np.ones(3), np.ones(2))
