"""Figure of lesson 08 on the cost of a step of L-BFGS, with its caption."""

from cs231n_lib.lessons.update_rules.experiments import cost
from cs231n_lib.lessons.update_rules.experiments.lbfgs import MEMORY
from cs231n_lib.lessons.update_rules.experiments.training import BATCH
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, label, paper


def _rounded(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"


def lbfgs_cost() -> Picture:
    """Times of gradients, of the two loops and of a whole step of L-BFGS, measured now."""
    figure, (ax,) = paper(8.4, 2.6)
    found = cost.measure()
    times = {
        f"gradient of {BATCH} images": found.minibatch,
        f"two loops over {MEMORY} pairs": found.direction,
        "gradient of 4,000 images": found.full_batch,
        "whole step of L-BFGS": found.step,
    }
    ax.barh(list(times), list(times.values()), color=LINES[0].color, height=0.55)
    for i, value in enumerate(times.values()):
        words = f"{_rounded(value)} ms, × {_rounded(value / found.minibatch)}"
        ax.text(value * 1.06, i, words, color=INK, fontsize=9, va="center")
    ax.set(xscale="log", xlim=(min(times.values()) / 2, max(times.values()) * 6))
    ax.invert_yaxis()
    label(ax, f"A network of {found.weights:,} weights, on this machine", "time (ms, log)", "computation")
    return Picture(
        figure,
        "Almost all the time of a step of L-BFGS goes into gradients of all images, of which its line search needs "
        "about one per step. The two loops cost only a few times as much as the gradient of a minibatch. The "
        "times are medians on the machine that ran this cell, and × compares each with the gradient of a minibatch.",
    )
