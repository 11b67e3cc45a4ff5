"""Live training curves in a notebook's output.

>>> with LiveDashboard() as live:
...     for loss in (2.3, 1.2, 0.7):
...         live.log(loss=loss)
3 steps, training loss from 2.3 to 0.7.

The dashboard is also a callback. Several named runs can share one plot::

    trainer.fit(train, validation, epochs=10, callbacks=[LiveDashboard()])

    with LiveDashboard() as live:
        for name, optimizer in rules.items():
            Trainer(network(), optimizer, rng=rng).fit(train, epochs=10, callbacks=[live.run(name)])

A step usually only appends its values and reads the clock. At most 30 times a second, new points go to the browser in
one message. Occasional messages contain whole curves, which make up for lost messages. At the end a figure and a
caption replace the widget, because a saved notebook shows a widget as "model not found". Without a live front end
(nbclient, nbgrader, ``CS231N_STATIC=1``) only they appear. A terminal shows a progress line and then the caption.
"""

from types import TracebackType

from cs231n_lib.training.run import Callback, Run
from cs231n_lib.widgets.live_plot import LivePlot
from cs231n_lib.widgets.live_run import LiveRun


class LiveDashboard(Callback):
    """Live plot of logged metrics, as a callback or a context manager.

    Parameters
    ----------
    log_loss : bool
        Start with a logarithmic loss axis. A button switches between the two scales.
    smoothing : float, optional
        Time constant in steps of the smoothed loss, where 0 turns smoothing off. The default is 1 % of a trainer's run
        (2 to 200 steps, because a run may stop early), or 20 steps in a ``with`` block. A slider changes it.
    """

    shows_progress = True

    def __init__(self, *, log_loss: bool = False, smoothing: float | None = None) -> None:
        self._plot = LivePlot(log_loss=log_loss, smoothing=smoothing)
        self._current: LiveRun | None = None

    @property
    def stopped(self) -> bool:
        """Whether the Stop button was pressed."""
        return self._plot.stopped

    def run(self, name: str) -> LiveRun:
        """Add a named run, which is a callback with the method `LiveRun.log`."""
        return self._plot.run(name)

    def log(self, *, step: int | None = None, **metrics: float) -> None:
        """Log metrics of the unnamed run, as `LiveRun.log` does."""
        if self._current is None or self._current not in self._plot.runs:
            self._current = self.run("")
        self._current.log(step=step, **metrics)

    def on_start(self, run: Run) -> None:
        """Begin an unnamed run.

        If the plot already has runs, the new one is called "run 2", "run 3" and so on.
        """
        self._plot.begin()
        runs = len(self._plot.runs)
        self._current = self.run(f"run {runs + 1}" if runs else "")
        self._current.on_start(run)

    def on_step(self, run: Run) -> None:
        """See `LiveRun.on_step`."""
        assert self._current is not None, "call on_start first"
        self._current.on_step(run)

    def on_end(self, run: Run) -> None:
        """See `LiveRun.on_end`."""
        assert self._current is not None, "call on_start first"
        self._current.on_end(run)

    def __enter__(self) -> "LiveDashboard":
        self._plot.open(["loss", "accuracy"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Replace the widget with the figure, and suppress only interrupts."""
        interrupted = isinstance(error, KeyboardInterrupt)
        self._plot.close("stopped" if self.stopped else "interrupted" if interrupted else kind.__name__ if kind else "")
        return interrupted
