"""Figures of what deep networks can represent, what they learn, and the gain from a third layer on digits."""

import numpy as np

from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.architecture.checks.sawtooth import sawtooth
from cs231n_lib.lessons.architecture.experiments import digits, folds
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, label, line, paper


def folded(use: Use) -> Picture:
    """[0, 1] folded once, twice and four times by your network, and parameters of flat and deep networks."""
    run = use.run()
    figure, axes = paper(10.2, 2.9, columns=4)
    x = np.linspace(0, 1, 1025)
    for ax, n in zip(axes, (1, 2, 4), strict=False):
        ax.plot(x, sawtooth(x, n), color=LINES[0].color, linewidth=4, alpha=0.25)
        ax.plot(x, run.mlp_forward(x[:, np.newaxis], *run.sawtooth_network(n))[:, 0], **line(1), linewidth=1.5)
        label(ax, f"{n} fold{'s' * (n > 1)}, {2**n} pieces", "x", "output")
    counts = np.arange(1, 11)
    deep = [run.network_size([1, *[2] * int(n), 1])[2] for n in counts]
    flat = [run.network_size([1, 2 ** int(n), 1])[2] for n in counts]
    axes[3].semilogy(counts, flat, **line(0), linewidth=1.8, marker="o", markersize=4, label="one hidden layer")
    axes[3].semilogy(counts, deep, **line(1), linewidth=1.8, marker="s", markersize=4, label="one per fold")
    axes[3].legend(frameon=False, fontsize=8.5, labelcolor=INK)
    label(axes[3], "Parameters", "folds", "parameters (log)")
    return Picture(
        figure,
        "The wide pale line is the folded interval [0, 1], and the dashed line is the network with two ReLUs per "
        "hidden layer. The plot on the right compares the numbers of parameters. One hidden layer needs 2ⁿ units for n "
        "folds, one for each piece, whereas a deep network needs two units for each fold.",
        run.says,
    )


def trained(use: Use, seeds: int = 3) -> Picture:
    """Errors of networks of depth 1 and 5 at equal parameters, after training on three and on four folds (C15)."""
    run = use.run()
    figure, axes = paper(8.6, 3.0, columns=2)
    tasks = ((3, 300), (4, 1000))
    asked = one_by_one([(*task, depth) for task in tasks for depth in (1, 5)], "network")
    errors = iter([folds.errors(run, *one, range(seeds)) for one in asked])
    for ax, (n, budget) in zip(axes, tasks, strict=True):
        for i, depth in enumerate((1, 5)):
            width = run.width_for_budget(1, 1, depth, budget)
            found = next(errors)
            ax.plot(found, np.full(seeds, i), "os"[i], color=LINES[i].color, markersize=8, alpha=0.75)
            ax.annotate(f"{depth} × {width} units", (7e-4, i - 0.25), color=INK, fontsize=9)
        ax.axvline(folds.LEARNT, color=INK, linewidth=0.8)
        ax.set(xscale="log", xlim=(5e-4, 2), ylim=(1.6, -0.6))
        ax.set_yticks([0, 1], ["1", "5"])
        label(ax, f"{n} folds, {budget:,} parameters", "relative error (log)", "hidden layers")
    return Picture(
        figure,
        f"Each dot is the error of a network after 4,000 steps, from one of {seeds} random initialisations for each "
        "depth. This error is the root mean square error at points between the training points, divided by the "
        "standard deviation of the function. If the error is below 0.1 (black line), the network has learnt the "
        "function. Networks of both depths learn three folds. With 1,000 parameters, only the networks with five "
        "hidden layers learn four folds, and not in every run.",
        run.says,
    )


def layers(use: Use, seeds: int = 3) -> Picture:
    """Test accuracy on digits of networks with one to six layers within a budget of parameters (claim C37)."""
    run = use.run()
    figure, (ax,) = paper(7.2, 2.8)
    means = []
    for i, hidden in enumerate(one_by_one(digits.RATES, "depth")):
        found = [digits.by_layers(run, hidden, seed) for seed in range(seeds)]
        means.append(float(np.mean(found)))
        ax.plot(np.full(seeds, i), found, "o", color=LINES[0].color, markersize=7, alpha=0.7)
    ax.plot(range(len(means)), means, **line(1), linewidth=1.6)
    ax.set_xticks(range(len(means)), [str(h + 1) for h in digits.RATES])
    label(ax, "Digits, about 5,000 parameters, 30 epochs", "layers", "test accuracy")
    return Picture(
        figure,
        f"The dots are test accuracies with {seeds} seeds, and the line shows their means. The accuracy rises most "
        "from one layer, which is not hidden and has only 650 parameters, to two layers, one of which is hidden. A "
        "third layer does not raise the accuracy, and six layers lower it.",
        run.says,
    )
