"""HTML page with the pairs of a class that are closer than the class explains."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from cs231n_lib.course.plan import LESSONS

from ...exchange.lms import display_name
from .compare import FALSE_DISCOVERIES, ComparedClass
from .evidence import Evidences
from .work import Code

MAX_SHOWN = 60
"""Maximum number of pairs shown side by side. The table lists all pairs."""


def page(
    lesson: str,
    compared: ComparedClass,
    published: Mapping[str, Sequence[Code]],
    unread: Mapping[str, str],
    notes: Mapping[str, str],
    names: Mapping[str, str],
) -> str:
    """Return a self-contained page of the pairs with their evidence, without scripts."""
    evidences = Evidences(compared, published)
    students = [display_name(work.student, names.get(work.student)) for work in compared.works]
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["score"] = lambda score: f"{score:.1f}".replace("-", "−")
    template = environment.from_string(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
    return template.render(
        lesson=lesson,
        title=next((one.title for one in LESSONS if one.folder == lesson), lesson),
        count=len(students),
        students=students,
        shown=[evidences.of(pair) for pair in compared.pairs[:MAX_SHOWN]],
        pairs=compared.pairs,
        threshold=compared.threshold,
        false=round(100 * FALSE_DISCOVERIES),
        unread={display_name(student, names.get(student)): reason for student, reason in unread.items()},
        notes={display_name(student, names.get(student)): note for student, note in notes.items()},
    )
