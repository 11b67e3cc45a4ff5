"""The pictures of lesson 07 on penalties and limits, each with the sentence that says what it shows."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.front_end import one_by_one
from cs231n_lib.functions.regularizers import soft_threshold
from cs231n_lib.lessons.regularization.experiments import penalties as experiments
from cs231n_lib.lessons.use import Functions, Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import FAINT, INK, LINES, PAPER, Axes, label, line, paper


def pulls() -> Picture:
    """The penalty of one weight, and how hard it pulls the weight towards 0, for L2 and L1 of strength 1."""
    figure, (cost, pull) = paper(8.6, 3.0, columns=2)
    w = np.linspace(-2, 2, 201)
    for i, (name, penalty, slope) in enumerate((("L2, ½w²", 0.5 * w**2, w), ("L1, |w|", np.abs(w), np.sign(w)))):
        cost.plot(w, penalty, **line(i), linewidth=2, label=name)
        slope = np.where(np.arange(len(w)) == 100, np.nan, slope) if i else slope
        pull.plot(w, slope, **line(i), linewidth=2)
    pull.plot([0, 0], [-1, 1], "o", color=LINES[1].color, markerfacecolor=PAPER, markersize=6)
    pull.plot(0, 0, "o", color=LINES[1].color, markersize=6)
    label(cost, "What a weight costs", "weight w", "penalty, λ = 1")
    label(pull, "How hard it is pulled", "weight w", "gradient of the penalty")
    cost.legend(frameon=False, fontsize=9, labelcolor=INK, loc="upper center")
    return Picture(
        figure,
        "L2 pulls large weights hard and hardly cares about small ones. L1 pulls every weight alike, however small, "
        "but not a weight of exactly 0 (dot).",
    )


def strengths(use: Use) -> Picture:
    """Four weights, trained with the penalty written in two ways."""
    _, (fit, _, _) = experiments.sparse_problem(0, relevant=4, n=40, d=4)
    figure, (ax,) = paper(6.4, 2.6)
    run = use.run()
    names = ("½λ Σw², λ = 0.2", "λ Σw², λ = 0.1", "λ Σw², λ = 0.2")
    for i, (name, strength, marker, size) in enumerate(
        zip(names, (0.2, 2 * 0.1, 2 * 0.2), "osD", (12, 6, 6), strict=True)
    ):
        w = experiments.ridge_descent(run, *fit, strength)
        ax.plot(range(1, 5), w, marker, color=LINES[i].color, markersize=size, label=name)
    ax.set(xticks=range(1, 5), xlim=(0.6, 6.4))
    label(ax, "Weights after 500 steps", "weight", "value")
    ax.legend(frameon=False, fontsize=9, labelcolor=INK, loc="center right")
    return Picture(
        figure,
        "½λ Σw² with λ = 0.2 and λ Σw² with λ = 0.1 end in the same four weights; λ Σw² with λ = 0.2 has shrunk them "
        "more.",
        run.says,
    )


def threshold(tau: float = 0.5) -> Picture:
    """Left: what the new weight costs, for a small and a large u. Right: the soft threshold."""
    figure, (cost, step) = paper(8.6, 3.2, columns=2)
    w, u = np.linspace(-0.6, 1.8, 241), np.linspace(-1.6, 1.6, 321)
    for i, start in enumerate((0.3, 1.3)):
        best = soft_threshold(np.array(start), tau)
        cost.plot(w, 0.5 * (w - start) ** 2 + tau * np.abs(w), **line(i), linewidth=2, label=f"u = {start}, τ = {tau}")
        cost.plot(best, 0.5 * (best - start) ** 2 + tau * best, "o", color=LINES[i].color, markersize=8)
    step.axvspan(-tau, tau, color=FAINT, zorder=0)
    step.plot(u, u, **line(1), linewidth=1.4, label="w′ = u, without a penalty")
    step.plot(u, soft_threshold(u, tau), **line(0), linewidth=2, label=f"soft threshold, τ = {tau}")
    label(cost, "½(w′ − u)² + τ|w′|: the least is marked", "w′", "cost")
    label(step, "The new weight", "u, after the step on the data", "w′")
    cost.legend(frameon=False, fontsize=9, labelcolor=INK, loc="upper center")
    step.legend(frameon=False, fontsize=9, labelcolor=INK, loc="upper left")
    step.set_ylim(-1.7, 2.3)
    return Picture(
        figure,
        "Left: for u = 1.3 the least lies τ lower, at 0.8; for u = 0.3 it lies in the kink, at exactly 0. Right: "
        "wherever |u| is at most τ (shaded) the new weight is 0; all others are nearer to 0 by τ.",
    )


def zeros(use: Use) -> Picture:
    """Weights that should be 0 under L1, by subgradient and by proximal steps (claim C22)."""
    _, (fit, _, _) = experiments.sparse_problem(2, relevant=3, n=40, d=8)
    strength, lr = 0.3, 0.1
    start = np.array([0.09, -0.09] * 4)
    figure, axes = paper(9.0, 3.2, columns=2)
    run = use.run()
    steps = {"Subgradient": experiments.subgradient(run), "Proximal": run.proximal_step}
    for ax, (name, step) in zip(axes, steps.items(), strict=True):
        path = experiments.l1_descent(*fit, strength, lr, 60, step, start)
        for i, weight in enumerate(path.T[[4, 5, 7]]):
            ax.plot(weight, **line(i), linewidth=1.5)
        ax.set(xlim=(0, 30), ylim=(-3.5 * lr * strength, 3.5 * lr * strength))
        count = int(np.sum(path[-1] == 0))
        label(ax, f"{name} steps: {count} of 8 weights are 0", "step", "weight")
    axes[0].axhspan(-lr * strength, lr * strength, color=FAINT, zorder=0)
    return Picture(
        figure,
        "Five of the eight weights do not matter; three of these are drawn. With subgradient steps they jump across 0 "
        "and back, by about αλ (shaded: αλ to either side), for ever; with proximal steps they come to 0 and stay.",
        run.says,
    )


def histograms(use: Use) -> Picture:
    """Weights of a linear classifier of clothes under L2, an elastic net and L1, and which pixels they use."""
    figure, axes = paper(9.0, 4.4, rows=2, columns=3)
    run = use.run()
    settings = {
        "L2, λ = 0.02": (0.02, 0.0),
        "Elastic net, λ = 0.02, ρ = 0.1": (0.02, 0.1),
        "L1, λ = 0.005": (0.005, 1.0),
    }
    for histogram, image, (name, setting) in zip(axes[:3], axes[3:], settings.items(), strict=True):
        w, _ = experiments.sparse_classifier(run, *setting)
        histogram.hist(w.ravel(), bins=[0.02 * i - 0.61 for i in range(62)], color=LINES[0].color)
        histogram.set(yscale="log", ylim=(0.7, 2500))
        label(histogram, name, f"weight; {np.mean(w == 0):.0%} are exactly 0", "weights (log)")
        image.imshow((w != 0).sum(axis=1).reshape(14, 14), cmap="Blues", vmin=0, vmax=10)
        image.set(xticks=[], yticks=[])
        image.spines[:].set_visible(False)
        image.grid(visible=False)
        label(image, "", f"{int(np.sum(~w.any(axis=1)))} of 196 pixels unused", "")
    return Picture(
        figure,
        "A linear classifier of clothes, 196 pixels and ten classes. Above, its 1,960 weights; below, how many of the "
        "classes use each pixel (dark: all). L2 spreads small weights over every pixel, L1, by proximal steps, sets "
        "most to exactly 0, and the elastic net lies between.",
        run.says,
    )


def winners(seeds: int = 8) -> Picture:
    """How near L1 and L2 come to the true weights, by the number of features that matter (claim C22)."""
    counts = (1, 2, 5, 10, 20, 50)
    asked = one_by_one([(relevant, seed) for relevant in counts for seed in range(seeds)], "duel")
    errors = np.array([experiments.duel(*one) for one in asked]).reshape(len(counts), seeds, -1)
    figure, (ax,) = paper(6.8, 3.2)
    for i, name in enumerate(("L1", "L2")):
        found = errors[:, :, i]
        ax.plot(counts, found.mean(axis=1), **line(1 - i), marker="os"[i], linewidth=1.8, label=name)
        ax.fill_between(counts, found.min(axis=1), found.max(axis=1), color=line(1 - i)["color"], alpha=0.15)
    ax.set(xscale="log", yscale="log", xticks=counts, xticklabels=counts)
    ax.minorticks_off()
    label(ax, "Who finds the true weights?", "features that matter, of 50 (log)", "squared distance (log)")
    ax.legend(frameon=False, fontsize=9, labelcolor=INK)
    return Picture(
        figure,
        f"Mean and range over {seeds} data sets, each penalty with its best λ. Where few features matter, L1 comes far "
        "nearer; where all matter, L2 does, by less.",
    )


def penalized_bias(use: Use) -> Picture:
    """A line fitted with and without a penalty on its bias."""
    rng = np.random.default_rng(3)
    x = rng.uniform(-2, 2, 25)
    y = 6 + 0.8 * x + 0.4 * rng.normal(size=25)
    figure, (ax,) = paper(6.4, 3.0)
    run = use.run()
    ax.plot(x, y, "o", color=INK, markersize=4, alpha=0.7)
    ends = np.array([-2.2, 2.2])
    for i, penalize in enumerate((False, True)):
        slope, bias = experiments.line_through(run, x, y, 0.5, penalize)
        name = f"{'weight and bias' if penalize else 'weight only'}: bias {bias:.1f}"
        ax.plot(ends, slope * ends + bias, **line(i), linewidth=2, label=name)
    ax.set_ylim(0, 9)
    label(ax, "Penalised with λ = 0.5", "x", "y")
    ax.legend(frameon=False, fontsize=9, labelcolor=INK, loc="lower right")
    return Picture(
        figure,
        "With the bias penalised too, the whole line sinks below the data, whose mean is 6: a bias is no slope, and "
        "holding it down makes nothing smoother.",
        run.says,
    )


def limits(use: Use) -> Picture:
    """Left: each unit's weights before and after max norm. Right: a loss that falls and one that turns."""
    figure, (arrows, curves) = paper(9.0, 3.4, columns=2)
    run = use.run()
    _draw_limited(run, arrows)
    _draw_stopping(run, curves)
    return Picture(
        figure,
        "Left: max norm shortens the weights that leave the circle, keeps their direction, and leaves the others "
        "alone. Right: the training loss falls on and on; the validation loss turns, and the network to keep is the "
        "one at its lowest point.",
        run.says,
    )


