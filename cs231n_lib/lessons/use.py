"""Interfaces of ``mine``, which provides the student's or the library's functions.

An experiment receives ``mine`` as ``use``. It starts a run, calls the functions by name, and shows the run's note:

    def race(use: Use) -> Picture:
        run = use.run()
        w, v = run.momentum(w, dw, v, lr=0.1)
        return Picture(figure, caption, run.says)

An explorable calls ``use.frames()`` once for its stage and ``begin()`` in each update.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol


class Functions(Protocol):
    """Functions of one run, as attributes."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return the student's or the library's function of this name."""

    @property
    def says(self) -> str:
        """Sentence on the functions' origin, or "" if all come from the library."""

    @property
    def yours(self) -> Sequence[str]:
        """Names of the student's functions in this run."""

    @property
    def library(self) -> Sequence[str]:
        """Names of the library's functions in this run."""

    def begin(self) -> None:
        """Restart the time limit."""

    def watch(self, heard: Callable[[str], None]) -> None:
        """Call ``heard`` with the name of each function that is called, even indirectly."""


class Use(Protocol):
    """Source of the functions of an experiment."""

    def run(self, seconds: float = 60.0) -> Functions:
        """Start a run in which student functions may take ``seconds`` in total."""

    def frames(self) -> Functions:
        """Start a run for an explorable, which restarts the time limit at each update."""
