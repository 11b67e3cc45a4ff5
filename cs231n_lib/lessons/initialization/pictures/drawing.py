"""Elements of the graphs of lesson 06: wires, boxes, values and gradients."""

import numpy as np

from cs231n_lib.widgets.style import FAINT, INK, LINES, Axes, Figure, paper

BLUE, ORANGE = LINES[0].color, LINES[1].color


def blank(
    width: float, height: float, xlim: tuple[float, float], ylim: tuple[float, float]
) -> tuple[Figure, list[Axes]]:
    """A figure without axes to draw on."""
    figure, (ax,) = paper(width, height)
    ax.set(xlim=xlim, ylim=ylim)
    ax.set_axis_off()
    return figure, [ax]


def wire(ax: Axes, points: list[tuple[float, float]]) -> None:
    """Draw a line through the points, behind all nodes."""
    ax.plot(*np.array(points).T, color=INK, linewidth=1.0, zorder=1)


def node(ax: Axes, x: float, y: float, name: str) -> None:
    """Draw a box with the name of an operation."""
    box = {"facecolor": FAINT, "edgecolor": INK, "boxstyle": "round,pad=0.4"}
    ax.text(x, y, name, ha="center", va="center", color=INK, fontsize=9.5, bbox=box, zorder=3)


def named(ax: Axes, x: float, y: float, value: str, gradient: str) -> None:
    """Write a value above a wire and its gradient below."""
    ax.text(x, y + 0.1, value, ha="center", va="bottom", color=BLUE, fontsize=9, zorder=3)
    ax.text(x, y - 0.1, gradient, ha="center", va="top", color=ORANGE, fontsize=9, zorder=3)
