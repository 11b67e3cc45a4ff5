"""Of several lines that may contain an error, the first place shown is the line with the slip."""

import warnings
from pathlib import Path

import pytest
from checks.answers import answers, exercises

FIXTURES = Path(__file__).parents[1] / "fixtures"
OTHERS = {"leakage", "l2_on_weights", "moments_over_masks"}
"""Exercises with such an answer in `unseen_seventh`."""
WRONG = [
    (file.stem, answer)
    for folder in ("placed", "unseen_seventh")
    for file in sorted((FIXTURES / folder).glob("*.py"))
    for answer in answers(file)
    if folder == "placed" or answer.exercise in OTHERS
]


@pytest.mark.parametrize(("slug", "answer"), WRONG, ids=[f"{a.exercise}: {a.slip}" for _, a in WRONG])
def test_first_place_is_at_the_slip(slug, answer, patient_search):
    with warnings.catch_warnings(action="ignore"):
        found = exercises(slug)[answer.exercise](answer.function(), seed="231").places
    assert found
    assert answer.is_at(found[0].line, found[0].expression), [place.sentence() for place in found]
