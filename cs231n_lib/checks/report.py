"""Result of a check, with its points and its report."""

import re
from dataclasses import dataclass
from enum import Enum
from html import escape
from typing import Any

from cs231n_lib import colors

from .locate.change import ASKED_CPU_SECONDS
from .locate.edited_text import SourceChange
from .locate.place import Place
from .run import messages
from .run.flaws import Headline, Refusal, RefusedAnswer, Trouble

TEXT = f"color: {colors.TEXT}"
FAINT = f"color: {colors.FAINT_TEXT}"
CODE = "font-family: var(--jp-code-font-family, monospace); font-size: 0.95em"

STAR, NO_STAR = "★", "☆"
"""Marks of a completed and of an incomplete bonus exercise."""

METADATA = "cs231n_lib"
"""Key of the output metadata that describes the errors to programs."""

PERCENT = 100.0
"""Total of the rows of an exercise without points, shown as a percentage."""


class Reward(Enum):
    """What a right answer earns, as the report shows it."""

    POINTS = "points"
    PERCENTAGE = "percentage"
    STAR = "star"


@dataclass(frozen=True)
class Row:
    """Row of a report."""

    title: str
    passed: bool
    points: float
    earned: float
    sentence: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Result:
    """Result of an `Exercise`.

    Its ``text/plain`` is the points as a float, which nbgrader reads. Its ``text/html`` is the report, and
    ``print(result.text())`` prints the report in a terminal. Without points, ``reward`` is a percentage or a star, and
    the rows show percentages. ``problem`` is the reason why the answer was refused, if any. ``mistakes`` holds ``(name,
    explanation)`` pairs, and ``places`` the locations of errors. With ``show_numbers=False`` the report shows
    places only by their lines. ``model_answer`` is a right answer that students can compare with their own.
    ``doubtful`` holds the names of mistakes in lines other than those of ``places``. ``trouble`` is the reason why the
    check could not finish, if any. ``change`` is an edit that makes the answer right. ``change_call`` is the call that
    shows this edit, or that searches for longer if ``change`` is None.
    """

    exercise: str
    points: float
    out_of: float
    rows: tuple[Row, ...] = ()
    mistakes: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    problem: RefusedAnswer | None = None
    places: tuple[Place, ...] = ()
    show_numbers: bool = True
    reward: Reward = Reward.POINTS
    model_answer: str = ""
    doubtful: frozenset[str] = frozenset()
    trouble: Trouble = Trouble.NONE
    change: SourceChange | None = None
    change_call: str = ""

    @property
    def passed(self) -> bool:
        """Whether all points were earned."""
        return self.points == self.out_of

    def __float__(self) -> float:
        return float(self.points)

    def __repr__(self) -> str:
        return repr(float(self.points))

    @property
    def headline(self) -> Headline:
        """Overall verdict."""
        if self.passed:
            return Headline.RIGHT
        if self.problem:
            return Headline.NOT_STARTED if self.problem.refusal is Refusal.NOT_STARTED else Headline.NOT_TRIED
        return Headline.PARTLY if self.points else Headline.WRONG

    @property
    def reached(self) -> str:
        """Points as text, or the star or percentage of an exercise without points."""
        if self.reward is Reward.POINTS:
            return f"{self.points:g} of {self.out_of:g} points"
        if self.reward is Reward.PERCENTAGE:
            return f"{int(self.points)} % right"
        return f"{STAR} done" if self.passed else f"{NO_STAR} bonus, {int(self.points)} % right"

    def text(self) -> str:
        """The report as plain text."""
        lines = [f"{messages.HEADLINES[self.headline]}: {self.exercise}, {self.reached}"]
        lines += [messages.problem(self.problem)] if self.problem else []
        lines += [f"{self._how_likely(name)} mistake: {explanation}" for name, explanation in self.mistakes]
        for row in self.rows:
            lines.append(f"  {'passed' if row.passed else 'failed'}  {row.title} ({self._earned(row)})")
            lines += [f"          {part}" for part in (row.sentence, row.detail) if part]
        lines += [f"Where: {place.sentence(self.show_numbers)}" for place in self.places]
        lines += [f"Change: {messages.CHANGE_CALL.format(self.change_call)}"] if self.change_call else []
        lines += [f"One way to write it:\n{self.model_answer}"] if self.model_answer else []
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])

    def _how_likely(self, mistake: str) -> str:
        return messages.POSSIBLE if mistake in self.doubtful else messages.LIKELY

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        """Return metadata for counting mistakes, limited to what the report shows."""
        if self.passed:
            return {}, {}
        failed = [row.title for row in self.rows if not row.passed]
        places = [{"line": place.line, "expression": place.expression} for place in self.places]
        wrong: dict[str, Any] = {
            "headline": self.headline.value,
            "mistakes": [n for n, _ in self.mistakes],
            "failed": failed,
        }
        wrong |= {"places": places} if places else {}
        wrong |= {"trouble": self.trouble.value} if self.trouble else {}
        return {}, {METADATA: wrong}

    def _repr_html_(self) -> str:
        mark, edge = "✗", colors.VERMILION
        if self.passed:
            mark, edge = "✓", colors.GREEN
        elif self.headline is Headline.NOT_STARTED:
            mark, edge = "○", colors.GREY
        parts = [
            f'<div style="font-size: 1.1em; {TEXT}"><strong>{mark} {messages.HEADLINES[self.headline]}</strong> · '
            f'<span style="{CODE}">{escape(self.exercise)}</span> · {self.reached}</div>'
        ]
        parts += [_paragraph(messages.problem(self.problem))] if self.problem else []
        parts += [
            _paragraph(f"**{self._how_likely(name)} mistake:** {explanation}") for name, explanation in self.mistakes
        ]
        if self.rows:
            rows = "".join(_row(row, self._earned(row)) for row in self.rows)
            # JupyterLab's default layout gives all columns the same width.
            style = f"border-collapse: collapse; margin: 0.5em 0; width: 100%; font-size: inherit; {TEXT}"
            shown = f'<table style="table-layout: auto; {style}">{rows}</table>'
            heading = f"All {len(self.rows)} checks passed" if len(self.rows) > 1 else "The check passed"
            parts.append(_folded(heading, shown) if self.passed else shown)
        if self.places:
            parts.append(_folded("Show where", "".join(_place(place, self.show_numbers) for place in self.places)))
        if self.change:
            parts.append(_folded("Show the change", _change(self.change)))
        elif self.change_call:
            asks = messages.CHANGE_LONG.format(self.change_call, ASKED_CPU_SECONDS)
            parts.append(_folded("Show the change", _paragraph(asks)))
        if self.model_answer:
            parts.append(_folded("One way to write it", _code(self.model_answer)))
        parts += [f'<div style="{FAINT}">Note: {inline(note)}</div>' for note in self.notes]
        return (
            f'<div style="border-left: 5px solid {edge}; padding: 0.4em 0 0.4em 1em; max-width: 56em; '
            f'line-height: 1.5">{"".join(parts)}</div>'
        )

    def _earned(self, row: Row) -> str:
        if self.reward is not Reward.POINTS:
            return f"{int(row.earned)} of {int(row.points)} %" if row.earned != row.points else f"{int(row.points)} %"
        part = "" if row.earned == row.points else f"{row.earned:g} of "
        return f"{part}{row.points:g}"


