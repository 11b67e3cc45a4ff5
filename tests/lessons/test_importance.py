"""At most 60 % of a lesson's exercises are core, and students can write these alone."""

import ast
import inspect
import re
from functools import cache
from pathlib import Path
from textwrap import dedent

import jupytext
import pytest

from cs231n_lib.checks import Bonus, Exercise
from cs231n_lib.course.plan import LESSONS, Lesson, checks_of, exercises_of

ROOT = Path(__file__).parents[2]
MOST = 0.6
BOX = re.compile(r"^\[\[exercise (\w+)\]\]$", re.MULTILINE)


@cache
def all_exercises() -> dict[str, Exercise]:
    return {name: one for lesson in LESSONS for name, one in exercises_of(checks_of(lesson.slug)).items()}


@cache
def descriptions() -> dict[str, str]:
    """The Markdown around the box of each exercise, with its hints."""
    texts = [ROOT / "solutions" / lesson.folder / f"{lesson.folder}.py" for lesson in LESSONS]
    cells = [cell.source for text in texts for cell in jupytext.read(text, fmt="py:percent").cells]
    return {name: source for source in cells for name in BOX.findall(source)}


def needs(exercise: Exercise, description: str) -> set[str]:
    """Exercises whose functions an answer may call, the reference calls, or the description calls as ``mine.NAME``."""
    tree = ast.parse(dedent(inspect.getsource(inspect.unwrap(exercise.reference))))
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {node.id if isinstance(node, ast.Name) else getattr(node, "attr", "") for node in called}
    written = set(re.findall(r"\bmine\.(\w+)", description))
    return (names | written | set(exercise.builds_on)) & set(all_exercises()) - {exercise.name}


def test_needs_come_from_all_three_places() -> None:
    exercise = all_exercises()["relu_approximation"]
    assert needs(exercise, "Call `mine.network_size(sizes)`, not `mine.NAME`.") == {"units_needed", "network_size"}
    assert "batchnorm_backward" in needs(all_exercises()["network_loss"], "")
    assert "sigmoid_forward" in needs(all_exercises()["binary_cross_entropy"], "")


@pytest.mark.parametrize(
    "exercise", [one for one in all_exercises().values() if one.importance == "core"], ids=lambda one: one.name
)
def test_core_exercise_needs_only_core_exercises(exercise: Exercise) -> None:
    needed = {name: all_exercises()[name].importance for name in needs(exercise, descriptions()[exercise.name])}
    assert set(needed.values()) <= {"core"}, needed


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_at_most_60_percent_are_core(lesson: Lesson) -> None:
    kinds = [one.importance for one in exercises_of(checks_of(lesson.slug)).values() if not isinstance(one, Bonus)]
    assert 0 < kinds.count("core") <= MOST * len(kinds)
    assert set(kinds) == {"core", "useful", "extra"}


def test_a_bonus_is_extra() -> None:
    assert {one.importance for one in all_exercises().values() if isinstance(one, Bonus)} == {"extra"}
