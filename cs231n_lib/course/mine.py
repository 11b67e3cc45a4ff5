"""The student's functions, or the library's as a fallback, such as ``mine.adam``.

Experiments, explorables and milestones take this module as their argument ``use``:

    from cs231n_lib.course import mine
    experiments.race(use=mine)

They call the functions of ``use.run()``, whose attribute ``says`` is the sentence to show on the page.

An answer counts if it gets full marks in this Python session or, for another lesson, in its saved notebook. When a
program such as nbgrader, nbval or the build runs the notebook, all functions are the library's. An answer may call
``mine.NAME`` if its exercise's box lists the name. This module looks for saved notebooks beside the running one, then
in ``work/`` and ``notebooks/``, or near the folder passed to ``mine.look_in("FOLDER")``.

>>> import numpy as np
>>> from cs231n_lib.course import mine
>>> mine.relative_error(np.array([1.0]), np.array([2.0]))
array([0.5])
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.evaluate.prerequisites import is_checking, provide_prerequisite
from cs231n_lib.checks.passed import is_still_there, last_passed, when_mended
from cs231n_lib.course.answers import runs
from cs231n_lib.course.answers.runs import FRAME_SECONDS, RUN_SECONDS, ExperimentRun, Origin
from cs231n_lib.course.answers.saved import saved_function
from cs231n_lib.course.plan import LESSONS, NOTEBOOKS, Lesson, checks_of, exercises_of, has_part, is_loaded, text_of
from cs231n_lib.course.student.folder import lessons_folder
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.lessons.again import find_with

_seen_live = has_live_front_end()
_given: Path | None = None


def run(seconds: float = RUN_SECONDS) -> ExperimentRun:
    """Start a run that uses the student's functions for at most ``seconds``."""
    return ExperimentRun(_origin, seconds, silent=not _is_live())


def frames() -> ExperimentRun:
    """Start a run for a slider, with the time limit `FRAME_SECONDS` for each frame."""
    return ExperimentRun(_origin, FRAME_SECONDS, silent=not _is_live())


def folder() -> Path:
    """Return the folder of the lessons, as set by `look_in` or near the notebook."""
    return lessons_folder(_given)


def look_in(place: str | Path | None) -> None:
    """Search for saved lessons in ``place``, or near the notebook if it is None.

    Raises
    ------
    FileNotFoundError
        If the folder has no lessons.
    """
    global _given
    if place is not None and not any((lessons_folder(Path(place)) / lesson.folder).is_dir() for lesson in LESSONS):
        raise FileNotFoundError(f"look_in: {place} has no lessons. Pass the folder that contains 01_optimization/.")
    _given = None if place is None else Path(place).resolve()


def exercises() -> dict[str, tuple[Exercise, Lesson]]:
    """Return every exercise of the graded lessons by name, with its lesson."""
    return {
        name: (exercise, lesson)
        for lesson in LESSONS
        if has_part(lesson.slug, "checks")
        for name, exercise in exercises_of(checks_of(lesson.slug)).items()
    }


def __getattr__(name: str) -> Callable[..., Any]:
    if name.startswith("_"):
        raise AttributeError(name)
    exercise, _ = _exercise(name)
    if is_checking():
        return provide_prerequisite(name, exercise.reference)
    now = runs.running()
    if now:
        return getattr(now, name)  # type: ignore[no-any-return]  # a run's attributes are functions
    return _origin(name).function or exercise.reference


def __dir__() -> list[str]:
    return sorted(exercises())


def _origin(name: str) -> Origin:
    exercise, lesson = _exercise(name)
    if not _is_live():
        return Origin(exercise)
    passed = last_passed(name)
    if passed:
        return Origin(exercise, passed) if is_still_there(name) else Origin(exercise, passed, CHANGED)
    if lesson.folder == _current():
        return Origin(exercise)
    function, reason = saved_function(exercise, lesson, folder())
    return Origin(exercise, function) if function else Origin(exercise, reason=reason)


CHANGED = "the version that passed, but your notebook now has another version, so run the check again"


def _current() -> str:
    """Return the running lesson's folder, from the server or the current folder."""
    told = Path(os.environ.get("JPY_SESSION_NAME", "")).stem
    return told if told in {lesson.folder for lesson in NOTEBOOKS} else Path.cwd().name


def _is_live() -> bool:
    """Whether a front end was ever live, because inside a callback none seems live."""
    global _seen_live
    if "CS231N_STATIC" in os.environ or "NBGRADER_EXECUTION" in os.environ:
        return False
    _seen_live = _seen_live or has_live_front_end()
    return _seen_live


@cache
def _exercise(name: str) -> tuple[Exercise, Lesson]:
    """Return an exercise and its lesson, loading as few lessons' checks as possible.

    Raises
    ------
    AttributeError
        If no exercise has this name.
    """
    for lesson in _likely_first(name):
        if has_part(lesson.slug, "checks") and name in (found := exercises_of(checks_of(lesson.slug))):
            return found[name], lesson
    raise AttributeError(f"mine.{name}: no exercise has this name. `dir(mine)` lists the exercises of the course.")


def _likely_first(name: str) -> Iterator[Lesson]:
    """Yield all lessons, first those whose checks are loaded or contain the name."""
    loaded = [lesson for lesson in NOTEBOOKS if is_loaded(lesson.slug, "checks")]
    yield from loaded
    others = [lesson for lesson in NOTEBOOKS if lesson not in loaded]
    yield from sorted(others, key=lambda lesson: not re.search(rf"\b{name}\b", text_of(lesson.slug, "checks")))


def _ask_after(name: str, mistakes: Sequence[str]) -> None:
    from cs231n_lib.course.student.review.mended import ask_after  # imported on use, which is rare

    try:
        _, lesson = _exercise(name)
    except AttributeError:  # an exercise of the start page or of an instructor's own lesson
        return
    ask_after(lesson, name, mistakes)


find_with(lambda name: _exercise(name)[0])
when_mended(_ask_after)
