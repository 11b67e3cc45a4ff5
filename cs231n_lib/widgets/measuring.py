"""What a prediction measures: with a bar that shows how far it is, and a button that stops it."""

import signal
import threading
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

from cs231n_lib.checks.report import FAINT
from cs231n_lib.front_end import bars_in
from cs231n_lib.widgets.html import Html

WAITS, MEASURES, STOPS = "waits until Python is free …", "measuring …", "stopping …"
STOPPED = "You stopped the measurement. To see it, run this cell again and choose."
ELSEWHERE = "Where this is not heard, interrupt the kernel: ■"


class Measurement:
    """An experiment that a button starts; what it returns takes the place of the bar.

    It runs where cells run, in the main thread, and a cell started meanwhile waits for it: there a time limit
    interrupts a student's function, and so do Stop and the interrupt of the front end (■). The button's callback only
    asks for it and returns; otherwise the kernel would hear of Stop when there is nothing left to stop.

    Parameters
    ----------
    experiment : callable
        Its progress bars (`front_end.progress_bar`) are shown in the measurement's place, the outermost of several.
    show : callable
        Puts what it is given into the place.
    """

    def __init__(self, experiment: Callable[[], Any], show: Callable[[Any], None]) -> None:
        self.experiment, self.show = experiment, show
        self.running = self.ended = self.stopped = False
        self._outer: Any = None
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Show the bar's place, and measure as soon as no cell runs; at once where there is no kernel."""
        import ipywidgets

        from cs231n_lib.widgets.heard import heard_beside_cells
        from cs231n_lib.widgets.keys import box_of_controls

        self._said = ipywidgets.HTML(_faint(WAITS))
        self._bars = ipywidgets.Box()
        button = ipywidgets.Button(description="Stop", tooltip=ELSEWHERE, layout={"width": "max-content"})
        button.on_click(lambda _: self.stop())
        heard_beside_cells(button)
        row = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "0 0.8em"}
        self.show(box_of_controls(ipywidgets.Box([self._said, self._bars, button], layout=row)))
        later = _main_loop()
        if later:
            later(self._measure)
        else:
            self._measure()

    def stop(self) -> None:
        """End the measurement, or do not begin it; called from whatever thread hears the button."""
        with self._lock:
            if self.ended:
                return
            self.stopped = True
            if self.running:
                self._said.value = _faint(STOPS)
                interrupt_main()
            else:
                self.show(_words(STOPPED))

    def _measure(self) -> None:
        if self.stopped:
            return
        self._said.value = _faint(MEASURES)
        before = signal.signal(signal.SIGINT, self._interrupted)
        try:
            self.running = True
            with bars_in(self._bar):
                shown = self.experiment()
        except KeyboardInterrupt:
            self.stopped = True
        except Exception as error:
            shown = _words(f"The measurement failed: {type(error).__name__}: {error}")
            raise
        finally:
            with self._lock:
                self.running, self.ended = False, True
            signal.signal(signal.SIGINT, before)
            self.show(_words(STOPPED) if self.stopped else shown)

    def _interrupted(self, signum: int, frame: Any) -> None:
        self.stopped = True
        if self.running:
            raise KeyboardInterrupt

    @contextmanager
    def _bar(self, total: int, unit: str, initial: int) -> Iterator[Any]:
        """Yield a bar; it goes no further once Stop was pressed, though a training kept the first interrupt to itself.

        One within another is not shown: as it moves, the outer one does, by up to one of its own units.
        """
        from tqdm.notebook import tqdm

        measurement, outer = self, self._outer

        class Bar(tqdm):  # type: ignore[misc]
            done = float(initial)
            """Of its own units, those that are whole."""

            def update(self, n: float | None = 1) -> Any:
                if measurement.stopped:
                    raise KeyboardInterrupt
                self.done += n or 0
                if outer:
                    outer.move(min(self.done / total, 1))
                return super().update(self.done - self.n)

            def move(self, share: float) -> None:
                super().update(self.done + share - self.n)

        looks = {"leave": False, "display": False, "bar_format": "{l_bar}{bar}| [{elapsed}<{remaining}]"}
        bar = Bar(total=total, initial=initial, unit=unit, disable=outer is not None, **looks)
        if outer is None:
            self._outer, self._bars.children = bar, (bar.container,)
        try:
            yield bar
        finally:
            if outer is None:
                self._outer, self._bars.children = None, ()
            bar.close()


def _main_loop() -> Callable[[Callable[[], None]], Any] | None:
    """What has the kernel call something in its main thread, between cells; ``None`` without a kernel that can."""
    from IPython.core.getipython import get_ipython

    loop = getattr(getattr(get_ipython(), "kernel", None), "io_loop", None)
    return getattr(loop, "add_callback", None)


def _faint(text: str) -> str:
    return f'<span style="{FAINT}">{escape(text)}</span>'


def _words(text: str) -> Html:
    return Html(_faint(text), text)
