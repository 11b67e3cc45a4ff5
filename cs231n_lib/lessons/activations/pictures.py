"""Figures of lesson 03 and their captions."""

from collections.abc import Mapping, Sequence

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.activations.checks.references import gelu
from cs231n_lib.lessons.activations.experiments import networks as experiments
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import MeasuredPicture, Picture
from cs231n_lib.widgets.style import INK, LINES, Axes, label, line, paper


def fading() -> Picture:
    """Length of the gradient of each layer in a deep network (claim C06)."""
    figure, (ax,) = paper(6.8, 3.4)
    layers = np.arange(1, 11)
    for i, (name, words) in enumerate({"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}.items()):
        ax.semilogy(layers, experiments.gradient_by_layer(name), **line(i), marker="o", markersize=4, label=words)
    wide = experiments.gradient_by_layer("sigmoid", gain=4)
    ax.semilogy(layers, wide, **line(3), marker="o", markersize=4, label="sigmoid, weights × 4")
    ax.semilogy(layers, 0.25 ** (10.0 - layers), color=INK, linewidth=0.8, linestyle=":", label="a quarter per layer")
    ax.set_xticks(layers)
    label(ax, "Gradient of each layer's weights", "hidden layer, from the input", "length relative to layer 10 (log)")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return Picture(
        figure,
        "Through sigmoids with the usual weights, the gradient keeps about a quarter of its length in each layer "
        "(dotted line), so about two millionths of it reach the first layer. Weights four times as large make the "
        "gradient there more than a thousand times longer but do not stop the fading. Through tanh and ReLU with "
        "suitable initial weights, the gradient keeps about the same length.",
    )


def zigzag(use: Use) -> Picture:
    """Paths of two weights to (3, −3), with positive and centred inputs (claim C07)."""
    run = use.run()
    figure, axes = paper(9.0, 3.7, columns=2)
    for ax, batch in zip(axes, (1, 64), strict=True):
        for i, (centred, words) in enumerate(((False, "all positive"), (True, "centred"))):
            x = experiments.outputs_below(np.random.default_rng(2), centred)
            path = experiments.walk(x, batch, np.random.default_rng(2))
            one_sided = run.one_sided_share(np.diff(path, axis=0), np.ones(len(path) - 1))
            words = (
                f"{words}: {len(path) - 1} steps, {100 * one_sided:.0f} % one-sided, "
                f"length × {experiments.detour(path):.1f}"
            )
            ax.plot(*path.T, **line(1 - i), linewidth=1.4, marker=".", markersize=5, label=words)
        ax.plot(*experiments.TARGET, marker="*", markersize=15, color=INK)
        ax.set(xlim=(-1.2, 4.2), ylim=(-3.5, 1.1), aspect="equal")
        label(ax, f"{batch} example{'s' * (batch > 1)} per step", "weight 1", "weight 2", legend="upper right")
    return Picture(
        figure,
        "With positive inputs and one example per step, each step raises both weights or lowers both (one-sided), so "
        "the path zigzags. Batches of 64 almost remove the zigzag, but training with positive inputs still takes more "
        "steps. The legend gives the length of each path relative to the straight line.",
        run.says,
    )


def hinges(use: Use) -> Picture:
    """ReLU, leaky ReLU, and a maxout unit with its lines."""
    run = use.run()
    figure, axes = paper(9.0, 3.0, columns=3)
    x = np.linspace(-3, 3, 121)
    relu, _ = run.relu_forward(x)
    leaky, _ = run.leaky_relu(x, np.ones_like(x), 0.1)
    for ax, out, title in zip(axes, (relu, leaky), ("ReLU", "Leaky ReLU, leak 0.1"), strict=False):
        ax.plot(x, out, **line(0), linewidth=2.2)
        label(ax, title, "x", "output")
    pieces = np.stack([0.9 * x - 0.6, -0.7 * x - 0.2, 0.1 * x + 0.7], axis=1)
    out, _ = run.maxout_forward(pieces, pieces=3)
    axes[2].plot(x, pieces, color=INK, linewidth=0.9, linestyle=":")
    axes[2].plot(x, out, **line(0), linewidth=2.2)
    label(axes[2], "Maxout with three lines", "x", "output")
    for ax in axes:
        ax.set_ylim(-2.2, 3)
    caption = (
        "All three functions are piecewise linear. Maxout learns its pieces, and its output is the maximum of its "
        "lines (dotted)."
    )
    return Picture(figure, caption, run.says)


def gates() -> Picture:
    """ReLU and GELU, and their slopes (bonus)."""
    figure, axes = paper(8.6, 3.0, columns=2)
    x = np.linspace(-3.5, 3.5, 281)
    curves = {"ReLU": (np.maximum(0, x), (x > 0) * 1.0), "GELU": gelu(x, np.ones_like(x))}
    for i, (name, parts) in enumerate(curves.items()):
        for ax, part in zip(axes, parts, strict=True):
            ax.plot(x, part, **line(1 - i), linewidth=2, label=name)
    label(axes[0], "Output", "x", "output")
    label(axes[1], "Slope, by which the gradient is multiplied", "x", "slope")
    for ax in axes:
        ax.axhline(0, color=INK, linewidth=0.6)
        ax.legend(frameon=False, fontsize=9, labelcolor=INK)
    turn = x[np.argmin(curves["GELU"][0])]
    return Picture(
        figure,
        "GELU is close to ReLU but has no kink. For every x below 0 the slope of ReLU is 0, so no gradient passes "
        f"backward. By the formula, the slope of GELU is 0 only at its minimum, near −{-turn:.2f}, although it fades "
        "far to the left.",
    )


def dead_units(use: Use) -> Picture:
    """Examples for which each of three ReLU units is on."""
    run, rng = use.run(), np.random.default_rng(3)
    x = rng.normal(size=(60, 2)) * [1.0, 0.7]
    w, b = np.array([[1.0] * 3, [0.6] * 3]), np.array([0.1, -1.6, -4.2])
    figure, axes = paper(9.0, 3.0, columns=3)
    for unit, ax in enumerate(axes):
        _draw_unit(ax, x, w[:, unit], b[unit])
    return Picture(
        figure,
        "Each unit is on for the examples (filled) on the shaded side of its line. A unit that is off for half of the "
        "examples is healthy. A unit that is off for all of them is dead, because no example sends a gradient to its "
        "weights. "
        f"Here the fraction of dead units is {100 * run.dead_fraction(x, w, b):.0f} %.",
        run.says,
    )


def _draw_unit(ax: Axes, x: FloatArray, w: FloatArray, b: float) -> None:
    grid = np.linspace(-4, 4, 161)
    a, c = np.meshgrid(grid, grid)
    ax.contourf(a, c, w[0] * a + w[1] * c + b, levels=[0, 100], colors=[LINES[4].color], alpha=0.35)
    on = x @ w + b > 0
    ax.plot(*x[on].T, "o", color=LINES[0].color, markersize=5)
    ax.plot(*x[~on].T, "o", markerfacecolor="none", markeredgecolor=INK, markersize=5, alpha=0.7)
    title = f"On for {on.sum()} of {len(x)} examples" if on.any() else "Dead, on for no example"
    label(ax, title, "feature 1", "feature 2")


def costs() -> Picture:
    """Time of one forward pass of each activation on this computer (claim C10)."""
    times = experiments.forward_times()
    figure, (ax,) = paper(6.8, 2.6)
    names = list(times)[::-1]
    ax.barh(names, [times[name] for name in names], color=LINES[0].color, height=0.6)
    for name in names:
        ax.annotate(f" {times[name]:.2g} ms", (times[name], name), va="center", color=INK, fontsize=9)
    ax.set_xlim(0, 1.15 * max(times.values()))
    label(ax, "One forward pass over 128 examples × 500 units", "milliseconds", "activation")
    return MeasuredPicture(
        figure,
        "These times were just measured on this computer. ReLU only compares. The exponential in tanh and in the plain "
        "sigmoid takes several times as long. The safe sigmoid takes longer than the plain one, because it chooses "
        "between two forms. Maxout reads two inputs for each output and records which one is larger.",
    )


def learning(losses: Mapping[str, Sequence[float]]) -> Picture:
    """Training loss of each epoch for several activations."""
    figure, (ax,) = paper(6.8, 3.2)
    for i, (name, curve) in enumerate(losses.items()):
        ax.plot(range(1, len(curve) + 1), curve, **line(i), linewidth=1.8, label=name)
    ax.set_ylim(0, None)
    ax.locator_params(axis="x", integer=True)
    label(ax, "Two layers on Fashion-MNIST, same learning rate", "epoch", "training loss", legend="best")
    return Picture(
        figure,
        "The network of the score sheet has leaky ReLUs. At the same learning rate it learns as fast with tanh, but "
        "several times more slowly with sigmoids. Their slope is at most a quarter, and it multiplies the gradient of "
        "the first layer.",
    )
