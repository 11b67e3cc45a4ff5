"""The last question of a lesson keeps an answer beside the score sheet."""

from pathlib import Path
from typing import Any

import jupytext
import pytest

from cs231n_lib.course.plan import LESSONS, Lesson
from cs231n_lib.course.student import closing
from cs231n_lib.course.student.closing import FILE, LastQuestion, Reply, read_answers, write_answer

ROOT = Path(__file__).parents[2]


def controls(question: LastQuestion) -> dict[str, Any]:
    """The widgets of a question by their description."""
    said, *others = question._widget().children[:4]
    return {"said": said} | {one.description: one for one in others}


def test_an_answer_is_kept_beside_those_of_other_lessons(tmp_path: Path) -> None:
    write_answer(tmp_path, "01_optimization", Reply("3 h", "the kinks"))
    write_answer(tmp_path, "02_backpropagation", Reply("4 h"))
    write_answer(tmp_path, "01_optimization", Reply("3 h", "∂L/∂w"))
    assert read_answers(tmp_path) == {"01_optimization": Reply("3 h", "∂L/∂w"), "02_backpropagation": Reply("4 h")}


@pytest.mark.parametrize("text", ["", "[]", '{"01_optimization": 3}', '{"01_optimization": {"time": 3}}', "\ud800"])
def test_a_damaged_file_counts_as_no_answer(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_bytes(text.encode("utf-8", "surrogatepass"))
    assert read_answers(tmp_path) == {}
    write_answer(tmp_path, "02_backpropagation", Reply("4 h"))
    assert read_answers(tmp_path) == {"02_backpropagation": Reply("4 h")}


def test_the_button_keeps_the_answer_and_shows_it_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "lessons_folder", lambda: tmp_path)
    shown = controls(LastQuestion("04_architecture"))
    shown["Time it took"].value, shown["Stuck at"].value = "5 hours", "exercise 4"
    assert read_answers(tmp_path) == {}
    shown["Keep my answer"].click()
    assert read_answers(tmp_path) == {"04_architecture": Reply("5 hours", "exercise 4")}
    assert "<b>Kept</b>" in shown["said"].value or "<strong>Kept</strong>" in shown["said"].value
    again = controls(LastQuestion("04_architecture"))
    assert (again["Time it took"].value, again["Stuck at"].value) == ("5 hours", "exercise 4")
    assert controls(LastQuestion("05_preprocessing"))["Time it took"].value == ""


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(closing, "lessons_folder", lambda: tmp_path / "file")
    shown = controls(LastQuestion("04_architecture"))
    shown["Keep my answer"].click()
    assert "cannot be written" in shown["said"].value


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_every_lesson_ends_with_the_question(lesson: Lesson) -> None:
    path = ROOT / "solutions" / lesson.folder / f"{lesson.folder}.py"
    last = jupytext.read(path, fmt="py:percent").cells[-1]
    assert last.metadata["beside"] == "closing"
    assert last.source.splitlines()[-1] == f'LastQuestion("{lesson.folder}")'
