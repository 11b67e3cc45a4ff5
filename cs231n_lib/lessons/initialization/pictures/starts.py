"""The pictures of lesson 06 on first weights, each with the sentence that says what it shows."""

import numpy as np

from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.initialization.experiments import starts as experiments
from cs231n_lib.lessons.initialization.pictures.drawing import ORANGE, blank, named, node, wire
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, label, line, paper


def unit() -> Picture:
    """Two hidden units side by side, with the shape of every value and the name of every gradient."""
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
        "A hidden unit reads all of x through w_in, and adds its output times w_out to the scores; on the way back "
        "(orange) the same dscores comes to every unit. If the twins have the same weights, nothing in the "
        "picture distinguishes them.",
    )


def twins(use: Use) -> Picture:
    """Training from weights that are all 0, all 0.1, and random (claim C19)."""
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
    loss.legend(frameon=False, fontsize=8.5, labelcolor=INK, title="first weights", title_fontsize=8.5)
    units.set_xlim(0, 52)
    units.invert_yaxis()
    label(units, "Different units among the 32", "hidden units", "first weights")
    return Picture(
        figure,
        "From equal weights all 32 units stay one and the same: all 0 learns nothing, all 0.1 what a single unit can. "
        "Random weights of standard deviation 0.01 are enough to make them differ.",
        run.says,
    )


def fading(use: Use) -> Picture:
    """Size of the activations of ten layers of tanh, with weights that are too small and too large."""
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
        "Standard deviation of the activations, for weights of standard deviation 0.01 and 1. With small weights the "
        "signal fades by the same factor in each layer. With large ones ReLU explodes by a factor of ten a layer, and "
        "tanh stays near 1 only because its units sit at −1 and +1 and tell little more than a sign.",
        run.says,
    )


def fan_in(use: Use) -> Picture:
    """Output deviation against fan-in, and activations through ten layers of ReLU, for three rules (claim C20)."""
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
        "Left: with weights of a fixed standard deviation, that of a unit's output grows with the root of its number "
        "of inputs; 1/√n takes that out. Right: with ReLU, 1/√n still loses a factor √2 a layer, and He's √(2/n) does "
        "not.",
        run.says,
    )
