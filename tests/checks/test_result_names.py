"""The values a function returns are called what its docstring, or else its `return`, calls them."""

from functools import wraps

import numpy as np
import pytest

from cs231n_lib.checks import Exercise, Values, case
from cs231n_lib.checks.run.result_names import result_names
from cs231n_lib.functions import layers


def described(x):
    """Two sums.

    Returns
    -------
    total, mean : float
        Of all entries.

    Notes
    -----
    no, name : here
    """
    return x.sum(), x.mean()


def returned(x):
    total, mean = x.sum(), x.mean()
    return total, x.size, mean


def described_otherwise(x):
    """Two sums.

    Returns
    -------
    sums : tuple
    """
    total = x.sum()
    return total, x.mean()


def shown_in_an_example(x):
    """Two sums.

    >>> total, _, mean = shown_in_an_example(np.ones(3))
    """
    s = x.sum()
    return s, x.size, s / x.size


def alone(x):
    return x.sum()


@wraps(described)
def wrapped(x):
    return described(x)


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (described, ("total", "mean")),
        (wrapped, ("total", "mean")),
        (returned, ("total", "", "mean")),
        (described_otherwise, ("total", "")),
        (shown_in_an_example, ("total", "", "mean")),
        (alone, ()),
        (len, ()),
        (layers.affine_backward, ("dx", "dw", "db")),
    ],
)
def test_names(function, names):
    assert result_names(function) == names


@pytest.mark.parametrize(
    ("reference", "wrong", "sentence"),
    [
        (described, lambda x: (x.sum(), 3 * x.mean() + x[0]), "`mean`: the value is wrong (`total` is right)"),
        (
            returned,
            lambda x: (x.sum(), x.size + 1, x.mean()),
            "value 2 of 3: the value is wrong (`total` and `mean` are right)",
        ),
        (alone, lambda x: x.sum() + x[0], "the value is wrong"),
    ],
)
def test_a_report_says_which_value_is_wrong(reference, wrong, sentence):
    cases = Values("Sums", 1, lambda rng: [case("five numbers", rng.standard_normal(5))])
    exercise = Exercise(reference, points=3, minutes=1, difficulty=1, checks=(cases,), mistakes=())
    failed = [row.sentence for row in exercise(wrong).rows if not row.passed]
    assert failed == [f"five numbers: {sentence}"]


def test_two_right_values_under_their_names_earn_all():
    cases = Values("Sums", 1, lambda rng: [case("five numbers", rng.standard_normal(5))])
    exercise = Exercise(described, points=3, minutes=1, difficulty=1, checks=(cases,), mistakes=())
    assert exercise(lambda x: (np.sum(x), np.sum(x) / x.size)).points == 3
