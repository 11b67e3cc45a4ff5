"""Experiment of a prediction, run with a progress bar and a Stop button."""

import signal
import threading
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

from cs231n_lib import browser
from cs231n_lib.checks.report import FAINT
from cs231n_lib.front_end import bars_in
from cs231n_lib.widgets.html import Html

WAITING, MEASURING, STOPPING = "Waiting until Python is free …", "Measuring …", "Stopping …"
STOPPED = "You stopped the measurement. To see its result, run this cell again and choose an answer."
INTERRUPT_HINT = "If this button has no effect, interrupt the kernel with ■."


class Measurement:
    """Experiment that a button starts, with a progress bar until the result is shown.

    The experiment runs in the main thread, between cells, so that a time limit, Stop and the front end's interrupt (■)
    can interrupt a student's function. The button's callback only schedules the experiment and returns. If the callback
    ran the experiment itself, the kernel would receive a click on Stop only after the experiment.

    Parameters
    ----------
    experiment : callable
        Function whose outermost `front_end.progress_bar` is shown with the Stop button.
    show : callable
        Function that displays its argument in the output area.
    """

    def __init__(self, experiment: Callable[[], Any], show: Callable[[Any], None]) -> None:
        self.experiment, self.show = experiment, show
        self.running = self.ended = self.stopped = False
        self._outer: Any = None
        self._lock = threading.Lock()
        self._channel = browser.StopChannel()

    def begin(self) -> None:
        """Show the Stop button, and start the experiment when no cell is running."""
        import ipywidgets

        from cs231n_lib.widgets.keys import box_of_controls
        from cs231n_lib.widgets.subshell import handle_in_subshell

        self._status = ipywidgets.HTML(_faint(WAITING))
        self._bars = ipywidgets.Box()
        if browser.IN_BROWSER:
            button = browser.stop_button(self._channel)
        else:
            button = ipywidgets.Button(description="Stop", tooltip=INTERRUPT_HINT, layout={"width": "max-content"})
            button.on_click(lambda _: self.stop())
            handle_in_subshell(button)
        row = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "0 0.8em"}
        self.show(box_of_controls(ipywidgets.Box([self._status, self._bars, button], layout=row)))
        call_later = _main_loop()
        if call_later:
            call_later(self._measure)
        else:
            self._measure()

    def stop(self) -> None:
        """Interrupt or cancel the measurement. Any thread may call this method."""
        with self._lock:
            if self.ended:
                return
            self.stopped = True
            if self.running:
                self._status.value = _faint(STOPPING)
                interrupt_main()
            else:
                self.show(_text_output(STOPPED))

    def _measure(self) -> None:
        if self.stopped:
            return
        self._status.value = _faint(MEASURING)
        before = signal.signal(signal.SIGINT, self._interrupted)
        try:
            self.running = True
            with bars_in(self._bar):
                shown = self.experiment()
        except KeyboardInterrupt:
            self.stopped = True
        except Exception as error:
            shown = _text_output(f"The measurement failed with {type(error).__name__}: {error}")
            raise
        finally:
            with self._lock:
                self.running, self.ended = False, True
            signal.signal(signal.SIGINT, before)
            self._channel.close()
            self.show(_text_output(STOPPED) if self.stopped else shown)

    def stop_requested(self) -> bool:
        """Whether Stop was clicked, which does not interrupt Python in a browser."""
        if self._channel.requested():
            self.stopped = True
            self._status.value = _faint(STOPPING)
        return self.stopped

    def _interrupted(self, signum: int, frame: Any) -> None:
        self.stopped = True
        if self.running:
            raise KeyboardInterrupt

    @contextmanager
    def _bar(self, total: int, unit: str, initial: int) -> Iterator[Any]:
        """Yield a progress bar that stops the experiment after a click on Stop.

        The bar's next update raises `KeyboardInterrupt`, because `Trainer.fit` may have caught the first interrupt. A
        nested bar stays invisible and moves the outer bar by at most one unit.
        """
        from tqdm.notebook import tqdm

        measurement, outer = self, self._outer

        class Bar(tqdm):  # type: ignore[misc]
            done = float(initial)
            """Completed units of this bar."""

            def update(self, n: float | None = 1) -> Any:
                if measurement.stopped or measurement.stop_requested():
                    raise KeyboardInterrupt
                self.done += n or 0
                if outer:
                    outer.move(min(self.done / total, 1))
                return super().update(self.done - self.n)

            def move(self, fraction: float) -> None:
                super().update(self.done + fraction - self.n)

        style = {"leave": False, "display": False, "bar_format": "{l_bar}{bar}| [{elapsed}<{remaining}]"}
        bar = Bar(total=total, initial=initial, unit=unit, disable=outer is not None, **style)
        if outer is None:
            self._outer, self._bars.children = bar, (bar.container,)
        try:
            yield bar
        finally:
            if outer is None:
                self._outer, self._bars.children = None, ()
            bar.close()


def _main_loop() -> Callable[[Callable[[], None]], Any] | None:
    """Function that schedules a call in the kernel's main thread, or None."""
    from IPython.core.getipython import get_ipython

    loop = getattr(getattr(get_ipython(), "kernel", None), "io_loop", None)
    return getattr(loop, "add_callback", None)


def _faint(text: str) -> str:
    return f'<span style="{FAINT}">{escape(text)}</span>'


def _text_output(text: str) -> Html:
    return Html(_faint(text), text)
