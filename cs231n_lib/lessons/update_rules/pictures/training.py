"""Figures of lesson 08 on real data, with their captions."""

from collections.abc import Mapping, Sequence

import numpy as np

from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.update_rules.experiments import bowl, watching
from cs231n_lib.lessons.update_rules.experiments import lbfgs as second_order
from cs231n_lib.lessons.update_rules.experiments import schedules as falling
from cs231n_lib.lessons.update_rules.experiments import training as experiments
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, label, line, paper, strip

SEEDS = range(5)

LEAST = 1e-10
"""Difference from the lowest loss below which rounding may dominate."""


def schedules(use: Use) -> Picture:
    """Five schedules of SGD's learning rate with equal budgets, from two full learning rates (claim C28)."""
    figure, (rates, *losses) = paper(10.4, 3.2, columns=3)
    run = use.run()
    epochs = np.linspace(0, experiments.EPOCHS, 201)
    for i, (name, rate) in enumerate(falling.decays(run, 1.0).items()):
        rates.plot(epochs, [rate(epoch) for epoch in epochs], **line(i), linewidth=1.8, label=name)
    rates.set_ylim(-0.03, 1.08)
    epochs = np.arange(0, experiments.EPOCHS + 1, 2.5)
    rates.set_xticks(epochs, [f"{epoch:g}\n{80 * epoch:g}" for epoch in epochs])
    label(rates, "Learning-rate schedules", "epoch, with the step below it", "fraction of the full learning rate")
    rates.legend(frameon=False, fontsize=8, labelcolor=INK)
    rates_by = {lr: falling.decays(run, lr) for lr in (falling.LOW, falling.HIGH)}
    asked = one_by_one([(lr, name) for lr, decays in rates_by.items() for name in decays], "schedule")
    ends = {
        one: [experiments.train("SGD", seed, schedule=rates_by[one[0]][one[1]]).train_loss for seed in SEEDS]
        for one in asked
    }
    for ax, (lr, decays) in zip(losses, rates_by.items(), strict=True):
        runs = {name: ends[lr, name] for name in decays}
        strip(ax, runs)
        label(ax, f"Full learning rate {lr}", f"training loss after {experiments.EPOCHS} epochs", "schedule")
    return Picture(
        figure,
        "The cosine schedule falls along half a wave to 0. Each dot is one run, and the stroke marks the mean. From a "
        "low learning rate every decay only slows training down. From a high one, runs with a constant learning rate "
        "vary widely, and every decay ends lower on average.",
        run.says,
    )


def annealing(use: Use) -> Picture:
    """Constant and rising momentum at their best learning rates, with and without noise (claim C27)."""
    figure, (noisy, exact) = paper(10.4, 3.2, columns=2)
    run = use.run()
    names = {"0.5 → 0.99": "0.5 → 0.99,\nfixed lr", "same pace": "0.5 → 0.99, lr\nfalls with 1 − μ"}
    runs = {
        names.get(name, name): [falling.annealed(run, name, seed).train_loss for seed in SEEDS]
        for name in one_by_one(falling.ANNEALED, "momentum")
    }
    strip(noisy, runs)
    label(noisy, "Fashion-MNIST, minibatches", f"training loss after {experiments.EPOCHS} epochs", "momentum μ")
    ends = {}
    for i, name in enumerate(bowl.MOMENTA):
        heights = bowl.typical(bowl.heights(name, bowl.starts()))
        exact.semilogy(np.arange(1, len(heights) + 1) * bowl.BLOCK, heights, **line(i), linewidth=1.8, label=name)
        ends[name] = heights[-1]
    label(exact, "A long narrow bowl, exact gradients", "step", "loss / initial loss (log)", legend="best")
    times = [_rounded(ends[name] / ends["0.5 → 0.99"]) for name in ("μ = 0.9", "μ = 0.99")]
    return Picture(
        figure,
        "Each setting has its own best learning rate (lr). On the left, each dot is one run and the stroke marks the "
        "mean. A rising μ at a fixed learning rate ends highest, but with a learning rate that falls along with 1 − μ "
        "it ends at about the same loss as a constant 0.9. On the right, the bowl's curvature is 100,000 times as "
        "large in one direction as in another, and the lines are means over 20 initial points. There the loss "
        f"ends {times[0]} times as high with a constant μ of 0.9 and {times[1]} times as high with 0.99 as with a "
        "rising μ at a fixed learning rate, and a constant 0.98 comes closest.",
        run.says,
    )


