"""JupyterLab as `python -m cs231n_lib start` opens it: the start page, wide, and nothing that is an instructor's."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.answers import DIVIDED_BY_H
from browser.lab import ARTEFACTS, REPOSITORY, Lab, serve
from PIL import Image
from playwright.sync_api import Browser, expect

from cs231n_lib.course.student import lab as student_lab

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


def test_lab_opens_the_start_page_without_files_or_questions(opened: Lab) -> None:
    page = opened.page
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path") == "index.ipynb"
    page.wait_for_timeout(1500)  # a question about news would come by now
    opened.screenshot("student-first-screen")
    expect(page.locator(".jp-FileBrowser")).not_to_be_visible()
    expect(page.get_by_text("Would you like to")).to_have_count(0)
    expect(page.get_by_text("Nbgrader", exact=True)).to_have_count(0)
    expect(page.get_by_text("Create Assignment")).to_have_count(0)
    expect(page.get_by_role("button", name="Validate")).to_be_visible()
    assert page.request.get(f"{opened.server.url}formgrader?token={opened.server.token}").status == 404
    assert noise(opened) == []


def noise(lab: Lab) -> list[str]:
    """What the terminal says besides the address to open."""
    log = (ARTEFACTS / f"jupyterlab-{lab.root.parent.name}.log").read_text()
    return [line for line in log.splitlines() if line.strip() and not line.startswith(("[C ", "    "))]


def test_running_the_map_leaves_it_in_view(opened: Lab) -> None:
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


@pytest.mark.audit
def test_validating_says_nothing_in_the_terminal(opened: Lab) -> None:
    opened.validate()
    assert noise(opened) == []


@pytest.mark.audit
def test_picture_for_the_readme(browser: Browser, program: str, tmp_path: Path) -> None:
    """Lesson 01, a mistake named and placed, as ``artefacts/lesson_01.png``; README shows a copy from ``docs/``."""
    work = shutil.copytree(REPOSITORY / "notebooks", tmp_path / "work")
    with serve(work, tmp_path / "home", environment=student_lab.environment()) as server:
        lab = Lab(browser.new_context(viewport={"width": 1060, "height": 720}).new_page(), server)
        lab.open("01_optimization/01_optimization.ipynb")
        lab.command("application:toggle-left-area")
        lab.run(1)
        lab.type("numerical_gradient_centered", DIVIDED_BY_H)
        lab.run("numerical_gradient_centered")
        assert "Likely mistake" in lab.run("check_numerical_gradient_centered")
        lab.outputs("check_numerical_gradient_centered").locator("summary", has_text="Show where").click()
        lab.cell("numerical_gradient_centered").evaluate("cell => cell.scrollIntoView({block: 'start'})")
        path = lab.screenshot("lesson_01")
    report = Image.open(path).convert("RGB").crop((56, 92, 1012, 632))  # from the answer to the place of the mistake
    report.quantize(128).save(path, optimize=True)
    assert path.stat().st_size < 300_000
