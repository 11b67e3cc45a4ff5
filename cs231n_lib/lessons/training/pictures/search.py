"""Figures of lesson 09 on hyperparameter search."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import numpy as np

from cs231n_lib.checks.run.messages import listed
from cs231n_lib.contracts import FloatArray
from cs231n_lib.front_end import has_live_front_end, one_by_one
from cs231n_lib.lessons.training.experiments import search_digits as digits
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, PAPER, Figure, label, line, paper, strip

SEEDS = range(5)


def decades(use: Use) -> Picture:
    """Learning rates drawn uniformly and log-uniformly, a thousand of each."""
    figure, (ax,) = paper(7.8, 2.4)
    run, u = use.run(), np.random.default_rng(0).random(1000)
    low, high = 1e-5, 1.0
    drawn = {"uniform": low + u * (high - low), "log-uniform": np.asarray(run.log_uniform(u, low, high))}
    jitter = np.random.default_rng(1).uniform(-0.3, 0.3, 1000)
    for i, numbers in enumerate(drawn.values()):
        ax.semilogx(numbers, jitter - i, ".", color=LINES[i].color, markersize=3)
    ax.set_xlim(low, high)
    ax.set_yticks([0, -1], list(drawn))
    label(ax, "1,000 learning rates from 10⁻⁵ to 1", "learning rate (log)", "drawn")
    below = [np.mean(numbers < 0.1) for numbers in drawn.values()]
    return Picture(
        figure,
        f"Of the uniform numbers, {100 * below[0]:.0f} % lie below 0.1 and almost none below 0.01. Of the log-uniform "
        f"ones, {100 * below[1]:.0f} % lie below 0.1, with about equally many in each power of ten.",
        run.says,
    )


def same_budget(use: Use) -> Picture:
    """Accuracies found by nine trials on two grids and at random, if one hyperparameter matters or both (claim C33)."""
    figure, axes = paper(9.6, 2.9, columns=2)
    run, means = use.run(), []
    asked = one_by_one([(problem, seed) for problem in digits.PROBLEMS.values() for seed in SEEDS], "search")
    searches = iter([digits.same_budget(run, *one) for one in asked])
    for ax, name in zip(axes, digits.PROBLEMS, strict=True):
        found = [next(searches) for _ in SEEDS]
        columns = {grid: [100 * one[grid] for one in found] for grid in digits.GRIDS}
        strip(ax, columns)
        label(ax, name.capitalize(), "accuracy of the setting found, trained again, per cent", "nine trials")
        means.append(", ".join(f"{np.mean(column):.0f}" for column in columns.values()))
    return Picture(
        figure,
        f"Each dot is one search, and a stroke marks the mean of {len(SEEDS)}. From the top down the means are "
        f"{means[0]} % where only the learning rate matters and {means[1]} % where both do.",
        run.says,
    )


def in_rounds(use: Use) -> Picture:
    """Accuracies found by 24 trials in three rounds of eight and in one (claim C34)."""
    figure, (ax,) = paper(7.8, 2.4)
    run = use.run()
    problem = digits.PROBLEMS["only the learning rate matters"]
    found = [digits.in_rounds(run, problem, seed) for seed in one_by_one(SEEDS, "search")]
    columns = {name: [100 * one[name] for one in found] for name in digits.ROUNDS}
    strip(ax, columns)
    label(
        ax, "24 trials, in three rounds or in one", "accuracy of the setting found, trained again, per cent", "search"
    )
    says = [f"median of {np.median(c):.1f} % and a minimum of {min(c):.1f} %" for c in columns.values()]
    return Picture(
        figure,
        f"Each dot is one of {len(SEEDS)} searches of each kind. "
        f"Coarse to fine has a {says[0]}, and random search a {says[1]}.",
        run.says,
    )


def short_rounds(use: Use) -> Picture:
    """Accuracies found by halving, two coarse-to-fine and two random searches of 81 epochs (claim C34)."""
    figure, (ax,) = paper(8.6, 3.2)
    run = use.run()
    found = [digits.short_rounds(run, seed) for seed in one_by_one(SEEDS, "search")]
    columns = {name: [100 * one[name] for one in found] for name in digits.SHORT}
    strip(ax, columns)
    label(ax, "81 epochs, spent in five ways", "accuracy of the setting found, trained again, per cent", "search")
    says = [f"{np.median(c):.1f} % (minimum {min(c):.1f} %) for {name.replace(',', '')}" for name, c in columns.items()]
    return Picture(
        figure,
        f"Each dot is one search, with {len(SEEDS)} searches of each kind, and a stroke marks their mean. Each search "
        f"spends 81 epochs in all. From the top down, the medians are {listed(says)}.",
        run.says,
    )


def by_model(use: Use) -> Picture:
    """Best accuracy so far of a search by the student's Parzen ratio and of random search (claim C35)."""
    figure, (ax,) = paper(7.8, 3.0)
    run, problem = use.run(), digits.PROBLEMS["both matter"]
    found = [digits.by_model(run, problem, seed) for seed in one_by_one(SEEDS, "search")]
    trials, again = np.arange(1, digits.TRIALS + 1), []
    for i, name in enumerate(digits.BY_MODEL):
        curves = 100 * np.array([one[name][0] for one in found])
        ax.plot(trials, curves.mean(axis=0), **line(i), linewidth=1.8, label=name)
        ax.fill_between(trials, curves.min(axis=0), curves.max(axis=0), color=LINES[i].color, alpha=0.13)
        again.append(f"{np.mean([100 * one[name][1] for one in found]):.1f} % ({name})")
    ax.axvline(digits.AT_RANDOM, color=INK, linestyle=":", linewidth=0.9)
    ax.set(ylim=(0, 100), xlim=(1, digits.TRIALS))
    label(ax, "Best so far, mean of the searches", "trial", "validation accuracy, per cent")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
    return Picture(
        figure,
        f"The lines show the best accuracy so far, as a mean over {len(SEEDS)} searches of each kind, and the shading "
        f"reaches from the lowest to the highest. Both searches draw their first {digits.AT_RANDOM} trials at random "
        f"(dotted line). Trained again, the settings found reach {' and '.join(again)}.",
        run.says,
    )


