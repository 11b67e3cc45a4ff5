"""Explorables, which are interactive figures with sliders and menus.

An explorable consists of a `Stage` and its controls. The stage builds its figure once, and ``update`` changes only the
artists in ``moving``. Everything else is drawn once as a background, so redrawing is fast:

>>> from cs231n_lib.widgets.style import paper
>>> class Line(Stage):
...     def __init__(self):
...         self.figure, (ax,) = paper()
...         (self.line,) = ax.plot([0, 1], [0, 0])
...         self.moving = [self.line]
...
...     def update(self, slope):
...         self.line.set_ydata([0, slope])
...         return f"The line rises by {slope:g}."
>>> explorable = Explorable(Line, [Slider("slope", "Slope", 0.5, 0, 1, 0.1)], "A line.", {"flat": {"slope": 0}})
>>> explorable.picture()
A line. The line rises by 0.5.

A *control* is a `Slider` or a `Menu`, and a *preset* is a named setting of the controls.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import log10
from random import Random
from typing import Any

import ipywidgets as w

from cs231n_lib import colors
from cs231n_lib.checks.report import inline
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.keys import box_of_controls
from cs231n_lib.widgets.picture import Picture, min_width
from cs231n_lib.widgets.style import Artist, Figure


class Stage:
    """Figure of an explorable, its ``moving`` artists and their update rule."""

    figure: Figure
    moving: Sequence[Artist]

    def update(self, *args: Any, **values: Any) -> str:
        """Update the artists, and return a sentence that describes the figure."""
        raise NotImplementedError


@dataclass(frozen=True)
class Slider:
    """Control of one number.

    ``name`` is the keyword of the number in `Stage.update`, and ``words`` is the slider's label. ``log`` makes the
    slider logarithmic. ``runs`` adds buttons that animate the slider.
    """

    name: str
    words: str
    value: float
    low: float
    high: float
    step: float
    log: bool = False
    runs: bool = False

    def widget(self) -> Any:
        """Make the slider widget."""
        look: dict[str, Any] = {"description": self.words, "continuous_update": True, **_LOOK}
        if self.log:
            low, high = log10(self.low), log10(self.high)
            return w.FloatLogSlider(
                self.value, base=10, min=low, max=high, step=self.step, readout_format=".2g", **look
            )
        if isinstance(self.value, int):
            return w.IntSlider(self.value, min=self.low, max=self.high, step=self.step, **look)
        digits = ".3f" if self.step < 0.01 else ".2f"
        return w.FloatSlider(self.value, min=self.low, max=self.high, step=self.step, readout_format=digits, **look)

    def player(self, slider: Any) -> Any:
        """Make the buttons that animate ``slider``.

        The browser links the buttons to the slider, so they stop the animation even while Python draws.
        """
        range_ = {name: getattr(slider, name) for name in ("value", "min", "max", "step")}
        buttons = w.Play(**range_, interval=FRAME, show_repeat=False)
        w.jslink((buttons, "value"), (slider, "value"))
        return buttons


@dataclass(frozen=True)
class Menu:
    """Control that selects one of its options, initially the first."""

    name: str
    words: str
    options: tuple[str, ...]

    @property
    def value(self) -> str:
        """Option chosen initially."""
        return self.options[0]

    def widget(self) -> Any:
        """Make the menu widget."""
        return w.Dropdown(options=self.options, value=self.value, description=self.words, **_LOOK)


Control = Slider | Menu
FRAME = 150
"""Milliseconds between two values of an animated slider."""
_LOOK = {"style": {"description_width": "9em"}, "layout": {"width": "27em", "max_width": "100%"}}


class Explorable:
    """Stage with controls, or a static figure if there is no live front end.

    Parameters
    ----------
    stage : callable
        Function without arguments that returns a new `Stage`.
    controls : sequence of Slider and Menu
        Controls in display order.
    caption : str
        Description of the figure that holds for all values of the controls.
    presets : mapping
        Values of the controls in each preset, by its name. Omitted controls get their initial values. Each preset has
        a button, and "Surprise me" picks a preset that is not shown.
    """

    def __init__(
        self,
        stage: Callable[[], Stage],
        controls: Sequence[Control],
        caption: str,
        presets: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._stage, self._controls, self.caption, self.presets = stage, controls, caption, presets

    @property
    def first_values(self) -> dict[str, Any]:
        """Initial values of the controls."""
        return {control.name: control.value for control in self._controls}

    def picture(self, **values: Any) -> Picture:
        """Static figure at these values, with other controls at their initial values."""
        figure, sentence = self.figure(**values)
        return Picture(figure, f"{self.caption} {sentence}")

    def figure(self, **values: Any) -> tuple[Figure, str]:
        """Figure at these values and the sentence that describes it."""
        stage = self._stage()
        sentence = stage.update(**self.first_values | values)
        return stage.figure, sentence

    @property
    def labels(self) -> dict[str, str]:
        """Label of each control, by the control's name."""
        return {control.name: control.words for control in self._controls}

    def __repr__(self) -> str:
        return self.caption

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget() if has_live_front_end() else self.picture())

    def widget(self) -> Any:
        """Make the widget, whose controls react to Tab and the arrow keys."""
        widgets = {control.name: control.widget() for control in self._controls}
        return _LiveExplorable(self, widgets, _View(self._stage())).box()


