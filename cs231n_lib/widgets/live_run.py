"""Training run that a `LiveDashboard` shows."""

import sys
from time import perf_counter
from typing import Any, Protocol

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.training.diagnosis import RunCurves
from cs231n_lib.training.history import EVALUATION_COLUMNS, Ending
from cs231n_lib.training.run import Callback, Run
from cs231n_lib.widgets.curves import PANELS, MetricCurve


class StopRequested(KeyboardInterrupt):
    """Exception after a click on Stop, which ends the dashboard's ``with`` block."""


class RunDisplay(Protocol):
    """Interface of the plot that displays a run, which `LivePlot` implements."""

    @property
    def stopped(self) -> bool:
        """Whether the Stop button was pressed."""

    @property
    def due(self) -> float:
        """Time of the next message to the browser, on the clock of `time.perf_counter`."""

    def open(self, panels: list[str], total: int = 0) -> bool:
        """Show the plot with these panels, and return whether this call opened it."""

    def add(self, curve: MetricCurve) -> None:
        """Add a curve."""

    def flush(self, run: "LiveRun") -> None:
        """Send new points to the screen."""

    def close(self, ended: str) -> None:
        """Replace the plot with a figure and a caption that says how the run ``ended``."""


class LiveRun(Callback):
    """Run of a `LiveDashboard`, used as a callback of `Trainer.fit` or through `log`."""

    shows_progress = True

    def __init__(self, display: RunDisplay, name: str) -> None:
        self.name = name
        self.step = 0
        self.epoch = self.epochs = self.total = 0
        self.classes: int | None = None
        self.curves: dict[str, MetricCurve] = {}
        self._display = display

    def log(self, *, step: int | None = None, **metrics: float) -> None:
        """Add a value to the curve of each metric.

        Parameters
        ----------
        step : int, optional
            Step of the values. By default the step increases by one when a metric already has a value at the current
            step.
        **metrics : float
            ``loss``, ``val_loss``, ``accuracy``, ``val_accuracy``, ``learning_rate``, ``update_ratio``,
            ``dead_fraction``, or a name of your own, which gets its own panel.

        Raises
        ------
        TypeError
            A value is not a number.
        StopRequested
            The Stop button was pressed. This is a `KeyboardInterrupt`, which ``except Exception`` lets through.
        """
        curves = self.curves
        if step is None:
            step = self.step or 1
            for name in metrics:
                if name in curves and curves[name].step >= step:
                    step = curves[name].step + 1
        self.step = step
        for name, value in metrics.items():
            curve = curves.get(name)
            if curve is None:
                curve = self._add(name)
            try:
                curve.add(step, value)
            except TypeError:
                raise TypeError(f"log: {name} is {type(value).__name__} {value!r:.60}. It must be a number") from None
        display = self._display
        if display.stopped:
            raise StopRequested
        if perf_counter() >= display.due:
            display.flush(self)

    def _add(self, metric: str) -> MetricCurve:
        curve = self.curves[metric] = MetricCurve(self.name, metric)
        self._display.add(curve)
        return curve

    def on_start(self, run: Run) -> None:
        """Open the plot with all panels that this run can fill."""
        self.total, self.epochs = run.total_steps, -(-run.total_steps // run.steps_per_epoch)
        self.classes = run.network.sizes[-1]
        self._omitted = set() if len(run.network.sizes) > 2 else {"dead_fraction"}
        panels = [name for name in PANELS if name not in self._omitted]
        self._owns_plot = self._display.open(panels, total=run.total_steps)
        self._loss, self._learning_rate = self._add("loss"), self._add("learning_rate")
        self._evaluations = 0
        self._catch_up(run)

    def on_step(self, run: Run) -> None:
        """Add the loss and learning rate of the step, and send points if a message is due."""
        self._loss.add(run.step, run.loss)
        if run.learning_rate != self._learning_rate.last:
            self._learning_rate.add(run.step, run.learning_rate)
        display = self._display
        if display.stopped:
            run.stop()
        if perf_counter() >= display.due:
            self._add_evaluations(run)
            display.flush(self)

    def on_end(self, run: Run) -> None:
        """Add the remaining values, and close the plot if this run opened it."""
        self._catch_up(run)
        error = sys.exception()
        ended = run.history.stopped or (type(error).__name__ if error else "")
        self._display.flush(self)
        if self._owns_plot:
            self._display.close("" if run.history.ending is Ending.FINISHED else ended)

    def _catch_up(self, run: Run) -> None:
        """Add the earlier steps of a resumed run, and the last step of a diverged run."""
        history = run.history
        for i in range(int(np.searchsorted(history.steps, max(self._loss.step, 0), "right")), len(history.steps)):
            self._loss.add(int(history.steps[i]), float(history.loss[i]))
            if history.learning_rate[i] != self._learning_rate.last:
                self._learning_rate.add(int(history.steps[i]), float(history.learning_rate[i]))
        self._add_evaluations(run)

    def _add_evaluations(self, run: Run) -> None:
        """Add new evaluations, except values that were not measured (NaN)."""
        history, steps = run.history, run.history.evaluations
        self.step, self.epoch, self._learning_rate.end = run.step, run.epoch, run.step
        for i in range(self._evaluations, len(steps)):
            for name in EVALUATION_COLUMNS:
                value = float(getattr(history, name)[i])
                if name not in self._omitted and not np.isnan(value):
                    (self.curves.get(name) or self._add(name)).add(int(steps[i]), value)
        self._evaluations = len(steps)

    def progress(self, elapsed: float) -> dict[str, Any]:
        """Progress of the run, ``elapsed`` seconds after the plot was opened."""
        names = ("step", "total", "epoch", "epochs")
        return {"run": self.name, "elapsed": round(elapsed, 3), **{name: getattr(self, name) for name in names}}

    def trace(self) -> RunCurves:
        """Current curves, for `diagnose`."""
        curves = {(curve.panel, curve.data): curve for curve in self.curves.values()}

        def points(panel: str, data: str = "training") -> tuple[FloatArray, FloatArray]:
            curve = curves.get((panel, data)) or MetricCurve("", "")
            return curve.points()

        (train_steps, train), (validation_steps, validation) = points("accuracy"), points("accuracy", "validation")
        _, i, j = np.intersect1d(train_steps, validation_steps, return_indices=True)
        ratio, dead = points("update_ratio")[1], points("dead_fraction")[1]
        return RunCurves(*points("loss"), train_steps[i], train[i], validation[j], ratio, dead)