@dataclass(frozen=True)
class ChangeReport:
    """Result of a search for the change that makes an answer right."""

    exercise: str
    change: SourceChange | None = None
    complete: bool = True
    stopped: bool = False
    too_early: bool = False
    passed: bool = False
    problem: RefusedAnswer | None = None

    def text(self) -> str:
        """The report as plain text."""
        if self.change:
            before, after = ([f"{sign} {line}" for line in lines] for sign, lines in _signed(self.change))
            return "\n".join([describe_change(self.change), *before, *after, messages.CHANGE_PASSES])
        return self._reason()

    def _reason(self) -> str:
        if self.problem:
            return messages.problem(self.problem)
        if self.too_early:
            return messages.CHANGE_TOO_EARLY.format(self.exercise)
        if self.passed:
            return messages.CHANGE_PASSED
        if self.stopped:
            return messages.CHANGE_STOPPED
        return messages.CHANGE_NONE if self.complete else messages.CHANGE_LATE

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        content = _change(self.change) if self.change else _paragraph(self._reason())
        return f'<div style="border-left: 5px solid {colors.BLUE}; padding: 0 0 0 1em; max-width: 56em">{content}</div>'


def describe_change(change: SourceChange) -> str:
    """State where and what to change.

    >>> describe_change(SourceChange(3, ("while x >= 0:",), ("while x > 0:",)))
    'Line 3: replace `>=` with `>`'
    """
    last = change.line + len(change.before) - 1
    where = messages.CHANGE_LINES.format(change.line, last) if last > change.line else ""
    where = where or (messages.CHANGE_LINE if change.before else messages.ADD_LINES).format(change.line)
    where = where[:1].upper() + where[1:]
    if not change.before:
        return messages.ADD.format(where)
    if len(change.before) == len(change.after) == 1:
        old, new = (part.strip() for part in _changed_parts(*change.before, *change.after)[1:3])
        if old and new:
            return messages.REPLACE.format(where, old, new)
        return messages.INSERT.format(where, new) if new else messages.REMOVE.format(where, old)
    if not change.after:
        return messages.REMOVE.format(where, change.before[0]) if last == change.line else messages.MOVE.format(where)
    return messages.MOVE.format(where)


