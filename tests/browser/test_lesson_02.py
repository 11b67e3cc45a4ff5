"""Lesson 02 in a real JupyterLab: a faulty line is found, an answer mended, the graph moved, a prediction made."""

import pytest
from browser.lab import Lab
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.audit]

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


def test_only_the_faulty_line_of_the_graph_loses_points(lesson: Lab) -> None:
    report = lesson.answer("sigmoid_graph", SIGN_MISSING)
    assert "8 of 10 points" in report
    assert "1/d falls as d grows" in report
    assert report.count("✗ failed") == 1
    assert "✓ Right · sigmoid_graph" in lesson.answer("sigmoid_graph", SIGN_MISSING.replace("dd = 1", "dd = -1"))
    assert lesson.errors == []


def test_report_says_that_right_gradients_change_dout(lesson: Lab) -> None:
    report = lesson.answer("residual_backward", DOUT_CHANGED)
    assert "6 of 8 points" in report
    assert "changes its argument dout" in report


def test_the_graph_follows_its_sliders(lesson: Lab) -> None:
    cell = lesson.find("pictures.explore_circuit(")
    lesson.run(cell)
    shown = lesson.cell(cell)
    expect(shown.get_by_text("The output is 0.731. Increasing w by 0.1 would lower the output")).to_be_visible()
    shown.get_by_role("button", name="x is 0").click()
    expect(
        shown.get_by_text("The output is 0.953. Increasing w by 0.1 would raise the output by about 0.0000")
    ).to_be_visible()


def test_a_prediction_shows_the_two_calls(lesson: Lab) -> None:
    cell = lesson.find("pictures.second_call(buggy")
    lesson.run(cell)
    shown = lesson.cell(cell)
    shown.get_by_label("Right both times").check()
    shown.get_by_role("button", name="That is my prediction").click()
    shown.get_by_text("The answer is b: Right the first time, wrong the second").wait_for()
    expect(shown.get_by_text("Gradients whose bars end below the dotted line are right")).to_be_visible()
