"""JupyterLab as `python -m cs231n_lib start` opens it: the start page, wide, and nothing that is an instructor's."""

import re
import shutil
from collections.abc import Iterator

import pytest
from browser.lab import ARTEFACTS, REPOSITORY, Lab, serve
from playwright.sync_api import Browser, expect

from cs231n_lib.course import lab as student_lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def opened(browser: Browser, program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The page that a student sees first, without any setting of their own."""
    home = tmp_path_factory.mktemp("student")
    work = shutil.copytree(REPOSITORY / "notebooks", home / "work")
    student_lab.close_file_list(work)
    with serve(work, home, student_lab.command(work), student_lab.environment()) as server:
        lab = Lab(browser.new_context(viewport={"width": 1280, "height": 800}).new_page(), server)
        lab.page.goto(f"{server.url}?token={server.token}")
        lab.page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
        lab.wait_until_idle()
        yield lab


def test_it_opens_the_start_page_with_the_file_list_closed_and_asks_nothing(opened: Lab) -> None:
    page = opened.page
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path") == "index.ipynb"
    page.wait_for_timeout(1500)  # a question about news would come by now
    opened.screenshot("student-first-screen")
    expect(page.locator(".jp-FileBrowser")).not_to_be_visible()
    expect(page.get_by_text("Would you like to")).to_have_count(0)
    expect(page.get_by_text("Nbgrader", exact=True)).to_have_count(0)
    expect(page.get_by_text("Create Assignment")).to_have_count(0)
    expect(page.get_by_role("button", name="Validate")).to_be_visible()
    log = (ARTEFACTS / f"jupyterlab-{opened.root.parent.name}.log").read_text()
    assert re.findall(r"^\[[IW] .*", log, re.MULTILINE) == []  # what is no error is not for a student


def test_running_the_map_as_the_page_says_leaves_it_in_sight(opened: Lab) -> None:
    page = opened.page
    picture = opened.outputs(1).locator("img").first
    picture.scroll_into_view_if_needed()
    picture.click()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(500)
    opened.wait_until_idle()
    expect(opened.outputs(1).get_by_text("Next:")).to_be_visible()
    opened.screenshot("student-map-run")
    top, bottom = page.evaluate(
        "() => { const box = document.querySelector('.jp-OutputArea-output img').getBoundingClientRect();"
        " return [box.top, box.bottom]; }"
    )
    assert top >= 0
    assert bottom <= 800
