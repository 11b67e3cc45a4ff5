"""Keys pressed in a control are the control's, in JupyterLab and in Notebook 7: no cell is lost to them."""

import pytest
from browser.lab import Lab, explorable_cell
from nbformat.v4 import new_code_cell
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FRONT_ENDS = {"lab": "lab/tree", "notebook": "notebooks"}
PREDICTION = """from cs231n_lib.widgets.prediction import Prediction
Prediction("Which?", {"a": "this", "b": "that"}, "a", "Because.")()"""
DASHBOARD = """import time
from cs231n_lib.widgets import LiveDashboard
with LiveDashboard() as live:
    for step in range(10**6):
        live.log(loss=0.99**step, val_loss=0.98**step, accuracy=1 - 0.99**step)
        time.sleep(0.005)"""


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_no_key_pressed_in_a_control_deletes_or_leaves_a_cell(lab: Lab, front_end: str) -> None:
    lab.write("keys.ipynb", [explorable_cell("outlier"), new_code_cell(PREDICTION), new_code_cell(DASHBOARD)])
    lab.open("keys.ipynb", FRONT_ENDS[front_end])
    outlier, prediction, live = lab.cell(0), lab.cell(1), lab.cell(2).locator(".cs-live")
    lab.run(0)
    lab.run(1)
    lab.start(2)
    expect(live.locator(".cs-status")).to_contain_text("steps/s", timeout=30_000)
    slider, readout = outlier.get_by_role("slider").first, outlier.locator(".widget-readout").first
    smoothing = live.get_by_role("slider")
    controls = {
        "slider": slider,
        "number beside it": readout,
        "menu": outlier.get_by_role("combobox"),
        "preset": outlier.get_by_role("button", name="Reset"),
        "option": prediction.get_by_role("radio").first,
        "choice made": prediction.get_by_role("button", name="That is my prediction"),
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
    """Press what deletes, cuts and inserts cells elsewhere: all three cells must be left."""
    for key in ("d", "d", "x", "a"):
        lab.page.keyboard.press(key)
    assert lab.page.locator(".jp-Notebook:visible .jp-Cell").count() == 3, f"{where}: a key got through"
