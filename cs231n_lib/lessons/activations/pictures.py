"""The pictures of lesson 03, each with the sentence that says what it shows."""

from collections.abc import Mapping, Sequence

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.activations.checks.references import gelu
from cs231n_lib.lessons.activations.experiments import networks as experiments
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import MeasuredPicture, Picture
from cs231n_lib.widgets.style import INK, LINES, Axes, label, line, paper


def fading() -> Picture:
    """Length of the gradient of each layer's weights in a deep network, before training (claim C06)."""
    figure, (ax,) = paper(6.8, 3.4)
    layers = np.arange(1, 11)
    for i, (name, words) in enumerate({"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}.items()):
        ax.semilogy(layers, experiments.gradient_by_layer(name), **line(i), marker="o", markersize=4, label=words)
    wide = experiments.gradient_by_layer("sigmoid", gain=4)
    ax.semilogy(layers, wide, **line(3), marker="o", markersize=4, label="sigmoid, weights × 4")
    ax.semilogy(layers, 0.25 ** (10.0 - layers), color=INK, linewidth=0.8, linestyle=":", label="a quarter a layer")
    ax.set_xticks(layers)
    label(ax, "Gradient of each layer's weights", "hidden layer, from the input", "length, the tenth's is 1 (log)")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return Picture(
        figure,
        "Through sigmoids the gradient fades to about a millionth on its way to the first layer, along the line of a "
        "quarter a layer. Weights four times as large win back a factor of a thousand, and do not stop the fading. "
        "Through tanh and ReLU, started with weights that suit them, it arrives as long as it set out.",
    )


def zigzag(use: Use) -> Picture:
    """Two weights on their way to (3, −3), with inputs that are all positive and with centred ones (claim C07)."""
    run = use.run()
    figure, axes = paper(9.0, 3.7, columns=2)
    for ax, batch in zip(axes, (1, 64), strict=True):
        for i, (centred, words) in enumerate(((False, "all positive"), (True, "centred"))):
            x = experiments.outputs_below(np.random.default_rng(2), centred)
            path = experiments.walk(x, batch, np.random.default_rng(2))
            one_sided = run.one_sided_share(np.diff(path, axis=0), np.ones(len(path) - 1))
            words = f"{words}: {len(path) - 1} steps, {one_sided:.0%} one-sided, way × {experiments.detour(path):.1f}"
            ax.plot(*path.T, **line(1 - i), linewidth=1.4, marker=".", markersize=5, label=words)
        ax.plot(*experiments.TARGET, marker="*", markersize=15, color=INK)
        ax.set(xlim=(-1.2, 4.2), ylim=(-3.5, 1.1), aspect="equal")
        label(ax, f"{batch} example{'s' * (batch > 1)} a step", "weight 1", "weight 2", legend="upper right")
    return Picture(
        figure,
        "With positive inputs and one example a step, each step is one-sided, up in both weights or down in both, and "
        "the path tacks. A batch of 64 averages the zig-zag away; what stays is that positive inputs take more steps.",
        run.says,
    )


def hinges(use: Use) -> Picture:
    """ReLU, leaky ReLU and a maxout unit with the lines it is made of."""
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
    label(axes[2], "Maxout of three lines", "x", "output")
    for ax in axes:
        ax.set_ylim(-2.2, 3)
    caption = "All three are made of straight pieces. Maxout learns its own: the upper edge of its lines."
    return Picture(figure, caption, run.says)


def gates() -> Picture:
    """ReLU and GELU, and by what each multiplies a gradient on its way back (bonus)."""
    figure, axes = paper(8.6, 3.0, columns=2)
    x = np.linspace(-3.5, 3.5, 281)
    curves = {"ReLU": (np.maximum(0, x), (x > 0) * 1.0), "GELU": gelu(x, np.ones_like(x))}
    for i, (name, parts) in enumerate(curves.items()):
        for ax, part in zip(axes, parts, strict=True):
            ax.plot(x, part, **line(1 - i), linewidth=2, label=name)
    label(axes[0], "What comes out", "x", "output")
    label(axes[1], "What a gradient is multiplied by", "x", "slope")
    for ax in axes:
        ax.axhline(0, color=INK, linewidth=0.6)
        ax.legend(frameon=False, fontsize=9, labelcolor=INK)
    turn = x[np.argmin(curves["GELU"][0])]
    return Picture(
        figure,
        "GELU follows ReLU without its corner. For every x below 0 the slope of ReLU is 0, and no gradient gets back; "
        f"that of GELU is 0 only where it turns, near −{-turn:.2f}, and fades far to the left.",
    )


def dead_units(use: Use) -> Picture:
    """Three ReLU units on one set of examples: each is on where its side of a line is shaded."""
    run, rng = use.run(), np.random.default_rng(3)
    x = rng.normal(size=(60, 2)) * [1.0, 0.7]
    w, b = np.array([[1.0] * 3, [0.6] * 3]), np.array([0.1, -1.6, -4.2])
    figure, axes = paper(9.0, 3.0, columns=3)
    for unit, ax in enumerate(axes):
        _draw_unit(ax, x, w[:, unit], b[unit])
    return Picture(
        figure,
        "A unit is on for the examples on the shaded side of its line. Off for half of them is healthy, off for all is "
        f"dead: then no example sends a gradient to its weights. Of these three {run.dead_fraction(x, w, b):.0%} are.",
        run.says,
    )


def _draw_unit(ax: Axes, x: FloatArray, w: FloatArray, b: float) -> None:
    grid = np.linspace(-4, 4, 161)
    a, c = np.meshgrid(grid, grid)
    ax.contourf(a, c, w[0] * a + w[1] * c + b, levels=[0, 100], colors=[LINES[4].color], alpha=0.35)
    on = x @ w + b > 0
    ax.plot(*x[on].T, "o", color=LINES[0].color, markersize=5)
    ax.plot(*x[~on].T, "o", markerfacecolor="none", markeredgecolor=INK, markersize=5, alpha=0.7)
    label(ax, f"On for {on.sum()} of {len(x)} examples" if on.any() else "Dead: on for none", "feature 1", "feature 2")


def costs() -> Picture:
    """Time of one forward pass of each activation, measured here and now (claim C10)."""
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
        "Measured here and now. ReLU compares. An exponential costs a few times as much, in the sigmoid's plain "
        "formula as in tanh; the safe sigmoid then costs some four times the plain one, for it chooses between two "
        "forms. Maxout reads two inputs for each output, and notes which has won.",
    )


def learning(losses: Mapping[str, Sequence[float]]) -> Picture:
    """The training loss of each epoch, by what is between the layers."""
    figure, (ax,) = paper(6.8, 3.2)
    for i, (name, curve) in enumerate(losses.items()):
        ax.plot(range(1, len(curve) + 1), curve, **line(i), linewidth=1.8, label=name)
    ax.set_ylim(0, None)
    ax.locator_params(axis="x", integer=True)
    label(ax, "Two layers on clothes, at one learning rate", "epoch", "training loss", legend="best")
    return Picture(
        figure,
        "The network of the score sheet has leaky ReLUs. At the same rate it learns as fast with tanh, and with "
        "sigmoids several times as slowly: their slope, by which the first layer's gradient is multiplied, is a "
        "quarter at most.",
    )
