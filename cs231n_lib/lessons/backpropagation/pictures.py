"""Figures of lesson 02 with their captions."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.backpropagation.experiments import losses as experiments
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.explorable import Explorable, Slider, Stage
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import FAINT, INK, LINES, PAPER, Axes, image, label, line, paper

_NODES = ("·", "+", "−", "exp", "1 +", "1 /")
_EDGES = {
    "w": (0.25, 0.55), "x": (0.25, -0.75), "p": (1.5, 0), "b": (1.35, -1.15), "z": (2.5, 0), "n": (3.5, 0),
    "e": (4.5, 0), "d": (5.5, 0), "out": (6.5, 0),
}  # fmt: skip
"""Positions of the values of the graph."""


class _Circuit(Stage):
    def __init__(self, use: Use) -> None:
        self.run = use.frames()
        self.figure, (ax,) = paper(9.2, 3.3)
        ax.set(xlim=(-0.15, 6.95), ylim=(-1.6, 1.3))
        ax.set_axis_off()
        ax.set_title("The graph of 1 / (1 + exp(−(w·x + b)))", loc="left", color=INK, fontsize=10.5, fontweight="bold")
        for name, node in (("w", 1), ("x", 1), ("b", 2)):
            x, y = _EDGES[name]
            ax.plot([x - 0.35, x + 0.35, node], [y, y, 0], color=INK, linewidth=1.0, zorder=1)
        ax.plot([1, 7], [0, 0], color=INK, linewidth=1.0, zorder=1)
        for i, name in enumerate(_NODES, start=1):
            ax.plot(i, 0, "o", markersize=31, markerfacecolor=FAINT, markeredgecolor=INK, zorder=2)
            ax.text(i, 0, name, ha="center", va="center", color=INK, fontsize=11, zorder=3)
        look: dict[str, Any] = {"ha": "center", "fontsize": 10, "fontweight": "bold"}
        box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}
        above, below = ({**look, "va": va, "color": LINES[i].color} for i, va in enumerate(("bottom", "top")))
        for name, (x, y) in _EDGES.items():
            ax.text(x, y + 0.44, name, ha="center", color=INK, fontsize=9, fontstyle="italic")
        self.values = {n: ax.text(x, y + 0.1, "", bbox=box, **above) for n, (x, y) in _EDGES.items()}
        self.gradients = {n: ax.text(x, y - 0.1, "", bbox=box, **below) for n, (x, y) in _EDGES.items()}
        ax.text(6.9, 1.1, "above, values of the forward pass →", ha="right", color=LINES[0].color, fontsize=9)
        ax.text(6.9, 0.88, "below, gradients of the backward pass ←", ha="right", color=LINES[1].color, fontsize=9)
        self.moving = [*self.values.values(), *self.gradients.values()]

    def update(self, w: float, x: float, b: float) -> str:
        self.run.begin()
        values, gradients = experiments.sigmoid_graph(self.run, w, x, b)
        for name, text in self.values.items():
            text.set_text(_short(values[name]))
            self.gradients[name].set_text(_short(gradients[name]))
        step = 0.1 * gradients["w"]
        change = "raise" if step >= 0 else "lower"
        says = f" {self.run.says}" if self.run.says else ""
        return (
            f"The output is {values['out']:.3f}. Increasing w by 0.1 would {change} the output by about "
            f"{abs(step):.4f}.{says}"
        )


def _short(value: float) -> str:
    return f"{value + 0.0:.3f}" if abs(value) < 100 else f"{value:.3g}"


def explore_circuit(use: Use) -> Explorable:
    """A sigmoid as a graph of six nodes, with the value and the gradient of every edge."""
    return Explorable(
        partial(_Circuit, use),
        [
            Slider("w", "w", 2.0, -4.0, 4.0, 0.1),
            Slider("x", "x", -1.0, -4.0, 4.0, 0.1),
            Slider("b", "b", 3.0, -4.0, 4.0, 0.1),
        ],
        "Each node knows only its own derivative. In the backward pass, the node multiplies the gradient from the "
        "right by this derivative and passes the product on to the left.",
        {
            "Half-way": {"w": 1.0, "x": 1.0, "b": -1.0},
            "Saturated": {"w": 4.0, "x": 2.0, "b": 0.0},
            "x is 0": {"x": 0.0},
        },
    )


def fork(use: Use) -> Picture:
    """The two paths from x to x·sigmoid(x), and the slope that they add up to."""
    run = use.run()
    figure, axes = paper(8.8, 3.2, columns=2)
    x = np.linspace(-6, 6, 241)
    s, through = experiments.swish_ways(x)
    axes[0].plot(x, x * s, color=INK, linewidth=1.8)
    label(axes[0], "out = x · sigmoid(x)", "x", "out")
    axes[1].plot(x, s, **line(0), linewidth=1.6, label="direct path, s")
    axes[1].plot(x, through, **line(1), linewidth=1.6, label="path through the sigmoid, x s (1 − s)")
    axes[1].plot(x, run.swish_backward(np.ones_like(x), (x, s)), color=INK, linewidth=1.8, label="their sum")
    dots, h = x[12::24], 1e-5
    numerical = ((dots + h) / (1 + np.exp(-dots - h)) - (dots - h) / (1 + np.exp(h - dots))) / (2 * h)
    axes[1].plot(dots, numerical, "o", color=LINES[2].color, markersize=5, label="numerical slope")
    label(axes[1], "Slope along each path", "x", "slope", legend="upper left")
    axes[1].set_ylim(-0.35, 1.75)
    return Picture(
        figure,
        "The slope of the curve on the left is the sum of the slopes along both paths. The numerical slope (dots) "
        "confirms this.",
        run.says,
    )


def affine_shapes(n: int = 5, d: int = 3, m: int = 2) -> Picture:
    """The affine layer and its three gradients as blocks of the right shapes."""
    figure, axes = paper(9.2, 3.4, rows=2, columns=2)
    rows: tuple[tuple[str, list[tuple[str, int, int, str]]], ...] = (
        ("forward", [("x", n, d, "@"), ("w", d, m, "+"), ("b", 1, m, "="), ("out", n, m, "")]),
        ("backward: dx", [("dout", n, m, "and"), ("w", d, m, "→"), ("dx", n, d, "")]),
        ("backward: dw", [("x", n, d, "and"), ("dout", n, m, "→"), ("dw", d, m, "")]),
        ("backward: db", [("dout", n, m, "→"), ("db", 1, m, "")]),
    )
    for ax, (title, blocks) in zip(axes, rows, strict=True):
        _draw_blocks(ax, title, blocks, n)
    return Picture(
        figure,
        f"The figure uses N = {n} examples, D = {d} features and M = {m} outputs. Each gradient has the shape of the "
        "array it belongs to. For dx and for dw, exactly one product of the two blocks to the left has the right "
        "shape, with one block transposed. Which product is it in each case?",
    )


def _draw_blocks(ax: Axes, title: str, blocks: list[tuple[str, int, int, str]], tallest: int) -> None:
    from matplotlib.patches import Rectangle

    left = 0.0
    for name, height, width, sign in blocks:
        color = LINES[1 if name.startswith("d") else 0].color
        for i, j in np.ndindex(height, width):
            corner = (left + j, (tallest - height) / 2 + i)
            ax.add_patch(Rectangle(corner, 1, 1, facecolor=f"{color}33", edgecolor=color, linewidth=0.8))
        ax.text(left + width / 2, (tallest + height) / 2 + 0.25, name, ha="center", color=INK, fontsize=10)
        ax.text(left + width + 1, tallest / 2, sign, ha="center", va="center", color=INK, fontsize=10)
        left += width + 2
    ax.set(xlim=(-0.5, 15.5), ylim=(-0.4, tallest + 1.4), aspect="equal")
    ax.set_axis_off()
    ax.set_title(title, loc="left", color=INK, fontsize=10, fontweight="bold")


def second_call(backward: Callable[..., Any], use: Use) -> Picture:
    """Errors of ``backward`` and of the right function in two calls with one cache."""
    run = use.run()
    figure, axes = paper(8.8, 3.0, columns=2)
    _draw_two_calls(axes[0], "Two calls of the function with the bugs", backward)
    _draw_two_calls(axes[1], "Two calls of residual_backward", run.residual_backward)
    axes[0].legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left", ncols=2)
    return Picture(
        figure,
        "The dotted line marks a relative error of 10⁻⁶. Gradients whose bars end below the dotted line are right, and "
        "the others are wrong.",
        run.says,
    )


def _draw_two_calls(ax: Axes, title: str, backward: Callable[..., Any]) -> None:
    errors = experiments.errors_of_two_calls(backward)
    positions = np.array([0, 1])
    for call, name in enumerate(("first call", "second call")):
        offset = -0.2 + 0.4 * call
        ax.bar(positions + offset, errors[call], 0.36, bottom=1e-13, color=LINES[call].color, hatch="/" * (3 * call),
               edgecolor=PAPER, label=name)  # fmt: skip
        for at, error in zip(positions + offset, errors[call], strict=True):
            ax.annotate(
                f"{error:.0e}", (at, error), (0, 3), textcoords="offset points", ha="center", color=INK, fontsize=9
            )
    ax.set(yscale="log", ylim=(1e-13, 1e4))
    ax.set_xticks(positions, ["dx", "dw"])
    ax.axhline(1e-6, color=INK, linewidth=0.8, linestyle=":")
    label(ax, title, "gradient", "relative error (log)")


def softmax(use: Use) -> Picture:
    """Scores, probabilities and gradient of softmax, and the loss of a logit."""
    run = use.run()
    figure, axes = paper(9.4, 2.9, columns=4)
    scores, y = np.array([[1.0, 2.5, -0.5, 0.3]]), np.array([0])
    _, gradient = run.softmax_cross_entropy(scores, y)
    probabilities = gradient + np.eye(4)[y]
    steps = (
        ("scores", "score", scores),
        ("softmax", "probability", probabilities),
        ("gradient", "slope of the loss", gradient),
    )
    for ax, (title, unit, values) in zip(axes, steps, strict=False):
        colors = [LINES[1 if k == y[0] else 0].color for k in range(4)]
        ax.bar(range(4), values[0], color=colors)
        ax.axhline(0, color=INK, linewidth=0.8)
        for k, value in enumerate(values[0]):
            below = value < 0
            ax.annotate(f"{value:.2f}", (k, value), (0, -11 if below else 3), textcoords="offset points",
                        ha="center", color=INK, fontsize=8.5)  # fmt: skip
        ax.margins(y=0.2)
        ax.set_xticks(range(4))
        label(ax, title, "class", unit)
    logits = np.linspace(-5, 5, 101)
    for target in (1, 0):
        loss = [run.binary_cross_entropy(np.array([s]), np.array([target]))[0] for s in logits]
        axes[3].plot(logits, loss, **line(1 - target), linewidth=1.8, label=f"label {target}")
    label(axes[3], "loss of two classes", "logit", "loss", legend="upper center")
    return Picture(
        figure,
        "Class 0 (orange) is the right one. The entries of the gradient are the probabilities, with 1 subtracted at "
        "the right class, so they add up to 0. A step against the gradient raises the score of the right class and "
        "lowers the others, most of all the largest of them. The plot on the right shows the loss of a logit for the "
        "labels 1 and 0. Each curve falls towards 0 on one side and rises almost linearly on the other.",
        run.says,
    )


def two_layers() -> Picture:
    """Graph of the two-layer network with the shapes of values and names of gradients."""
    figure, (ax,) = paper(9.2, 2.5)
    ax.set(xlim=(-0.05, 6.0), ylim=(-1.45, 0.6))
    ax.set_axis_off()
    ax.plot([0.1, 5.9], [0, 0], color=INK, linewidth=1.0, zorder=1)
    for i, name in enumerate(("affine", "ReLU", "affine", "softmax", "+"), start=1):
        ax.text(i, 0, name, ha="center", va="center", color=INK, fontsize=10,
                bbox={"facecolor": FAINT, "edgecolor": INK, "boxstyle": "round,pad=0.45"}, zorder=3)  # fmt: skip
    ways = (
        ("x\n(N, D)", ""),
        ("h\n(N, H)", "dh"),
        ("a\n(N, H)", "da"),
        ("scores\n(N, K)", "dscores"),
        ("", ""),
        ("loss", "1"),
    )
    inputs = {1: ("w1 (D, H), b1 (H,)", "dw1, db1"), 3: ("w2 (H, K), b2 (K,)", "dw2, db2"), 4: ("y (N,)", ""),
              5: ("½λ Σw1² + ½λ Σw2²", "")}  # fmt: skip
    for i, (value, gradient) in enumerate(ways):
        ax.text(i + 0.5, 0.1, value, ha="center", va="bottom", color=LINES[0].color, fontsize=9.5)
        ax.text(i + 0.5, -0.1, gradient, ha="center", va="top", color=LINES[1].color, fontsize=9.5)
    for i, (value, gradient) in inputs.items():
        ax.plot([i, i], [0, -0.85], color=INK, linewidth=1.0, zorder=1)
        ax.text(i, -0.9, value, ha="center", va="top", color=LINES[0].color, fontsize=9.5)
        ax.text(i, -1.17, gradient, ha="center", va="top", color=LINES[1].color, fontsize=9.5)
    return Picture(
        figure,
        "In the forward pass, values (blue) go from left to right. In the backward pass, gradients (orange) go from "
        "right to left, and down to the weights and biases. The weights enter the loss twice, in their layer "
        "and in the penalty.",
    )


def regression_losses(use: Use) -> Picture:
    """Losses of a residual and the sizes of their gradients."""
    run = use.run()
    figure, axes = paper(9.0, 3.4, columns=2)
    r = np.linspace(-4, 4, 161)
    zero = np.zeros((1, 1))
    for i, (loss, name) in enumerate(((run.l2_loss, "L2, r²"), (run.l1_loss, "L1, |r|"))):
        axes[0].plot(r, [loss(np.array([[one]]), zero)[0] for one in r], **line(i), linewidth=1.8, label=name)
    label(axes[0], "The loss of one residual", "residual r = score − target", "loss", legend="upper center")
    far = np.concatenate([np.linspace(0.5, 3, 11), np.linspace(3.5, 30, 40)])
    for i, (name, pull) in enumerate(zip(("L2", "L1", "bins of width 1"), experiments.pulls(run, far), strict=True)):
        axes[1].plot(far, pull, **line(i), linewidth=1.8, label=name)
        axes[1].annotate(f"{pull[-1]:.3g}", (30, pull[-1]), (0, -13 if i == 1 else 4), textcoords="offset points",
                         ha="center", color=INK, fontsize=9)  # fmt: skip
    axes[1].set(yscale="log", ylim=(0.5, 200), xlim=(0, 31.5))
    label(
        axes[1],
        "The gradient of one residual",
        "size of the residual",
        "size of the gradient (log)",
        legend="upper left",
    )
    return Picture(
        figure,
        "The L2 gradient of an example grows in proportion to the residual. At a residual of 30 this gradient is 60 "
        "times as large as the L1 gradient, whose size is 1 unless the prediction is exact. With bins the size of the "
        "gradient is at most √2.",
        run.says,
    )


def robustness(seeds: int = 5) -> Picture:
    """Distance of each fit from the true line, by the fraction of outliers (claim C24)."""
    fractions = np.array([0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5])
    errors: FloatArray = np.array([[experiments.robustness(s, seed) for seed in range(seeds)]
                                   for s in one_by_one(fractions.tolist(), "fraction")])  # fmt: skip
    figure, (ax,) = paper(7.2, 3.6)
    for i, name in enumerate(experiments.FITS):
        ax.plot(100 * fractions, errors[:, :, i].mean(axis=1), **line(i), linewidth=1.8, marker="os^D"[i], label=name)
        ax.fill_between(100 * fractions, errors[:, :, i].min(axis=1), errors[:, :, i].max(axis=1),
                        color=line(i)["color"], alpha=0.15, linewidth=0)  # fmt: skip
    ax.set(yscale="log", ylim=(0.01, 100))
    label(
        ax,
        "60 points, some with targets that are far too high",
        "fraction of outliers (%)",
        "distance from the true line (log)",
    )
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left", ncols=2)
    return Picture(
        figure,
        f"Each line shows the mean over {seeds} random data sets, and the band around it shows the range. A few "
        "outliers already move the L2 fit away from the true line. The L1 fit stays close to the true line until "
        "about half of the points are outliers. Without outliers the fits over bins are less accurate than the L2 and "
        "L1 fits, but the range of the bins limits their error even with many outliers.",
    )


def features(parameters: Sequence[FloatArray]) -> Picture:
    """Weights of hidden units from the ``parameters`` w1 (784, H), b1, w2, b2."""
    w1, _, w2, _ = parameters
    figure, axes = paper(8.6, 2.5, rows=2, columns=10)
    strongest = np.argsort(-np.linalg.norm(w1, axis=0) * np.linalg.norm(w2, axis=1))[:20]
    largest = np.percentile(np.abs(w1[:, strongest]), 99.5)
    for unit, ax in zip(strongest, axes, strict=True):
        image(ax, w1[:, unit].reshape(28, 28), f"unit {unit}", cmap="PuOr_r", vmin=-largest, vmax=largest)
    figure.suptitle("Weights of 20 of the 100 hidden units", color=INK, fontsize=10.5, x=0.01, ha="left")
    return Picture(
        figure,
        "Each panel shows the weights of a hidden unit. Bright pixels in orange areas activate the unit, and bright "
        "pixels in violet areas suppress it. Gradient descent found these features without labels for hidden units.",
    )
