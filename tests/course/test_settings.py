"""A class's settings: what is set, what that makes of the points, and a clear word for each slip."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cs231n_lib.course.settings import FILE, LessonSettings, Settings, SettingsError, read_settings

ROOT = Path(__file__).parents[2]
POINTS = {"easy": 10.0, "fair": 20.0, "hard": 30.0, "last": 34.0}
ALL = """
[grading]
seed = "a class's own"
[show]
places = false
solutions = false
changes = false
changes_in_feedback = true
[lessons.01_optimization]
due = 2027-02-01T18:00:00Z
leave_out = ["relative_error"]
points = { numerical_gradient = 12 }
"""


def settings(folder: Path, text: str) -> Settings:
    (folder / FILE).write_text(text)
    return read_settings(folder)


def shared(**lesson: object) -> dict[str, float]:
    set_for_lesson = LessonSettings(**lesson)  # type: ignore[arg-type]
    return Settings(Path(FILE), lessons={"01_optimization": set_for_lesson}).share_points("01_optimization", POINTS)


def test_the_shipped_file_and_none_set_nothing(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings(tmp_path / FILE)
    assert read_settings(ROOT) == Settings(ROOT / FILE)
    assert Settings(tmp_path).for_students("01_optimization") == {}


def test_what_the_shipped_file_shows_can_be_set(tmp_path: Path) -> None:
    lines = (ROOT / FILE).read_text().splitlines()
    text = "\n".join(line.removeprefix("# ") if "=" in line or line.startswith("# [") else line for line in lines)
    found = settings(tmp_path, text)
    assert found.seed
    assert found.show_places
    assert found.lesson("01_optimization").leave_out == ("relative_error",)


def test_settings_are_read_and_students_get_all_but_the_seed(tmp_path: Path) -> None:
    found = settings(tmp_path, ALL)
    assert (found.seed, found.show_places, found.show_solutions) == ("a class's own", False, False)
    assert found.lesson("01_optimization") == LessonSettings(
        datetime(2027, 2, 1, 18, tzinfo=UTC), ("relative_error",), {"numerical_gradient": 12}
    )
    assert (found.show_changes, found.show_changes_in_feedback) == (False, True)
    assert not settings(tmp_path, "").show_changes_in_feedback
    told = {"show_places": False, "show_solutions": False, "show_changes": False}
    assert found.for_students("02_backpropagation") == told
    in_first = {"due": "2027-02-01T18:00:00+00:00", "leave_out": ["relative_error"], **told}
    assert found.for_students("01_optimization") == in_first


def test_walls_of_the_sandbox_may_be_named_and_no_others(tmp_path: Path) -> None:
    assert settings(tmp_path, '[grading]\nallow_missing_walls = ["seccomp"]').allow_missing_walls == ("seccomp",)
    for wall in ('"network"', "1"):
        with pytest.raises(
            SettingsError, match=r"(?s)grading.allow_missing_walls: the sandbox has no wall .*from: seccomp, "
        ):
            settings(tmp_path, f"[grading]\nallow_missing_walls = [{wall}]")


def test_left_out_points_are_shared_in_proportion_as_integers() -> None:
    assert shared() == POINTS
    assert shared(leave_out=("hard",)) == {"easy": 15, "fair": 29, "hard": 0, "last": 50}
    assert shared(points={"hard": 62}) == {"easy": 5, "fair": 10, "hard": 62, "last": 17}
    assert shared(leave_out=("easy",), points={"fair": 30}) == {"easy": 0, "fair": 30, "hard": 30, "last": 34}
    assert list(shared(leave_out=("hard",))) == list(POINTS)


@pytest.mark.parametrize("left_out", POINTS)
def test_the_sum_of_a_lesson_stays(left_out: str) -> None:
    assert sum(shared(leave_out=(left_out,)).values()) == sum(POINTS.values())


@pytest.mark.parametrize(
    ("lesson", "told"),
    [
        (
            {"leave_out": ("eazy",)},
            r"leave_out: the lesson has no exercise 'eazy'.\n  Remedy: write one of: easy, fair, hard, last",
        ),
        ({"points": {"eazy": 3}}, r"class.toml, lessons.01_optimization.points: the lesson has no exercise 'eazy'"),
        ({"points": {"hard": 93}}, r"leave 1 of the .*\n  Remedy: leave at least 1 for each of easy, fair, last"),
        ({"leave_out": tuple(POINTS)}, r"leave 94 of the lesson's 94 points .*\n  Remedy: make the points add up"),
    ],
)
def test_points_that_do_not_add_up_are_refused(lesson: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        shared(**lesson)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seed = 1", "class.toml, seed: this key is unknown.\n  Remedy: write one of: grading, show, late, lessons"),
        ("[grading]\nsead = 'x'", r"grading.sead: this key is unknown.\n  Remedy: write one of: seed"),
        ("[grading]\nseed = 1", "grading.seed: 1 has the wrong type.\n  Remedy: write a string in quotation marks"),
        ("[show]\nplaces = 'no'", "show.places: 'no' .* true or false"),
        ("show = true", "show: True has the wrong type.\n  Remedy: write a table"),
        (
            "[lessons.01_optimisation]",
            "lessons.01_optimisation: this key is unknown.\n  Remedy: .* 01_optimization, 02_back",
        ),
        ("[lessons.01_optimization]\ndue = 2027-02-01", "01_optimization.due: .* a date with a time, such as"),
        ("[lessons.01_optimization]\nleave_out = 'adam'", "leave_out: 'adam' .* a list of names"),
        ("[lessons.01_optimization]\nleave_out = [1]", "leave_out: it contains values that are not names"),
        (
            "[lessons.01_optimization]\npoints = { adam = -1 }",
            "points.adam: -1 is not a valid number .* add the exercise to leave_out",
        ),
        ("[lessons.01_optimization]\npoints = { adam = true }", "points.adam: True is not a valid number of points"),
        (
            "[lessons.01_optimization]\nleave_out = ['a']\npoints = { a = 1 }",
            "points.a: the exercise is also in leave_out",
        ),
        ("[late]\npercent_a_day = 101", "late.percent_a_day: 101 is out of range.\n  Remedy: .* from 0 to 100"),
        ("[late]\nfree_minutes = -1", "late.free_minutes: -1 is out of range.\n  Remedy: .* of at least 0"),
        (
            "[late]\nslip_days = 366",
            "late.slip_days: 366 is out of range.\n  Remedy: write a whole number from 0 to 365",
        ),
        ("[late]\nfree_minutes = 0.5", "late.free_minutes: 0.5 has the wrong type.\n  Remedy: .* whole number"),
        ("[grading", "class.toml, whole file: it cannot be read"),
    ],
)
def test_each_slip_is_told_with_file_key_and_remedy(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"(?s){told}"):
        settings(tmp_path, text)
