"""Lesson 01 in a page that runs Python itself: nothing of it may come from another machine.

By default this is the variant for tests, with an offline Pyodide. ``CS231N_SITE`` names the folder of a built site, as
it is published. Only the server of its Pyodide may then be asked.
"""

import json
import time
import zipfile
from pathlib import Path

import nbformat
import pytest
from browser.accessibility import OURS, findings
from browser.answers import DIVIDED_BY_H
from browser.lab import ARTEFACTS, MINUTE, REPOSITORY, Server
from browser.lite import TRAINING, Lite, Site
from playwright.sync_api import Browser, expect

from cs231n_lib.classroom.intake import rebuild
from cs231n_lib.course.student.notebook import read

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSON = "01_optimization/01_optimization.ipynb"
MAX_BYTES = 25_000_000
"""Over the wire up to the first checked answer, without what the server of the published Pyodide sends."""
RIGHT = DIVIDED_BY_H.replace("/ h", "/ (2 * h)")


def note(title: str, files: dict[str, int] | None = None, **figures: float) -> None:
    """Add figures to ``artefacts/lite.json``: seconds until Python is ready and an answer is checked, and bytes."""
    path = ARTEFACTS / "lite.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    known[title] = {name: round(figure, 1) for name, figure in figures.items()} | {"files": files or {}}
    path.write_text(json.dumps(known, indent=1), "utf-8")


def test_lesson_01_runs_in_a_browser(lite: Lite, site: Site) -> None:
    start = time.perf_counter()
    lite.open(LESSON)
    ready = time.perf_counter() - start
    assert lite.run(1, 3 * MINUTE) == "", "the first cell shows a message"
    report = lite.answer("numerical_gradient_centered", DIVIDED_BY_H)
    note("first start", ready=ready, checked=time.perf_counter() - start, bytes=site.sent.total(), files=site.sent)
    assert site.sent.total() <= MAX_BYTES
    assert "Likely mistake: you divide by h, but your two points are 2 * h apart. Divide by 2 * h." in report
    lite.screenshot("lite-named-mistake")
    assert not any(path.endswith("fashion_mnist.npz") for path in site.sent), "the lesson has not asked for it yet"
    assert "6 of 6 points" in lite.answer("numerical_gradient_centered", RIGHT)
    lite.save()
    assert lite.errors == []


def test_data_set_is_loaded_when_asked_for(lite: Lite, site: Site) -> None:
    cell = lite.append("from cs231n_lib.datasets import load_fashion_mnist\nload_fashion_mnist().x_train.shape")
    assert "(4000, 784)" in lite.run(cell, MINUTE)
    assert site.sent["/lite/static/data/fashion_mnist.npz"] > 2_000_000


def test_downloaded_notebook_is_graded_like_any_other(lite: Lite, tmp_path: Path) -> None:
    with lite.page.expect_download() as downloaded:
        lite.command("docmanager:download")
    file = tmp_path / downloaded.value.suggested_filename
    downloaded.value.save_as(file)
    rebuilt = rebuild(file.read_bytes(), REPOSITORY / "notebooks", "01_optimization")
    assert json.loads(file.read_text("utf-8"))["metadata"]["kernelspec"]["name"] == "python"
    assert rebuilt.metadata.kernelspec.name == "python3"
    answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in rebuilt.cells if "nbgrader" in cell.metadata}
    assert answers["numerical_gradient_centered"] == RIGHT


def test_stop_ends_a_training_with_its_figure(lite: Lite) -> None:
    cell = lite.append(TRAINING)
    lite.start(cell)
    shown = lite.cell(cell).locator(".cs-live")
    shown.locator("canvas").first.wait_for(timeout=1e3 * MINUTE)
    lite.page.wait_for_timeout(1500)
    shown.get_by_role("button", name="Stop").click()
    lite.wait_until_done(MINUTE)
    lite.screenshot("lite-stopped")
    assert "Ending.ASKED" in lite.output(cell)


def test_second_start_fetches_almost_nothing(lite: Lite, site: Site) -> None:
    site.sent.clear()
    start = time.perf_counter()
    lite.open(LESSON)
    ready = time.perf_counter() - start
    lite.run(1, 3 * MINUTE)
    lite.run("numerical_gradient_centered")
    assert "6 of 6 points" in lite.run("check_numerical_gradient_centered")
    note("second start", ready=ready, checked=time.perf_counter() - start, bytes=site.sent.total())
    assert site.sent.total() < 100_000


def test_start_page_shows_the_points_of_saved_lessons(lite: Lite) -> None:
    lite.close_all()
    lite.open("index.ipynb")
    lite.screenshot("lite-start")
    work = lite.find("MyWork()")
    assert "Download my work" in lite.run(work, 2 * MINUTE)
    shown = lite.run(lite.find("CourseMap()"), 2 * MINUTE)
    assert "6 of 100" in shown
    lite.screenshot("lite-map")