def _draw_limited(run: Functions, ax: Axes) -> None:
    limit = 2.0
    w = np.array([[3.0, 1.0, -1.1, -2.6, 0.6], [1.2, 1.2, 2.9, -1.4, -1.3]])
    angle = np.linspace(0, 2 * np.pi, 120)
    ax.plot(limit * np.cos(angle), limit * np.sin(angle), color=INK, linewidth=1, linestyle=":")
    for before, after in zip(w.T, run.max_norm(w, limit).T, strict=True):
        ax.annotate("", before, (0, 0), arrowprops={"arrowstyle": "->", "color": LINES[1].color, "linestyle": "--"})
        ax.annotate("", after, (0, 0), arrowprops={"arrowstyle": "->", "color": LINES[0].color, "linewidth": 2})
    ax.set(xlim=(-3.2, 3.5), ylim=(-2.4, 3.2), aspect="equal")
    label(ax, "Weights of five units: before (dashed), after", "weight from input 1", "weight from input 2")


def _draw_stopping(run: Functions, ax: Axes) -> None:
    losses = experiments.losses_by_epoch()
    epochs = np.arange(1, len(losses) + 1)
    for i, name in enumerate(("training (30 % wrong labels)", "validation")):
        ax.plot(epochs, losses[:, i], **line(i), linewidth=1.8, label=name)
    best, _ = run.early_stopping(losses[:, 1], patience=20)
    ax.plot(epochs[best], losses[best, 1], "*", color=INK, markersize=13)
    ax.annotate("keep this one", (epochs[best], losses[best, 1]), (-46, -26), textcoords="offset points", color=INK)
    ax.set(xlim=(-8, 82), ylim=(0, None))
    label(ax, "128 hidden units on clothes", "epoch", "loss per example")
    ax.legend(frameon=False, fontsize=9, labelcolor=INK)


