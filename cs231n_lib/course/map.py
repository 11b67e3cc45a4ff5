"""Map on the start page, with the lessons along a path down to a valley."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cs231n_lib.checks import Bonus
from cs231n_lib.checks.report import TEXT
from cs231n_lib.checks.run.messages import listed
from cs231n_lib.contracts import FloatArray
from cs231n_lib.course.overview.cards import READY, WAITING, card, facts, next_step
from cs231n_lib.course.overview.terminal import course_text, describe_progress
from cs231n_lib.course.plan import LESSONS, NOTEBOOKS, Lesson, checks_of, describe_hours, exercises_of, has_part
from cs231n_lib.course.student.progress import TOTAL, Progress, notebook_path, read_course
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, PAPER, Axes, Figure, paper

SAND = "#e8d9b5"
WIDTH, HEIGHT = 10.0, 6.6
PLACES = (
    (0.45, 4.1),
    (1.1, 4.95),
    (3.4, 5.2),
    (5.9, 4.95),
    (8.5, 5.2),
    (9.0, 3.25),
    (6.6, 3.3),
    (4.1, 3.15),
    (1.6, 3.2),
    (5.1, 1.2),
    (7.6, 1.1),
    (9.3, 0.6),
)
"""Position of each lesson, by its number. The last position is free."""
ABOVE, BELOW = (0, 1.24), (0, -0.4)
LABELS = (
    (0.17, -0.3),
    ABOVE,
    ABOVE,
    ABOVE,
    ABOVE,
    BELOW,
    (0.85, -0.36),
    (-0.45, 1.24),
    (-0.4, -0.4),
    BELOW,
    BELOW,
    (-0.5, 1.24),
)
"""Offset of each label's top from its lesson, which keeps labels off the arrows."""
HILLS = ((0.2, 6.2, 2.4, 3.0), (8.8, 6.4, 2.2, 2.2), (9.4, 1.6, 1.2, 1.3), (0.4, 0.9, 1.3, 1.2), (4.9, 0.7, -2.8, 2.3))
"""Centre, height and width of each hill. The negative height is the valley."""


class CourseMap:
    """Map and cards, with the student's points unless a program runs the page.

    A lesson is ready, and its card has a link, if its notebook exists below ``root``.
    """

    def __init__(self, root: Path = Path()) -> None:
        self.course = read_course(root) if has_live_front_end() else []
        self.ready = [lesson for lesson in NOTEBOOKS if (root / notebook_path(lesson)).exists()]
        self.picture = Picture(_draw(self.ready, self.course), _caption(self.ready, bool(self.course)))

    def __repr__(self) -> str:
        lines = [f"{lesson.title}: {facts(lesson, self._exercises(lesson))}" for lesson in NOTEBOOKS]
        return "\n".join([self.picture.caption, *([course_text(self.course)] if self.course else lines)])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        picture = self.picture._repr_mimebundle_()[0]["text/html"]
        progress = {progress.lesson: progress for progress in self.course}
        cards = "".join(card(lesson, self._exercises(lesson), progress.get(lesson)) for lesson in NOTEBOOKS)
        cards = f'<div style="display: flex; flex-wrap: wrap; max-width: 64em; {TEXT}">{cards}</div>'
        return {"text/plain": repr(self), "text/html": picture + next_step(self.course) + cards}

    def _exercises(self, lesson: Lesson) -> int | None:
        if lesson not in self.ready:
            return None
        if not has_part(lesson.slug, "checks"):
            return 0
        return sum(not isinstance(exercise, Bonus) for exercise in exercises_of(checks_of(lesson.slug)).values())


def _caption(ready: Sequence[Lesson], personal: bool) -> str:
    names = ", ".join(f"{lesson.number:02d}" for lesson in ready) or "none yet"
    optional = listed([str(one.number) for one in NOTEBOOKS if not one.graded])
    return (
        "The map shows the way through the course, from the first slope down to a network of your own. Follow the "
        f"sandy path from 1 to {LESSONS[-1].number}. An arrow leads from a lesson to a later one that builds on it. "
        f"Filled circles are lessons that you can open ({names}). "
        f"The ring around a lesson {'shows' if personal else 'will show'} your points. Lessons {optional} are optional."
    )


