"""A wrong central property costs at least half of the points, and any other row of values at most 15 %.

The points are those of the marking, for answers that fail the given rows and pass all others. A row of values earns
its points by output, so that an output that is wrong in the central rows loses at least half of its own points.
"""

from collections.abc import Collection
from dataclasses import replace

import pytest
from lessons.battery import CHECKS, EXERCISES, mistake

from cs231n_lib.checks import Exercise, Property, Values, case
from cs231n_lib.checks.evaluate.rows import Verdict
from cs231n_lib.checks.exercise import PUBLIC_SEED
from cs231n_lib.checks.marking import AnswerKey, Marking
from cs231n_lib.checks.run.flaws import Difference, Flaw

LEAST, MOST = 0.5, 0.15
"""Fractions of the points that the central property and any other row of values may cost."""
ROUNDING = 0.01
"""The points of a row are rounded to two decimals."""
BY_PROPERTIES = {
    ("initialization", "scaled_weights"): [
        f"Shape and standard deviation of {name}" for name in ("scaled", "glorot", "he")
    ],
    ("regularization", "inverted_dropout"): ["Mask and scale of the output", "Gradient against the numerical gradient"],
    ("regularization", "vanilla_dropout"): ["Mask in training", "Scaling at inference"],
}
"""Central row of each output, where properties and not values test the outputs."""
EVERY = pytest.mark.parametrize(("slug", "name"), EXERCISES)
WRONG = Verdict(Difference(Flaw.PROPERTY, ("wrong",)), credit=0.0)


def lost(exercise: Exercise, wrong: Collection[str]) -> float:
    """Points that an answer loses if it fails the rows of these titles alone."""
    exercise = replace(exercise, mistakes=())
    key = AnswerKey(exercise, PUBLIC_SEED)
    marking = Marking(exercise, exercise.runner(exercise.reference), key)
    marking.student.verdicts = {row: WRONG if row.title in wrong else Verdict() for row in key.rows}
    return exercise.points - marking.result(show_numbers=False).points


def other_rows(exercise: Exercise) -> list[str]:
    """Titles of the rows of values that are not central."""
    rows = [check.title for check in exercise.checks if isinstance(check, Values)]
    return [title for title in rows if title not in exercise.central_titles]


def too_cheap(exercise: Exercise) -> str:
    """Sentences on central rows that cost too little, or nothing."""
    cost, titles = lost(exercise, exercise.central_titles), ", ".join(exercise.central_titles)
    if cost >= LEAST * exercise.points - ROUNDING:
        return ""
    return (
        f"the central rows of `{exercise.name}` ({titles}) cost {cost:.2f} of {exercise.points:g} points, but must "
        f"cost at least {100 * LEAST:g} %. Give them more points, or mark all rows that test the central property with "
        "`central=True`, including the first."
    )


def too_expensive(exercise: Exercise) -> str:
    """Sentences on rows of values that are not central and cost too much, or nothing."""
    costs = {title: lost(exercise, [title]) for title in other_rows(exercise)}
    most = MOST * exercise.points + ROUNDING
    rows = ", ".join(f"{title} {cost:.2f}" for title, cost in costs.items() if cost > most)
    if not rows:
        return ""
    return (
        f"some rows of `{exercise.name}` that are not central cost more than {100 * MOST:g} % of {exercise.points:g} "
        f"points ({rows}). Give them fewer points, or mark all rows that test the central property with "
        "`central=True`, including the first."
    )


@EVERY
def test_wrong_central_property_costs_half_of_the_points(slug: str, name: str) -> None:
    exercise = CHECKS[slug][name]
    assert not too_cheap(exercise), f"cs231n_lib/lessons/{slug}/checks: {too_cheap(exercise)}"


@EVERY
def test_any_other_row_costs_at_most_15_percent(slug: str, name: str) -> None:
    exercise = CHECKS[slug][name]
    assert not too_expensive(exercise), f"cs231n_lib/lessons/{slug}/checks: {too_expensive(exercise)}"


@pytest.mark.parametrize(("slug", "name"), BY_PROPERTIES)
def test_wrong_output_costs_half_of_its_points(slug: str, name: str) -> None:
    exercise = CHECKS[slug][name]
    titles = BY_PROPERTIES[slug, name]
    assert set(titles) <= set(exercise.central_titles)
    costs = {title: lost(exercise, [title]) for title in titles}
    assert min(costs.values()) >= LEAST * exercise.points / len(titles) - ROUNDING, costs


@pytest.mark.parametrize(
    ("name", "wrong", "outputs"),
    [("random_search", "NaN wins", 3), ("coarse_to_fine", "NaN wins", 4), ("successive_halving", "NaN first", 2)],
)
def test_crowned_nan_costs_half_of_the_points_of_best(name: str, wrong: str, outputs: int) -> None:
    exercise = CHECKS["training"][name]
    result = exercise(mistake("training", name, wrong), where=False)
    assert {row.title for row in result.rows if not row.passed} & set(exercise.central_titles)
    assert exercise.points - result.points >= LEAST * exercise.points / outputs - ROUNDING


def double(x: float) -> float:
    """2x.

    >>> double(3.0)
    6.0
    """
    return 2 * x


def rows(general: float, zero: float) -> Exercise:
    """Exercise of 10 points, in which form and arguments have weight 2, and a property the rest."""
    return Exercise(
        double, points=10, minutes=1, difficulty=1,
        checks=(
            Values("Numbers", general, lambda rng: [case("a number", rng.uniform(1, 2))]),
            Values("Zero", zero, lambda rng: [case("zero", 0.0)]),
            Property("Odd", 8 - general - zero, lambda call, rng: call(1.0)),
        ),
    )  # fmt: skip


def test_costs_follow_from_the_weights() -> None:
    assert lost(rows(5, 1.5), ["Numbers"]) == pytest.approx(5)
    assert lost(rows(4, 1), ["Numbers"]) == pytest.approx(4)
    assert lost(rows(4, 2), ["Zero"]) == pytest.approx(2)
    assert lost(rows(4, 2), ["Numbers", "Zero"]) == pytest.approx(10)
    assert lost(replace(rows(4, 2), required_row="Numbers"), ["Numbers"]) == pytest.approx(8)


def test_refusals_give_the_rows_and_the_remedy() -> None:
    assert (too_cheap(rows(5, 1)), too_expensive(rows(5, 1))) == ("", "")
    cheap, expensive = too_cheap(rows(3, 1)), too_expensive(rows(4, 2))
    assert "central rows of `double` (Numbers) cost 3.00 of 10 points" in cheap
    assert "Give them more points" in cheap
    assert "15 % of 10 points (Zero 2.00)" in expensive
    assert "Give them fewer points" in expensive


def test_first_row_of_values_is_central_by_default() -> None:
    exercise = rows(5, 1)
    assert (exercise.central_titles, other_rows(exercise)) == (("Numbers",), ["Zero"])
    assert replace(exercise, required_row="Odd").central_titles == ("Odd",)
    marked = replace(
        exercise, checks=(exercise.checks[0], *(replace(one, central=True) for one in exercise.checks[1:]))
    )
    assert (marked.central_titles, other_rows(marked)) == (("Zero", "Odd"), ["Numbers"])
