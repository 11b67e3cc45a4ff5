"""Explorables of lesson 05 on a cloud of points, an outlier and rebuilt images."""

from functools import partial

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.preprocessing.experiments import (
    KINDS,
    components_of,
    garments,
    numerals,
    pictures,
    pixel_error,
)
from cs231n_lib.lessons.preprocessing.experiments.outliers import WAYS, scaled, width, with_outlier
from cs231n_lib.lessons.use import Functions, Use
from cs231n_lib.widgets.explorable import Explorable, Menu, Slider, Stage
from cs231n_lib.widgets.style import INK, LINES, label, line, paper

__all__ = ["cloud", "components", "scalings"]

STEPS = ("raw", "mean subtracted", "standardised", "min–max", "PCA", "PCA-whitened", "ZCA-whitened")
MEAN, POINTS, MARKED = np.array([2.5, 1.5]), 150, 3


def cloud_of(correlation: float, spread: float) -> FloatArray:
    """Points (150, 2) around (2.5, 1.5) with standard deviations ``spread`` and 0.6."""
    rng = np.random.default_rng(5)
    z = rng.standard_normal((POINTS, 2))
    z[:, 1] = correlation * z[:, 0] + np.sqrt(1 - correlation**2) * z[:, 1]
    return np.asarray(MEAN + z * [spread, 0.6])


def after(run: Functions, step: str, x: FloatArray) -> FloatArray:
    """The points after one of `STEPS`."""
    if step in ("PCA", "PCA-whitened", "ZCA-whitened"):
        mean, components, variances = run.pca_fit(x)
        if step == "PCA":
            return np.asarray(run.compress(x, mean, components, 2)[0])
        pca, zca = run.whiten(x, mean, components, variances)
        return np.asarray(zca if step == "ZCA-whitened" else pca)
    names = {"mean subtracted": "subtract_mean", "standardised": "standardize", "min–max": "min_max"}
    return np.asarray(getattr(run, names[step])(x, x[:1])[0]) if step in names else x


class _Cloud(Stage):
    def __init__(self, use: Use) -> None:
        self.run = use.frames()
        self.figure, axes = paper(9.0, 4.2, columns=2)
        for ax, title in zip(axes, ("Before", "After"), strict=True):
            ax.set(xlim=(-5, 7), ylim=(-4, 4), aspect="equal")
            ax.axhline(0, color=INK, linewidth=0.7)
            ax.axvline(0, color=INK, linewidth=0.7)
            label(ax, title, "first number", "second number")
        dots = [ax.plot([], [], "o", color=LINES[0].color, markersize=3.5, alpha=0.6)[0] for ax in axes]
        marks = [ax.plot([], [], "*", color=LINES[1].color, markersize=13)[0] for ax in axes]
        self.clouds = list(zip(dots, marks, strict=True))
        self.moving = [*dots, *marks]

    def update(self, step: str, correlation: float, spread: float) -> str:
        self.run.begin()
        x = cloud_of(correlation, spread)
        z = after(self.run, step, x)
        for (dots, mark), points in zip(self.clouds, (x, z), strict=True):
            dots.set_data(*points.T)
            mark.set_data(*points[[MARKED]].T)
        first, second = map(float, z.std(axis=0))
        together = float(np.asarray(np.corrcoef(z.T))[0, 1])
        mean = np.abs(z.mean(axis=0)).max()
        words = "around the origin" if mean < 1e-9 else f"around ({z[:, 0].mean():.1f}, {z[:, 1].mean():.1f})"
        start = "The raw cloud" if step == "raw" else f"After the step “{step}”, the cloud"
        says = f" {self.run.says}" if self.run.says else ""
        return (
            f"{start} lies {words}, with standard deviations of {first:.2f} and {second:.2f} "
            f"and a correlation of {together + 0.0:.2f}.{says}".replace("-0.00", "0.00")
        )


def cloud(use: Use) -> Explorable:
    """A cloud of points before and after each step of preprocessing, on fixed axes."""
    return Explorable(
        partial(_Cloud, use),
        [
            Menu("step", "Step", STEPS),
            Slider("correlation", "Correlation", 0.8, -0.95, 0.95, 0.05),
            Slider("spread", "Spread (first)", 1.5, 0.3, 2.0, 0.1),
        ],
        "The panels show the points before and after the step on equal axes. The star marks the same example in "
        "both panels.",
        {
            "Mean subtracted": {"step": "mean subtracted"},
            "Standardised": {"step": "standardised"},
            "Rotated (PCA)": {"step": "PCA"},
            "PCA-whitened": {"step": "PCA-whitened"},
            "ZCA-whitened": {"step": "ZCA-whitened"},
        },
    )


class _Scalings(Stage):
    def __init__(self, use: Use) -> None:
        self.run = use.frames()
        self.figure, axes = paper(9.0, 3.6, rows=3)
        self.rugs, self.outliers = [], []
        for i, (ax, way) in enumerate(zip(axes, WAYS, strict=True)):
            ax.set(xlim=(-4, 16), ylim=(0, 1), yticks=[])
            label(ax, way, "value after scaling" if i == 2 else "", "200 values")
            ax.tick_params(labelbottom=i == 2)  # one axis for all three
            ax.axvspan(-1, 1, color=INK, alpha=0.06, linewidth=0)
            self.rugs.append(ax.plot([], [], "|", color=LINES[0].color, markersize=16, alpha=0.5)[0])
            self.outliers.append(ax.plot([], [], "v", color=LINES[1].color, markersize=9)[0])
        self.moving = [*self.rugs, *self.outliers]

    def update(self, size: float) -> str:
        self.run.begin()
        x = with_outlier(np.random.default_rng(2), size)
        widths = []
        for way, rug, mark in zip(WAYS, self.rugs, self.outliers, strict=True):
            z, _ = scaled(self.run, way, x, x)
            rug.set_data(z[1:, 0], np.full(len(z) - 1, 0.45))
            mark.set_data([min(float(z[0, 0]), 15.7)], [0.45])
            widths.append(f"{width(z):.2f}")
        says = f" {self.run.says}" if self.run.says else ""
        return (
            f"With one value {size:g} standard deviations from the mean, the central 90 % of the others have a width "
            f"of {widths[0]} after min–max scaling, {widths[1]} after standardising and {widths[2]} after scaling by "
            f"median and quartiles.{says}"
        )


