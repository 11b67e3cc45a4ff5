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
message; every second the curves go whole, so that a lost one is made good. At the end a picture and a sentence take the
widget's place, since a widget in a saved notebook is a "model not found". Where nobody sees widgets (a terminal,
nbclient, nbgrader, ``CS231N_STATIC=1``) only those two appear.
"""

import math
import sys
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from cs231n_lib.history import EVALUATION_COLUMNS
from cs231n_lib.widgets.curves import PANELS, Curve, in_order
from cs231n_lib.widgets.screen import Screen, screen
from cs231n_lib.widgets.training_picture import TrainingPicture, draw, summarize

if TYPE_CHECKING:
    from cs231n_lib.run import Run

INTERVAL = 1 / 30
"""Least seconds between two messages to the browser."""


class StopAsked(KeyboardInterrupt):
    """The Stop button was pressed; the block of ``with LiveDashboard()`` ends with it, quietly."""


class LiveRun:
    """One run in a `LiveDashboard`: a callback for `Trainer.fit`, or something to `log` to."""

    def __init__(self, dashboard: "LiveDashboard", name: str) -> None:
        self.name = name
        self.step = 0
        self.epoch = self.epochs = self.total = 0
        self.classes: int | None = None
        self.curves: dict[str, Curve] = {}
        self._dashboard = dashboard

    def log(self, *, step: int | None = None, **metrics: float) -> None:
        """Add a value to each of these metrics' curves.

        Parameters
        ----------
        step : int, optional
            By default the step goes on by one when a metric comes that this step already has.
        **metrics : float
            ``loss``, ``val_loss``, ``accuracy``, ``val_accuracy``, ``learning_rate``, ``update_ratio``,
            ``dead_fraction``, or a name of your own, which gets a panel of its own.

        Raises
        ------
        TypeError
            If a value is no number.
        StopAsked
            If the Stop button was pressed: a `KeyboardInterrupt`, so that any loop ends.
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
                raise TypeError(f"log: {name} is {type(value).__name__} {value!r:.60}; it must be a number") from None
        dashboard = self._dashboard
        if dashboard.stopped:
            raise StopAsked
        if perf_counter() >= dashboard.due:
            dashboard.flush(self)

    def _add(self, metric: str) -> Curve:
        curve = self.curves[metric] = Curve(self.name, metric)
        self._dashboard.add(curve)
        return curve

    def on_start(self, run: "Run") -> None:
        """Show the dashboard, with all panels that a trainer fills."""
        self.total, self.epochs = run.total_steps, -(-run.total_steps // run.steps_per_epoch)
        self.classes = run.network.sizes[-1]
        self._opened_here = self._dashboard.open(list(PANELS), total=run.total_steps)
        self._loss, self._rate = self._add("loss"), self._add("learning_rate")
        self._evaluations = 0
        self._catch_up(run)

    def on_step(self, run: "Run") -> None:
        """Take in the step's loss and learning rate, and now and then tell the browser."""
        self._loss.add(run.step, run.loss)
        if run.learning_rate != self._rate.last:
            self._rate.add(run.step, run.learning_rate)  # Held until it changes: most runs send it once.
        dashboard = self._dashboard
        if dashboard.stopped:
            run.stop()
        if perf_counter() >= dashboard.due:
            self._take_evaluations(run)
            dashboard.flush(self)

    def on_end(self, run: "Run") -> None:
        """Take in what is left; if this run opened the dashboard, leave its picture."""
        self._catch_up(run)
        error = sys.exception()
        ended = run.history.stopped or (type(error).__name__ if error else "")
        self._dashboard.flush(self)
        if self._opened_here:
            self._dashboard.close(ended)

    def _catch_up(self, run: "Run") -> None:
        """Take in what `on_step` did not see: the steps before a resumed run, and a last, diverged one."""
        history = run.history
        for i in range(int(np.searchsorted(history.steps, max(self._loss.step, 0), "right")), len(history.steps)):
            self._loss.add(int(history.steps[i]), float(history.loss[i]))
            if history.learning_rate[i] != self._rate.last:
                self._rate.add(int(history.steps[i]), float(history.learning_rate[i]))
        self._take_evaluations(run)

    def _take_evaluations(self, run: "Run") -> None:
        """Take in the evaluations that came since the last time; NaN stands for what was not measured."""
        history, steps = run.history, run.history.evaluations
        self.step, self.epoch, self._rate.end = run.step, run.epoch, run.step
        for i in range(self._evaluations, len(steps)):
            for name in EVALUATION_COLUMNS:
                value = float(getattr(history, name)[i])
                if not np.isnan(value):
                    (self.curves.get(name) or self._add(name)).add(int(steps[i]), value)
        self._evaluations = len(steps)

    def progress(self, elapsed: float) -> dict[str, Any]:
        """Where the run stands, ``elapsed`` seconds after the dashboard was opened."""
        names = ("step", "total", "epoch", "epochs")
        return {"run": self.name, "elapsed": elapsed, **{name: getattr(self, name) for name in names}}


class LiveDashboard:
    """Loss, accuracy and what else is logged, drawn while the cell runs; the module's text shows its two ways of use.

    Parameters
    ----------
    log_loss : bool
        Start with a logarithmic axis for the loss; a button changes it.
    smoothing : float, optional
        Time constant of the smoothed loss in steps, 0 for none; by default a sixtieth of the run, or 20. A slider
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
        self._curves: list[Curve] = []
        self._names: list[str] = []
        self._current: LiveRun | None = None
        self._panels: list[str] = []
        self._screen: Screen | None = None
        self._closed = False

    def run(self, name: str) -> LiveRun:
        """A run that shares the plot under this name: a callback for ``fit``, or something to `LiveRun.log` to."""
        if name in self._names:
            raise ValueError(f"run: there is a run {name!r} already; give each a name of its own")
        self._names.append(name)
        return LiveRun(self, name)

    def log(self, *, step: int | None = None, **metrics: float) -> None:
        """Log to the run without a name; see `LiveRun.log`."""
        if self._current is None:
            self._current = self.run("")
        self._current.log(step=step, **metrics)

    def on_start(self, run: "Run") -> None:
        """Begin a run without a name; a further one in the same plot is called "run 2"."""
        if self._closed:
            self._clear()
        self._current = self.run(f"run {len(self._names) + 1}" if self._names else "")
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
            smoothing = self._smoothing if self._smoothing is not None else max(2, total // 100) if total else 20
            self._screen = screen(self._curves, log_loss=self._log_loss, smoothing=smoothing)
            self._screen.on_stop(self._stop)
            self._began = self.due = perf_counter()
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
        """Show what the curves hold by now."""
        if self._screen is None:
            return
        now = perf_counter()
        self.due = now + INTERVAL
        self._screen.show_points(now, run.progress(now - self._began))

    def close(self, ended: str) -> None:
        """Leave the picture and its sentence in the dashboard's place; ``ended`` says how the run did."""
        if self._screen is None or self._closed:
            return
        self._closed, self.due = True, math.inf
        figure = draw(self._curves, log_loss=self._screen.log_loss, smoothing=self._screen.smoothing)
        self._screen.replace(TrainingPicture(figure, summarize(self._curves, ended)), ended or "finished")
