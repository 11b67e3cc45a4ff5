"""Screens of the live dashboard, either a widget or a line in a terminal.

At the end of a run, a static figure replaces the screen.
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

from cs231n_lib import browser
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.curves import MetricCurve, encode, panel, panel_traits
from cs231n_lib.widgets.keys import KEEP_KEYS
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import LINES
from cs231n_lib.widgets.subshell import handle_in_subshell

MAX_KEYFRAME_INTERVAL = 16.0
"""Maximum time in seconds between keyframes, which are messages with whole curves."""

_HERE = Path(__file__).parent


class Screen(Protocol):
    """Interface of the output on which a dashboard draws."""

    log_loss: bool
    smoothing: float

    def on_stop(self, stop: Callable[[], None]) -> None:
        """Call ``stop`` when the Stop button is pressed, possibly in another thread."""

    def show_panels(self, names: list[str]) -> None:
        """Show these panels, which may still be empty."""

    def show_points(self, now: float, progress: dict[str, Any]) -> None:
        """Show the new points of the curves."""

    def show_findings(self, findings: list[dict[str, str]]) -> None:
        """Show the findings of the diagnosis."""

    def replace(self, picture: Picture, state: str) -> None:
        """Replace the output with the figure, where ``state`` says how the run ended."""


def screen(curves: list[MetricCurve], *, log_loss: bool, smoothing: float) -> Screen:
    """Make a widget for these curves, or a text line if there is no live front end."""
    kind = WidgetScreen if has_live_front_end() else TextScreen
    return kind(curves, log_loss=log_loss, smoothing=smoothing)


class WidgetScreen(anywidget.AnyWidget):  # type: ignore[misc]
    """Widget of the live plot, whose traits and messages `dashboard.js` documents."""

    _esm = (
        KEEP_KEYS
        + browser.stop_script()
        + "".join((_HERE / name).read_text(encoding="utf-8") for name in ("plot.js", "curve.js", "dashboard.js"))
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
    stop_channel = traitlets.Dict().tag(sync=True)

    def __init__(self, curves: list[MetricCurve], **traits: Any) -> None:
        self._curves = curves
        self._progress: dict[str, Any] = {}
        self._keyframe_due = 0.0
        self._keyframe_interval = 0.1
        self._channel = browser.StopChannel()
        super().__init__(**traits)
        self._channel.attach(self)
        handle_in_subshell(self)
        self.on_msg(self._on_message)
        # Colab finds its widget manager through the metadata.
        bundle, metadata = self._repr_mimebundle_()
        bundle["text/plain"] = "Training curves"
        self._handle = display(bundle, metadata=metadata, raw=True, display_id=True)

    def _on_message(self, widget: Any, content: dict[str, Any], buffers: list[bytes]) -> None:
        if content.get("kind") == "behind":
            self._keyframe_due = 0.0
        elif content.get("kind") == "stop":
            self.stop = True

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """State of the traits. The full state, for a reloaded page, has all points."""
        state: dict[str, Any] = super().get_state(key, drop_defaults)
        if key is None:
            head, points = encode(self._curves, full=True)
            state["snapshot"] = {"curves": head, "progress": self._progress, "points": points}
        return state

    def on_stop(self, stop: Callable[[], None]) -> None:
        """See `Screen`. The page gets the new state before ``stop`` can end the run."""

        def on_click(change: Any) -> None:
            if self.state == "running":  # a click may arrive only after the run has ended
                self.state = "stopping"
                stop()

        self.observe(on_click, "stop")

    def show_panels(self, names: list[str]) -> None:
        """See `Screen`."""
        self.panels = panel_traits(names)

    def show_points(self, now: float, progress: dict[str, Any]) -> None:
        """See `Screen`. Keyframes follow at intervals of 0.1 s, 0.2 s, … or on request."""
        keyframe = now >= self._keyframe_due
        head, points = encode(self._curves, full=keyframe)
        if keyframe:
            self._keyframe_due = now + self._keyframe_interval
            self._keyframe_interval = min(2 * self._keyframe_interval, MAX_KEYFRAME_INTERVAL)
        self._progress = progress
        self.send({"kind": "points", "curves": head, "progress": progress}, [points])
        for curve in self._curves:
            curve.sent = len(curve.x)
        if self._channel.requested():
            self.stop = True

    def show_findings(self, findings: list[dict[str, str]]) -> None:
        """See `Screen`."""
        self.findings = findings

    def replace(self, picture: Picture, state: str) -> None:
        """See `Screen`. The widget stays open, because a reloaded page may show it."""
        self.state = state
        self._channel.close()
        self._handle.update(picture)


class TextScreen:
    """Progress line in a terminal, which the caption replaces at the end."""

    def __init__(self, curves: list[MetricCurve], *, log_loss: bool, smoothing: float) -> None:
        self.log_loss, self.smoothing = log_loss, smoothing
        self._curves = curves
        # nbgrader counts output on stderr as a failure.
        self._line = tqdm(file=sys.stdout, disable=not sys.stdout.isatty(), leave=False, bar_format="{desc}")

    def on_stop(self, stop: Callable[[], None]) -> None:
        """See `Screen`. A terminal has no button."""

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
