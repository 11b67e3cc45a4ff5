"""A name is told only where it is true, and each output earns its share."""

import time
from dataclasses import replace

import numpy as np
import pytest

from cs231n_lib.checks import Exercise, Mistake, Property, Values, Violation, case
from cs231n_lib.checks.marking import AnswerKey, Marking


def extent(x):
    """Smallest and largest.

    Returns
    -------
    low, high : float
        Over all entries.
    """
    return x.min(), x.max()


def _vectors(rng):
    for size in (5, 7):
        yield case(f"{size} numbers", rng.normal(size=size))


def _candidates(call, rng):
    low, high = call(rng.normal(size=6))
    if low >= high:
        raise Violation("the low end is not below the high one", fingerprint=(low, high))


def _mistakes(**functions):
    return [Mistake(name, function, f"You wrote {name}.") for name, function in functions.items()]


EXERCISE = Exercise(
    extent,
    points=10,
    minutes=1,
    difficulty=1,
    checks=(Values("Extent", 6, _vectors), Property("In order", 2, _candidates)),
    mistakes=_mistakes(
        magnitudes=lambda x: (np.abs(x).min(), np.abs(x).max()),
        exchanged=lambda x: (x.max(), x.min()),
        mean_for_high=lambda x: (x.min(), x.mean()),
    ),
)


def names(function, exercise=EXERCISE):
    return [name for name, _ in exercise(function).mistakes]


def test_each_output_earns_its_share_and_says_which_is_right():
    result = EXERCISE(lambda x: (x.min(), 3.0))
    assert [(row.title, row.earned) for row in result.rows if row.earned] == [("Extent", 3.0)]
    assert "`high`: the value is wrong (`low` is right)" in result.text()


def test_form_and_properties_earn_nothing_without_right_values():
    result = EXERCISE(lambda x: (-1.0, 1.0))
    assert [row.passed for row in result.rows] == [True, True, False, True]
    assert result.points == 0
    assert result.text().count("earns its points once a row of values passes") == 3


def test_required_row_must_pass_before_properties_earn():
    ordered = replace(EXERCISE, checks=(EXERCISE.checks[1], Property("Free", 8, lambda call, rng: call(np.ones(2)))))
    assert ordered(lambda x: (1.0, 0.0)).points == 8
    assert replace(ordered, required_row="In order")(lambda x: (1.0, 0.0)).points == 0
    with pytest.raises(ValueError, match="not the title of a row"):
        replace(ordered, required_row="Elsewhere")


def test_a_mistake_is_named_after_what_the_answer_did():
    assert names(lambda x: (np.sort(x)[-1], np.sort(x)[0])) == ["exchanged"]
    assert names(lambda x: (x.min(), sum(x) / len(x))) == ["mean_for_high"]


def test_an_answer_that_also_changes_its_argument_keeps_its_name():
    def in_place(x):
        x.sort()
        return x[-1], x[0]

    assert names(in_place) == ["exchanged"]


def test_mistake_agreeing_with_less_than_half_is_not_named():
    def one_row(x):
        return (x.max(), x.min()) if len(x) == 6 else (0.3, 0.2)

    assert names(one_row) == []


def test_a_mistake_that_fails_a_passed_row_is_not_named():
    def as_in_the_values(x):
        return (x.max(), x.min()) if len(x) != 6 else (x.min(), x.max())

    assert names(as_in_the_values) == []


def test_the_same_sentence_apart_is_not_the_same_mistake():
    alone = replace(EXERCISE, checks=(EXERCISE.checks[1],))
    assert names(lambda x: (x.max(), x.min()), alone) == ["exchanged"]
    assert names(lambda x: (2.0, 1.0), alone) == []


def test_a_spare_axis_costs_the_row_on_form_alone():
    def total(x):
        return x.sum(axis=0)

    def _rows(rng):
        yield case("three columns", rng.normal(size=(4, 3)))

    def _adds(call, rng):
        if not np.allclose(call(np.ones((2, 3))), np.full(3, 2.0), rtol=0, atol=1e-12):
            raise Violation("ones do not add up")
        if np.shape(call(np.ones((2, 3)))) != (3,):
            raise Violation("another shape")

    exercise = Exercise(total, 6, 1, 1, (Values("Sums", 2, _rows), Property("Ones", 2, _adds)), ())
    result = exercise(lambda x: x.sum(axis=0, keepdims=True))
    assert [row.title for row in result.rows if not row.passed] == ["Returns the right type and shape"]
    assert result.points == 5


def test_an_error_in_one_extreme_case_leaves_form_and_arguments():
    def fragile(x):
        if len(x) == 7:
            raise ValueError
        return x.min(), x.max()

    assert [row.passed for row in EXERCISE(fragile).rows[:2]] == [True, True]


def test_property_that_raises_on_right_values_blames_no_result():
    def divides(call, rng):
        raise ZeroDivisionError(call(np.ones(3)))

    broken = replace(EXERCISE, checks=(*EXERCISE.checks, Property("Breaks", 1, divides)))
    assert "the check could not finish with these values" in broken(lambda x: (x.min(), x.max())).text()


def shift(x, rng):
    """Add a number between 0 and 1."""
    return x + rng.random()


def _rises(call, rng):
    for _ in range(20):
        x = rng.normal(size=6)
        if np.any(call(x, rng) < x):
            raise Violation("some number falls", fingerprint="falls")


def test_class_tries_a_mistake_once_and_keeps_no_drawn_calls() -> None:
    tried = []

    def falling(x, rng):
        tried.append(x)
        return x - rng.random()

    exercise = Exercise(shift, 10, 1, 1, [Property("Rises", 1, _rises)], _mistakes(falling=falling))
    standard = AnswerKey(exercise, "a seed")
    for _ in range(3):
        marking = Marking(exercise, exercise.runner(lambda x, rng: x - rng.random()), standard)
        assert [name for name, _ in marking.result(show_numbers=False).mistakes] == ["falling"]
        assert marking.student.all_outcomes
    assert len(tried) == 1
    assert not any(trial.all_outcomes for trial in standard.mistakes().values())


def test_mistake_that_timed_out_is_tried_again() -> None:
    naps = [1.0]

    def slow(x):
        time.sleep(naps.pop() if naps else 0)
        return x.max(), x.min()

    exercise = replace(EXERCISE, seconds=0.3, mistakes=_mistakes(slow=slow))
    standard = AnswerKey(exercise, "a seed")
    for told in ([], ["slow"]):
        marking = Marking(exercise, exercise.runner(lambda x: (x.max(), x.min())), standard)
        assert [name for name, _ in marking.result(show_numbers=False).mistakes] == told
