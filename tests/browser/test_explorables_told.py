"""What a screen reader hears of every explorable: its sliders' names and values and the sentence, anew with a key."""

from contextlib import suppress

import pytest
from browser.lab import Lab, explorables
from browser.test_explorables_models import require_told, shown
from lessons.battery import handed_mine
from playwright.sync_api import expect

from cs231n_lib.widgets.explorable import Explorable, Slider

pytestmark = [pytest.mark.browser, pytest.mark.audit]


@pytest.mark.parametrize("name", explorables())
def test_slider_is_announced_and_a_key_changes_the_sentence(lab: Lab, name: str) -> None:
    made = handed_mine(explorables()[name])()
    assert isinstance(made, Explorable)
    sliders = [control for control in made._controls if isinstance(control, Slider)]
    (explorable,) = shown(lab, name)
    says = explorable.locator(".widget-html").last
    changed = False
    for slider in sliders:
        knob = explorable.get_by_role("slider", name=slider.words, exact=True)
        require_told(explorable, knob)
        told, value = says.inner_text(), knob.get_attribute("aria-valuetext")
        knob.press("ArrowLeft" if slider.value > (slider.low + slider.high) / 2 else "ArrowRight")
        expect(knob).not_to_have_attribute("aria-valuetext", value or "")
        if not changed:
            with suppress(AssertionError):
                expect(says).not_to_have_text(told)
                changed = True
        lab.wait_until_idle()
        require_told(explorable, knob)
    assert changed
    assert lab.errors == []
