"""Pages show which reports are those of the checks, and no cell can cover or imitate them."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from classroom.test_endings import ALL, course  # noqa: F401  (a fixture)
from classroom.test_feedback_leaks import grade, shown
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.server_extensions.formgrader.handlers import template_path
from traitlets.config import Config

from cs231n_lib.classroom.clean import Clean, CleanPage, clean
from cs231n_lib.classroom.grading.judge import _seal
from cs231n_lib.classroom.nbgrader_course import read_config

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")


def test_each_submission_has_a_seal_that_it_cannot_know() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CS231N_GRADING_SEED", "a seed")
        seal = _seal("lesson", "ada", ["x"])
        assert re.fullmatch("[0-9a-f]{8}", seal)
        assert seal == _seal("lesson", "ada", ["x"])
        assert len({seal, _seal("lesson", "bob", ["x"]), _seal("lesson", "ada", ["y"])}) == 3
        patch.setenv("CS231N_GRADING_SEED", "another")
        assert seal != _seal("lesson", "ada", ["x"])


@pytest.mark.audit
def test_only_reports_of_checks_bear_the_seal(course: Path) -> None:  # noqa: F811  (pytest takes fixtures by name)
    forged = "from IPython.display import HTML\nHTML('<div class=\"seal-0123abcd\">8 of 8 points</div>')"

    def change(notebook: NotebookNode) -> None:
        notebook.cells.insert(2, new_code_cell(forged))

    got, notebook = grade(course, change)
    assert got == ALL
    seals = {
        cell.id: set(re.findall(r"seal-(\w{8})", str(cell.outputs))) for cell in notebook.cells if "outputs" in cell
    }
    (seal,) = seals.pop("check_double")
    assert seals.pop("check_mean_square") == {seal}
    assert set().union(*seals.values()) == set()
    assert "8 of 8 points" in shown(notebook)


def report(seal: str) -> NotebookNode:
    marks = {"grade": True, "locked": True, "solution": False, "grade_id": "check_x", "points": 3}
    html = f'<div class="seal-{seal}"><div>3 of 3 points</div></div>'
    return new_code_cell(
        "checks.x()", metadata={"nbgrader": marks}, outputs=[new_output("execute_result", {"text/html": html})]
    )


def formgrader(*cells: NotebookNode) -> str:
    config = Config(HTMLExporter=read_config(ROOT).HTMLExporter)
    exporter = HTMLExporter(config=config, template_name="formgrade", extra_template_basedirs=[template_path])
    return str(exporter.from_notebook_node(new_notebook(cells=list(cells)), resources={"index": 0, "total": 1})[0])


def test_page_shows_the_seal_of_its_checks_at_its_top() -> None:
    fake = new_markdown_cell('<div class="seal-76543210">Reports of the checks bear the seal 76543210</div>')
    other = new_code_cell("", outputs=[new_output("execute_result", {"text/html": '<i class="seal-76543210">8</i>'})])
    html = formgrader(fake, other, report("0123abcd"))
    assert '.seal-0123abcd::before { content: "Report of the check, seal 0123abcd"' in html
    assert ".seal-76543210::before" not in html
    (first, *_) = BeautifulSoup(html, "html.parser").select("#notebook-container .cell")
    assert "framed like this note and bear the seal 0123abcd" in first.get_text()


def test_page_without_reports_has_no_seal_but_contains_its_cells() -> None:
    html = formgrader(new_markdown_cell("text"))
    assert "contain: paint" in html
    assert "::before" not in html.partition("<style>.text_cell_render")[2].partition("</style>")[0]
    assert "bear the seal" not in html


def test_notebook_cannot_claim_to_be_the_top_of_the_page() -> None:
    style = "<style>.cell { display: none }</style>"
    cells = [new_markdown_cell(style, metadata={key: True}) for key in ("_TRUSTED", "trusted", "True", "cs231n")]
    html = formgrader(*cells)
    assert "display: none }" not in html
    assert clean(style) == ""


def test_stored_notebook_has_no_additional_cell() -> None:
    notebook = new_notebook(cells=[report("0123abcd")])
    Clean().preprocess(notebook, {})
    assert len(notebook.cells) == 1
    CleanPage().preprocess(notebook, {})
    assert len(notebook.cells) == 2
