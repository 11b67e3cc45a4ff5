"""The pictures of lesson 08, each with the sentence that says what it shows; those on real data are made here."""

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
"""What lies less than this above the least loss may be rounding."""


def schedules(use: Use) -> Picture:
    """Five schedules of SGD's rate at one budget, from three full rates (claim C28)."""
    figure, (rates, *losses) = paper(10.4, 3.2, columns=3)
    run = use.run()
    epochs = np.linspace(0, experiments.EPOCHS, 201)
    for i, (name, rate) in enumerate(falling.decays(run, 1.0).items()):
        rates.plot(epochs, [rate(epoch) for epoch in epochs], **line(i), linewidth=1.8, label=name)
    rates.set_ylim(-0.03, 1.08)
    epochs = np.arange(0, experiments.EPOCHS + 1, 2.5)
    rates.set_xticks(epochs, [f"{epoch:g}\n{80 * epoch:g}" for epoch in epochs])
    label(rates, "Rate, as a share of the full rate", "epoch, and step below it", "share")
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
        label(ax, f"Full rate {lr}", f"training loss after {experiments.EPOCHS} epochs", "schedule")
    return Picture(
        figure,
        "Cosine falls along half a wave to 0. One dot a run, a stroke at the mean. From a low rate every decay only "
        "slows the run down. From a high one a constant rate scatters, and every decay ends lower on average.",
        run.says,
    )


def annealing(use: Use) -> Picture:
    """Constant momentum against momentum that rises, each at its best rate, with noise and without (claim C27)."""
    figure, (noisy, exact) = paper(10.4, 3.2, columns=2)
    run = use.run()
    names = {"0.5 → 0.99": "0.5 → 0.99,\nfixed rate", "same pace": "0.5 → 0.99, rate\nfalls with 1 − μ"}
    runs = {
        names.get(name, name): [falling.annealed(run, name, seed).train_loss for seed in SEEDS]
        for name in one_by_one(falling.ANNEALED, "momentum")
    }
    strip(noisy, runs)
    label(noisy, "Clothes, minibatches", f"training loss after {experiments.EPOCHS} epochs", "momentum μ")
    ends = {}
    for i, name in enumerate(bowl.MOMENTA):
        heights = bowl.typical(bowl.heights(name, bowl.starts()))
        exact.semilogy(np.arange(1, len(heights) + 1) * bowl.BLOCK, heights, **line(i), linewidth=1.8, label=name)
        ends[name] = heights[-1]
    label(exact, "A long narrow bowl, exact gradients", "step", "loss as a share of the first (log)", legend="best")
    times = [_rounded(ends[name] / ends["0.5 → 0.99"]) for name in ("μ = 0.9", "μ = 0.99")]
    return Picture(
        figure,
        "Each at its own best rate. Left, one dot a run, a stroke at the mean: raising μ at a fixed rate ends highest; "
        "with a rate that falls along with 1 − μ it equals a constant 0.9. Right, means of 20 starts, the bowl 100,000 "
        f"times as steep one way as another: raising μ at a fixed rate ends {times[0]} times lower than 0.9 and "
        f"{times[1]} times lower than 0.99; a constant 0.98 comes nearest.",
        run.says,
    )


def lbfgs(use: Use) -> Picture:
    """L-BFGS against first-order methods on the full batch, and on minibatches (claim C29)."""
    figure, (full, mini) = paper(9.6, 3.6, columns=2)
    run = use.run()
    for i, method in enumerate(("L-BFGS", "momentum", "descent")):
        words = f"{method}, best rate" if i else method
        excess = second_order.full_batch(run, method)
        full.semilogy(np.where(excess > LEAST, excess, np.nan), **line(i), linewidth=1.8, label=words)
    for i, method in ((0, "L-BFGS"), (2, "SGD")):
        losses = second_order.minibatches(run, method, np.random.default_rng(0))
        mini.semilogy(losses, **line(i), linewidth=1.5, label=f"{method}, batches of {second_order.BATCH}")
    full.set_ylim(LEAST, 10)
    label(full, "Full batch", "gradients of all examples", "loss above the least (log)")
    label(mini, "A fresh batch at each step", "step", "loss above the least (log)")
    for ax in (full, mini):
        ax.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    off = second_order.pair_noise(np.random.default_rng(0))
    return Picture(
        figure,
        "Softmax regression of the digits, a convex loss. Left, L-BFGS wins, without any rate to tune. Right it is "
        "thrown about: it takes the difference of two batches' gradients for curvature. Over a step of length 0.1 the "
        f"noise in it is about {_rounded(off)} times as long as the true difference.",
        run.says,
    )


def _rounded(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"


def weight_rates() -> Picture:
    """The rates that Adagrad and RMSProp give to some weights of a network while it trains (claims C30 and C31)."""
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
        label(ax, f"{rule}: the rates of five weights", "step", "lr / √cache (log)")
    return Picture(
        figure,
        f"Adagrad's rates only fall ({risen[0]:.0%} of all changes go up). RMSProp's go up in {risen[1]:.0%} of all "
        "steps, a little, and fall at once when a large gradient comes.",
    )


def smooth() -> Picture:
    """How alike each update is to the one before it, with RMSProp and with Adam (claim C32)."""
    figure, (ax,) = paper(7.4, 3.2)
    means = []
    for i, rule in enumerate(("RMSProp", "Adam")):
        cosines = watching.watched(rule).cosines
        ax.plot(range(0, len(cosines), 4), cosines[::4], **line(i), linewidth=0.9, label=rule)
        means.append(float(np.mean(cosines)))
    ax.axhline(0, color=INK, linewidth=0.8, linestyle=":")
    ax.set_ylim(-1, 1.05)
    label(ax, "Does an update point where the last one did?", "step (every fourth is drawn)", "cosine of two updates")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper right", bbox_to_anchor=(1, 0.88))
    return Picture(
        figure,
        f"1 is the same direction and −1 the opposite. RMSProp turns back a little at each step (mean {means[0]:.2f}); "
        f"Adam goes on ({means[1]:.2f}).".replace("-", "−"),
    )


def six_rules(results: Mapping[str, Sequence[experiments.TrainingResult]]) -> Picture:
    """Training loss and validation accuracy of each rule's runs, as `experiments.table` has them."""
    figure, axes = paper(9.6, 3.2, columns=2)
    strip(axes[0], {rule: [run.train_loss for run in runs] for rule, runs in results.items()})
    strip(axes[1], {rule: [100 * run.accuracy for run in runs] for rule, runs in results.items()})
    label(axes[0], "Fitting: who is fastest?", f"training loss after {experiments.EPOCHS} epochs", "rule")
    label(axes[1], "And on new pictures?", "validation accuracy, per cent", "rule")
    accuracies = [[100 * run.accuracy for run in runs] for runs in results.values()]
    apart = np.ptp(np.mean(accuracies, axis=1))
    spread = np.mean(np.std(accuracies, axis=1, ddof=1))
    return Picture(
        figure,
        f"One dot a run, a stroke at the mean. On new pictures the best mean and the worst are {apart:.1f} points "
        f"apart, and the runs of one rule spread by about {spread:.1f}.",
    )
