"""The answer a check gives: points as a number for nbgrader, a report in words for the student."""

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from cs231n_lib import colors

from .place import Place

TEXT = f"color: {colors.TEXT}"
FAINT = f"color: {colors.FAINT_TEXT}"
CODE = "font-family: var(--jp-code-font-family, monospace); font-size: 0.95em"

STAR, NO_STAR = "★", "☆"
"""Of a bonus exercise that is right, and of one that is not yet."""

METADATA = "cs231n_lib"
"""The key under which an output's metadata says for a program what was not right."""

BONUS_POINTS = 100.0
"""Those of a bonus exercise's rows, in all: they add to no points, and are shown as per cent."""

NOT_STARTED = "Replace the line `raise NotImplementedError` by your code, run its cell, then this one."


INTERRUPTED = "Interrupted after"
"""How the note begins that tells of a time limit."""

NOT_IN_TIME, ENDED = "does not finish in time", "ends Python"
_ENDED = ("ended its process", "did not answer", "calls without end", "broke the protocol")


@dataclass(frozen=True)
class Row:
    """One sub-check: what was tried, whether it passed, what it is worth and earned, and what was wrong."""

    title: str
    passed: bool
    points: float
    earned: float
    sentence: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Result:
    """What `Exercise` returns.

    Its ``text/plain`` is the points as a float, which is what nbgrader reads; its ``text/html`` is the report;
    ``print(result.text())`` gives the same in a terminal.
    A ``bonus`` has a star in place of points, and its rows show what per cent of the answer they are.
    ``problem`` is set when the function could not be tried at all. ``mistakes`` holds ``(name, explanation)`` pairs,
    and ``places`` where the answer goes wrong, as far as that is proved; ``show_numbers=False`` shows lines alone.
    ``one_way`` is a right answer, to be compared with one's own.
    ``doubtful`` are the names of mistakes that are made elsewhere than at these places.
    """

    exercise: str
    points: float
    out_of: float
    rows: tuple[Row, ...] = ()
    mistakes: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""
    places: tuple[Place, ...] = ()
    show_numbers: bool = True
    bonus: bool = False
    one_way: str = ""
    doubtful: frozenset[str] = frozenset()

    @property
    def passed(self) -> bool:
        """Whether all points were earned."""
        return self.points == self.out_of

    def __float__(self) -> float:
        return float(self.points)

    def __repr__(self) -> str:
        return repr(float(self.points))

    @property
    def headline(self) -> str:
        """How it went, in two words."""
        if self.passed:
            return "Right"
        if self.problem:
            return "Not started" if self.problem == NOT_STARTED else "Not yet"
        return "Partly right" if self.points else "Not right yet"

    @property
    def trouble(self) -> str:
        """What kept the answer from being judged to the end: `NOT_IN_TIME`, `ENDED`, or nothing."""
        if any(note.startswith(INTERRUPTED) for note in self.notes):
            return NOT_IN_TIME
        said = [self.problem, *(f"{row.sentence} {row.detail}" for row in self.rows)]
        return ENDED if any(words in text for text in said for words in _ENDED) else ""

    @property
    def reached(self) -> str:
        """The points; of a bonus the star, or how much of it is right."""
        if not self.bonus:
            return f"{self.points:g} of {self.out_of:g} points"
        return f"{STAR} done" if self.passed else f"{NO_STAR} bonus, {int(self.points)} % right"

    def text(self) -> str:
        """The report as plain text."""
        lines = [f"{self.headline}: {self.exercise}, {self.reached}"]
        lines += [self.problem] if self.problem else []
        lines += [f"{self._how_likely(name)} mistake: {explanation}" for name, explanation in self.mistakes]
        for row in self.rows:
            lines.append(f"  {'passed' if row.passed else 'failed'}  {row.title} ({self._earned(row)})")
            lines += [f"          {part}" for part in (row.sentence, row.detail) if part]
        lines += [f"Where: {place.sentence(self.show_numbers)}" for place in self.places]
        lines += [f"One way to write it:\n{self.one_way}"] if self.one_way else []
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])

    def _how_likely(self, mistake: str) -> str:
        return "Possible" if mistake in self.doubtful else "Likely"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        """Adds metadata, from which mistakes are counted over a class; they hold no more than the report shows."""
        if self.passed:
            return {}, {}
        failed = [row.title for row in self.rows if not row.passed]
        places = [{"line": place.line, "expression": place.expression} for place in self.places]
        wrong: dict[str, Any] = {"headline": self.headline, "mistakes": [n for n, _ in self.mistakes], "failed": failed}
        wrong |= {"places": places} if places else {}
        wrong |= {"trouble": self.trouble} if self.trouble else {}
        return {}, {METADATA: wrong}

    def _repr_html_(self) -> str:
        mark, edge = "✗", colors.VERMILION
        if self.passed:
            mark, edge = "✓", colors.GREEN
        elif self.problem == NOT_STARTED:
            mark, edge = "○", colors.GREY
        parts = [
            f'<div style="font-size: 1.1em; {TEXT}"><strong>{mark} {self.headline}</strong> · '
            f'<span style="{CODE}">{escape(self.exercise)}</span> · {self.reached}</div>'
        ]
        parts += [_paragraph(self.problem)] if self.problem else []
        parts += [
            _paragraph(f"**{self._how_likely(name)} mistake:** {explanation}") for name, explanation in self.mistakes
        ]
        if self.rows:
            rows = "".join(_row(row, self._earned(row)) for row in self.rows)
            # JupyterLab lays tables out with columns of equal width, whatever is in them, unless told otherwise.
            style = f"border-collapse: collapse; margin: 0.5em 0; width: 100%; font-size: inherit; {TEXT}"
            shown = f'<table style="table-layout: auto; {style}">{rows}</table>'
            heading = f"All {len(self.rows)} checks passed" if len(self.rows) > 1 else "The check passed"
            parts.append(_folded(heading, shown) if self.passed else shown)
        if self.places:
            parts.append(_folded("Show where", "".join(_place(place, self.show_numbers) for place in self.places)))
        if self.one_way:
            parts.append(_folded("One way to write it", _code(self.one_way)))
        parts += [f'<div style="{FAINT}">Note: {inline(note)}</div>' for note in self.notes]
        return (
            f'<div style="border-left: 5px solid {edge}; padding: 0.4em 0 0.4em 1em; max-width: 56em; '
            f'line-height: 1.5">{"".join(parts)}</div>'
        )

    def _earned(self, row: Row) -> str:
        if self.bonus:
            return f"{int(row.earned)} of {int(row.points)} %" if row.earned != row.points else f"{int(row.points)} %"
        part = "" if row.earned == row.points else f"{row.earned:g} of "
        return f"{part}{row.points:g}"


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
    """The line with the expression marked, and what is said of it."""
    before, expression, after = place.text, "", ""
    if show_numbers and place.text.startswith(place.expression, place.column):
        end = place.column + len(place.expression)
        before, expression, after = place.text[: place.column], place.expression, place.text[end:]
    mark = f'<mark style="background: {colors.YELLOW}; color: #000">{escape(expression)}</mark>' if expression else ""
    line = f'<pre style="{CODE}; margin: 0.3em 0; {TEXT}">{escape(before)}{mark}{escape(after)}</pre>'
    said = place.sentence(show_numbers) if show_numbers else f"line {place.line}"
    return line + _paragraph(said)


def _code(text: str) -> str:
    return f'<pre style="{CODE}; margin: 0.3em 0; overflow-x: auto; {TEXT}">{escape(text)}</pre>'


def _folded(summary: str, content: str) -> str:
    return f'<details><summary style="{FAINT}; cursor: pointer">{summary}</summary>{content}</details>'


def _paragraph(text: str) -> str:
    return f'<div style="margin: 0.4em 0; {TEXT}">{inline(text)}</div>'


def inline(text: str) -> str:
    """Escape for HTML; then `code` in back-ticks, **strong** and *stressed* words as in Markdown."""
    parts = escape(text).split("`")
    for i in range(0, len(parts), 2):  # outside of code
        parts[i] = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", parts[i])
        parts[i] = re.sub(r"\*([^*\s][^*]*)\*", r"<em>\1</em>", parts[i])
    for i in range(1, len(parts), 2):
        parts[i] = f'<code style="{CODE}">{parts[i]}</code>'
    return "".join(parts)
