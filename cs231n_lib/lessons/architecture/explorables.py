"""Explorables of lesson 04 on approximation by one layer, folding by many, and a decision boundary in training."""

from functools import lru_cache
from typing import Any

import numpy as np
from contourpy import contour_generator

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.architecture.checks.sawtooth import sawtooth
from cs231n_lib.lessons.architecture.experiments import (
    TARGETS,
    Starts,
    bump_network,
    bumps,
    error_bound,
    largest_error,
    network_output,
)
from cs231n_lib.lessons.architecture.experiments.spirals import noisy
from cs231n_lib.lessons.architecture.pictures.maps import grid
from cs231n_lib.lessons.use import Functions, Use
from cs231n_lib.widgets.explorable import Explorable, Menu, Slider, Stage
from cs231n_lib.widgets.style import FAINT, INK, LINES, PAPER, label, line, paper

__all__ = ["approximation", "boundary", "folding", "hats"]

UNITS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 32, 40, 50, 64, 80, 100)


class _Approximation(Stage):
    def __init__(self) -> None:
        from matplotlib.collections import LineCollection

        self.figure, (plot, errors) = paper(9.2, 4.0, columns=2)
        plot.get_gridspec().set_width_ratios([1.5, 1])  # type: ignore[union-attr]
        plot.set(xlim=(-1.5, 1.5), ylim=(-1.9, 1.9))
        label(plot, "The function, the network, and the bumps that it adds", "x", "value")
        for side in (-1, 1):
            plot.axvspan(side, 1.5 * side, color=FAINT)
            plot.text(1.25 * side, -1.78, "no bound", ha="center", color=INK, fontsize=8)
        self.x = np.linspace(-1.5, 1.5, 451)
        self.fine = np.linspace(-1.5, 1.5, 1201)
        self.within = np.abs(self.x) <= 1
        self.band = plot.fill_between(self.x, 0, 0, color=LINES[0].color, alpha=0.14, linewidth=0, label="bound")
        self.bumps = LineCollection([], colors=LINES[6].color, linewidths=0.8)
        plot.add_collection(self.bumps)
        (self.function,) = plot.plot([], [], **line(0), linewidth=2, label="function")
        (self.network,) = plot.plot([], [], **line(1), linewidth=2, label="network")
        errors.set(xlim=(0.9, 110), ylim=(5e-3, 20), xscale="log", yscale="log")
        label(errors, "Largest error on [−1, 1]", "hidden units", "largest error")
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
        words = f"With {units} hidden unit{'s' if units > 1 else ''} the largest error is {error:.2g}"
        if np.isinf(bound):
            return f"{words}. At a jump of 1, no continuous network can be closer than ½ to the function on both sides."
        return f"{words}, and the bound guarantees an error of at most {bound:.2g}."


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
    """Approximation of a continuous function on a bounded interval by one hidden layer (lesson 04)."""
    return Explorable(
        _Approximation,
        [
            Menu("function", "Function", tuple(TARGETS)),
            Slider("units", "Hidden units", 8, 1, 100, 1),
            Slider("steepness", "Steepness k", 100.0, 1.0, 1000.0, 0.1, log=True),
        ],
        "The weights are set by hand. The interval is cut into equal pieces. A steep sigmoid at each cut adds the "
        "difference between the function's values at the midpoints of the pieces on its two sides. Two neighbouring "
        "sigmoids make a bump (grey). More units and steeper sigmoids lower the bound. To stay within ε = 0.1 of "
        "sin πx, this construction needs 31 sigmoids, compared with 7 ReLUs.",
        {
            "Three bumps": {"units": 2},
            "Fine": {"units": 60, "steepness": 1000.0},
            "Sigmoids too flat": {"units": 60, "steepness": 10.0},
            "Fast waves": {"function": "sin 4πx", "units": 30, "steepness": 1000.0},
            "A jump": {"function": "a step (not continuous)", "units": 80, "steepness": 1000.0},
        },
    )


HATS = {name: TARGETS[name] for name in ("sin πx", "sin 4πx", "|x|")}


