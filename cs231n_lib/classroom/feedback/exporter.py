"""Exporter of a student's feedback page, and preprocessor that reads the marks."""

import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemBytecodeCache, FileSystemLoader, PrefixLoader
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from nbgrader.api import Comment, Grade
from nbgrader.preprocessors import GetGrades
from sqlalchemy.orm import joinedload, undefer
from traitlets import Unicode

from cs231n_lib.course.plan import HOME, LESSONS

from ..clean import MAX_CACHED
from .formulas import markdown2html
from .graders import codes_in, show_codes, without_cells_for_graders
from .losses import exercises_by_name, part_marks

PENDING = "not given yet"
MAX_LINE = 2000
"""Maximum number of characters in a line to highlight, because ``a.a.a.a`` takes quadratic time."""
ALT_TEXT = "No description has been provided for this image"

_HERE = Path(__file__).parent

_WITHOUT_ALT = re.compile(r"<img\b(?![^>]*\balt=)")


class GetMarks(GetGrades):  # type: ignore[misc]  # nbgrader has no types
    """Read the points as nbgrader's ``GetGrades`` does, and mark pending points.

    The maximum at the top of the page counts the parts of the student's release that are graded so far. Below it, the
    page lists the parts in which the student lost points, with the reasons.
    """

    lateness = Unicode("", help="Extension and lateness of the submission, in sentences.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Put points and comments into the notebook's metadata."""
        self._given = self._waiting = 0.0
        self._found: dict[type[Grade] | type[Comment], dict[str, Any]] = {}
        nb, resources = super().preprocess(nb, resources)
        told = resources["nbgrader"]
        told["graded"], told["pending"] = self._given, self._waiting
        lesson = str(told["assignment"])
        home = self.config.JudgeChecks.get("home", HOME)
        told["parts"] = part_marks(nb.cells, exercises_by_name(lesson, home))
        told["lateness"] = self.lateness
        told["title"] = next((f"{lesson[:2]} {one.title}" for one in LESSONS if one.folder == lesson), lesson)
        return nb, resources

    def _get_comment(self, cell: NotebookNode, resources: Any) -> None:
        cell.metadata.nbgrader["comment"] = self._by_cell(Comment)[cell.metadata.nbgrader.grade_id].comment

    def _get_score(self, cell: NotebookNode, resources: Any) -> None:
        grade = self._by_cell(Grade)[cell.metadata.nbgrader.grade_id]
        waits = grade.needs_manual_grade and grade.manual_score is None
        cell.metadata.nbgrader["score"] = PENDING if waits else grade.score
        cell.metadata.nbgrader["points"] = grade.max_score
        if waits:
            self._waiting += float(grade.max_score)
        else:
            self._given += float(grade.max_score)

    def _by_cell(self, kind: type[Grade] | type[Comment]) -> dict[str, Any]:
        """Return the student's grades or comments by cell, in one query."""
        if kind not in self._found:
            at = (self.notebook_id, self.assignment_id, self.student_id)
            notebook = self.gradebook.find_submission_notebook(*at)
            whole = [joinedload(kind.cell), *([undefer(Grade.max_score)] if kind is Grade else [])]
            found = self.gradebook.db.query(kind).filter(kind.notebook_id == notebook.id).options(*whole)
            self._found[kind] = {one.name: one for one in found}
        return self._found[kind]


def _number(value: Any, *default: Any) -> Any:
    try:
        return float(value)
    except ValueError:
        return value


def _rounded(value: Any, digits: int = 0) -> Any:
    return f"{round(value, digits):g}" if isinstance(value, float) else value


def _highlight(source: str) -> str:
    return str(Highlight2HTML()(source))


_highlight_once = lru_cache(256)(_highlight)


def _without_fonts(header: str) -> str:
    """Remove Bootstrap's icon fonts, which would need files beside the page."""
    return re.sub(r"@font-face\s*\{[^}]*\}", "", header)


def _highlighted(source: str, **_: Any) -> str:
    if any(len(line) > MAX_LINE for line in source.splitlines()):
        return f'<div class="highlight"><pre>{escape(source)}</pre></div>'
    return (_highlight_once if len(source) < MAX_CACHED else _highlight)(source)


class FeedbackExporter(HTMLExporter):  # type: ignore[misc]  # nbconvert has no types
    """Exporter of nbgrader's feedback page that can show text instead of points.

    Its template adds a table of the lost points to nbgrader's and loads no scripts, because formulas are MathML.
    Compiled templates and highlighted code are cached, because most of them recur on the next page.
    """

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """Make a page as ``HTMLExporter`` does, but without cells that only graders see."""
        nb = without_cells_for_graders(nb)
        codes = codes_in(nb)
        resources = self._init_resources(resources)
        resources["feedback_style"] = (_HERE / "style.css").read_text(encoding="utf-8")
        self.register_filter("highlight_code", _highlighted)
        self.register_filter("markdown2html", markdown2html)
        self.register_filter("without_fonts", _without_fonts)
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        page = show_codes(page, codes)
        return _WITHOUT_ALT.sub(rf'\g<0> alt="{ALT_TEXT}"', page), resources

    def default_filters(self) -> Any:
        """Return nbconvert's filters, and filters for numbers that leave text unchanged."""
        return {**dict(super().default_filters()), "float": _number, "round": _rounded}.items()

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        nbgraders, ours = environment.loader, FileSystemLoader(_HERE / "templates")
        environment.loader = ChoiceLoader([PrefixLoader({"nbgrader": nbgraders}), ours, nbgraders])
        environment.bytecode_cache = FileSystemBytecodeCache()
        return environment
