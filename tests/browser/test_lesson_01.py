"""Lesson 01 in a real JupyterLab, as a student goes through it: mouse, keys, a wrong answer, a right one."""

import pytest
from browser.answers import DIVIDED_BY_H
from browser.lab import Lab
from playwright.sync_api import Locator, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "01_optimization/01_optimization.ipynb"
DESCENT, PRECISION = "explorables.descent(use=mine)", "checks.predict_precision("

ENDLESS = """def relative_error(a, b):
    while True:
        pass"""


def number_of_cells(lab: Lab) -> int:
    return lab.page.locator(".jp-Notebook:visible .jp-Cell").count()


def left_edge(cell: Locator) -> float:
    return float(cell.evaluate(_EDGES % "left"))


def right_edge(cell: Locator) -> float:
    return float(cell.evaluate(_EDGES % "right"))


# Of what stands in a table's cell, which may be wider than the cell.
_EDGES = """cell => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return range.getBoundingClientRect().%s;
}"""


def test_a_wrong_answer_is_named_and_the_right_one_passes(lesson: Lab) -> None:
    assert "Run the cell that defines it" in lesson.run("check_numerical_gradient_centered")
    lesson.run("numerical_gradient_centered")
    assert "Not started" in lesson.run("check_numerical_gradient_centered")
    report = lesson.answer("numerical_gradient_centered", DIVIDED_BY_H)
    assert "Likely mistake: you divide by h, but your two points are 2 * h apart. Divide by 2 * h." in report
    failed, title, points = lesson.outputs("check_numerical_gradient_centered").locator("tr").last.locator("td").all()
    assert right_edge(failed) <= left_edge(title), "the report's columns lie over one another"
    assert right_edge(title) <= left_edge(points)
    assert points.evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    lesson.screenshot("lesson-01-named-mistake")
    report = lesson.answer("numerical_gradient_centered", DIVIDED_BY_H.replace("/ h", "/ (2 * h)"))
    assert "✓ Right · numerical_gradient_centered · 6 of 6 points" in report
    assert lesson.errors == []


def test_a_misspelt_name_gets_a_sentence(lesson: Lab) -> None:
    report = lesson.answer("gradient_descent", "def gradient_decent(gradient, w, lr, steps):\n    return w, [w]")
    assert "There is no gradient_descent, but there is gradient_decent. Rename gradient_decent to" in report


@pytest.mark.audit
def test_an_endless_loop_is_interrupted_after_the_stated_time(lesson: Lab) -> None:
    lesson.type("relative_error", ENDLESS)
    lesson.run("relative_error")
    assert "Interrupted after 10 seconds" in lesson.run("check_relative_error", timeout=30)


def test_sliders_obey_keys_and_keep_them(lesson: Lab) -> None:
    cell = lesson.find(DESCENT)
    lesson.run(cell)
    cells = number_of_cells(lesson)
    picture = lesson.cell(cell).locator("img")
    rate = lesson.cell(cell).get_by_role("slider", name="Learning rate")
    before = picture.get_attribute("src")
    rate.focus()
    lesson.page.keyboard.press("ArrowRight")
    expect(lesson.cell(cell).locator(".widget-readout").nth(1)).to_have_text("0.32")  # below that of the dimensions
    expect(picture).not_to_have_attribute("src", before or "")
    lesson.page.keyboard.press("d")
    lesson.page.keyboard.press("d")
    assert number_of_cells(lesson) == cells
    expect(rate).to_be_focused()
    lesson.screenshot("lesson-01-explorable", lesson.cell(cell))


def test_prediction_by_keyboard_is_kept_in_the_saved_notebook(lesson: Lab) -> None:
    cell = lesson.find(PRECISION)
    lesson.run(cell)
    cells = number_of_cells(lesson)
    page, asked = lesson.page, lesson.cell(cell)
    asked.get_by_role("radio").first.focus()
    for key in ("d", "d", "ArrowDown"):
        page.keyboard.press(key)
    assert number_of_cells(lesson) == cells
    assert "You predicted" not in lesson.output(cell)
    done = asked.get_by_role("button", name="That is my prediction")
    for _ in range(3):  # whether other options are stops on the way is ipywidgets' choice
        if not done.evaluate("button => button === document.activeElement"):
            page.keyboard.press("Tab")
    expect(done).to_be_focused()
    page.keyboard.press("Enter")
    asked.get_by_text("✗ You predicted b").wait_for()
    asked.locator("figure img").wait_for()
    lesson.theme("dark")
    asked.scroll_into_view_if_needed()
    lesson.screenshot("lesson-01-dark")
    lesson.save()
    lesson.open(LESSON)
    assert "✗ You predicted b" in lesson.output(cell)
    expect(lesson.cell(cell).locator("figure img")).to_be_visible()
