"""Long tables, extreme numbers, arrays without axes, mixed precisions: right to the last digits, or a name."""

import numpy as np
import pytest
from frozen import frozen, frozen_normal

from cs231n_lib.functions import (
    activations,
    gradients,
    layers,
    losses,
    metrics,
    optimizers,
    preprocessing,
    schedules,
    second_order,
)
from cs231n_lib.search import Choice, LogUniform, Uniform, grid_search, random_search


def test_statistics_of_a_long_float32_table():
    x = (1000 + np.random.default_rng(0).standard_normal((10**6, 1))).astype(np.float32)
    mean, scale = preprocessing.standardize_fit(x)
    exact = x.astype(np.float64)
    assert mean.dtype == scale.dtype == np.float32
    np.testing.assert_allclose(mean, exact.mean(axis=0), rtol=1e-7)
    np.testing.assert_allclose(scale, exact.std(axis=0), rtol=1e-6)
    np.testing.assert_allclose(preprocessing.center_fit(x), exact.mean(axis=0), rtol=1e-7)
    np.testing.assert_allclose(preprocessing.pca_fit(x)[2], exact.var(axis=0), rtol=1e-2)  # the product is float32


@pytest.mark.parametrize(
    "column",
    [frozen([0, 1e-23], np.float32), frozen([0, 1e-170]), frozen([-1e200, 1e200]), frozen([0, 1e-45], np.float32)],
)
def test_every_fitted_scale_is_accepted_by_the_transform(column):
    x = column[:, np.newaxis]
    z = preprocessing.standardize_transform(x, *preprocessing.standardize_fit(x))
    # The last column is the smallest number above 0: half of it, the deviation, rounds to it or to 0.
    assert np.abs(z).max() == pytest.approx(1, rel=1e-6) or column[1] == np.float32(1e-45)


def test_min_max_refuses_ranges_that_overflow_or_are_reversed():
    x = frozen([[-1e308], [1e308]])
    with pytest.raises(ValueError, match=r"^min_max_transform: high - low is too large for float64"):
        preprocessing.min_max_transform(x, *preprocessing.min_max_fit(x))
    with pytest.raises(ValueError, match=r"^min_max_transform: high is below low in feature 0"):
        preprocessing.min_max_transform(x, frozen([1.0]), frozen([0.0]))


RNG = np.random.default_rng(3)
X, W, B = RNG.standard_normal((10, 6)), RNG.standard_normal((6, 5)), RNG.standard_normal(5)


def test_numerical_vjp_is_as_precise_as_array_subtraction():
    dout = RNG.standard_normal((10, 5))
    dx = layers.affine_backward(dout, layers.affine_forward(X, W, B)[1])[0]
    found = gradients.numerical_vjp(lambda x: layers.affine_forward(x, W, B)[0], X, dout)
    # "Around 1e-10 or less", as the assignment says of its own; the difference of two sums was off by 5e-9.
    assert np.median(gradients.relative_error(dx, found)) < 1e-10
    np.testing.assert_allclose(found, dx, rtol=0, atol=1e-10 * np.abs(dx).max())
    positive = np.abs(X) + 0.1
    found = gradients.numerical_vjp(lambda x: activations.relu_forward(x)[0], positive, np.ones((10, 6)))
    np.testing.assert_allclose(found, 1, rtol=1e-10)


@pytest.mark.parametrize("shape", [(1,), (2, 2), (3,), ()])
def test_gradients_of_another_shape_are_refused_everywhere(shape):
    def gradient(w):
        return np.ones(shape)

    w, zeros = frozen([1.0, 2.0]), frozen([0.0, 0.0])
    for call in (
        lambda: optimizers.gradient_descent(gradient, w, 0.1, 3),
        lambda: optimizers.nesterov_lookahead(w, gradient, zeros, 0.1),
        lambda: second_order.lbfgs(lambda w: float(w @ w), gradient, w),
        lambda: second_order.line_search(lambda w: float(w @ w), gradient, w, -w),
    ):
        with pytest.raises(ValueError, match=r"^[a-z_]+: gradient returned shape .* but w has"):
            call()


