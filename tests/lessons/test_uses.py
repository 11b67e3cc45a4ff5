"""Every function that a student writes is used: with zeros in its place something of the lessons is another.

A lesson joins with ``tests/lessons/<slug>/uses.py``: ``OUTPUTS``, from a name to what makes that output, called with
``use``; its milestone joins by itself. Of such a lesson every exercise but the bonus must be
used, by its own or a later lesson.
"""

from collections.abc import Callable, Iterator
from functools import cache
from types import GeneratorType
from typing import Any

import numpy as np
import pytest
from lessons.battery import CHECKS, WRITTEN, brought

from cs231n_lib.checks import Bonus
from cs231n_lib.course import milestones, mine
from cs231n_lib.course.plan import LESSONS, Lesson
from cs231n_lib.course.student.scores import milestone_of
from cs231n_lib.widgets.explorable import Explorable
from cs231n_lib.widgets.picture import Picture

JOINED = [lesson for lesson in WRITTEN if brought(lesson.slug, "uses")]
ASKED = {name: one.slug for one in JOINED for name, e in CHECKS[one.slug].items() if not isinstance(e, Bonus)}
"""The exercises, each with its lesson."""


class Use:
    """In place of the course's ``mine``: the library's functions, but zeros from the one named; notes what is used."""

    says = ""

    def __init__(self, zeros: str = "") -> None:
        self.zeros, self.used = zeros, set[str]()

    def run(self) -> "Use":
        return self

    frames = run

    def begin(self) -> None:
        """Nothing here looks at a clock."""

    def watch(self, heard: Callable[[str], None]) -> None:
        """Nobody waits here."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        self.used.add(name)
        reference = mine.exercises()[name][0].reference
        return (lambda *args, **kwargs: zeroed(reference(*args, **kwargs))) if name == self.zeros else reference


def zeroed(value: Any) -> Any:
    """The same form, all zero."""
    if isinstance(value, GeneratorType):
        return (zeroed(one) for one in value)
    if isinstance(value, tuple | list):
        return type(value)(zeroed(one) for one in value)
    if isinstance(value, dict):
        return {key: zeroed(one) for key, one in value.items()}
    return np.zeros_like(value)[()] if isinstance(value, np.ndarray | np.number | int | float) else value


def outputs() -> dict[str, Callable[[Any], Any]]:
    """All that runs on the student's functions, by lesson and name."""
    made = {f"{one.slug}.{name}": make for one in JOINED for name, make in brought(one.slug, "uses").OUTPUTS.items()}
    for lesson in LESSONS:
        milestone = milestone_of(lesson)
        if milestone:
            made[f"{lesson.slug}.milestone"] = lambda use, one=milestone: milestones.train_milestone(one, use.run())[0]
    return made


def seen(name: str, use: Use) -> Any:
    """What a student sees of an output, to be compared; an error is something else, too."""
    try:
        with np.errstate(all="ignore"):
            shown = outputs()[name](use)
            shown = shown.picture() if isinstance(shown, Explorable) else shown
    except Exception as error:
        return type(error)
    return (shown.caption, shown.png) if isinstance(shown, Picture) else str(shown)


@cache
def with_the_library(name: str) -> tuple[Any, frozenset[str]]:
    """What the output is, and which functions it uses."""
    use = Use()
    found = seen(name, use)
    assert not isinstance(found, type), f"{name}: {found}"
    return found, frozenset(use.used)


def using(exercise: str) -> Iterator[str]:
    """The outputs that change when the exercise's function returns zeros, its own lesson's first, earlier ones last."""
    slugs = [lesson.slug for lesson in LESSONS]
    own = slugs.index(ASKED[exercise])
    for name in sorted(outputs(), key=lambda name: (slugs.index(name.partition(".")[0]) - own) % len(slugs)):
        right, used = with_the_library(name)
        if exercise in used and seen(name, Use(exercise)) != right:
            yield name


@pytest.mark.audit
@pytest.mark.lesson
@pytest.mark.filterwarnings("ignore")  # zeros in place of a gradient divide by zero
@pytest.mark.parametrize("exercise", ASKED)
def test_a_function_that_returns_zeros_changes_something(exercise: str) -> None:
    changed = next(using(exercise), None)
    assert changed, (
        f"No output uses {exercise}. Let a picture, an explorable or the milestone call use.run().{exercise}, and list "
        f"a picture or an explorable in OUTPUTS in tests/lessons/{ASKED[exercise]}/uses.py."
    )


@pytest.mark.audit
@pytest.mark.lesson
@pytest.mark.parametrize("lesson", JOINED, ids=lambda lesson: lesson.slug)
def test_every_output_takes_functions_of_the_student_s(lesson: Lesson) -> None:
    for name in outputs():
        if name.startswith(f"{lesson.slug}.") and not name.endswith(".milestone"):
            _, used = with_the_library(name)
            assert used, f"{name} uses no function of the student's"
