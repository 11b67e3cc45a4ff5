"""Decision boundary of a network that learns to classify two spirals, epoch by epoch."""

from typing import Any

import numpy as np
from contourpy import contour_generator

from cs231n_lib.lessons.regularization.experiments.boundary import (
    EPOCHS,
    EVERY,
    RADIUS,
    plane,
    second_class_probability,
    train_on_spirals,
    two_spirals,
)
from cs231n_lib.widgets.explorable import Explorable, Slider, Stage
from cs231n_lib.widgets.style import INK, LINES, PAPER, Artist, Axes, label, line, paper

__all__ = ["boundary"]

SIDE = 60


class _Boundary(Stage):
    def __init__(self) -> None:
        self.figure, (map_, curve) = paper(9.2, 4.3, columns=2)
        (self.x, self.y), (_, new) = two_spirals()
        self.plane, self.side = plane(SIDE), np.linspace(-RADIUS, RADIUS, SIDE)
        self.epochs = np.arange(0, EPOCHS + 1, EVERY)
        self.moving = [*self._map(map_), *self._curves(curve, len(new))]

    def _map(self, ax: Axes) -> list[Artist]:
        """Probability in the plane, decision boundary, training points, and rings around the mistakes."""
        from matplotlib.collections import LineCollection
        from matplotlib.colors import LinearSegmentedColormap

        ax.set(xlim=(-RADIUS, RADIUS), ylim=(-RADIUS, RADIUS), aspect="equal")
        label(ax, "Predicted class, with mistakes circled", "x₁", "x₂")
        colours = LinearSegmentedColormap.from_list("classes", [LINES[0].color, PAPER, LINES[1].color])
        look: dict[str, Any] = {"cmap": colours, "vmin": -0.3, "vmax": 1.3, "interpolation": "bilinear"}
        extent = (-RADIUS, RADIUS, -RADIUS, RADIUS)
        self.says = ax.imshow(np.zeros((SIDE, SIDE)), origin="lower", extent=extent, **look)
        self.edge = LineCollection([], colors=INK, linewidths=1.8)
        ax.add_collection(self.edge)
        points = [
            ax.plot(*self.x[self.y == k].T, marker, color=LINES[k].color, markeredgecolor=PAPER, markersize=6)[0]
            for k, marker in enumerate("o^")
        ]
        (self.wrong,) = ax.plot([], [], "o", markersize=11, markerfacecolor="none", markeredgecolor=INK)
        return [self.says, *ax.spines.values(), self.edge, *points, self.wrong]

    def _curves(self, ax: Axes, new: int) -> list[Artist]:
        """Accuracy on training and new points over all epochs, with the epoch that is shown."""
        ax.set(xlim=(0, 1.02 * EPOCHS), ylim=(0.3, 1.02))
        names = (f"{len(self.x)} training points", f"{new} new points")
        self.curves = [ax.plot([], [], **line(i + 2), linewidth=1.8, label=name)[0] for i, name in enumerate(names)]
        self.dots = [ax.plot([], [], "o", color=line(i + 2)["color"], markersize=7)[0] for i in range(2)]
        self.now = ax.axvline(0, color=INK, linewidth=0.8)
        label(ax, "Accuracy on training and new points", "epoch", "accuracy", legend="lower right")
        return [self.now, *self.curves, *self.dots]

    def update(self, epoch: int, width: int, depth: int, l2: float, drop_prob: float) -> str:
        run = train_on_spirals(width, depth, round(l2, 6), round(drop_prob, 2))
        probability = second_class_probability(run.scores(self.plane, epoch)).reshape(SIDE, SIDE)
        self.says.set_data(probability)
        lines: Any = contour_generator(self.side, self.side, probability).lines(0.5)
        self.edge.set_segments(lines)
        self.wrong.set_data(*self.x[run.scores(self.x, epoch).argmax(axis=1) != self.y].T)
        self.now.set_xdata([epoch, epoch])
        for accuracy, curve, dot in zip(run.accuracy, self.curves, self.dots, strict=True):
            curve.set_data(self.epochs, accuracy)
            dot.set_data([epoch], accuracy[epoch // EVERY : epoch // EVERY + 1])
        on_train, on_new = run.accuracy[:, epoch // EVERY]
        size = "-".join(map(str, run.network.sizes))
        return (
            f"The network {size} has {run.network.parameters.size} parameters. After {epoch} epochs it classifies "
            f"{on_train:.0%} of the training points and {on_new:.0%} of the new points correctly."
        )


def boundary() -> Explorable:
    """Decision boundary of a network of any width and depth while it learns two spirals (lessons 04 and 07)."""
    return Explorable(
        _Boundary,
        [
            Slider("epoch", "Epoch", 100, 0, EPOCHS, EVERY),
            Slider("width", "Units in a layer", 16, 1, 32, 1),
            Slider("depth", "Hidden layers", 2, 0, 4, 1),
            Slider("l2", "L2 strength λ", 1e-4, 1e-4, 0.1, 0.1, log=True),
            Slider("drop_prob", "Dropout", 0.0, 0.0, 0.8, 0.1),
        ],
        "Along the black line, the network gives both classes (blue circles and orange triangles) the probability ½. "
        "The spirals overlap, so a boundary that classifies every training point correctly follows the noise. To watch "
        "the network train, select the slider Epoch and hold the → key.",
        {
            "No hidden layer": {"epoch": 300, "depth": 0},
            "Three units": {"epoch": 300, "width": 3, "depth": 1},
            "Fits the noise": {"epoch": 300, "width": 32, "depth": 3},
            "Held back by λ": {"epoch": 300, "width": 32, "depth": 3, "l2": 0.01},
            "Narrow and deep": {"epoch": 300, "width": 4, "depth": 4},
        },
    )
