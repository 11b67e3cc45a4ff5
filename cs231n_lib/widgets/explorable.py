"""A picture with sliders: move one, and the picture is drawn anew."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.picture import Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Slider:
    """One parameter of the drawing: its keyword, the words beside it, its first value and its range."""

    name: str
    description: str
    value: float
    low: float
    high: float
    step: float


class Explorable:
    """``draw(**parameters)`` returns the figure; shown in a notebook, each parameter has a slider.

    Where no front end listens (nbconvert, grading, a test run) the picture of the first values is shown instead.
    """

    def __init__(self, draw: "Callable[..., Figure]", sliders: Sequence[Slider], caption: str) -> None:
        self.draw, self.sliders, self.caption = draw, sliders, caption

    def picture(self) -> Picture:
        """The picture of the sliders' first values."""
        return Picture(self.draw(**{s.name: s.value for s in self.sliders}), self.caption)

    def __repr__(self) -> str:
        return self.caption

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget() if has_live_front_end() else self.picture())

    def widget(self) -> Any:
        """The sliders, a button that puts them back, the picture and its caption, as one ipywidget."""
        import ipywidgets as w

        controls = {
            s.name: w.FloatSlider(
                s.value, min=s.low, max=s.high, step=s.step, description=s.description,
                readout_format=".2f" if s.step < 1 else ".0f", style={"description_width": "8em"},
                layout=w.Layout(width="28em"),
            )
            for s in self.sliders
        }  # fmt: skip
        image = w.Image(format="png", layout=w.Layout(max_width="100%"))
        image.add_class("jp-RenderedImage")

        def redraw(change: Any = None) -> None:
            figure = self.draw(**{name: control.value for name, control in controls.items()})
            buffer = io.BytesIO()
            figure.savefig(buffer, format="png", dpi=96)
            image.value = buffer.getvalue()

        def reset(button: Any) -> None:
            for s in self.sliders:
                controls[s.name].value = s.value

        back = w.Button(description="Reset", tooltip="Put every slider back to its first value")
        back.on_click(reset)
        for control in controls.values():
            control.observe(redraw, "value")
        redraw()
        caption = w.HTML(f'<em style="color: var(--jp-ui-font-color1)">{self.caption}</em>')
        return w.VBox([w.HBox([*controls.values(), back], layout=w.Layout(flex_flow="row wrap")), image, caption])
