"""The pictures of lesson 05 on principal components and whitening, each with the sentence that says what it shows."""

import numpy as np

from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.preprocessing.experiments import components as experiments
from cs231n_lib.lessons.preprocessing.experiments import whitening as runs
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, label, line, paper


def axes_of_a_cloud() -> Picture:
    """A cloud with its two components, and the same points in their coordinates."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(120, 2)) @ [[1.7, 1.1], [-0.35, 0.55]] + [3, 2]
    mean = x.mean(axis=0)
    u, variances, _ = np.linalg.svd((x - mean).T @ (x - mean) / len(x))
    u = u * np.sign(u[0])
    figure, (before, after) = paper(9.0, 3.4, columns=2)
    before.plot(*x.T, "o", color=LINES[0].color, markersize=3, alpha=0.6)
    for i, name in enumerate(("first", "second")):
        end = mean + 2 * np.sqrt(variances[i]) * u[:, i]
        before.annotate(
            "", tuple(end), tuple(mean), arrowprops={"arrowstyle": "-|>", "color": LINES[1].color, "linewidth": 2}
        )
        before.annotate(f" {name}: variance {variances[i]:.2f}", tuple(end), color=INK, fontsize=9, va="bottom")
    before.set(xlim=(-2, 9), ylim=(-2, 6), aspect="equal")
    label(before, "The cloud and its components", "first feature", "second feature")
    after.plot(*((x - mean) @ u).T, "o", color=LINES[0].color, markersize=3, alpha=0.6)
    after.axhline(0, color=LINES[1].color, linewidth=1.5)
    after.axvline(0, color=LINES[1].color, linewidth=1.5)
    after.set(xlim=(-5.5, 5.5), ylim=(-4, 4), aspect="equal")
    label(after, "The same points, turned: (x − μ) U", "along the first component", "along the second")
    return Picture(
        figure,
        "The first component points along the longest way through the cloud, the second at a right angle to it; each "
        "arrow is two standard deviations long. In their coordinates nothing is correlated any more.",
    )


def kept(use: Use) -> Picture:
    """Share of the variance that k components hold, for pictures, shuffled pixels and noise (claim C18)."""
    run = use.run()
    figure, axes = paper(9.0, 3.3, columns=2)
    sets = ("digits", "clothes")
    asked = one_by_one([(name, control) for name in sets for control in experiments.CONTROLS], "set")
    measured = iter([experiments.variances_of(run, *one) for one in asked])
    for ax, name, pixels in zip(axes, sets, (64, 784), strict=True):
        for i, control in enumerate(experiments.CONTROLS):
            variances = next(measured)
            ax.plot(np.arange(1, pixels + 1), np.cumsum(variances) / variances.sum(), **line(i), linewidth=1.8,
                    label=control)  # fmt: skip
            if i == 0:
                k = run.components_to_keep(variances, 0.8)
                ax.plot(k, 0.8, "o", color=INK, markersize=6)
                ax.annotate(f"80 % with k = {k}", (k, 0.8), (8, -14), textcoords="offset points", color=INK, fontsize=9)
        ax.set(ylim=(0, 1.02), xlim=(0, pixels))
        label(ax, f"{name}: {pixels} pixels", "components k", "share of the variance")
        ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
    return Picture(
        figure,
        "Of the clothes a few components hold most of the variance, since neighbouring pixels go together: shuffle "
        "each pixel over the pictures, and that is gone. Of the digits much of “few” is only that edge pixels hardly "
        "vary. Noise has no short description.",
        run.says,
    )


def whitened(use: Use) -> Picture:
    """Clothes, and what PCA and ZCA whitening make of them."""
    run = use.run()
    fitted = experiments.components_of(run, experiments.garments())
    x = experiments.pictures("clothes")[[0, 1, 5, 8, 9]]
    rows = [(x, "picture", (0, 1))]
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
        "Five pictures at 14×14 pixels. Coordinates of PCA, drawn as if they were pixels, show nothing to the eye; ZCA "
        "turns them back, and edges appear. With a small ε the noise of pixels that hardly vary is as loud as the "
        "picture; a larger ε holds it back.",
        run.says,
    )


def whitening(use: Use, seeds: int = 2) -> Picture:
    """Training loss and validation accuracy on clothes, raw and whitened."""
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
    label(loss, "Training loss, 1,000 clothes", "step of full-batch descent", "loss (log)")
    label(accuracy, "Validation", "step of full-batch descent", "accuracy")
    return Picture(
        figure,
        "Each at its best rate. Whitened, the loss is below 0.4 (dotted) after five steps, and with one scale after "
        "twenty; but validation accuracy is lost by the half. A larger ε, or only the first 50 components, give most "
        "of it back.",
        run.says,
    )
