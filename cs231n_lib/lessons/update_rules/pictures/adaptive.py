"""Figures of lesson 08 on Adagrad, RMSProp and Adam with small problems, and their captions."""

from typing import Any

import numpy as np

from cs231n_lib.lessons.update_rules.experiments import race
from cs231n_lib.lessons.update_rules.experiments import steps as experiments
from cs231n_lib.lessons.update_rules.pictures.steps import MINIMUM, ON_GREY, draw_path, shade
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, PAPER, label, line, paper


def rare(use: Use) -> Picture:
    """Weights of frequent and rare features after 100 steps of SGD and of Adagrad (claim C30)."""
    figure, (ax,) = paper(6.8, 3.3)
    run = use.run()
    for i, (rule, lr) in enumerate((("SGD", 1.0), ("Adagrad", 0.5))):
        runs = [experiments.rare_features(run, rule, np.random.default_rng(seed), lr) for seed in range(20)]
        ax.semilogx(
            100 * experiments.FREQUENCIES,
            np.mean(runs, axis=0),
            **line(i),
            marker="o",
            label=f"{rule}, learning rate {lr}",
        )
    ax.axhline(1, color=INK, linewidth=0.8, linestyle=":")
    ax.set_xticks(100 * experiments.FREQUENCIES, [f"{100 * share:g} %" for share in experiments.FREQUENCIES])
    ax.minorticks_off()
    ax.invert_xaxis()
    ax.set_ylim(0, 1.1)
    label(
        ax,
        "Weights after 100 steps",
        "fraction of examples in which the feature is on",
        "weight (target 1)",
    )
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower left")
    return Picture(
        figure,
        "The figure shows means of 20 runs. With SGD the weight of the rarest feature is still well below its target "
        "of 1. Adagrad, which divides each weight's step by the size of that weight's past gradients, brings all "
        "weights close to 1.",
        run.says,
    )


def stall(use: Use) -> Picture:
    """Positions and steps of Adagrad and RMSProp on a cliff and a plain (claims C30 and C31)."""
    figure, (ground, length) = paper(9.4, 3.4, columns=2)
    x = np.linspace(-1.5, 26, 400)
    ground.plot(x, experiments.cliff(x), color=INK, linewidth=1.2)
    run, ends = use.run(), []
    for i, rule in enumerate(("Adagrad", "RMSProp")):
        positions = experiments.down_the_cliff(run, rule)
        stops = positions[::20]
        ground.plot(
            stops,
            experiments.cliff(stops),
            "os"[i],
            color=LINES[i].color,
            markersize=5,
            zorder=4 - i,  # Adagrad's marks cluster at the foot of the cliff and would be hidden by RMSProp's
            label=f"{rule}, every 20 steps",
        )
        length.semilogy(np.diff(positions), **line(i), linewidth=1.8, label=rule)
        ends.append(positions[-1])
    label(ground, "A cliff and then a long gentle slope", "w", "loss", legend="best")
    label(length, "Length of each step", "step", "length (log)", legend="center right")
    return Picture(
        figure,
        "Both have the learning rate 0.1. The large gradients of the cliff stay in Adagrad's sum, so after 300 steps "
        f"Adagrad is only at w = {ends[0]:.2f}. RMSProp forgets them and its steps grow again, so it reaches "
        f"w = {ends[1]:.0f}.",
        run.says,
    )


