"""What goes wrong with lessons in a browser gets a sentence, and nothing that was written is lost."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.lab import MINUTE, Server
from browser.lite import START_SECONDS, Lite, Site
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSON = "01_optimization/01_optimization.ipynb"
NO_SERVICE_WORKER = "Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })"
NO_INDEXED_DB = "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }"
FULL = """() => { IDBObjectStore.prototype.put = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
}; }"""
"""What a page meets when the browser has no room for it. Chromium's own quota cannot be set so low."""


def lesson(profile: BrowserContext, site: Site) -> Lite:
    """A new tab with lesson 01."""
    tab = Lite(profile.new_page(), Server(site.url, "", site.folder))
    tab.show(LESSON)
    return tab


def test_interrupted_start_is_reported_and_can_be_repeated(profile: BrowserContext, site: Site) -> None:
    # Before another test, because the browser keeps what it fetched. It fetches packages beside the interpreter.
    site.interrupted = ("pyodide.asm.wasm", "matplotlib-")
    tab = lesson(profile, site)
    alert = tab.page.get_by_role("alert").filter(has_text="Python has not started yet")
    alert.wait_for(timeout=1e3 * MINUTE)
    assert Axe().run(tab.page, {"include": [["[role=alert]"]]}).response["violations"] == []
    alert.get_by_role("button", name="Close").press("Enter")
    expect(alert).to_have_count(0)
    site.interrupted = ("matplotlib-",)
    tab.open(LESSON)
    site.interrupted = ()
    assert "A download was interrupted. Reload this page" in tab.source(1)
    assert tab.run(1, 3 * MINUTE) == ""
    tab.start(3)  # the first figure needs what was not fetched
    tab.outputs(3).filter(has_text="ModuleNotFoundError").first.wait_for(timeout=1e3 * MINUTE)
    tab.open(LESSON)
    assert tab.run(1, 3 * MINUTE) == ""
    assert "ModuleNotFoundError" not in tab.run(3, 3 * MINUTE)
    tab.page.close()


@pytest.mark.parametrize("script", [NO_SERVICE_WORKER, NO_INDEXED_DB], ids=["service worker", "IndexedDB"])
def test_window_that_cannot_keep_work_gets_a_sentence(browser: Browser, site: Site, script: str) -> None:
    private = browser.new_page()
    private.add_init_script(script)
    private.goto(f"{site.url}/lite/open.html")
    private.get_by_text("This window cannot keep your work").wait_for()
    assert private.url.endswith("/lite/open.html")
    private.close()


def test_change_in_another_tab_is_not_overwritten_unasked(profile: BrowserContext, site: Site) -> None:
    first, second = lesson(profile, site), lesson(profile, site)
    second.write_source("relative_error", "# from the second tab")
    second.save()
    first.page.bring_to_front()
    first.write_source("find_kinks", "# from the first tab")
    first.command("docmanager:save")
    question = first.page.locator(".jp-Dialog", has_text="has changed on disk")
    question.wait_for()
    assert "# from the second tab" in first.stored(LESSON)
    question.get_by_role("button", name="Cancel").click()
    assert first.source("find_kinks") == "# from the first tab"
    assert "# from the first tab" not in first.stored(LESSON)
    for tab in (first, second):
        tab.page.close()


def test_full_storage_is_reported_and_keeps_what_is_there(profile: BrowserContext, site: Site) -> None:
    tab = lesson(profile, site)
    before = tab.stored(LESSON)
    tab.page.evaluate(FULL)
    tab.write_source("find_kinks", "# no room")
    tab.command("docmanager:save")
    expect(tab.page.locator(".jp-Dialog")).to_contain_text("quota has been exceeded")
    assert (tab.stored(LESSON), tab.source("find_kinks")) == (before, "# no room")
    tab.page.close()


def test_full_storage_does_not_hang_a_cell(profile: BrowserContext, site: Site) -> None:
    tab = lesson(profile, site)
    tab.wait_until_idle(START_SECONDS)
    tab.page.evaluate(FULL)
    cell = tab.append("from pathlib import Path\nPath('notes.txt').write_text('a')")
    assert "OSError" in tab.run(cell, MINUTE)
    tab.page.get_by_role("alert").filter(has_text="This browser has no room for more files").wait_for()
    tab.page.close()


@pytest.fixture
def door(browser: Browser, site: Site) -> Page:
    """The page that opens the lessons, on a phone and in the dark theme, in a window that cannot keep work."""
    page = browser.new_page(viewport={"width": 400, "height": 850}, color_scheme="dark")
    page.add_init_script(NO_INDEXED_DB)
    page.goto(f"{site.url}/lite/open.html")
    page.get_by_text("This window cannot keep your work").wait_for()
    return page


def test_door_is_accessible_on_a_phone_in_the_dark(door: Page) -> None:
    assert Axe().run(door).response["violations"] == []
    assert door.evaluate("document.documentElement.scrollWidth") <= 400
    door.keyboard.press("Tab")
    expect(door.get_by_role("link", name="install the course")).to_be_focused()
    door.close()
