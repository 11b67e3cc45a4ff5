"""A student's page of feedback: what waits for a person is said to wait, where nbgrader would show a zero."""

import re
from functools import lru_cache
from html import escape
from typing import Any

from jinja2 import FileSystemBytecodeCache
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from nbgrader.api import Comment, Grade
from nbgrader.preprocessors import GetGrades
from sqlalchemy.orm import joinedload, undefer

from .clean import REMEMBERED

WAITS = "not given yet"
LONGEST_LINE = 2000
"""Characters; colours for a line of ``a.a.a.a`` take time that grows with its square, minutes for 100,000."""
NO_TEXT = "No description has been provided for this image"

_ENTRY = re.compile(r'(<li><a href="#(?:check_)?([\w-]+)">)(?:Test cell|Written response)(?=</a>)')
"""In the list of contents: what nbgrader calls each exercise and each answer in words."""

_NO_TEXT = re.compile(r"<img\b(?![^>]*\balt=)")


class GetMarks(GetGrades):  # type: ignore[misc]  # nbgrader has no types
    """Reads the marks as nbgrader's ``GetGrades`` does, and tells those that a person has still to give from zeros.

    The sum at the top is then out of what is given so far, of what the student's release asked.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Put points and comments into the notebook's metadata, where the page takes them from."""
        self._given = self._waiting = 0.0
        self._found: dict[type[Grade] | type[Comment], dict[str, Any]] = {}
        nb, resources = super().preprocess(nb, resources)
        told = resources["nbgrader"]
        told["max_score"] = f"{self._given:g}" + (f", and {self._waiting:g} wait for a person" if self._waiting else "")
        return nb, resources

    def _get_comment(self, cell: NotebookNode, resources: Any) -> None:
        cell.metadata.nbgrader["comment"] = self._of_cells(Comment)[cell.metadata.nbgrader.grade_id].comment

    def _get_score(self, cell: NotebookNode, resources: Any) -> None:
        grade = self._of_cells(Grade)[cell.metadata.nbgrader.grade_id]
        waits = grade.needs_manual_grade and grade.manual_score is None
        cell.metadata.nbgrader["score"] = WAITS if waits else grade.score
        cell.metadata.nbgrader["points"] = grade.max_score
        if waits:
            self._waiting += float(grade.max_score)
        else:
            self._given += float(grade.max_score)

    def _of_cells(self, kind: type[Grade] | type[Comment]) -> dict[str, Any]:
        """All of the student's grades or comments, by the cell's name, in one query; nbgrader makes one for each."""
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


def _highlighted(source: str, **_: Any) -> str:
    if any(len(line) > LONGEST_LINE for line in source.splitlines()):
        return f'<div class="highlight"><pre>{escape(source)}</pre></div>'
    return (_highlight_once if len(source) < REMEMBERED else _highlight)(source)


class FeedbackExporter(HTMLExporter):  # type: ignore[misc]  # nbconvert has no types
    """Makes nbgrader's page, whose template rounds what it shows as points: words stay words.

    Compiled templates and highlighted code are kept for the next page, most of which is the same.
    """

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """Make a page as ``HTMLExporter`` does, which then parses it as a whole to find pictures without a text."""
        resources = self._init_resources(resources)
        self.register_filter("highlight_code", _highlighted)
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        page = _ENTRY.sub(r"\1\2", page)
        return _NO_TEXT.sub(rf'\g<0> alt="{NO_TEXT}"', page), resources

    def default_filters(self) -> Any:
        """Return nbconvert's filters, with those for numbers replaced."""
        return {**dict(super().default_filters()), "float": _number, "round": _rounded}.items()

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        environment.bytecode_cache = FileSystemBytecodeCache()
        return environment
