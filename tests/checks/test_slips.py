"""Mistakes as edits: what they compile to, and what is refused."""

import inspect

import numpy as np
import pytest

from cs231n_lib.checks import slips

FACTOR = 2.0


def scaled_mean(x: np.ndarray, power: int = 2) -> float:
    """FACTOR times the mean of a power of x."""
    total = 0.0
    for value in x:
        total = total + value**power
    return FACTOR * total / len(x)


TABLE = """
    sum for mean
        total / len(x) → total
        divide by the number of entries:
        a mean does not grow with N.

    only the last
        total = total + value**power → count = 1 ⏎ total = value**power * count
        FACTOR → 1.0 * FACTOR
        keep what came before.
"""
X = np.array([1.0, 2.0, 3.0])


def test_a_table_is_names_edits_and_sentences():
    first, second = slips(scaled_mean, TABLE)
    assert (first.name, second.name) == ("sum for mean", "only the last")
    assert first.explanation == "divide by the number of entries: a mean does not grow with N."
    assert second.implementation.edits[1] == ("FACTOR", "1.0 * FACTOR")


def test_an_edit_computes_what_its_text_says():
    first, second = slips(scaled_mean, TABLE)
    assert scaled_mean(X) == pytest.approx(28 / 3)
    assert first.implementation(X) == 28.0
    assert second.implementation(X, power=3) == pytest.approx(2 * 27 / 3)


def test_a_line_break_keeps_the_margin():
    source = slips(scaled_mean, TABLE)[1].implementation.source
    assert "        count = 1\n        total = value**power * count\n" in source


def test_it_takes_the_parameters_of_the_reference():
    assert inspect.signature(slips(scaled_mean, TABLE)[0].implementation) == inspect.signature(scaled_mean)


@pytest.mark.parametrize(("right", "times"), [("total", 4), ("absent", 0)])
def test_what_is_replaced_must_occur_once(right, times):
    (slip,) = slips(scaled_mean, f"name\n    {right} → 0\n    a sentence.")
    with pytest.raises(ValueError, match=f"scaled_mean: '{right}' occurs {times} times in the reference, not once"):
        slip.implementation(X)


@pytest.mark.parametrize("table", ["name\n    only a sentence.", "name\n    FACTOR → 1", "name"])
def test_a_mistake_needs_an_edit_and_a_sentence(table):
    with pytest.raises(ValueError, match="mistake 'name': it needs an edit `right → wrong` and a sentence"):
        slips(scaled_mean, table)
