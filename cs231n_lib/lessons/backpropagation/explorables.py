"""Explorable of one outlier under the L2 loss, the L1 loss and a loss over bins."""

from functools import partial
from typing import Any

import numpy as np

from cs231n_lib.lessons.backpropagation.experiments.outlier import (
    HIGH,
    LOW,
    READINGS,
    bin_probabilities,
    binned_fit,
    points,
    predictions,
    pulls,
    with_outlier,
)
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.explorable import Explorable, Menu, Slider, Stage
from cs231n_lib.widgets.style import INK, LINES, label, line, paper

__all__ = ["outlier"]

NAMES = ("L2", "L1", "bins")
LOWEST, HIGHEST = -6.0, 16.0
HEIGHTS = np.linspace(LOWEST, HIGHEST, 111)


class _Outlier(Stage):
    def __init__(self, use: Use) -> None:
        from matplotlib.colors import LinearSegmentedColormap

        self.run = use.frames()
        self.figure, (plot, pull) = paper(9.2, 4.2, columns=2)
        plot.get_gridspec().set_width_ratios([1.35, 1])  # type: ignore[union-attr]
        plot.set(xlim=(-0.3, 10.3), ylim=(LOWEST - 1, HIGHEST + 3))
        label(plot, "Twenty points, an outlier (★) and three fits", "x", "y")
        self.x = np.linspace(0, 10, 201)
        shades = LinearSegmentedColormap.from_list("bins", [f"{LINES[2].color}00", LINES[2].color])
        look: dict[str, Any] = {"cmap": shades, "vmin": 0, "vmax": 1.5, "interpolation": "nearest", "aspect": "auto"}
        self.shade = plot.imshow(np.zeros((10, len(self.x))), origin="lower", extent=(0, 10, LOW, HIGH), **look)
        (dots,) = plot.plot(*points(), "o", color=INK, markersize=5)
        self.fits = [plot.plot([], [], **line(i), linewidth=2.2, label=name)[0] for i, name in enumerate(NAMES)]
        (self.outlier,) = plot.plot([], [], "*", color=LINES[4].color, markersize=17, markeredgecolor=INK)
        pull.set(xlim=(LOWEST - 0.5, HIGHEST + 0.5), ylim=(0, 30))
        label(pull, "Outlier's gradient at the fits without it", "y of the outlier", "size of the gradient")
        self.pulls = [pull.plot([], [], **line(i), linewidth=2, label=name)[0] for i, name in enumerate(NAMES)]
        self.now = [pull.plot([], [], "o", color=LINES[i].color, markersize=7)[0] for i in range(3)]
        for ax in (plot, pull):
            ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper center", ncols=3)
        self.moving = [self.shade, *plot.spines.values(), dots, *self.fits, self.outlier, *self.pulls, *self.now]

    def update(self, y: float, x: float, bins: int, reading: str) -> str:
        data, at = with_outlier(x, y), np.array([x])
        self.shade.set_data(bin_probabilities(binned_fit(*data, bins), self.x).T)
        for fit, values in zip(self.fits, predictions(*data, bins, reading, self.x), strict=True):
            fit.set_data(self.x, values)
        self.outlier.set_data(at, [y])
        moved = predictions(*data, bins, reading, at) - predictions(*points(), bins, reading, at)
        self.run.begin()  # only now, because the fits take longer than the student's losses
        pulls_here = pulls(self.run, x, np.array([y]), bins)[:, 0]
        at_heights = pulls(self.run, x, HEIGHTS, bins)
        for curve, dot, values, here in zip(self.pulls, self.now, at_heights, pulls_here, strict=True):
            curve.set_data(HEIGHTS, values)
            dot.set_data([y], [here])
        l2, l1, binned = np.round(moved[:, 0], 2) + 0.0  # no −0.00
        says = f" {self.run.says}" if self.run.says else ""
        return (
            f"At x = {x:.1f} the outlier moves the L2 fit by {l2:+.2f}, the L1 fit by {l1:+.2f} and the {reading} by "
            f"{binned:+.2f}. The sizes of the outlier's gradients are {pulls_here[0]:.1f}, {pulls_here[1]:.1f} and "
            f"{pulls_here[2]:.1f}.{says}"
        )


def outlier(use: Use) -> Explorable:
    """Fits to data with one outlier, under an L2, an L1 and a binned loss (lesson 02)."""
    return Explorable(
        partial(_Outlier, use),
        [
            Slider("y", "Outlier's y", 14.0, LOWEST, HIGHEST, 0.25),
            Slider("x", "Outlier's x", 7.0, 0.0, 10.0, 0.25),
            Slider("bins", "Bins", 10, 2, 30, 1),
            Menu("reading", "Prediction from bins", READINGS),
        ],
        "On the left, the green shading shows the probability of each bin. The right plot shows the size of the "
        "gradient of the outlier's own loss with respect to the scores. Under L2 this size grows with the outlier's "
        "distance from the fit. Under L1 it is 1 unless the prediction is exact, and with bins it is at most √2.",
        {
            "No outlier": {"y": 6.25},
            "Far below": {"y": -6.0},
            "At the edge of the data": {"y": -6.0, "x": 10.0},
            "Most likely bin": {"y": -6.0, "reading": READINGS[1]},
            "Three wide bins": {"bins": 3},
        },
    )
