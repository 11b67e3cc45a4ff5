"""Labels of every integer type train the same network: a small type must not wrap where a flat index is made of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs231n_lib.network import MLP, Adam
from cs231n_lib.search import grid_search
from cs231n_lib.training import Trainer

INTEGERS = ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">i4")


@settings(max_examples=20, deadline=None)
@given(dtype=st.sampled_from(INTEGERS), n=st.sampled_from([1, 64, 200, 300, 5000]), seed=st.integers(0, 2**32 - 1))
def test_loss_and_gradient(dtype, n, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((n, 4)).astype(np.float32), rng.integers(0, 10, n)
    y[-1] = 9  # 9 * n is what a small type cannot hold
    network = MLP((4, 3, 10), rng=rng)
    loss, gradient = network.loss_and_gradient(x, y)
    expected = gradient.copy()
    found, gradient = network.loss_and_gradient(x, y.astype(dtype))
    assert found == loss
    np.testing.assert_array_equal(gradient, expected)


def trained(dtype):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((600, 2)).astype(np.float32)
    y = (9 * (x[:, 0] > 0)).astype(dtype)
    network = MLP((2, 8, 10), rng=rng)
    history = Trainer(network, Adam(0.01), batch_size=300, rng=rng, progress=False).fit((x, y), (x, y), epochs=20)
    return network.parameters, history.validation_accuracy


@pytest.mark.parametrize("dtype", INTEGERS)
def test_training(dtype):
    for found, expected in zip(trained(dtype), trained("i8"), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_search_over_them():
    results = grid_search(lambda dtype: float(trained(dtype)[1][-1]), {"dtype": list(INTEGERS)}, progress=False)
    assert {trial.value for trial in results.trials} == {float(trained("i8")[1][-1])}
