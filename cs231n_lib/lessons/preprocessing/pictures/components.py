"""The figures of lesson 05 on principal components and whitening, with their captions."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits
from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.preprocessing.experiments import components as experiments
from cs231n_lib.lessons.preprocessing.experiments import whitening as runs
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, Axes, image, label, line, paper


def _arrow(ax: Axes, start: FloatArray, end: FloatArray) -> None:
    look = {"arrowstyle": "-|>", "color": LINES[1].color, "linewidth": 2}
    ax.annotate("", tuple(end), tuple(start), arrowprops=look)


def four_panels(raw: FloatArray, centred: FloatArray, rotated: FloatArray, whitened: FloatArray) -> Picture:
    """The same points (N, 2) before and after three steps, with covariance matrices."""
    steps = {"raw": raw, "centred": centred, "rotated": rotated, "whitened": whitened}
    figure, axes = paper(10.4, 2.9, columns=4)
    for ax, (name, points) in zip(axes, steps.items(), strict=True):
        ax.axhline(0, color=INK, linewidth=0.7)
        ax.axvline(0, color=INK, linewidth=0.7)
        ax.plot(*points.T, "o", color=LINES[0].color, markersize=13)
        for number, point in enumerate(points, 1):
            ax.annotate(str(number), tuple(point), ha="center", va="center", color="white", fontsize=8.5)
        if name == "centred":
            variances, directions = np.linalg.eigh(experiments.covariance(points))
            for variance, u in zip(variances, directions.T, strict=True):
                _arrow(ax, np.zeros(2), 1.6 * np.sqrt(variance) * u * np.sign(u[1] or 1))
        ax.set(xlim=(-3.6, 5.6), ylim=(-3.2, 4.6), aspect="equal")
        ax.set_xticks(range(-3, 6))
        ax.set_yticks(range(-3, 5))
        (a, b), (_, c) = experiments.covariance(points).round(2) + 0.0
        along = name in ("rotated", "whitened")
        what = "coordinate" if along else "feature"
        label(ax, name, f"first {what}", f"second {what}")
        matrix = f"covariance\n{a:.3g}   {b:.3g}\n{b:.3g}   {c:.3g}"
        ax.text(0.98, 0.02, matrix, transform=ax.transAxes, ha="right", color=INK, fontsize=8.5, family="monospace")
    return Picture(
        figure,
        "Follow point 1 through the panels. Centring moves the mean to the origin. Rotating turns the two arrows, "
        "which are the eigenvectors, onto the axes, so the covariance becomes diagonal. Whitening divides each "
        "coordinate by its standard deviation, so both variances become 1.",
    )


def axes_of_a_cloud() -> Picture:
    """A cloud with its two components, and its coordinates along these components."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(120, 2)) @ [[1.7, 1.1], [-0.35, 0.55]] + [3, 2]
    mean = x.mean(axis=0)
    u, variances, _ = np.linalg.svd((x - mean).T @ (x - mean) / len(x))
    u = u * np.sign(u[0])
    figure, (before, after) = paper(9.0, 3.4, columns=2)
    before.plot(*x.T, "o", color=LINES[0].color, markersize=3, alpha=0.6)
    for i, name in enumerate(("first", "second")):
        end = mean + 2 * np.sqrt(variances[i]) * u[:, i]
        _arrow(before, mean, end)
        before.annotate(f" {name}: variance {variances[i]:.2f}", tuple(end), color=INK, fontsize=9, va="bottom")
    before.set(xlim=(-2, 9), ylim=(-2, 6), aspect="equal")
    label(before, "The cloud and its components", "first feature", "second feature")
    after.plot(*((x - mean) @ u).T, "o", color=LINES[0].color, markersize=3, alpha=0.6)
    after.axhline(0, color=LINES[1].color, linewidth=1.5)
    after.axvline(0, color=LINES[1].color, linewidth=1.5)
    after.set(xlim=(-5.5, 5.5), ylim=(-4, 4), aspect="equal")
    label(after, "The same points, rotated: (x − μ) U", "along the first component", "along the second")
    return Picture(
        figure,
        "The first component points along the direction in which the cloud is longest, and the second is perpendicular "
        "to it. Each arrow is two standard deviations long. The coordinates along the components are uncorrelated.",
    )