def scalings(use: Use) -> Explorable:
    """One outlier among 200 values, under three kinds of scaling."""
    return Explorable(
        partial(_Scalings, use),
        [Slider("size", "Outlier at", 3.0, 3.0, 100.0, 1.0)],
        "The rows show the same 200 values under three scalings, and ▼ marks the outlier. If ▼ is at the right "
        "edge, the outlier lies farther out. The grey band reaches from −1 to 1.",
        {"Ten": {"size": 10.0}, "Thirty": {"size": 30.0}, "A hundred": {"size": 100.0}},
    )


DOTS, GAP = 56, 6
"""Side of an image on the sheet, a multiple of 8 and 14, and gap between images, in pixels."""


class _Components(Stage):
    def __init__(self, use: Use) -> None:
        fitting, self.run = use.run(), use.frames()
        digits, clothes = (components_of(fitting, x) for x in (numerals(), garments()))
        self.fitted = {kind: clothes if kind == "Fashion-MNIST" else digits for kind in KINDS}
        self.says = fitting.says
        self.figure, (sheet, curve) = paper(9.2, 2.7, columns=2)
        sheet.get_gridspec().set_width_ratios([2.4, 1])  # type: ignore[union-attr]
        self.sheet = sheet.imshow(_sheet([]), cmap="gray", vmin=0, vmax=1)
        label(sheet, "Ten validation images", "", "")
        sheet.grid(False)
        sheet.spines[:].set_visible(False)
        sheet.set_xticks([])
        sheet.set_yticks([(DOTS + GAP) * row + DOTS / 2 for row in range(3)], ["image", "rebuilt", "lost"])
        sheet.tick_params(length=0, labelsize=9.5)
        curve.set(xlim=(0.9, 220), ylim=(0, 1.03), xscale="log")
        curve.set_xticks([1, 10, 64, 196], ["1", "10", "64", "196"])
        curve.minorticks_off()
        label(curve, "Variance kept (training)", "components k (log)", "proportion")
        for i, (name, fitted) in enumerate((("digits", digits), ("Fashion-MNIST", clothes))):
            kept = fitted.kept()
            curve.plot(np.arange(1, len(kept) + 1), kept, **line(2 * i), linewidth=1.8, label=name)
        curve.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")
        (self.now,) = curve.plot([], [], "o", color=LINES[1].color, markersize=8)
        self.moving = [self.sheet, self.now]

    def update(self, k: int, kind: str) -> str:
        self.run.begin()
        x, fitted = pictures(kind), self.fitted[kind]
        k = min(k, x.shape[1])
        _, rebuilt = self.run.compress(x, fitted.mean, fitted.components, k)
        self.sheet.set_data(_sheet([x, rebuilt, 0.5 + (x - rebuilt) / 2]))
        kept = fitted.kept()[k - 1]
        self.now.set_data([k], [kept])
        training = "Fashion-MNIST images" if kind == "Fashion-MNIST" else "digits"
        shown = training if kind == "Fashion-MNIST" else kind
        says = " ".join(filter(None, (self.says, self.run.says)))
        return (
            f"{k} of {x.shape[1]} numbers per image keep{'s' if k == 1 else ''} {kept:.1%} of the variance of the "
            f"training {training}. For the {shown}, the root mean squared error of a pixel is "
            f"{pixel_error(x, rebuilt):.3f}, where white is 1. {says}"
        ).strip()


def _sheet(rows: list[FloatArray]) -> FloatArray:
    """Rows of ten images (10, 64) or (10, 196), one below the other with gaps."""
    step = DOTS + GAP
    sheet = np.full((3 * step - GAP, 10 * step - GAP), 0.99)
    for i, row in enumerate(rows):
        side = int(np.sqrt(row.shape[1]))
        for j, picture in enumerate(row.reshape(-1, side, side)):
            larger = np.kron(picture, np.ones((DOTS // side, DOTS // side)))
            sheet[i * step : i * step + DOTS, j * step : j * step + DOTS] = larger
    return sheet


def components(use: Use) -> Explorable:
    """Digits and Fashion-MNIST images rebuilt from their first k principal components."""
    return Explorable(
        partial(_Components, use),
        [Slider("k", "Components k", 10, 1, 196, 1), Menu("kind", "Images", KINDS)],
        "The components were fitted to the training images. In the row “lost”, a pixel is grey if it is rebuilt "
        "exactly. The digits have 64 pixels and therefore at most 64 components.",
        {
            "One number": {"k": 1},
            "90 % kept": {"k": 21},
            "Fashion-MNIST": {"k": 21, "kind": "Fashion-MNIST"},
            "Pixels shuffled": {"k": 21, "kind": "shuffled pixels"},
            "64 numbers": {"k": 64},
        },
    )
