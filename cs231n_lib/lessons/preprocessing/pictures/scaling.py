"""The figures of lesson 05 on means, scales and units, with their captions."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.preprocessing.experiments import descent as houses
from cs231n_lib.lessons.preprocessing.experiments import pixels as experiments
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, image, label, line, paper


def mean_image(mean: FloatArray) -> Picture:
    """Three images of Fashion-MNIST, the mean image (784,), and their differences."""
    data = load_fashion_mnist()
    rows = [int(np.flatnonzero(data.y_train == k)[0]) for k in (0, 1, 9)]
    figure, axes = paper(8.6, 1.6, columns=7)
    shown = [(data.x_train[row], "an image") for row in rows] + [(mean, "mean of 4,000")]
    shown += [(data.x_train[row] - mean, "minus the mean") for row in rows]
    for ax, (picture, title) in zip(axes, shown, strict=True):
        low = -1 if title == "minus the mean" else 0
        image(ax, picture.reshape(28, 28), title, 9, cmap="PuOr_r" if low else "gray", vmin=low, vmax=1)
    return Picture(
        figure,
        "The plots show three images, the mean image, and the three images minus the mean image. In the last three, "
        "a pixel is orange where the image is lighter than the mean, violet where it is darker, and white where "
        "both are equal.",
    )


def scales(use: Use) -> Picture:
    """Areas and rooms of houses, raw, centred and standardised, on equal axes."""
    run = use.run()
    x, _ = houses.houses(np.random.default_rng(0))
    forms = ("raw", "centred", "standardised")
    figure, axes = paper(9.2, 3.0, columns=3)
    for i, (ax, form) in enumerate(zip(axes, forms, strict=True)):
        z = houses.prepared(run, form, x)[:, :2]
        ax.plot(*z.T, "o", color=LINES[i].color, markersize=2.5)
        reach = (-3, 3) if form == "standardised" else (-110, 210)
        ax.set(xlim=reach, ylim=reach, aspect="equal")
        ax.axhline(0, color=INK, linewidth=0.7)
        ax.axvline(0, color=INK, linewidth=0.7)
        unit = "standard deviations" if form == "standardised" else "m²"
        label(ax, form, f"area, {unit}", f"rooms{', standard deviations' if form == 'standardised' else ''}")
    return Picture(
        figure,
        "The plots show 200 houses. Within each plot, both axes have the same scale. In square metres and rooms the "
        "cloud looks like a line. Subtracting the mean moves the cloud to the origin, and dividing by the standard "
        "deviation gives both features the same spread.",
        run.says,
    )


def descent(use: Use) -> Picture:
    """Loss surfaces, paths and numbers of steps of gradient descent (claim C05)."""
    run = use.run()
    x, y = houses.houses(np.random.default_rng(0))
    figure, (raw, standardised, bars) = paper(9.6, 3.2, columns=3)
    for ax, form in ((raw, "centred"), (standardised, "standardised")):
        z = houses.prepared(run, form, x)
        path = houses.descend(z, y, 40)
        best = np.linalg.lstsq(np.column_stack([z, np.ones(len(z))]), y, rcond=None)[0]
        side = np.linspace(-0.15, 1.05, 80)
        weights = np.tile(best, (80, 80, 1))
        weights[..., 0], weights[..., 1] = np.meshgrid(side, side)
        losses = np.mean((weights[..., :3] @ z.T + best[3] - y) ** 2, axis=-1)
        ax.contour(side, side, np.sqrt(losses), levels=14, colors=INK, alpha=0.3, linewidths=0.8)
        ax.plot(*path[:, :2].T, **line(1), marker=".", markersize=6, linewidth=1.5)
        ax.plot(*best[:2], "*", color=LINES[2].color, markersize=12)
        ax.set(aspect="equal")
        label(ax, f"{form}: 40 steps", "weight of the area", "weight of the rooms")
    for i, correlated in enumerate((False, True)):
        x, y = houses.houses(np.random.default_rng(0), correlated)
        found = [houses.steps_needed(run, houses.prepared(run, form, x), y) for form in houses.FORMS]
        needed = [one.steps for one in found]
        words = "rooms correlated with area" if correlated else "independent"
        bars.barh(np.arange(5) + 0.4 * i - 0.2, needed, 0.38, color=LINES[i].color, label=words, hatch="//" * i)
        for place, one in enumerate(found):
            words = f" κ = {one.condition:,.0f}" if one.condition < 1e6 else " κ over a billion"
            bars.annotate(words, (one.steps, place + 0.4 * i - 0.2), va="center", color=INK, fontsize=7.5)
    bars.set_yticks(np.arange(5), houses.FORMS)
    bars.set(xscale="log", xlim=(0.7, 1e18))
    bars.set_xticks([1, 1e3, 1e6, 1e9])
    bars.minorticks_off()
    bars.invert_yaxis()
    bars.legend(frameon=False, fontsize=8, labelcolor=INK, loc="lower right", bbox_to_anchor=(1, 0.0))
    label(bars, "Steps to 1 % of the excess", "steps (log)", "")
    bars.set_ylabel("what was done to x", color=INK, fontsize=9)
    return Picture(
        figure,
        "On the left, with centred features in square metres and rooms, the loss is a narrow valley. The weight of "
        "the area converges almost at once, while the weight of the rooms slowly approaches the minimum (★). In the "
        "middle, after standardising, the path is straight and short. On the right, subtracting the mean and "
        "scaling reduce the number of steps by orders of magnitude, but only whitening removes correlation.",
        run.says,
    )


def importance(use: Use) -> Picture:
    """Weights of one model of house prices, standardised and in two sets of units."""
    run = use.run()
    x, y = houses.houses(np.random.default_rng(0))
    z, _ = run.standardize(x, x[:1])
    *w, b = np.linalg.lstsq(np.column_stack([z, np.ones(len(z))]), y, rcond=None)[0]
    layer = np.array(w)[:, np.newaxis], np.array([b]), x.mean(axis=0), x.std(axis=0)
    raw, _ = run.unscale_weights(*layer)
    in_feet, _ = run.unscale_weights(*layer[:2], layer[2] * [10.76, 1, 1], layer[3] * [10.76, 1, 1])
    figure, axes = paper(9.2, 2.6, columns=3)
    names = ("standardised", "m², rooms, years", "square feet, rooms, years")
    for ax, title, values in zip(axes, names, (layer[0], raw, in_feet), strict=True):
        ax.barh(("area", "rooms", "year"), values[:, 0], color=LINES[0].color, height=0.55)
        for i, value in enumerate(values[:, 0]):
            ax.annotate(f" {value:.2g}", (max(value, 0), i), va="center", color=INK, fontsize=9)
        ax.set_xlim(0, 1.35 * values.max())
        ax.invert_yaxis()
        label(ax, title, "weight", "feature" if ax is axes[0] else "")
        ax.set_ylabel("feature", color=INK, fontsize=9)
    return Picture(
        figure,
        "In three sets of units, the same model makes equal predictions with different weights. For standardised "
        "features, area and rooms have nearly the same weight. The weight of the area is small per square metre and "
        "about a tenth of that per square foot.",
        run.says,
    )


def pixels(use: Use, seeds: int = 3) -> Picture:
    """Validation accuracy on Fashion-MNIST for six scalings of the pixels (claim C36)."""
    run = use.run()
    figure, (ax,) = paper(7.6, 3.0)
    for i, (scaling, rate) in enumerate(one_by_one(experiments.SCALINGS.items(), "unit")):
        data = experiments.splits(run, scaling)
        found = [experiments.final_accuracy(experiments.train(data, rate, seed)) for seed in range(seeds)]
        ax.plot(found, np.full(seeds, i), "o", color=LINES[0].color, markersize=7, alpha=0.7)
        ax.plot(np.mean(found), i, "|", color=LINES[1].color, markersize=18, markeredgewidth=2.5)
        ax.annotate(f"{np.mean(found):.0%}, α = {rate:g}", (0.865, i), va="center", color=INK, fontsize=9)
    ax.set_yticks(np.arange(len(experiments.SCALINGS)), list(experiments.SCALINGS))
    ax.set(xlim=(0.65, 0.93), ylim=(len(experiments.SCALINGS) - 0.5, -0.5))
    ax.set_xticks([0.65, 0.7, 0.75, 0.8, 0.85])
    label(ax, "Fashion-MNIST, 784-100-10, ten epochs", "validation accuracy", "pixels")
    return Picture(
        figure,
        f"Each dot is one of {seeds} seeds at the best of 13 learning rates, and each bar is a mean. The accuracy is "
        "lowest with pixels from 0 to 255. It is highest if you subtract the mean image from pixels of 0 to 1, "
        "with or without division by one scale for all pixels. A scale for each pixel adds nothing.",
        run.says,
    )
