"""Failed case of an answer, as an instructor who judges an objection reads it."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Property, Values, Violation, case
from cs231n_lib.checks.evaluate.failed_case import FailedCase, show


def scaled(x: np.ndarray, scale: float = 2.0) -> np.ndarray:
    """Return the scaled array."""
    return scale * x


def _cases(rng: Generator) -> Iterator[Case]:
    yield case("two ones", np.ones(2))
    yield case("a scale of 3", np.array([1.0, 2.0]), scale=3.0)


def _is_linear(call: Any, rng: Generator) -> None:
    if not np.allclose(call(np.full(2, 4.0)), 4 * call(np.ones(2))):
        raise Violation("the function is not linear")


exercise = Exercise(
    scaled, points=10, minutes=5, difficulty=1,
    checks=[Values("Scales", 2, _cases), Property("Is linear", 1, _is_linear)],
)  # fmt: skip


def failed_case_of(function: Callable[..., Any], of: Exercise = exercise) -> FailedCase | None:
    marking = of.mark(of.runner(function), "a seed")
    marking.result(show_numbers=False)
    return marking.failed_case()


def test_failed_case_has_arguments_and_both_results() -> None:
    found = failed_case_of(lambda x, scale=2.0: 2.0 * x)
    assert found
    assert (found.row, found.label) == ("Scales", "a scale of 3")
    assert found.arguments == {"x": "array of shape (2,): [1. 2.]", "scale": "3.0"}
    assert found.expected == "array of shape (2,): [3. 6.]"
    assert found.actual == "array of shape (2,): [2. 4.]"
    assert not found.from_property


def test_right_answer_has_no_failed_case() -> None:
    assert failed_case_of(lambda x, scale=2.0: x * scale) is None


def test_failed_case_shows_the_error_of_a_call() -> None:
    def stops(x: np.ndarray, scale: float = 2.0) -> np.ndarray:
        if scale == 3:
            raise ValueError("no threes")
        return scale * x

    found = failed_case_of(stops)
    assert found
    assert (found.label, found.actual) == ("a scale of 3", "ValueError: no threes")
    assert found.expected == "array of shape (2,): [3. 6.]"


def test_changed_argument_is_shown_before_and_after() -> None:
    def changes(x: np.ndarray, scale: float = 2.0) -> np.ndarray:
        x *= scale
        return x

    found = failed_case_of(changes)
    assert found
    assert (found.row, found.label) == ("Leaves its arguments unchanged", "two ones")
    assert found.expected == "x = array of shape (2,): [1. 1.]"
    assert found.actual == "x = array of shape (2,): [2. 2.]"


def test_property_shows_its_last_call() -> None:
    found = failed_case_of(lambda x, scale=2.0: scale * x if x[0] < 4 or x[0] > 4 else scale * x + 1)
    assert found
    assert (found.row, found.from_property, found.label) == ("Is linear", True, "")
    assert found.arguments == {"x": "array of shape (2,): [1. 1.]"}
    assert found.sentence == "the function is not linear"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(0.5), "0.5"),
        (np.array(3), "3"),
        (np.random.default_rng(0), "a random generator"),
        ([1, (2.0,)], "[1, (2.0,)]"),
        (np.sum, "a function"),
        ("x" * 2000, "'" + "x" * 1499 + " …"),
        (np.eye(2), "array of shape (2, 2): [[1. 0.], [0. 1.]]"),
    ],
)
def test_values_are_shown_as_text(value: Any, text: str) -> None:
    assert show(value) == text


def test_difference_in_hidden_digits_is_marked() -> None:
    found = failed_case_of(lambda x, scale=2.0: x * scale * (1 + 2e-7))
    assert found
    assert found.looks_right
    assert found.expected == found.actual
    other = failed_case_of(lambda x, scale=2.0: 2.0 * x)
    assert other
    assert not other.looks_right
    form = failed_case_of(lambda x, scale=2.0: (x * scale).tolist())
    assert form
    assert not form.looks_right
