"""Figures of a class report, with captions."""

from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from cs231n_lib import colors
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, PAPER, label, paper

from .statistics import Level, PartReport

BIN = 10  # points
_WIDTH = 9.6  # inches, as wide as the page
_LOOKS = {  # hatches and numbers distinguish the segments without colour
    Level.FULL: (colors.GREEN, "", "all points"),
    Level.PART: (colors.SKY_BLUE, "//", "some points"),
    Level.NONE: (colors.VERMILION, "xx", "tried, no points"),
    Level.NOT_STARTED: (colors.LIGHT_GREY, "..", "not started"),
    Level.WAITING: (PAPER, "", "needs manual grading"),
}


def totals_picture(totals: np.ndarray, out_of: float) -> Picture:
    """Plot the distribution of the students' totals ``(S,)`` in bins of ten points."""
    figure, (axes,) = paper(_WIDTH, 2.8)
    edges = np.append(np.arange(0, out_of, BIN), out_of)
    counts, _ = np.histogram(totals, edges)
    bars = axes.bar(edges[:-1], counts, np.diff(edges), align="edge", color=LINES[0].color, edgecolor=PAPER)
    axes.bar_label(bars, [f"{count}" if count else "" for count in counts], fontsize=9, color=INK)
    median = float(np.median(totals))
    axes.axvline(median, color=LINES[1].color, linestyle=(0, LINES[1].dash))
    axes.set_xticks(edges)
    axes.set_yticks([])
    axes.set_ylim(0, counts.max() * 1.2)
    axes.grid(False)
    label(axes, f"Students by total (dashed line: median {median:.1f})", f"points, of {out_of:g}", "students")
    low = int(np.sum(totals < out_of / 2))
    if len(totals) == 1:
        return Picture(figure, f"The only student has {median:.1f} points.")
    half = f"At least half of the {len(totals)} students have {median:.1f} points or more"
    return Picture(figure, f"{half}, and {low} have fewer than {out_of / 2:g}.")


def levels_picture(reports: Sequence[PartReport]) -> Picture:
    """Plot how many students got all, some and no points in each part."""
    figure, (axes,) = paper(_WIDTH, 1.3 + 0.34 * len(reports))
    names = [report.part.name for report in reports]
    start = np.zeros(len(reports))
    for level, (colour, hatch, words) in _LOOKS.items():
        counts = np.array([report.levels[level] for report in reports])
        if not counts.any():
            continue
        edge = INK if level is Level.WAITING else PAPER
        bars = axes.barh(names, counts, left=start, color=colour, hatch=hatch, edgecolor=edge, label=words)
        texts = [f"{count}" if count else "" for count in counts]
        for text in axes.bar_label(bars, texts, label_type="center", fontsize=9, color=INK):
            text.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": 1.2, "alpha": 0.85})
        start += counts
    axes.invert_yaxis()
    axes.set_xlim(0, start.max())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(False, axis="y")
    figure.legend(loc="outside upper center", ncols=len(Level), frameon=False, fontsize=8.5)
    label(axes, "", "students", "")
    solved = {report.part.name: report.levels[Level.FULL] for report in reports if not report.levels[Level.WAITING]}
    worst = [name for name, count in solved.items() if count == min(solved.values())]
    fewest = f" In {worst[0]}, the fewest students have all points ({solved[worst[0]]})." if len(worst) == 1 else ""
    return Picture(figure, f"Results of the students in each part, in the order of the lesson.{fewest}")


def discrimination_picture(reports: Sequence[PartReport]) -> Picture | None:
    """Plot discriminations with 95 % intervals, or return None if there are none."""
    known = [(report, report.discrimination) for report in reports if report.discrimination]
    if not known:
        return None
    figure, (axes,) = paper(_WIDTH, 1.0 + 0.34 * len(known))
    for position, (_, found) in enumerate(known):
        told = found.low > 0 or found.high < 0
        colour = LINES[0 if told else 6].color
        axes.plot([found.low, found.high], [position, position], color=colour, linewidth=2)
        axes.plot(found.r, position, "o", color=colour, markerfacecolor=colour if told else PAPER, markersize=7)
    axes.axvline(0, color=INK, linewidth=1)
    axes.set_yticks(range(len(known)), [report.part.name for report, _ in known])
    axes.invert_yaxis()
    axes.set_xlim(min(-0.5, *(found.low for _, found in known)), 1)
    label(axes, "", "discrimination r with its 95 % interval (filled: distinguishable from 0)", "")
    separating = sum(found.low > 0 for _, found in known)
    return Picture(figure, f"{separating} of {len(known)} parts separate strong from weak students.")
