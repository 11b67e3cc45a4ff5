"""Figures of lesson 07 on penalties and limits, with their captions."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.front_end import one_by_one
from cs231n_lib.functions.regularizers import soft_threshold
from cs231n_lib.lessons.regularization.experiments import penalties as experiments
from cs231n_lib.lessons.use import Functions, Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import FAINT, INK, LINES, PAPER, Axes, label, line, paper


def pulls() -> Picture:
    """Penalty of one weight and its gradient, for L2 and L1 with λ = 1."""
    figure, (cost, pull) = paper(8.6, 3.0, columns=2)
    w = np.linspace(-2, 2, 201)
    for i, (name, penalty, slope) in enumerate((("L2, ½w²", 0.5 * w**2, w), ("L1, |w|", np.abs(w), np.sign(w)))):
        cost.plot(w, penalty, **line(i), linewidth=2, label=name)
        slope = np.where(np.arange(len(w)) == 100, np.nan, slope) if i else slope
        pull.plot(w, slope, **line(i), linewidth=2)
    pull.plot([0, 0], [-1, 1], "o", color=LINES[1].color, markerfacecolor=PAPER, markersize=6)
    pull.plot(0, 0, "o", color=LINES[1].color, markersize=6)
    label(cost, "Penalty of a weight", "weight w", "penalty, λ = 1")
    label(pull, "Gradient of the penalty", "weight w", "gradient, λ = 1")
    cost.legend(frameon=False, fontsize=9, labelcolor=INK, loc="upper center")
    return Picture(
        figure,
        "L2 pulls large weights strongly towards 0 and small ones only weakly. L1 pulls equally strongly on weights of "
        "every size, except on a weight of exactly 0 (dot).",
    )


def strengths(use: Use) -> Picture:
    """Four weights trained with L2 penalties with and without the ½."""
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
        "Training with ½λ Σw² and λ = 0.2 leads to the same four weights as λ Σw² with λ = 0.1. With λ Σw² and "
        "λ = 0.2 the weights are smaller.",
        run.says,
    )


def threshold(tau: float = 0.5) -> Picture:
    """Cost of the new weight for a small and a large u (left) and soft threshold (right)."""
    figure, (cost, step) = paper(8.6, 3.2, columns=2)
    w, u = np.linspace(-0.6, 1.8, 241), np.linspace(-1.6, 1.6, 321)
    for i, start in enumerate((0.3, 1.3)):
        best = soft_threshold(np.array(start), tau)
        cost.plot(w, 0.5 * (w - start) ** 2 + tau * np.abs(w), **line(i), linewidth=2, label=f"u = {start}, τ = {tau}")
        cost.plot(best, 0.5 * (best - start) ** 2 + tau * best, "o", color=LINES[i].color, markersize=8)
    step.axvspan(-tau, tau, color=FAINT, zorder=0)
    step.plot(u, u, **line(1), linewidth=1.4, label="w′ = u, without a penalty")
    step.plot(u, soft_threshold(u, tau), **line(0), linewidth=2, label=f"soft threshold, τ = {tau}")
    label(cost, "½(w′ − u)² + τ|w′| and its minimum", "w′", "cost")
    label(step, "The new weight", "u, after the step on the data", "w′")
    cost.legend(frameon=False, fontsize=9, labelcolor=INK, loc="upper center")
    step.legend(frameon=False, fontsize=9, labelcolor=INK, loc="upper left")
    step.set_ylim(-1.7, 2.3)
    return Picture(
        figure,
        "On the left, the minimum (dot) for u = 1.3 lies τ below u, at 0.8. For u = 0.3 the minimum lies at the "
        "kink, at exactly 0. On the right, the new weight is 0 if |u| is at most τ (shaded), and otherwise it is u "
        "moved towards 0 by τ.",
    )


def zeros(use: Use) -> Picture:
    """Weights whose best value under L1 is 0, by subgradient and proximal steps (claim C22)."""
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
        "Five of the eight features do not matter, and the plots show the weights of three of them. With subgradient "
        "steps these weights keep jumping back and forth across 0, by about αλ (the shaded band extends αλ to either "
        "side). With proximal steps they become 0 and stay there.",
        run.says,
    )


def histograms(use: Use) -> Picture:
    """Weights of a linear classifier of Fashion-MNIST under L2, elastic net and L1, and the pixels they use."""
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
        label(histogram, name, f"weight ({np.mean(w == 0):.0%} are exactly 0)", "number of weights (log)")
        image.imshow((w != 0).sum(axis=1).reshape(14, 14), cmap="Blues", vmin=0, vmax=10)
        image.set(xticks=[], yticks=[])
        image.spines[:].set_visible(False)
        image.grid(visible=False)
        label(image, "", f"{int(np.sum(~w.any(axis=1)))} of 196 pixels unused", "")
    return Picture(
        figure,
        "The top row shows histograms of the 1,960 weights of a linear classifier of Fashion-MNIST (196 pixels, ten "
        "classes). The bottom row shows how many classes use each pixel (all ten at the darkest pixels). L2 spreads "
        "small weights over all pixels. L1, with proximal steps, sets most weights to exactly 0, and the elastic net "
        "sets fewer weights to 0.",
        run.says,
    )


def winners(seeds: int = 8) -> Picture:
    """Distance of L1 and L2 from the true weights by number of relevant features (claim C22)."""
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
    label(ax, "Distance from the true weights", "features that matter, of 50 (log)", "squared distance (log)")
    ax.legend(frameon=False, fontsize=9, labelcolor=INK)
    return Picture(
        figure,
        f"Each line shows the mean over {seeds} data sets, with the best λ for each penalty, and its band shows the "
        "range. If few features matter, L1 comes much closer to the true weights. If all matter, L2 comes closer on "
        "average, but the difference is smaller.",
    )


def penalized_bias(use: Use) -> Picture:
    """Line fitted with and without a penalty on its bias."""
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
        "If the bias is penalised too, the whole line lies below the data, whose mean y is about 6. In this figure "
        "the line is also flatter and fits worse.",
        run.says,
    )


def limits(use: Use) -> Picture:
    """Weights before and after max norm (left) and losses for early stopping (right)."""
    figure, (arrows, curves) = paper(9.0, 3.4, columns=2)
    run = use.run()
    _draw_limited(run, arrows)
    _draw_stopping(run, curves)
    return Picture(
        figure,
        "On the left, max norm shortens the weight vectors that are longer than the radius of the circle, keeps their "
        "direction, and does not change the others. On the right, the training loss keeps falling while the validation "
        "loss reaches a minimum (★) and rises again. Keep the network of the epoch with the star.",
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
    label(ax, "Weights before (dashed) and after max norm", "weight from input 1", "weight from input 2")


def _draw_stopping(run: Functions, ax: Axes) -> None:
    losses = experiments.losses_by_epoch()
    epochs = np.arange(1, len(losses) + 1)
    for i, name in enumerate(("training (30 % wrong labels)", "validation")):
        ax.plot(epochs, losses[:, i], **line(i), linewidth=1.8, label=name)
    best, _ = run.early_stopping(losses[:, 1], patience=20)
    ax.plot(epochs[best], losses[best, 1], "*", color=INK, markersize=13)
    ax.annotate("keep this one", (epochs[best], losses[best, 1]), (-46, -26), textcoords="offset points", color=INK)
    ax.set(xlim=(-8, 82), ylim=(0, None))
    label(ax, "128 hidden units on Fashion-MNIST", "epoch", "loss per example")
    ax.legend(frameon=False, fontsize=9, labelcolor=INK)


def sizes(seeds: int = 6) -> Picture:
    """Validation accuracy of small, large and regularised networks, with right and wrong labels (claim C16)."""
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
        f"Each dot is one of {seeds} seeds, and the bar is their mean. With correct labels both large networks have a "
        "higher accuracy than the small one. With wrong labels the large network without a regulariser memorises many "
        "of these labels and has the lowest mean accuracy. The regularised network has a higher mean accuracy than "
        "both others, and its accuracies vary less.",
    )


def _draw_spread(ax: Axes, accuracies: FloatArray) -> None:
    names = [f"{name}\n{c[0]} units" for name, c in experiments.CONTESTANTS.items()]
    for i, dots in enumerate(accuracies.T):
        ax.plot(i + np.linspace(-0.12, 0.12, len(dots)), dots, "o", color=LINES[i].color, markersize=6)
        ax.plot([i - 0.25, i + 0.25], [dots.mean()] * 2, color=INK, linewidth=1.6)
    ax.set_xticks(range(len(names)), names)