AFTER = (10, 20, 30, 50, 100)
TPE_AND_CHANCE = {
    "TPE": ((91.05, 97.27, 97.70, 98.17, 98.43), (13.2, 1.2, 0.8, 0.5, 0.4)),
    "random": ((94.38, 95.63, 96.28, 97.12, 97.55), (2.4, 2.2, 1.4, 0.9, 0.6)),
}
"""Mean and standard deviation over 20 searches of the best accuracy after some trials, in per cent.

The means have two decimal places, so that their differences are right to one.

``python -m benchmarks search --seeds 20`` measured them.
"""


def against_chance() -> Picture:
    """Recorded best accuracy so far of TPE and of random search (claim C35)."""
    figure, (ax,) = paper(7.8, 3.0)
    for i, (name, (means, deviations)) in enumerate(TPE_AND_CHANCE.items()):
        ax.plot(AFTER, means, **line(i), linewidth=1.8, marker="os"[i], markersize=5, label=name)
        low, high = np.array(means) - deviations, np.array(means) + deviations
        ax.fill_between(AFTER, low, np.minimum(high, 100), color=LINES[i].color, alpha=0.13)
    ax.set(xscale="log", ylim=(84, 100))
    ax.set_xticks(AFTER, [str(n) for n in AFTER])
    ax.xaxis.set_minor_formatter("")
    label(ax, "Four hyperparameters, 20 searches of each", "trials (log)", "best accuracy so far, per cent")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
    ahead = [a - b for a, b in zip(TPE_AND_CHANCE["TPE"][0], TPE_AND_CHANCE["random"][0], strict=True)]
    return Picture(
        figure,
        "The lines show the recorded best accuracy so far, as a mean over 20 searches, and the shading its standard "
        f"deviation. After {listed([str(n) for n in AFTER])} trials, the lead of TPE is "
        + listed([f"{lead:+.1f}" for lead in ahead]).replace("-", "−")
        + " points.",
    )


