"""Static figure and caption that replace the live dashboard at the end of a run.

Matplotlib is imported where it is used, because the first cell of a lesson loads this module.
"""

import io

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.widgets.curves import MetricCurve, Panel, ordered_panels, panel
from cs231n_lib.widgets.picture import Picture, drawn
from cs231n_lib.widgets.style import FAINT, INK, LINES, PAPER, Axes, Figure, dress, label, line

LIMIT = 29_000
"""Maximum size of an image, in bytes. Base64 adds a third, and a saved run may take 40 kB."""

RESOLUTIONS = (120, 96, 80)
"""Resolutions to try, in pixels per inch. The last is used even if the image exceeds `LIMIT`."""


def smooth(steps: FloatArray, values: FloatArray, window: float) -> NDArray[np.float64]:
    """Exponentially weighted mean over both sides of each value.

    The weights are exp(-distance / window). A one-sided mean would show a falling curve too high. A value that is not
    finite does not enter the mean and leaves a gap.

    Parameters
    ----------
    steps, values : (S,)
        Points of the curve.
    window : float
        Time constant in steps.

    >>> smooth(np.array([1.0, 2.0, 3.0]), np.array([5.0, 4.0, 3.0]), window=10)[1]
    np.float64(4.0)
    """
    finite = np.isfinite(values)
    x, y = steps[finite].astype(float), values[finite].astype(float)
    keep = np.exp(-np.diff(x) / window)
    before, after = _sweep(y, keep), _sweep(y[::-1], keep[::-1])[:, ::-1]
    own = np.array([y, np.ones_like(y)])
    total, weight = before + after - own
    result = np.full(len(values), np.nan)
    result[finite] = total / weight
    return result


def _sweep(y: NDArray[np.float64], keep: NDArray[np.float64]) -> NDArray[np.float64]:
    """Decaying sums (2, S) of the values and the weights."""
    total = weight = 0.0
    sums = np.empty((2, len(y)))
    for i, (value, factor) in enumerate(zip(y.tolist(), [0.0, *keep.tolist()], strict=False)):
        total, weight = total * factor + value, weight * factor + 1
        sums[:, i] = total, weight
    return sums


class TrainingPicture(Picture):
    """Picture with few colours, at the highest resolution within `LIMIT` bytes."""

    def __init__(self, figure: Figure, caption: str) -> None:
        self.caption = caption
        self.width = round(figure.get_size_inches()[0] * 96)
        for dpi in RESOLUTIONS:
            self.png = _encode(figure, dpi)
            if len(self.png) <= LIMIT:
                break


def _encode(figure: Figure, dpi: int) -> bytes:
    from PIL import Image

    small = io.BytesIO()
    palette = Image.new("P", (1, 1))
    palette.putpalette([round(255 * part) for color in _palette() for part in color])
    image = drawn(figure, dpi).quantize(palette=palette, dither=Image.Dither.NONE)
    image.save(small, "PNG", optimize=True)
    return small.getvalue()


def _palette() -> list[tuple[float, float, float]]:
    """Colours of background, text, grid and lines, with intermediate shades."""
    from matplotlib.colors import to_rgb

    paper = np.array(to_rgb(PAPER))
    colors = [np.array(to_rgb(color)) for color in (INK, FAINT, *(style.color for style in LINES))]
    shades = [paper + alpha * (color - paper) for color in colors for alpha in (1, 0.8, 0.6, 0.4, 0.25, 0.12)]
    return [(float(r), float(g), float(b)) for r, g, b in [paper, *shades]]


def draw(curves: list[MetricCurve], *, log_loss: bool, smoothing: float) -> Figure:
    """Draw the panels of these curves, with large panels above small ones."""
    from matplotlib.figure import Figure

    names = ordered_panels([curve.panel for curve in curves] or ["loss"])
    large = [name for name in names if panel(name).large]
    small = [name for name in names if not panel(name).large]
    rows = [large] * bool(large) + [small[i : i + 3] for i in range(0, len(small), 3)]
    heights = [2.9 if row is large else 1.9 for row in rows]
    figure = Figure((9.2, sum(heights)), layout="constrained", facecolor=PAPER)
    outer = figure.add_gridspec(len(rows), 1, height_ratios=heights)
    runs = list(dict.fromkeys(curve.run for curve in curves))
    explained: set[tuple[str, ...]] = set()  # a legend of several runs is large, so it is drawn only once
    for i, row in enumerate(rows):
        inner = outer[i].subgridspec(1, len(row))
        for j, name in enumerate(row):
            ax = figure.add_subplot(inner[j])
            shown = [curve for curve in curves if curve.panel == name]
            _draw_panel(ax, name, shown, runs, log_loss=log_loss, smoothing=smoothing)
            if name in large:
                _add_legend(ax, explained, several=len(runs) > 1)
    return figure


def _draw_panel(
    ax: Axes, name: str, curves: list[MetricCurve], runs: list[str], *, log_loss: bool, smoothing: float
) -> None:
    about = panel(name)
    log = log_loss if name == "loss" else about.log
    paired = len(runs) > 1 and {curve.data for curve in curves} == {"training", "validation"}
    dress(ax)
    label(ax, about.title + (" (thin: training)" if paired else ""), "step", about.label + (" (log)" if log else ""))
    for curve in curves:
        _draw_curve(ax, curve, runs, smoothing=smoothing, thin=paired and curve.data == "training")
    if about.usual is not None:
        ax.axhspan(*about.usual, color=FAINT, zorder=0)
    # Without a limit, the axis would follow a loss that exploded, and the other runs would look flat.
    firsts = [curve.y[0] for curve in curves if name == "loss" and len(curve.y) and np.isfinite(curve.y[0])]
    highest = 3 * max(map(abs, firsts), default=0) or np.inf
    _set_scale(ax, about, log=log and any(value > 0 for curve in curves for value in curve.y), highest=highest)


