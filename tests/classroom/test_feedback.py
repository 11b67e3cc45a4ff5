"""Feedback pages: lost points first, formulas as MathML, and nothing from the network."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbgrader
import pytest
from bs4 import BeautifulSoup
from classroom.test_clean import CORPUS, dangers
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from cs231n_lib.checks.report import METADATA
from cs231n_lib.checks.run.flaws import Headline, Trouble
from cs231n_lib.classroom.feedback import FeedbackExporter
from cs231n_lib.classroom.feedback.formulas import MAX_FORMULA, _render, mathml
from cs231n_lib.classroom.feedback.graders import FOR_GRADERS
from cs231n_lib.classroom.feedback.losses import PartMarks, exercises_by_name, part_marks
from cs231n_lib.classroom.grading.feedback_pages import FeedbackJob
from cs231n_lib.classroom.nbgrader_course import read_config
from cs231n_lib.course.student.notebook import SETTINGS

ROOT = Path(__file__).parents[2]
LESSON = "01_optimization"
TEMPLATES = Path(nbgrader.__file__).parent / "server_extensions/formgrader"


def graded_cell(name: str, points: float | str, out_of: float, said: Any = None) -> NotebookNode:
    """Check cell as `GetMarks` leaves it, with what the check said."""
    marks = {"grade_id": f"check_{name}", "grade": True, "solution": False, "score": points, "points": out_of}
    outputs = [] if said is None else [new_output("display_data", {"text/plain": ""}, metadata={METADATA: said})]
    return new_code_cell(f"checks.{name}()", metadata={"nbgrader": marks}, outputs=outputs)


def answer(name: str, comment: str = "") -> NotebookNode:
    """Cell with a student's answer and a grader's comment."""
    marks = {"grade_id": name, "grade": False, "solution": True, "comment": comment}
    return new_code_cell(f"def {name}(): ...", metadata={"nbgrader": marks})


def reflection(points: float | str, comment: str = "", text: str = "Because.") -> NotebookNode:
    marks = {"grade_id": "reflection", "grade": True, "solution": True, "score": points, "points": 6.0}
    return new_markdown_cell(text, metadata={"nbgrader": marks | {"comment": comment}})


def feedback_html(cells: Sequence[NotebookNode], *, penalty: float = 0.0, lateness: str = "") -> str:
    """Page of a notebook with marks, as `nbgrader generate_feedback` makes it."""
    config = Config(HTMLExporter=read_config(ROOT).HTMLExporter)
    config.HTMLExporter.template_name = "feedback"
    config.HTMLExporter.extra_template_basedirs = [str(TEMPLATES / "templates")]
    config.HTMLExporter.extra_template_paths = [str(TEMPLATES / "static/node_modules/bootstrap/dist/css")]
    config.HTMLExporter.preprocessors = [*config.HTMLExporter.preprocessors, CSSHTMLHeaderPreprocessor]
    parts = part_marks(cells, exercises_by_name(LESSON))
    given = [part for part in parts if part.points is not None]
    marks = {
        "notebook": LESSON,
        "assignment": LESSON,
        "title": "01 Optimization",
        "parts": parts,
        "score": sum(part.points or 0.0 for part in given) - penalty,
        "graded": sum(part.out_of for part in given),
        "pending": sum(part.out_of for part in parts if part.points is None),
        "late_penalty": penalty,
        "lateness": lateness,
    }
    page, _ = FeedbackExporter(config=config).from_notebook_node(new_notebook(cells=list(cells)), {"nbgrader": marks})
    return str(page)


WRONG = {
    "headline": Headline.WRONG.value,
    "mistakes": ["0/0 not guarded"],
    "failed": [],
    "places": [{"line": 3, "expression": "abs(a - b) / scale"}],
}


def test_page_begins_with_the_lost_points() -> None:
    cells = [
        new_markdown_cell("# The lesson\n\n$$E = mc^2$$"),
        answer("relative_error", "See $\\epsilon$."),
        graded_cell("relative_error", 4.2, 6.0, WRONG),
        graded_cell("minibatches", 10.0, 10.0),
        reflection("not given yet"),
    ]
    page = BeautifulSoup(feedback_html(cells, penalty=1.42, lateness="1 day late, at 10 % a day."), "html.parser")
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.select(".summary tr")]
    assert rows[0] == ["Exercise", "Points", "Why"]
    assert rows[1][:2] == ["relative_error", "4.2 of 6"]
    for told in ("0/0 not guarded. You divide 0 by 0", "Where: line 3: abs(a - b) / scale", "Comment: See"):
        assert told in rows[1][2]
    assert rows[2:] == [["Lateness", "−1.42", "1 day late, at 10 % a day."]]
    assert "12.78 of 16 points , and 6 points are not graded yet" in page.section.get_text(" ", strip=True)
    anchors = {anchor["name"] for anchor in page.select("a[name]")}
    links = {link["href"] for link in page.select(".summary a")}
    assert links == {"#check_relative_error", "#check_minibatches", "#reflection"}
    assert {link[1:] for link in links} <= anchors
    everything = page.get_text()
    assert everything.index("What you lost") < everything.index("The lesson")


def test_page_of_a_perfect_notebook_says_so() -> None:
    page = BeautifulSoup(
        feedback_html([graded_cell("minibatches", 10.0, 10.0), reflection(6.0, "Fine.")]), "html.parser"
    )
    summary = page.section.get_text(" ", strip=True)
    assert "You lost no points." in summary
    assert "Comment on reflection : Fine." in summary
    assert not page.select(".summary table")


def test_page_asks_the_network_for_nothing() -> None:
    cells = [
        new_markdown_cell("$x^2$ and $$\\sum_i x_i$$\n\n\\begin{align}a&=b\\end{align}"),
        new_code_cell("1", outputs=[new_output("display_data", {"text/latex": "$\\alpha$"})]),
        reflection(2.0, text="I think $y<z$."),
    ]
    html = feedback_html(cells)
    page = BeautifulSoup(html, "html.parser")
    assert page.find_all(["script", "link", "iframe"]) == []
    assert [tag for tag in page.find_all(src=True) if not tag["src"].startswith("data:")] == []
    assert not re.search(r"@import|@font-face|url\(\s*['\"]?(?!data:)", html)
    assert len(page.find_all("math")) == 5
    assert "$" not in page.get_text()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"headline": Headline.NOT_STARTED.value}, "You have not started this exercise."),
        ({"trouble": list(Trouble)[-1].value}, f"{list(Trouble)[-1].value[:1].upper()}{list(Trouble)[-1].value[1:]}."),
        ({"mistakes": ["<b>my own"], "failed": ["<i>"], "places": [{"line": "1"}, 3]}, ""),
        ({"mistakes": 3, "failed": {}, "places": None}, ""),
        ([], ""),
    ],
)
def test_reasons_use_only_words_of_the_lesson(said: Any, told: str) -> None:
    (part,) = part_marks([graded_cell("relative_error", 0.0, 6.0, said)], exercises_by_name(LESSON))
    assert (" ".join(part.reasons), part.places) == (told, ())


def test_failed_rows_explain_a_loss_without_a_name() -> None:
    exercises = exercises_by_name(LESSON)
    title = exercises["relative_error"].titles[0]
    (part,) = part_marks([graded_cell("relative_error", 1, 6, {"failed": [title, "made up"]})], exercises)
    assert part.reasons[0].striptags() == f"These parts of the check failed: {title}."
    assert part.lost


def test_an_own_assignment_has_points_without_reasons() -> None:
    assert exercises_by_name("own_work") == exercises_by_name("tiny") == {}
    assert part_marks([graded_cell("thing", 1, 2, WRONG)], {}) == [PartMarks("thing", "check_thing", 1.0, 2.0)]


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:send()}{x}",
        r"\kern-100em x",
        r"\hspace{-30em}x",
        r"\!" * 40 + "x",
        r"\includegraphics{http://example.org/x.png}",
        r"\def\a{\a\a}\a",
        "{" * 1500,
        "x" * (MAX_FORMULA + 1),
        r"\color{red;background:url(http://example.org)}x",
    ],
)
def test_a_doubtful_formula_stays_tex(latex: str) -> None:
    shown = mathml(latex, display=False)
    assert shown.startswith("<code>")
    assert BeautifulSoup(shown, "html.parser").get_text() == latex


def test_formulas_escape_text_and_keep_small_negative_spaces() -> None:
    assert mathml(r"\text{<script>}", display=False) == "<math><mtext>&lt;script&gt;</mtext></math>"
    assert "<math" in mathml(r"\int\!\!f", display=True)


@pytest.mark.parametrize(
    ("source", "formulas"),
    [
        ('<b title="$x$">bold</b>', 0),
        ("![$x$](data:image/png;base64,AAAA)", 0),
        ('<span class="ansi-formula-0"></span> $x$', 1),
        ("`$x$` and $x$", 1),
        ("$a$ $b$ $a$", 3),
    ],
)
def test_formulas_stand_only_where_elements_may(source: str, formulas: int) -> None:
    shown = _render(source, {})
    assert shown.count("<math>") == formulas
    soup = BeautifulSoup(shown, "html.parser")
    assert not any("math" in str(value) for tag in soup.find_all(True) for value in tag.attrs.values())


def test_injections_stay_harmless_beside_formulas() -> None:
    for injection in CORPUS:
        found = dangers(_render(f"$x$ {injection} ${injection}$", {}))
        assert set(found) <= {"<math"}


def test_page_is_new_only_if_students_see_a_difference() -> None:
    def key(answer: str, keys: str) -> str:
        cells = [
            {"cell_type": "code", "metadata": {}, "source": answer},
            {"cell_type": "markdown", "metadata": {SETTINGS: {FOR_GRADERS: True}}, "source": keys},
        ]
        notebook = json.dumps({"cells": cells}).encode()
        return FeedbackJob("01_demo", "ada", {"01_demo.ipynb": notebook}, {}, {}, None).key()

    assert key("x = 1", "@kink") == key("x = 1", "@kink @float32")
    assert key("x = 1", "@kink") != key("x = 2", "@kink")