def notes_rmsprop(use: Use) -> Picture:
    """Paths of the summary's RMSProp and of the corrected rule on the ravine."""
    figure, (where, length) = paper(9.0, 3.3, columns=2)
    run = use.run()
    shade(where, race.SURFACES["ravine"].loss, (-2.1, 0.6), (-1.05, 1.05))
    high, repaired, frozen = (
        experiments.walk(rule, [np.zeros(2)], np.array([-1.8, b]), steps=60, lr=0.1, decay=0.9)
        for rule, b in ((run.rmsprop, 0.9), (run.rmsprop, 0.1), (experiments.notes_rmsprop, 0.1))
    )
    draw_path(where, high, 0, "corrected, from w₂ = 0.9")
    draw_path(where, repaired, 2, "corrected, from w₂ = 0.1")
    draw_path(where, frozen, 1, "summary, from w₂ = 0.1")
    (cross,) = where.plot(-1.8, 0.9, "X", color=LINES[1].color, markersize=12, markeredgecolor=PAPER)
    cross.set_label("summary, from w₂ = 0.9 (NaN after one step)")
    for path, i, words in ((frozen, 1, "summary"), (repaired, 2, "corrected")):
        lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
        length.semilogy(np.maximum(lengths, 1e-16), **line(i), linewidth=1.8, label=words)
    label(where, "Sixty steps on the ravine", "w₁", "w₂")
    label(length, "Length of each step, from w₂ = 0.1", "step", "length (log)")
    for ax in (where, length):
        ax.legend(**ON_GREY, loc="lower left")
    return Picture(
        figure,
        "RMSProp as written in the summary fails in two ways. If a gradient is large, the cache becomes negative and "
        "its root is NaN. If all gradients are small, the cache nearly doubles with each step, and the path stops "
        "moving.",
        run.says,
    )


def notes_adam(use: Use) -> Picture:
    """Adam with and without bias correction, on a constant slope and on the ravine."""
    figure, (length, where) = paper(9.0, 3.3, columns=2)
    run = use.run()
    zeros, slope = np.zeros(1), np.ones(1)
    uphill: dict[str, tuple[Any, list[Any], list[Any]]] = {
        "with bias correction": (run.adam, [zeros, zeros, 0], [np.zeros(2), np.zeros(2), 0]),
        "without (summary)": (experiments.notes_adam, [zeros, zeros], [np.zeros(2), np.zeros(2)]),
    }
    shade(where, race.SURFACES["ravine"].loss, (-2.1, 1.6), (-1.05, 1.05))
    for i, (words, (rule, flat, plane)) in enumerate(uphill.items()):
        steps = -np.diff(experiments.walk(rule, flat, zeros, lambda w: slope, 100, lr=1.0)[:, 0])
        length.plot(np.arange(1, 101), steps, **line(i), linewidth=2, label=words)
        draw_path(where, experiments.walk(rule, plane, np.array([-1.8, 0.9]), steps=60, lr=0.1), i, words)
        first, longest = steps[0], steps.max()
    length.set_ylim(0, 7.5)
    label(where, "Sixty steps on the ravine, learning rate 0.1", "w₁", "w₂")
    where.plot(0, 0, "+", **MINIMUM)
    label(length, "Steps on a constant slope", "step t", "length / learning rate", legend="best")
    return Picture(
        figure,
        f"On a constant slope without the correction, the first step is {first:.1f} times as long as the learning rate "
        f"and the longest step {longest:.1f} times, because v starts at 0 and grows more slowly than m. With the "
        "correction each step is as long as the learning rate.",
        run.says,
    )


def scaling(use: Use) -> Picture:
    """SGD and Adam on the ravine and on multiples of its loss."""
    run = use.run()
    figure, axes = paper(9.4, 3.4, columns=2)
    looks = {1.0: 4.5, 100.0: 3.0, 0.01: 1.6, 1e-9: 1.6}
    for ax, name in zip(axes, ("SGD", "Adam"), strict=True):
        for i, (factor, width) in enumerate(looks.items()):
            walk = experiments.sgd_walk(factor) if name == "SGD" else experiments.adam_walk(run, factor)
            heights = np.minimum(race.SURFACES["ravine"].loss(walk[:61]), 1e3)
            ax.semilogy(heights, **line(i), linewidth=width, label=f"loss × {factor:g}")
        ax.set_ylim(1e-4, 300)
        label(ax, f"{name}, learning rate 0.1", "step", "height / factor (log)")
    axes[1].legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return Picture(
        figure,
        "For SGD, multiplying the loss has the same effect as multiplying the learning rate. With × 100 SGD "
        "diverges, and with × 0.01 SGD makes almost no progress. Adam takes the same steps unless the gradients are "
        "about as small as ε = 1e-8, which then matters in the denominator.",
        run.says,
    )
