"""Figures of lesson 01 with their captions."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.optimization import experiments
from cs231n_lib.lessons.use import Functions, Use
from cs231n_lib.widgets.picture import MeasuredPicture, Picture
from cs231n_lib.widgets.style import INK, PAPER, Axes, image, label, line, paper


def secants() -> Picture:
    """A tangent and the two secants that approximate it."""
    figure, (ax,) = paper(6.4, 3.4)

    def f(x: Any) -> Any:
        return np.exp(x) - 0.4 * x

    x, h = 0.6, 0.55
    slope = np.exp(x) - 0.4
    grid = np.linspace(-0.3, 1.45, 200)
    ax.plot(grid, f(grid), color=INK, linewidth=1.8, label="f")
    reach = np.array([x - 0.8, x + 0.8])
    ax.plot(reach, f(x) + slope * (reach - x), **line(0), linewidth=1.6, label=f"tangent at x, slope {slope:.2f}")
    forward = (f(x + h) - f(x)) / h
    ax.plot(reach, f(x) + forward * (reach - x), **line(1), linewidth=1.6, label=f"forward difference {forward:.2f}")
    centred = (f(x + h) - f(x - h)) / (2 * h)
    middle = (f(x + h) + f(x - h)) / 2
    ax.plot(reach, middle + centred * (reach - x), **line(2), linewidth=1.6, label=f"centred difference {centred:.2f}")
    floor = -0.35
    ax.vlines([x - h, x, x + h], floor, f(np.array([x - h, x, x + h])), color=INK, linewidth=0.7, linestyle=":")
    for at, name in ((x - h, "x − h"), (x, "x"), (x + h, "x + h")):
        ax.plot(at, f(at), "o", color=INK, markersize=5)
        ax.annotate(name, (at, floor), (4, 4), textcoords="offset points", color=INK, fontsize=9)
    ax.set_ylim(floor, None)
    label(ax, "Three slopes of one curve", "x", "f(x)", legend="upper left")
    return Picture(
        figure,
        "The secant of the centred difference is almost parallel to the tangent, whereas that of the forward "
        "difference is too steep.",
    )


def gradient_times(features: Sequence[int] = (10, 30, 100, 300)) -> Picture:
    """Measured times of the numerical and the analytic gradient (claim C01)."""
    numerical, analytic = experiments.gradient_times(features, np.random.default_rng(0))
    figure, (ax,) = paper(6.4, 3.2)
    ax.loglog(features, numerical, **line(1), marker="s", label="numerical, centred")
    ax.loglog(features, analytic, **line(0), marker="o", label="analytic")
    for d, slow, fast in zip(features, numerical, analytic, strict=True):
        ax.annotate(f"{slow / fast:,.0f}×", (d, np.sqrt(slow * fast)), ha="center", color=INK, fontsize=9)
        ax.plot([d, d], [fast, slow], color=INK, linewidth=0.6, linestyle=":")
    label(ax, "Time for one gradient of 100 examples", "number of weights D", "milliseconds (log)", legend="best")
    return MeasuredPicture(
        figure,
        "The times were measured on this machine just now. The numerical gradient needs two losses for each weight, so "
        "the gap grows with D. The numbers between the lines are the ratios of the two times.",
    )


def rounding(use: Use) -> Picture:
    """Error of two difference formulas against the step, in two precisions (claim C25)."""
    run, steps = use.run(), 10.0 ** np.arange(-0.5, -15.01, -0.25)
    precisions: tuple[type[np.floating[Any]], ...] = (np.float64, np.float32)
    figure, axes = paper(8.6, 3.5, columns=2)
    for ax, dtype in zip(axes, precisions, strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):  # steps that vanish in float32 give 0/0
            forward, centred = experiments.difference_curves(run, dtype, steps)
        ax.loglog(steps, forward, **line(1), linewidth=1.4, label="forward")
        ax.loglog(steps, centred, **line(2), linewidth=1.4, label="centred")
        best = steps[np.nanargmin(np.where(centred > 0, centred, np.nan))]
        ax.axvline(best, color=INK, linewidth=0.8, linestyle=":")
        ax.set_ylim(1e-12, 3)
        label(ax, f"{dtype.__name__}: best centred step near {best:.0e}", "step h (log)", "relative error (log)")
        ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower left")
    return Picture(
        figure,
        "If you read the plot from right to left, the error first falls with h, with slope 1 for the forward "
        "difference and slope 2 for the centred one. It then rises again, because the rounding error is divided by an "
        "ever smaller h. In float32 the smallest error of the centred difference is about a million times as large as "
        "in float64.",
        run.says,
    )


def checked_gradients(use: Use) -> Picture:
    """Errors of four gradients against two numerical ones, with their kinks."""
    run = use.run()
    figure, axes = paper(9.6, 3.3, columns=4)
    for ax, checked in zip(axes, experiments.checked_gradients(run, np.random.default_rng(0)), strict=True):
        entries = np.arange(len(checked.forward))
        ax.axhspan(1e-7, 1e-2, color=INK, alpha=0.08)
        for i, (name, errors) in enumerate((("forward", checked.forward), ("centred", checked.centred)), start=1):
            look = line(i)
            shown = np.maximum(errors, FLOOR)
            ax.semilogy(entries, shown, color=look["color"], marker="s^"[i - 1], linestyle="", label=name)
        ax.plot(
            entries[checked.kinks], np.full(checked.kinks.sum(), 10), "x", color=INK, markersize=8, label="kink found"
        )
        ax.set_ylim(FLOOR / 3, 100)
        ax.set_xticks(entries)
        label(ax, checked.name, "entry of w", "relative error (log)")
    axes[0].legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left")
    return Picture(
        figure,
        "Each entry of four gradients is compared with the forward and the centred difference. An entry below the "
        "grey band is right. An entry above it has a bug, unless a cross marks a kink, at which a difference is right "
        "only by coincidence. Where the loss is curved, the forward difference is too inaccurate to decide. In the "
        "third panel both the loss and the gradient penalise the bias, entry 0, although the task forbids it, so the "
        "check passes.",
        run.says,
    )


FLOOR = 1e-13
"""Smallest error drawn, because a logarithmic axis cannot show 0."""


def kink() -> Picture:
    """The centred difference of ReLU across its kink."""
    figure, axes = paper(8.6, 3.0, columns=2)
    h = 0.5
    for ax, x in zip(axes, (0.9, 0.2), strict=True):
        grid = np.linspace(-1, 1.6, 200)
        ax.plot(grid, np.maximum(grid, 0), color=INK, linewidth=1.8, label="ReLU")
        ends = np.array([x - h, x + h])
        ax.plot(ends, np.maximum(ends, 0), **line(1), marker="o", linewidth=1.6, label="centred difference")
        slope = (max(x + h, 0) - max(x - h, 0)) / (2 * h)
        label(ax, f"x = {x}: slope {slope:.2f}, truth 1", "x", "ReLU(x)", legend="best")
    return Picture(
        figure,
        "If x − h and x + h lie on different sides of the kink, the centred difference equals the slope on neither "
        "side.",
    )


def zigzag(use: Use) -> Picture:
    """Descent on raw and on standardised features (claim C05)."""
    run = use.run()
    x, y = experiments.rooms(np.random.default_rng(0))
    figure, axes = paper(9.0, 3.8, columns=2)
    for ax, features, name in zip(axes, (x, x / x.std(axis=0)), ("raw", "standardised"), strict=True):
        lr = 0.98 * experiments.best_rate(features)
        steps = experiments.steps_to_fit(features, y, lr)
        _draw_descent(run, ax, features, y, lr)
        label(
            ax,
            f"{name}, {steps:,} steps to 0.1 % excess loss",
            "weight of the area",
            "weight of the number of rooms",
        )
    return Picture(
        figure,
        "Each path has 40 steps at almost the best constant learning rate. With raw features, which are centred but "
        "not scaled, the valley is so narrow that the steps jump from side to side and make almost no progress along "
        "it. With standardised features the valley is rounder. The titles count the steps until the excess over the "
        "smallest loss is 0.1 % of its initial value.",
        run.says,
    )


def _draw_descent(run: Functions, ax: Axes, x: FloatArray, y: FloatArray, lr: float) -> None:
    hessian, best = experiments.quadratic_loss(x, y)
    _, points = run.gradient_descent(lambda w: hessian @ (w - best), np.zeros_like(best), lr, 40)
    reach = 1.2 * np.abs(points - best).max(axis=0)
    a, b = (np.linspace(c - r, c + r, 90) for c, r in zip(best, reach, strict=True))
    away = np.stack(np.meshgrid(a, b), axis=-1) - best
    excess = np.einsum("...i,ij,...j->...", away, hessian, away)
    ax.contourf(a, b, np.sqrt(excess), levels=16, cmap="Greys", alpha=0.55)
    ax.plot(*points.T, color=PAPER, linewidth=4)
    ax.plot(*points.T, **line(2), linewidth=1.5, marker=".", markersize=5)
    ax.plot(*best, marker="*", markersize=15, color=line(1)["color"], markeredgecolor=PAPER)


def batch_times() -> Picture:
    """Measured time per example against the batch size (claims C03 and C04)."""
    sizes = [1, 2, 4, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257]
    times = dict(zip(sizes, experiments.batch_times(sizes, np.random.default_rng(0)), strict=True))
    powers = [n for n in sizes if n & (n - 1) == 0]
    figure, (ax,) = paper(6.8, 3.3)
    ax.loglog(sizes, list(times.values()), color=INK, linewidth=0.8)
    ax.loglog(powers, [times[n] for n in powers], "s", color=line(1)["color"], label="powers of two")
    others = [n for n in sizes if n not in powers]
    ax.loglog(others, [times[n] for n in others], "o", color=line(0)["color"], label="neighbouring sizes")
    label(ax, "Time per example of a batch", "batch size B (log)", "microseconds per example (log)", legend="best")
    return MeasuredPicture(
        figure,
        "The times were measured on this machine just now. An example takes much less time in a large batch than "
        "alone. If powers of two were faster, the squares would lie below the dots beside them.",
    )


def noise(x: FloatArray, y: Any, classes: int, use: Use) -> Picture:
    """Noise of a minibatch's gradient against the batch size."""
    sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]
    per_example = experiments.gradients_of_examples(x, y, classes)
    run = use.run()
    measured, in_epochs = experiments.noise_by_batch_size(run, per_example, sizes, np.random.default_rng(0))
    figure, (ax,) = paper(6.4, 3.2)
    ax.loglog(sizes, measured, "o", color=line(0)["color"], label="drawn with replacement")
    ax.loglog(sizes, in_epochs, "^", color=line(2)["color"], label="minibatches of an epoch")
    ax.loglog(sizes, measured[0] / np.sqrt(sizes), **line(1), label="noise of one example ÷ √B")
    label(ax, "Noise of the gradient on real digits", "batch size B (log)", "root mean squared distance (log)")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return Picture(
        figure,
        "The noise falls as 1/√B, so you need batches four times as large for half the noise. Large minibatches of an "
        "epoch are slightly less noisy than batches drawn with replacement, because they contain no row twice.",
        run.says,
    )


