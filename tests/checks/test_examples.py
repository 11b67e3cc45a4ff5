"""Each worked number of a docstring is a case of its exercise."""

import copy
from doctest import DocTestParser
from inspect import unwrap
from typing import Any

import numpy as np
import pytest
from lessons.battery import CHECKS, EXERCISES

from cs231n_lib.checks import Exercise, Values, case
from cs231n_lib.checks.evaluate.rows import draw
from cs231n_lib.checks.run.agreement import unchanged


def calls_of_docstring(check: Exercise) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Arguments of the calls in the doctests, read with the standard library's parser."""
    found = []

    def record(*args: Any, **kwargs: Any) -> Any:
        found.append(copy.deepcopy((args, kwargs)))
        return check.reference(*args, **kwargs)

    names = {**unwrap(check.reference).__globals__, "np": np, check.reference.__name__: record}
    for shown in DocTestParser().get_examples(check.reference.__doc__ or ""):
        exec(shown.source, names)
    return found


def same(first: Any, second: Any) -> bool:
    """Whether two arguments are equal. Two functions of docstrings count as equal if they have the same code."""
    if callable(first) and callable(second) and hasattr(first, "__code__") and hasattr(second, "__code__"):
        return bool(first.__code__.co_code == second.__code__.co_code)
    return bool(unchanged(first, second))


WITH_VALUES = [
    (slug, name) for slug, name in EXERCISES if any(isinstance(c, Values) for c in CHECKS[slug][name].checks)
]
"""Exercises with fixed cases."""


@pytest.mark.parametrize(("slug", "name"), WITH_VALUES)
def test_docstring_examples_are_cases(slug: str, name: str) -> None:
    check = CHECKS[slug][name]
    cases = [one for row in draw(check, "0") for one in row.cases]
    for args, kwargs in calls_of_docstring(check):
        if any(isinstance(value, np.random.Generator) for value in (*args, *kwargs.values())):
            continue  # a right answer may draw its numbers in another order
        among = [
            one
            for one in cases
            if len(one.args) == len(args)
            and one.kwargs.keys() == kwargs.keys()
            and all(map(same, (*one.args, *one.kwargs.values()), (*args, *kwargs.values())))
        ]
        assert among, f"{name}{args} is in the docstring and in no row"


def halved(x: float) -> float:
    """Half of x.

    >>> halved(3.0)
    1.5
    """
    return x / 2


def test_answer_wrong_only_for_the_example_loses_points() -> None:
    rows = (
        Values("Even", 1, lambda rng: [case("2", 2.0)]),
        Values("Large", 3, lambda rng: [case("100", 100.0)]),
    )
    options: dict[str, Any] = {"points": 6, "minutes": 1, "difficulty": 1, "checks": rows}

    def wrong(x: float) -> float:
        return x // 2

    assert Exercise(halved, **options)(wrong).points == 5
    assert Exercise(halved, **options, examples_rows=("Large",))(wrong).points == 3
    with pytest.raises(ValueError, match="'Odd' in examples_rows is not the title of a row"):
        Exercise(halved, **options, examples_rows=("Odd",))
