"""Lesson 01 in a page that runs Python itself: nothing of it may come from another machine.

By default this is the variant for tests, with an offline Pyodide. ``CS231N_SITE`` names the folder of a built site, as
it is published. Only the server of its Pyodide may then be asked.
"""

import json
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.answers import DIVIDED_BY_H
from browser.lab import ARTEFACTS, MINUTE, REPOSITORY, Server
from browser.lite import Lite, Site, serve_site
from machine import BROWSER_OPTIONS
from playwright.sync_api import Browser, ProxySettings, expect

from cs231n_lib.classroom.intake import rebuild
from website import LITE
from website.check_lite import KERNEL

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSON = "01_optimization/01_optimization.ipynb"
MAX_BYTES = 25_000_000
"""Over the wire up to the first checked answer, without what the server of the published Pyodide sends."""
TRAINING = """import numpy as np
from cs231n_lib import MLP, SGD, LiveDashboard, Trainer
from cs231n_lib.datasets import digits
(train, validation), rng = digits(), np.random.default_rng(0)
trainer = Trainer(MLP([64, 100, 10], rng=rng), SGD(lr=0.02), batch_size=32, rng=rng)
print(trainer.fit(train, validation, epochs=1000, callbacks=[LiveDashboard()]).ending)"""
RIGHT = DIVIDED_BY_H.replace("/ h", "/ (2 * h)")


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """The site, served by this machine."""
    folder = os.environ.get("CS231N_SITE")
    with serve_site(Path(folder) if folder else request.getfixturevalue("offline_site")) as served:
        yield served


@pytest.fixture(scope="module")
def allowed(site: Site) -> tuple[str, ...]:
    """Beginnings of the addresses that a page may ask."""
    settings = json.loads((site.folder / LITE / "jupyter-lite.json").read_text("utf-8"))
    module = settings["jupyter-config-data"]["litePluginSettings"][KERNEL]["pyodideUrl"]
    local = (f"{site.url}/", "data:", "blob:")
    return (*local, module.rpartition("/")[0] + "/") if "CS231N_SITE" in os.environ else local


@pytest.fixture(scope="module")
def lite(
    browser: Browser, program: str, site: Site, allowed: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lite]:
    """A page with the lessons. In the end, no other server was asked for anything."""
    # Nobody listens at the proxy. Playwright's handler of requests refuses them, too, but it switches off the cache.
    nowhere = None if "CS231N_SITE" in os.environ else ProxySettings(server="http://127.0.0.1:9", bypass="127.0.0.1")
    # With a profile on disk, because the cache of a private window has no room for Matplotlib.
    context = browser.browser_type.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=program,
        args=BROWSER_OPTIONS,
        viewport={"width": 1280, "height": 1000},
        proxy=nowhere,
    )
    asked = list[str]()
    context.on("request", lambda request: asked.append(request.url))
    yield Lite(context.new_page(), Server(site.url, "", site.folder))
    context.close()
    assert [address for address in asked if not address.startswith(allowed)] == []
    assert set(site.missing) <= {"/favicon.ico"}  # which browsers ask for by themselves


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
    page.screenshot(path=ARTEFACTS / "lite-phone.png")
    page.close()


def test_window_that_cannot_keep_work_gets_a_sentence(browser: Browser, site: Site) -> None:
    private = browser.new_page()
    private.add_init_script("Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })")
    private.goto(f"{site.url}/lite/open.html")
    private.get_by_text("This window cannot keep your work").wait_for()
    private.close()
