"""Predictions of a network in the plane, drawn with its data."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.widgets.style import INK, LINES, PAPER, Axes

Answer = Callable[[FloatArray], FloatArray]
"""Score of class 1 minus that of class 0, (N,), for points (N, 2)."""


def grid(low: float, high: float, side: int = 121) -> tuple[FloatArray, FloatArray]:
    """Evenly spaced numbers (side,), and the points (side², 2) of their square grid, row by row from below."""
    line = np.linspace(low, high, side)
    return line, np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def answers(ax: Axes, answer: Answer, low: float, high: float) -> None:
    """Draw class 0's region in blue, class 1's in orange, and the boundary in black."""
    line, points = grid(low, high)
    found = answer(points).reshape(len(line), -1)
    ax.contourf(line, line, found > 0, levels=[-0.5, 0.5, 1.5], colors=[LINES[0].color, LINES[1].color], alpha=0.25)
    if found.min() < 0 < found.max():
        ax.contour(line, line, found, levels=[0.0], colors=INK, linewidths=1.4)
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal")


def classes(ax: Axes, x: FloatArray, y: NDArray[np.integer], size: float = 5.0) -> None:
    """Draw class 0 as circles and class 1 as triangles."""
    for k, marker in enumerate("o^"):
        ax.plot(*x[y == k].T, marker, color=LINES[k].color, markeredgecolor=PAPER, markersize=size)