class _LiveExplorable:
    """Widgets of an explorable on a page, with their callbacks."""

    def __init__(self, explorable: Explorable, controls: Mapping[str, Any], view: "_View") -> None:
        self.explorable, self.controls, self.view = explorable, controls, view
        # The image has margins, so a maximum width of 100 % would cause a scroll bar in a narrow cell.
        widths = {
            "max_width": "calc(100% - 4px)",
            "width": f"{view.width}px",
            "min_width": f"{min_width(view.width)}px",
        }
        self.image = w.Image(format="png", layout=widths)
        width = {"max_width": f"{view.width}px"}
        self.caption = w.HTML(_text_html(explorable.caption, "italic"), layout=width)
        self.sentence = w.HTML(layout=width)
        self.preset: Mapping[str, Any] = {}
        self.random = Random(0)
        self.observe()
        self.redraw()

    def box(self) -> Any:
        """Box of all widgets."""
        presets = {"Reset": {}, **self.explorable.presets}
        buttons = [_button(name, partial(self.show, values)) for name, values in presets.items()]
        rows = (self.row(), [*buttons, _button("Surprise me", self.surprise)])
        wrapped = [w.HBox(row, layout={"flex_flow": "row wrap"}) for row in rows]
        return box_of_controls(*wrapped, self.image, self.caption, self.sentence)

    def row(self) -> list[Any]:
        """Controls, where an animated slider shares a box with its buttons."""
        row = []
        for control in self.explorable._controls:
            widget = self.controls[control.name]
            if isinstance(control, Slider) and control.runs:
                widget = w.HBox([widget, control.player(widget)])
            row.append(widget)
        return row

    def observe(self) -> None:
        """Redraw whenever a control changes."""
        for widget in self.controls.values():
            widget.observe(self.redraw, "value")

    def redraw(self, change: Any = None) -> None:
        """Draw the figure at the controls' values, regardless of ``change``."""
        values = {name: widget.value for name, widget in self.controls.items()}
        self.image.value, sentence = self.view.draw(values)
        self.sentence.value = _text_html(sentence)

    def show(self, preset: Mapping[str, Any]) -> None:
        """Set all controls to a preset, and redraw only once."""
        self.preset = preset
        for name, value in (self.explorable.first_values | dict(preset)).items():
            self.controls[name].unobserve(self.redraw, "value")
            self.controls[name].value = value
        self.observe()
        self.redraw()

    def surprise(self) -> None:
        """Show a random preset other than the current one."""
        presets = list(self.explorable.presets.values())
        self.show(self.random.choice([preset for preset in presets if preset != self.preset] or presets))


def _text_html(text: str, style: str = "normal") -> str:
    look = f"line-height: 1.4; font-style: {style}; color: {colors.TEXT}"
    return f'<div style="{look}">{inline(text)}</div>'


def _button(label: str, on_click: Callable[[], None]) -> Any:
    button = w.Button(description=label, layout={"width": "auto"})
    button.on_click(lambda _: on_click())
    return button


class _View:
    """Renderer that draws a stage as a PNG and redraws only its moving artists."""

    def __init__(self, stage: Stage) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas: Any = FigureCanvasAgg(stage.figure)
        self.stage, self.canvas = stage, canvas
        stage.figure.set_dpi(96)
        self.width = round(stage.figure.get_size_inches()[0] * 96)
        for artist in stage.moving:
            artist.set_animated(True)
        self.canvas.draw()
        self.background = self.canvas.copy_from_bbox(stage.figure.bbox)

    def draw(self, values: Mapping[str, Any]) -> tuple[bytes, str]:
        """PNG of the stage at these values, and the sentence that describes it."""
        import numpy as np
        from PIL import Image

        sentence = self.stage.update(**values)
        self.canvas.restore_region(self.background)
        for artist in self.stage.moving:
            self.stage.figure.draw_artist(artist)
        buffer = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB").save(buffer, "png", compress_level=1)
        return buffer.getvalue(), sentence
