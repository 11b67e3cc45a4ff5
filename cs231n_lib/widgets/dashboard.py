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

from types import TracebackType

from cs231n_lib.training.run import Callback, Run
from cs231n_lib.widgets.live_plot import LivePlot
from cs231n_lib.widgets.live_run import LiveRun


class LiveDashboard(Callback):
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
        """A run that shares the plot under this name: a callback for ``fit``, or something to `LiveRun.log` to."""
        return self._plot.run(name)

    def log(self, *, step: int | None = None, **metrics: float) -> None:
        """Log to the run without a name; see `LiveRun.log`."""
        if self._current is None or self._current not in self._plot.runs:
            self._current = self.run("")
        self._current.log(step=step, **metrics)

    def on_start(self, run: Run) -> None:
        """Begin a run without a name; a further one in the same plot is called "run 2"."""
        self._plot.begin()
        runs = len(self._plot.runs)
        self._current = self.run(f"run {runs + 1}" if runs else "")
        self._current.on_start(run)

    def on_step(self, run: Run) -> None:
        """See `LiveRun.on_step`."""
        assert self._current is not None, "on_start comes first"
        self._current.on_step(run)

    def on_end(self, run: Run) -> None:
        """See `LiveRun.on_end`."""
        assert self._current is not None, "on_start comes first"
        self._current.on_end(run)

    def __enter__(self) -> "LiveDashboard":
        self._plot.open(["loss", "accuracy"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Leave the picture. An interrupt and the Stop button end the block only; other exceptions go on."""
        interrupted = isinstance(error, KeyboardInterrupt)
        self._plot.close("stopped" if self.stopped else "interrupted" if interrupted else kind.__name__ if kind else "")
        return interrupted
