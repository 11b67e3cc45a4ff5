"""Explorables: a picture with controls that is drawn anew while you move them.

An explorable is a `Stage` and its controls. The stage builds its figure once; what moves is listed in ``moving``, and
``update`` changes only that. The rest is drawn once and kept as a background, so that a slider feels immediate:

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

The words: a *stage* is a figure and how it follows the controls, a *control* is a `Slider` or a `Menu`, a *preset* is a
named setting of the controls, *paper* is a figure in the course's look, and a view is what turns a stage into pixels.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import log10
from random import Random
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from cs231n_lib import colors
from cs231n_lib.checks.report import inline
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.keys import box_of_controls
from cs231n_lib.widgets.picture import Picture, least_width

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure


class Stage:
    """What an explorable shows: a ``figure``, the artists that move, and how they follow the controls."""

    figure: "Figure"
    moving: "Sequence[Artist]"

    def update(self, *args: Any, **values: Any) -> str:
        """Move the artists to the controls' values, and return a sentence that says what can be seen now."""
        raise NotImplementedError


@dataclass(frozen=True)
class Slider:
    """One number: its keyword, the words beside it, its first value and its range.

    ``log`` is for equal factors; ``runs`` puts buttons beside it that run it from its low end on, as time runs.
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
        """The slider, live."""
        look: dict[str, Any] = {"description": self.words, "continuous_update": True, **_LOOK}
        if self.log:
            low, high = log10(self.low), log10(self.high)
            return w.FloatLogSlider(
                self.value, base=10, min=low, max=high, step=self.step, readout_format=".2g", **look
            )
        if isinstance(self.value, int):
            return w.IntSlider(self.value, min=self.low, max=self.high, step=self.step, **look)
        return w.FloatSlider(self.value, min=self.low, max=self.high, step=self.step, readout_format=".2f", **look)

    def player(self, slider: Any) -> Any:
        """The buttons that run it, in the browser: so they stop it at once, whatever Python is drawing."""
        range_ = {name: getattr(slider, name) for name in ("value", "min", "max", "step")}
        buttons = w.Play(**range_, interval=FRAME, show_repeat=False)
        w.jslink((buttons, "value"), (slider, "value"))
        return buttons


@dataclass(frozen=True)
class Menu:
    """One of several names: its keyword, the words beside it, and the options, of which the first is shown first."""

    name: str
    words: str
    options: tuple[str, ...]

    @property
    def value(self) -> str:
        """The option shown first."""
        return self.options[0]

    def widget(self) -> Any:
        """The menu, live."""
        return w.Dropdown(options=self.options, value=self.value, description=self.words, **_LOOK)


Control = Slider | Menu
FRAME = 150
"""Milliseconds from one value to the next where a slider runs."""
_LOOK = {"style": {"description_width": "9em"}, "layout": {"width": "27em", "max_width": "100%"}}


class Explorable:
    """Shows a stage with its controls; where no front end listens, the picture of their first values.

    Parameters
    ----------
    stage
        Makes a new `Stage`.
    controls : sequence of Slider and Menu
        In the order in which they are shown.
    caption : str
        Says what the picture shows, whatever the controls say.
    presets : mapping
        From a name to values of the controls, the others keeping their first value: settings worth seeing. They have
        a button each, and "Surprise me" picks another of them.
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
        """What the controls show at first."""
        return {control.name: control.value for control in self._controls}

    def picture(self, **values: Any) -> Picture:
        """The picture at these values of the controls, the others at their first."""
        stage = self._stage()
        sentence = stage.update(**self.first_values | values)
        return Picture(stage.figure, f"{self.caption} {sentence}")

    def __repr__(self) -> str:
        return self.caption

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget() if has_live_front_end() else self.picture())

    def widget(self) -> Any:
        """All as one ipywidget; its controls are reached with Tab and moved with the arrow keys."""
        return _Live(self, {control.name: control.widget() for control in self._controls}, _View(self._stage())).box()


class _Live:
    """An explorable on a page: its widgets, and what happens when they are used."""

    def __init__(self, explorable: Explorable, controls: Mapping[str, Any], view: "_View") -> None:
        self.explorable, self.controls, self.view = explorable, controls, view
        # Less its margins: a picture as wide as a narrow cell would get a scroll bar.
        widths = {
            "max_width": "calc(100% - 4px)",
            "width": f"{view.width}px",
            "min_width": f"{least_width(view.width)}px",
        }
        self.image = w.Image(format="png", layout=widths)
        width = {"max_width": f"{view.width}px"}
        self.caption = w.HTML(_words(explorable.caption, "italic"), layout=width)
        self.says = w.HTML(layout=width)
        self.preset: Mapping[str, Any] = {}  # the last that was shown
        self.luck = Random(0)
        self.follow()
        self.redraw()

    def box(self) -> Any:
        """All widgets, one below the other."""
        presets = {"Reset": {}, **self.explorable.presets}
        buttons = [_button(name, partial(self.show, values)) for name, values in presets.items()]
        rows = (self.row(), [*buttons, _button("Surprise me", self.surprise)])
        wrapped = [w.HBox(row, layout={"flex_flow": "row wrap"}) for row in rows]
        return box_of_controls(*wrapped, self.image, self.caption, self.says)

    def row(self) -> list[Any]:
        """The controls, each that runs in one box with its buttons, so that they stay together."""
        row = []
        for control in self.explorable._controls:
            widget = self.controls[control.name]
            if isinstance(control, Slider) and control.runs:
                widget = w.HBox([widget, control.player(widget)])
            row.append(widget)
        return row

    def follow(self) -> None:
        """Draw anew whenever a control moves."""
        for widget in self.controls.values():
            widget.observe(self.redraw, "value")

    def redraw(self, change: Any = None) -> None:
        """Show what the controls say; ``change``, which ipywidgets passes, is one of them."""
        values = {name: widget.value for name, widget in self.controls.items()}
        self.image.value, sentence = self.view.draw(values)
        self.says.value = _words(sentence)

    def show(self, preset: Mapping[str, Any]) -> None:
        """Move all controls, and draw once for all of them together."""
        self.preset = preset
        for name, value in (self.explorable.first_values | dict(preset)).items():
            self.controls[name].unobserve(self.redraw, "value")
            self.controls[name].value = value
        self.follow()
        self.redraw()

    def surprise(self) -> None:
        """Show a preset that is not shown already."""
        presets = list(self.explorable.presets.values())
        self.show(self.luck.choice([preset for preset in presets if preset != self.preset] or presets))


def _words(text: str, style: str = "normal") -> str:
    look = f"line-height: 1.4; font-style: {style}; color: {colors.TEXT}"
    return f'<div style="{look}">{inline(text)}</div>'


def _button(words: str, press: Callable[[], None]) -> Any:
    button = w.Button(description=words, layout={"width": "auto"})
    button.on_click(lambda _: press())
    return button


class _View:
    """Draws a stage to PNG: the background once, then only what moves."""

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
        """The picture at these values, and the sentence that goes with it."""
        import numpy as np
        from PIL import Image

        sentence = self.stage.update(**values)
        self.canvas.restore_region(self.background)
        for artist in self.stage.moving:
            self.stage.figure.draw_artist(artist)
        buffer = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB").save(buffer, "png", compress_level=1)
        return buffer.getvalue(), sentence
