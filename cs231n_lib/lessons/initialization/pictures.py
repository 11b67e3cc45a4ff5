"""The pictures of lesson 06, each with the sentence that says what it shows."""

from typing import TYPE_CHECKING

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.layers import batchnorm_forward
from cs231n_lib.lessons.initialization.experiments import starts as experiments
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import FAINT, INK, LINES, PAPER, label, line, paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE = LINES[0].color, LINES[1].color


def unit() -> Picture:
    """Two hidden units side by side, with the shape of every value and the name of every gradient."""
    figure, (ax,) = _blank(8.2, 2.7, (-0.4, 8.2), (-1.75, 1.15))
    for y, which in ((0.6, "this unit"), (-1.2, "its twin")):
        _wire(ax, [(0.3, -0.3), (1.0, y), (5.4, y), (6.3, -0.3)])
        for at, name in ((1.9, "× w_in (D,)"), (3.4, "tanh"), (4.9, "× w_out (K,)")):
            _node(ax, at, y, name)
        for at, value, gradient in ((2.8, "h (N,)", "dh"), (4.0, "a (N,)", "da")):
            _value(ax, at, y, value, gradient)
        for at, gradient in ((1.9, "dw_in"), (4.9, "dw_out")):
            ax.text(at, y - 0.3, gradient, ha="center", va="top", color=ORANGE, fontsize=9)
        ax.text(0.55, 0.5 if y > 0 else -1.25, which, color=INK, fontsize=9, fontstyle="italic", ha="right")
    _wire(ax, [(-0.3, -0.3), (0.3, -0.3)])
    _wire(ax, [(6.3, -0.3), (8.1, -0.3)])
    _node(ax, 6.3, -0.3, "+")
    _value(ax, -0.05, -0.3, "x (N, D)", "")
    _value(ax, 7.3, -0.3, "scores (N, K)", "dscores")
    return Picture(
        figure,
        "A hidden unit reads all of x through w_in, and adds its output times w_out to the scores; on the way back "
        "(orange) the same dscores comes to every unit. If the twins have the same weights, nothing in the "
        "picture tells them apart.",
    )


def twins() -> Picture:
    """Training from weights that are all 0, all 0.1, and random (claim C19)."""
    figure, (loss, units) = paper(9.0, 3.2, columns=2)
    names = ("zero", "all 0.1", "small")
    for i, name in enumerate(names):
        network, history = experiments.twins(name)
        loss.plot(np.arange(1, 11), history.loss.reshape(10, -1).mean(axis=1), **line(i), linewidth=2, label=name)
        different = experiments.different_units(network)
        units.barh(name, different, color=LINES[i].color, height=0.55)
        accuracy = experiments.final_accuracy(history)
        units.annotate(f" {different}, accuracy {accuracy:.0%}", (different, name), va="center", color=INK, fontsize=9)
    label(loss, "Training loss", "epoch", "mean over the epoch")
    loss.set(ylim=(0, 2.5))
    loss.legend(frameon=False, fontsize=8.5, labelcolor=INK, title="first weights", title_fontsize=8.5)
    units.set_xlim(0, 52)
    units.invert_yaxis()
    label(units, "Different units among the 32", "hidden units", "first weights")
    return Picture(
        figure,
        "From equal weights all 32 units stay one and the same: all 0 learns nothing, all 0.1 what a single unit can. "
        "Random weights of deviation 0.01 are enough to part them.",
    )


def fading() -> Picture:
    """Size of the activations of ten layers of tanh, with weights that are too small and too large."""
    figure, axes = paper(9.0, 3.2, columns=2)
    depth = np.arange(1, 11)
    for ax, activation in zip(axes, ("tanh", "ReLU"), strict=True):
        for i, (start, words) in enumerate((("small", "deviation 0.01"), ("large", "deviation 1"))):
            sizes = experiments.deviations(start, activation)
            ax.semilogy(depth, sizes, **line(i), linewidth=2, marker="os"[i], markersize=4, label=words)
        ax.set(ylim=(1e-13, 1e13), xticks=depth)
        label(ax, f"Ten layers of 200 units: {activation}", "layer", "deviation of activations (log)")
        ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left")
    return Picture(
        figure,
        "With small weights the signal fades by the same factor in each layer. With large ones ReLU explodes by a "
        "factor of ten a layer, and tanh stays near 1 only because its units sit at −1 and +1 and tell little more "
        "than a sign.",
    )