def covariances(use: Use, k: int = 12) -> Picture:
    """Covariance of the digits' pixels, and of their first k coordinates on training and validation images."""
    run, data = use.run(), load_digits()
    mean, components, _ = run.pca_fit(data.x_train)
    z, other = (run.compress(x, mean, components, k)[0] for x in (data.x_train, data.x_validation))
    matrices = [experiments.covariance(x) for x in (data.x_train, z, other)]
    titles = ("64 pixels, training", f"z, {k} coordinates, training", "z, validation")
    figure, axes = paper(9.4, 3.1, columns=3)
    for ax, matrix, title in zip(axes, matrices, titles, strict=True):
        size = float(np.abs(matrix).max())
        image(ax, matrix, title, 10, cmap="PuOr_r", vmin=-size or -1, vmax=size or 1)
    rest = experiments.off_diagonal(matrices[2])
    return Picture(
        figure,
        "In these covariance matrices, orange is positive, violet is negative and white is 0. Neighbouring pixels "
        "are correlated. The covariance of z is diagonal on the training digits. On the validation digits it is "
        f"nearly diagonal, and its largest entry off the diagonal is {rest:.0%} of the largest one on the diagonal.",
        run.says,
    )


def trained_on_components(use: Use, seeds: int = 2) -> Picture:
    """Validation accuracy of networks trained on the first K coordinates."""
    run = use.run()
    z = experiments.coordinates(run)
    trials = one_by_one([(k, seed) for k in experiments.COUNTS for seed in range(seeds)], "network")
    found = np.reshape([z.accuracy(k, seed) for k, seed in trials], (len(experiments.COUNTS), seeds))
    figure, (ax,) = paper(7.6, 3.0)
    for column in found.T:
        ax.semilogx(experiments.COUNTS, column, "o", color=LINES[0].color, markersize=5, alpha=0.7)
    mean = found.mean(axis=1)
    ax.semilogx(experiments.COUNTS, mean, **line(1), linewidth=1.8)
    for k, accuracy in zip(experiments.COUNTS, mean, strict=True):
        ax.annotate(f"{accuracy:.0%}", (k, accuracy), (0, 9), textcoords="offset points", ha="center", color=INK)
    ax.set_xticks(experiments.COUNTS, list(map(str, experiments.COUNTS)))
    ax.minorticks_off()
    ax.set(ylim=(0.3, 1.0), xlim=(1.6, 1000))
    label(ax, "K-100-10 on Fashion-MNIST, ten epochs", "components K (log)", "validation accuracy")
    return Picture(
        figure,
        f"The dots are the accuracies of {seeds} networks for each K, and the line is their mean. The accuracy rises "
        "steeply up to about 23 coordinates. With 50 of 784 coordinates it is within about one percentage point of "
        "the accuracy with all of them.",
        run.says,
    )


def kept(use: Use) -> Picture:
    """Proportion of the variance that k components hold, for images, shuffled pixels and noise (claim C18)."""
    run = use.run()
    figure, axes = paper(9.0, 3.3, columns=2)
    sets = {"digits": "digits", "clothes": "Fashion-MNIST"}
    asked = one_by_one([(name, control) for name in sets for control in experiments.CONTROLS], "set")
    measured = iter([experiments.variances_of(run, *one) for one in asked])
    for ax, title, pixels in zip(axes, sets.values(), (64, 784), strict=True):
        for i, control in enumerate(experiments.CONTROLS):
            variances = next(measured)
            ax.plot(np.arange(1, pixels + 1), np.cumsum(variances) / variances.sum(), **line(i), linewidth=1.8,
                    label=control)  # fmt: skip
            if i == 0:
                k = run.components_to_keep(variances, 0.8)
                ax.plot(k, 0.8, "o", color=INK, markersize=6)
                ax.annotate(f"80 % with k = {k}", (k, 0.8), (8, -14), textcoords="offset points", color=INK, fontsize=9)
        ax.set(ylim=(0, 1.02), xlim=(0, pixels))
        label(ax, f"{title}, {pixels} pixels", "components k", "proportion of the variance")
        ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
    return Picture(
        figure,
        "On Fashion-MNIST a few components hold most of the variance, because neighbouring pixels are correlated. "
        "Shuffling each pixel across the images removes most of this advantage. On the digits, part of the "
        "advantage is due to edge pixels that almost never vary. Noise needs nearly all components for 99 % of "
        "the variance.",
        run.says,
    )