RULES = {
    optimizers.sgd: 0, optimizers.momentum: 1, optimizers.nesterov: 1, optimizers.adagrad: 1, optimizers.rmsprop: 1,
    optimizers.adam: 2,
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_weight_without_axes_is_updated_again_and_again(rule, dtype):
    w, state = frozen(1.0, dtype), [frozen(0.0, dtype)] * RULES[rule] + [0] * (rule is optimizers.adam)
    for _ in range(20):
        result = rule(w, np.asarray(2 * w), *state, lr=0.01)
        w, *state = result if isinstance(result, tuple) else (result,)
        assert isinstance(w, np.ndarray)
        assert w.shape == ()
        assert w.dtype == dtype
    row = frozen([1.0], dtype), *[frozen([0.0], dtype)] * RULES[rule], *[0] * (rule is optimizers.adam)
    w1, *state1 = row
    for _ in range(20):
        result = rule(w1, 2 * w1, *state1, lr=0.01)
        w1, *state1 = result if isinstance(result, tuple) else (result,)
    np.testing.assert_array_equal(w, w1[0])


@pytest.mark.parametrize("rule", RULES)
def test_weights_determine_the_precision(rule):
    w, zeros = frozen_normal(3, dtype=np.float32), frozen(np.zeros(3))
    state = [zeros] * RULES[rule] + [0] * (rule is optimizers.adam)
    result = rule(w, frozen_normal(3, seed=1), *state, lr=0.01)
    for part in (result if isinstance(result, tuple) else (result,))[: 1 + RULES[rule]]:
        assert part.dtype == np.float32
    with pytest.raises(ValueError, match=f"^{rule.__name__}: dw holds values too large for float32"):
        rule(w, frozen([1e39, 0, 0]), *state, lr=0.01)


def test_extreme_floats_give_exact_results():
    assert activations.tanh_from_sigmoid(frozen([-1e308, 1e308])).tolist() == [-1, 1]
    assert metrics.update_ratio(frozen([1e197]), frozen([1e200])) == pytest.approx(1e-3)
    tiny = metrics.update_ratio(frozen([1e-26], np.float32), frozen([1e-23], np.float32))
    assert tiny == pytest.approx(1e-3, rel=1e-3)
    assert losses.bin_centers(frozen([1e308, 1.5e308])).tolist() == [1.25e308]
    assert losses.softmax(frozen([[1e308, -1e308]])).tolist() == [[1, 0]]


def test_invalid_function_values_are_named_in_the_error():
    w = frozen([1.0])
    with pytest.raises(ValueError, match=r"^lbfgs: f is nan at the initial point"):
        second_order.lbfgs(lambda w: np.nan, lambda w: 2 * w, w)
    with pytest.raises(ValueError, match=r"^warmup: what after returned is -1.0"):
        schedules.warmup(lambda epoch: -1.0, epochs=1)(0.5)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (1, "C is int 1"),
        ("1,2", "C is str"),
        (np.ones((3, 2)), r"C is ndarray of shape \(3, 2\)"),
        ({1, 2}, "C is set"),
    ],
)
def test_grid_values_must_be_lists(values, words):
    with pytest.raises(TypeError, match=f"^grid_search: {words}.*. Pass a list of the values to try"):
        grid_search(lambda C: 1.0, {"C": values}, progress=False)


@pytest.mark.parametrize("values", [[1, 2], (1, 2), range(1, 3), np.array([1, 2])])
def test_grid_accepts_lists_tuples_ranges_and_arrays(values):
    assert len(grid_search(lambda C: float(C), {"C": values}, progress=False).trials) == 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: random_search(float, {"a": [1, 2]}, 1, np.random.default_rng(0)), "random_search: a is list"),
        (lambda: random_search(float, [1], 1, np.random.default_rng(0)), "random_search: space is list"),
        (lambda: grid_search(None, {"a": [1]}), "grid_search: objective is NoneType"),
        (lambda: grid_search(float, {"a": [1]}, no_such=1), "grid_search: no_such is not an option"),
        (lambda: Uniform("a", 1), "Uniform: low is str 'a'"),
        (lambda: LogUniform(None, 1), "LogUniform: low is NoneType"),
        (lambda: Uniform(-1e308, 1e308), r"Uniform\(low=-1e\+308, high=1e\+308\): low must be below high"),
        (lambda: LogUniform(1e-300, 1e300), r"LogUniform\(.*\): high / low overflows a float"),
        (lambda: Choice("ab"), "Choice: options is str 'ab'"),
    ],
)
def test_invalid_spaces_and_searches_are_refused(call, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        call()


@pytest.mark.parametrize("returned", [None, "0.5", True, np.array([0.5]), 1j])
def test_objective_must_return_one_number(returned):
    (trial,) = grid_search(lambda a: returned, {"a": [1]}, progress=False).trials
    assert trial.value is None
    assert trial.error.startswith("the objective returned ")
    assert trial.error.endswith(". It must return one number")
    assert grid_search(lambda a: np.array(0.5), {"a": [1]}, progress=False).best.value == 0.5
