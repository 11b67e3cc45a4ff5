"""The notebook beyond the lessons, as a student runs it: with functions of their own, and without PyTorch."""

import shutil

import pytest
from browser.lab import REPOSITORY, Lab
from playwright.sync_api import expect

from cs231n_lib.course.plan import BRIDGE, lesson
from cs231n_lib.course.student.progress import notebook_path

pytestmark = [pytest.mark.browser, pytest.mark.audit]


def test_bridge_runs_on_the_students_functions_and_says_so(lab: Lab) -> None:
    sixth = notebook_path(lesson(6))
    for path in (sixth, notebook_path(BRIDGE)):
        shutil.copy(REPOSITORY / "notebooks" / path, lab.root / path)
    solution = lab.root / sixth
    shutil.copy(REPOSITORY / "solutions" / sixth, solution)  # all of lesson 06 is answered
    lab.page.set_viewport_size({"width": 1280, "height": 1500})
    lab.open(notebook_path(BRIDGE).as_posix())
    lab.run_all()
    page = lab.page
    expect(page.get_by_text("equal to 12 digits").first).to_be_visible()
    for theme in ("light", "dark"):
        lab.theme(theme)
        for number in (1, 2, 3, 4, 5):
            page.get_by_role("heading", name=f"{number} ·").first.scroll_into_view_if_needed()
            lab.screenshot(f"bridge-{theme}-{number}")
        page.get_by_text("lines in all").first.scroll_into_view_if_needed()
        lab.screenshot(f"bridge-{theme}-end")
    said = page.locator(".jp-Notebook").inner_text()
    assert said.count("Not started") == 4
    assert said.count("That is my prediction") == 3
    assert "Running on your batchnorm_forward and batchnorm_backward." in said
    shutil.copy(REPOSITORY / "notebooks" / sixth, solution)
