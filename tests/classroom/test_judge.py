"""What submissions share when their checks are judged."""

import pytest
from nbformat.v4 import new_code_cell

from cs231n_lib.checks.remote.runner import _answer_key
from cs231n_lib.classroom.grading.judge import JudgeChecks


@pytest.mark.parametrize("points", [3, 7.5])
def test_submissions_share_the_answer_key_of_an_exercise(points: float) -> None:
    marks = {"grade_id": "check", "grade": True, "locked": True, "solution": False, "points": points}
    keys = []
    for _ in range(2):
        cell = new_code_cell("checks.adam(adam)", metadata={"nbgrader": {**marks, "schema_version": 3}})
        found = JudgeChecks()._check(cell, "update_rules")
        assert found
        exercise, _ = found
        assert exercise.points == points
        keys.append(_answer_key(exercise, "a seed"))
    assert keys[0] is keys[1]
