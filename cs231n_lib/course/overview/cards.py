"""Cards of the start page, one per lesson, and the next step."""

from collections.abc import Iterable, Sequence
from html import escape

from cs231n_lib import colors
from cs231n_lib.checks.report import FAINT, TEXT
from cs231n_lib.course.overview.terminal import OPTIONAL, describe_progress
from cs231n_lib.course.plan import Lesson, describe_hours
from cs231n_lib.course.student.progress import BY_HAND, QUIET, TOTAL, Answer, Progress, next_answer, notebook_path
from cs231n_lib.widgets.style import LINES

READY, WAITING = LINES[0].color, "#6b6b6b"
LINK = f"color: {colors.LINK}; text-decoration: underline"
RENEW = "click on the map, then press Ctrl+Enter"
SAVED = (
    "The points come from the last run of each check in your saved notebooks. "
    "JupyterLab saves every two minutes. Ctrl+S saves at once."
)
SPACE = "\N{NO-BREAK SPACE}"


def card(lesson: Lesson, exercises: int | None, progress: Progress | None) -> str:
    """Return the card of a lesson, with a link if the lesson is ready.

    ``exercises`` is the number of exercises, or None before the lesson is written. ``progress`` is None on a page
    without a student's points.
    """
    title = f"<b>{lesson.number:02d} · {escape(lesson.title)}</b>"
    lines = [f"<i>{escape(lesson.question)}</i>"]
    if exercises is not None:
        title = f'<a href="{notebook_path(lesson).as_posix()}" style="{LINK}">{title}</a>'
        lines += [_bar(progress.points if progress else 0)] if lesson.graded else []
    if progress and progress.here and lesson.graded:
        points = [f"<b>{progress.points:g} of {TOTAL}</b> · {describe_progress(progress)}", _folded(progress)]
        lines += [f"<b>!</b> {escape(problem)}" for problem in progress.problems]
        lines += points if progress.answers else []
        lines += [f'<span style="{FAINT}">{_joined(_hours(lesson), _prepares(lesson))}</span>']
    else:
        lines += [f'<span style="{FAINT}">{facts(lesson, exercises)}</span>']
    edge = f"dotted {WAITING}" if exercises is None else f"solid {READY}"
    place = "flex: 1 1 17em; min-width: 0; margin: 0.5em 0.8em 0.5em 0; padding: 0 0.8em; line-height: 1.45"
    style = f"{place}; border-left: 4px {edge}"
    return f'<div style="{style}">{title}{_blocks(lines)}</div>'


def facts(lesson: Lesson, exercises: int | None) -> str:
    """Return a lesson's time, exercises, points and the lessons that it prepares for."""
    points = f"{TOTAL}{SPACE}points" if lesson.graded else OPTIONAL
    if exercises is None:
        return f"being written · plan: {_joined(_hours(lesson), points, _prepares(lesson))}"
    return _joined(_hours(lesson), f"{exercises}{SPACE}exercises" if exercises else "", points, _prepares(lesson))


def _hours(lesson: Lesson) -> str:
    return f"about{SPACE}{describe_hours(lesson.hours)}{SPACE}h"


def _prepares(lesson: Lesson) -> str:
    return f"prepares you for {', '.join(f'{number:02d}' for number in lesson.prepares)}" if lesson.prepares else ""


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def next_step(course: Sequence[Progress]) -> str:
    """Return a box that names the next step, and links to it if it is an answer."""
    found = next_answer(course)
    if not course:
        lines = [f"<b>Your own points:</b> {RENEW}. The map then shows your points and your next exercise."]
    elif found:
        lesson, answer = found
        where = f"in lesson {lesson.number:02d}, {escape(lesson.title)}"
        lines = [f"<b>Next:</b> {_link(lesson, answer)} {where} ({answer.state.words})"]
    else:
        lines = ["<b>Next:</b> you have finished everything here. A button below writes your functions into a module."]
    if course:
        lines += [f'<span style="{FAINT}">{SAVED} To update, {RENEW}.</span>']
    style = f"border-left: 4px solid {READY}; padding: 0.2em 0.8em; margin: 0.8em 0; max-width: 50em"
    return f'<div style="{style}; line-height: 1.45; {TEXT}">{_blocks(lines)}</div>'


def _blocks(lines: Iterable[str]) -> str:
    return "".join(f"<div>{line}</div>" for line in lines)


def _bar(points: float) -> str:
    # JupyterLab removes named colours from a page that has not been run yet, so use hexadecimal ones.
    reached = f'<div style="width: {points / TOTAL:.0%}; height: 6px; background-color: {READY}"></div>'
    return f'<div style="margin: 0.4em 0; border: 1px solid {WAITING}; border-radius: 4px">{reached}</div>'


def _folded(progress: Progress) -> str:
    rows = _blocks(_row(progress.lesson, answer) for answer in progress.answers)
    return f'<details><summary style="cursor: pointer">Each exercise</summary>{rows}</details>'


def _row(lesson: Lesson, answer: Answer) -> str:
    reached = f"{answer.out_of:g}" if answer.state in BY_HAND else f"{answer.points:g}{SPACE}of{SPACE}{answer.out_of:g}"
    reached = "bonus" if answer.bonus else reached
    words = "" if answer.state in QUIET else f'<div style="{FAINT}; margin-left: 1.4em">{answer.state.words}</div>'
    mark = f'<div style="flex: 0 0 1.4em">{answer.mark}</div>'
    name = f'<div style="flex: 1 1 auto">{_link(lesson, answer)}</div>'
    return f'<div style="display: flex">{mark}{name}<div style="margin-left: 0.6em">{reached}</div></div>{words}'


def _link(lesson: Lesson, answer: Answer) -> str:
    """Return a link that makes JupyterLab scroll to the question."""
    target = f"{notebook_path(lesson).as_posix()}#cell-id={answer.question}"
    name = escape(answer.name).replace("_", "_<wbr>")  # lets a narrow card break the name
    return f'<a href="{escape(target)}" style="{LINK}">{name}</a>'
