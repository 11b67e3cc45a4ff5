"""Figures of lesson 06 on the mean of the weights, initial biases, and the noise of batch norm."""

from typing import Any

import numpy as np

from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.initialization.experiments import noise as noises
from cs231n_lib.lessons.initialization.experiments import offsets as experiments
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, label, line, paper, strip

DEPTHS = (2, 10)


def offsets(use: Use, seeds: int = 2) -> Picture:
    """Signals and accuracies for weights whose mean is not 0, and accuracies by initial bias."""
    run, means = use.run(), experiments.MEANS
    figure, (signal, learned, biases) = paper(9.6, 3.3, columns=3)
    for i, mean in enumerate(means):
        name = f"{mean:g}".replace("-", "−")
        signal.semilogy(range(1, 11), experiments.deviations(run, mean), **line(i), linewidth=2, label=name)
    signal.set(xticks=range(2, 11, 2), ylim=(1e-5, 1e7))
    label(signal, "Ten layers of 200: signal", "layer", "standard deviation (log)")
    look: dict[str, Any] = {"loc": "upper left", "ncols": 2, "frameon": False, "fontsize": 8, "labelcolor": INK}
    signal.legend(title="mean / root mean square", title_fontsize=8, **look)
    runs = [(depth, mean, seed) for depth in DEPTHS for mean in means for seed in range(seeds)]
    reached = [experiments.accuracy(run, mean, depth=depth, seed=seed) for depth, mean, seed in one_by_one(runs, "run")]
    for i, (depth, found) in enumerate(zip(DEPTHS, np.reshape(reached, (2, len(means), seeds)), strict=True)):
        learned.plot(means, found.mean(axis=1), **line(i), linewidth=2, marker="os"[i], label=f"{depth} hidden layers")
    learned.set(ylim=(0, 1.02), xticks=means)
    label(learned, "Accuracy by mean", "mean / root mean square", "validation accuracy", legend="lower left")
    starts = one_by_one(experiments.BIASES.items(), "bias")
    strip(biases, {name: [experiments.accuracy(run, bias=b, seed=s) for s in range(seeds)] for name, b in starts})
    biases.set(xlim=(0, 1.02))
    label(biases, "Ten hidden layers: bias", "validation accuracy", "initial bias")
    return Picture(
        figure,
        "All weights have He's root mean square. On the left, a mean of only a tenth of it changes the signal of ten "
        "ReLU layers by a factor of more than a hundred. The signal grows with a positive mean and fades with a "
        f"negative one. In the middle (mean of {seeds} seeds), networks with two hidden layers learn with each of "
        "these means, but networks with ten need a mean close to 0. On the right (each dot is a seed, and the stroke "
        "is their mean), networks with ten hidden layers learn about equally well with biases of 0, small positive "
        "biases and random biases, but not with negative ones.",
        run.says,
    )


def noise(use: Use, seeds: int = 2) -> Picture:
    """Noise of batch norm, and training and validation accuracy, by the number of examples normalised together."""
    run, sizes = use.run(), np.array(noises.SIZES)
    figure, (spread, reached) = paper(9.0, 3.3, columns=2)
    spread.loglog(sizes, [noises.normalised_spread(run, size) for size in noises.SIZES], **line(0), marker="o",
                  linewidth=2, label="measured")  # fmt: skip
    spread.loglog(sizes, np.sqrt(1.5 / sizes), **line(1), label="√(1.5 / batch size)")
    label(spread, "Noise in the normalised values", "batch size (log)", "standard deviation (log)", legend="lower left")
    runs = one_by_one([(size, seed) for size in noises.SIZES for seed in range(seeds)], "run")
    found = np.array([noises.accuracies(run, *one) for one in runs]).reshape(len(sizes), seeds, 2)
    for i, name in enumerate(("training, 20 % wrong labels", "validation")):
        reached.plot(sizes, found[:, :, i].mean(axis=1), **line(i), marker="os"[i], linewidth=2, label=name)
        ends = found[:, :, i].min(axis=1), found[:, :, i].max(axis=1)
        reached.fill_between(sizes, *ends, color=LINES[i].color, alpha=0.18, linewidth=0)
    reached.set_xscale("log", base=2)
    reached.set(ylim=(0.6, 1.02))
    label(
        reached,
        "After 400 steps of 128 examples",
        "examples normalised together (log)",
        "accuracy",
        legend="lower right",
    )
    for ax in (spread, reached):
        ax.set_xticks(sizes, [str(size) for size in sizes])
        ax.minorticks_off()
    spread.set_yticks([0.1, 0.2, 0.4, 0.8], ["0.1", "0.2", "0.4", "0.8"])
    return Picture(
        figure,
        "On the left, the normalised values of one image vary with the rest of its batch, and the smaller the batch "
        f"is, the more they vary. On the right (mean and range of {seeds} seeds), every step uses 128 digits, but "
        "batch norm normalises them in groups. In groups of two or four, the network memorises fewer of the wrong "
        "labels and classifies more validation digits correctly. With groups of 16 or more, the size of the groups "
        "makes almost no difference.",
        run.says,
    )
