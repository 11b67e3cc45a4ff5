"""Every one-token slip of every reference loses points, on three seeds, or is known to be no slip at all."""

import pytest
from checks.mutants import SLUGS, exercises, judged

N = "the same number of examples"
EQUIVALENT: dict[str, dict[str, str]] = {
    "find_kinks": {
        "kinks = np.ones(x.shape, dtype=bool)": "every entry is written",
        "for i in np.ndindex(kinks.shape):": "the same shape",
        "kinks[i] = abs(left - right) > 0.01 * max(1, abs(right), abs(left))": "the size of the difference is taken",
    },
    "least_squares_loss": {
        "loss = np.mean(0.5 * residual ** 2)": "a NumPy number is a number",
        "dw = x.T @ residual / len(residual)": N,
        "dw = x.T @ residual / len(x)": N,
    },
    "binary_cross_entropy": {
        "loss = np.mean(np.logaddexp(0, (1 - 2 * targets) * scores))": "a NumPy number is a number",
        "loss = float(np.mean(np.logaddexp((1 - 2 * targets) * scores, 0)))": "both orders are the same sum",
        "return (loss, (probability - targets) / len(_))": N,
        "return (loss, (probability - targets) / len(probability))": N,
        "return (loss, (probability - targets) / len(scores))": N,
        "return (loss, (probability - targets) / len(targets))": N,
    },
}
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
