"""Figures of width, with many initialisations, wrong labels, and double descent."""

import numpy as np

from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.architecture.experiments import digits, spirals
from cs231n_lib.lessons.architecture.pictures.maps import answers, classes
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, label, line, paper


def starts(count: int = 40) -> Picture:
    """Final training losses of many runs at five widths, and the boundaries of two runs (claim C17)."""
    figure, (strip, good, bad) = paper(10.0, 3.3, columns=3)
    strip.get_gridspec().set_width_ratios([1.6, 1, 1])  # type: ignore[union-attr]
    x, y = spirals.two_arms()
    rng = np.random.default_rng(0)
    for i, hidden in enumerate(one_by_one(spirals.WIDTHS, "width")):
        losses = spirals.final_losses(hidden, range(count))
        strip.semilogy(i + rng.uniform(-0.25, 0.25, count), losses, "o", color=LINES[0].color, alpha=0.5, markersize=4)
        strip.text(i, 1.1, f"{np.mean(losses > spirals.STUCK):.0%}", ha="center", color=INK, fontsize=8.5)
        if hidden == 4:
            network, order = spirals.many_starts(hidden, range(count)), np.argsort(losses)
            for ax, which in ((good, order[0]), (bad, order[-3])):
                answers(ax, lambda p, k=which, n=network: np.diff(n.scores(p)[k], axis=1)[:, 0], -1.1, 1.1)  # type: ignore[misc]
                classes(ax, x, y, 4)
                label(ax, f"4 units, loss {losses[which]:.2f}", "x₁", "x₂")
    strip.axhline(spirals.STUCK, color=INK, linewidth=0.7)
    strip.set_ylim(0.01, 2)
    strip.set_xticks(range(len(spirals.WIDTHS)), [str(h) for h in spirals.WIDTHS])
    label(strip, "Final training losses, and percentage stuck", "hidden units", "loss (log)")
    return Picture(
        figure,
        f"Each dot is the final training loss of one of {count} runs for each width, all on the same two spirals. The "
        "numbers at the top are the percentages of runs that are stuck, which means that their loss ends above the "
        "black line. With 4 units, about half of the runs end far above this line, although other runs of the same "
        "network reach a low loss. With 16 or more units all runs end at about the same loss. The maps show a run with "
        "4 units that succeeded and one that got stuck.",
    )


def wrong_labels(seeds: int = 3) -> Picture:
    """Boundaries and accuracies of small and large networks on wrong labels, without and with λ (claim C16)."""
    figure, axes = paper(10.4, 3.1, columns=4)
    settings = [(4, 0.0), (4, 0.01), (64, 0.0), (64, 0.01)]
    data = spirals.noisy(0)
    for ax, (width, l2) in zip(axes, settings, strict=True):
        found = [spirals.on_noisy(width, l2, seed) for seed in range(seeds)]
        network = found[0][0]
        answers(ax, lambda p, n=network: np.diff(n.scores(p)[0], axis=1)[:, 0], -1.2, 1.2)  # type: ignore[misc]
        classes(ax, data.x, data.y, 4.5)
        wrong = data.x[data.y != data.right]
        ax.plot(*wrong.T, "o", markersize=8, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=0.8)
        accuracy = np.mean([a for _, a in found])
        label(ax, f"{width}-{width}, λ = {l2:g}: {accuracy:.0%}", "x₁", "x₂")
    return Picture(
        figure,
        "Points with a ring have a wrong label. Without λ, the boundary of the large network has narrow tongues that "
        f"reach these points. With λ the boundary is a smooth arc. The titles give the mean accuracy over {seeds} data "
        "sets on new points with correct labels.",
    )


def sizes(use: Use) -> Picture:
    """Accuracies of four sizes on wrong labels with standard errors, and the student's choices (claim C16)."""
    run = use.run()
    figure, axes = paper(9.4, 3.3, columns=2)
    widths = np.array([width for width, _ in spirals.MEASURED[0.0]])
    parameters = np.array([run.network_size([2, width, width, 2])[2] for width in widths])
    chosen = []
    for ax, (title, table) in zip(axes, spirals.tables().items(), strict=True):
        means, errors = np.array(table).T
        choice = int(run.choose_size(parameters, means, errors))
        chosen.append(f"{widths[choice]}-{widths[choice]}")
        ax.errorbar(range(len(widths)), means, 2 * errors, fmt="o", color=LINES[0].color, capsize=4, markersize=5)
        for i, mean in enumerate(means):
            ax.text(i + 0.13, mean, f"{mean:.1f}", va="center", color=INK, fontsize=8.5)
        ax.plot(choice, means[choice], "s", color=LINES[1].color, markersize=12, markerfacecolor="none")
        ax.set_xticks(range(len(widths)), [f"{w}-{w}\n{p:,}" for w, p in zip(widths, parameters, strict=True)])
        ax.set(xlim=(-0.4, len(widths) - 0.4), ylim=(80, 100))
        label(ax, title, "hidden units and parameters", "accuracy (%)")
    return Picture(
        figure,
        "The dots are mean accuracies on new points, over 20 data sets in which 15 % of the training labels are wrong. "
        f"The bars extend two standard errors up and down. A square marks the size that your rule chooses, {chosen[0]} "
        f"without a penalty and {chosen[1]} with one. Without a penalty, the accuracy of 4-4 has a standard error of "
        "2.4 percentage points. With such a large standard error, almost any network may be as good as the best, so "
        "measure more before you choose. All sizes share the same data sets, so their means are not independent. A "
        "comparison on each data set would be more precise (lesson 09 makes such a comparison for each image).",
        run.says,
    )


def double_descent(seeds: int = 3) -> Picture:
    """Accuracy on digits against width, with 30 % wrong labels and with correct labels (claim C38)."""
    figure, axes = paper(9.4, 3.3, columns=2)
    asked = [(h, 0.3) for h in digits.HIDDEN] + [(h, 0.0) for h in digits.HIDDEN[:-1]]
    measured = {one: [a.mean() for a in digits.by_width(*one, range(seeds))] for one in one_by_one(asked, "width")}
    for ax, wrong in zip(axes, (0.3, 0.0), strict=True):
        widths = [h for h, share in asked if share == wrong]
        found = [measured[h, wrong] for h in widths]
        for i, name in enumerate(("on the training labels", "on new digits")):
            ax.semilogx(widths, [f[i] for f in found], **line(i), linewidth=1.8, marker="os"[i], label=name)
        ax.set_ylim(0.3, 1.04)
        ax.set_xticks(widths, [str(h) for h in widths])
        ax.minorticks_off()
        label(ax, "30 % wrong labels" if wrong else "Correct labels", "hidden units (log)", "accuracy")
    axes[0].axvspan(12, 24, color=LINES[4].color, alpha=0.2)
    axes[1].legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
    return Picture(
        figure,
        f"The lines show the mean accuracy over {seeds} seeds after training on 500 digits. With wrong labels, the "
        "accuracy on new digits rises, falls until the network memorises nearly all labels (shaded), and then rises "
        "again. With correct labels it only rises.",
    )
