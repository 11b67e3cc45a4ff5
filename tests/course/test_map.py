"""The start page's map: true to the lessons and the student's points, and for everyone drawn the same each time."""

import json
import re
import shutil
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cs231n_lib.course import map as course_map
from cs231n_lib.course.map import LABELS, PLACES, CourseMap, _draw, _status_text
from cs231n_lib.course.plan import BRIDGE, LESSONS, NOTEBOOKS, PRIMER
from cs231n_lib.course.student.notebook import read
from cs231n_lib.course.student.progress import Answer, AnswerState, Progress, notebook_path
from cs231n_lib.widgets.picture import Picture

ROOT = Path(__file__).parents[2]
WRITTEN = [lesson for lesson in LESSONS if (ROOT / "solutions" / lesson.folder).is_dir()]


def html(course_map: CourseMap) -> str:
    return course_map._repr_mimebundle_()["text/html"]


def test_lessons_are_numbered_in_order_and_prepare_later_ones() -> None:
    assert [lesson.number for lesson in LESSONS] == list(range(1, len(LESSONS) + 1))
    assert [one.number for one in NOTEBOOKS] == list(range(len(NOTEBOOKS)))
    assert len(PLACES) == len(LABELS) >= len(NOTEBOOKS)
    for lesson in LESSONS:
        assert all(later > lesson.number for later in lesson.prepares)
    reached = {later for lesson in LESSONS for later in lesson.prepares} | {1, 5}
    assert reached == set(range(1, len(LESSONS) + 1))


def test_a_lesson_becomes_a_link_when_its_notebook_is_there(tmp_path: Path) -> None:
    empty = CourseMap(tmp_path)
    assert "<a " not in html(empty)
    assert repr(empty).count("being written") == len(NOTEBOOKS)
    (tmp_path / "01_optimization").mkdir()
    assert "<a " not in html(CourseMap(tmp_path))
    (tmp_path / "01_optimization/01_optimization.ipynb").touch()
    ready = CourseMap(tmp_path)
    assert re.findall(r'href="(.+?)"', html(ready)) == ["01_optimization/01_optimization.ipynb"]
    assert "can open (01)" in repr(ready)


def test_ungraded_lesson_is_a_link_without_points(answered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = CourseMap(answered)
    (answered / BRIDGE.folder).mkdir()
    (answered / notebook_path(BRIDGE)).touch()
    for live in (True, False):
        monkeypatch.setattr(course_map, "has_live_front_end", lambda live=live: live)
        after = CourseMap(answered)
        (card,) = re.findall(r'<a href="10_bridge/10_bridge.ipynb".+?</div></div>', html(after))
        assert "optional, no points" in card
        assert "of 100" not in card
        assert "height: 6px" not in card  # no bar
    assert after.picture.png != before.picture.png
    assert _status_text(BRIDGE, True, None) == "optional, 1½ h"


def test_primer_card_counts_its_exercises_without_points(tmp_path: Path) -> None:
    (tmp_path / PRIMER.folder).mkdir()
    (tmp_path / notebook_path(PRIMER)).touch()
    (card,) = re.findall(r'<a href="00_primer/00_primer.ipynb".+?</div></div>', html(CourseMap(tmp_path)))
    assert "8\N{NO-BREAK SPACE}exercises · optional, no points · prepares you for 01" in card


def test_two_maps_are_byte_identical(tmp_path: Path) -> None:
    assert html(CourseMap(tmp_path)) == html(CourseMap(tmp_path))


def test_map_shows_what_is_ready(tmp_path: Path) -> None:
    before = CourseMap(tmp_path).picture.png
    (tmp_path / "01_optimization").mkdir()
    (tmp_path / "01_optimization/01_optimization.ipynb").touch()
    assert CourseMap(tmp_path).picture.png != before
    assert len(before) < 150_000


@pytest.fixture
def answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lesson 01 with one right answer, opened by a person."""
    monkeypatch.setattr(course_map, "has_live_front_end", lambda: True)
    lesson = tmp_path / LESSONS[0].folder
    shutil.copytree(ROOT / "notebooks" / LESSONS[0].folder, lesson)
    path = lesson / f"{lesson.name}.ipynb"
    notebook = json.loads(path.read_text())
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    cells["numerical_gradient"]["source"] = "def numerical_gradient(): ..."
    result = {"output_type": "execute_result", "data": {"text/plain": "8.0"}, "metadata": {}, "execution_count": 2}
    cells["check_numerical_gradient"] |= {"execution_count": 2, "outputs": [result]}
    path.write_text(json.dumps(notebook))
    return tmp_path


def test_a_student_sees_points_and_a_link_to_what_is_next(answered: Path) -> None:
    course = CourseMap(answered)
    shown = html(course)
    exercises = len(read(answered / notebook_path(LESSONS[0])).checks)
    assert f"<b>8 of 100</b> · 1 of {exercises} exercises right · 6 points by hand" in shown
    assert re.search(r"<b>Next:</b> <a href=\"(.+?)\"", shown)[1] == (
        "01_optimization/01_optimization.ipynb#cell-id=markdown-08"
    )
    assert "width: 8%; height: 6px" in shown
    assert shown.count("being written · plan") == len(NOTEBOOKS) - 1
    assert "Next: numerical_gradient_centered in lesson 01, Optimization (not begun)" in repr(course)


def test_the_ring_grows_with_the_points() -> None:
    def blue(points: float) -> int:
        progress = Progress(LESSONS[0], (Answer("", "", 100, AnswerState.PARTLY, points),))
        png = Picture(_draw(LESSONS[:1], [progress]), "").png
        pixels = np.asarray(Image.open(BytesIO(png)).convert("RGB"), dtype=int)
        return int((pixels[..., 2] - pixels[..., 0] > 80).sum())  # the water's blue is paler

    none, half, all_of_it = blue(0), blue(50), blue(100)
    assert half - none > 500
    assert all_of_it - half == pytest.approx(half - none, rel=0.1)


def test_map_run_by_a_program_shows_no_points(answered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_map, "has_live_front_end", lambda: False)
    course = CourseMap(answered)
    shown = html(course)
    assert "Your own points:" in shown
    assert "Next:" not in shown
    assert "8 of 100" not in shown + repr(course)
    assert re.findall(r"width: (\d+)%; height: 6px", shown) == ["0"]


def test_a_broken_and_a_renamed_notebook_say_so_on_their_cards(answered: Path) -> None:
    path = answered / notebook_path(LESSONS[0])
    text = path.read_text()
    path.write_text(text[:-100])
    shown = html(CourseMap(answered))
    assert "cannot be read (the file ends in the middle)" in shown
    assert "of 100</b>" not in shown
    path.rename(path.with_name("mine & theirs.ipynb"))
    course = CourseMap(answered)
    shown = html(course)
    assert "the folder has mine &amp; theirs.ipynb, so rename your notebook to 01_optimization.ipynb" in shown
    assert "<a " not in shown
    assert shown.count("being written · plan") == len(NOTEBOOKS) - 1
    assert [_status_text(one.lesson, False, one) for one in course.course[:2]] == [
        "cannot be read",
        "being written",
    ]


def test_links_of_the_released_page_lead_somewhere() -> None:
    page = (ROOT / "solutions/index.py").read_text()
    links = re.findall(r"\]\((\S+\.ipynb)\)", page)
    assert links
    assert all((ROOT / "notebooks" / link).exists() for link in links)