class _Hats(Stage):
    def __init__(self, run: Functions) -> None:
        from matplotlib.collections import LineCollection

        self.run = run
        self.figure, (plot, error) = paper(9.2, 3.8, columns=2)
        plot.get_gridspec().set_width_ratios([1.6, 1])  # type: ignore[union-attr]
        self.x, self.fine = np.linspace(-2, 2, 601), np.linspace(-1, 1, 2001)
        plot.axvspan(-1, 1, color=LINES[2].color, alpha=0.12)
        plot.set(xlim=(-2, 2), ylim=(-2.5, 2.5))
        label(plot, "The function, the network, and its knots", "x", "value")
        self.ticks = LineCollection([], colors=LINES[6].color, linewidths=1.0)
        plot.add_collection(self.ticks)
        (self.function,) = plot.plot([], [], **line(0), linewidth=3, alpha=0.5, label="function")
        (self.network,) = plot.plot([], [], **line(1), linewidth=1.6, label="network")
        plot.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper right", ncols=2)
        error.set(xlim=(-1, 1), ylim=(-1.3, 1.3), xticks=[-1, -0.5, 0, 0.5, 1])
        error.axhspan(-1, 1, color=LINES[2].color, alpha=0.12)
        label(error, "Error on [−1, 1], in units of ε", "x", "error ÷ ε")
        (self.error,) = error.plot([], [], **line(1), linewidth=1.2)
        self.moving = [self.ticks, self.function, self.network, self.error]

    def update(self, function: str, eps: float) -> str:
        self.run.begin()
        target = HATS[function]
        w1, b1, w2, b2 = self.run.relu_approximation(target.f, target.lipschitz, eps, -1.0, 1.0)

        def network(x: FloatArray) -> FloatArray:
            return np.asarray((np.maximum(x[:, np.newaxis] @ w1 + b1, 0) @ w2 + b2)[:, 0])

        knots = -b1 / w1[0]
        self.ticks.set_segments([np.array([[k, -2.45], [k, -2.2]]) for k in knots])
        self.function.set_data(self.x, target.f(self.x))
        self.network.set_data(self.x, network(self.x))
        off = network(self.fine) - target.f(self.fine)
        self.error.set_data(self.fine, off / eps)
        largest = np.abs(off).max()
        told = f"For ε = {eps:.2g} the bound requires {len(b1)} units. The largest error on [−1, 1] is {largest:.2g}."
        return f"{told} {self.run.says}".strip()


def hats(use: Use) -> Explorable:
    """A hidden layer of ReLUs within ε of a function on [−1, 1], with the student's weights."""
    return Explorable(
        lambda: _Hats(use.frames()),
        [Menu("function", "Function", tuple(HATS)), Slider("eps", "Within ε", 10**-0.5, 0.01, 1.0, 0.05, log=True)],
        "In the left plot, the green area marks the interval where the bound holds. In the right plot, it marks the "
        "allowed error. Ticks at the bottom mark the knots, where another unit becomes active and the line bends.",
        {
            "Coarse": {"eps": 1.0},
            "Fine": {"eps": 0.03},
            "Fast waves": {"function": "sin 4πx", "eps": 0.3},
            "A kink between two knots": {"function": "|x|", "eps": 0.4},
            "A kink on a knot": {"function": "|x|", "eps": 0.25},
        },
    )


class _Folding(Stage):
    def __init__(self, run: Functions) -> None:
        self.run = run
        self.figure, axes = paper(9.2, 3.2, columns=2)
        self.x = np.linspace(0, 1, 1025)
        self.lines = []
        for ax, title in zip(axes, ("One hidden layer of two units per fold", "One hidden layer"), strict=True):
            ax.set(xlim=(0, 1), ylim=(-0.3, 1.3))
            label(ax, title, "x", "output")
            (wanted,) = ax.plot([], [], color=LINES[0].color, linewidth=4, alpha=0.25)
            (found,) = ax.plot([], [], **line(1), linewidth=1.3)
            self.lines.append((wanted, found))
        self.moving = [artist for pair in self.lines for artist in pair]

    def update(self, folds: int, units: int) -> str:
        self.run.begin()
        wanted = sawtooth(self.x, folds)
        deep = self.run.mlp_forward(self.x[:, np.newaxis], *self.run.sawtooth_network(folds))[:, 0]
        knots = np.linspace(0, 1, units + 1)
        flat = np.interp(self.x, knots, sawtooth(knots, folds))
        for (function, network), found in zip(self.lines, (deep, flat), strict=True):
            function.set_data(self.x, wanted)
            network.set_data(self.x, found)
        off, off_deep = (float(np.abs(found - wanted).max()) for found in (flat, deep))
        sizes = [1, *[2] * folds, 1], [1, units, 1]
        parameters = [self.run.network_size(size)[2] for size in sizes]
        told = (
            f"The function has {2**folds} pieces. The deep network has {2 * folds} units, {parameters[0]} parameters "
            f"and an error of {off_deep:.2g}. The network with one hidden layer joins {units + 1} knots by straight "
            f"lines. It has {units} unit{'s' * (units > 1)}, {parameters[1]} parameters and an error of {off:.2g}."
        )
        return f"{told} {self.run.says}".strip()


def folding(use: Use) -> Explorable:
    """[0, 1] folded n times by n hidden layers of two units, and by a single hidden layer of any width."""
    return Explorable(
        lambda: _Folding(use.frames()),
        [Slider("folds", "Folds", 3, 1, 8, 1), Slider("units", "Units in one hidden layer", 6, 1, 256, 1)],
        "The pale line is the function, and the dashed line is the network. Each fold doubles the number of pieces. "
        "For each further fold, the deep network needs two more units, whereas a single hidden layer needs twice as "
        "many units as before.",
        {
            "Equal units": {"folds": 4, "units": 8},
            "One unit per piece": {"folds": 4, "units": 16},
            "One unit too few": {"folds": 4, "units": 15},
            "Eight folds, equal units": {"folds": 8, "units": 16},
            "Eight folds, enough": {"folds": 8, "units": 256},
        },
    )