def _draw(ready: Sequence[Lesson], course: Sequence[Progress]) -> Figure:
    progress = {one.lesson: one for one in course}
    figure, (ax,) = paper(9.4, 5.9)
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(0, HEIGHT)
    ax.set_axis_off()
    _landscape(ax)
    path = _smooth(np.array([PLACES[lesson.number] for lesson in NOTEBOOKS]))
    ax.plot(*path.T, color=SAND, linewidth=11, solid_capstyle="round", zorder=2)
    ax.plot(*path.T, color="white", linewidth=1.2, linestyle=(0, (3, 4)), zorder=2)
    for lesson in NOTEBOOKS:
        for later in set(lesson.prepares) - {lesson.number + 1}:  # the path itself leads to the next lesson
            _arrow(ax, lesson.number, later)
        _station(ax, lesson, lesson in ready, progress.get(lesson))
    return figure


def _landscape(ax: Axes) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    x, y = np.meshgrid(np.linspace(0, WIDTH, 240), np.linspace(0, HEIGHT, 160))
    height = sum(h * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * w**2)) for cx, cy, h, w in HILLS)
    tints = LinearSegmentedColormap.from_list("paper", ["#bfdcec", "#e4f0ee", "#f3f3e4", "#f1e9d6"])
    ax.contourf(x, y, height, 18, cmap=tints, zorder=0)
    ax.contour(x, y, height, 18, colors="#8a8a7a", linewidths=0.5, linestyles="-", alpha=0.45, zorder=1)


def _smooth(points: FloatArray, steps: int = 24) -> FloatArray:
    """Catmull-Rom curve, at each point parallel to the line between its neighbours."""
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, steps)[:, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(ends[:-3], ends[1:-2], ends[2:-1], ends[3:], strict=True)
    ]
    return np.concatenate(pieces)


def _arrow(ax: Axes, start: int, end: int) -> None:
    look = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.1, "shrinkA": 21, "shrinkB": 21}
    look |= {"connectionstyle": "arc3,rad=0.12"}
    ax.annotate("", PLACES[end], PLACES[start], arrowprops=look, zorder=3)


def _station(ax: Axes, lesson: Lesson, ready: bool, progress: Progress | None) -> None:
    from matplotlib.patheffects import withStroke

    x, y = PLACES[lesson.number]
    face, ink, edge = (READY, "white", READY) if ready else (PAPER, INK, WAITING)
    ax.plot(x, y, "o", markersize=26, color=face, markeredgecolor=edge, markeredgewidth=1.6, zorder=4)
    ax.text(x, y, str(lesson.number), color=ink, fontsize=12, fontweight="bold", ha="center", va="center", zorder=5)
    if ready and lesson.graded:
        _ring(ax, x, y, progress.points / TOTAL if progress else 0)
    right, up = LABELS[lesson.number]
    x, y = x + right, y + up
    halo = [withStroke(linewidth=3, foreground=PAPER)]
    words: dict[str, Any] = {"color": INK, "ha": "center", "va": "top", "path_effects": halo, "zorder": 6}
    ax.text(x, y, lesson.title, fontsize=11.5, fontweight="bold", **words)
    ax.text(
        x, y - 0.25, f"{lesson.motto}\n{_status_text(lesson, ready, progress)}", fontsize=9.5, linespacing=1.3, **words
    )


def _status_text(lesson: Lesson, ready: bool, progress: Progress | None) -> str:
    if not lesson.graded:
        return f"optional, {describe_hours(lesson.hours)} h"
    if progress:
        return f"{progress.points:g} of {TOTAL} points" if progress.answers else describe_progress(progress)
    return f"{describe_hours(lesson.hours)} h" if ready else "being written"


def _ring(ax: Axes, x: float, y: float, share: float) -> None:
    """Draw a lesson's points as an arc around it, of a fixed size on the screen."""
    from matplotlib.path import Path as Outline

    ax.plot(x, y, "o", markersize=41, color="white", markeredgecolor=WAITING, markeredgewidth=0.8, zorder=3)
    if share:
        angles = np.linspace(0, 2 * np.pi * share, 60)
        arc = Outline(np.column_stack([np.sin(angles), np.cos(angles)]))
        ax.plot(x, y, marker=arc, markersize=35, fillstyle="none", color=READY, markeredgewidth=4, zorder=4)
