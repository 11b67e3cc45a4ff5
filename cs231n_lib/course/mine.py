"""The student's own functions: ``mine.adam`` is theirs where it has full marks, otherwise the library's.

Experiments, explorables and milestones get this module as their argument ``use``:

    from cs231n_lib.course import mine
    experiments.race(use=mine)

and call the functions of ``use.run()``, whose ``says`` is the sentence for the page. Full marks count in this Python,
and, for an earlier lesson, in its saved notebook. While a program runs the notebook (nbgrader, nbval, the build) all is
the library's. In an answer ``mine.NAME`` may be called where the exercise's box lists the name. Saved notebooks are
looked for beside the one that runs, or in ``work/``; those of another place after ``mine.look_in("FOLDER")``.

>>> import numpy as np
>>> from cs231n_lib.course import mine
>>> mine.relative_error(np.array([1.0]), np.array([2.0]))
array([0.5])
"""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.earlier import handed_out, is_checking
from cs231n_lib.checks.passed import is_still_there, last_passed
from cs231n_lib.course import runs
from cs231n_lib.course.folder import lessons_folder
from cs231n_lib.course.plan import LESSONS, Lesson, checks_of, exercises_of, has_part, is_loaded, text_of
from cs231n_lib.course.runs import FRAME_SECONDS, RUN_SECONDS, Origin, Run
from cs231n_lib.course.saved import saved_function
from cs231n_lib.front_end import has_live_front_end

_seen_live = has_live_front_end()
_given: Path | None = None


def run(seconds: float = RUN_SECONDS) -> Run:
    """Start a run, which may last so long: its attributes are the functions."""
    return Run(_origin, seconds, silent=not _is_live())


def frames() -> Run:
    """Start what a slider draws: a run in which each frame, from ``begin()`` on, has 40 ms for the student's code."""
    return Run(_origin, FRAME_SECONDS, silent=not _is_live())


def folder() -> Path:
    """The folder of the lessons' folders: the one that was given, otherwise from that of the notebook which runs."""
    return lessons_folder(_given)


def look_in(place: str | Path | None) -> None:
    """Take saved lessons from this folder, as ``cs231n start FOLDER`` makes one; ``None``: from around the notebook.

    Raises
    ------
    FileNotFoundError
        There is no lesson in it.
    """
    global _given
    if place is not None and not any((lessons_folder(Path(place)) / lesson.folder).is_dir() for lesson in LESSONS):
        raise FileNotFoundError(f"look_in: no lesson in {place}; name the folder that holds 01_optimization/")
    _given = None if place is None else Path(place).resolve()


def exercises() -> dict[str, tuple[Exercise, Lesson]]:
    """Every exercise of the course by its name, and its lesson."""
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
        return handed_out(name, exercise.reference)
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
    function, why = saved_function(exercise, lesson, folder())
    return Origin(exercise, function) if function else Origin(exercise, why=why)


CHANGED = "the version that passed: its cell was run again since, so run its check again"


def _current() -> str:
    """The folder of the lesson that runs, as the server says, otherwise by the folder that it runs in."""
    told = Path(os.environ.get("JPY_SESSION_NAME", "")).stem
    return told if told in {lesson.folder for lesson in LESSONS} else Path.cwd().name


def _is_live() -> bool:
    """Whether a person is there. What a widget calls cannot ask the front end, so what was seen once counts."""
    global _seen_live
    if "CS231N_STATIC" in os.environ or "NBGRADER_EXECUTION" in os.environ:
        return False
    _seen_live = _seen_live or has_live_front_end()
    return _seen_live


@cache
def _exercise(name: str) -> tuple[Exercise, Lesson]:
    """The exercise of this name, and its lesson; to load the checks of all lessons takes as long as NumPy.

    Raises
    ------
    AttributeError
        There is none.
    """
    for lesson in _likely_first(name):
        if has_part(lesson.slug, "checks") and name in (found := exercises_of(checks_of(lesson.slug))):
            return found[name], lesson
    raise AttributeError(f"mine.{name}: no exercise has this name; those of the course are in dir(mine)")


def _likely_first(name: str) -> Iterator[Lesson]:
    """The lessons whose checks are loaded, those whose list of checks has the name, and the others."""
    loaded = [lesson for lesson in LESSONS if is_loaded(lesson.slug, "checks")]
    yield from loaded
    others = [lesson for lesson in LESSONS if lesson not in loaded]
    yield from sorted(others, key=lambda lesson: f'"{name}"' not in text_of(lesson.slug, "checks"))
