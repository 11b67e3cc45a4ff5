"""Lesson 07 in a real JupyterLab: three mistakes that students make are named, and dropout is seen to close the gap."""

import pytest
from browser.lab import Lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "07_regularization/07_regularization.ipynb"

WITHOUT_HALF = """def l2(w, strength):
    return strength * np.sum(w**2), 2 * strength * w"""
SUBGRADIENT = """def proximal_step(w, dw, lr, strength):
    return w - lr * (dw + strength * np.sign(w))"""
KEEP_FOR_DROP = """def vanilla_dropout(x, drop_prob, rng):
    return x * (rng.random(x.shape) < drop_prob), x * (1 - drop_prob)"""


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        ("l2", WITHOUT_HALF, "your penalty is twice as strong"),
        ("proximal_step", SUBGRADIENT, "you take an ordinary gradient step"),
        ("vanilla_dropout", KEEP_FOR_DROP, "you keep an entry with probability drop_prob"),
    ],
)
def test_a_known_mistake_is_named(lesson: Lab, exercise: str, answer: str, said: str) -> None:
    assert said in lesson.answer(exercise, answer)
    lesson.screenshot(f"lesson-07-{exercise}", lesson.outputs(f"check_{exercise}"))


@pytest.mark.audit
def test_dropout_closes_the_gap_in_the_live_plot(lesson: Lab) -> None:
    cell = lesson.find("LiveDashboard()")
    said = lesson.run(cell, timeout=180)
    assert "drop_prob 0.0: training 85%, validation 72%, gap +14 points" in said
    assert "drop_prob 0.6: training 69%, validation 76%, gap -6 points" in said
    lesson.theme("dark")
    lesson.screenshot("lesson-07-dropout-dark", lesson.cell(cell))
    assert lesson.errors == []


def test_a_run_that_is_stopped_ends_the_cell_without_an_error(lesson: Lab) -> None:
    cell = lesson.find("LiveDashboard()")
    # The first run lasts long enough for a slow machine's click to come in time.
    lesson.type(cell, lesson.source(cell).replace("wrong=0.3,", "wrong=0.3, epochs=2000,"))
    lesson.start(cell)
    lesson.outputs(cell).get_by_role("button", name="Stop").click()
    lesson.wait_until_done(60)
    said = lesson.output(cell)
    assert "(stopped)" in said
    assert "Error" not in said
    assert "drop_prob" not in said
