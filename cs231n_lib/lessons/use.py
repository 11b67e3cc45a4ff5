"""Whose functions an experiment runs on: what it is handed as ``use``, which is the course's ``mine``.

An experiment starts a run, calls the functions by their names, and hands on what the run says of them:

    def race(use: Use) -> Picture:
        run = use.run()
        w, v = run.momentum(w, dw, v, lr=0.1)
        return Picture(figure, caption, run.says)

An explorable takes ``use.frames()`` once, for its stage, and calls ``begin()`` in each update.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol


class Run(Protocol):
    """The functions of one run, as attributes."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The function of this name: the student's, or the library's."""

    @property
    def says(self) -> str:
        """A sentence on which were whose; empty where all are the library's and nobody would ask."""

    @property
    def yours(self) -> Sequence[str]:
        """The names of the functions that were the student's."""

    @property
    def library(self) -> Sequence[str]:
        """The names of those that were the library's."""

    def begin(self) -> None:
        """Start the clock anew."""

    def watch(self, heard: Callable[[str], None]) -> None:
        """Have the name of each function told to ``heard`` when it is called, also by another function of the run."""


class Use(Protocol):
    """Where the functions come from."""

    def run(self, seconds: float = 60.0) -> Run:
        """Start a run of an experiment, in which the student's functions have so long."""

    def frames(self) -> Run:
        """Start what a slider draws, frame by frame."""
