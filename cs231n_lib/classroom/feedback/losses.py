"""Points that a student lost in a lesson, exercise by exercise, with the reasons."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.report import METADATA, inline
from cs231n_lib.checks.run.flaws import Headline, Trouble
from cs231n_lib.course.plan import HOME, checks_of, exercises_of, has_part, slug_of
from cs231n_lib.course.student.notebook import CHECK

MAX_ROWS, MAX_PLACES, MAX_TEXT = 3, 3, 80


@dataclass(frozen=True)
class PartMarks:
    """Points of a student in one part of a lesson.

    ``anchor`` is the name of the part's cell on the page. ``points`` is None while the part needs manual grading.
    ``reasons`` and ``places`` are HTML, and ``comment`` is the Markdown that a grader wrote.
    """

    name: str
    anchor: str
    points: float | None
    out_of: float
    reasons: tuple[Markup, ...] = ()
    places: tuple[Markup, ...] = ()
    comment: str = ""

    @property
    def lost(self) -> bool:
        """Whether the part is graded and some of its points are lost."""
        return self.points is not None and self.points < self.out_of


def exercises_by_name(lesson: str, home: str = HOME) -> dict[str, Exercise]:
    """Return the exercises of a lesson, or none for the class's own assignments."""
    slug = slug_of(lesson)
    return exercises_of(checks_of(slug, home), retired=True) if slug and has_part(slug, "checks", home) else {}


def part_marks(cells: Iterable[NotebookNode], exercises: Mapping[str, Exercise]) -> list[PartMarks]:
    """Return the marks of each graded part, in the order of the notebook.

    A submission's code can write metadata too, so only the lesson's phrases and short pieces of code are taken from it.
    """
    marked = [(cell, cell.metadata["nbgrader"]) for cell in cells if "nbgrader" in cell.metadata]
    comments = {str(marks["grade_id"]): str(marks.get("comment") or "") for _, marks in marked}
    found = []
    for cell, marks in marked:
        if not marks.get("grade"):
            continue
        anchor = str(marks["grade_id"])
        name = anchor.removeprefix(CHECK)
        points = float(marks["score"]) if isinstance(marks["score"], int | float) else None
        said = _said(cell)
        exercise = exercises.get(name)
        places = tuple(_places(said)) if exercise else ()
        comment = comments.get(name) or comments.get(anchor, "")
        reasons = tuple(_reasons(said, exercise)) if exercise else ()
        found.append(PartMarks(name, anchor, points, float(marks["points"]), reasons, places, comment))
    return found


def _said(cell: NotebookNode) -> Mapping[str, Any]:
    """Return the metadata that a check wrote with its report."""
    said = [output.get("metadata", {}).get(METADATA) for output in cell.get("outputs", [])]
    return next((one for one in said if isinstance(one, dict)), {})


def _reasons(said: Mapping[str, Any], exercise: Exercise) -> Iterator[Markup]:
    """Yield why points were lost, such as named mistakes or failed parts of the check."""
    trouble, headline = said.get("trouble"), said.get("headline")
    mistakes = [m for m in exercise.mistakes if m.name in _words(said.get("mistakes"))]
    if trouble in list(Trouble) and trouble:
        yield Markup(inline(_sentence(str(trouble))))
    elif headline == Headline.NOT_STARTED.value:
        yield Markup(inline("You have not started this exercise."))
    for mistake in mistakes:
        yield Markup(inline(f"**{_sentence(mistake.name)}** {_sentence(mistake.explanation)}"))
    if not mistakes and not trouble:
        failed = [title for title in exercise.titles if title in _words(said.get("failed"))]
        if failed and headline != Headline.NOT_STARTED.value:
            more = f" and {len(failed) - MAX_ROWS} more" if len(failed) > MAX_ROWS else ""
            yield Markup(inline(f"These parts of the check failed: {'; '.join(failed[:MAX_ROWS])}{more}."))


def _sentence(text: str) -> str:
    """Return a text with an initial capital and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _words(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []


def _places(said: Mapping[str, Any]) -> Iterator[Markup]:
    """Yield a few lines of the answer, each with the expression that goes wrong."""
    for place in _words(said.get("places"))[:MAX_PLACES]:
        line, text = (place.get("line"), place.get("expression")) if isinstance(place, dict) else (None, None)
        if isinstance(line, int) and isinstance(text, str):
            yield Markup("line {}: <code>{}</code>").format(line, text[:MAX_TEXT])
