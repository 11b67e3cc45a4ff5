"""Answers that were written from the released notebooks alone, before anyone who wrote them saw a check."""

import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from checks.answers import SEEDS, Answer, answers

from cs231n_lib.course.plan import checks_of, exercises_of, slug_of

FILES = sorted((Path(__file__).parents[1] / "fixtures" / "answers").glob("*.py"))
FULL_MARKS = {
    ("01_optimization", "numerical_gradient", "steps back with -= h, so rounding leaves x slightly changed"),
}
"""Called wrong by their writer, and right by the check: what rounding leaves of an argument is no change."""


def passed(answer: Answer, file: Path, seed: str) -> bool:
    exercise = replace(exercises_of(checks_of(slug_of(file.stem)))[answer.exercise], seconds=1.0)
    try:
        function = answer.function()
    except Exception:
        return False
    with warnings.catch_warnings(action="ignore"):
        return exercise(function, seed=seed, where=False).passed


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_right_answer_is_refused(file):
    right = [answer for answer in answers(file) if answer.verdict == "right"]
    assert len(right) > 20
    assert [a.slip for a in right for seed in SEEDS if not passed(a, file, seed)] == []


@pytest.mark.audit
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_wrong_answer_has_full_marks(file):
    wrong = [answer for answer in answers(file) if answer.verdict == "wrong"]
    assert len(wrong) > 80
    full = {(file.stem, a.exercise, a.slip) for a in wrong if passed(a, file, SEEDS[0])}
    assert full <= FULL_MARKS
