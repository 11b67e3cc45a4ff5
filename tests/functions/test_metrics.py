import numpy as np
import pytest
from frozen import frozen, frozen_normal
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from cs231n_lib.functions.metrics import accuracy, confusion_matrix, dead_fraction, update_ratio


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60))
def test_accuracy_and_confusion_against_scikit_learn(pairs):
    y_pred, y = (frozen(column, dtype=int) for column in zip(*pairs, strict=True))
    assert accuracy(y_pred, y) == pytest.approx(metrics.accuracy_score(y, y_pred), abs=1e-15)
    matrix = confusion_matrix(y_pred, y, classes=5)
    np.testing.assert_array_equal(matrix, metrics.confusion_matrix(y, y_pred, labels=range(5)))
    assert np.trace(matrix) / matrix.sum() == pytest.approx(accuracy(y_pred, y))


def test_update_ratio_by_hand():
    assert update_ratio(frozen([[3e-3, 0.0], [0.0, 4e-3]]), frozen([[1.0, 2.0], [2.0, 4.0]])) == pytest.approx(1e-3)
    assert update_ratio(frozen([1.0]), frozen([0.0])) == np.inf


@given(scale=st.floats(1e-3, 1e3))
def test_update_ratio_is_scale_invariant(scale):
    update, w = frozen_normal(3, 2), frozen_normal(3, 2, seed=1)
    assert update_ratio(scale * update, scale * w) == pytest.approx(update_ratio(update, w))


def test_unit_is_dead_only_if_zero_for_all_examples():
    # Units: always zero; awake for one example; always awake; negative throughout, as a leaky unit may be.
    out = frozen([[0.0, 0.0, 2.0, -0.1], [0.0, 3.0, 1.0, -0.2]])
    assert dead_fraction(out) == 0.25
    assert dead_fraction(out[:1]) == 0.5


ONES = np.ones(3, dtype=int)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: accuracy(ONES, ONES[:2]), ValueError, r"y has 2 examples \(2,\) but y_pred has 3 \(3,\)"),
        (lambda: accuracy(np.ones((3, 2)), ONES), TypeError, "accuracy: y_pred has dtype float64. Pass integer labels"),
        (lambda: accuracy(ONES[:0], ONES[:0]), ValueError, r"y_pred is empty, shape \(0,\)"),
        (
            lambda: confusion_matrix(ONES, 5 * ONES, 5),
            ValueError,
            "y holds the label 5. With classes=5, labels are 0 to 4",
        ),
        (lambda: confusion_matrix(-ONES, ONES, 5), ValueError, "y_pred holds the label -1"),
        (lambda: confusion_matrix(ONES, ONES, 0), ValueError, "classes is 0. It must be the number of classes"),
        (lambda: update_ratio(np.ones(2), np.ones(3)), ValueError, r"update has shape \(2,\) but w has \(3,\)"),
        (lambda: dead_fraction(np.ones(3)), ValueError, r"out has shape \(3,\). It must have shape \(N, H\)"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()
