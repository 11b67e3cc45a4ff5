"""One training run as the dashboard sees it."""

import sys
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.training.history import EVALUATION_COLUMNS, Ending
from cs231n_lib.training.run import Callback, Run
from cs231n_lib.widgets.curves import PANELS, Curve


class StopAsked(KeyboardInterrupt):
    """The Stop button was pressed; the block of ``with LiveDashboard()`` ends with it, quietly."""


@dataclass(frozen=True)
class RunCurves:
    """A run's curves as `diagnose` wants them; accuracies where both were measured."""

    steps: FloatArray
    loss: FloatArray
    evaluations: FloatArray
    train_accuracy: FloatArray
    validation_accuracy: FloatArray
    update_ratio: FloatArray
    dead_fraction: FloatArray


class Board(Protocol):
    """What a run needs of the dashboard that shows it."""

    @property
    def stopped(self) -> bool:
        """Whether the Stop button was pressed."""

    @property
    def due(self) -> float:
        """When the browser is to hear of the run again, by `time.perf_counter`."""

    def open(self, panels: list[str], total: int = 0) -> bool:
        """Show the dashboard with these panels, unless it is shown already; return whether this call did."""

    def add(self, curve: Curve) -> None:
        """Draw one more curve."""

    def flush(self, run: "LiveRun") -> None:
        """Show what the curves hold by now."""

    def close(self, ended: str) -> None:
        """Leave the picture and its sentence in the dashboard's place; ``ended`` says how the run did, if not well."""


class LiveRun(Callback):
    """One run in a `LiveDashboard`: a callback for `Trainer.fit`, or something to `log` to."""

    shows_progress = True

    def __init__(self, board: Board, name: str) -> None:
        self.name = name
        self.step = 0
        self.epoch = self.epochs = self.total = 0
        self.classes: int | None = None
        self.curves: dict[str, Curve] = {}
        self._board = board

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
        board = self._board
        if board.stopped:
            raise StopAsked
        if perf_counter() >= board.due:
            board.flush(self)

    def _add(self, metric: str) -> Curve:
        curve = self.curves[metric] = Curve(self.name, metric)
        self._board.add(curve)
        return curve

    def on_start(self, run: Run) -> None:
        """Show the dashboard, with all panels that a trainer fills; no dead units where there are no hidden ones."""
        self.total, self.epochs = run.total_steps, -(-run.total_steps // run.steps_per_epoch)
        self.classes = run.network.sizes[-1]
        self._left_out = set() if len(run.network.sizes) > 2 else {"dead_fraction"}
        panels = [name for name in PANELS if name not in self._left_out]
        self._opened_here = self._board.open(panels, total=run.total_steps)
        self._loss, self._rate = self._add("loss"), self._add("learning_rate")
        self._evaluations = 0
        self._catch_up(run)

    def on_step(self, run: Run) -> None:
        """Take in the step's loss and learning rate, and now and then tell the browser."""
        self._loss.add(run.step, run.loss)
        if run.learning_rate != self._rate.last:
            self._rate.add(run.step, run.learning_rate)  # Held until it changes: most runs send it once.
        board = self._board
        if board.stopped:
            run.stop()
        if perf_counter() >= board.due:
            self._take_evaluations(run)
            board.flush(self)

    def on_end(self, run: Run) -> None:
        """Take in what is left; if this run opened the dashboard, leave its picture."""
        self._catch_up(run)
        error = sys.exception()
        ended = run.history.stopped or (type(error).__name__ if error else "")
        self._board.flush(self)
        if self._opened_here:
            self._board.close("" if run.history.ending is Ending.FINISHED else ended)

    def _catch_up(self, run: Run) -> None:
        """Take in what `on_step` did not see: the steps before a resumed run, and a last, diverged one."""
        history = run.history
        for i in range(int(np.searchsorted(history.steps, max(self._loss.step, 0), "right")), len(history.steps)):
            self._loss.add(int(history.steps[i]), float(history.loss[i]))
            if history.learning_rate[i] != self._rate.last:
                self._rate.add(int(history.steps[i]), float(history.learning_rate[i]))
        self._take_evaluations(run)

    def _take_evaluations(self, run: Run) -> None:
        """Take in the evaluations that came since the last time; NaN stands for what was not measured."""
        history, steps = run.history, run.history.evaluations
        self.step, self.epoch, self._rate.end = run.step, run.epoch, run.step
        for i in range(self._evaluations, len(steps)):
            for name in EVALUATION_COLUMNS:
                value = float(getattr(history, name)[i])
                if name not in self._left_out and not np.isnan(value):
                    (self.curves.get(name) or self._add(name)).add(int(steps[i]), value)
        self._evaluations = len(steps)

    def progress(self, elapsed: float) -> dict[str, Any]:
        """How far the run is, ``elapsed`` seconds after the dashboard was opened."""
        names = ("step", "total", "epoch", "epochs")
        return {"run": self.name, "elapsed": round(elapsed, 3), **{name: getattr(self, name) for name in names}}

    def trace(self) -> RunCurves:
        """The curves as they are by now."""
        curves = {(curve.panel, curve.data): curve for curve in self.curves.values()}

        def values(panel: str, data: str = "training") -> tuple[FloatArray, FloatArray]:
            curve = curves.get((panel, data)) or Curve("", "")
            return curve.points()

        (at, accuracy), (held_out_at, held_out) = values("accuracy"), values("accuracy", "validation")
        _, i, j = np.intersect1d(at, held_out_at, return_indices=True)
        ratio, dead = values("update_ratio")[1], values("dead_fraction")[1]
        return RunCurves(*values("loss"), at[i], accuracy[i], held_out[j], ratio, dead)
