"""What holds for every explorable: its controls, its presets, its axes and its static picture."""

from html import escape
from importlib import import_module
from typing import Any

import ipywidgets as w
import numpy as np
import pytest
from lessons.battery import handed_mine

from cs231n_lib.course.plan import LESSONS, PRIMER
from cs231n_lib.widgets import explorable as kit
from cs231n_lib.widgets.explorable import Explorable, Menu, Slider
from cs231n_lib.widgets.picture import Picture

HOMES = {lesson.slug: import_module(f"cs231n_lib.lessons.{lesson.slug}.explorables") for lesson in (PRIMER, *LESSONS)}
EXPLORABLES = {f"{slug}.{name}": getattr(home, name) for slug, home in HOMES.items() for name in home.__all__}

Axes = list[tuple[float, ...]]


@pytest.fixture(scope="module", params=EXPLORABLES)
def explorable(request: pytest.FixtureRequest) -> Explorable:
    made = handed_mine(EXPLORABLES[request.param])()
    assert isinstance(made, Explorable)
    return made


def axes_of(screen: kit._View) -> Axes:
    """Limits and position of each of the axes."""
    return [(*ax.get_xlim(), *ax.get_ylim(), *ax.get_position().bounds) for ax in screen.stage.figure.axes]


@pytest.fixture(scope="module")
def built(explorable: Explorable) -> tuple[kit._View, Axes]:
    """One figure for several tests, and its axes before anything is drawn.

    Building a figure may take a training.
    """
    screen = kit._View(explorable._stage())
    return screen, axes_of(screen)


@pytest.fixture(scope="module")
def drawn(explorable: Explorable, built: tuple[kit._View, Axes]) -> list[tuple[bytes, Axes]]:
    """Pixels and axes of the first figure and of each preset."""
    screen, _ = built
    values = [explorable.first_values | dict(preset) for preset in ({}, *explorable.presets.values())]
    return [(screen.draw(each)[0], axes_of(screen)) for each in values]


def another_value(control: Slider | Menu) -> Any:
    """A value of the control that is far from its first."""
    if isinstance(control, Menu):
        return control.options[-1]
    return control.high if control.value < (control.low + control.high) / 2 else control.low


def is_a_step(slider: Slider, value: float) -> bool:
    """Whether the slider can stand there: between two steps the browser would move it, and the picture with it."""
    way = np.log10(value / slider.low) if slider.log else value - slider.low
    return bool(abs(way / slider.step - round(way / slider.step)) < 1e-6)


def test_each_slider_starts_on_a_step(explorable: Explorable) -> None:
    sliders = [control for control in explorable._controls if isinstance(control, Slider)]
    assert [slider.name for slider in sliders if not is_a_step(slider, slider.value)] == []


def test_each_control_changes_the_picture(explorable: Explorable, built: tuple[kit._View, Axes]) -> None:
    (screen, _), first = built, explorable.first_values
    before, _ = screen.draw(first)
    for control in explorable._controls:
        after, sentence = screen.draw(first | {control.name: another_value(control)})
        assert after != before, control.name
        assert sentence
    assert screen.draw(first)[0] == before  # nothing of what was drawn in between stays


def test_presets_lie_in_range_and_show_different_figures(
    explorable: Explorable, drawn: list[tuple[bytes, Axes]]
) -> None:
    assert 3 <= len(explorable.presets) <= 5
    controls = {control.name: control for control in explorable._controls}
    for name, values in explorable.presets.items():
        for key, value in values.items():
            control = controls[key]
            if isinstance(control, Menu):
                assert value in control.options
            else:
                assert control.low <= value <= control.high, (name, key)
                assert type(value) is type(control.value), (name, key)
    assert len({pixels for pixels, _ in drawn}) == len(explorable.presets) + 1


def test_presets_keep_the_axes(built: tuple[kit._View, Axes], drawn: list[tuple[bytes, Axes]]) -> None:
    _, before = built
    for _, after in drawn:
        assert np.array_equal(after, before)


def test_each_preset_has_a_button_that_sets_its_values(explorable: Explorable) -> None:
    box = explorable.widget()
    controls, buttons, image, caption = box.children[:4]
    assert escape(explorable.caption) in caption.value
    pressed = {button.description: button for button in buttons.children}
    assert list(pressed) == ["Reset", *explorable.presets, "Surprise me"]
    pictures = set()
    for name, values in {**explorable.presets, "Reset": {}}.items():
        pressed[name].click()
        wanted = explorable.first_values | dict(values)
        shown = [(one.children[0] if isinstance(one, w.HBox) else one).value for one in controls.children]
        assert shown == [pytest.approx(v) if isinstance(v, float) else v for v in wanted.values()]
        pictures.add(image.value)
    assert len(pictures) == len(explorable.presets) + 1


def test_explorable_without_front_end_shows_a_figure(explorable: Explorable, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    monkeypatch.setattr(kit, "has_live_front_end", lambda: False)
    explorable._ipython_display_()
    (picture,) = shown
    assert isinstance(picture, Picture)
    assert picture.caption.startswith(explorable.caption)
    assert len(picture.caption) > len(explorable.caption) + 10
    assert picture.png.startswith(b"\x89PNG")
