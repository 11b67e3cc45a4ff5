"""The exercise on grid search, which the lesson now gives, still works in a notebook of an earlier release."""

import json
from inspect import getsource
from pathlib import Path
from textwrap import dedent

import pytest
from lessons.training.search_alternatives import RETIRED

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.grading.judge import exercise_of
from cs231n_lib.course import mine
from cs231n_lib.course.plan import exercises_of
from cs231n_lib.lessons.training import checks, given

LESSON = "09_training/09_training.ipynb"
ROOT = Path(__file__).parents[3]
OLD = ROOT / "tests/fixtures/release_0_1"
ANSWER = "    points = sorted(values)  # an answer that was begun\n    return points[0], points, points"
MISTAKES = [mistake.name for mistake in checks.grid_search.mistakes]


def test_lesson_and_library_no_longer_ask_for_it() -> None:
    assert "grid_search" not in exercises_of(checks)
    assert "grid_search" in exercises_of(checks, retired=True)
    assert "grid_search" not in mine.exercises()


def test_old_check_cell_still_finds_its_exercise() -> None:
    assert exercise_of("checks.grid_search()", "training") == (checks.grid_search, True)


@pytest.mark.parametrize("answer", RETIRED["grid_search"])
def test_right_answer_still_earns_its_points(answer: object) -> None:
    result = checks.grid_search(answer)
    assert (result.points, result.mistakes) == (8, ())


@pytest.mark.slow
@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_still_named(name: str) -> None:
    mistake = next(one for one in checks.grid_search.mistakes if one.name == name)
    result = checks.grid_search(mistake.implementation)
    assert result.points < 8
    assert name in dict(result.mistakes)


@pytest.mark.parametrize("is_known", [True, False])
def test_start_keeps_an_old_answer_in_a_text_cell(is_known: bool, tmp_path: Path) -> None:
    notebook = json.loads((OLD / "notebooks" / LESSON).read_text(encoding="utf-8"))
    if is_known:
        (tmp_path / ".handed_out").mkdir()
        (tmp_path / ".handed_out/09_training.ipynb").write_text(json.dumps(notebook | {"metadata": {}}))
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == "grid_search")
    header = "".join(cell["source"]).partition("    # Your code goes here")[0]
    cell["source"] = header + ANSWER
    (tmp_path / LESSON).parent.mkdir()
    (tmp_path / LESSON).write_text(json.dumps(notebook))
    assert main(["start", str(tmp_path), "--no-lab"]) == 0
    cells = json.loads((tmp_path / LESSON).read_text(encoding="utf-8"))["cells"]
    (kept,) = (one for one in cells if ANSWER in "".join(one["source"]))
    assert kept["cell_type"] == "markdown"
    assert "".join(kept["source"]).startswith("*Your answer to `grid_search`, which this lesson no longer has:*")
    assert not [one for one in cells if one.get("metadata", {}).get("nbgrader", {}).get("grade_id") == "grid_search"]


def test_lesson_shows_the_given_function() -> None:
    text = (ROOT / "solutions/09_training/09_training.py").read_text(encoding="utf-8")
    body = dedent(getsource(given.grid_search).rpartition('"""\n')[2]).strip().splitlines()
    assert "\n".join(f"# {line}" for line in ["```python", *body, "```"]) in text
    assert "from cs231n_lib.lessons.training.given import grid_search\n" in text
