"""Figures of lesson 06 on batch norm and layer norm, and their captions."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.initialization.experiments import starts as experiments
from cs231n_lib.lessons.initialization.pictures.drawing import BLUE, ORANGE, blank, named, node, wire
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import FAINT, INK, LINES, PAPER, label, line, paper


def normalized(use: Use) -> Picture:
    """Histograms of a feature with two peaks before and after batch norm."""
    run, x = use.run(), experiments.two_humps(np.random.default_rng(0))
    zero, one = np.zeros(1), np.ones(1)
    gamma, beta = np.array([2.0]), np.array([3.0])
    stages = (
        ("x, the input", x),
        ("x̂: minus μ, divided by σ", run.batchnorm_forward(x, one, zero, zero, one)[0]),
        ("out = 2 · x̂ + 3", run.batchnorm_forward(x, gamma, beta, zero, one)[0]),
    )
    figure, axes = paper(9.2, 2.9, columns=3)
    for ax, (title, values) in zip(axes, stages, strict=True):
        ax.hist(values[:, 0], bins=57, range=(-3, 11), color=BLUE)
        ax.axvline(float(values.mean()), color=ORANGE, linewidth=1.5, linestyle="--")
        ax.set(xlim=(-3, 11), ylim=(0, 95))
        ax.text(10.9, 93, f"mean {values.mean():.1f}\nstd {values.std():.1f}", ha="right", va="top", color=INK,
                fontsize=9)  # fmt: skip
        label(ax, title, "value", "examples")
    return Picture(
        figure,
        "Batch norm changes the mean (dashed line) and the standard deviation (std). The distribution keeps its two "
        "peaks and does not become Gaussian. With γ and β the network can choose any other mean and standard "
        "deviation.",
        run.says,
    )


def graph() -> Picture:
    """Graph of batch norm with the shapes of values and the names of gradients."""
    figure, (ax,) = blank(8.4, 2.6, (-0.3, 10.6), (-1.75, 0.75))
    wire(ax, [(-0.1, 0), (10.5, 0)])
    wire(ax, [(0.5, 0), (0.5, -1.2), (2.2, -1.2), (2.2, 0)])
    wire(ax, [(3.3, 0), (3.3, -1.2), (6.95, -1.2), (6.95, 0)])
    for at, name, gradient in ((8.15, "γ (D,)", "dgamma"), (9.35, "β (D,)", "dbeta")):
        wire(ax, [(at, 0), (at, -1.0)])
        named(ax, at, -1.4, name, gradient)
    for at in (0.5, 3.3):
        ax.plot(at, 0, "o", color=INK, markersize=6, zorder=4)
    for at, y, name in (
        (2.2, 0, "−"), (6.95, 0, "÷"), (8.15, 0, "×"), (9.35, 0, "+"), (1.0, -1.2, "mean"), (3.85, -1.2, "mean(xc²)"),
        (5.6, -1.2, "√(var + ε)"),
    ):  # fmt: skip
        node(ax, at, y, name)
    values = (
        (0.1, 0, "x\n(N, D)", "dx"), (1.74, -1.2, "μ (D,)", "dmu"), (2.75, 0, "xc\n(N, D)", "dxc"),
        (4.72, -1.2, "var (D,)", "dvar"), (6.53, -1.2, "std (D,)", "dstd"), (7.55, 0, "xhat\n(N, D)", "dxhat"),
        (10.0, 0, "out\n(N, D)", "dout"),
    )  # fmt: skip
    for at, y, value, gradient in values:
        named(ax, at, y, value, gradient)
    return Picture(
        figure,
        "The graph shows batch norm in seven steps, with values above the wires (blue) and gradients below (orange). "
        "Two values, x and xc, are used twice (dots). In the backward pass two gradients arrive there and are added.",
    )


def upstreams(use: Use) -> Picture:
    """Errors found by a gradient check with two upstream gradients."""
    run = use.run()
    errors = experiments.errors_by_upstream(run)
    figure, (ax,) = paper(8.4, 3.2)
    positions = np.arange(len(errors))
    for i, words in enumerate(("dout all ones", "dout random")):
        sizes = [pair[i] for pair in errors.values()]
        ax.bar(positions - 0.2 + 0.4 * i, sizes, 0.36, bottom=1e-13, color=LINES[i].color, hatch="/" * (3 * i),
               edgecolor=PAPER, label=words)  # fmt: skip
    ax.set(yscale="log", ylim=(1e-13, 1e4))
    ax.set_xticks(positions, list(errors))
    ax.axhline(1e-6, color=INK, linewidth=0.8, linestyle=":")
    label(ax, "Gradient check of dx", "backward pass", "largest error (log)")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left", ncols=2)
    return Picture(
        figure,
        "A backward pass whose bar ends below the dotted line passes the check. If dout is all ones, all of them pass, "
        "even the three wrong ones, because the true gradient is then 0. A random dout reveals all three.",
        run.says,
    )


def bias(use: Use) -> Picture:
    """Effect of a bias on the output, and its gradient, alone and before batch norm."""
    figure, (output, gradient) = paper(9.0, 3.0, columns=2)
    run, raises = use.run(), np.linspace(0, 1000, 21)
    for i, (values, words) in enumerate(
        zip(experiments.raised_bias(run, raises), ("alone", "before batch norm"), strict=True)
    ):
        output.plot(raises, values, **line(i), linewidth=2, label=words)
    label(output, "Output of a unit for one example", "increase of the bias", "output")
    alone, normed = experiments.bias_gradients(run)
    positions = np.arange(1, len(alone) + 1)
    for i, (values, words) in enumerate(((alone, "alone"), (normed, "before batch norm"))):
        gradient.plot(positions, values, "os"[i], color=LINES[i].color, markersize=7, label=words)
    gradient.axhline(0, color=INK, linewidth=0.8, zorder=0)
    label(gradient, "Gradient of the bias", "unit", "db")
    for ax in (output, gradient):
        ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="best")
    return Picture(
        figure,
        "In training, a bias before batch norm does not change the output, and the gradient of this bias is 0 for "
        "every unit. Only β, which is added after the normalisation, shifts the output.",
        run.says,
    )


def batch_sizes(seeds: int = 3) -> Picture:
    """Accuracy after four epochs by batch size, with and without batch norm."""
    sizes = (1, 2, 4, 8, 32, 128)
    figure, (ax,) = paper(7.2, 3.4)
    kinds = ((False, "without batch norm"), (True, "with batch norm"))
    asked = one_by_one([(size, normed, seed) for normed, _ in kinds for size in sizes for seed in range(seeds)], "run")
    accuracies: FloatArray = np.array([experiments.by_batch_size(*one) for one in asked])
    for i, (found, (_, words)) in enumerate(zip(accuracies.reshape(2, len(sizes), seeds), kinds, strict=True)):
        ax.plot(sizes, found.mean(axis=1), **line(i), linewidth=2, marker="os"[i], label=words)
        ax.fill_between(sizes, found.min(axis=1), found.max(axis=1), color=LINES[i].color, alpha=0.18, linewidth=0)
    ax.set_xscale("log", base=2)
    ax.set(ylim=(0, 1.02))
    ax.set_xticks(sizes, [str(size) for size in sizes])
    label(
        ax, "Accuracy on the digits after four epochs", "batch size (log)", "validation accuracy", legend="lower center"
    )
    return Picture(
        figure,
        f"The lines show the mean and the bands the range over {seeds} seeds. With one example per batch, batch norm "
        "erases the example. With two examples, it keeps only which of the two values of each feature is larger. At a "
        "batch size of eight both networks are about equally accurate. With larger batches an epoch has fewer steps, "
        "and the network with batch norm is ahead.",
    )


def layer_norm() -> Picture:
    """Numbers normalised by batch norm (columns) and by layer norm (rows)."""
    x = np.array([[1.0, 40.0, 3.0, 2.0], [2.0, 10.0, 5.0, 1.0], [6.0, 25.0, 4.0, 3.0]])
    rows, columns = np.indices(x.shape)
    panels = (
        ("x: 3 examples, 4 features", x, rows < 0),
        ("batch norm: each column", (x - x.mean(axis=0)) / x.std(axis=0), columns == 0),
        ("layer norm: each row", (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True), rows == 0),
    )
    from matplotlib.patches import Rectangle

    figure, axes = paper(9.2, 2.5, columns=3)
    for ax, (title, values, together) in zip(axes, panels, strict=True):
        for (row, column), value in np.ndenumerate(values):
            colour = ORANGE if together[row, column] else FAINT
            ax.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor=PAPER, alpha=0.55))
            words = f"{value:.0f}" if values is x else f"{value:.1f}".replace("-", "−")
            ax.text(column + 0.5, row + 0.5, words, ha="center", va="center", color=INK, fontsize=10)
        ax.set(xlim=(0, 4), ylim=(3, 0), xticks=np.arange(4) + 0.5, yticks=np.arange(3) + 0.5)
        ax.set_xticklabels(["1", "2", "3", "4"])
        ax.set_yticklabels(["1", "2", "3"])
        label(ax, title, "feature", "example")
    return Picture(
        figure,
        "Orange marks numbers that are normalised with the same mean and standard deviation. Batch norm compares one "
        "feature across the examples. Layer norm compares the features of one example, so feature 2, whose small unit "
        "makes its numbers large, is the largest in every row.",
    )
