"""The review asks at most three questions a day, the wrongly answered first, and loses no answer."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipywidgets
import pytest

from cs231n_lib import course as course_package
from cs231n_lib.__main__ import main
from cs231n_lib.checks import Exercise
from cs231n_lib.course.plan import LESSONS, checks_of, exercises_of
from cs231n_lib.course.student.progress import Answer, AnswerState, Progress
from cs231n_lib.course.student.review import schedule, session
from cs231n_lib.course.student.review.in_lesson import record_answer
from cs231n_lib.course.student.review.page import Review
from cs231n_lib.course.student.review.questions import ReviewQuestion, questions_of
from cs231n_lib.course.student.review.schedule import (
    FILE,
    State,
    answered,
    choose,
    done_lessons,
    read_state,
    record,
    write_state,
)
from cs231n_lib.course.student.review.session import DONE, NOTHING_DONE, NOTHING_DUE, Session
from cs231n_lib.course.student.review.terminal import review
from cs231n_lib.lessons.optimization import checks as first_checks
from cs231n_lib.widgets import answered as notices
from cs231n_lib.widgets.warm_up import Number

FIRST, SECOND = LESSONS[:2]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE, TWO = questions_of(FIRST), questions_of(SECOND)
DAY = timedelta(days=1)


def keys(questions: list[ReviewQuestion]) -> list[str]:
    return [one.key for one in questions]


def right_answer(question: ReviewQuestion) -> str:
    return str(question.ask.answer)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of a student who has done the first lesson."""
    (tmp_path / FIRST.folder).mkdir()
    monkeypatch.setattr(session, "read_course", lambda folder: [])
    monkeypatch.setattr(session, "done_lessons", lambda found: [FIRST])
    return tmp_path


def test_at_most_three_questions_in_a_day() -> None:
    state = State()
    for left in (3, 2, 1, 0):
        chosen = choose(ONE, state, NOON)
        assert len(chosen) == left
        if chosen:
            state = answered(state, chosen[0].key, True, NOON)
    assert len(choose(ONE, state, NOON + DAY)) == 3


def test_wrongly_answered_questions_come_first() -> None:
    state = State()
    for question, right in zip(ONE[:3], (True, False, True), strict=True):
        state = answered(state, question.key, right, NOON)
    assert keys(choose(ONE, state, NOON + DAY))[0] == ONE[1].key
    assert keys(choose(ONE[:3], state, NOON + 60 * DAY)) == keys([ONE[1], ONE[0], ONE[2]])


def test_longest_ago_comes_first_among_right_answers() -> None:
    state = State()
    for days, question in enumerate(reversed(ONE[:3])):
        state = answered(state, question.key, True, NOON + days * DAY)
    assert keys(choose(ONE[:3], state, NOON + 60 * DAY)) == keys(ONE[2::-1])


def test_last_place_is_for_a_new_question() -> None:
    state = State()
    for question in ONE[:5]:
        state = answered(state, question.key, True, NOON)
    assert keys(choose(ONE, state, NOON + 60 * DAY)) == keys([ONE[0], ONE[1], ONE[5]])
    for question in ONE[2:5]:
        state = answered(state, question.key, False, NOON + DAY)
    assert keys(choose(ONE, state, NOON + 60 * DAY)) == keys(ONE[2:5]), "three wrong answers take all places"


def test_new_questions_alternate_between_lessons() -> None:
    chosen = choose([*ONE, *TWO], State(), NOON)
    assert keys(chosen) == [ONE[0].key, TWO[0].key, ONE[1].key]
    seen = answered(answered(State(), ONE[0].key, True, NOON), ONE[1].key, True, NOON)
    assert keys(choose([*ONE, *TWO], seen, NOON + DAY)) == keys([TWO[0], TWO[1], ONE[2]])


def test_intervals_grow_and_a_wrong_answer_shortens_them() -> None:
    state, now, intervals = State(), NOON, []
    for right in (True, True, True, False, True):
        state = answered(state, "key", right, now)
        due = state.memories["key"].due
        intervals.append((due - now).days)
        now = due
    first, second, third, after_error, _ = intervals
    assert 1 < first < second < third <= schedule.MAX_DAYS
    assert after_error == 1


def test_clock_set_back_does_not_stop_the_review() -> None:
    state = answered(answered(State(), ONE[0].key, True, NOON), ONE[0].key, True, NOON - 30 * DAY)
    assert len(choose(ONE, state, NOON - 29 * DAY)) == 3


def test_answers_are_read_back(tmp_path: Path) -> None:
    before = answered(answered(State(), ONE[0].key, True, NOON), ONE[1].key, False, NOON)
    write_state(tmp_path, before)
    assert read_state(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_answers_to_unknown_questions_are_kept(tmp_path: Path) -> None:
    record(tmp_path, "surfing.waves", True, NOON)
    record(tmp_path, ONE[0].key, True, NOON)
    assert set(read_state(tmp_path).memories) == {"surfing.waves", ONE[0].key}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 5000, b'{"questions": 3}', b"{}"])