def sizes(seeds: int = 8) -> Picture:
    """Validation accuracy of small, large and large regularised networks, on right and on wrong labels (claim C16)."""
    figure, axes = paper(9.0, 3.3, columns=2)
    shares = (0.0, experiments.WRONG)
    asked = one_by_one([(wrong, seed) for wrong in shares for seed in range(seeds)], "contest")
    found = np.array([experiments.contest(*one) for one in asked]).reshape(2, seeds, -1)
    for ax, wrong, accuracies in zip(axes, shares, found, strict=True):
        _draw_spread(ax, accuracies)
        label(ax, f"{wrong:.0%} of training labels wrong", "network", "validation accuracy")
        ax.set_ylim(0.66, 0.85)
    return Picture(
        figure,
        f"One dot a seed, {seeds} seeds; the bar is their mean. With right labels both large networks beat the small "
        "one. With wrong labels the large one learns them by heart and falls back; regularised it stays ahead, and "
        "its dots lie closer together.",
    )


def _draw_spread(ax: Axes, accuracies: FloatArray) -> None:
    names = [f"{name}\n{c[0]} units" for name, c in experiments.CONTESTANTS.items()]
    for i, dots in enumerate(accuracies.T):
        ax.plot(i + np.linspace(-0.12, 0.12, len(dots)), dots, "o", color=LINES[i].color, markersize=6)
        ax.plot([i - 0.25, i + 0.25], [dots.mean()] * 2, color=INK, linewidth=1.6)
    ax.set_xticks(range(len(names)), names)
