"""What a lesson brings for the tests that all lessons must pass, and where these find it.

``tests/lessons/<slug>/alternatives.py``
    ``ALTERNATIVES``: to each exercise's name, right answers in other ways than the library's. ``WRONG``, if a row of
    the checks fails for none of the exercise's mistakes: to the exercise's name, wrong answers for which it does.
``tests/lessons/<slug>/drawn.py``, if a picture needs it
    ``ARGUMENTS``: to a picture's name, the calls to draw it with, where it is not drawn without arguments.
    ``STAND_INS``: to a dotted name, what takes its place so that a picture does not take long.
"""

import linecache
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from inspect import signature, unwrap
from types import ModuleType
from typing import Any

import pytest

from cs231n_lib.checks.slips import Edited
from cs231n_lib.course import mine, practice
from cs231n_lib.course.plan import BRIDGE, HOME, LESSONS, PRIMER, checks_of, exercises_of

WRITTEN = [lesson for lesson in LESSONS if find_spec(f"{HOME}.{lesson.slug}.checks")]
"""The graded lessons that have checks."""

CHECKS = {lesson.slug: exercises_of(checks_of(lesson.slug)) for lesson in (PRIMER, *WRITTEN, BRIDGE)} | {
    "practice": exercises_of(practice)
}
"""The exercises of each lesson, of the optional ones and of the start page, by name."""

EXERCISES = [(slug, name) for slug, exercises in CHECKS.items() for name in exercises]

TRIED = pytest.mark.parametrize(
    ("slug", "name"),
    [
        pytest.param(slug, name, marks=[pytest.mark.slow, pytest.mark.audit] if CHECKS[slug][name].cpu_time else [])
        for slug, name in EXERCISES
    ],
)
"""For tests that try wrong answers or right ones; one that trains networks takes seconds a try."""


def brought(slug: str, module: str) -> ModuleType | None:
    """What a lesson brings in this module, if it does."""
    name = f"lessons.{slug}.{module}" if slug != "practice" else f"course.{module}"
    return import_module(name) if find_spec(name) else None


def answers(slug: str, kind: str) -> dict[str, list[Callable[..., Any]]]:
    """The ``ALTERNATIVES`` or ``WRONG`` answers of a lesson, by exercise."""
    return getattr(brought(slug, "alternatives"), kind, {})


def handed_mine(function: Callable[..., Any]) -> Callable[..., Any]:
    """A picture or an explorable with ``use=mine``, if it takes it: in the tests all is the library's."""
    return partial(function, use=mine) if "use" in signature(function).parameters else function


def mistake(slug: str, name: str, mistake: str) -> Callable[..., Any]:
    """The implementation of a mistake of this name."""
    return next(m.implementation for m in CHECKS[slug][name].mistakes if m.name == mistake)


def typed(wrong: Edited) -> Callable[..., Any]:
    """The wrong function as a student types it, in a cell of its own."""
    file = f"<typed {abs(hash(wrong.source))}>"
    linecache.cache[file] = (len(wrong.source), None, wrong.source.splitlines(keepends=True), file)
    reference = unwrap(wrong.reference)
    names = dict(reference.__globals__)
    exec(compile(wrong.source, file, "exec"), names)
    made: Callable[..., Any] = names[reference.__name__]
    return made
