"""Lesson 04 in a real JupyterLab: a known mistake is named, and the folds follow their buttons."""

import pytest
from browser.lab import Lab
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSON = "04_architecture/04_architecture.ipynb"

ON_SCORES = """def mlp_forward(x, weights, biases):
    for w, b in zip(weights, biases):
        out, cache = mine.affine_forward(x, w, b)
        x, cache = mine.relu_forward(out)
    return x"""


def test_a_known_mistake_is_named(lesson: Lab) -> None:
    said = lesson.answer("mlp_forward", ON_SCORES)
    assert "you apply ReLU to the scores" in said
    lesson.screenshot("lesson-04-mlp_forward", lesson.outputs("check_mlp_forward"))


def test_eight_folds_give_256_pieces(lesson: Lab) -> None:
    cell = lesson.find("explorables.folding(")
    lesson.run(cell)
    shown = lesson.cell(cell).locator(".jp-OutputArea-output .widget-vbox")
    shown.get_by_role("button", name="Eight folds, enough").click()
    expect(shown.locator(".widget-html").last).to_contain_text(
        "256 pieces. The deep network has 16 units, 49 parameters and an error of 0."
    )
    lesson.theme("dark")
    lesson.screenshot("lesson-04-folding-dark", lesson.cell(cell))
    assert lesson.errors == []


def test_the_boundary_is_watched_while_it_trains_and_stopped(lesson: Lab) -> None:
    cell = lesson.find("explorables.boundary(")
    lesson.run(cell)
    shown = lesson.cell(cell).locator(".jp-OutputArea-output .widget-vbox").first
    button, back, *_ = shown.locator(".widget-play button").all()
    says = shown.locator(".widget-html").last
    back.click()
    expect(says).to_contain_text("After 0 steps")
    button.click()
    expect(says).not_to_contain_text("After 0 steps")
    button.click()
    lesson.page.wait_for_timeout(2000)  # what was on its way has arrived
    stopped = says.inner_text()
    assert "After 300 steps" not in stopped
    lesson.page.wait_for_timeout(1000)
    assert says.inner_text() == stopped
