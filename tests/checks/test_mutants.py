"""Every one-token slip of every reference loses points, on three seeds, or is known to be no slip at all."""

import pytest
from checks.mutants import SLUGS, exercises, judged

EQUIVALENT: dict[str, dict[str, str]] = {}
"""To an exercise, the wrong lines that change nothing, each with the reason."""


@pytest.mark.audit
@pytest.mark.parametrize(("slug", "name"), [(slug, e.name) for slug in SLUGS for e in exercises(slug)])
def test_a_slip_of_one_token_loses_points_on_every_seed(slug, name):
    exercise = next(e for e in exercises(slug) if e.name == name)
    every = judged(exercise)
    full = {mutant.line for mutant in every if exercise.points in mutant.points}
    assert full - set(EQUIVALENT.get(name, {})) == set(), "full marks"
    assert set(EQUIVALENT.get(name, {})) - full == set(), "loses points, though it is listed as no slip"


def test_the_names_in_the_table_are_exercises():
    assert set(EQUIVALENT) <= {e.name for slug in SLUGS for e in exercises(slug)}
