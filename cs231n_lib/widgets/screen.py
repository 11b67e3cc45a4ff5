"""Where a dashboard's curves appear: a widget in a notebook that shows widgets, or a progress line in a terminal.

Either way a picture is what stays.
"""

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import anywidget
import traitlets
from IPython.display import display
from tqdm import tqdm

from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.curves import Curve, describe, encode, panel
from cs231n_lib.widgets.heard import heard_beside_cells
from cs231n_lib.widgets.keys import KEEP_KEYS
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import LINES

WHOLE_AT_LEAST = 16.0
"""Seconds between two messages that hold the curves whole, once the run is long; at first they come more often."""

_HERE = Path(__file__).parent


class Screen(Protocol):
    """What a dashboard draws on."""

    log_loss: bool
    smoothing: float

    def on_stop(self, ask: Callable[[], None]) -> None:
        """Call ``ask``, from whatever thread, when the Stop button is pressed."""

    def show_panels(self, names: list[str]) -> None:
        """Show these panels, before there is anything in them."""

    def show_points(self, now: float, progress: dict[str, Any]) -> None:
        """Show what the curves hold by now."""

    def show_findings(self, findings: list[dict[str, str]]) -> None:
        """Show what the diagnosis says."""

    def replace(self, picture: Picture, state: str) -> None:
        """Put the picture in the place of all that was shown; ``state`` says how the run ended."""


def screen(curves: list[Curve], *, log_loss: bool, smoothing: float) -> Screen:
    """The best screen there is here, showing these curves, which the caller goes on filling."""
    kind = WidgetScreen if has_live_front_end() else TextScreen
    return kind(curves, log_loss=log_loss, smoothing=smoothing)


class WidgetScreen(anywidget.AnyWidget):  # type: ignore[misc]
    """The live plot. State is in traits, points are in messages; `dashboard.js` describes both."""

    _esm = KEEP_KEYS + "".join(
        (_HERE / name).read_text(encoding="utf-8") for name in ("plot.js", "curve.js", "dashboard.js")
    )
    _css = (_HERE / "dashboard.css").read_text(encoding="utf-8")
    panels = traitlets.List().tag(sync=True)
    lines = traitlets.List([asdict(look) for look in LINES]).tag(sync=True)
    findings = traitlets.List().tag(sync=True)
    state = traitlets.Unicode("running").tag(sync=True)
    stop = traitlets.Bool(False).tag(sync=True)
    log_loss = traitlets.Bool(False).tag(sync=True)
    smoothing = traitlets.Float(20.0).tag(sync=True)
    snapshot = traitlets.Dict().tag(sync=True)

    def __init__(self, curves: list[Curve], **traits: Any) -> None:
        self._curves = curves
        self._progress: dict[str, Any] = {}
        self._whole_at = 0.0
        self._whole_wait = 0.1
        super().__init__(**traits)
        heard_beside_cells(self)
        self.on_msg(self._on_message)
        # The metadata, too: in them Colab is told where to find what shows widgets.
        bundle, metadata = self._repr_mimebundle_()
        bundle["text/plain"] = "Training curves"
        self._handle = display(bundle, metadata=metadata, raw=True, display_id=True)

    def _on_message(self, widget: Any, content: dict[str, Any], buffers: list[bytes]) -> None:
        if content.get("kind") == "behind":
            self._whole_at = 0.0
        elif content.get("kind") == "stop":
            self.stop = True

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """All traits; when the whole state is asked for, which a page does that was loaded anew, all points too."""
        state: dict[str, Any] = super().get_state(key, drop_defaults)
        if key is None:
            head, points = encode(self._curves, whole=True)
            state["snapshot"] = {"curves": head, "progress": self._progress, "points": points}
        return state

    def on_stop(self, ask: Callable[[], None]) -> None:
        """See `Screen`. The page is told that the button was heard; before ``ask``, after which the run may end."""

        def heard(change: Any) -> None:
            if self.state == "running":  # and not a click that waited behind the whole run
                self.state = "stopping"
                ask()

        self.observe(heard, "stop")

    def show_panels(self, names: list[str]) -> None:
        """See `Screen`."""
        self.panels = describe(names)

    def show_points(self, now: float, progress: dict[str, Any]) -> None:
        """See `Screen`. A message holds the curves whole after 0.1 s, 0.2 s, 0.4 s, …, or when the page asks for it."""
        whole = now >= self._whole_at
        head, points = encode(self._curves, whole=whole)
        if whole:
            self._whole_at = now + self._whole_wait
            self._whole_wait = min(2 * self._whole_wait, WHOLE_AT_LEAST)
        self._progress = progress
        self.send({"kind": "points", "curves": head, "progress": progress}, [points])
        for curve in self._curves:
            curve.sent = len(curve.x)

    def show_findings(self, findings: list[dict[str, str]]) -> None:
        """See `Screen`."""
        self.findings = findings

    def replace(self, picture: Picture, state: str) -> None:
        """See `Screen`. The widget itself lives on, for a page that was reloaded while the cell ran."""
        self.state = state
        self._handle.update(picture)


class TextScreen:
    """A progress line in a terminal, and nothing where no terminal is; at the end the picture, or its sentence."""

    def __init__(self, curves: list[Curve], *, log_loss: bool, smoothing: float) -> None:
        self.log_loss, self.smoothing = log_loss, smoothing
        self._curves = curves
        # Not on stderr: what a notebook writes there, nbgrader takes for a failure.
        self._line = tqdm(file=sys.stdout, disable=not sys.stdout.isatty(), leave=False, bar_format="{desc}")

    def on_stop(self, ask: Callable[[], None]) -> None:
        """See `Screen`. There is no button here."""

    def show_panels(self, names: list[str]) -> None:
        """See `Screen`."""

    def show_points(self, now: float, progress: dict[str, Any]) -> None:
        """See `Screen`."""
        if not self._line.disable:
            values = (
                f"{curve.data} {curve.panel} {curve.last:.3g}" for curve in self._curves if panel(curve.panel).large
            )
            self._line.set_description_str(", ".join([f"step {progress['step']}", *values]))

    def show_findings(self, findings: list[dict[str, str]]) -> None:
        """See `Screen`."""

    def replace(self, picture: Picture, state: str) -> None:
        """See `Screen`."""
        self._line.close()
        display(picture)
