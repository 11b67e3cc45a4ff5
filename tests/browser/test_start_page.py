"""The start page: a newcomer's first minutes, and later the student's points and the way to what is next."""

import json
import shutil
from pathlib import Path

import pytest
from browser.lab import REPOSITORY, Lab
from playwright.sync_api import expect

from cs231n_lib.course.student.notebook import read

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FUNCTION, CHECK = 3, 4
LESSON = "01_optimization/01_optimization.ipynb"
FORWARD = """def numerical_gradient(f, x, h=1e-5):
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        above = x.copy()
        above[i] += h
        dx[i] = (f(above) - f(x)) / h
    return dx"""


def test_named_mistake_can_be_fixed_and_the_map_opens_a_lesson(lab: Lab) -> None:
    lab.open("index.ipynb")
    assert lab.outputs(1).locator("a").count() >= 1  # as committed, before anything is run
    lab.run(FUNCTION)
    assert "Likely mistake: you square x" in lab.run(CHECK)
    lab.type(FUNCTION, lab.source(FUNCTION).replace("x * x", "2 * x"))
    lab.run(FUNCTION)
    assert "Right" in lab.run(CHECK)
    lab.run(1)
    lab.outputs(1).locator("a").first.click()
    wait_until_open(lab, LESSON)
    assert lab.errors == []


def wait_until_open(lab: Lab, notebook: str) -> None:
    lab.page.wait_for_function("path => window.jupyterapp.shell.currentWidget?.context?.path === path", arg=notebook)


def test_map_shows_saved_points_and_links_to_the_next_answer(lab: Lab) -> None:
    shutil.copy(REPOSITORY / "notebooks" / LESSON, lab.root / LESSON)
    lab.open(LESSON)
    lab.run(1)
    lab.type("numerical_gradient", FORWARD)
    lab.run("numerical_gradient")
    assert "Right" in lab.run("check_numerical_gradient")
    lab.save()
    lab.page.set_viewport_size({"width": 1280, "height": 1500})
    lab.open("index.ipynb")
    shown = lab.run(1)
    assert "Next: numerical_gradient_centered in lesson 01, Optimization (not begun)" in shown
    exercises = len(read(REPOSITORY / "notebooks" / LESSON).checks)
    assert f"8 of 100 · 1 of {exercises} exercises right · 6 points by hand" in shown
    lab.outputs(1).locator("summary").first.click()
    for theme in ("light", "dark"):
        lab.theme(theme)
        lab.screenshot(f"start-page-{theme}")
    link = lab.outputs(1).locator("a", has_text="numerical_gradient_centered").first
    link.click()
    wait_until_open(lab, LESSON)
    lab.page.get_by_role("tab", name="index.ipynb").click()
    wait_until_open(lab, "index.ipynb")
    link.click()  # with all cells kept in the page, as in these tests, only a notebook that is open is scrolled
    wait_until_open(lab, LESSON)
    question = lab.page.locator(".jp-Notebook:visible h2", has_text="Centred differences")
    lab.page.wait_for_function("h => h.getBoundingClientRect().top < 400", arg=question.element_handle())
    assert lab.errors == []


def solve(notebook: Path) -> None:
    """Store full points in every check of a notebook."""
    document = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in document["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade") and not marks["solution"]:
            data = {"text/plain": repr(float(marks["points"]))}
            cell["outputs"] = [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]
            cell["execution_count"] = 1
    notebook.write_text(json.dumps(document), encoding="utf-8")


def test_review_asks_replies_and_ends(lab: Lab) -> None:
    shutil.copy(REPOSITORY / "notebooks" / LESSON, lab.root / LESSON)
    solve(lab.root / LESSON)
    answers = lab.root / "review.json"
    answers.unlink(missing_ok=True)
    lab.open("index.ipynb")
    cell = next(i for i in range(60) if "Review()" in lab.source(i))
    lab.run(cell)
    outputs = lab.outputs(cell)
    expect(outputs.get_by_text("From lesson 01, Optimization")).to_be_visible()
    outputs.get_by_placeholder("a number").fill("1.4")
    outputs.get_by_role("button", name="Check my answer").click()
    expect(outputs.get_by_text("You added the step")).to_be_visible()
    for theme in ("light", "dark"):
        lab.theme(theme)
        outputs.scroll_into_view_if_needed()
        lab.screenshot(f"review-{theme}")
    outputs.get_by_role("button", name="Go on").click()
    written = answers.read_text()
    for _ in range(2):
        lab.screenshot("review-question")
        outputs.get_by_role("button", name="Skip").click()
    expect(outputs.get_by_text("The review for today is finished.")).to_be_visible()
    assert answers.read_text() == written
    answers.unlink()
    shutil.copy(REPOSITORY / "notebooks" / LESSON, lab.root / LESSON)
    assert lab.errors == []


@pytest.mark.audit
def test_the_button_writes_the_functions_that_have_full_marks(lab: Lab) -> None:
    """In a folder of its own notebooks' names, which other tests change too: lesson 01 is put back."""
    shutil.copy(REPOSITORY / "notebooks" / LESSON, lab.root / LESSON)
    lab.open(LESSON)
    lab.type("numerical_gradient", FORWARD)
    lab.save()
    lab.open("index.ipynb")
    cell = next(i for i in range(60) if "TakeHome()" in lab.source(i))
    lab.run(cell)
    outputs = lab.outputs(cell)
    outputs.get_by_role("button", name="Write my library").click()
    expect(outputs.get_by_text("Written")).to_be_visible(timeout=60_000)
    for theme in ("light", "dark"):
        lab.theme(theme)
        outputs.scroll_into_view_if_needed()
        lab.screenshot(f"take-home-{theme}")
    written = lab.root / "my_library/my_nn.py"
    assert FORWARD.splitlines()[-2] in written.read_text()
    written.write_text("my own changes")
    outputs.get_by_role("button", name="Write my library").click()
    outputs.get_by_role("button", name="Replace these files").click()
    for _ in range(200):  # "Written" still stands there from the first time
        if FORWARD.splitlines()[-2] in written.read_text():
            break
        lab.page.wait_for_timeout(50)
    assert FORWARD.splitlines()[-2] in written.read_text()
    shutil.rmtree(written.parent)
    assert lab.errors == []
