"""A lesson is named by its number, its name or its folder, in every command alike."""

import sys
from pathlib import Path

import pytest

from cs231n_lib.__main__ import main
from cs231n_lib.course.plan import BRIDGE, NOTEBOOKS, LessonError, find_folder, find_lesson


@pytest.mark.parametrize("lesson", NOTEBOOKS, ids=lambda lesson: lesson.slug)
def test_every_way_to_name_a_lesson(lesson):
    for name in (f"{lesson.number}", f"{lesson.number:02d}", lesson.slug, lesson.folder):
        assert find_lesson(name) == find_lesson(name.upper()) == lesson
        assert find_folder(name) == lesson.folder


def test_lessons_of_a_class_come_first():
    assert find_folder("1", ["01_demo"]) == find_folder("Demo", ["01_demo"]) == "01_demo"
    assert find_folder("optimization", ["01_demo"]) == "01_optimization"


@pytest.mark.parametrize("name", ["", "000", "11", "optim", "1_optimization", "_", "../.."])
def test_a_wrong_name_lists_the_lessons(name):
    with pytest.raises(LessonError) as told:
        find_folder(name, ["01_demo", "plain"])
    message = str(told.value)
    assert message.startswith(
        f"No lesson is called {name!r}. Pass the number, name or folder of one of 01_demo, plain, 00_primer, "
    )
    assert BRIDGE.folder in message
    assert message.count(".") == 2 + name.count(".")


@pytest.mark.parametrize("command", [
    ["build", "waves"], ["progress", "waves"], ["grade", "waves"], ["collect", "waves", "a.zip"],
    ["export", "waves", "a.csv"], ["gradescope", "waves"], ["report", "waves"],
])  # fmt: skip
def test_commands_list_the_lessons(command, tmp_path: Path, capsys):
    for part in ("notebooks", "solutions"):
        for file in (f"01_optimization/01_optimization.{'py' if part == 'solutions' else 'ipynb'}", "figures/a.py"):
            (tmp_path / part / file).parent.mkdir(parents=True)
            (tmp_path / part / file).touch()
    assert main([*command, "--root", str(tmp_path)]) == 1
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert error.startswith("No lesson is called 'waves'. Pass the number, name or folder of one of 0")
    assert "01_optimization, " in error


@pytest.mark.parametrize(("lesson", "asked"), [("01", "01_optimization"), ("Training", "09_training")])
def test_benchmarks_take_a_number(lesson, asked, monkeypatch):
    from benchmarks import grading

    class CalledError(Exception):
        pass

    def called(students, wrong, lesson, *others):
        raise CalledError(lesson)

    monkeypatch.setattr(grading, "main", called)
    monkeypatch.setattr(sys, "argv", ["benchmarks", "grading", "--lesson", lesson])
    with pytest.raises(CalledError, match=asked):
        _run_benchmarks()


def test_benchmarks_list_the_lessons(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["benchmarks", "grading", "--lesson", "waves"])
    with pytest.raises(SystemExit):
        _run_benchmarks()
    assert (
        "No lesson is called 'waves'. Pass the number, name or folder of one of 00_primer, 01_optimization, "
        in capsys.readouterr().err
    )


def _run_benchmarks():
    import runpy

    runpy.run_module("benchmarks", run_name="__main__")
