"""An instructor's way through formgrader, nbgrader's page in JupyterLab, on a course of one assignment."""

import shutil
from pathlib import Path

import pytest
from browser.lab import ARTEFACTS, REPOSITORY, serve, write_notebook
from nbformat.v4 import new_code_cell
from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.audit]

SOLUTION = """def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with the project's nbgrader configuration and the assignment ``tiny``."""
    root = tmp_path / "course"
    (root / "solutions/tiny").mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    marks = {"grade_id": "double", "solution": True, "grade": False, "locked": False, "schema_version": 3}
    cell = new_code_cell(SOLUTION, metadata={"nbgrader": {**marks, "cell_type": "code"}})
    write_notebook(root / "solutions/tiny/tiny.ipynb", [cell])
    return root


def test_an_assignment_is_released_from_formgrader(course: Path, browser: Browser, tmp_path: Path) -> None:
    with serve(course, tmp_path / "home") as server:
        page = browser.new_page(viewport={"width": 1600, "height": 1200})
        page.goto(f"{server.url}lab?token={server.token}&reset")
        page.get_by_text("Nbgrader", exact=True).click()
        page.get_by_role("menuitem", name="Formgrader", exact=True).click()
        formgrader = page.frame_locator("iframe")
        row = formgrader.get_by_role("row", name="tiny")
        row.wait_for(timeout=60_000)
        row.locator(".assign a").click()
        formgrader.get_by_text("Successfully created").wait_for(timeout=60_000)
        page.screenshot(path=ARTEFACTS / "formgrader.png")
        page.close()
    released = (course / "notebooks/tiny/tiny.ipynb").read_text()
    assert "raise NotImplementedError" in released
    assert "return 2 * x" not in released
