"""The start page's map: true to the lessons that are there, and drawn the same each time."""

import re
from pathlib import Path

import pytest

from cs231n_lib.course import LESSONS, Lesson
from cs231n_lib.widgets.course_map import LABELS, PLACES, CourseMap, exercises

ROOT = Path(__file__).parents[2]
WRITTEN = [lesson for lesson in LESSONS if (ROOT / "solutions" / lesson.folder).is_dir()]


def html(course_map: CourseMap) -> str:
    return course_map._repr_mimebundle_()["text/html"]


def test_lessons_are_numbered_in_order_and_prepare_later_ones() -> None:
    assert [lesson.number for lesson in LESSONS] == list(range(1, 10))
    assert len(PLACES) == len(LABELS) == len(LESSONS)
    for lesson in LESSONS:
        assert all(later > lesson.number for later in lesson.prepares)
    reached = {later for lesson in LESSONS for later in lesson.prepares} | {1, 5}
    assert reached == set(range(1, 10))


def test_a_lesson_becomes_a_link_when_its_notebook_is_there(tmp_path: Path) -> None:
    assert "<a " not in html(CourseMap(tmp_path))
    assert repr(CourseMap(tmp_path)).count("being written") == 9
    (tmp_path / "01_optimization").mkdir()
    assert "<a " not in html(CourseMap(tmp_path))
    (tmp_path / "01_optimization/01_optimization.ipynb").touch()
    assert re.findall(r'href="(.+?)"', html(CourseMap(tmp_path))) == ["01_optimization/01_optimization.ipynb"]
    assert "Ready (filled): 01." in repr(CourseMap(tmp_path))


def test_two_maps_are_equal_to_the_byte(tmp_path: Path) -> None:
    assert html(CourseMap(tmp_path)) == html(CourseMap(tmp_path))


def test_map_shows_what_is_ready(tmp_path: Path) -> None:
    before = CourseMap(tmp_path).picture.png
    (tmp_path / "01_optimization").mkdir()
    (tmp_path / "01_optimization/01_optimization.ipynb").touch()
    assert CourseMap(tmp_path).picture.png != before
    assert len(before) < 150_000


def test_links_of_the_released_page_lead_somewhere() -> None:
    page = (ROOT / "solutions/index.py").read_text()
    links = re.findall(r"\]\((\S+\.ipynb)\)", page)
    assert links
    assert all((ROOT / "notebooks" / link).exists() for link in links)


@pytest.mark.parametrize("lesson", WRITTEN, ids=lambda lesson: lesson.folder)
def test_hours_leave_time_to_read_and_agree_with_the_lesson(lesson: Lesson) -> None:
    assert sum(exercise.minutes for exercise in exercises(lesson)) <= 60 * lesson.hours
    text = (ROOT / "solutions" / lesson.folder / f"{lesson.folder}.py").read_text()
    assert f"about {lesson.hours} hours" in text
    assert f"# # {lesson.number:02d} · {lesson.title}" in text
