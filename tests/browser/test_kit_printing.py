"""The teacher's kit on A4 and Letter: nothing is wider than the paper, and no question or demonstration is divided."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from website import ROOT
from website.kit.__main__ import write

pytestmark = [pytest.mark.browser, pytest.mark.audit]

MM = 96 / 25.4
"""Pixels of CSS per millimetre."""
MARGINS = (30, 32)
PAPER = {"A4": (210, 297), "Letter": (215.9, 279.4)}
PROJECTOR = {"width": 1280, "height": 720}
PARTS = "all => all.map(one => [one.innerText.slice(0, 40), getComputedStyle(one).breakInside, one.offsetHeight])"
TOO_WIDE = """all => all
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 || one.scrollWidth > one.clientWidth + 1)
    .map(one => one.innerText.slice(0, 60))"""


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(ROOT, tmp_path_factory.mktemp("kit") / "kit")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("paper", PAPER)
def test_each_part_fits_on_a_page_and_is_kept_whole(kit: list[Path], page: Page, paper: str) -> None:
    width, height = (int((size - margin) * MM) for size, margin in zip(PAPER[paper], MARGINS, strict=True))
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="print")
    for file in kit:
        page.goto(file.as_uri())
        assert page.locator("pre, table, figure, p, li").evaluate_all(TOO_WIDE) == [], file.name
        parts = page.locator("section:not(:has(section))").evaluate_all(PARTS)
        assert len(parts) >= 5
        assert [part for part in parts if part[1] != "avoid" or part[2] > height] == [], file.name


@pytest.mark.parametrize("paper", PAPER)
def test_sheet_of_questions_fits_on_one_page(kit: list[Path], page: Page, paper: str) -> None:
    for file in (one for one in kit if one.stem.endswith("_questions")):
        page.goto(file.as_uri())
        assert len(re.findall(rb"/Type /Page\b", page.pdf(format=paper))) == 1, file.name


def test_projected_question_fills_the_screen_and_fits(kit: list[Path], page: Page) -> None:
    page.set_viewport_size(PROJECTOR)
    for file in (one for one in kit if one.stem.endswith("_questions")):
        page.goto(file.as_uri())
        heights = page.locator("section").evaluate_all("all => all.map(one => one.offsetHeight)")
        assert heights == [PROJECTOR["height"]] * 5, file.name
        assert page.locator("section p").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") > 30
