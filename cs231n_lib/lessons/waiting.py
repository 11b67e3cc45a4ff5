"""Progress bars for training with a run's functions, by steps or by epochs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib import browser
from cs231n_lib.checks.report import inline
from cs231n_lib.front_end import progress_bar
from cs231n_lib.lessons.use import Functions
from cs231n_lib.widgets.html import Html

BROWSER_SECONDS = 1.5e-3
"""Seconds per image and epoch of lesson 09's `fit` in a browser. An epoch of 4,000 images took 5.6 to 7.1 s."""


def announce(networks: int, epochs: int, images: int, smaller: str = "") -> None:
    """In a browser, show the time that ``fit`` will take, and the hint ``smaller``."""
    if browser.IN_BROWSER:
        from IPython.display import display

        minutes = max(1, round(networks * epochs * images * BROWSER_SECONDS / 60))
        plural = "minutes" if minutes > 1 else "minute"
        stop = " Stop keeps the finished networks." if networks > 1 else ""
        text = f"In a browser this takes about {minutes} {plural}.{stop}{smaller and ' ' + smaller}"
        display(Html(inline(text), text))


@contextmanager
def training_steps(
    run: Functions, n: int, batch_size: int, epochs: int, rng: Generator
) -> Iterator[Iterator[NDArray[Any]]]:
    """Yield an iterator over each step's rows, drawn by the run's ``minibatches``."""

    def rows() -> Iterator[NDArray[Any]]:
        for _ in range(epochs):
            for batch in run.minibatches(n, batch_size, rng):
                yield batch
                bar.update()

    with progress_bar(epochs * -(-n // batch_size), "step") as bar:
        yield rows()


@contextmanager
def trainings(networks: int, epochs: int) -> Iterator[Callable[..., Any]]:
    """Yield ``train(run, x, y, new, **settings)``, which calls the run's ``fit``.

    If the student's ``fit`` calls ``mine.minibatches``, the bar moves with each epoch, and otherwise with each network.
    """

    def train(run: Functions, *args: Any, **settings: Any) -> Any:
        begun, end = count(), bar.n + epochs

        def heard(name: str) -> None:
            if name == "minibatches" and next(begun) and bar.n < end:
                bar.update()

        run.watch(heard)
        value = run.fit(*args, **settings)
        bar.update(end - bar.n)
        return value

    with progress_bar(networks * epochs, "epoch") as bar:
        yield train
