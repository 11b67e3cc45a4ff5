"""Universal approximation: a function rebuilt from bumps, each made of two sigmoids."""

from functools import lru_cache

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.architecture.experiments import (
    TARGETS,
    bump_network,
    bumps,
    error_bound,
    largest_error,
    network_output,
)
from cs231n_lib.widgets.explorable import Explorable, Menu, Slider, Stage
from cs231n_lib.widgets.style import FAINT, INK, LINES, label, line, paper

__all__ = ["approximation"]

UNITS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 32, 40, 50, 64, 80, 100)


class _Approximation(Stage):
    def __init__(self) -> None:
        from matplotlib.collections import LineCollection

        self.figure, (plot, errors) = paper(9.2, 4.0, columns=2)
        plot.get_gridspec().set_width_ratios([1.5, 1])  # type: ignore[union-attr]
        plot.set(xlim=(-1.5, 1.5), ylim=(-1.9, 1.9))
        label(plot, "The function, the network, and the bumps it adds up", "x", "value")
        for side in (-1, 1):
            plot.axvspan(side, 1.5 * side, color=FAINT)
            plot.text(1.25 * side, -1.78, "no promise", ha="center", color=INK, fontsize=8)
        self.x = np.linspace(-1.5, 1.5, 451)
        self.fine = np.linspace(-1.5, 1.5, 1201)
        self.within = np.abs(self.x) <= 1
        self.band = plot.fill_between(self.x, 0, 0, color=LINES[0].color, alpha=0.14, linewidth=0, label="bound")
        self.bumps = LineCollection([], colors=LINES[6].color, linewidths=0.8)
        plot.add_collection(self.bumps)
        (self.function,) = plot.plot([], [], **line(0), linewidth=2, label="function")
        (self.network,) = plot.plot([], [], **line(1), linewidth=2, label="network")
        errors.set(xlim=(0.9, 110), ylim=(5e-3, 20), xscale="log", yscale="log")
        label(errors, "Largest error on [-1, 1]", "hidden units", "largest error")
        (self.bound,) = errors.plot([], [], **line(2), linewidth=1.8, label="bound")
        (self.error,) = errors.plot([], [], **line(1), linewidth=1.8, label="measured")
        (self.now,) = errors.plot([], [], "o", color=LINES[1].color, markersize=8)
        for ax in (plot, errors):
            ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper right", ncols=3)
        self.moving = [self.band, self.bumps, self.function, self.network, self.bound, self.error, self.now]

    def update(self, function: str, units: int, steepness: float) -> str:
        target = TARGETS[function]
        weights, exact = bump_network(target.f, units, steepness), target.f(self.x)
        error, bound = largest_error(target, units, steepness), error_bound(target, units, steepness)
        self.band.set_data(self.x, exact - bound, exact + bound, where=self.within & np.isfinite(bound))
        self.bumps.set_segments([_where_it_rises(self.fine, bump) for bump in bumps(weights, self.fine).T])
        self.function.set_data(self.x, exact)
        self.network.set_data(self.x, network_output(weights, self.x))
        measured, promised = _error_curves(function, round(steepness, 3))
        self.error.set_data(UNITS, measured)
        self.bound.set_data(UNITS, np.where(np.isfinite(promised), promised, np.nan))
        self.now.set_data([units], [error])
        words = f"{units} hidden unit{'s' if units > 1 else ''}: the largest error is {error:.2g}"
        if np.isinf(bound):
            return f"{words}; where a function jumps by 1, no continuous network comes closer than ½ on both sides."
        return f"{words}, and no more than {bound:.2g} is promised."


def _where_it_rises(x: FloatArray, bump: FloatArray) -> FloatArray:
    rises = np.abs(bump) > 0.002
    rises[1:] |= rises[:-1]
    return np.stack([x[rises], bump[rises]], axis=1)


@lru_cache(maxsize=64)
def _error_curves(function: str, steepness: float) -> tuple[FloatArray, FloatArray]:
    target = TARGETS[function]
    measured = [largest_error(target, units, steepness) for units in UNITS]
    return np.array(measured), np.array([error_bound(target, units, steepness) for units in UNITS])


def approximation() -> Explorable:
    """One hidden layer comes as near to a continuous function as you like, on a bounded interval (lesson 04)."""
    return Explorable(
        _Approximation,
        [
            Menu("function", "Function", tuple(TARGETS)),
            Slider("units", "Hidden units", 8, 1, 100, 1),
            Slider("steepness", "Steepness k", 100.0, 1.0, 1000.0, 0.1, log=True),
        ],
        "The weights are set by hand: a steep sigmoid at each cut, as high as the function steps from one piece to the "
        "next. Two neighbouring sigmoids make a bump (grey). More units and steeper sigmoids push the bound down.",
        {
            "Three bumps": {"units": 2},
            "Fine": {"units": 60, "steepness": 1000.0},
            "Sigmoids too flat": {"units": 60, "steepness": 10.0},
            "Fast waves": {"function": "sin 4πx", "units": 30, "steepness": 1000.0},
            "It jumps": {"function": "a step (not continuous)", "units": 80, "steepness": 1000.0},
        },
    )
