"""How every picture of the course looks: paper, ink, and lines distinguished by colour and by dash.

The colours are those of `cs231n_lib.colors`; every line has its own dash too, so that a picture reads in black and
white. The paper is opaque: legible in a dark theme too.

>>> figure, axes = paper(columns=2)
>>> _ = axes[1].plot([0, 1], [1, 0], **line(0), label="training")
>>> label(axes[1], "Loss", "step", "loss per example")
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cs231n_lib import colors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAPER = "#fcfcf8"
INK = "#24292f"
FAINT = "#e3e3dc"


@dataclass(frozen=True)
class Line:
    """One look of a line: its colour, and the lengths on, off, … of its dash in line widths (empty: solid)."""

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
"""Distinguished by colour and by dash. None is black or white, so that a light and a dark theme can use them all."""


def line(index: int) -> dict[str, Any]:
    """Keywords for ``Axes.plot`` that draw the line of this index; after the last the first comes again."""
    look = LINES[index % len(LINES)]
    return {"color": look.color, "linestyle": (0, look.dash) if look.dash else "-"}


def paper(width: float = 7.2, height: float = 3.2, *, rows: int = 1, columns: int = 1) -> "tuple[Figure, list[Axes]]":
    """A figure on paper with ``rows * columns`` axes, row by row.

    It belongs to no pyplot state, so a widget's message cannot close it while a cell runs.

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


def dress(axes: "Axes") -> None:
    """Give axes the course's look: paper, faint grid below the lines, ink only on the left and at the bottom."""
    axes.set_facecolor(PAPER)
    axes.grid(color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=8.5, length=3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(INK)


def label(axes: "Axes", title: str, x: str, y: str) -> None:
    """Name a picture and both its axes; units belong into the axes' names."""
    axes.set_title(title, loc="left", color=INK, fontsize=10.5, fontweight="bold")
    axes.set_xlabel(x, color=INK, fontsize=9)
    axes.set_ylabel(y, color=INK, fontsize=9)


def listed(words: list[str]) -> str:
    """At least one word as a caption lists them.

    >>> listed(["momentum", "Nesterov", "Adam"])
    'momentum, Nesterov and Adam'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
