"""Explorables in a real JupyterLab: keys and the mouse move their sliders, and no key gets past them."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from browser.lab import Lab, explorable_cell
from matplotlib.image import imread
from playwright.sync_api import Locator, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLIDERS = {
    "architecture.boundary": "Step",
    "regularization.boundary": "Epoch",
    "approximation": "Hidden units",
    "components": "Components k",
    "outlier": "Outlier's y",
    "grid_random": "Grid of n × n: n",
}
"""The explorables of this file, and a slider of each."""


def shown(lab: Lab, *names: str) -> Iterator[Locator]:
    """Run these explorables, a cell each in one notebook, and give what each shows."""
    lab.write("explorables.ipynb", [explorable_cell(name) for name in names])
    lab.open("explorables.ipynb")
    for i in range(len(names)):
        lab.run(i)
        explorable = lab.cell(i).locator(".jp-OutputArea-output .widget-vbox")
        explorable.locator("img").scroll_into_view_if_needed()
        yield explorable


def drag(lab: Lab, knob: Locator, by: float) -> None:
    """Pull a slider's knob to the right with the mouse."""
    box = knob.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + by, y, steps=3)
    lab.page.mouse.up()


def moves(lab: Lab, act: Callable[[], None], picture: Locator, says: Locator) -> None:
    """Do this, and wait for another picture and another sentence, in the same place."""
    before, said, place = picture.get_attribute("src"), says.inner_text(), picture.bounding_box()
    act()
    expect(picture).not_to_have_attribute("src", before or "")
    expect(says).not_to_have_text(said)
    assert picture.bounding_box() == place
    lab.wait_until_idle()  # a drag asks for several pictures


def require_told(explorable: Locator, knob: Locator) -> None:
    """A screen reader must hear the slider's value as it reads, and all words below the picture as its name."""
    row = knob.locator("xpath=ancestor::*[contains(@class, 'widget-inline-hbox')]")
    for _ in range(50):  # what a drag asked for on its way may still come
        words = " ".join(" ".join(explorable.locator(".widget-html").all_inner_texts()).split())
        picture, value = (
            explorable.get_by_role("img", name=words, exact=True),
            row.locator(".widget-readout").inner_text(),
        )
        if picture.is_visible() and knob.get_attribute("aria-valuetext") == value:
            return
        explorable.page.wait_for_timeout(100)
    expect(picture).to_be_visible()
    expect(knob).to_have_attribute("aria-valuetext", value)


@pytest.mark.audit
def test_key_drag_and_preset_each_redraw_the_figure(lab: Lab) -> None:
    cells = lab.page.locator(".jp-Notebook:visible .jp-Cell")
    for explorable, slider in zip(shown(lab, *SLIDERS), SLIDERS.values(), strict=True):
        picture, says = explorable.locator("img"), explorable.locator(".widget-html").last
        # By role and name: a slider must have a name that can be read out.
        knob, preset = (
            explorable.get_by_role("slider", name=slider, exact=True),
            explorable.locator(".widget-button").nth(2),  # the buttons that run a slider are others
        )
        acts = {
            "key": lambda k=knob: k.press("ArrowLeft"),
            "drag": lambda k=knob: drag(lab, k, 40),
            "preset": preset.click,
        }
        for act in acts.values():
            moves(lab, act, picture, says)
            require_told(explorable, knob)
        for key in "dd":
            knob.press(key)
        assert cells.count() == len(SLIDERS)
    assert lab.errors == []


def test_dark_theme_recolours_the_words_but_not_the_figure(lab: Lab) -> None:
    (explorable,) = shown(lab, "outlier")
    expect(explorable.get_by_role("combobox", name="Prediction from bins")).to_be_visible()
    pictures = []
    for theme, brightness in (("light", (0, 0.4)), ("dark", (0.6, 1))):
        lab.theme(theme)
        lab.screenshot(f"explorable-{theme}", explorable)
        # Without the rim, where a pixel may be half the page's.
        pictures.append(imread(lab.screenshot("explorable-picture", explorable.locator("img")))[3:-3, 3:-3, :3])
        colour = explorable.locator(".widget-html div[style]").last.evaluate("e => getComputedStyle(e).color")
        words = np.mean([float(part) for part in colour.strip("rgba()").split(",")[:3]]) / 255
        assert brightness[0] <= words <= brightness[1], colour
    assert np.array_equal(*pictures)
