"""A pytest plugin: ``--lesson 8`` keeps the tests that concern one lesson, and those that concern no lesson alone."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cs231n_lib.course.plan import (
    NOTEBOOKS,
    Lesson,
    LessonError,
    checks_of,
    exercises_of,
    find_lesson,
    has_part,
)

OPTION = "--lesson"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, metavar="LESSON", help="keep the tests of this lesson: its number, name or folder")


def pytest_configure(config: pytest.Config) -> None:
    if name := config.getoption(OPTION):
        try:
            config.pluginmanager.register(OneLesson(find_lesson(name)))
        except LessonError as error:
            raise pytest.UsageError(str(error)) from None


class OneLesson:
    """Leaves out what concerns other lessons."""

    def __init__(self, lesson: Lesson) -> None:
        self.slug = lesson.slug

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Do not import the tests of other lessons."""
        others = {one.slug for one in NOTEBOOKS} - {self.slug}
        return True if collection_path.parent.name == "lessons" and collection_path.name in others else None

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Deselect a test whose first parameter that names a lesson names another one; begin with the slow uses."""
        left_out = [item for item in items if next(named(item), self.slug) != self.slug]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
        items.sort(key=lambda item: item.get_closest_marker("lesson") is None)


def named(item: pytest.Item) -> Iterator[str]:
    """The lessons that the parameters of a test name: as a lesson, by a name, an exercise, a file or a row's number."""
    for value in item.callspec.params.values() if hasattr(item, "callspec") else ():
        value = getattr(value, "lesson", value)
        text = getattr(value, "slug", None) or getattr(value, "stem", None) or str(value).partition(".")[0]
        if text in slugs():
            yield slugs()[text]


@cache
def slugs() -> dict[str, str]:
    """The name of a lesson, from its name, folder or number, or from that of an exercise."""
    found = {}
    for one in NOTEBOOKS:
        exercises = exercises_of(checks_of(one.slug)) if has_part(one.slug, "checks") else ()
        found |= dict.fromkeys((*exercises, one.slug, one.folder, one.folder[:2]), one.slug)
    return found
