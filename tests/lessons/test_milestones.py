"""Every milestone: the library's functions reach what it says, and it looks at no test picture."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from claims import ALL

from cs231n_lib.course import milestones, mine
from cs231n_lib.course.plan import LESSONS, Lesson
from cs231n_lib.course.student.scores import milestone_of
from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.widgets.picture import Picture

HAVE = [pytest.param(lesson, id=lesson.slug) for lesson in LESSONS if milestone_of(lesson)]


@pytest.mark.audit
@pytest.mark.lesson
@pytest.mark.parametrize("lesson", HAVE)
def test_seed_is_within_four_deviations_without_test_images(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    clothes = load_fashion_mnist()
    closed = replace(clothes, x_test=np.full_like(clothes.x_test, np.nan), y_test=np.full_like(clothes.y_test, -1))
    monkeypatch.setattr(milestones, "load_fashion_mnist", lambda: closed)
    milestone: Any = milestone_of(lesson)
    accuracy, trained = milestones.train_milestone(milestone, mine.run())
    assert abs(accuracy - milestone.mean) <= 4 * milestone.spread
    if milestone.picture:
        assert isinstance(milestone.picture(trained.shown), Picture)


@pytest.mark.audit
@pytest.mark.seeds
@pytest.mark.parametrize("lesson", HAVE)
def test_mean_and_spread_are_those_of_twenty_seeds(lesson: Lesson) -> None:
    milestone: Any = milestone_of(lesson)
    reached = [milestones.train_milestone(milestone, mine.run(), seed)[0] for seed in ALL]
    assert np.mean(reached) == pytest.approx(milestone.mean, abs=5e-4)
    assert np.std(reached, ddof=1) == pytest.approx(milestone.spread, abs=5e-4)
