"""Figures of lesson 09 on training curves and on differences of accuracies."""

import numpy as np

from cs231n_lib.lessons.training import faults
from cs231n_lib.lessons.training.experiments import luck as of_luck
from cs231n_lib.lessons.use import Use
from cs231n_lib.training import History
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import FAINT, INK, LINES, Axes, dress, label, line, paper

LOSSES = (3e-3, 200)


def curves(number: int) -> Picture:
    """Loss and accuracies of six runs without their names."""
    figure, axes = paper(9.4, 7.6, rows=4, columns=3)
    for i, history in enumerate(faults.histories(number)):
        top = 6 * (i // 3) + i % 3
        _draw_loss(axes[top], history)
        label(axes[top], f"{'abcdef'[i]}: loss", "step", "loss (log)")
        below = axes[top + 3]
        _draw_accuracies(below, history)
        below.set_xlim(axes[top].get_xlim())
        label(below, f"{'abcdef'[i]}: accuracy", "step", "accuracy")
    axes[3].legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return Picture(
        figure,
        f"These are the six runs of number {number}. For each curve from a to f, the upper plot shows the loss at "
        "every step, including the penalty, with a dotted line at ln 10. The lower plot shows the accuracy on training "
        "and validation digits, with a dot after every epoch.",
    )


def gallery() -> Picture:
    """Ten kinds of curves with their names, below the summary's two figures."""
    found = faults.examples()
    figure, _ = paper(9.8, 10.4, rows=0)
    # A gap separates the summary's two figures and the two rows of five kinds.
    grid = figure.add_gridspec(7, 10, height_ratios=(2.1, 0.12, 1, 1, 0.12, 1, 1))
    rates, gap = figure.add_subplot(grid[0, :5]), figure.add_subplot(grid[0, 5:])
    _draw_rates(rates, found)
    _draw_gap(gap, found["overfitting"])
    for i, kind in enumerate(faults.KINDS):
        top, left = 2 + 3 * (i // 5), 2 * (i % 5)
        loss, accuracy = (figure.add_subplot(grid[top + k, left : left + 2]) for k in range(2))
        for ax in (loss, accuracy):
            dress(ax)
        _draw_loss(loss, found[kind])
        _draw_accuracies(accuracy, found[kind])
        accuracy.set_xlim(loss.get_xlim())
        label(loss, kind, " ", " " if left else "loss (log)")
        label(accuracy, " ", "step", " " if left else "accuracy")
        for text in (loss.xaxis.label, accuracy.title):
            text.set_fontsize(1)  # no gap between the two
        loss.set_xticklabels([])
        if left:
            loss.set_yticklabels([])
            accuracy.set_yticklabels([])
    return Picture(
        figure,
        "The figure shows a training run on digits for each of the ten kinds of curve. The plot at the top left "
        "compares the loss at four learning rates. At the smallest, the loss falls in a nearly straight line. At "
        "the healthy one, it falls fast and then slowly. At the next, it jumps up and down and stays high, and at "
        "the largest, it diverges within a few steps. At the top right is the gap of overfitting, shaded between "
        "the accuracies on training and validation digits. Below them, each kind has two plots. The upper one shows "
        "the loss at every step, with a dotted line at ln 10, and the lower one shows the two accuracies in the "
        "colours of the plot at the top right.",
    )


def _draw_rates(ax: Axes, found: dict[str, History]) -> None:
    dress(ax)
    for i, (kind, rate) in enumerate(faults.RATES.items()):
        history = found[kind]
        finite = np.isfinite(history.loss)
        ax.semilogy(history.steps[finite], history.loss[finite], **line(i), linewidth=1.3, label=f"{kind}, {rate:g}")
    ax.set_ylim(*LOSSES)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, ncols=2, loc="upper right")
    label(ax, "Loss at four learning rates of SGD", "step", "loss (log)")


def _draw_gap(ax: Axes, history: History) -> None:
    dress(ax)
    _draw_accuracies(ax, history)
    ax.fill_between(history.evaluations, history.validation_accuracy, history.train_accuracy, color=FAINT, zorder=0)
    at = len(history.evaluations) * 2 // 3
    middle = (history.train_accuracy[at] + history.validation_accuracy[at]) / 2
    ax.text(history.evaluations[at], middle, "the gap", color=INK, fontsize=9.5, ha="center", va="center")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
    label(ax, "Overfitting: training and validation accuracy", "step", "accuracy")


def _draw_accuracies(ax: Axes, history: History) -> None:
    both = {"training": history.train_accuracy, "validation": history.validation_accuracy}
    for k, (name, values) in enumerate(both.items()):
        ax.plot(history.evaluations, values, **line(k), marker="o", markersize=2.5, linewidth=1.5, label=name)
    ax.set_ylim(-0.03, 1.05)


def _draw_loss(ax: Axes, history: History) -> None:
    finite = np.isfinite(history.loss)
    ax.semilogy(history.steps[finite], history.loss[finite], color=LINES[0].color, linewidth=0.9)
    ax.axhline(np.log(10), color=INK, linestyle=":", linewidth=0.9)
    ax.set_ylim(*LOSSES)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")


def luck(use: Use) -> Picture:
    """Difference of two networks on test sets of several sizes, with twice its standard error."""
    found = of_luck.luck(use)
    figure, (ax,) = paper(7.6, 3.3)
    n = np.array(of_luck.SIZES)
    for i, (errors, words) in enumerate(
        ((found.separate, "as if on different images"), (found.paired, "image by image"))
    ):
        ax.errorbar(
            n * (0.94, 1.06)[i],
            100 * found.difference,
            200 * errors,
            fmt="so"[i],
            color=LINES[i].color,
            capsize=4,
            label=f"± 2 standard errors, {words}",
        )
    ax.axhline(0, color=INK, linewidth=0.9)
    ax.axhline(100 * of_luck.BETTER, color=INK, linestyle=":", linewidth=0.9)
    ax.set_xscale("log")
    label(ax, "Accuracy of a minus that of b (the true difference, +1 point, is dotted)", "test images (log)", "points")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
    clear = [f"{size:,}" for size, d, e in zip(n, found.difference, found.paired, strict=True) if d > 2 * e]
    return Picture(
        figure,
        "Network a is better by one point. The figure shows the measured difference on test sets of 100 to 10,000 "
        "images, with error bars of twice its standard error. The bar of the difference image by image lies above 0 "
        f"only at {' and '.join(clear) or 'no number of'} images. At 1,000 images, the standard error of an accuracy "
        f"of 85 % is 1.1 points, and that of the difference, image by image, is {100 * found.paired[2]:.1f} points.",
        found.says,
    )
