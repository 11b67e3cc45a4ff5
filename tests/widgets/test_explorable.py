"""The kit of the explorables, on a stage that counts how often it is drawn."""

import io
import itertools
from typing import Any

import ipywidgets as w
import numpy as np
import pytest
from PIL import Image

from cs231n_lib.widgets import explorable as kit
from cs231n_lib.widgets.explorable import Explorable, Menu, Slider, Stage
from cs231n_lib.widgets.style import paper

COLORS = {"blue": (0, 0, 255), "red": (255, 0, 0)}


class Spot(Stage):
    """A spot at (x, 0.5) on an axis that is drawn once."""

    def __init__(self) -> None:
        self.figure, (self.axes,) = paper(4.0, 2.0)
        self.axes.set(xlim=(0, 1), ylim=(0, 1))
        (self.spot,) = self.axes.plot([0], [0.5], "s", markersize=20)
        self.name = self.axes.text(0.5, 0.1, "")
        self.moving = [self.spot, self.name]
        self.seen: list[tuple[float, str]] = []

    def update(self, x: float, color: str) -> str:
        self.seen.append((x, color))
        self.spot.set_xdata([x])
        self.spot.set_color(color)
        return f"x is {x:g} < 2 & {color}"


@pytest.fixture
def stage() -> Spot:
    return Spot()


@pytest.fixture
def explorable(stage: Spot) -> Explorable:
    controls = [Slider("x", "Where", 0.5, 0.0, 1.0, 0.1), Menu("color", "Colour", ("blue", "red"))]
    return Explorable(lambda: stage, controls, "A spot.", {"left": {"x": 0.1}, "red": {"x": 0.9, "color": "red"}})


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def share_of(png: bytes, color: str) -> float:
    """Which part of the picture has this colour, to an edge's rounding."""
    return float(np.mean(np.abs(pixels(png) - COLORS[color]).max(axis=-1) < 10))


def parts(explorable: Explorable) -> tuple[list[Any], dict[str, Any], Any, Any]:
    controls, buttons, image, _, says, *_ = explorable.widget().children
    return list(controls.children), {button.description: button for button in buttons.children}, image, says


def test_slider_type_follows_its_value() -> None:
    whole = Slider("n", "Number", 3, 1, 9, 2).widget()
    real = Slider("x", "Number", 0.5, 0.0, 1.0, 0.25).widget()
    log = Slider("lr", "Rate", 0.1, 0.01, 10.0, 0.05, log=True).widget()
    assert [type(slider) for slider in (whole, real, log)] == [w.IntSlider, w.FloatSlider, w.FloatLogSlider]
    assert [(slider.value, slider.description) for slider in (whole, real)] == [(3, "Number"), (0.5, "Number")]
    assert (whole.min, whole.max, whole.step, real.min, real.max, real.step) == (1, 9, 2, 0, 1, 0.25)
    assert (log.min, log.max, log.base, log.value) == (-2, 1, 10, pytest.approx(0.1))
    assert all(slider.continuous_update for slider in (whole, real, log))


def test_menu_starts_with_its_first_option() -> None:
    menu = Menu("color", "Colour", ("blue", "red"))
    widget = menu.widget()
    assert menu.value == widget.value == "blue"
    assert widget.options == ("blue", "red")


def test_moving_a_control_draws_once(explorable: Explorable, stage: Spot) -> None:
    (x, color), _, image, says = parts(explorable)
    assert stage.seen == [(0.5, "blue")]
    before = image.value
    x.value = 0.8
    assert stage.seen[1:] == [(0.8, "blue")]
    assert image.value != before
    assert ">x is 0.8 &lt; 2 &amp; blue<" in says.value  # a sentence is text, not markup
    color.value = "red"
    assert stage.seen[2:] == [(0.8, "red")]