def whitened(use: Use) -> Picture:
    """Images of Fashion-MNIST after PCA and ZCA whitening."""
    run = use.run()
    fitted = experiments.components_of(run, experiments.garments())
    x = experiments.pictures("Fashion-MNIST")[[0, 1, 5, 8, 9]]
    rows = [(x, "image", (0, 1))]
    for eps in (1e-5, 1e-2):
        pca, zca = run.whiten(x, fitted.mean, fitted.components, fitted.variances, eps)
        if eps == 1e-5:
            rows.append((pca, "PCA-whitened", (-3, 3)))
        rows.append((zca, f"ZCA, ε = {'10⁻⁵' if eps == 1e-5 else '0.01'}", (-3, 3)))
    figure, axes = paper(5.2, 5.6, rows=4)
    for ax, (pictures, title, (low, high)) in zip(axes, rows, strict=True):
        gap = np.full((14, 2), np.nan)
        sheet = [part for picture in pictures for part in (picture.reshape(14, 14), gap)][:-1]
        ax.imshow(np.hstack(sheet), cmap="gray", vmin=low, vmax=high)
        ax.set_axis_off()
        ax.set_title(title, loc="left", color=INK, fontsize=9, fontweight="bold")
    return Picture(
        figure,
        "The five images have 14×14 pixels. The PCA coordinates, drawn as if they were pixels, look like noise. ZCA "
        "rotates them back, and edges appear. With a small ε, pixels that almost never vary become as strong as the "
        "rest of the image. A larger ε prevents this.",
        run.says,
    )


def whitening(use: Use, seeds: int = 2) -> Picture:
    """Training loss and validation accuracy on Fashion-MNIST, raw and whitened."""
    run = use.run()
    pixels = runs.prepared(run)
    figure, (loss, accuracy) = paper(9.2, 3.4, columns=2)
    for i, form in enumerate(one_by_one(runs.FORMS, "form")):
        curves = [runs.curve(pixels, form, seed) for seed in range(seeds)]
        losses, found = (np.mean([getattr(c, name) for c in curves], axis=0) for name in ("loss", "accuracy"))
        loss.semilogy(np.arange(len(losses)), losses, **line(i), linewidth=1.8)
        words = f"{form}: {found[-1]:.0%}"
        accuracy.plot(10 * np.arange(1, len(found) + 1), found, **line(i), linewidth=1.8, label=words)
    loss.axhline(runs.TARGET, color=INK, linewidth=0.8, linestyle=":")
    loss.set_ylim(1e-3, 4)
    accuracy.set(ylim=(0.1, 0.9), xlim=(0, 155))
    accuracy.legend(frameon=False, fontsize=8, labelcolor=INK, loc="center right", bbox_to_anchor=(1, 0.57))
    label(loss, "Training loss, 1,000 images", "step of full-batch descent", "loss (log)")
    label(accuracy, "Validation", "step of full-batch descent", "accuracy")
    return Picture(
        figure,
        "Each curve shows training at the fastest of four learning rates. The loss falls below 0.4 (dotted) within "
        "five steps if all components are whitened, and after about twenty on images with one scale. But whitening "
        "all components with a small ε nearly halves the validation accuracy. A larger ε, or using only the first 50 "
        "components, restores most of the accuracy.",
        run.says,
    )
