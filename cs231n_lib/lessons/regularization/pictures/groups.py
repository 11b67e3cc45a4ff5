"""Figure of lesson 07 on groups of correlated features, with its caption."""

from itertools import product

import numpy as np

from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.regularization.experiments import groups as experiments
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import LINES, label, paper

ACTIVE = {5: "all 5 of a group matter", 1: "1 of a group matters"}


def groups(use: Use, data_sets: int = 10) -> Picture:
    """Weights of correlated features under L1, the elastic net and L2, on several data sets (claim C22)."""
    run = use.run()
    figure, axes = paper(9.2, 4.6, rows=2, columns=3)
    asked = one_by_one([*product(ACTIVE, experiments.RATIOS.items())], "penalty")
    for ax, (active, (name, ratio)) in zip(axes, asked, strict=True):
        w = np.abs([experiments.tuned_weights(run, seed, ratio, active) for seed in range(data_sets)])
        kept, others = (np.mean(np.sum(part > 0, axis=1)) for part in np.split(w, [experiments.RELEVANT], axis=1))
        ax.imshow(w, cmap="Blues", vmin=0, vmax=1.6 / np.sqrt(active), aspect="auto", interpolation="nearest")
        ax.axvline(experiments.RELEVANT - 0.5, color=LINES[1].color, linewidth=1.5)
        ax.set(xticks=[], yticks=[])
        ax.grid(visible=False)
        label(ax, f"{name}: {ACTIVE[active]}", f"keeps {kept:.1f} of 10, and {others:.1f} of the others", "data set")
    return Picture(
        figure,
        f"Each row of a panel is one of {data_sets} data sets, each column is a feature, and darker squares are "
        "weights of larger magnitude. The ten features of the two groups that matter are left of the line. If all five "
        "features of these groups matter (above), L1 keeps different ones in each data set, and L2 keeps all 50 "
        "features. The elastic net keeps almost all ten and sets most other weights to 0. If only one feature of each "
        "group matters (below), L1 puts most of the weight on these two features, whereas the elastic net spreads "
        "the weight over their groups.",
        run.says,
    )
