import numpy as np
import pytest
import scipy.stats

from cs231n_lib.functions.initializers import glorot, he, scaled, small_random, zero_bias, zeros

FAN_IN, FAN_OUT = 200, 300
# 60,000 draws: worked out by hand for these fans.
DEVIATIONS = {small_random: 0.01, scaled: 0.0707107, glorot: 0.0632456, he: 0.1}
named = {"ids": lambda value: getattr(value, "__name__", None)}  # no address, so that workers agree
each_random = pytest.mark.parametrize(("initializer", "deviation"), DEVIATIONS.items(), **named)
each = pytest.mark.parametrize("initializer", [*DEVIATIONS, zeros])


@each_random
def test_weights_are_normal_with_the_stated_deviation(initializer, deviation):
    w = initializer(FAN_IN, FAN_OUT, np.random.default_rng(0))
    assert w.shape == (FAN_IN, FAN_OUT)
    assert scipy.stats.kstest(w.ravel() / deviation, "norm").pvalue > 0.001
    # The deviation of n draws is itself uncertain by 1/√(2n) of it; five times that.
    assert w.std() == pytest.approx(deviation, rel=5 / np.sqrt(2 * w.size))


@each
def test_float64_by_default_and_the_same_draw_in_float32(initializer):
    double = initializer(3, 4, np.random.default_rng(0))
    single = initializer(3, 4, np.random.default_rng(0), np.float32)
    assert (double.dtype, single.dtype) == (np.float64, np.float32)
    np.testing.assert_array_equal(double.astype(np.float32), single)


def test_he_keeps_the_mean_square_that_scaled_halves_per_relu():
    sizes = {}
    for initializer in (he, scaled):
        rng = np.random.default_rng(0)
        h = rng.standard_normal((100, 500))
        for _ in range(10):
            h = np.maximum(0, h @ initializer(500, 500, rng))
        sizes[initializer] = np.mean(h**2)
    assert 0.5 < sizes[he] < 2
    assert sizes[scaled] * 2**10 == pytest.approx(sizes[he])


def test_zeros_and_biases_are_zero():
    np.testing.assert_array_equal(zeros(2, 3, np.random.default_rng(0)), np.zeros((2, 3)))
    bias = zero_bias(3, np.float32)
    np.testing.assert_array_equal(bias, np.zeros(3))
    assert bias.dtype == np.float32


@each
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"fan_in": 0}, ValueError, "fan_in is 0. It must be a whole number of at least 1"),
        ({"fan_out": 2.0}, TypeError, "fan_out is float 2.0"),
        ({"rng": 0}, TypeError, "rng is int. Pass np.random.default_rng"),
        ({"dtype": int}, TypeError, "dtype is <class 'int'>. It must be a floating-point type"),
        ({"dtype": "no such"}, TypeError, "dtype is 'no such'. It must be a floating-point type"),
    ],
)
def test_bad_input(initializer, change, error, message):
    arguments = {"fan_in": 2, "fan_out": 3, "rng": np.random.default_rng(0), "dtype": float} | change
    with pytest.raises(error, match=f"{initializer.__name__}: .*{message}"):
        initializer(**arguments)


def test_small_random_uses_the_given_deviation():
    rng = np.random.default_rng(0)
    assert small_random(200, 300, rng, std=2.0).std() == pytest.approx(2, rel=0.02)
    with pytest.raises(ValueError, match=r"std is 0\.0\. It must be a number above 0"):
        small_random(2, 3, rng, std=0.0)
