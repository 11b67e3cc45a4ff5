"""Figures of lesson 07 on dropout, with their captions."""

from typing import Any

import numpy as np

from cs231n_lib.lessons.regularization.experiments import penalties as experiments
from cs231n_lib.lessons.use import Functions, Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, PAPER, Axes, label, line, paper


def thinned(use: Use) -> Picture:
    """One small network in three training steps with dropout, and at inference."""
    figure, axes = paper(9.0, 2.5, columns=4)
    run = use.run()
    for ax, seed in zip(axes, (1, 2, 6, None), strict=True):
        _draw_network(run, ax, np.random.default_rng(seed) if seed else None)
        ax.set_title(f"Step {axes.index(ax) + 1}" if seed else "Inference", color=INK, fontsize=10.5)
    return Picture(
        figure,
        "In each training step, and for each example, dropout removes a different set of units (empty circles) with "
        "all their connections, so training uses a different network each time. At inference the network uses all "
        "units.",
        run.says,
    )


def _draw_network(run: Functions, ax: Axes, rng: np.random.Generator | None) -> None:
    layers = (3, 5, 5, 2)
    places = [np.stack([np.full(n, i), np.arange(n) - (n - 1) / 2], axis=1) for i, n in enumerate(layers)]
    on = [
        np.ones(n, bool) if rng is None or n != 5 else run.vanilla_dropout(np.ones(5), 0.5, rng)[0] > 0 for n in layers
    ]
    for i in range(3):
        for a in places[i][on[i]]:
            for b in places[i + 1][on[i + 1]]:
                ax.plot(*np.stack([a, b]).T, color=LINES[0].color, linewidth=0.7, alpha=0.6, zorder=1)
    for place, alive in zip(places, on, strict=True):
        ax.plot(*place[alive].T, "o", color=LINES[0].color, markersize=8, zorder=2)
        ax.plot(*place[~alive].T, "o", markerfacecolor="none", markeredgecolor=INK, markersize=8, alpha=0.6, zorder=2)
    ax.set(xlim=(-0.6, 3.6))
    ax.set_axis_off()


def moments(use: Use) -> Picture:
    """Scores over all masks, vanilla and inverted, and scores of a deep network over masks and at inference."""
    figure, axes = paper(9.0, 3.3, columns=2)
    run = use.run()
    _draw_scores(run, axes[0])
    _draw_means(run, axes[1])
    return Picture(
        figure,
        "On the left, the mean over all masks (line) equals the score at inference (▲) for both kinds of dropout, "
        "although at a drop_prob of ½ the scores of inverted dropout have twice the standard deviation. On the right, "
        "after two ReLU layers, the score at inference is close to the mean over 300 masks but often far from the "
        "score with a single mask.",
        run.says,
    )


def _draw_scores(run: Functions, ax: Axes) -> None:
    rng = np.random.default_rng(4)
    x, w = rng.uniform(0.3, 1, 10), rng.normal(0.5, 0.5, 10)
    scores, probabilities = experiments.scores_over_masks(x, w, 0.5)
    _, scaled = run.vanilla_dropout(x, 0.5, rng)
    for i, (name, scale, used) in enumerate((("vanilla", 1.0, scaled @ w), ("inverted", 2.0, x @ w))):
        bins = [0.25 * i - 4 for i in range(53)]
        look: dict[str, Any] = {"histtype": "step", "linewidth": 1.8, **line(i)}
        ax.hist(scale * scores, bins=bins, weights=probabilities, label=name, **look)
        mean, _ = run.moments_over_masks(x, w, 0.5, scale)
        ax.axvline(mean, **line(i), linewidth=1.2)
        ax.plot(used, 0, "^", color=LINES[i].color, markersize=11, clip_on=False, markeredgecolor=PAPER)
    label(ax, "One score over all 1,024 masks, drop_prob ½", "score", "probability")
    ax.legend(frameon=False, fontsize=9, labelcolor=INK)


def _draw_means(run: Functions, ax: Axes) -> None:
    network = experiments.two_layers_with_dropout()
    x, y = experiments.some_pictures(120)
    rows = np.arange(len(y))
    used = network.predict(x)[rows, y]
    for i, (draws, name, marker) in enumerate(((1, "one mask", "x"), (300, "mean of 300 masks", "o"))):
        means = experiments.mean_of_masks(run, network, x, draws, np.random.default_rng(0))[rows, y]
        ax.plot(used, means, marker, color=LINES[1 - i].color, markersize=4, label=name)
    ends = np.array([used.min(), used.max()])
    ax.plot(ends, ends, color=INK, linewidth=0.9, linestyle=":")
    label(ax, "Score of the true class, two hidden layers", "at inference, nothing dropped", "with inverted dropout")
    ax.legend(frameon=False, fontsize=9, labelcolor=INK)
