"""What a prediction measures shows how far it is, and is stopped by a button, in JupyterLab and in Notebook 7."""

import pytest
from browser.accessibility import findings
from browser.lab import Lab
from nbformat.v4 import new_code_cell
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PREDICTION = """import time
from cs231n_lib.front_end import one_by_one
from cs231n_lib.widgets.html import Html
from cs231n_lib.widgets.prediction import Prediction


def measure():
    for _ in one_by_one(range(TRIES), "try"):
        time.sleep(0.1)
    return Html("measured in full", "")


Prediction("Which?", {"a": "this", "b": "that"}, "a", "Because.")(measure)"""


@pytest.mark.parametrize("front_end", ["lab/tree", pytest.param("notebooks", marks=pytest.mark.audit)])
def test_long_measurement_shows_progress_and_can_be_stopped(lab: Lab, front_end: str) -> None:
    lab.write("measuring.ipynb", [new_code_cell(PREDICTION), new_code_cell("print('later')")])
    lab.open("measuring.ipynb", front_end)
    predict(lab, 600)
    shown = lab.outputs(0).last
    expect(shown).to_contain_text("Measuring …")
    expect(shown).to_contain_text("3%", timeout=15_000)
    assert findings(lab.page, ".jp-OutputArea-output") == []
    lab.screenshot(f"measuring-{front_end.partition('/')[0]}")
    lab.start(1)  # waits until nothing is measured any more
    lab.page.wait_for_timeout(300)
    assert lab.output(1) == ""
    shown.get_by_role("button", name="Stop").click()
    expect(shown).to_contain_text("You stopped the measurement", timeout=2_000)
    lab.wait_until_done(10)
    assert lab.output(1) == "later"
    predict(lab, 600)
    expect(lab.outputs(0).last).to_contain_text("1%", timeout=15_000)
    lab.page.evaluate(
        "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt(); }"
    )
    expect(lab.outputs(0).last).to_contain_text("You stopped the measurement", timeout=5_000)
    predict(lab, 10)
    expect(lab.outputs(0).last).to_contain_text("measured in full", timeout=15_000)
    assert "✓ You predicted" in lab.output(0)
    assert lab.errors == [] or front_end == "notebooks"  # whose own extensions miss parts of JupyterLab


def test_queued_measurement_can_be_stopped_before_it_starts(lab: Lab) -> None:
    lab.write("measuring.ipynb", [new_code_cell(PREDICTION), new_code_cell("time.sleep(4)\nprint('to its end')")])
    lab.open("measuring.ipynb")
    lab.type(0, PREDICTION.replace("TRIES", "20"))
    lab.run(0)
    lab.start(1)
    choose(lab)
    shown = lab.outputs(0).last
    expect(shown).to_contain_text("Waiting until Python is free", timeout=3_000)
    shown.get_by_role("button", name="Stop").click()
    expect(shown).to_contain_text("You stopped the measurement", timeout=2_000)
    lab.wait_until_done(20)
    assert lab.output(1) == "to its end"
    assert "You stopped the measurement" in lab.output(0)


def predict(lab: Lab, tries: int) -> None:
    """Ask with a measurement of so many tries, and choose."""
    lab.type(0, PREDICTION.replace("TRIES", str(tries)))
    lab.run(0)
    choose(lab)


def choose(lab: Lab) -> None:
    lab.outputs(0).get_by_role("radio").first.check()
    lab.outputs(0).get_by_role("button", name="That is my prediction").click()