def trial_map(use: Use, n: int = 8, rounds: int = 3, seed: int = 0) -> Picture:
    """Live map of the trials of the student's coarse-to-fine search. Stop keeps the finished trials."""
    problem = digits.PROBLEMS["both matter"]
    run, tried = use.run(), dict[tuple[float, ...], float]()
    low, high = np.array([1e-5, 1e-5]), np.array([1.0, 10.0])
    border, stopped = np.zeros(2, dtype=bool), False

    def searched(objective: Callable[[FloatArray], float]) -> Any:
        return run.coarse_to_fine(objective, low, high, n, rounds, np.random.default_rng(seed))

    searched(lambda point: 0.0)  # the form of its result is checked now, which also calls the library's function
    with _live() as show:

        def objective(point: FloatArray) -> float:
            value = tried[tuple(map(float, point))] = problem.objective(point)
            show(lambda: _map(tried, low, high, n))
            return value

        try:
            *_, border = searched(objective)
        except KeyboardInterrupt:
            stopped = True
    best = max((point for point in tried if not np.isnan(tried[point])), key=lambda point: tried[point], default=None)
    says = [f"There are {len(tried)} trials, with a colour for each round."]
    if stopped:
        says = [f"Stopped after {len(tried)} of {n * rounds} trials. Run the cell again to continue."]
    if best:
        says.append(
            f"The best point (★) reaches an accuracy of {100 * tried[best]:.0f} % with a learning rate of "
            f"{best[0]:.2g} and λ = {best[1]:.2g}."
        )
    names = [name for name, there in zip(("learning rate", "λ"), border, strict=True) if there]
    if not stopped:
        says.append(_border(names))
    return Picture(_map(tried, low, high, n), " ".join(says), run.says)


def _border(names: list[str]) -> str:
    """Sentence of the caption on hyperparameters whose best value lies on the border."""
    if not names:
        return "The best point does not lie on the border."
    if len(names) == 1:
        return f"The best {names[0]} lies on the border, so widen its range."
    return f"The best {names[0]} and the best {names[1]} lie on the border, so widen their ranges."


def _map(tried: Mapping[tuple[float, ...], float], low: FloatArray, high: FloatArray, n: int) -> Figure:
    figure, (ax, curve) = paper(9.6, 3.6, columns=2)
    points, values = np.array(list(tried)), np.array(list(tried.values()))
    rounds = np.arange(len(points)) // n
    diverged = np.isnan(values)
    colours = [LINES[i % len(LINES)].color for i in rounds]
    for i in range(len(points)):
        size = 9 if diverged[i] else 20 + 160 * values[i] ** 4
        marker, alpha = "x" if diverged[i] else "o", 0.35 + 0.6 * i / 24
        ax.scatter(points[i, 0], points[i, 1], s=size, color=colours[i], marker=marker, alpha=alpha)
    if not diverged.all():
        ax.plot(*points[np.nanargmax(values)], "*", color=INK, markeredgecolor=PAPER, markersize=17)
    ax.set(xscale="log", yscale="log", xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    label(ax, "Trials (the larger, the better)", "learning rate (log)", "λ (log)")
    best = np.maximum.accumulate(100 * np.nan_to_num(values))
    curve.scatter(np.arange(1, len(values) + 1), 100 * values, s=14, color=colours)
    curve.step(np.arange(1, len(values) + 1), best, where="post", color=INK, linewidth=1.4)
    curve.set(xlim=(0, 25), ylim=(0, 100))
    label(curve, "Each trial, and the best so far", "trial", "validation accuracy, per cent")
    return figure


@contextmanager
def _live() -> Iterator[Any]:
    """Function that shows the figure at most five times a second, or does nothing without a live front end."""
    if not has_live_front_end():
        yield lambda draw: None
        return
    import io

    import ipywidgets as w
    from IPython.display import display

    # Hidden at first, because an empty image looks like a broken one.
    image, drawn = w.Image(format="png", layout={"max_width": "100%", "width": "920px", "display": "none"}), [0.0]
    display(image)

    def show(draw: Any) -> None:
        if perf_counter() - drawn[0] > 0.2:
            buffer = io.BytesIO()
            draw().savefig(buffer, format="png", dpi=96)
            image.value, image.layout.display, drawn[0] = buffer.getvalue(), None, perf_counter()

    try:
        yield show
    finally:
        image.close()
