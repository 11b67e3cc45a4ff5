"""Lesson 07 in a real JupyterLab: three mistakes that students make are named, and dropout is seen to close the gap."""

from collections.abc import Iterator

import pytest
from browser.lab import Lab, Server
from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "07_regularization/07_regularization.ipynb"

WITHOUT_HALF = """def l2(w, strength):
    return strength * np.sum(w**2), 2 * strength * w"""
SUBGRADIENT = """def proximal_step(w, dw, lr, strength):
    return w - lr * (dw + strength * np.sign(w))"""
KEEP_FOR_DROP = """def vanilla_dropout(x, drop_prob, rng):
    return x * (rng.random(x.shape) < drop_prob), x * (1 - drop_prob)"""


@pytest.fixture(scope="module")
def lesson(browser: Browser, server: Server) -> Iterator[Lab]:
    """The lesson as released, its imports done."""
    path = server.root / LESSON
    released = path.read_bytes()
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    lab = Lab(context.new_page(), server)
    lab.open(LESSON)
    lab.run(1)
    yield lab
    lab.page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
    context.close()
    path.write_bytes(released)


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        ("l2", WITHOUT_HALF, "your λ counts twice"),
        ("proximal_step", SUBGRADIENT, "It steps across 0 and back"),
        ("vanilla_dropout", KEEP_FOR_DROP, "drop_prob is the probability to drop; you keep with it"),
    ],
)
def test_a_known_mistake_is_named(lesson: Lab, exercise: str, answer: str, said: str) -> None:
    lesson.type(exercise, answer)
    lesson.run(exercise)
    report = lesson.run(f"check_{exercise}")
    assert said in report
    lesson.screenshot(f"lesson-07-{exercise}", lesson.outputs(f"check_{exercise}"))


def test_dropout_closes_the_gap_in_the_live_plot_which_leaves_its_picture(lesson: Lab) -> None:
    count = lesson.page.locator(".jp-Notebook:visible .jp-Cell").count()
    cell = next(i for i in range(count) if "LiveDashboard()" in lesson.source(i))
    said = lesson.run(cell, timeout=180)
    assert "drop_prob 0.0: training 85%, validation 72%, gap +14 points" in said
    assert "drop_prob 0.6: training 69%, validation 76%, gap -6 points" in said
    lesson.theme("dark")
    lesson.screenshot("lesson-07-dropout-dark", lesson.cell(cell))
    assert lesson.errors == []
