"""The figures of lesson 05 on leaks and folds, with their captions."""

from collections.abc import Callable

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.preprocessing.experiments import leaks as experiments
from cs231n_lib.lessons.use import Functions, Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, label, paper, strip

Prepare = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


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
    label(ax, "Labels are coin flips, so chance is 50 %", "validation accuracy", f"data sets of {seeds}")
    return Picture(
        figure,
        f"Each of {seeds} data sets has 50 examples with 1,000 features of pure noise. If the ten best features are "
        "chosen on all data, they seem to predict coin flips. If they are chosen on the training part alone, the "
        "accuracy is at chance level.",
        run.says,
    )


def _judged(run: Functions, prepare: Prepare, third_call: Callable[..., float]) -> str:
    """Sentence on whether ``prepare`` leaks and what notices it."""
    train, test = _two_parts()
    leaks = any(not np.allclose(prepare(train, test)[0], prepare(train, other)[0]) for other in (test[1:], -3 * test))
    if not leaks:
        return "The training part that `sneaky` returns does not depend on the test part yet."
    if max(run.leakage(prepare, train, test)) > 1e-9:
        return "`sneaky` leaks, and the detector finds it."
    honest = max(abs(third_call(one, train, test)) for one in (run.subtract_mean, run.standardize, run.min_max))
    if honest > 1e-9:
        return "`sneaky` fools the detector, but `third_call` is not 0 for an honest function."
    if abs(third_call(prepare, train, test)) > 1e-9:
        return "`sneaky` fools the detector, and `third_call` exposes it."
    return "`sneaky` fools the detector, but `third_call` does not expose it yet."


def _two_parts() -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(0)
    return rng.normal(5, 2, (40, 3)), rng.normal(6, 2, (20, 3))


def detector(use: Use, prepare: Prepare | None = None, third_call: Callable[..., float] | None = None) -> Picture:
    """What the detector and a third call report for five functions and the student's."""
    run = use.run()
    train, test = _two_parts()
    ways = {
        "subtract_mean": run.subtract_mean,
        "standardize": run.standardize,
        "min_max": run.min_max,
        "each part minus its own mean": experiments.each_by_itself,
        "scaled before the split": experiments.before_the_split,
    } | ({"sneaky": prepare} if prepare else {})
    columns = [[*run.leakage(one, train, test)] for one in ways.values()]
    titles = ["on_train", "on_row"]
    if third_call:
        columns = [[*sizes, third_call(one, train, test)] for sizes, one in zip(columns, ways.values(), strict=True)]
        titles.append("third_call")
    figure, axes = paper(9.2, 2.6, columns=len(titles))
    for i, (ax, title, sizes) in enumerate(zip(axes, titles, np.transpose(columns), strict=True)):
        ax.barh(list(ways), sizes, color=LINES[i].color, height=0.55)
        for j, size in enumerate(sizes):
            ax.annotate(f" {size:.2f}", (size, j), va="center", color=INK, fontsize=9)
        ax.set_xlim(0, max(2.6, 1.2 * np.max(sizes)))
        ax.invert_yaxis()
        label(ax, title, "largest change", "prepared by" if i == 0 else "the same")
        if i:
            ax.set_yticklabels([])
    says = _judged(run, prepare, third_call) if prepare and third_call else ""
    return Picture(
        figure,
        "The detector reports zeros for the three honest functions. If you subtract each part's own mean, the "
        "training part is unaffected, but a test row depends on the other test rows. Scaling before the split leaks "
        "in both ways.",
        " ".join(filter(None, (says, run.says))),
    )


def folds(
    use: Use, examples: int = 50, features: int = 1000, chosen: int = 10, folds: int = 5, seeds: int = 20
) -> Picture:
    """Validation rows of each fold, and accuracy on noise with two ways to choose."""
    run = use.run()
    shown = min(examples, 50)
    roles = np.zeros((folds, examples))
    for i, (_, validation) in enumerate(run.k_fold(examples, folds, np.random.default_rng(0))):
        roles[i, validation] = 1
    settings = examples, features, chosen, folds
    trials = one_by_one(range(seeds), "data set")
    found = np.array([experiments.cross_validated(run, np.random.default_rng(s), *settings) for s in trials])
    figure, (rows, accuracy) = paper(9.4, 2.7, columns=2)
    rows.imshow(roles[:, :shown], cmap="Blues", vmin=0, vmax=1.4, aspect="auto", interpolation="nearest")
    rows.grid(False)
    rows.set_yticks(range(folds), [str(i + 1) for i in range(folds)])
    label(rows, f"Validation rows (blue) of the {folds} folds", "row", "fold")
    strip(accuracy, {"on all rows": found[:, 0].tolist(), "inside each fold": found[:, 1].tolist()})
    for i, mean in enumerate(found.mean(axis=0)):
        accuracy.annotate(f"mean {mean:.0%}", (1.03, -i), va="center", color=INK, fontsize=9)
    accuracy.axvline(0.5, color=INK, linewidth=0.8, linestyle=":")
    accuracy.set_xlim(0, 1.3)
    accuracy.set_xticks([0, 0.25, 0.5, 0.75, 1])
    label(accuracy, f"{chosen:,} of {features:,} features of noise", "cross-validated accuracy", "features chosen")
    return Picture(
        figure,
        "On the left, each row of the data is used for validation in one fold and for training in the others. On "
        f"the right, the labels are coin flips, and each dot is the mean accuracy over the folds for one of {seeds} "
        f"data sets. The mean accuracy is {found[:, 0].mean():.0%} if the features are chosen on all rows before the "
        f"split, and {found[:, 1].mean():.0%} if they are chosen on each fold's training rows.",
        run.says,
    )


def statistics(use: Use, seeds: int = 40) -> Picture:
    """Gain in validation accuracy from leaked means and scales, with and without drift."""
    run = use.run()
    figure, (ax,) = paper(7.6, 2.6)
    found = {
        name: [100 * float(np.subtract(*experiments.leaked_statistics(run, name, s))) for s in range(seeds)]
        for name in experiments.SETS
    }
    for i, gains in enumerate(found.values()):
        height = i + 0.3 * np.sin(np.arange(seeds) * 2.4)
        ax.plot(gains, height, "os"[i], color=LINES[i].color, markersize=5, alpha=0.7)
        ax.plot(np.mean(gains), i, "|", color=INK, markersize=30, markeredgewidth=2)
        ax.annotate(f"mean {_signed(float(np.mean(gains)), 1)}", (29, i), color=INK, fontsize=9, va="center")
    ax.axvline(0, color=INK, linewidth=0.8, linestyle=":")
    ax.set_yticks([0, 1], list(experiments.SETS))
    ax.set(ylim=(1.6, -0.6), xlim=(-12, 36))
    label(ax, "Gain from leaked means and scales", "validation accuracy, leaked minus fair, in points", "data")
    digits, drift = found.values()
    return Picture(
        figure,
        f"Each dot is one of {seeds} splits into 50 training and 50 validation rows, and each bar marks a mean. On "
        f"the digits the leak changes the accuracy by {_signed(min(digits))} to {_signed(max(digits))} percentage "
        f"points, and by {_signed(float(np.mean(digits)), 1)} on average. If the validation rows have drifted away "
        f"from the training rows, the leak raises the accuracy by {np.mean(drift):.1f} points on average and so "
        "hides the cost of the drift.",
        run.says,
    )


def _signed(points: float, decimals: int = 0) -> str:
    return f"{points:+.{decimals}f}".replace("-", "−")
