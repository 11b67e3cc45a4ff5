"""Explorable figure of lesson 06: activations and gradients of ten layers."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.initialization.experiments.depth import ACTIVATIONS, INITIALIZERS, LAYERS, signals
from cs231n_lib.widgets.explorable import Explorable, Menu, Slider, Stage
from cs231n_lib.widgets.style import INK, LINES, PAPER, label, line, paper

__all__ = ["depth"]

EDGES = np.linspace(-1.1, 3.1, 64)
HALF_WIDTH = 0.45


class _Depth(Stage):
    def __init__(self) -> None:
        from matplotlib.collections import PolyCollection

        self.figure, (spread, size) = paper(9.4, 4.3, columns=2)
        spread.get_gridspec().set_width_ratios([1.35, 1])  # type: ignore[union-attr]
        self.layers = np.arange(1, LAYERS + 1)
        spread.set(xlim=(0.4, LAYERS + 0.6), ylim=EDGES[[0, -1]], xticks=self.layers)
        label(spread, "Activations of each layer", "layer", "activation")
        self.histograms = PolyCollection([], facecolors=LINES[0].color, edgecolors=PAPER, linewidths=0.3)
        spread.add_collection(self.histograms)
        size.set(xlim=(0.4, LAYERS + 0.6), ylim=(1e-13, 1e11), yscale="log", xticks=self.layers)
        size.set_yticks(10.0 ** np.arange(-12, 12, 4))
        size.axhline(1, color=INK, linewidth=0.7)
        names = ("activations, forward from layer 1", f"gradients, backward from layer {LAYERS}")
        self.sizes = [
            size.plot([], [], **line(i), linewidth=2, marker="os"[i], markersize=5, label=name)[0]
            for i, name in enumerate(names)
        ]
        label(size, "Size of the signals", "layer", "standard deviation", legend="upper left")
        self.moving = [self.histograms, *spread.spines.values(), *self.sizes]

    def update(self, initializer: str, activation: str, scale: float) -> str:
        result = signals(initializer, activation, round(scale, 6))
        self.histograms.set_verts([_outline(values, i + 1) for i, values in enumerate(result.activations)])
        up, down = _sizes(result.activations), _sizes(result.gradients)
        for curve, values in zip(self.sizes, (up, down), strict=True):
            curve.set_data(self.layers, values)
        return (
            f"The standard deviation of the activations is {_plain(up[0])} in layer 1 and {_plain(up[-1])} in layer "
            f"{LAYERS}. The standard deviation of the gradient is {_plain(down[-1])} in layer {LAYERS} and "
            f"{_plain(down[0])} in layer 1."
        )


def _sizes(signals: FloatArray) -> FloatArray:
    """Standard deviation in each layer, in float64 because squares may be tiny."""
    return np.asarray(signals.std(axis=(1, 2), dtype=np.float64))


def _plain(size: float) -> str:
    """Number with two significant digits, such as 0.0032, 110 or 3.2 · 10⁻⁹."""
    digits, exponent = f"{size:.1e}".split("e")
    if -5 < int(exponent) < 6:
        return f"{float(f'{size:.2g}'):,.10g}"
    return f"{digits} · 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _outline(values: FloatArray, layer: int) -> FloatArray:
    """Outline of a vertical histogram on both sides of ``layer``.

    The widths are the roots of the fractions.
    """
    counts, _ = np.histogram(np.clip(values, EDGES[0], EDGES[-1]), EDGES)
    widths = np.repeat(HALF_WIDTH * np.sqrt(counts / counts.max()), 2)
    heights = np.repeat(EDGES, 2)[1:-1]
    right = np.stack([layer + widths, heights], axis=1)
    left = np.stack([layer - widths, heights], axis=1)
    return np.concatenate([right, left[::-1]])


def depth() -> Explorable:
    """Signals in ten layers by initialiser, activation and scale (lesson 06)."""
    return Explorable(
        _Depth,
        [
            Menu("activation", "Activation", tuple(ACTIVATIONS)),
            Menu("initializer", "Initial weights", tuple(INITIALIZERS)),
            Slider("scale", "Multiplied by", 1.0, 0.1, 10.0, 0.05, log=True),
        ],
        "The figure shows ten layers of 200 units before training. The width of a histogram is proportional "
        "to the root of the number of values in each bin, so that rare values are visible. Values beyond the axis are "
        "counted at its end. The network trains well only if both curves on the right stay roughly level.",
        {
            "All fades": {"initializer": "small: 0.01"},
            "Saturated tanh": {"scale": 10**0.7},
            "ReLU with 1/√n": {"activation": "ReLU"},
            "ReLU with He": {"activation": "ReLU", "initializer": "He: √(2/n)"},
            "Sigmoid": {"activation": "sigmoid"},
        },
    )