def test_damaged_file_gets_a_sentence_and_is_kept(course: Path, content: bytes) -> None:
    (course / FILE).write_bytes(content)
    damage = read_state(course).damage
    assert damage.startswith(f"{FILE} is damaged")
    now = Session(course, NOON)
    assert len(now.remaining) == 3
    assert now.damage == damage
    assert (course / FILE).read_bytes() == content, "reading changes nothing"
    now.answer(right_answer(ONE[0]), NOON)
    assert (course / "review-damaged-1.json").read_bytes() == content
    assert set(read_state(course).memories) == {ONE[0].key}
    (course / FILE).write_bytes(b"again")
    record(course, ONE[1].key, True, NOON)
    assert [(course / f"review-damaged-{n}.json").read_bytes() for n in (1, 2)] == [content, b"again"]


@pytest.mark.parametrize(
    "damage", [{"due": "soon"}, {"stability": -1}, {"stability": 1e400}, {"difficulty": None}, {"right": 1}, {"due": 5}]
)
def test_readable_entries_of_a_damaged_file_count(tmp_path: Path, damage: dict[str, Any]) -> None:
    record(tmp_path, ONE[0].key, True, NOON)
    record(tmp_path, ONE[1].key, True, NOON)
    written = json.loads((tmp_path / FILE).read_text())
    written["questions"][ONE[0].key] |= damage
    (tmp_path / FILE).write_text(json.dumps(written))
    state = read_state(tmp_path)
    assert state.damage
    assert set(state.memories) == {ONE[1].key}


