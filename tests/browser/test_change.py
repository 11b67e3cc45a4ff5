"""The change in JupyterLab: folded on the third failure, opened with the keyboard, legible in both themes."""

import pytest
from browser.accessibility import findings
from browser.lab import Lab
from nbformat.v4 import new_code_cell
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.audit]

ANSWER = """def relu_backward(dout, cache):
    return dout * (cache >= 0)"""
LONG = """from cs231n_lib.checks import exercise
exercise.FIRST_CPU_SECONDS = 0.001"""


def test_third_failure_shows_the_change_to_the_keyboard(lab: Lab) -> None:
    start = "import numpy as np\nfrom cs231n_lib.lessons.activations import checks"
    cells = [start, ANSWER, "checks.relu_backward()", LONG, "checks.relu_backward.change()"]
    lab.write("change.ipynb", list(map(new_code_cell, cells)))
    lab.open("change.ipynb")
    for cell in range(2):
        lab.run(cell)
    assert [("Show the change" in lab.run(2)) for _ in range(3)] == [False, False, True]
    report = lab.outputs(2)
    folded = report.get_by_text("Show the change")
    changed = report.locator("ins")
    expect(changed).to_be_hidden()
    lab.screenshot("change-folded", lab.cell(2))
    report.get_by_text("Show where").focus()
    lab.page.keyboard.press("Tab")
    expect(folded).to_be_focused()
    lab.page.keyboard.press("Enter")
    expect(changed).to_have_text("+ return dout * (cache > 0)")
    expect(report).to_contain_text("replace >= with >")
    found = {}
    for theme in ("light", "dark"):
        lab.theme(theme)
        lab.screenshot(f"change-{theme}", lab.cell(2))
        found[theme] = findings(lab.page, "details", rule="color-contrast")
    assert found == {"light": [], "dark": []}
    folded.focus()
    lab.page.keyboard.press("Space")
    expect(changed).to_be_hidden()
    lab.screenshot("change-dark-folded", lab.cell(2))

    lab.run(3)
    lab.run(2)
    report.get_by_text("Show the change").click()
    expect(report).to_contain_text("Run checks.relu_backward.change()")
    lab.screenshot("change-asks-dark", lab.cell(2))
    assert "replace >= with >" in lab.run(4)
    lab.theme("light")
    lab.screenshot("change-call", lab.cell(4))
