"""Score sheet that compares each milestone's accuracy with the course's own.

The sheet is a figure and a table on the start page, and text in a terminal. It shows the course's accuracy for a
milestone only after the student has run it, because some lessons ask for a guess first. If a program such as the
build runs the page, the student's column is empty. A star marks a lesson with a right bonus exercise.
"""

from collections.abc import Collection, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from cs231n_lib import colors
from cs231n_lib.checks.report import FAINT, STAR, TEXT
from cs231n_lib.checks.run.messages import listed
from cs231n_lib.course.plan import LESSONS, Lesson
from cs231n_lib.course.student.progress import read_course
from cs231n_lib.course.student.scores import HUMAN_ACCURACY, Score, course_accuracy, milestone_of, per_cent, read_scores
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.lessons.milestones import Milestone
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, Figure, label, paper

Row = tuple[Lesson, Milestone | None, Score | None, bool]
"""Lesson, milestone, score, and whether a bonus exercise is right."""
HEADS = ("milestone", "network", "yours", "the course's own")
AFTER_YOURS = "after yours"
"""Placeholder for the course's accuracy until the student runs the milestone."""
LEFT, RIGHT = 72, 90
"""Limits of the accuracy axis, in per cent."""


class ScoreSheet:
    """Scores in the folder ``root``, as a figure and a table."""

    def __init__(self, root: Path = Path()) -> None:
        live = has_live_front_end()
        starred = [progress.lesson for progress in read_course(root) if progress.starred] if live else []
        self.rows = rows_of(read_scores(root) if live else {}, starred)
        self.picture = Picture(_draw(self.rows), _caption(self.rows))

    def __repr__(self) -> str:
        return f"{self.picture.caption}\n{text(self.rows)}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        picture = self.picture._repr_mimebundle_()[0]["text/html"]
        return {"text/plain": repr(self), "text/html": f"{picture}{_table(self.rows)}"}


def rows_of(scores: Mapping[Lesson, Score], starred: Collection[Lesson] = ()) -> list[Row]:
    """Return a row for each lesson of the course, even without a milestone."""
    return [(lesson, milestone_of(lesson), scores.get(lesson), lesson in starred) for lesson in LESSONS]


def text(rows: Sequence[Row]) -> str:
    """Return the table as lines for a terminal."""
    lines = [f"{'Milestones: accuracy on validation images':<44} {'yours':>7}   the course's own"]
    for lesson, milestone, score, starred in rows:
        title = _title(lesson, starred)
        if milestone is None:
            lines.append(f"{title:<44} {'':>7}   being written")
            continue
        yours = per_cent(score.accuracy) if score else "–"
        lines.append(f"{title:<44} {yours:>7}   {_course(milestone, score)}{_borrowed(score)}")
    return "\n".join(lines)


def _title(lesson: Lesson, starred: bool) -> str:
    return f"{lesson.number:02d} {lesson.title}{f' {STAR}' if starred else ''}"


def _course(milestone: Milestone, score: Score | None) -> str:
    return course_accuracy(milestone) if score else AFTER_YOURS


def _borrowed(score: Score | None) -> str:
    return f" (yours with the library's {listed(score.library)})" if score and score.library else ""


def _caption(rows: Sequence[Row]) -> str:
    have = [score for _, _, score, _ in rows if score]
    yours = f"Diamonds show your own accuracy, so far for {len(have)} of {len(rows)} milestones. " if have else ""
    return (
        "Accuracy of each lesson's milestone on the same 1,000 validation images of Fashion-MNIST, after training on "
        f"the same 4,000. {yours}Once you have run a milestone, whiskers show the course's own accuracy (mean and "
        f"standard deviation over 20 seeds). The dotted line marks the {per_cent(HUMAN_ACCURACY)} "
        "that people without fashion expertise reached on the test images."
    )


def _draw(rows: Sequence[Row]) -> Figure:
    figure, (ax,) = paper(8.6, 3.4)
    for place, (_, milestone, score, _) in enumerate(rows):
        if milestone and score:
            mean, spread = 100 * milestone.mean, 100 * milestone.spread
            ax.errorbar(mean, place, xerr=spread, fmt="|", color=INK, capsize=4, linewidth=1.4, markersize=12)
            ax.plot(max(100 * score.accuracy, LEFT), place, "D", color=colors.BLUE, markersize=7, zorder=5)
        else:
            words = "run the milestone" if milestone else "being written"
            ax.text(LEFT + 0.2, place, words, color=INK, fontsize=8.5, va="center", style="italic")
    ax.axvline(100 * HUMAN_ACCURACY, color=INK, linestyle=":", linewidth=1.2)
    ax.text(100 * HUMAN_ACCURACY + 0.15, -0.75, "people", color=INK, fontsize=8.5, va="center")
    ax.set_xlim(LEFT, RIGHT)
    ax.set_ylim(len(rows) - 0.4, -1.1)
    ax.set_yticks(range(len(rows)), [f"{lesson.number:02d} {lesson.title}" for lesson, *_ in rows])
    label(ax, "Score sheet: one problem, nine lessons", "validation accuracy (%)", "lesson")
    return figure


def _table(rows: Sequence[Row]) -> str:
    # By default, JupyterLab makes all columns equally wide, and a page break may split a row.
    head = "".join(f'<th style="text-align: left; padding: 2px 10px">{name}</th>' for name in HEADS)
    body = "".join(_table_row(*row) for row in rows)
    style = f"table-layout: auto; border-collapse: collapse; margin: 0.5em 0; font-size: inherit; {TEXT}"
    return f'<table style="{style}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _table_row(lesson: Lesson, milestone: Milestone | None, score: Score | None, starred: bool) -> str:
    yours = f"<b>{per_cent(score.accuracy)}</b>{escape(_borrowed(score))}" if score else "–"
    cells = [escape(_title(lesson, starred))]
    if milestone:
        cells += [escape(milestone.network), yours, _course(milestone, score)]
    else:
        cells += [f'<span style="{FAINT}">being written</span>', "", ""]
    shown = "".join(f'<td style="text-align: left; padding: 2px 10px">{cell}</td>' for cell in cells)
    return f'<tr style="background: none; break-inside: avoid; border-top: 1px solid {colors.LIGHT_GREY}">{shown}</tr>'
