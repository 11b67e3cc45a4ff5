"""The plot of a `LiveDashboard`: its curves, the runs that share it, and when the browser hears of them."""

import math
from dataclasses import asdict, dataclass, field
from itertools import groupby
from operator import itemgetter
from time import perf_counter

from cs231n_lib.training.diagnosis import Finding, diagnose
from cs231n_lib.widgets.curves import Curve, in_order
from cs231n_lib.widgets.live_run import LiveRun
from cs231n_lib.widgets.screen import Screen, screen
from cs231n_lib.widgets.training_picture import TrainingPicture, draw, summarize

INTERVAL = 1 / 30
"""Least seconds between two messages to the browser."""

DIAGNOSE_SHARE = 0.003
"""Share of the time that the diagnosis may take while the run goes on."""


@dataclass
class _Shown:
    """What one plot holds, from its first run until its picture is left; the next plot starts with a new one."""

    curves: list[Curve] = field(default_factory=list)
    runs: list[LiveRun] = field(default_factory=list)
    panels: list[str] = field(default_factory=list)
    screen: Screen | None = None
    began: float = math.nan
    due: float = math.inf
    diagnose_at: float = math.inf
    stopped: bool = False
    closed: bool = False


class LivePlot:
    """The `Board` of a `LiveDashboard`'s runs; once closed, it begins anew with the next run or block.

    Parameters
    ----------
    log_loss : bool
        Start with a logarithmic axis for the loss.
    smoothing : float, optional
        Time constant of the smoothed loss in steps; by default it depends on the length of the run.
    """

    def __init__(self, *, log_loss: bool, smoothing: float | None) -> None:
        self._log_loss, self._smoothing = log_loss, smoothing
        self._shown = _Shown()

    @property
    def stopped(self) -> bool:
        """Whether the Stop button was pressed."""
        return self._shown.stopped

    @property
    def due(self) -> float:
        """When the browser is to hear of the runs again, by `time.perf_counter`."""
        return self._shown.due

    @property
    def screen(self) -> Screen | None:
        """Where the curves are drawn, once the plot was opened."""
        return self._shown.screen

    @property
    def curves(self) -> list[Curve]:
        """In the order in which they came."""
        return self._shown.curves

    @property
    def runs(self) -> list[LiveRun]:
        """Those that share the plot."""
        return self._shown.runs

    def begin(self) -> None:
        """Forget a plot whose picture was left."""
        if self._shown.closed:
            self._shown = _Shown()

    def run(self, name: str) -> LiveRun:
        """One more run, under a name of its own."""
        if any(run.name == name for run in self.runs):
            raise ValueError(f"run: there is a run {name!r} already; give each a name of its own")
        self.runs.append(LiveRun(self, name))
        return self.runs[-1]

    def open(self, panels: list[str], total: int = 0) -> bool:
        """Show the plot with these panels, unless it is shown already; return whether this call did."""
        self.begin()
        shown = self._shown
        fresh = shown.screen is None
        if fresh:
            smoothing = self._smoothing if self._smoothing is not None else _smoothing_for(total)
            shown.screen = screen(shown.curves, log_loss=self._log_loss, smoothing=smoothing)
            shown.screen.on_stop(self._stop)
            shown.began = shown.due = perf_counter()
            shown.diagnose_at = shown.began + 1
        self._show_panels([*panels, *(curve.panel for curve in shown.curves)])
        return fresh

    def _stop(self) -> None:
        self._shown.stopped = True

    def add(self, curve: Curve) -> None:
        """Draw one more curve."""
        self.curves.append(curve)
        self._show_panels([curve.panel])

    def _show_panels(self, names: list[str]) -> None:
        shown = self._shown
        panels = in_order([*shown.panels, *names])
        if shown.screen is not None and panels != shown.panels:
            shown.panels = panels
            shown.screen.show_panels(panels)

    def flush(self, run: LiveRun) -> None:
        """Show what the curves hold by now, and now and then what they say."""
        shown = self._shown
        if shown.screen is None:
            return
        now = perf_counter()
        shown.due = now + INTERVAL
        shown.screen.show_points(now, run.progress(now - shown.began))
        if now >= shown.diagnose_at:
            shown.screen.show_findings(self._findings())
            cost = perf_counter() - now
            shown.diagnose_at = now + max(2.0, cost / DIAGNOSE_SHARE)

    def _findings(self) -> list[dict[str, str]]:
        """What the diagnosis says of each run, under the run's name where there are several."""
        named = len(self.runs) > 1
        return [
            asdict(finding) | {"run": (run.name or "run 1") if named else ""}
            for run in self.runs
            for finding in diagnose(run.trace(), classes=run.classes)
        ]

    def close(self, ended: str) -> None:
        """Leave the picture and its sentence in the plot's place; ``ended`` says how the run did, if not well."""
        shown = self._shown
        if shown.screen is None or shown.closed:
            return
        if shown.runs:
            self.flush(shown.runs[-1])
        shown.closed, shown.due = True, math.inf
        findings = self._findings()
        shown.screen.show_findings(findings)
        figure = draw(shown.curves, log_loss=shown.screen.log_loss, smoothing=shown.screen.smoothing)
        caption = " ".join([summarize(shown.curves, ended), *_in_words(findings)])
        shown.screen.replace(TrainingPicture(figure, caption), ended or "finished")


def _in_words(findings: list[dict[str, str]]) -> list[str]:
    """Findings as sentences: whole ones for a single run, only the names where several share the picture."""
    if findings and findings[0]["run"]:
        by_run = [
            f"{run}: {', '.join(f['name'] for f in of_run)}" for run, of_run in groupby(findings, itemgetter("run"))
        ]
        return [f"Diagnosis of {'; '.join(by_run)}."]
    return [str(Finding(finding["name"], finding["evidence"], finding["advice"])) for finding in findings]


def _smoothing_for(total: int) -> int:
    return min(max(2, total // 100), 200) if total else 20
