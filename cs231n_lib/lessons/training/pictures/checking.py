"""Figures of lesson 09 on gradients of whole networks and on update ratios."""

import numpy as np

from cs231n_lib.checks.run.messages import listed
from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.training.experiments import ratios as of_ratios
from cs231n_lib.lessons.training.experiments import suspects as of_suspects
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import FAINT, INK, LINES, dress, label, line, paper

ARRAYS = ("w₁", "b₁", "w₂", "b₂", "w₃", "b₃")
SEED = 1


def suspects(use: Use) -> Picture:
    """Similar curves of six training loops, and the errors of their gradients."""
    found, says = of_suspects.examine(use, SEED)
    figure, _ = paper(9.4, 5.4, rows=0)
    grid = figure.add_gridspec(3, 6, height_ratios=(1.5, 1, 0.001))
    loss, accuracy = figure.add_subplot(grid[0, :3]), figure.add_subplot(grid[0, 3:])
    for i, (name, one) in enumerate(found.items()):
        width = np.ones(20) / 20
        loss.plot(np.convolve(one.losses, width, mode="valid"), **line(i), linewidth=1.6, label=name)
        accuracy.plot(np.arange(1, len(one.accuracy) + 1), one.accuracy, **line(i), linewidth=1.6, label=name)
        bars = figure.add_subplot(grid[1, i])
        dress(bars)
        bars.bar(range(6), np.maximum(one.errors, 1e-11), color=LINES[i].color)
        bars.set(yscale="log", ylim=(1e-11, 10))
        bars.set_xticks(range(6), ARRAYS)
        bars.axhline(1e-5, color=INK, linestyle=":", linewidth=0.9)
        label(bars, f"{name}: {one.verdict}", "array", "error" if i == 0 else " ")
        if i:
            bars.set_yticklabels([])
    for ax, title, y in ((loss, "Training loss, mean of 20 steps", "loss"), (accuracy, "Validation", "accuracy")):
        dress(ax)
        label(ax, title, "step" if ax is loss else "epoch", y)
    loss.legend(frameon=False, fontsize=8.5, labelcolor=INK, ncols=3)
    wrong = [name for name, one in found.items() if one.verdict[0]]
    right = [name for name in found if name not in wrong]
    return Picture(
        figure,
        "The losses and accuracies of the six training loops, in the upper row, lie close together. The lower row "
        "shows the largest relative error of 20 entries of each array, with the limit of 10⁻⁵ dotted, and above it the "
        f"kind and layer of the bug. The check finds a bug in {listed(wrong) if wrong else 'no loop'} and none in "
        f"{listed(right) if right else 'the others'}.",
        says,
    )


def ratios(use: Use) -> Picture:
    """Update ratios of three layers under three update rules."""
    run = use.run()
    figure, axes = paper(9.4, 3.2, columns=3)
    usual = {}
    for ax, rule in zip(axes, one_by_one(of_ratios.RULES, "rule"), strict=True):
        measured, _ = of_ratios.ratios(run, rule)
        steps = of_ratios.EVERY * np.arange(1, len(measured) + 1)
        ax.axhspan(*of_ratios.BAND, color=FAINT, zorder=0)
        for layer in range(measured.shape[1]):
            ax.semilogy(steps, measured[:, layer], **line(layer), linewidth=1.3, label=f"layer {layer + 1}")
        ax.set_ylim(1e-4, 1e-1)
        label(ax, rule, "step", "update ratio (log)")
        usual[rule] = np.median(measured)
    axes[0].legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return Picture(
        figure,
        "The curves show the length of a step relative to the length of the weights, for each layer and with each rule "
        "at its best learning rate. The band from 3 · 10⁻⁴ to 10⁻² is shaded. The medians are "
        + ", ".join(f"{rule} {1e3 * ratio:.0f} · 10⁻³" for rule, ratio in usual.items())
        + ".",
        run.says,
    )
