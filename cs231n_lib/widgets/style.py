"""Common style of the course's figures.

The colours come from `cs231n_lib.colors`. The line styles also differ in dashes, so a figure is legible in black and
white. The background is opaque, so the figure is legible in a dark theme as well.

>>> figure, axes = paper(columns=2)
>>> _ = axes[1].plot([0, 1], [1, 0], **line(0), label="training")
>>> label(axes[1], "Loss", "step", "loss per example")
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from cs231n_lib import colors

if TYPE_CHECKING:
    from matplotlib import artist, axes, figure

# Strings, so that modules can use them in annotations without loading matplotlib.
Artist: TypeAlias = "artist.Artist"
Axes: TypeAlias = "axes.Axes"
Figure: TypeAlias = "figure.Figure"

PAPER = "#fcfcf8"
INK = "#24292f"
FAINT = "#e3e3dc"


@dataclass(frozen=True)
class Line:
    """Colour of a line, and the lengths of its dashes and gaps in line widths."""

    color: str
    dash: tuple[float, ...] = ()


LINES = (
    Line(colors.BLUE),
    Line(colors.VERMILION, (4, 1.5)),
    Line(colors.GREEN, (1.2, 1.2)),
    Line(colors.PURPLE, (5, 1.3, 1.2, 1.3)),
    Line(colors.ORANGE, (8, 2)),
    Line(colors.SKY_BLUE, (2.4, 1.2)),
    Line(colors.GREY, (6, 1.2, 1.2, 1.2, 1.2, 1.2)),
)
"""Line styles that differ in colour and dashes. None is black or white, so they suit light and dark themes."""


def line(index: int) -> dict[str, Any]:
    """Keyword arguments of ``Axes.plot`` for the line style with this index."""
    style = LINES[index % len(LINES)]
    return {"color": style.color, "linestyle": (0, style.dash) if style.dash else "-"}


def paper(width: float = 7.2, height: float = 3.2, *, rows: int = 1, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """Figure in the course's style with ``rows * columns`` axes, row by row.

    The figure does not belong to pyplot, so a widget's message cannot close it while a cell runs.

    Parameters
    ----------
    width, height : float
        Size in inches.
    """
    from matplotlib.figure import Figure

    figure = Figure((width, height), layout="constrained", facecolor=PAPER)
    axes = [figure.add_subplot(rows, columns, i + 1) for i in range(rows * columns)]
    for ax in axes:
        dress(ax)
    return figure, axes


def dress(axes: Axes) -> None:
    """Apply the course's background, grid, text colour and spines to axes."""
    axes.set_facecolor(PAPER)
    axes.grid(color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=8.5, length=3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(INK)


def label(axes: Axes, title: str, x: str, y: str, legend: str = "") -> None:
    """Set the title, the axis labels and, if ``legend`` names a place, a legend."""
    axes.set_title(title, loc="left", color=INK, fontsize=10.5, fontweight="bold")
    axes.set_xlabel(x, color=INK, fontsize=9)
    axes.set_ylabel(y, color=INK, fontsize=9)
    if legend:
        look: dict[str, Any] = {"loc": legend, "frameon": False, "fontsize": 8.5, "labelcolor": INK}
        axes.legend(**look)


def image(axes: Axes, pixels: Any, title: str, size: float = 9.5, **look: Any) -> None:
    """Draw ``pixels`` under a title of this size, without axes.

    ``look`` holds keyword arguments of ``Axes.imshow``.
    """
    axes.imshow(pixels, **look)
    axes.set_axis_off()
    axes.set_title(title, color=INK, fontsize=size)


def strip(axes: Axes, values: Mapping[str, Sequence[float]]) -> None:
    """Draw a row for each name, with a dot for each value and a stroke at the mean.

    The first name is on top.
    """
    for row, numbers in enumerate(values.values()):
        axes.plot(numbers, [-row] * len(numbers), "o", color=line(row)["color"], markersize=5, alpha=0.7)
        axes.plot(np.mean(numbers), -row, "|", color=INK, markersize=22, markeredgewidth=2)
    axes.set_yticks(-np.arange(len(values)), list(values))
    axes.set_ylim(-len(values) + 0.4, 0.6)
