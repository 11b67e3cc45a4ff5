"""After a named mistake is mended, one question about it follows the report, once and for a person only."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cs231n_lib.checks import passed
from cs231n_lib.course import mine
from cs231n_lib.course.plan import LESSONS, Lesson, checks_of, exercises_of
from cs231n_lib.course.student.review import mended
from cs231n_lib.course.student.review.mended import ask_after, questions_of
from cs231n_lib.lessons.optimization import checks

FIRST = LESSONS[0]
KEY = "minibatches", "batches evened out"


def right(n: int, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(n)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


class Shell:
    """Stands for IPython's shell and its events."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.events = self

    def register(self, name: str, function: Any) -> None:
        assert name == "post_run_cell"
        self.waiting.append(function)

    def unregister(self, name: str, function: Any) -> None:
        self.waiting.remove(function)


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], list[Any]]]:
    """Runs the check of this function in a live front end, and returns the questions that follow."""
    asked: list[Any] = []
    shell = Shell()
    monkeypatch.setattr(mended, "has_live_front_end", lambda: True)
    monkeypatch.setattr(mended, "_asked", set())
    monkeypatch.setattr(passed, "_named", {})
    monkeypatch.setattr(passed, "_passed", {})
    monkeypatch.setattr(mended, "_shell", lambda: shell)
    monkeypatch.setattr("cs231n_lib.widgets.warm_up.MultipleChoice.__call__", lambda self: asked.append(self))
    main = sys.modules["__main__"]

    def run(function: Any) -> list[Any]:
        main.minibatches = function  # type: ignore[attr-defined]  # the notebook's function
        checks.minibatches()
        assert asked == [], "questions wait until the report is shown"
        for show in list(shell.waiting):
            show(None)
        assert shell.waiting == []
        return [asked.pop() for _ in list(asked)]

    yield run
    vars(main).pop("minibatches", None)


def wrong() -> Any:
    return next(one.implementation for one in checks.minibatches.mistakes if one.name == KEY[1])


def test_question_follows_once_after_mending(check: Callable[[Any], list[Any]]) -> None:
    assert check(right) == [], "nothing was mended"
    assert check(wrong()) == [], "the mistake is still there"
    assert check(right) == [questions_of(FIRST)[KEY]]
    assert passed._named == {}
    assert check(right) == []
    assert check(wrong()) == []
    assert check(right) == [], "the same mistake again"


def test_mistake_without_question_is_not_asked_about(check: Callable[[Any], list[Any]]) -> None:
    ask_after(FIRST, "minibatches", ["some other mistake"])
    assert mended._asked == set()


def test_nothing_is_asked_where_nobody_answers(
    check: Callable[[Any], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mended, "has_live_front_end", lambda: False)
    ask_after(FIRST, KEY[0], [KEY[1]])
    assert mended._asked == set()


def test_exercise_outside_the_plan_asks_nothing(check: Callable[[Any], list[Any]]) -> None:
    mine._ask_after("surfing", ["wave"])
    assert mended._asked == set()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_each_lesson_has_three_questions(lesson: Lesson) -> None:
    exercises = exercises_of(checks_of(lesson.slug))
    questions = questions_of(lesson)
    assert len(questions) == 3
    for (exercise, mistake), question in questions.items():
        assert mistake in {one.name for one in exercises[exercise].mistakes}
        assert len(question.options) == 3
