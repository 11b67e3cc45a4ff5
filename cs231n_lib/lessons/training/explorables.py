"""Explorable of grid and random search with equal budgets."""

from typing import Any

import numpy as np

from cs231n_lib.lessons.training.experiments.search import SIDES, mean_best, quality, search_once
from cs231n_lib.widgets.explorable import Explorable, Slider, Stage
from cs231n_lib.widgets.style import INK, LINES, PAPER, label, line, paper

__all__ = ["grid_random"]

NAMES = ("grid", "random")
MAP = 60


class _GridRandom(Stage):
    def __init__(self) -> None:
        self.figure, axes = paper(9.4, 3.7, columns=3)
        middles = (np.arange(MAP) + 0.5) / MAP
        self.plane = np.stack(np.meshgrid(middles, middles), axis=-1)
        self.maps, self.tried, self.ticks, self.best = [], [], [], []
        for i, (ax, name) in enumerate(zip(axes, NAMES, strict=False)):
            ax.set(xlim=(0, 1), ylim=(-0.12, 1), aspect="equal", yticks=(0, 0.5, 1))
            label(ax, f"{name.capitalize()} search (★ is its best)", "a, which matters", "b")
            self.maps.append(
                ax.imshow(np.zeros((MAP, MAP)), cmap="Greys", vmin=0, vmax=1.6, origin="lower", extent=(0, 1, 0, 1))
            )
            look: dict[str, Any] = {"color": LINES[i].color, "markeredgecolor": PAPER, "linestyle": "none"}
            self.tried.append(ax.plot([], [], marker="so"[i], markersize=6, **look)[0])
            self.ticks.append(ax.plot([], [], marker="|", markersize=9, color=LINES[i].color, linestyle="none")[0])
            # An unclipped collection takes part in the layout, and without points it would leave the axes no room.
            self.best.append(ax.plot([0], [0], marker="*", markersize=17, clip_on=False, **look)[0])
        spines = [spine for ax in axes[:2] for spine in ax.spines.values()]
        trials = np.square(SIDES)
        axes[2].set(xlim=(0, 105), ylim=(0.4, 1.01))
        label(axes[2], "Best found, mean of 400 hills", "trials", "fraction of the hill's height")
        self.means = [axes[2].plot(trials, 0 * trials, **line(i), label=NAMES[i])[0] for i in range(2)]
        self.now = [axes[2].plot([], [], marker="so"[i], color=LINES[i].color, markersize=7)[0] for i in range(2)]
        axes[2].legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
        self.moving = [*self.maps, *spines, *self.tried, *self.ticks, *self.best, *self.means, *self.now]

    def update(self, side: int, weight: float, seed: int) -> str:
        hill, *searches = search_once(side, weight, seed)
        heights, best = quality(self.plane, hill, weight), []
        for i, tried in enumerate(searches):
            found = quality(tried, hill, weight)
            self.maps[i].set_data(heights)
            self.tried[i].set_data(*tried.T)
            self.ticks[i].set_data(tried[:, 0], np.full(len(tried), -0.06))
            self.best[i].set_data(*tried[[found.argmax()]].T)
            best.append(found.max())
        means = mean_best(round(weight, 2))
        for i in range(2):
            self.means[i].set_ydata(means[i])
            self.now[i].set_data([side**2], means[i, [SIDES.index(side)]])
        grid, drawn = means[:, SIDES.index(side)]
        return (
            f"In {side**2} trials the grid tries {side} values of a and finds {best[0]:.2f} here, and random search "
            f"tries {side**2} values and finds {best[1]:.2f}. Over 400 hills they find {grid:.2f} and {drawn:.2f}."
        )


def grid_random() -> Explorable:
    """Grid and random search with equal trials, when one of two parameters matters less (lesson 09)."""
    return Explorable(
        _GridRandom,
        [
            Slider("side", "Grid of n × n: n", 4, SIDES[0], SIDES[-1], 1),
            Slider("weight", "Importance of b", 0.0, 0.0, 1.0, 0.05),
            Slider("seed", "Random seed", 1, 0, 30, 1),
        ],
        "Darker points are better. The marks below each map show the values of a that were tried. A grid repeats each "
        "of its few values, and random search never repeats one. The advantage of random search shrinks as b becomes "
        "more important. If both matter equally, the grid wins on average with nine or more trials.",
        {
            "b matters a little": {"weight": 0.3},
            "Nine trials": {"side": 3},
            "Lucky grid": {"seed": 13},
            "Both matter": {"weight": 1.0},
            "Many trials": {"side": 10},
        },
    )
