"""HTML page about a graded class, with topics for the next lecture and figures."""

from collections.abc import Iterator, Sequence
from math import isnan
from pathlib import Path

import numpy as np
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from cs231n_lib.checks.report import inline
from cs231n_lib.course.plan import LESSONS

from .graded_class import GradedClass
from .plots import discrimination_picture, levels_picture, totals_picture
from .statistics import (
    MIN_STUDENTS,
    Level,
    MistakeReport,
    PartReport,
    UnnamedReport,
    counted,
    mistake_reports,
    part_reports,
    place_reports,
    totals,
    trouble_reports,
    unnamed_reports,
)

FREQUENT = 0.1
"""A mistake can become a topic for the lecture if at least this fraction of the class made it."""
HARD = 0.5
"""Parts with a lower facility can become topics for the lecture."""
_MAX_ITEMS = 3


def page(graded: GradedClass) -> str:
    """Return the report as one self-contained page, without scripts or students' ids."""
    parts, mistakes, unnamed = part_reports(graded), mistake_reports(graded), unnamed_reports(graded)
    places = place_reports(graded)
    return _template().render(
        lesson=graded.lesson,
        title=_title(graded.lesson),
        students=len(graded.marks),
        numbers=_numbers(graded),
        notes=list(_notes(graded)),
        agenda=list(agenda(len(graded.marks), parts, mistakes, unnamed)),
        parts=parts,
        levels=[name for name in Level if any(report.levels[name] for report in parts)],
        mistakes=[mistake for mistake in mistakes if mistake.students > 1],
        rare=[mistake for mistake in mistakes if mistake.students == 1],
        unnamed=unnamed,
        troubles=trouble_reports(graded),
        progress=[(_title(one.lesson), one) for one in graded.progress],
        places=[place for place in places if place.students > 1],
        single=sum(place.students == 1 for place in places),
        verdicts=_verdicts(parts),
        min_students=MIN_STUDENTS,
        totals_picture=totals_picture(totals(graded), _out_of(graded)),
        levels_picture=levels_picture(parts),
        discrimination_picture=discrimination_picture(parts),
    )


def _title(folder: str) -> str:
    return next((lesson.title for lesson in LESSONS if lesson.folder == folder), folder)


def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {
        "inline": lambda text: Markup(inline(text)),  # `inline` escapes the text
        "shown": lambda picture: Markup(picture._repr_mimebundle_()[0]["text/html"]),
        "percent": percent,
        "signed": signed,
        "remark": remark,
    }
    return environment.from_string(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def agenda(
    students: int, parts: Sequence[PartReport], mistakes: Sequence[MistakeReport], unnamed: Sequence[UnnamedReport]
) -> Iterator[str]:
    """Yield the topics for the next lecture in order of urgency, as Markdown."""
    for mistake in [m for m in mistakes if m.students >= max(2, FREQUENT * students)][:_MAX_ITEMS]:
        share = f"**{mistake.students} of {students} students ({percent(mistake.students / students)})**"
        explanation = f"{mistake.explanation[:1].upper()}{mistake.explanation[1:]}"
        yield f"`{mistake.part.name}`: {share} made the mistake “{mistake.name}”. {explanation}"
    hard = sorted((report for report in parts if report.facility < HARD), key=lambda report: report.facility)
    for report in hard[:_MAX_ITEMS]:
        late = report.levels[Level.NOT_STARTED]
        more = f", and {late} of {students} did not start it" if late else ""
        yield f"`{report.part.name}`: the class earned **{percent(report.facility)}** of the points{more}."
    for row in [row for row in unnamed if row.students >= max(2, FREQUENT * students)][:1]:
        failed = f" The part of the check that failed most often is *{row.failed}*." if row.failed else ""
        yield f"`{row.part.name}`: {row.students} students lost points, but the check recognised no mistake.{failed}"
    for report in parts:
        if report.discrimination and report.discrimination.verdict == "reversed":
            yield f"Strong students do worse than weak ones in `{report.part.name}`. Check the wording of the exercise."


def remark(report: PartReport) -> str:
    """Return a remark on an unusual result in a part."""
    if isnan(report.facility):
        return "needs manual grading"
    if not report.levels[Level.FULL]:
        return "nobody got all points"
    return "everybody got all points" if report.levels[Level.FULL] == report.levels.total() else ""


def percent(share: float) -> str:
    """Format a fraction as a whole percentage, or as a dash if it is unknown.

    >>> percent(0.254), percent(float("nan"))
    ('25 %', '–')
    """
    return "–" if isnan(share) else f"{100 * share:.0f} %"


def signed(r: float) -> str:
    """Format a correlation with its sign.

    >>> signed(-0.25)
    '−0.25'
    """
    return f"{r:+.2f}".replace("-", "−")


def _verdicts(parts: Sequence[PartReport]) -> list[tuple[str, list[PartReport]]]:
    """Group the parts by verdict, the highest discrimination first."""
    known = [(part.discrimination, part) for part in parts if part.discrimination]
    known.sort(key=lambda pair: -pair[0].r)
    verdicts = dict.fromkeys(found.verdict for found, _ in known)
    return [(verdict, [part for found, part in known if found.verdict == verdict]) for verdict in verdicts]


def _out_of(graded: GradedClass) -> float:
    return sum(part.out_of for part, counts in zip(graded.parts, counted(graded), strict=True) if counts)


def _numbers(graded: GradedClass) -> list[tuple[str, str]]:
    total = totals(graded)
    low, median, high = np.percentile(total, [25, 50, 75])
    spread = f"{np.std(total, ddof=1):.1f}" if len(total) > 1 else "–"
    return [
        (f"{len(total) + graded.ungraded.total()}", "handed in"),
        (f"{len(total)}", "graded"),
        (f"{graded.absent}", "not handed in"),
        (f"{np.mean(total):.1f}", f"mean, of {_out_of(graded):g} points"),
        (f"{median:.1f}", "median"),
        (spread, "standard deviation"),
        (f"{low:.1f} to {high:.1f}", "the middle half"),
    ]


def _notes(graded: GradedClass) -> Iterator[str]:
    if graded.ungraded:
        handed_in = len(graded.marks) + graded.ungraded.total()
        reasons = "; ".join(f"{reason} ({count})" for reason, count in graded.ungraded.most_common())
        yield f"**{len(graded.marks)} of {handed_in} submissions are graded.** The others are not, because {reasons}."
    if graded.unsafe:
        ran = f"submission{'s' * (graded.unsafe != 1)} ran without a sandbox"
        yield f"**{graded.unsafe} {ran}** (`--unsafe`), with the grader's permissions."
    if graded.penalties:
        late = (
            "1 late submission loses"
            if len(graded.penalties) == 1
            else f"{len(graded.penalties)} late submissions lose"
        )
        yield f"{late} {sum(graded.penalties):.4g} points in all. The figures here do not include these penalties."
    for count, what in ((graded.limited, "took longer than grading allows"), (graded.died, "ended Python")):
        if count:
            who = "One student has" if count == 1 else f"{count} students have"
            yield f"{who} a cell that {what}. The feedback names the cell."
    for part, counts in zip(graded.parts, counted(graded), strict=True):
        if not counts:
            waiting = sum(mark.waiting for mark in graded.of(part))
            yield (
                f"`{part.name}`: {waiting} {'answer needs' if waiting == 1 else 'answers need'} manual grading. Until "
                f"all answers are graded, the totals leave out the points of this part ({part.out_of:g})."
            )
    if graded.remarks:
        yield "Some results are incomplete. The command that wrote this page listed the submissions in its terminal."