def lbfgs(use: Use) -> Picture:
    """L-BFGS and first-order methods on the full batch and on minibatches (claim C29)."""
    figure, (full, mini) = paper(9.6, 3.6, columns=2)
    run = use.run()
    for i, method in enumerate(("L-BFGS", "momentum", "descent")):
        words = f"{method}, best learning rate" if i else method
        excess = second_order.full_batch(run, method)
        full.semilogy(np.where(excess > LEAST, excess, np.nan), **line(i), linewidth=1.8, label=words)
    for i, method in ((0, "L-BFGS"), (2, "SGD")):
        losses = second_order.minibatches(run, method, np.random.default_rng(0))
        mini.semilogy(losses, **line(i), linewidth=1.5, label=f"{method}, batches of {second_order.BATCH}")
    full.set_ylim(LEAST, 10)
    label(full, "Full batch", "gradients of all examples", "loss above the minimum (log)")
    label(mini, "A new batch in each step", "step", "loss above the minimum (log)")
    for ax in (full, mini):
        ax.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    off = second_order.pair_noise(np.random.default_rng(0))
    return Picture(
        figure,
        "Softmax regression on the digits has a convex loss. On the left, L-BFGS is fastest and has no learning rate "
        "to tune. On the right its loss jumps about, because it treats the difference between the gradients of two "
        f"batches as curvature. Over a step of length 0.1 the noise in this difference is about {_rounded(off)} times "
        "as long as the true difference.",
        run.says,
    )


def _rounded(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"


def weight_rates() -> Picture:
    """Learning rates of some weights of a network under Adagrad and RMSProp (claims C30 and C31)."""
    figure, axes = paper(9.4, 3.2, columns=2)
    risen, ticks = [], (1, 2, 5, 10, 20)
    for ax, rule in zip(axes, ("Adagrad", "RMSProp"), strict=True):
        rates = np.array(watching.watched(rule).rates)
        risen.append(np.mean(np.diff(rates, axis=0) > 0))
        for i, column in enumerate(rates.T[10:60:10]):
            ax.semilogy(range(0, len(column), 4), column[::4], **line(i), linewidth=1.3)
        ax.set_ylim(0.9, 25)  # the same on both sides
        ax.set_yticks(ticks, [f"{tick}" for tick in ticks])
        ax.yaxis.set_minor_formatter("")
        label(ax, f"{rule}, learning rates of five weights", "step", "lr / √cache (log)")
    return Picture(
        figure,
        f"Adagrad's learning rates only fall ({risen[0]:.0%} of all changes go up). RMSProp's learning rates rise a "
        f"little in {risen[1]:.0%} of all steps, and fall at once when a large gradient comes.",
    )


def smooth() -> Picture:
    """Cosine between successive updates of RMSProp and Adam (claim C32)."""
    figure, (ax,) = paper(7.4, 3.2)
    means = []
    for i, rule in enumerate(("RMSProp", "Adam")):
        cosines = watching.watched(rule).cosines
        ax.plot(range(0, len(cosines), 4), cosines[::4], **line(i), linewidth=0.9, label=rule)
        means.append(float(np.mean(cosines)))
    ax.axhline(0, color=INK, linewidth=0.8, linestyle=":")
    ax.set_ylim(-1, 1.05)
    label(ax, "Direction of successive updates", "step (every fourth is drawn)", "cosine of two updates")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper right", bbox_to_anchor=(1, 0.88))
    return Picture(
        figure,
        f"A cosine of 1 means the same direction, and −1 the opposite one. On average RMSProp turns back a little "
        f"(mean {means[0]:.2f}), whereas Adam almost keeps its direction (mean {means[1]:.2f}).".replace("-", "−"),
    )


def six_rules(results: Mapping[str, Sequence[experiments.TrainingResult]]) -> Picture:
    """Training loss and validation accuracy of each rule's runs, as in `experiments.table`."""
    figure, axes = paper(9.6, 3.2, columns=2)
    strip(axes[0], {rule: [run.train_loss for run in runs] for rule, runs in results.items()})
    strip(axes[1], {rule: [100 * run.accuracy for run in runs] for rule, runs in results.items()})
    label(axes[0], "Training loss", f"training loss after {experiments.EPOCHS} epochs", "rule")
    label(axes[1], "Validation accuracy", "validation accuracy (%)", "rule")
    accuracies = [[100 * run.accuracy for run in runs] for runs in results.values()]
    apart = np.ptp(np.mean(accuracies, axis=1))
    spread = np.mean(np.std(accuracies, axis=1, ddof=1))
    return Picture(
        figure,
        "Each dot is one run, and the stroke marks the mean. On validation images the best and the worst mean differ "
        f"by {apart:.1f} percentage points, and the runs of one rule have a standard deviation of about {spread:.1f}.",
    )