def fan_in() -> Picture:
    """Output deviation against fan-in, and activations through ten layers of ReLU, for three rules (claim C20)."""
    figure, (width, depth) = paper(9.0, 3.3, columns=2)
    fans = np.array([4, 16, 64, 256, 1024])
    for i, name in enumerate(("small", "1/√n")):
        spread = [experiments.output_deviation(experiments.STARTS[name], int(n)) for n in fans]
        width.loglog(fans, spread, **line(i), linewidth=2, marker="os"[i], markersize=5, label=name)
    width.set(ylim=(0.01, 20))
    width.set_xticks(fans, [str(n) for n in fans])
    width.minorticks_off()
    label(width, "One unit: deviation of x·w", "number of inputs (fan-in)", "deviation (log)")
    layers = np.arange(1, 11)
    for i, name in enumerate(("small", "1/√n", "He")):
        sizes = experiments.deviations(name, "ReLU")
        depth.semilogy(layers, sizes, **line(i), linewidth=2, marker="os^"[i], markersize=5, label=name)
    depth.set(xticks=layers, ylim=(1e-11, 100))
    label(depth, "Ten layers of ReLU", "layer", "deviation of activations (log)")
    width.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left")
    depth.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower left")
    return Picture(
        figure,
        "Left: with a fixed spread of weights a unit's output grows with the root of its number of inputs; 1/√n takes "
        "that out. Right: with ReLU, 1/√n still loses a factor √2 a layer, and He's √(2/n) does not.",
    )


def normalized() -> Picture:
    """A feature with two humps: as it comes in, normalised, and after γ and β."""
    x = experiments.two_humps(np.random.default_rng(0))
    zero, one = np.zeros(1), np.ones(1)
    gamma, beta = np.array([2.0]), np.array([3.0])
    stages = (
        ("x, as it comes in", x),
        ("x̂: minus μ, divided by σ", batchnorm_forward(x, one, zero, zero, one)[0]),
        ("out = 2 · x̂ + 3", batchnorm_forward(x, gamma, beta, zero, one)[0]),
    )
    figure, axes = paper(9.2, 2.9, columns=3)
    for ax, (title, values) in zip(axes, stages, strict=True):
        ax.hist(values[:, 0], bins=57, range=(-3, 11), color=BLUE)
        ax.axvline(float(values.mean()), color=ORANGE, linewidth=1.5, linestyle="--")
        ax.set(xlim=(-3, 11), ylim=(0, 95))
        ax.text(10.9, 93, f"mean {values.mean():.1f}\ndeviation {values.std():.1f}", ha="right", va="top", color=INK,
                fontsize=9)  # fmt: skip
        label(ax, title, "value", "examples")
    return Picture(
        figure,
        "Batch norm moves the zero and changes the unit. What had two humps has two humps: nothing becomes Gaussian. "
        "Then γ and β let the network choose any other mean and deviation.",
    )


def graph() -> Picture:
    """Batch norm as a graph, with the shape of every value and the name of every gradient."""
    figure, (ax,) = _blank(8.4, 2.6, (-0.3, 10.6), (-1.75, 0.75))
    _wire(ax, [(-0.1, 0), (10.5, 0)])
    _wire(ax, [(0.5, 0), (0.5, -1.2), (2.2, -1.2), (2.2, 0)])
    _wire(ax, [(3.3, 0), (3.3, -1.2), (6.95, -1.2), (6.95, 0)])
    for at, name, gradient in ((8.15, "γ (D,)", "dgamma"), (9.35, "β (D,)", "dbeta")):
        _wire(ax, [(at, 0), (at, -1.0)])
        _value(ax, at, -1.4, name, gradient)
    for at in (0.5, 3.3):
        ax.plot(at, 0, "o", color=INK, markersize=6, zorder=4)
    for at, y, name in (
        (2.2, 0, "−"), (6.95, 0, "÷"), (8.15, 0, "×"), (9.35, 0, "+"), (1.0, -1.2, "mean"), (3.85, -1.2, "mean(xc²)"),
        (5.6, -1.2, "√(var + ε)"),
    ):  # fmt: skip
        _node(ax, at, y, name)
    values = (
        (0.1, 0, "x\n(N, D)", "dx"), (1.74, -1.2, "μ (D,)", "dmu"), (2.75, 0, "xc\n(N, D)", "dxc"),
        (4.72, -1.2, "var (D,)", "dvar"), (6.53, -1.2, "std (D,)", "dstd"), (7.55, 0, "xhat\n(N, D)", "dxhat"),
        (10.0, 0, "out\n(N, D)", "dout"),
    )  # fmt: skip
    for at, y, value, gradient in values:
        _value(ax, at, y, value, gradient)
    return Picture(
        figure,
        "Batch norm in seven steps: values above the wires (blue), gradients below (orange). Two roads fork, at x and "
        "at xc (the dots): there, on the way back, two gradients arrive and are added.",
    )


