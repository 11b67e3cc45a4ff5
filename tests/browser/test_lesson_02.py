"""Lesson 02 in a real JupyterLab: a faulty line is found, an answer mended, the graph moved, a prediction made."""

from collections.abc import Iterator

import pytest
from browser.lab import Lab, Server
from playwright.sync_api import Browser, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "02_backpropagation/02_backpropagation.ipynb"
SIGN_MISSING = """def sigmoid_graph(w, x, b):
    e = np.exp(-(w * x + b))
    d = 1 + e
    dd = 1 / d**2
    de = dd
    dn = de * e
    dz = -dn
    short = 1 / d * (1 - 1 / d)
    return dict(out=1 / d, dd=dd, de=de, dn=dn, dz=dz, db=dz, dw=dz * x, dx=dz * w, short=short)"""
DOUT_CHANGED = """def residual_backward(dout, cache):
    x, w, t = cache
    dx = dout.copy()
    dout *= 1 - t**2
    return dx + dout @ w.T, x.T @ dout"""


@pytest.fixture(scope="module")
def lesson(browser: Browser, server: Server) -> Iterator[Lab]:
    """The lesson as released, its imports done, in one page for all tests, each of which uses cells of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    lab = Lab(context.new_page(), server)
    lab.open(LESSON)
    lab.run(1)
    yield lab
    lab.page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
    context.close()


def position(lab: Lab, end: str) -> int:
    """The position of the cell whose source ends so."""
    count = lab.page.locator(".jp-Notebook:visible .jp-Cell").count()
    return next(i for i in range(count) if lab.source(i).endswith(end))


def test_only_the_faulty_line_of_the_graph_loses_points(lesson: Lab) -> None:
    lesson.type("sigmoid_graph", SIGN_MISSING)
    lesson.run("sigmoid_graph")
    report = lesson.run("check_sigmoid_graph")
    assert "8 of 10 points" in report
    assert "1/d falls as d grows" in report
    assert report.count("✗ failed") == 1
    lesson.type("sigmoid_graph", SIGN_MISSING.replace("dd = 1", "dd = -1"))
    lesson.run("sigmoid_graph")
    assert "✓ Right · sigmoid_graph" in lesson.run("check_sigmoid_graph")
    assert lesson.errors == []


def test_right_gradients_that_change_dout_are_told_so(lesson: Lab) -> None:
    lesson.type("residual_backward", DOUT_CHANGED)
    lesson.run("residual_backward")
    report = lesson.run("check_residual_backward")
    assert "6 of 8 points" in report
    assert "changes its argument dout" in report


def test_the_graph_follows_its_sliders(lesson: Lab) -> None:
    cell = position(lesson, "pictures.explore_circuit()")
    lesson.run(cell)
    shown = lesson.cell(cell)
    expect(shown.get_by_text("would lower the output 0.731")).to_be_visible()
    shown.get_by_role("button", name="x is 0").click()
    expect(shown.get_by_text("would raise the output 0.953 by about 0.0000")).to_be_visible()


def test_a_prediction_shows_the_two_calls(lesson: Lab) -> None:
    cell = position(lesson, "pictures.second_call(buggy_residual_backward))")
    lesson.run(cell)
    shown = lesson.cell(cell)
    shown.get_by_label("Right both times").check()
    shown.get_by_role("button", name="That is my prediction").click()
    shown.get_by_text("It is b: Right the first time, wrong the second").wait_for()
    expect(shown.get_by_text("Bars that end below the dotted line are right")).to_be_visible()
