"""The hours in a lesson's box are those that its text and its exercises add up to."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from study_time import half_hours, study_minutes

from cs231n_lib.checks import Bonus, Exercise
from cs231n_lib.classroom.release.prerequisites import prerequisite_links
from cs231n_lib.classroom.release.source import BuildError, read_notebook
from cs231n_lib.course.plan import LESSONS, Lesson, checks_of, describe_hours, exercises_of

ROOT = Path(__file__).parents[2]
WORDS = " ".join(["word"] * 150)
DOCSTRING = f'# %% exercise="mean"\ndef mean(x):\n    """{WORDS}"""\n    # SOLUTION\n'
BOXED: dict[str, Any] = {"difficulty": 1, "checks": ()}
EXERCISES = {
    "mean": Exercise(np.mean, points=5, minutes=30, **BOXED),
    "max": Exercise(np.max, points=5, minutes=100, importance="core", **BOXED),
    "min": Bonus(np.min, minutes=60, **BOXED),
}


def text(words: str, kind: str = "[markdown]") -> str:
    return f"# %% {kind}\n# {words}\n"


def test_exercises_runs_and_reflection_without_bonus() -> None:
    assert study_minutes("", EXERCISES) == 30 + 100 + 1 + 15
    assert study_minutes("", EXERCISES, core=True) == 100 + 1 + 15


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        (text(f"<b>{WORDS}</b>"), 1),
        (text(f"<details><summary>Hint 1: {WORDS}</summary></details>"), 1 + 2 / 150),
        (text(f"<details><summary>Hint 2: {WORDS}</summary>{WORDS}</details>"), 0),
        (text(WORDS, '[markdown] answer="reflection" points=6'), 0),
        (text(f"[[exercise min]]\n# {WORDS}"), 0),
        (DOCSTRING, 1),
        ("# %%\nchecks.predict_found(lambda: 1)\nchecks.predict(2)\n", 2 + 2),
        ("# %%\nexplorables.cloud(use=mine)\n", 5),
        ('# %%\nchecks.again("mean")\n', 8),
        ("# %%\npictures.cloud(use=mine)\n", 0),
    ],
)
def test_minutes_of_a_cell(cell: str, minutes: float) -> None:
    assert study_minutes(cell, EXERCISES) - study_minutes("", EXERCISES) == pytest.approx(minutes)


def test_core_path_skips_the_text_of_other_exercises() -> None:
    both = text(f"[[exercise mean]]\n# {WORDS}") + text(f"[[exercise max]]\n# {WORDS}")
    assert study_minutes(both, EXERCISES) == pytest.approx(146 + 2 * (1 + 2 / 150))
    assert study_minutes(both, EXERCISES, core=True) == pytest.approx(116 + 1 + 2 / 150)


def test_minutes_are_rounded_up_to_half_hours() -> None:
    assert (half_hours(215), half_hours(120 + 1e-12)) == (4.0, 2.0)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_box_states_the_computed_hours(lesson: Lesson) -> None:
    exercises = exercises_of(checks_of(lesson.slug))
    path = ROOT / "solutions" / lesson.folder / f"{lesson.folder}.py"
    hours, core = (half_hours(study_minutes(path.read_text(), exercises, core=core)) for core in (False, True))
    assert (lesson.hours, lesson.core_hours) == (hours, core)
    first = read_notebook(path, exercises).cells[0].source
    assert first.startswith(f"# {lesson.number:02d} · {lesson.title}")
    told = f"**Time** about {describe_hours(hours)} hours, or {describe_hours(core)} for the core exercises alone\n"
    assert told in first
    assert f"**You need** {prerequisite_links(lesson)}\n" in first


def test_start_page_states_the_range_of_hours() -> None:
    page = (ROOT / "solutions/index.py").read_text()
    *others, last = LESSONS
    low, high = (describe_hours(pick(one.hours for one in others)) for pick in (min, max))
    low_core, high_core = (describe_hours(pick(one.core_hours for one in others)) for pick in (min, max))
    assert f"A lesson takes {low} to {high} hours, and the last lesson takes {describe_hours(last.hours)}." in page
    core = (
        f"The core exercises alone take {low_core} to {high_core} hours per lesson, and "
        f"{describe_hours(last.core_hours)} hours in the last one."
    )
    assert core in page


def test_time_of_a_lesson_outside_the_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "12_waves.py"
    path.write_text(text("# 12 · Waves\n#\n# [[time]]"))
    with pytest.raises(BuildError, match=r"\[\[time\]\] is only for a lesson in the plan"):
        read_notebook(path)
