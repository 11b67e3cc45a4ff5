"""Plot of a `LiveDashboard`, and the timing of its messages."""

import math
from dataclasses import asdict
from itertools import groupby
from operator import itemgetter
from time import perf_counter

from cs231n_lib.training.diagnosis import Finding, diagnose
from cs231n_lib.widgets.curves import MetricCurve, ordered_panels
from cs231n_lib.widgets.live_run import LiveRun
from cs231n_lib.widgets.screen import Screen, screen
from cs231n_lib.widgets.training_picture import TrainingPicture, draw, summarize

INTERVAL = 1 / 30
"""Minimum time in seconds between messages to the browser."""

DIAGNOSIS_TIME_FRACTION = 0.003
"""Maximum fraction of the running time that the diagnosis may take."""


class LivePlot:
    """Plot that the runs of a `LiveDashboard` share.

    After the plot is closed, the next run or ``with`` block starts a new plot.

    Parameters
    ----------
    log_loss : bool
        Start with a logarithmic loss axis.
    smoothing : float, optional
        Time constant in steps of the smoothed loss. `LiveDashboard` describes the default.

    Attributes
    ----------
    curves, runs : list of MetricCurve, list of LiveRun
        Curves of all runs, in the order in which they were added, and the runs that share the plot.
    panels : list of str
        Names of the panels shown.
    screen : Screen or None
        Screen that draws the curves, or None before `open`.
    due : float
        Time of the next message to the browser, on the clock of `time.perf_counter`.
    stopped : bool
        Whether the Stop button was pressed.
    """

    def __init__(self, *, log_loss: bool, smoothing: float | None) -> None:
        self._log_loss, self._smoothing = log_loss, smoothing
        self._clear()

    def _clear(self) -> None:
        self.curves: list[MetricCurve] = []
        self.runs: list[LiveRun] = []
        self.panels: list[str] = []
        self.screen: Screen | None = None
        self._started, self.due, self._diagnosis_due = math.nan, math.inf, math.inf
        self.stopped = self._closed = False

    def begin(self) -> None:
        """Start a new plot if the current one is closed."""
        if self._closed:
            self._clear()

    def run(self, name: str) -> LiveRun:
        """Add a run with a unique name."""
        if any(run.name == name for run in self.runs):
            raise ValueError(f"run: the plot already has a run {name!r}. Give each run a unique name")
        self.runs.append(LiveRun(self, name))
        return self.runs[-1]

    def open(self, panels: list[str], total: int = 0) -> bool:
        """Show the plot with these panels, and return whether this call opened it."""
        self.begin()
        is_new = self.screen is None
        if is_new:
            smoothing = self._smoothing if self._smoothing is not None else _default_smoothing(total)
            self.screen = screen(self.curves, log_loss=self._log_loss, smoothing=smoothing)
            self.screen.on_stop(self._stop)
            self._started = self.due = perf_counter()
            self._diagnosis_due = self._started + 1
        self._show_panels([*panels, *(curve.panel for curve in self.curves)])
        return is_new

    def _stop(self) -> None:
        self.stopped = True

    def add(self, curve: MetricCurve) -> None:
        """Add a curve, and its panel if necessary."""
        self.curves.append(curve)
        self._show_panels([curve.panel])

    def _show_panels(self, names: list[str]) -> None:
        panels = ordered_panels([*self.panels, *names])
        if self.screen is not None and panels != self.panels:
            self.panels = panels
            self.screen.show_panels(panels)

    def flush(self, run: LiveRun) -> None:
        """Send new points to the screen, and occasionally the diagnosis."""
        if self.screen is None:
            return
        now = perf_counter()
        self.due = now + INTERVAL
        self.screen.show_points(now, run.progress(now - self._started))
        if now >= self._diagnosis_due:
            self.screen.show_findings(self._findings())
            cost = perf_counter() - now
            self._diagnosis_due = now + max(2.0, cost / DIAGNOSIS_TIME_FRACTION)

    def _findings(self) -> list[dict[str, str]]:
        """Findings of all runs, each with its run's name if there are several runs."""
        named = len(self.runs) > 1
        return [
            asdict(finding) | {"run": (run.name or "run 1") if named else ""}
            for run in self.runs
            for finding in diagnose(run.trace(), classes=run.classes)
        ]

    def close(self, ended: str) -> None:
        """Replace the plot with a figure and a caption that says how the run ``ended``."""
        if self.screen is None or self._closed:
            return
        if self.runs:
            self.flush(self.runs[-1])
        self._closed, self.due = True, math.inf
        findings = self._findings()
        self.screen.show_findings(findings)
        figure = draw(self.curves, log_loss=self.screen.log_loss, smoothing=self.screen.smoothing)
        caption = " ".join([summarize(self.curves, ended), *_findings_text(findings)])
        self.screen.replace(TrainingPicture(figure, caption), ended or "finished")


def _findings_text(findings: list[dict[str, str]]) -> list[str]:
    """Findings as sentences, or only their names if there are several runs."""
    if findings and findings[0]["run"]:
        by_run = [
            f"{run}: {', '.join(f['name'] for f in of_run)}" for run, of_run in groupby(findings, itemgetter("run"))
        ]
        return [f"Diagnosis of {'; '.join(by_run)}."]
    return [str(Finding(finding["name"], finding["evidence"], finding["advice"])) for finding in findings]


def _default_smoothing(total: int) -> int:
    return min(max(2, total // 100), 200) if total else 20
