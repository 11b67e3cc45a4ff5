"""Explorable figure of lesson 03: outputs and slopes of four activations."""

from functools import partial
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.activations.experiments.saturation import ACTIVATIONS, ALPHA, SATURATED, inputs, respond
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.explorable import Explorable, Slider, Stage
from cs231n_lib.widgets.style import INK, LINES, label, line, paper

__all__ = ["saturation"]

REACH = 8.0
OUTPUTS = np.linspace(-1.1, 2.9, 21)
SLOPES = np.linspace(-0.025, 1.025, 22)
"""Edges of the bars, chosen so that an exact 0 or 1 lies inside a bar."""

TITLES = {"leaky ReLU": f"leaky ReLU, leak {ALPHA:g}"}


class _Saturation(Stage):
    def __init__(self, use: Use) -> None:
        self.run = use.frames()
        self.figure, axes = paper(9.6, 5.4, rows=3, columns=4)
        self.x = np.linspace(-REACH, REACH, 161)
        self.run.begin()  # because making the figure takes longer than the student's functions
        curves = [respond(self.run, name, self.x) for name in ACTIVATIONS]
        self.densities, self.outputs, self.slopes, self.words = [], [], [], []
        fixed: list[Any] = []
        for i, (name, curve) in enumerate(zip(ACTIVATIONS, curves, strict=True)):
            shape, output, slope = axes[i::4]
            shape.set(xlim=(-REACH, REACH), ylim=(-1.25, 2.25))
            label(shape, TITLES.get(name, name), "input x", "" if i else "f(x) and its slope")
            self.densities.append(shape.fill_between(self.x, 0, 0 * self.x, color=LINES[5].color, alpha=0.45, lw=0))
            fixed += shape.plot(self.x, curve.out, **line(0), linewidth=2)
            fixed += shape.plot(self.x, curve.slope, **line(1), linewidth=1.6)
            fixed += shape.spines.values()
            output.set(xlim=OUTPUTS[[0, -1]], ylim=(0, 1))
            label(output, "Outputs", "f(x)", "" if i else "fraction of inputs")
            slope.set(xlim=SLOPES[[0, -1]], ylim=(0, 1))
            label(slope, "Slopes", "slope", "" if i else "fraction of inputs")
            self.outputs.append(_bars(output, OUTPUTS, LINES[0].color))
            self.slopes.append(_bars(slope, SLOPES, LINES[1].color))
            where: dict[str, Any] = {"transform": slope.transAxes, "ha": "center", "va": "top", "fontsize": 9}
            self.words.append(slope.text(0.5, 0.95, "", color=INK, **where))
            fixed += [*output.spines.values(), *slope.spines.values()]
        self.moving = [*self.densities, *self.outputs, *self.slopes, *fixed, *self.words]

    def update(self, std: float, mean: float) -> str:
        x, saturated = inputs(mean, std), []
        self.run.begin()
        density = np.exp(-(((self.x - mean) / std) ** 2) / 2)
        for i, name in enumerate(ACTIVATIONS):
            response = respond(self.run, name, x)
            self.densities[i].set_data(self.x, 0, density)
            self.outputs[i].set_data(_shares(response.out, OUTPUTS))
            self.slopes[i].set_data(_shares(response.slope, SLOPES))
            self.words[i].set_text(f"mean {response.slope.mean():.2g}")
            saturated.append(f"{100 * response.saturated:.0f} % for {name}")
        says = f" {self.run.says}" if self.run.says else ""
        return (
            f"The inputs have mean {mean:.1f} and standard deviation {std:.2g}. The fraction of inputs at which less "
            f"than {100 * SATURATED:.0f} % of the gradient passes is {', '.join(saturated)}.{says}"
        )


def _bars(axes: Any, edges: FloatArray, color: str) -> Any:
    return axes.stairs(np.zeros(len(edges) - 1), edges, fill=True, color=color, alpha=0.75)


def _shares(values: FloatArray, edges: FloatArray) -> FloatArray:
    """Fraction of the values in each bin, with outliers in the outer bins."""
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return np.asarray(counts / len(values))


def saturation(use: Use) -> Explorable:
    """Outputs and slopes of four activations for inputs of a chosen scale (lesson 03)."""
    return Explorable(
        partial(_Saturation, use),
        [
            Slider("std", "Scale (std)", 1.0, 0.1, 10**1.5, 0.05, log=True),
            Slider("mean", "Mean", 0.0, -8.0, 8.0, 0.1),
        ],
        "The top row shows each function (blue), its slope (orange, dashed) and the distribution of the inputs "
        "(shaded, not to scale). The rows below show the distributions of the outputs and of the slopes, by which the "
        "gradient is multiplied in the backward pass. Outputs beyond the axis are counted in its outermost bars.",
        {
            "Small inputs": {"std": 0.1},
            "Saturated": {"std": 10.0},
            "All positive": {"std": 1.0, "mean": 5.0},
            "Dead ReLU": {"std": 1.0, "mean": -4.0},
        },
    )
