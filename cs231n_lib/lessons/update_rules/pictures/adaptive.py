"""The pictures of lesson 08 for Adagrad, RMSProp and Adam on surfaces small enough to draw, each with its sentence."""

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
            100 * experiments.FREQUENCIES, np.mean(runs, axis=0), **line(i), marker="o", label=f"{rule}, rate {lr}"
        )
    ax.axhline(1, color=INK, linewidth=0.8, linestyle=":")
    ax.set_xticks(100 * experiments.FREQUENCIES, [f"{100 * share:g} %" for share in experiments.FREQUENCIES])
    ax.minorticks_off()
    ax.invert_xaxis()
    ax.set_ylim(0, 1.1)
    label(
        ax,
        "How far the weights have come after 100 steps",
        "the feature is on in … of the examples",
        "weight (the goal is 1)",
    )
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower left")
    return Picture(
        figure,
        "Mean of 20 runs. With SGD the weight of a rare feature is still far from its goal; Adagrad, which divides by "
        "the size of the gradients each weight has seen, brings all of them there.",
        run.says,
    )


def stall(use: Use) -> Picture:
    """Adagrad and RMSProp down a cliff and out onto a plain: where they are, and their steps (claims C30 and C31)."""
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
            zorder=4 - i,  # Adagrad's stand close together at the foot of the cliff, where RMSProp's come by
            label=f"{rule}, every 20 steps",
        )
        length.semilogy(np.diff(positions), **line(i), linewidth=1.8, label=rule)
        ends.append(positions[-1])
    label(ground, "A cliff, and then a long gentle slope", "w", "loss", legend="best")
    label(length, "Length of each step", "step", "length (log)", legend="center right")
    return Picture(
        figure,
        "Both have the rate 0.1. The cliff's large gradients stay in Adagrad's sum: after 300 steps it is at "
        f"{ends[0]:.2f}. RMSProp forgets them, its steps grow again, and it is at {ends[1]:.0f}.",
        run.says,
    )


def notes_rmsprop(use: Use) -> Picture:
    """RMSProp as the summary has it, and repaired, from two starts on the ravine."""
    figure, (where, length) = paper(9.0, 3.3, columns=2)
    run = use.run()
    shade(where, race.SURFACES["ravine"].loss, (-2.1, 0.6), (-1.05, 1.05))
    high, repaired, frozen = (
        experiments.walk(rule, [np.zeros(2)], np.array([-1.8, b]), steps=60, lr=0.1, decay=0.9)
        for rule, b in ((run.rmsprop, 0.9), (run.rmsprop, 0.1), (experiments.notes_rmsprop, 0.1))
    )
    draw_path(where, high, 0, "repaired, from w₂ = 0.9")
    draw_path(where, repaired, 2, "repaired, from w₂ = 0.1")
    draw_path(where, frozen, 1, "as noted, from w₂ = 0.1")
    (cross,) = where.plot(-1.8, 0.9, "X", color=LINES[1].color, markersize=12, markeredgecolor=PAPER)
    cross.set_label("as noted, from w₂ = 0.9: NaN after one step")
    for path, i, words in ((frozen, 1, "as noted"), (repaired, 2, "repaired")):
        lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
        length.semilogy(np.maximum(lengths, 1e-16), **line(i), linewidth=1.8, label=words)
    label(where, "Sixty steps on the ravine", "w₁", "w₂")
    label(length, "Length of each step, from w₂ = 0.1", "step", "length (log)")
    for ax in (where, length):
        ax.legend(**ON_GREY, loc="lower left")
    return Picture(
        figure,
        "As noted it fails in two ways. Where the gradient is large the cache becomes negative, and its root is no "
        "number. Where it is small the cache nearly doubles with each step, and the walk freezes.",
        run.says,
    )


def notes_adam(use: Use) -> Picture:
    """Adam without and with bias correction: the length of its steps on a steady slope, and its path on the ravine."""
    figure, (length, where) = paper(9.0, 3.3, columns=2)
    run = use.run()
    zeros, slope = np.zeros(1), np.ones(1)
    uphill: dict[str, tuple[Any, list[Any], list[Any]]] = {
        "with bias correction": (run.adam, [zeros, zeros, 0], [np.zeros(2), np.zeros(2), 0]),
        "as noted, without": (experiments.notes_adam, [zeros, zeros], [np.zeros(2), np.zeros(2)]),
    }
    shade(where, race.SURFACES["ravine"].loss, (-2.1, 1.6), (-1.05, 1.05))
    for i, (words, (rule, flat, plane)) in enumerate(uphill.items()):
        steps = -np.diff(experiments.walk(rule, flat, zeros, lambda w: slope, 100, lr=1.0)[:, 0])
        length.plot(np.arange(1, 101), steps, **line(i), linewidth=2, label=words)
        draw_path(where, experiments.walk(rule, plane, np.array([-1.8, 0.9]), steps=60, lr=0.1), i, words)
        first, longest = steps[0], steps.max()
    length.set_ylim(0, 7.5)
    label(where, "Sixty steps on the ravine, rate 0.1", "w₁", "w₂")
    where.plot(0, 0, "+", **MINIMUM)
    label(length, "Steps on a steady slope", "step t", "length, in learning rates", legend="best")
    return Picture(
        figure,
        f"Without the correction the first step is {first:.1f} learning rates long and the longest {longest:.1f}: v "
        "starts at 0 and grows more slowly than m. With it each is one.",
        run.says,
    )


def scaling(use: Use) -> Picture:
    """SGD and Adam on the ravine, and on its multiples."""
    run = use.run()
    figure, axes = paper(9.4, 3.4, columns=2)
    looks = {1.0: 4.5, 100.0: 3.0, 0.01: 1.6, 1e-9: 1.6}
    for ax, name in zip(axes, ("SGD", "Adam"), strict=True):
        for i, (factor, width) in enumerate(looks.items()):
            walk = experiments.sgd_walk(factor) if name == "SGD" else experiments.adam_walk(run, factor)
            heights = np.minimum(race.SURFACES["ravine"].loss(walk[:61]), 1e3)
            ax.semilogy(heights, **line(i), linewidth=width, label=f"loss × {factor:g}")
        ax.set_ylim(1e-4, 300)
        label(ax, f"{name}, rate 0.1", "step", "height / factor (log)")
    axes[1].legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return Picture(
        figure,
        "For SGD another scale of the loss is another rate: × 100 throws it out, × 0.01 hardly lets it move. Adam "
        "takes the same steps, down to gradients as small as ε = 1e-8, which then counts in the denominator.",
        run.says,
    )
