"""The public site in Chromium: at a phone's width, in light and dark, without motion; built twice it is the same."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from browser.accessibility import findings
from browser.lab import ARTEFACTS, REPOSITORY
from machine import lacking
from playwright.sync_api import Browser, Page, expect

from website import LITE, lite

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LOOKED_AT = (
    "index",
    "start",
    "notebooks/08_update_rules/08_update_rules",
    "api/network",
    "docs/instructor",
    "docs/teaching/03_activations",
    "docs/teaching/03_activations_questions",
)
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}
CUT_OFF = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText.slice(0, 60))"


def build(folder: Path, seed: str) -> Path:
    command = [sys.executable, "-m", "website", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, env=os.environ | {"PYTHONHASHSEED": seed}, check=True)
    return folder / "html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built here; without Sphinx the tests are skipped, or fail where CI is set."""
    if not find_spec("sphinx") or not (lite.TOOLS / "wheels").exists():
        lacking("no Sphinx or no JupyterLite. To try this, make site")
    return build(tmp_path_factory.mktemp("site"), "1")


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """A page of a phone's width, in which no script may fail and nothing may come from elsewhere."""
    opened, wrong = browser.new_page(viewport=PHONE), list[str]()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
    yield opened
    opened.close()
    assert wrong == []


def files(site: Path) -> list[Path]:
    return sorted(file for file in site.rglob("*") if file.is_file())


def test_two_builds_of_the_site_are_equal(site: Path, tmp_path: Path) -> None:
    again = build(tmp_path, "2")
    assert [file.relative_to(site) for file in files(site)] == [file.relative_to(again) for file in files(again)]
    different = [
        one.name for one, two in zip(files(site), files(again), strict=True) if one.read_bytes() != two.read_bytes()
    ]
    assert different == []


def test_no_page_is_wider_than_a_phone(site: Path, page: Page) -> None:
    wide = {}
    for file in files(site):
        if file.suffix == ".html" and not {"_static", LITE} & {*file.relative_to(site).parts}:
            page.goto(file.as_uri())
            width = page.evaluate("() => document.documentElement.scrollWidth")
            if width > PHONE["width"]:
                wide[str(file.relative_to(site))] = width
    assert wide == {}


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_code_on_a_lesson_s_page_is_not_cut_off(site: Path, page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    blocks = 0
    for file in sorted((site / "notebooks").rglob("*.html")):
        page.goto(file.as_uri())
        code = page.locator("div.highlight pre")
        blocks += code.count()
        assert code.evaluate_all(CUT_OFF) == [], file.name
    assert blocks > 200


def test_wrapped_line_of_code_is_indented_below_itself(site: Path, page: Page) -> None:
    page.goto((site / "notebooks/03_activations/03_activations.html").as_uri())
    line = page.locator("div.highlight .line", has_text="Returns (out, cache): out has the shape").first
    indents = line.evaluate(
        """line => {
            const range = document.createRange();
            range.selectNodeContents(line);
            return [...range.getClientRects()].map(box => Math.round(box.left));
        }"""
    )
    assert len(set(indents)) > 1
    assert line.evaluate("line => getComputedStyle(line).getPropertyValue('--indent').trim()") == "4"


def test_first_screen_shows_a_mistake_a_dashboard_and_the_map(site: Path, page: Page) -> None:
    page.set_viewport_size(LAPTOP)
    page.goto((site / "index.html").as_uri())
    page.screenshot(path=ARTEFACTS / "site-first-screen.png")
    for shown, least in ((".mistake mark", 12), (".moving img:visible", 200), (".map img", 100)):
        box = page.locator(shown).bounding_box()
        assert box
        assert box["y"] + least <= LAPTOP["height"], shown
        assert box["height"] >= least, shown


@pytest.mark.parametrize("name", LOOKED_AT)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(site: Path, page: Page, name: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto((site / f"{name}.html").as_uri())
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    page.screenshot(path=ARTEFACTS / f"site-{Path(name).name}-{theme}.png")
    assert findings(page, ".bd-article") == []


def test_reduced_motion_shows_the_still_image(site: Path, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto((site / "index.html").as_uri())
    picture = page.locator(".moving img:visible")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.querySelectorAll('.moving img')].some(img => img.currentSrc)")
    assert picture.evaluate("img => img.currentSrc").endswith("-still.webp")


def test_formulas_are_drawn_as_formulas(site: Path, page: Page) -> None:
    page.goto((site / "notebooks/08_update_rules/08_update_rules.html").as_uri())
    heights = page.locator("math").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert len(heights) > 50
    assert min(heights) > 5
    assert page.locator("merror").count() == 0
