"""Figures of lesson 06 on initial weights, and their captions."""

import numpy as np

from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.initialization.experiments import starts as experiments
from cs231n_lib.lessons.initialization.pictures.drawing import ORANGE, blank, named, node, wire
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, label, line, paper


def unit() -> Picture:
    """Graph of two hidden units with the shapes of values and the names of gradients."""
    figure, (ax,) = blank(8.2, 2.7, (-0.4, 8.2), (-1.75, 1.15))
    for y, which in ((0.6, "this unit"), (-1.2, "its twin")):
        wire(ax, [(0.3, -0.3), (1.0, y), (5.4, y), (6.3, -0.3)])
        for at, name in ((1.9, "× w_in (D,)"), (3.4, "tanh"), (4.9, "× w_out (K,)")):
            node(ax, at, y, name)
        for at, value, gradient in ((2.8, "h (N,)", "dh"), (4.0, "a (N,)", "da")):
            named(ax, at, y, value, gradient)
        for at, gradient in ((1.9, "dw_in"), (4.9, "dw_out")):
            ax.text(at, y - 0.3, gradient, ha="center", va="top", color=ORANGE, fontsize=9)
        ax.text(0.55, 0.5 if y > 0 else -1.25, which, color=INK, fontsize=9, fontstyle="italic", ha="right")
    wire(ax, [(-0.3, -0.3), (0.3, -0.3)])
    wire(ax, [(6.3, -0.3), (8.1, -0.3)])
    node(ax, 6.3, -0.3, "+")
    named(ax, -0.05, -0.3, "x (N, D)", "")
    named(ax, 7.3, -0.3, "scores (N, K)", "dscores")
    return Picture(
        figure,
        "A hidden unit multiplies x by w_in, and adds its output times w_out to the scores. In the backward pass "
        "(orange) every unit receives the same dscores. If the two units have the same weights, nothing distinguishes "
        "them.",
    )


def twins(use: Use) -> Picture:
    """Training from initial weights that are all 0, all 0.1, or random (claim C19)."""
    figure, (loss, units) = paper(9.0, 3.2, columns=2)
    run, names = use.run(), ("zero", "all 0.1", "small")
    for i, name in enumerate(one_by_one(names, "start")):
        trained = experiments.twins(run, name)
        loss.plot(np.arange(1, 11), trained.loss.reshape(10, -1).mean(axis=1), **line(i), linewidth=2, label=name)
        different = experiments.different_units(trained.weights)
        units.barh(name, different, color=LINES[i].color, height=0.55)
        units.annotate(
            f" {different}, accuracy {trained.accuracy:.0%}", (different, name), va="center", color=INK, fontsize=9
        )
    label(loss, "Training loss", "epoch", "mean over the epoch")
    loss.set(ylim=(0, 2.5))
    loss.legend(frameon=False, fontsize=8.5, labelcolor=INK, title="initial weights", title_fontsize=8.5)
    units.set_xlim(0, 52)
    units.invert_yaxis()
    label(units, "Different units among the 32", "hidden units", "initial weights")
    return Picture(
        figure,
        "With equal initial weights all 32 units stay equal. If all weights are 0, the network learns only the biases "
        "of the output layer, and if all are 0.1, only what a single unit can learn. Random weights with standard "
        "deviation 0.01 (small) are enough to make the units differ.",
        run.says,
    )


def fading(use: Use) -> Picture:
    """Size of the activations of ten layers with weights too small or too large."""
    figure, axes = paper(9.0, 3.2, columns=2)
    run, depth = use.run(), np.arange(1, 11)
    for ax, activation in zip(axes, ("tanh", "ReLU"), strict=True):
        for i, (start, words) in enumerate((("small", "weights: 0.01"), ("large", "weights: 1"))):
            sizes = experiments.deviations(run, start, activation)
            ax.semilogy(depth, sizes, **line(i), linewidth=2, marker="os"[i], markersize=4, label=words)
        ax.set(ylim=(1e-13, 1e13), xticks=depth)
        label(ax, f"Ten layers of 200 units: {activation}", "layer", "standard deviation (log)", legend="upper left")
    return Picture(
        figure,
        "The weights have standard deviation 0.01 or 1. With small weights the signal fades by the same factor in each "
        "layer. With large weights it grows by a factor of ten per ReLU layer. The standard deviation of tanh "
        "activations stays near 1, but only because the units saturate at −1 and +1, so their outputs contain little "
        "more than a sign.",
        run.says,
    )


def fan_in(use: Use) -> Picture:
    """Outputs by fan-in, and activations of ten ReLU layers, by rule (claim C20)."""
    figure, (width, depth) = paper(9.0, 3.3, columns=2)
    run, fans = use.run(), np.array([4, 16, 64, 256, 1024])
    for i, name in enumerate(("small", "1/√n")):
        spread = [experiments.output_deviation(run, name, int(n)) for n in fans]
        width.loglog(fans, spread, **line(i), linewidth=2, marker="os"[i], markersize=5, label=name)
    width.set(ylim=(0.01, 20))
    width.set_xticks(fans, [str(n) for n in fans])
    width.minorticks_off()
    layers = np.arange(1, 11)
    for i, name in enumerate(("small", "1/√n", "He")):
        sizes = experiments.deviations(run, name, "ReLU")
        depth.semilogy(layers, sizes, **line(i), linewidth=2, marker="os^"[i], markersize=5, label=name)
    depth.set(xticks=layers, ylim=(1e-11, 100))
    label(width, "One unit: x·w", "number of inputs (fan-in)", "standard deviation (log)", legend="upper left")
    label(depth, "Ten layers of ReLU: activations", "layer", "standard deviation (log)", legend="lower left")
    return Picture(
        figure,
        "On the left, the standard deviation of a unit's output grows with the root of the number of inputs if that of "
        "the weights is fixed, and stays constant if the weights are scaled by 1/√n. On the right, the signal loses a "
        "factor of about √2 per ReLU layer with 1/√n, but not with He's √(2/n).",
        run.says,
    )
