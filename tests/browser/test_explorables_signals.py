"""The explorables of paths, rates and signals in a real JupyterLab, used with the mouse and with keys alone."""

import re

import pytest
from browser.lab import Lab
from browser.test_explorables_models import drag, moves, require_told, shown
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLIDERS = {
    "descent": ("Evaluations", "has the lowest loss"),
    "race": ("Momentum μ", "After 60 steps"),
    "saturation": ("Scale (std)", "% for tanh"),
    "depth": ("Multiplied by", "in layer 10"),
    "schedule": ("Gradient noise σ", "lowest expected loss"),
}
"""The explorables of this file: a slider of each, and what their sentence always says."""


def test_keys_and_drag_redraw_the_figure_and_keep_the_cell(lab: Lab) -> None:
    cells = lab.page.locator(".jp-Notebook:visible .jp-Cell")
    for explorable, (name, (slider, words)) in zip(shown(lab, *SLIDERS), SLIDERS.items(), strict=True):
        picture, says = explorable.locator("img"), explorable.locator(".widget-html").last
        knob = explorable.get_by_role("slider", name=slider, exact=True)
        moves(lab, lambda k=knob: k.press("ArrowRight"), picture, says)
        require_told(explorable, knob)
        moves(lab, lambda k=knob: drag(lab, k, 40), picture, says)
        expect(says).to_have_text(re.compile(words))
        preset = explorable.get_by_role("button").nth(1)
        moves(lab, lambda b=preset: b.press("Enter"), picture, says)
        lab.screenshot(f"explorable-{name}", explorable)
        for key in "dd":
            knob.press(key)
        assert cells.count() == len(SLIDERS), name
    assert lab.errors == []


def test_another_surface_is_chosen_with_keys(lab: Lab) -> None:
    (explorable,) = shown(lab, "race")
    picture, says = explorable.locator("img"), explorable.locator(".widget-html").last
    surface = explorable.get_by_role("combobox", name="Surface")
    surface.focus()
    moves(lab, lambda: lab.page.keyboard.press("r"), picture, says)
    assert surface.locator("option:checked").inner_text() == "Rosenbrock"
    lab.theme("dark")
    lab.screenshot("explorable-race-dark", explorable)
