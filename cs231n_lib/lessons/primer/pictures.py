"""Figure of the primer: a curve and its tangent."""

import numpy as np

from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, label, line, paper

__all__ = ["tangent"]


def tangent() -> Picture:
    """x² with its tangent at 3, and the tangent's errors for steps of 1 and 0.5."""
    figure, (ax,) = paper(6.4, 3.2)
    x = np.linspace(2, 4.8, 100)
    ax.plot(x, x**2, **line(0), linewidth=2, label="x²")
    ax.plot(x, 9 + 6 * (x - 3), **line(1), linewidth=2, label="tangent at 3")
    ax.plot(3, 9, "o", color=INK, markersize=6)
    for step, error in ((1, "1"), (0.5, "0.25")):
        ends = 9 + 6 * step, (3 + step) ** 2
        ax.plot([3 + step] * 2, ends, color=INK, linewidth=3, solid_capstyle="butt")
        ax.text(3.06 + step, ends[0] - 0.3, f"step {step:g}, error {error}", color=INK, va="top")
    ax.set(xlim=(2, 4.8), ylim=(2, 23.2), yticks=range(5, 25, 5))
    ax.legend(frameon=False, fontsize=9, labelcolor=INK, loc="upper left")
    label(ax, "The tangent leaves the curve slowly", "x", "f(x)")
    return Picture(
        figure,
        "The tangent touches x² at 3. The thick vertical lines show its error, which is 1 for a step of 1 and 0.25 "
        "for a step of 0.5. Halving the step divides the error by four.",
    )
