"""Lesson 08 in a real JupyterLab: three known mistakes are named, and six rules race while one looks on."""

import re

import pytest
from browser.lab import Lab

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSON = "08_update_rules/08_update_rules.ipynb"

PYTORCHS = """def momentum(w, dw, v, lr, mu=0.9):
    v = mu * v + dw
    return w - lr * v, v"""
NOTES_RMSPROP = """def rmsprop(w, dw, cache, lr, decay=0.99, eps=1e-8):
    cache += decay * cache + (1 - decay * dw**2)
    w -= lr * dw / (np.sqrt(cache) + eps)
    return w, cache"""
NOTES_ADAM = """def adam(w, dw, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    return w - lr * m / (np.sqrt(v) + eps), m, v, t + 1"""


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        ("momentum", PYTORCHS, "you use PyTorch's convention"),
        ("rmsprop", NOTES_RMSPROP, "you kept two errors of the summary"),
        ("adam", NOTES_ADAM, "you leave out the bias correction, as the summary does"),
    ],
)
def test_a_known_mistake_is_named(lesson: Lab, exercise: str, answer: str, said: str) -> None:
    assert said in lesson.answer(exercise, answer)
    lesson.screenshot(f"lesson-08-{exercise}", lesson.outputs(f"check_{exercise}"))


def test_stop_leaves_only_rules_that_were_trained_in_the_table(lesson: Lab) -> None:
    cell = lesson.find("LiveDashboard(")
    released = lesson.source(cell)
    # The second rule runs long enough for a slow machine's click to come in time.
    lesson.type(cell, released.replace("seed=0,", "seed=0, epochs=10 if rule == 'SGD' else 500,"))
    lesson.start(cell)
    lesson.outputs(cell).locator(".cs-legend").get_by_text("momentum").first.wait_for()
    lesson.outputs(cell).get_by_role("button", name="Stop").click()
    lesson.wait_until_done(120)
    said = lesson.output(cell)
    lesson.type(cell, released)
    assert "(stopped)" in said
    assert re.findall(r"^(\w+) .* ± [\d.]+ %$", said, flags=re.MULTILINE) == ["SGD"], said


def test_live_plot_reports_mean_and_deviation_of_six_rules(lesson: Lab) -> None:
    cell = lesson.find("LiveDashboard(")
    said = lesson.run(cell, timeout=120)
    assert "Diagnosis" not in said  # these are the best rates that a search found
    assert "Mean ± standard deviation" in said
    assert len(re.findall(r"± [\d.]+ %", said)) == 6
    lesson.theme("dark")
    lesson.screenshot("lesson-08-six-rules-dark", lesson.cell(cell))
    assert lesson.errors == []