def clothes_templates(w: FloatArray) -> Picture:
    """Weights ``w`` (784, 10) of a linear classifier of Fashion-MNIST as images."""
    figure, axes = paper(8.6, 1.15, columns=10)
    largest = np.percentile(np.abs(w), 99.5)
    names = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
    for piece, (name, ax) in enumerate(zip(names, axes, strict=True)):
        image(ax, w[:, piece].reshape(28, 28), name, cmap="PuOr_r", vmin=-largest, vmax=largest)
    return Picture(
        figure,
        "Each image shows the weights of one class. Bright pixels in orange areas raise the score of the class, and "
        "bright pixels in violet areas lower it. You can recognise sleeves, trouser legs and soles.",
    )


def templates(w: FloatArray, accuracy: float) -> Picture:
    """Weights ``w`` (64, 10) of a linear classifier of 8×8 digits as images."""
    figure, axes = paper(8.6, 1.6, columns=10)
    largest = np.abs(w).max()
    for digit, ax in enumerate(axes):
        image(ax, w[:, digit].reshape(8, 8), str(digit), 11, cmap="PuOr_r", vmin=-largest, vmax=largest)
    figure.suptitle(
        f"Weights of each class, with a test accuracy of {100 * accuracy:.1f} %",
        color=INK,
        fontsize=10.5,
        x=0.01,
        ha="left",
    )
    return Picture(
        figure,
        "Each image shows the weights of one class. Ink on orange pixels raises the score of the digit, and ink on "
        "violet pixels lowers it.",
    )
