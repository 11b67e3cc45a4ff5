"""Training curves that move while the cell runs, in a notebook's output.

>>> with LiveDashboard() as live:
...     for loss in (2.3, 1.2, 0.7):
...         live.log(loss=loss)
3 steps, training loss from 2.3 to 0.7.

Or as a callback, alone or with a name for each run that shares the plot::

    trainer.fit(train, validation, epochs=10, callbacks=[LiveDashboard()])

    with LiveDashboard() as live:
        for name, optimizer in rules.items():
            Trainer(network(), optimizer, rng=rng).fit(train, epochs=10, callbacks=[live.run(name)])

A step costs an append and a look at the clock. At most thirty times a second what is new goes to the browser as one
message; now and then the curves go whole, so that a lost one is made good. At the end a picture and a sentence take the
widget's place, since a widget in a saved notebook is a "model not found". Where nobody sees widgets (a terminal,
nbclient, nbgrader, ``CS231N_STATIC=1``) only those two appear.
"""

import math
from dataclasses import asdict
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING

from cs231n_lib.training.diagnosis import Finding, diagnose
from cs231n_lib.widgets.curves import Curve, in_order
from cs231n_lib.widgets.live_run import LiveRun
from cs231n_lib.widgets.screen import Screen, screen
from cs231n_lib.widgets.training_picture import TrainingPicture, draw, summarize

if TYPE_CHECKING:
    from cs231n_lib.training.run import Run

INTERVAL = 1 / 30
"""Least seconds between two messages to the browser."""

DIAGNOSE_SHARE = 0.003
"""Share of the time that the diagnosis may take while the run goes on."""


class LiveDashboard:
    """Loss, accuracy and what else is logged, drawn while the cell runs; the module's text shows its two ways of use.

    Parameters
    ----------
    log_loss : bool
        Start with a logarithmic axis for the loss; a button changes it.
    smoothing : float, optional
        Time constant of the smoothed loss in steps, 0 for none; by default a hundredth of the run, but at most
        200: a run may be stopped long before its end. A slider
        changes it.

    Attributes
    ----------
    stopped : bool
        Whether the Stop button was pressed.
    shows_progress : bool
        Tells `Trainer` that it needs no progress bar of its own.
    """

    shows_progress = True

    def __init__(self, *, log_loss: bool = False, smoothing: float | None = None) -> None:
        self._log_loss, self._smoothing = log_loss, smoothing
        self._clear()

    def _clear(self) -> None:
        self.stopped = False
        self.due = math.inf
        self._diagnose_at = math.inf
        self._curves: list[Curve] = []
        self._runs: list[LiveRun] = []
        self._current: LiveRun | None = None
        self._panels: list[str] = []
        self._screen: Screen | None = None
        self._closed = False

    def run(self, name: str) -> LiveRun:
        """A run that shares the plot under this name: a callback for ``fit``, or something to `LiveRun.log` to."""
        if any(run.name == name for run in self._runs):
            raise ValueError(f"run: there is a run {name!r} already; give each a name of its own")
        self._runs.append(LiveRun(self, name))
        return self._runs[-1]

    def log(self, *, step: int | None = None, **metrics: float) -> None:
        """Log to the run without a name; see `LiveRun.log`."""
        if self._current is None:
            self._current = self.run("")
        self._current.log(step=step, **metrics)

    def on_start(self, run: "Run") -> None:
        """Begin a run without a name; a further one in the same plot is called "run 2"."""
        if self._closed:
            self._clear()
        self._current = self.run(f"run {len(self._runs) + 1}" if self._runs else "")
        self._current.on_start(run)

    def on_step(self, run: "Run") -> None:
        """See `LiveRun.on_step`."""
        assert self._current is not None, "on_start comes first"
        self._current.on_step(run)

    def on_end(self, run: "Run") -> None:
        """See `LiveRun.on_end`."""
        assert self._current is not None, "on_start comes first"
        self._current.on_end(run)

    def __enter__(self) -> "LiveDashboard":
        self.open(["loss", "accuracy"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Leave the picture. An interrupt and the Stop button end the block only; other exceptions go on."""
        interrupted = isinstance(error, KeyboardInterrupt)
        self.close("stopped" if self.stopped else "interrupted" if interrupted else kind.__name__ if kind else "")
        return interrupted

    def open(self, panels: list[str], total: int = 0) -> bool:
        """Show the dashboard with these panels, unless it is shown already; return whether this call did."""
        if self._closed:
            self._clear()
        fresh = self._screen is None
        if fresh:
            smoothing = self._smoothing if self._smoothing is not None else _smoothing_for(total)
            self._screen = screen(self._curves, log_loss=self._log_loss, smoothing=smoothing)
            self._screen.on_stop(self._stop)
            self._began = self.due = perf_counter()
            self._diagnose_at = self._began + 1
        self._show_panels([*panels, *(curve.panel for curve in self._curves)])
        return fresh

    def _stop(self) -> None:
        self.stopped = True

    def add(self, curve: Curve) -> None:
        """Draw one more curve."""
        self._curves.append(curve)
        self._show_panels([curve.panel])

    def _show_panels(self, names: list[str]) -> None:
        panels = in_order([*self._panels, *names])
        if self._screen is not None and panels != self._panels:
            self._panels = panels
            self._screen.show_panels(panels)

    def flush(self, run: LiveRun) -> None:
        """Show what the curves hold by now, and now and then what they say."""
        if self._screen is None:
            return
        now = perf_counter()
        self.due = now + INTERVAL
        self._screen.show_points(now, run.progress(now - self._began))
        if now >= self._diagnose_at:
            self._screen.show_findings(self._findings())
            cost = perf_counter() - now
            self._diagnose_at = now + max(2.0, cost / DIAGNOSE_SHARE)

    def _findings(self) -> list[dict[str, str]]:
        """What the diagnosis says of each run, under the run's name where there are several."""
        named = len(self._runs) > 1
        return [
            asdict(finding) | {"run": (run.name or "run 1") if named else ""}
            for run in self._runs
            for finding in diagnose(run.trace(), classes=run.classes)
        ]

    def close(self, ended: str) -> None:
        """Leave the picture and its sentence in the dashboard's place; ``ended`` says how the run did."""
        if self._screen is None or self._closed:
            return
        if self._runs:
            self.flush(self._runs[-1])
        self._closed, self.due = True, math.inf
        findings = self._findings()
        self._screen.show_findings(findings)
        figure = draw(self._curves, log_loss=self._screen.log_loss, smoothing=self._screen.smoothing)
        caption = " ".join([summarize(self._curves, ended), *_in_words(findings)])
        self._screen.replace(TrainingPicture(figure, caption), ended or "finished")


def _in_words(findings: list[dict[str, str]]) -> list[str]:
    """Findings as sentences: whole ones for a single run, only the names where several share the picture."""
    if findings and findings[0]["run"]:
        named = ", ".join(f"{finding['name']} ({finding['run']})" for finding in findings)
        return [f"Diagnosis: {named}."]
    return [str(Finding(finding["name"], finding["evidence"], finding["advice"])) for finding in findings]


def _smoothing_for(total: int) -> int:
    return min(max(2, total // 100), 200) if total else 20
