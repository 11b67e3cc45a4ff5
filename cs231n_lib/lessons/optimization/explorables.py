"""Explorable of two random searches and gradient descent on a surface."""

from functools import partial
from typing import Any

import numpy as np

from cs231n_lib.lessons.optimization.experiments import (
    RADIUS,
    mean_surface,
    random_local_search,
    random_search,
    surface,
)
from cs231n_lib.lessons.optimization.experiments import descent as gradient_descent
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.explorable import Explorable, Slider, Stage
from cs231n_lib.widgets.style import INK, PAPER, label, line, paper

__all__ = ["descent"]

START = np.array([-2.3, 1.9])
NAMES = ("random search", "random local search", "gradient descent")


class _Descent(Stage):
    def __init__(self, use: Use) -> None:
        self.run = use.frames()
        self.figure, (map_, curve) = paper(9.0, 3.9, columns=2)
        side = np.linspace(-RADIUS, RADIUS, 80)
        heights = surface(np.stack(np.meshgrid(side, side), axis=-1))
        map_.contourf(side, side, heights, levels=18, cmap="Greys", alpha=0.55)
        map_.set(xlim=(-RADIUS, RADIUS), ylim=(-RADIUS, RADIUS), aspect="equal")
        label(map_, "First two weights, with ★ at the last point", "w₁", "w₂")
        curve.set(xlim=(0, 201), ylim=(0, 5))
        label(curve, "Loss along each path", "evaluations of loss or gradient", "mean loss per pair of weights")
        self.outlines = [map_.plot([], [], color=PAPER, linewidth=4)[0] for _ in NAMES]
        self.paths = [map_.plot([], [], **line(i), linewidth=1.8, marker=".", markersize=5)[0] for i in range(3)]
        self.ends = [
            map_.plot([], [], marker="*", markersize=15, color=line(i)["color"], markeredgecolor=PAPER)[0]
            for i in range(3)
        ]
        self.curves = [curve.plot([], [], **line(i), linewidth=1.8, label=name)[0] for i, name in enumerate(NAMES)]
        curve.legend(frameon=False, fontsize=8.5, labelcolor=INK)
        self.moving = [*self.outlines, *self.paths, *self.ends, *self.curves]

    def update(self, dimensions: int, lr: float, evaluations: int, seed: int) -> str:
        self.run.begin()
        rng = np.random.default_rng(seed)
        walks = (
            random_search(rng, evaluations, dimensions),
            random_local_search(np.resize(START, dimensions), rng, evaluations, step=0.3),
            gradient_descent(self.run, START, lr, evaluations),  # all other pairs of weights follow the same path
        )
        losses: list[Any] = [mean_surface(walk) for walk in walks]
        for i, (walk, loss) in enumerate(zip(walks, losses, strict=True)):
            first_two = walk[:, :2].T
            self.outlines[i].set_data(*first_two)
            self.paths[i].set_data(*first_two)
            self.ends[i].set_data(*first_two[:, -1:])
            self.curves[i].set_data(np.arange(1, evaluations + 1), loss)
        first, second, third = sorted((loss[-1], name) for loss, name in zip(losses, NAMES, strict=True))
        says = f" {self.run.says}" if self.run.says else ""
        return (
            f"In {dimensions:,} dimensions, after {evaluations} evaluations, {first[1]} has the lowest loss, "
            f"{first[0]:.2f}, followed by {second[1]} with {second[0]:.2f} and {third[1]} with {third[0]:.2f}.{says}"
        )


def descent(use: Use) -> Explorable:
    """Two random searches and gradient descent on a surface with valleys (lesson 01)."""
    return Explorable(
        partial(_Descent, use),
        [
            Slider("dimensions", "Dimensions", 2, 2, 1000, 2),
            Slider("lr", "Learning rate", 0.3, 0.02, 2.0, 0.02),
            Slider("evaluations", "Evaluations", 40, 5, 200, 5),
            Slider("seed", "Random seed", 3, 0, 20, 1),
        ],
        "Gradient descent (green, dotted) follows the slope at its current point. Random local search (orange, dashed) "
        "tries random steps and keeps those that lower the loss. Random search (blue) tries random points. None of the "
        "methods knows which valley is the deepest. More dimensions add pairs of weights, each with a surface like "
        "this.",
        {
            "Crawl": {"lr": 0.02, "evaluations": 60},
            "To and fro": {"lr": 0.8, "evaluations": 60},
            "Leap about": {"lr": 1.6, "evaluations": 60},
            "In a shallow valley": {"lr": 1.42, "evaluations": 100},
            "1,000 dimensions": {"dimensions": 1000, "evaluations": 200},
        },
    )
