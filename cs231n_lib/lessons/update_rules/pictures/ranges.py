"""Figure of lesson 08 on learning-rate range tests, with its caption."""

from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.update_rules.experiments import ranges
from cs231n_lib.lessons.update_rules.experiments.rules import ADAPTIVE
from cs231n_lib.lessons.update_rules.experiments.training import RATES
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, PAPER, label, line, paper


def range_tests(use: Use) -> Picture:
    """Range tests of six rules, with the suggested learning rates and those that a search found."""
    figure, axes = paper(9.8, 3.6, columns=2)
    run = use.run()
    factors = []
    for i, rule in enumerate(one_by_one(list(RATES), "rule")):
        ax, found = axes[rule in ADAPTIVE], ranges.range_test(run, rule)
        look = line(i)
        ax.semilogx(found.rates, found.losses, **look, linewidth=1.8, label=rule)
        for lr, marker, size in ((found.suggested, "o", 8), (RATES[rule], "*", 13)):
            near = abs(found.rates - lr).argmin()
            place = {"color": look["color"], "markeredgecolor": PAPER, "markersize": size, "linestyle": ""}
            ax.plot(lr, found.losses[near], marker, **place)
        factors.append(found.suggested / RATES[rule])
    for ax, title in zip(axes, ("One learning rate for all weights", "Adaptive rules"), strict=True):
        ax.set(xlim=(ranges.LOW, ranges.HIGH), ylim=(0, 3.2))
        label(ax, title, "learning rate (log)", "smoothed loss")
        ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower left")
    return Picture(
        figure,
        "In each line the learning rate grows from left to right during one short run. The dot is the suggestion of "
        "the range test, and the star is the best learning rate of a search with whole runs. The suggestions are "
        f"{min(factors):.2g} to {max(factors):.2g} times the learning rates that the search found.",
        run.says,
    )