def test_folder_that_cannot_be_written_is_reported(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(files: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(schedule, "write_files", full)
    now = Session(course, NOON)
    judgement = now.answer(right_answer(ONE[0]), NOON)
    assert judgement
    assert judgement.right
    assert "cannot be written (No space left on device)" in now.damage
    assert now.question == ONE[1], "the session goes on"


def _progress(state: AnswerState) -> Progress:
    core = [one for one in exercises_of(checks_of(FIRST.slug)).values() if one.importance == "core"]
    others = [one for one in exercises_of(checks_of(FIRST.slug)).values() if one.importance != "core"]

    def answer(exercise: Exercise, state: AnswerState) -> Answer:
        return Answer(exercise.name, "", exercise.points, state)

    answers = [answer(one, AnswerState.RIGHT) for one in core[1:]]
    answers += [answer(core[0], state), *(answer(one, AnswerState.NOT_BEGUN) for one in others)]
    return Progress(FIRST, tuple(answers))


def test_lesson_is_done_if_its_core_is_right() -> None:
    assert done_lessons([_progress(AnswerState.RIGHT)]) == [FIRST]
    assert done_lessons([_progress(AnswerState.PARTLY)]) == []
    assert done_lessons([Progress(SECOND), Progress(SECOND, here=False)]) == []


def test_answer_in_a_lesson_takes_no_place_of_the_day(tmp_path: Path) -> None:
    state = record(tmp_path, ONE[0].key, False, NOON, in_review=False)
    assert len(choose(ONE, state, NOON)) == 3
    assert keys(choose(ONE, state, NOON + DAY))[0] == ONE[0].key


def test_only_first_answer_of_a_day_counts_in_a_lesson(tmp_path: Path) -> None:
    record(tmp_path, ONE[0].key, False, NOON, in_review=False)
    assert not record(tmp_path, ONE[0].key, True, NOON, in_review=False).memories[ONE[0].key].right
    assert record(tmp_path, ONE[0].key, True, NOON + DAY, in_review=False).memories[ONE[0].key].right


@pytest.fixture
def in_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folder of a course, while a notebook of its second lesson runs in a live front end."""
    (tmp_path / SECOND.folder).mkdir()
    monkeypatch.chdir(tmp_path / SECOND.folder)
    monkeypatch.setattr("cs231n_lib.widgets.warm_up.has_live_front_end", lambda: True)
    monkeypatch.setattr("cs231n_lib.widgets.prediction.has_live_front_end", lambda: True)
    yield tmp_path
    ipywidgets.Widget.close_all()


def test_first_try_of_a_warm_up_is_recorded(in_lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bool] = []
    monkeypatch.setattr(notices, "_listeners", [*notices._listeners, lambda question, right: heard.append(right)])
    question = checks_of(SECOND.slug).warm_up.questions[1]
    assert isinstance(question, Number)
    _, field, button, *_ = question._widget(lambda: None).children
    for given in ("two", "2.7", "2.4"):
        field.value = given
        button.click()
    assert {key: one.right for key, one in read_state(in_lesson).memories.items()} == {
        "backpropagation.warm_up_2": False
    }
    assert heard == [False], "later tries are not told"


def test_prediction_is_recorded(in_lesson: Path) -> None:
    page = SimpleNamespace(update=lambda shown: None)
    prediction = checks_of(SECOND.slug).predict_start
    prediction._reveal("a", page, page, None)
    assert [(key, one.right) for key, one in read_state(in_lesson).memories.items()] == [
        ("backpropagation.predict_start", False)
    ]


def test_questions_outside_the_review_are_not_recorded(in_lesson: Path) -> None:
    record_answer(checks_of(SECOND.slug).predict_second_call, True)  # left out of the review
    record_answer(first_checks.predict_noise, True)  # the folder of its lesson is missing
    assert not (in_lesson / FILE).exists()


def test_course_listens_to_answers() -> None:
    assert course_package._record_answer in notices._listeners


def converse(course: Path, *given: str) -> list[str]:
    """What the review in a terminal says to these inputs, after which the input ends."""
    said: list[str] = []
    inputs = iter(given)

    def ask(prompt: str) -> str:
        try:
            return next(inputs)
        except StopIteration:
            raise EOFError from None

    review(course, ask, said.append)
    return said


def wrong_answer(question: ReviewQuestion) -> str:
    return next(str(given) for given in question.ask.wrong)  # type: ignore[union-attr]  # not a prediction


def test_terminal_asks_three_questions(course: Path) -> None:
    said = converse(course, "seven", wrong_answer(ONE[0]), right_answer(ONE[1]), right_answer(ONE[2]))
    text = "\n".join(said)
    assert "From lesson 01, Optimization" in said[0]
    assert said[1] == "Write a number, such as 0.25 or 1/4."
    assert "✗ Not right." in said[2]
    assert text.count("✓ Right.") == 2
    assert said[-1] == DONE
    assert converse(course) == [NOTHING_DUE]
    assert [one.right for one in read_state(course).memories.values()] == [False, True, True]


def test_terminal_names_the_options(course: Path) -> None:
    record(course, ONE[0].key, True, in_review=False)
    assert converse(course, "seven")[1] == "Write one of a, b, c."


def test_skipped_questions_are_not_replaced(course: Path) -> None:
    said = converse(course, "", "", "")
    assert len(said) == 4
    assert said[-1] == DONE
    assert not (course / FILE).exists()
    assert converse(course, "", "", "") == said, "they are asked again the next time"


def test_terminal_ends_at_q_and_at_the_end_of_input(course: Path) -> None:
    assert len(converse(course, "q")) == len(converse(course)) == 1
    assert not (course / FILE).exists()


def test_review_waits_for_a_lesson_done(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "done_lessons", lambda found: [])
    assert converse(course) == [NOTHING_DONE]


def test_command_needs_a_folder_with_lessons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "--root", str(tmp_path)]) == 1
    assert "has no lessons" in capsys.readouterr().err


def test_command_reviews_the_saved_lessons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / FIRST.folder
    folder.mkdir()
    (folder / f"{FIRST.folder}.ipynb").write_text('{"cells": []}')
    assert main(["review", "--root", str(tmp_path)]) == 0
    assert NOTHING_DONE in capsys.readouterr().out


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What the start page displays in a live front end."""
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    monkeypatch.setattr("cs231n_lib.course.student.review.page.has_live_front_end", lambda: True)
    yield shown
    ipywidgets.Widget.close_all()


def test_page_shows_reply_and_right_answer(course: Path, shown: list[Any]) -> None:
    number = ONE[0]
    assert isinstance(number.ask, Number)
    Review(course)._ipython_display_()
    content = shown[0].children[0]
    _, field, buttons, feedback = content.children
    buttons.children[0].click()
    assert content.children[1] is field, "an empty field is no answer"
    field.value = "much"
    buttons.children[0].click()
    assert "Write a number" in feedback.value
    field.value = wrong_answer(number)
    buttons.children[0].click()
    verdict, more = content.children
    assert "✗ Your answer was" in verdict.value
    assert "The right answer is" in verdict.value
    assert not read_state(course).memories[number.key].right
    more.click()
    assert len(content.children) == 4


def test_page_skips_without_writing(course: Path, shown: list[Any]) -> None:
    Review(course)._ipython_display_()
    content = shown[0].children[0]
    for _ in range(3):
        content.children[2].children[1].click()
    assert DONE in content.children[0].value
    assert not (course / FILE).exists()


def test_page_without_front_end_explains_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    Review(tmp_path)._ipython_display_()
    assert "python -m cs231n_lib review" in shown[0]._repr_mimebundle_()["text/plain"]


def test_scheduler_is_loaded_on_use_only() -> None:
    modules = "cs231n_lib, cs231n_lib.course.mine, cs231n_lib.course.student.review.page"
    code = f"import sys, {modules}; sys.exit('fsrs' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_thirty_days_of_a_student() -> None:
    """Wrong answers return on the next day, no day has more than three questions, and each day has a new one."""
    state, pool = State(), [*ONE, *TWO]
    for day in range(30):
        now = NOON + day * DAY
        chosen = choose(pool, state, now)
        wrong = {key for key, one in state.memories.items() if not one.right}
        assert {one.key for one in chosen} >= wrong
        assert len(chosen) == 3
        for number, question in enumerate(chosen):
            state = answered(state, question.key, (day + number) % 4 != 0, now)
    assert set(state.memories) == set(keys(pool))
