import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold

from cs231n_lib.datasets import k_folds


@given(n=st.integers(2, 60), data=st.data())
def test_each_row_validates_in_exactly_one_fold(n, data):
    folds = data.draw(st.integers(2, n))
    splits = list(k_folds(n, folds, np.random.default_rng(0)))
    assert sorted(np.concatenate([validation for _, validation in splits])) == list(range(n))
    for train, validation in splits:
        assert sorted(np.concatenate([train, validation])) == list(range(n))
    assert [len(v) for _, v in splits] == [len(v) for _, v in KFold(folds).split(np.zeros(n))]


def test_folds_are_random_and_reproducible():
    def first(seed):
        return next(k_folds(100, 5, np.random.default_rng(seed)))[1].tolist()

    assert first(0) == first(0) != first(1)
    assert first(0) != sorted(first(0))
