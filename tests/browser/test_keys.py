"""Keys pressed in a control are the control's, in JupyterLab and in Notebook 7: no cell is lost to them."""

import pytest
from browser.lab import Lab, explorable_cell
from nbformat.v4 import new_code_cell
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = 5
FRONT_ENDS = {"lab": "lab/tree", "notebook": "notebooks"}
PREDICTION = """from cs231n_lib.widgets.prediction import Prediction
Prediction("Which?", {"a": "this", "b": "that"}, "a", "Because.")()"""
QUESTION = """from cs231n_lib.widgets.warm_up import Number
Number("Which is the slope of 2x?", "It rises by 2.", 2.0, {1.0: "That is the slope of x."}, "Look again.")()"""
DASHBOARD = """import time
from cs231n_lib.widgets import LiveDashboard
with LiveDashboard() as live:
    for step in range(10**6):
        live.log(loss=0.99**step, val_loss=0.98**step, accuracy=1 - 0.99**step)
        time.sleep(0.005)"""


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_no_key_pressed_in_a_control_deletes_or_leaves_a_cell(lab: Lab, front_end: str) -> None:
    sources = [new_code_cell(text) for text in (PREDICTION, QUESTION, DASHBOARD)]
    lab.write("keys.ipynb", [explorable_cell("outlier"), explorable_cell("approximation"), *sources])
    lab.open("keys.ipynb", FRONT_ENDS[front_end])
    outlier, approximation, prediction, question, dashboard = map(lab.cell, range(CELLS))
    live = dashboard.locator(".cs-live")
    for cell in range(CELLS - 1):
        lab.run(cell)
    lab.start(CELLS - 1)
    expect(live.locator(".cs-status")).to_contain_text("steps/s", timeout=30_000)
    slider, readout = outlier.get_by_role("slider").first, outlier.locator(".widget-readout").first
    smoothing = live.get_by_role("slider")
    controls = {
        "slider": slider,
        "number beside it": readout,
        "slider of whole numbers": approximation.get_by_role("slider", name="Hidden units"),
        "slider of equal factors": approximation.get_by_role("slider", name="Steepness k"),
        "menu": outlier.get_by_role("combobox"),
        "preset": outlier.get_by_role("button", name="Reset"),
        "option": prediction.get_by_role("radio").first,
        "choice made": prediction.get_by_role("button", name="That is my prediction"),
        "field of a question": question.get_by_placeholder("a number"),
        "answer given": question.get_by_role("button", name="Check my answer"),
        "curve shown": live.get_by_role("button", name="training"),
        "scale": live.get_by_role("button", name="Log scale"),
        "smoothing": smoothing,
        "panel": live.locator("[data-panel=accuracy] canvas"),
        "diagnosis": live.locator("section"),
        "stop": live.get_by_role("button", name="Stop"),
    }
    for name, control in controls.items():
        control.focus()
        require_kept(lab, name)
    # Keys with Ctrl are the page's all the same: this one saves.
    lab.page.evaluate("() => { window.jupyterapp.shell.currentWidget.context.model.dirty = true; }")
    smoothing.press("Control+s")
    lab.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    outlier.get_by_role("button", name="Reset").click()
    slider.click()
    require_kept(lab, "slider, clicked on")
    for pressed, shown in (("ArrowRight", "14.25"), ("ArrowLeft", "14.00")):
        slider.press(pressed)
        expect(readout).to_have_text(shown)
    smoothing.press("ArrowRight")
    expect(live.locator("output")).to_have_text("50 steps")
    lab.screenshot(f"keys-{front_end}")
    controls["stop"].click()
    require_kept(lab, "stop, pressed")
    lab.wait_until_done(10)
    require_kept(lab, "the picture in the dashboard's place")


def require_kept(lab: Lab, where: str) -> None:
    """Press what deletes, cuts and inserts cells elsewhere: each cell must be left, and no other."""
    for key in ("d", "d", "x", "a"):
        lab.page.keyboard.press(key)
    assert lab.page.locator(".jp-Notebook:visible .jp-Cell").count() == CELLS, f"{where}: a key got through"