def _changed_parts(old: str, new: str) -> tuple[str, str, str, str]:
    """Common start of two lines, the part of each that differs, and their common end."""
    first, second = (re.findall(r"\w+|\s+|[<>=!*/]+|.", line) for line in (old, new))
    most = min(len(first), len(second))
    start = next((i for i in range(most) if first[i] != second[i]), most)
    end = next((i for i in range(most - start) if first[-1 - i] != second[-1 - i]), most - start)
    parts = (
        first[:start],
        first[start : len(first) - end],
        second[start : len(second) - end],
        first[len(first) - end :],
    )
    before, mine, right, after = map("".join, parts)
    return before, mine, right, after


def _signed(change: SourceChange) -> tuple[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]]:
    return ("−", change.before), ("+", change.after)


def _change(change: SourceChange) -> str:
    """Lines before and after a change, with the changed part marked."""
    parts = None
    if len(change.before) == len(change.after) == 1:
        start, old, new, end = _changed_parts(*change.before, *change.after)
        parts = {"−": (start, old, end), "+": (start, new, end)}
    lines = []
    for sign, texts in _signed(change):
        tag = "del" if sign == "−" else "ins"
        for text in texts:
            before, marked, after = parts[sign] if parts else (text, "", "")
            line = escape(before) + (_marked(marked) if marked.strip() else escape(marked)) + escape(after)
            lines.append(f'<{tag} style="text-decoration: none">{sign} {line}</{tag}>')
    shown = f'<pre style="{CODE}; margin: 0.3em 0; overflow-x: auto; {TEXT}">{"<br>".join(lines)}</pre>'
    return _paragraph(f"{describe_change(change)}.") + shown + _paragraph(messages.CHANGE_PASSES)


def _row(row: Row, earned: str) -> str:
    mark, word = ("✓", "passed") if row.passed else ("✗", "failed")
    what = inline(row.title)
    if row.sentence:
        what += f"<br>{inline(row.sentence)}"
    if row.detail:
        what += f'<br><span style="{FAINT}">{inline(row.detail)}</span>'
    cell = "text-align: left; vertical-align: top; padding: 0.15em 1em 0.15em 0"
    return (
        f'<tr style="background: none"><td style="{cell}; white-space: nowrap">{mark} {word}</td>'
        f'<td style="{cell}; width: 100%">{what}</td>'
        f'<td style="{cell}; text-align: right; {FAINT}; white-space: nowrap">{earned}</td></tr>'
    )


def _place(place: Place, show_numbers: bool) -> str:
    """Code with an expression marked or candidate lines numbered, and an explanation."""
    before, expression, after = place.text, "", ""
    if place.is_of_lines:
        numbered = zip(sorted((place.line, *place.sources)), place.text.splitlines(), strict=True)
        before = "\n".join(f"{number:>3}  {line}" for number, line in numbered)
    elif show_numbers and place.text.startswith(place.expression, place.column):
        end = place.column + len(place.expression)
        before, expression, after = place.text[: place.column], place.expression, place.text[end:]
    mark = _marked(expression) if expression else ""
    line = f'<pre style="{CODE}; margin: 0.3em 0; {TEXT}">{escape(before)}{mark}{escape(after)}</pre>'
    sentence = place.sentence() if show_numbers else place.header
    return line + _paragraph(sentence)


def _marked(text: str) -> str:
    return f'<mark style="background: {colors.YELLOW}; color: #000">{escape(text)}</mark>'


def _code(text: str) -> str:
    return f'<pre style="{CODE}; margin: 0.3em 0; overflow-x: auto; {TEXT}">{escape(text)}</pre>'


def _folded(summary: str, content: str) -> str:
    return f'<details><summary style="{FAINT}; cursor: pointer">{summary}</summary>{content}</details>'


def _paragraph(text: str) -> str:
    return f'<div style="margin: 0.4em 0; {TEXT}">{inline(text)}</div>'


def inline(text: str) -> str:
    """Escape text for HTML and format `code`, **strong** and *emphasised* words."""
    parts = escape(text).split("`")
    for i in range(0, len(parts), 2):  # outside of code
        parts[i] = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", parts[i])
        parts[i] = re.sub(r"\*([^*\s][^*]*)\*", r"<em>\1</em>", parts[i])
    for i in range(1, len(parts), 2):
        parts[i] = f'<code style="{CODE}">{parts[i]}</code>'
    return "".join(parts)


def box(first: str, *more: str) -> str:
    """Format a widget's message as an HTML box, with fainter lines below the first."""
    rest = "".join(f'<div style="{FAINT}">{inline(line)}</div>' for line in more)
    style = f"border-left: 4px solid {colors.BLUE}; padding: 0.2em 0.8em; max-width: 50em; line-height: 1.45; {TEXT}"
    return f'<div style="{style}">{inline(first)}{rest}</div>'
