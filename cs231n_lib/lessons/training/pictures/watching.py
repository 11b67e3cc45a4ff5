"""The pictures of lesson 09 on curves that are to be named, and on what a difference of accuracies is worth."""

import numpy as np

from cs231n_lib.lessons.training import faults
from cs231n_lib.lessons.training.experiments import luck as of_luck
from cs231n_lib.lessons.use import Use
from cs231n_lib.training import History
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, Axes, label, line, paper

LOSSES = (3e-3, 200)


def curves(number: int) -> Picture:
    """Six runs without a name: the loss of each step above, both accuracies below."""
    figure, axes = paper(9.4, 7.6, rows=4, columns=3)
    for i, history in enumerate(faults.histories(number)):
        top = 6 * (i // 3) + i % 3
        _draw_loss(axes[top], history, "abcdef"[i])
        below = axes[top + 3]
        for k, (name, values) in enumerate(
            (("training", history.train_accuracy), ("validation", history.validation_accuracy))
        ):
            below.plot(history.evaluations, values, **line(k), marker="o", markersize=2.5, linewidth=1.5, label=name)
        below.set(xlim=axes[top].get_xlim(), ylim=(-0.03, 1.05))
        label(below, f"{'abcdef'[i]}: accuracy", "step", "accuracy")
    axes[3].legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return Picture(
        figure,
        f"The six curves of number {number}: for each of a to f the loss of every step, penalty included, with ln 10 "
        "dotted, and below it the accuracy on training and on validation digits, a dot after every epoch.",
    )


def _draw_loss(ax: Axes, history: History, letter: str) -> None:
    finite = np.isfinite(history.loss)
    ax.semilogy(history.steps[finite], history.loss[finite], color=LINES[0].color, linewidth=0.9)
    ax.axhline(np.log(10), color=INK, linestyle=":", linewidth=0.9)
    ax.set_ylim(*LOSSES)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    label(ax, f"{letter}: loss", "step", "loss (log)")


def luck(use: Use) -> Picture:
    """A difference of two networks on test sets of several sizes, with twice its standard error."""
    found = of_luck.luck(use)
    figure, (ax,) = paper(7.6, 3.3)
    n = np.array(of_luck.SIZES)
    for i, (errors, words) in enumerate(
        ((found.separate, "as if on different pictures"), (found.paired, "picture by picture"))
    ):
        ax.errorbar(
            n * (0.94, 1.06)[i],
            100 * found.difference,
            200 * errors,
            fmt="so"[i],
            color=LINES[i].color,
            capsize=4,
            label=f"± 2 errors, {words}",
        )
    ax.axhline(0, color=INK, linewidth=0.9)
    ax.axhline(100 * of_luck.BETTER, color=INK, linestyle=":", linewidth=0.9)
    ax.set_xscale("log")
    label(ax, "Network a minus network b; the truth is +1 point (dotted)", "test pictures (log)", "points")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
    clear = [f"{size:,}" for size, d, e in zip(n, found.difference, found.paired, strict=True) if d > 2 * e]
    return Picture(
        figure,
        "Network a is better by one point. What test sets of 100 to 10,000 pictures say of it, with twice the standard "
        f"error: beyond 0 only at {' and '.join(clear) or 'none'} pictures. At 1,000 an accuracy of 85 % is known to ± "
        f"1.1 points, and a difference picture by picture to ± {100 * found.paired[2]:.1f}.",
        found.says,
    )
