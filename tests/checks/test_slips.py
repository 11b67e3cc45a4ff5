"""Mistakes as edits: what they compile to, and what is refused."""

import inspect

import numpy as np
import pytest

from cs231n_lib.checks import Exercise, Mistake, Property, Slips
from cs231n_lib.checks.slips import Edited

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
    first, second = Slips(scaled_mean, TABLE)
    assert (first.name, second.name) == ("sum for mean", "only the last")
    assert first.explanation == "divide by the number of entries: a mean does not grow with N."
    assert second.implementation.edits[1] == ("FACTOR", "1.0 * FACTOR")


def test_an_edit_computes_what_its_text_says():
    first, second = Slips(scaled_mean, TABLE)
    assert scaled_mean(X) == pytest.approx(28 / 3)
    assert first.implementation(X) == 28.0
    assert second.implementation(X, power=3) == pytest.approx(2 * 27 / 3)


def test_a_line_break_keeps_the_margin():
    source = Slips(scaled_mean, TABLE)[1].implementation.source
    assert "        count = 1\n        total = value**power * count\n" in source


def test_it_takes_the_parameters_of_the_reference():
    assert inspect.signature(Slips(scaled_mean, TABLE)[0].implementation) == inspect.signature(scaled_mean)


@pytest.mark.parametrize("part", ["source", "lines"])
@pytest.mark.parametrize(("right", "times"), [("total", 4), ("absent", 0)])
def test_left_side_of_an_edit_must_occur_once(right, times, part):
    with pytest.raises(ValueError, match=f"scaled_mean: '{right}' occurs {times} times in the reference, not once"):
        getattr(Edited(scaled_mean, ((right, "x"),)), part)


def test_two_mistakes_cannot_have_one_name():
    twice = TABLE.replace("only the last", "sum for mean")
    with pytest.raises(ValueError, match="scaled_mean: two mistakes have the name 'sum for mean'"):
        len(Slips(scaled_mean, twice))


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        ("name\n    only a sentence.", "no line contains →. Write the edit as `right → wrong`."),
        ("name", "no line contains →. Write the edit as `right → wrong`."),
        ("name\n    FACTOR → 1", "the sentence for the student is missing. Write it below the edit."),
    ],
)
def test_a_mistake_needs_an_edit_and_a_sentence(table, missing):
    with pytest.raises(ValueError, match=f"scaled_mean, mistake 'name': {missing}"):
        tuple(Slips(scaled_mean, table))


def test_right_answer_does_not_parse_the_table_of_mistakes():
    rows = (Property("Is a mean", 1, lambda call, rng: call(X)),)
    exercise = Exercise(scaled_mean, points=3, minutes=1, difficulty=1, checks=rows, slips="no table")
    assert exercise(lambda x, power=2: 2 * np.mean(x**power)).passed
    with pytest.raises(ValueError, match="mistake 'no table'"):
        len(exercise.mistakes)


def test_other_mistakes_precede_those_of_the_table():
    other = Mistake("other", scaled_mean, "a sentence.")
    assert [m.name for m in Slips(scaled_mean, TABLE, [other])[:2]] == ["other", "sum for mean"]


@pytest.mark.parametrize("edits", [(), (("FACTOR", "1.0 * FACTOR"),)])
def test_an_edit_made_by_hand_is_the_librarys_own_function(edits):
    rows = (Property("Is a mean", 1, lambda call, rng: call(X)),)
    exercise = Exercise(scaled_mean, points=3, minutes=1, difficulty=1, checks=rows, slips=TABLE)
    assert not exercise(Edited(scaled_mean, edits)).points
    assert exercise(exercise.mistakes[1].implementation).points