EVERY, LAST, SIDE, RADIUS = 10, 300, 60, 1.25
LABELS = ("15 % wrong labels", "correct labels")


@lru_cache(maxsize=64)
def _trained(labels: str, width: int, depth: int, l2: float) -> tuple[FloatArray, FloatArray]:
    """Score of class 1 minus class 0 on a grid, and accuracies on training and new points, every tenth step."""
    data = noisy(0)
    y = data.y if labels == LABELS[0] else data.right
    network = Starts.draw((2, *[width] * depth, 2), [0])
    _, points = grid(-RADIUS, RADIUS, SIDE)
    maps, accuracy = [], []
    for snapshot in network.snapshots(data.x, y, LAST, EVERY, 0.02, l2):
        scores = snapshot.scores(points)[0]
        maps.append((scores[:, 1] - scores[:, 0]).reshape(SIDE, SIDE))
        accuracy.append([snapshot.accuracy(data.x, y)[0], snapshot.accuracy(*data.new)[0]])
    return np.array(maps), np.array(accuracy)


class _Boundary(Stage):
    def __init__(self) -> None:
        from matplotlib.collections import LineCollection
        from matplotlib.colors import LinearSegmentedColormap

        self.figure, (map_, curve) = paper(9.2, 4.2, columns=2)
        self.data, self.side = noisy(0), np.linspace(-RADIUS, RADIUS, SIDE)
        map_.set(xlim=(-RADIUS, RADIUS), ylim=(-RADIUS, RADIUS), aspect="equal")
        label(map_, "Predictions (rings mark wrong labels)", "x₁", "x₂")
        colours = LinearSegmentedColormap.from_list("classes", [LINES[0].color, PAPER, LINES[1].color])
        extent = (-RADIUS, RADIUS, -RADIUS, RADIUS)
        self.answer = map_.imshow(np.zeros((SIDE, SIDE)), origin="lower", extent=extent, cmap=colours, vmin=-4, vmax=4)
        self.edge = LineCollection([], colors=INK, linewidths=1.8)
        map_.add_collection(self.edge)
        self.points = [
            map_.plot([], [], marker, color=LINES[k].color, markeredgecolor=PAPER, markersize=6)[0]
            for k, marker in enumerate("o^")
        ]
        (self.wrong,) = map_.plot([], [], "o", markersize=10, markerfacecolor="none", markeredgecolor=INK)
        curve.set(xlim=(0, LAST), ylim=(0.3, 1.02))
        label(curve, "Fraction of points classified correctly", "step", "accuracy")
        names = ("on the training labels", "on 2,000 new points, correct labels")
        self.curves = [curve.plot([], [], **line(i + 2), linewidth=1.8, label=name)[0] for i, name in enumerate(names)]
        self.now = curve.axvline(0, color=INK, linewidth=0.8)
        curve.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
        self.moving = [self.answer, *map_.spines.values(), self.edge, *self.points, self.wrong, *self.curves, self.now]

    def update(self, labels: str, step: int, width: int, depth: int, l2: float) -> str:
        maps, accuracy = _trained(labels, width, depth, 0.0 if l2 < 2e-4 else round(l2, 6))
        at = step // EVERY
        self.answer.set_data(maps[at])
        lines: Any = contour_generator(self.side, self.side, maps[at]).lines(0.0)
        self.edge.set_segments(lines)
        y = self.data.y if labels == LABELS[0] else self.data.right
        for k, points in enumerate(self.points):
            points.set_data(*self.data.x[y == k].T)
        self.wrong.set_data(*self.data.x[y != self.data.right].T)
        for i, curve in enumerate(self.curves):
            curve.set_data(EVERY * np.arange(len(accuracy)), accuracy[:, i])
        self.now.set_xdata([step, step])
        on_train, on_new = accuracy[at]
        size = "-".join(map(str, (2, *[width] * depth, 2)))
        accuracies = f"{on_train:.0%} of the training labels and classifies {on_new:.0%} of the new points correctly"
        return f"After {step} steps the network {size} predicts {accuracies}."


def boundary() -> Explorable:
    """Two spirals with wrong labels, and the boundary of a network of chosen width and depth while it trains."""
    return Explorable(
        _Boundary,
        [
            Menu("labels", "Labels", LABELS),
            Slider("step", "Step", LAST, 0, LAST, EVERY, runs=True),
            Slider("width", "Units in a hidden layer", 16, 1, 64, 1),
            Slider("depth", "Hidden layers", 2, 0, 4, 1),
            Slider("l2", "L2 strength λ", 1e-4, 1e-4, 0.1, 0.1, log=True),
        ],
        "Along the black line, the network gives both classes the same probability. Press ▶ to watch the network "
        "train, and press it again to pause. Press ■ to return to the initial weights. Move the slider of λ to its "
        "left end to set λ to 0.",
        {
            "A line": {"depth": 0},
            "Two units": {"width": 2, "depth": 1},
            "Four units": {"width": 4, "depth": 1},
            "Overfitting": {"width": 64, "depth": 2},
            "Regularised by λ": {"width": 64, "depth": 2, "l2": 0.01},
        },
    )