def test_work_is_downloaded_and_brought_back(lite: Lite, tmp_path: Path) -> None:
    buttons = lite.outputs(lite.find("MyWork()"))
    with lite.page.expect_download() as downloaded:
        buttons.get_by_role("button", name="Download my work").click()
    file = tmp_path / downloaded.value.suggested_filename
    downloaded.value.save_as(file)
    with zipfile.ZipFile(file) as opened:
        assert "def numerical_gradient_centered" in opened.read(LESSON).decode()
    with lite.page.expect_file_chooser() as asked:
        buttons.get_by_role("button", name="Bring my work").click()
    asked.value.set_files(file)
    expect(buttons.get_by_role("status")).to_contain_text("nothing new for lesson", timeout=1e3 * MINUTE)


def test_zip_without_lessons_changes_nothing(lite: Lite, tmp_path: Path) -> None:
    buttons, other = lite.outputs(lite.find("MyWork()")), tmp_path / "holidays.zip"
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("holidays/sea.txt", "waves")
    before = lite.stored(LESSON)
    with lite.page.expect_file_chooser() as asked:
        buttons.get_by_role("button", name="Bring my work").click()
    asked.value.set_files(other)
    status = buttons.get_by_role("status")
    expect(status).to_contain_text("holidays.zip contains no lesson", timeout=1e3 * MINUTE)
    expect(status).to_contain_text("Nothing was changed")
    assert lite.stored(LESSON) == before


def test_start_page_is_accessible_in_both_themes(lite: Lite) -> None:
    found = {}
    for theme in ("light", "dark"):
        lite.theme(theme)
        found[theme] = findings(lite.page, *OURS)
    lite.screenshot("lite-start-dark")
    lite.theme("light")
    assert found == {"light": [], "dark": []}


def test_lesson_01_is_solved_whole(lite: Lite) -> None:
    lite.close_all()
    lite.open(LESSON)
    solution = nbformat.read(REPOSITORY / "solutions" / LESSON, as_version=4)
    answers = {cell.id: cell.source for cell in solution.cells if cell.metadata.get("nbgrader", {}).get("solution")}
    assert len(answers) == 13
    for name, source in answers.items():
        lite.write_source(name, source)
    lite.run_all(5 * MINUTE)
    assert lite.problems() == []
    reports = [lite.output(name) for name in map("check_{}".format, answers) if lite.has(name)]
    assert [report.splitlines()[0] for report in reports if "✓ Right" not in report] == []
    assert len(reports) == 12
    assert "The accuracy is on the score sheet" in lite.output(lite.find("milestones.run(1"))
    lite.save()
    assert lite.errors == []


def test_solved_lesson_is_accessible_in_both_themes(lite: Lite) -> None:
    found = {}
    for theme in ("light", "dark"):
        lite.theme(theme)
        found[theme] = findings(lite.page, *OURS)
    lite.screenshot("lite-lesson-dark")
    assert found == {"light": [], "dark": []}


def test_slider_obeys_keys_and_keeps_them(lite: Lite) -> None:
    cell = lite.find("explorables.descent(")
    cells = lite.page.locator(".jp-Notebook:visible .jp-Cell").count()
    image, rate = lite.cell(cell).locator("img"), lite.cell(cell).get_by_role("slider", name="Learning rate")
    before = image.get_attribute("src") or ""
    rate.focus()
    lite.page.keyboard.press("ArrowRight")
    expect(image).not_to_have_attribute("src", before, timeout=1e3 * MINUTE)
    lite.page.keyboard.press("d")
    lite.page.keyboard.press("d")
    assert lite.page.locator(".jp-Notebook:visible .jp-Cell").count() == cells
    expect(rate).to_be_focused()


def test_map_shows_the_points_of_the_whole_lesson(lite: Lite) -> None:
    lite.close_all()
    lite.open("index.ipynb")
    exercises = len(read(REPOSITORY / "notebooks" / LESSON).checks)
    assert f"94 of 100 · {exercises} of {exercises} exercises right" in lite.run(lite.find("CourseMap()"), 2 * MINUTE)
    assert "so far for 1 of 9 milestones" in lite.run(lite.find("ScoreSheet()"), MINUTE)


def test_second_lesson_runs_as_well(lite: Lite) -> None:
    lite.close_all()
    lite.open("02_backpropagation/02_backpropagation.ipynb")
    assert lite.run(1, 2 * MINUTE) == ""
    lite.run("affine_forward")
    assert "Not started" in lite.run("check_affine_forward")
    assert lite.errors == []


def test_narrow_screen_opens_the_lesson_in_notebook(browser: Browser, site: Site) -> None:
    page = browser.new_page(viewport={"width": 400, "height": 850})
    page.goto(f"{site.url}/lite/open.html?path={LESSON}")
    page.wait_for_url(f"**/lite/notebooks/index.html?path={LESSON.replace('/', '%2F')}*")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=1e3 * MINUTE)
    page.locator(".jp-Notebook h1", has_text="Optimization: follow the slope").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    trusted = page.locator(".jp-NotebookTrustedStatus")
    expect(trusted).to_be_attached(timeout=1e3 * MINUTE)
    expect(trusted).to_be_hidden()
    page.screenshot(path=ARTEFACTS / "lite-phone.png")
    Lite(page, Server(site.url, "", site.folder)).theme("dark")
    assert findings(page, *OURS) == []
    page.screenshot(path=ARTEFACTS / "lite-phone-dark.png")
    page.close()
