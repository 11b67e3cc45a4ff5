"""Scores are written down and read back, shown as a sheet, and survive a damaged file."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cs231n_lib.__main__ import main
from cs231n_lib.checks import passed
from cs231n_lib.course import milestones, mine, score_sheet
from cs231n_lib.course.plan import LESSONS
from cs231n_lib.course.score_sheet import ScoreSheet
from cs231n_lib.course.student import scores
from cs231n_lib.course.student.scores import FILE, Score, read_scores, write_score
from cs231n_lib.lessons.milestones import Milestone, Trained
from cs231n_lib.lessons.optimization import checks

FIRST, SECOND = LESSONS[:2]


def _train(run: Any, x: Any, y: Any, rng: Any) -> Trained:
    run.relative_error(np.ones(2), np.ones(2))
    return Trained(lambda pixels: np.eye(10)[np.zeros(len(pixels), dtype=int)])


QUICK = Milestone("always a T-shirt", _train, 0.1, 0.01, "It says T-shirt.")


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A student in lesson 01, whose milestone is a quick one."""
    folder = tmp_path / FIRST.folder
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(mine, "has_live_front_end", lambda: True)
    monkeypatch.setattr(mine, "_seen_live", False)
    monkeypatch.setattr(milestones, "milestone_of", lambda lesson: QUICK if lesson is FIRST else None)
    monkeypatch.setattr(passed, "_passed", {})
    return tmp_path


def test_scores_are_read_back(tmp_path: Path) -> None:
    write_score(tmp_path, SECOND, Score(0.833, ("minibatches",)))
    write_score(tmp_path, FIRST, Score(0.8))
    write_score(tmp_path, FIRST, Score(0.821))
    assert read_scores(tmp_path) == {FIRST: Score(0.821), SECOND: Score(0.833, ("minibatches",))}
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "content",
    [None, "", "{", "[]", "null", "\xff", '{"optimization": 3}', '{"optimization": {}}',
     '{"optimization": {"accuracy": "high"}}', '{"optimization": {"accuracy": 82}}',
     '{"optimization": {"accuracy": NaN}}', '{"surfing": {"accuracy": 0.5}}'],
)  # fmt: skip
def test_unreadable_scores_count_as_missing(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_text(content, encoding="latin-1")
    assert read_scores(tmp_path) == {}
    write_score(tmp_path, FIRST, Score(0.82))
    assert read_scores(tmp_path) == {FIRST: Score(0.82)}


def test_milestone_on_library_functions_is_not_recorded(live: Path) -> None:
    shown = repr(milestones.run(1, use=mine))
    assert (
        "Your network classifies 10.0 % of the 1,000 validation images correctly, which is as good as the course's own."
        in shown
    )
    assert shown.endswith("because none of your functions ran from start to end.")
    assert read_scores(live) == {}


def test_milestone_on_student_functions_is_recorded(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(passed._passed, "relative_error", checks.relative_error.reference)
    shown = milestones.run(1, use=mine)
    assert read_scores(live) == {FIRST: Score(0.1)}
    assert repr(shown).endswith("The accuracy is on the score sheet of the start page.")
    assert "Running on <strong>your</strong>" in shown._repr_mimebundle_()["text/html"]


def test_a_folder_that_cannot_be_written_is_no_error(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(passed._passed, "relative_error", checks.relative_error.reference)
    (live / FILE).mkdir()
    assert "The score sheet cannot be written (" in repr(milestones.run(1, use=mine))


@pytest.mark.parametrize(("mean", "words"), [(0.07, "above the course's own"), (0.2, "below the course's own. Check")])
def test_milestone_compares_its_accuracy_with_the_library_s(
    live: Path, monkeypatch: pytest.MonkeyPatch, mean: float, words: str
) -> None:
    other = Milestone("always a T-shirt", _train, mean, 0.01, "It says T-shirt.")
    monkeypatch.setattr(milestones, "milestone_of", lambda lesson: other)
    assert words in repr(milestones.run(1, use=mine))


def test_milestone_run_by_a_program_records_nothing(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CS231N_STATIC", "1")
    monkeypatch.setitem(passed._passed, "relative_error", checks.relative_error.reference)
    assert repr(milestones.run(1, use=mine)).splitlines() == [
        "Milestone 01 · always a T-shirt",
        "The library's functions classify 10.0 ± 1.0 % of the 1,000 validation images correctly "
        "(mean and standard deviation over 20 seeds).",
        "It says T-shirt.",
    ]
    assert read_scores(live) == {}


@pytest.mark.parametrize("pictured", [False, True])
def test_milestone_run_by_a_program_trains_only_for_a_figure(
    live: Path, monkeypatch: pytest.MonkeyPatch, pictured: bool
) -> None:
    monkeypatch.setenv("CS231N_STATIC", "1")
    trained = []

    def train(*given: Any) -> Trained:
        trained.append(True)
        return _train(*given)

    shown: Any = (lambda _: "a figure") if pictured else None
    monkeypatch.setattr(milestones, "milestone_of", lambda lesson: replace(QUICK, train=train, picture=shown))
    milestones.run(1, use=mine)
    assert bool(trained) == pictured


@pytest.mark.parametrize("number", [2, 0, "one"])
def test_a_lesson_without_a_milestone_says_so(live: Path, number: Any) -> None:
    with pytest.raises(ValueError, match=r"has no milestone\. Pass one of 1"):
        milestones.run(number, use=mine)


def test_sheet_has_a_row_per_lesson_with_the_students_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_score(tmp_path, FIRST, Score(0.8165, ("train_softmax_classifier",)))
    monkeypatch.setattr(score_sheet, "has_live_front_end", lambda: True)
    monkeypatch.setattr(score_sheet, "read_course", lambda root: [SimpleNamespace(lesson=SECOND, starred=True)])
    sheet = ScoreSheet(tmp_path)
    html = sheet._repr_mimebundle_()["text/html"]
    assert html.count("<tr") == 1 + len(LESSONS)
    assert "<b>81.7 %</b> (yours with the library&#x27;s train_softmax_classifier)" in html
    assert "81.7 %" in repr(sheet)
    assert ">02 Backpropagation ★</td>" in html
    assert html.count("★") == 1
    assert "Diamonds show your own accuracy, so far for 1 of 9 milestones." in sheet.picture.caption


def test_run_by_a_program_the_sheet_has_no_scores(tmp_path: Path) -> None:
    write_score(tmp_path, FIRST, Score(0.8165))
    sheet = ScoreSheet(tmp_path)
    shown = sheet._repr_mimebundle_()["text/html"] + repr(sheet)
    assert "81.7" not in shown
    assert "82.2 ± 0.6" not in shown


def test_course_s_accuracy_appears_after_the_student_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_score(tmp_path, FIRST, Score(0.8165))
    monkeypatch.setattr(score_sheet, "has_live_front_end", lambda: True)
    sheet = ScoreSheet(tmp_path)
    for shown in (repr(sheet), sheet._repr_mimebundle_()["text/html"]):
        assert "82.2 ± 0.6 %" in shown
        assert "81.2 ± 2.2 %" not in shown
        assert "after yours" in shown


def test_progress_shows_the_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notebooks" / FIRST.folder).mkdir(parents=True)
    write_score(tmp_path / "notebooks", FIRST, Score(0.8165))
    assert main(["progress", "--root", str(tmp_path)]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "82.2 ± 0.6 %" in line]
    assert line.split() == ["01", "Optimization", "81.7", "%", "82.2", "±", "0.6", "%"]


def test_accuracies_are_shown_with_one_digit() -> None:
    assert json.dumps(scores.per_cent(0.82149)) == '"82.1 %"'
