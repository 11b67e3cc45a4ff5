"""What the checks of lesson 01 say of minibatches that are drawn independently."""

import numpy as np
import pytest

from cs231n_lib.lessons.optimization.checks import minibatches as exercise


def with_replacement(n, batch_size, rng):
    return [rng.choice(n, batch_size) for _ in range(0, n, batch_size)]


def full_batches_with_replacement(n, batch_size, rng):
    return [rng.integers(0, n, batch_size) for _ in range(n // batch_size)]


def order_with_replacement(n, batch_size, rng):
    order = rng.integers(0, n, n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def start_of_a_new_order(n, batch_size, rng):
    return [rng.permutation(n)[:batch_size] for _ in range(0, n, batch_size)]


def choice_without_replacement(n, batch_size, rng):
    return [rng.choice(n, min(batch_size, n - start), replace=False) for start in range(0, n, batch_size)]


def start_one_row_later(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(-(-n // batch_size))]


def names(answer, seed):
    return [name for name, _ in exercise.mark(exercise.runner(answer), seed).result(show_numbers=False).mistakes]


@pytest.mark.parametrize("seed", ["231", "1", "2"])
@pytest.mark.parametrize("answer", [with_replacement, full_batches_with_replacement, order_with_replacement])
def test_rows_drawn_with_replacement_are_named(answer, seed):
    assert "drawn with replacement" in names(answer, seed)


@pytest.mark.parametrize("seed", ["231", "1", "2"])
@pytest.mark.parametrize("answer", [start_of_a_new_order, choice_without_replacement])
def test_every_batch_from_all_rows_is_named(answer, seed):
    assert names(answer, seed) == ["shuffled before every batch"]


@pytest.mark.parametrize("seed", ["231", "1", "2"])
def test_batches_that_overlap_are_not_called_independent(seed):
    rows = np.concatenate(start_one_row_later(12, 3, np.random.default_rng(0)))
    assert 0 < len(np.unique(rows)) < 12  # the row fails with the same sentence as independent draws
    assert not {"drawn with replacement", "shuffled before every batch"} & set(names(start_one_row_later, seed))
