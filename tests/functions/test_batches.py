import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs231n_lib.functions.batches import minibatches


@given(n=st.integers(1, 200), batch_size=st.integers(1, 250), seed=st.integers(0, 2**32))
def test_every_row_once_and_only_the_last_batch_is_short(n, batch_size, seed):
    batches = list(minibatches(n, batch_size, np.random.default_rng(seed)))
    assert sorted(np.concatenate(batches)) == list(range(n))
    assert all(len(rows) == batch_size for rows in batches[:-1])
    assert 0 < len(batches[-1]) <= batch_size


def test_order_changes_by_epoch_and_repeats_with_the_seed():
    def epochs(seed):
        rng = np.random.default_rng(seed)
        return [np.concatenate(list(minibatches(50, 8, rng))).tolist() for _ in range(2)]

    first, second = epochs(seed=3)
    assert first != second
    assert first != list(range(50))
    assert epochs(seed=3) == [first, second]


def test_each_row_is_as_likely_in_each_batch():
    rng = np.random.default_rng(0)
    first = np.concatenate([next(minibatches(10, 3, rng)) for _ in range(4000)])
    expected, sigma = 1200, np.sqrt(4000 * 0.3 * 0.7)
    assert np.all(np.abs(np.bincount(first, minlength=10) - expected) < 5 * sigma)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((0, 1), ValueError, "minibatches: n is 0"),
        ((10, 0), ValueError, "batch_size is 0"),
        ((10, 2.5), TypeError, "batch_size is float 2.5"),
    ],
)
def test_bad_sizes_are_refused_before_the_first_batch(arguments, error, words):
    with pytest.raises(error, match=words):
        minibatches(*arguments, np.random.default_rng(0))


def test_randomness_is_passed_in():
    with pytest.raises(TypeError, match=r"rng is int\. Pass np\.random\.default_rng"):
        minibatches(10, 2, 0)