def upstreams() -> Picture:
    """What a gradient check says of wrong backward passes, with an upstream of ones and with a random one."""
    errors = experiments.errors_by_upstream()
    figure, (ax,) = paper(8.4, 3.2)
    positions = np.arange(len(errors))
    for i, words in enumerate(("dout all ones", "dout random")):
        sizes = [pair[i] for pair in errors.values()]
        ax.bar(positions - 0.2 + 0.4 * i, sizes, 0.36, bottom=1e-13, color=LINES[i].color, hatch="/" * (3 * i),
               edgecolor=PAPER, label=words)  # fmt: skip
    ax.set(yscale="log", ylim=(1e-13, 1e4))
    ax.set_xticks(positions, list(errors))
    ax.axhline(1e-6, color=INK, linewidth=0.8, linestyle=":")
    label(ax, "What the gradient check says of dx", "backward pass", "largest error (log)")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left", ncols=2)
    return Picture(
        figure,
        "Bars that end below the dotted line pass. With an upstream of ones all pass, the three wrong ones too: the "
        "true gradient is then 0. A random upstream finds every one of them.",
    )


def bias() -> Picture:
    """What a bias does to the output, and what gradient it gets, alone and before batch norm."""
    figure, (output, gradient) = paper(9.0, 3.0, columns=2)
    raises = np.linspace(0, 1000, 21)
    for i, (values, words) in enumerate(
        zip(experiments.raised_bias(raises), ("alone", "before batch norm"), strict=True)
    ):
        output.plot(raises, values, **line(i), linewidth=2, label=words)
    label(output, "Output of a unit for one example", "bias raised by", "output")
    alone, normed = experiments.bias_gradients()
    positions = np.arange(1, len(alone) + 1)
    for i, (values, words) in enumerate(((alone, "alone"), (normed, "before batch norm"))):
        gradient.plot(positions, values, "os"[i], color=LINES[i].color, markersize=7, label=words)
    gradient.axhline(0, color=INK, linewidth=0.8, zorder=0)
    label(gradient, "Gradient of the bias", "unit", "db")
    for ax in (output, gradient):
        ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="best")
    return Picture(
        figure,
        "Before batch norm a bias changes nothing, and its gradient is 0 for every unit. The shift that counts is β, "
        "which comes after.",
    )


def batch_sizes(seeds: int = 3) -> Picture:
    """Accuracy after four epochs against the batch size, with batch norm and without."""
    sizes = (1, 2, 4, 8, 32, 128)
    figure, (ax,) = paper(7.2, 3.4)
    for i, (normed, words) in enumerate(((False, "without batch norm"), (True, "with batch norm"))):
        found: FloatArray = np.array(
            [[experiments.by_batch_size(size, normed, seed) for seed in range(seeds)] for size in sizes]
        )
        ax.plot(sizes, found.mean(axis=1), **line(i), linewidth=2, marker="os"[i], label=words)
        ax.fill_between(sizes, found.min(axis=1), found.max(axis=1), color=LINES[i].color, alpha=0.18, linewidth=0)
    ax.set_xscale("log", base=2)
    ax.set(ylim=(0, 1.02))
    ax.set_xticks(sizes, [str(size) for size in sizes])
    label(ax, "Digits, after four epochs", "batch size (log)", "validation accuracy")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower center")
    return Picture(
        figure,
        f"{seeds} seeds each, their mean and range. With one example a batch, batch norm erases the example; with two "
        "it keeps only which of them is larger. At eight the two are level; beyond, where steps are few, it is ahead.",
    )


def _blank(
    width: float, height: float, xlim: tuple[float, float], ylim: tuple[float, float]
) -> tuple["Figure", list["Axes"]]:
    figure, (ax,) = paper(width, height)
    ax.set(xlim=xlim, ylim=ylim)
    ax.set_axis_off()
    return figure, [ax]


def _wire(ax: "Axes", points: list[tuple[float, float]]) -> None:
    ax.plot(*np.array(points).T, color=INK, linewidth=1.0, zorder=1)


def _node(ax: "Axes", x: float, y: float, name: str) -> None:
    box = {"facecolor": FAINT, "edgecolor": INK, "boxstyle": "round,pad=0.4"}
    ax.text(x, y, name, ha="center", va="center", color=INK, fontsize=9.5, bbox=box, zorder=3)


def _value(ax: "Axes", x: float, y: float, value: str, gradient: str) -> None:
    """A value above a wire, its gradient below."""
    ax.text(x, y + 0.1, value, ha="center", va="bottom", color=BLUE, fontsize=9, zorder=3)
    ax.text(x, y - 0.1, gradient, ha="center", va="top", color=ORANGE, fontsize=9, zorder=3)
