"""The pictures of lesson 05 on leaks, each with the sentence that says what it shows."""

import numpy as np

from cs231n_lib.lessons.preprocessing.experiments import leaks as experiments
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, label, paper


def chosen(use: Use, seeds: int = 40) -> Picture:
    """Validation accuracy on pure noise, with features chosen on all data and on the training part."""
    run = use.run()
    found = np.array([experiments.chosen_features(run, seed) for seed in range(seeds)])
    figure, (ax,) = paper(7.6, 3.0)
    edges = np.linspace(0.18, 1.02, 22).tolist()
    for i, words in enumerate(("chosen on all data", "chosen on the training part")):
        ax.hist(found[:, i], edges, color=LINES[i].color, alpha=0.65, hatch="//" * i, label=words)
        ax.annotate(f"mean {found[:, i].mean():.0%}", (found[:, i].mean(), 18), ha="center", color=INK, fontsize=9)
    ax.axvline(0.5, color=INK, linewidth=1, linestyle=":")
    ax.set(ylim=(0, 21), xlim=(0.15, 1.05))
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left")
    label(ax, "Labels are coin flips: the truth is 50 %", "validation accuracy", f"data sets of {seeds}")
    return Picture(
        figure,
        f"{seeds} data sets of 50 examples, 1,000 features of pure noise, of which ten are chosen. Chosen on all data "
        "they seem to predict coin flips; chosen on the training part alone they tell the truth.",
        run.says,
    )


def detector(use: Use) -> Picture:
    """What the detector says of five ways to prepare two parts."""
    run, rng = use.run(), np.random.default_rng(0)
    train, test = rng.normal(5, 2, (40, 3)), rng.normal(6, 2, (20, 3))
    ways = {
        "subtract_mean": run.subtract_mean,
        "standardize": run.standardize,
        "min_max": run.min_max,
        "each part less its own mean": experiments.each_by_itself,
        "scaled before the split": experiments.before_the_split,
    }
    found = np.array([run.leakage(prepare, train, test) for prepare in ways.values()])
    figure, axes = paper(8.6, 2.5, columns=2)
    for i, (ax, title) in enumerate(zip(axes, ("on_train", "on_row"), strict=True)):
        ax.barh(list(ways), found[:, i], color=LINES[i].color, height=0.55)
        for j, size in enumerate(found[:, i]):
            ax.annotate(f" {size:.2f}", (size, j), va="center", color=INK, fontsize=9)
        ax.set_xlim(0, 2.4)
        ax.invert_yaxis()
        label(ax, title, "largest change", "prepared by")
    axes[1].set_yticklabels([])
    axes[1].set_ylabel("the same five", color=INK, fontsize=9)
    return Picture(
        figure,
        "Three functions of this lesson, and two that leak: a test part less its own mean leaves training alone, but a "
        "test row then depends on its company; scaling before the split does both.",
        run.says,
    )


def statistics(use: Use, seeds: int = 40) -> Picture:
    """Gain in validation accuracy from means and scales of all data, where nothing changes and where data drift."""
    run = use.run()
    figure, (ax,) = paper(7.6, 2.6)
    for i, name in enumerate(experiments.SETS):
        gains = [100 * float(np.subtract(*experiments.leaked_statistics(run, name, s))) for s in range(seeds)]
        height = i + 0.3 * np.sin(np.arange(seeds) * 2.4)
        ax.plot(gains, height, "os"[i], color=LINES[i].color, markersize=5, alpha=0.7)
        ax.plot(np.mean(gains), i, "|", color=INK, markersize=30, markeredgewidth=2)
        ax.annotate(f"mean {np.mean(gains):+.1f}".replace("-", "−"), (29, i), color=INK, fontsize=9, va="center")
    ax.axvline(0, color=INK, linewidth=0.8, linestyle=":")
    ax.set_yticks([0, 1], list(experiments.SETS))
    ax.set(ylim=(1.6, -0.6), xlim=(-12, 36))
    label(ax, "What leaked means and scales gain", "points of validation accuracy, leaked less fair", "data")
    return Picture(
        figure,
        f"{seeds} splits of 50 and 50 rows each. On digits the leak moves the accuracy by a point or two, up or down. "
        "Where validation rows lie elsewhere than training rows, it hides that by ten points.",
        run.says,
    )