def test_animated_slider_has_player_buttons(monkeypatch: pytest.MonkeyPatch) -> None:
    linked: list[tuple[Any, Any]] = []
    monkeypatch.setattr(w, "jslink", lambda *ends: linked.append(ends))
    controls = [Slider("x", "Where", 6, 0, 8, 2, runs=True), Menu("color", "Colour", ("blue", "red"))]
    (together, _), *_ = parts(Explorable(Spot, controls, "A spot.", {}))
    slider, player = together.children
    assert isinstance(player, w.Play)
    assert (player.value, player.min, player.max, player.step) == (6, 0, 8, 2)
    assert linked == [((player, "value"), (slider, "value"))]


def test_preset_sets_all_controls_and_draws_once(explorable: Explorable, stage: Spot) -> None:
    (x, color), buttons, image, _ = parts(explorable)
    first = image.value
    buttons["red"].click()
    assert (x.value, color.value) == (0.9, "red")
    buttons["left"].click()  # what a preset does not name goes back to its first value
    assert (x.value, color.value) == (0.1, "blue")
    buttons["Reset"].click()
    assert (x.value, color.value) == (0.5, "blue")
    assert stage.seen == [(0.5, "blue"), (0.9, "red"), (0.1, "blue"), (0.5, "blue")]
    assert image.value == first


def test_surprise_shows_a_preset(explorable: Explorable, stage: Spot) -> None:
    _, buttons, _, _ = parts(explorable)
    for _ in range(20):
        buttons["Surprise me"].click()
    assert set(stage.seen[1:]) == {(0.1, "blue"), (0.9, "red")}


def test_surprise_never_repeats_the_current_preset(explorable: Explorable, stage: Spot) -> None:
    _, buttons, _, _ = parts(explorable)
    buttons[next(iter(explorable.presets))].click()
    for _ in range(20):
        buttons["Surprise me"].click()
    assert all(first != second for first, second in itertools.pairwise(stage.seen[1:]))


def test_moved_artist_leaves_no_trace(stage: Spot) -> None:
    screen = kit._View(stage)
    first, sentence = screen.draw({"x": 0.3, "color": "blue"})
    other, _ = screen.draw({"x": 0.7, "color": "red"})
    assert sentence == "x is 0.3 < 2 & blue"
    assert share_of(first, "blue") > 0.005
    assert share_of(other, "blue") == 0
    assert share_of(other, "red") == pytest.approx(share_of(first, "blue"), rel=0.1)
    assert screen.draw({"x": 0.3, "color": "blue"})[0] == first


def test_only_moving_artists_are_redrawn(stage: Spot, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = kit._View(stage)
    drawn: list[Any] = []
    monkeypatch.setattr(stage.figure, "draw_artist", drawn.append)
    stage.axes.set_title("too late")
    before, _ = screen.draw({"x": 0.3, "color": "blue"})
    assert drawn == [stage.spot, stage.name]
    assert share_of(before, "blue") == 0  # the spot is in no background


def test_growing_artist_does_not_shift_axes(stage: Spot) -> None:
    screen = kit._View(stage)
    place = stage.axes.get_position().bounds
    stage.name.set_text("a long name\n" * 9)
    screen.draw({"x": 0.3, "color": "blue"})
    assert stage.axes.get_position().bounds == place
    assert pixels(screen.draw({"x": 0.3, "color": "blue"})[0]).shape == (192, 384, 3)  # 2 × 4 inches of 96 pixels


def test_picture_uses_the_given_values(explorable: Explorable, stage: Spot) -> None:
    picture = explorable.picture(color="red")
    assert stage.seen == [(0.5, "red")]
    assert picture.caption == "A spot. x is 0.5 < 2 & red"
    assert picture.width == 384
    assert share_of(picture.png, "red") > 0.005


def test_live_front_end_gets_the_widget(explorable: Explorable, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    monkeypatch.setattr(kit, "has_live_front_end", lambda: True)
    explorable._ipython_display_()
    assert isinstance(shown[0], w.VBox)
    assert repr(explorable) == "A spot."


def test_stage_requires_update() -> None:
    with pytest.raises(NotImplementedError):
        Stage().update()