def _add_legend(ax: Axes, explained: set[tuple[str, ...]], *, several: bool) -> None:
    """Add a legend, unless another panel already has the legend of these runs."""
    names = tuple(ax.get_legend_handles_labels()[1])
    if names in explained or not (several or len(names) > 1):
        return
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, handlelength=2.8)
    if several:
        explained.add(names)


def _set_scale(ax: Axes, about: Panel, *, log: bool, highest: float) -> None:
    """Set the scale and the limits of both axes."""
    from matplotlib.ticker import LogLocator, NullFormatter

    ax.set_xlim(left=0)
    if log:
        ax.set_yscale("log")
        low, high = ax.get_ylim()
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 200 * low else (1,)))
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.yaxis.set_minor_formatter(NullFormatter())
    elif about.fraction:
        low, high = ax.get_ylim()
        ax.set_ylim((low, min(high, 1.02)) if low > 0 else (-0.02, max(high, 0.2)))
    else:
        ax.set_ylim(min(0, ax.dataLim.y0), min(ax.get_ylim()[1], highest))


def _draw_curve(ax: Axes, curve: MetricCurve, runs: list[str], *, smoothing: float, thin: bool) -> None:
    """Draw one curve. A training loss is smoothed and has a band of its raw values."""
    several = len(runs) > 1
    look = line(runs.index(curve.run) if several else int(curve.data == "validation"))
    x, y = curve.points()
    finite = np.isfinite(y)
    name = None if thin else (curve.run or "run 1") if several else curve.data
    if curve.panel == "loss" and curve.data == "training" and smoothing:
        _draw_band(ax, x[finite], y[finite], look["color"])
        ax.plot(x, smooth(x, y, smoothing), **look, linewidth=1.8, label=name)
    elif curve.panel == "learning_rate":
        x, y = np.append(x, curve.end), np.append(y, y[-1:])
        ax.plot(x, y, **look, drawstyle="steps-post", linewidth=1.8)
    else:
        ax.plot(x, np.where(finite, y, np.nan), **look, linewidth=0.8 if thin else 1.8, label=name)
    if not finite.all():
        _mark_not_finite(ax, x[~finite][0], y[~finite][0], look["color"])


def _draw_band(ax: Axes, x: FloatArray, y: FloatArray, color: str) -> None:
    """Draw the range of the values in at most 100 intervals.

    The noisy line itself would make the image too large.
    """
    starts = np.unique(np.linspace(0, len(x), 100, endpoint=False).astype(int)) if len(x) else np.empty(0, int)
    if starts.size:
        low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
        edges, low, high = np.append(x[starts], x[-1]), np.append(low, low[-1]), np.append(high, high[-1])
        ax.fill_between(edges, low, high, color=color, alpha=0.2, linewidth=0)


def _mark_not_finite(ax: Axes, step: float, value: float, color: str) -> None:
    """Mark the first step at which a curve is not finite."""
    where = ax.get_xaxis_transform()
    words = f"{'NaN' if np.isnan(value) else 'infinite'} at step {step:.0f}  "
    ax.plot(step, 0.95, "x", color=color, markeredgewidth=2, transform=where)
    ax.text(step, 0.95, words, color=color, fontsize=9, ha="right", va="center", transform=where)


def summarize(curves: list[MetricCurve], ended: str) -> str:
    """Summarise the runs in one sentence, without times.

    From 40 points on, the final training loss is the mean over the last 5 % of them, because a minibatch is noisy.
    """
    runs = list(dict.fromkeys(curve.run for curve in curves))
    if not runs:
        return "Training ended before anything was logged."
    parts = [_summarize_run([curve for curve in curves if curve.run == run], briefly=len(runs) > 1) for run in runs]
    named = [f"{run or 'run 1'}: {part}" if len(runs) > 1 else part for run, part in zip(runs, parts, strict=True)]
    text = "; ".join(named)
    return text[:1].upper() + text[1:] + (f" ({ended})." if ended else ".")


def _summarize_run(curves: list[MetricCurve], *, briefly: bool) -> str:
    steps = max(curve.step for curve in curves)
    if briefly:
        shown = [
            curve
            for curve in curves
            if curve.panel == "loss" or curve.metric in ("val_accuracy", "validation_accuracy")
        ]
        return ", ".join(f"{curve.data} {curve.panel} {_final_value(curve):.3g}" for curve in shown) or f"{steps} steps"
    parts = []
    for curve in curves:
        if curve.panel not in ("loss", "accuracy") or not len(curve.y):
            continue
        values = np.array(curve.y)
        what = f"{curve.data} {curve.panel} from {values[0]:.3g} to {_final_value(curve):.3g}"
        broken = np.flatnonzero(~np.isfinite(values))
        if broken.size:
            what += f" (not finite from step {curve.x[int(broken[0])]:.0f})"
        elif curve.panel == "accuracy" and values.max() > curve.last:
            what += f" (best {values.max():.3g} at step {curve.x[int(values.argmax())]:.0f})"
        parts.append(what)
    return f"{steps} steps, " + ", ".join(parts) if parts else f"{steps} steps"


def _final_value(curve: MetricCurve) -> float:
    """Final value of a curve that `summarize` reports."""
    twentieth = len(curve.y) // 20
    if twentieth < 2 or curve.panel != "loss" or curve.data != "training" or not np.isfinite(curve.last):
        return curve.last
    return float(np.mean(curve.y[-twentieth:]))
