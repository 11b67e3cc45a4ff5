"""Nothing in a submission covers, moves or imitates the report of a check, in Formgrader and on the feedback page."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from browser.lab import ARTEFACTS, REPOSITORY, nbgrader, serve, write_notebook
from classroom.corpora import COVERS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.audit]

SEAL = "0123abcd"
REPORT = f'<div class="seal-{SEAL}"><div style="border-left: 5px solid red; padding: 1em">✗ 2 of 8 points</div></div>'


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded submission with a report between all of `COVERS`, as text and as outputs."""
    root = tmp_path_factory.mktemp("covered") / "course"
    (root / "solutions/01_tiny").mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    marks = {"grade": True, "schema_version": 3, "points": 8}
    answer = {**marks, "grade_id": "reflection", "solution": True, "locked": False, "cell_type": "markdown"}
    check = {**marks, "grade_id": "check_tiny", "solution": False, "locked": True, "cell_type": "code"}
    cells = [
        new_markdown_cell("Why?", metadata={"nbgrader": answer}),
        new_code_cell("8.0", metadata={"nbgrader": check}),
    ]
    write_notebook(root / "solutions/01_tiny/01_tiny.ipynb", cells)
    nbgrader(root, "generate_assignment", "01_tiny")
    (root / "submitted/mallory/01_tiny").mkdir(parents=True)
    shutil.copy(root / "notebooks/01_tiny/01_tiny.ipynb", root / "submitted/mallory/01_tiny")
    nbgrader(root, "autograde", "01_tiny")
    path = root / "autograded/mallory/01_tiny/01_tiny.ipynb"
    stored = nbformat.read(path, as_version=4)
    (text, *_, graded) = stored.cells
    text.source = "\n\n".join(COVERS)
    graded.outputs = [new_output("execute_result", {"text/html": REPORT, "text/plain": "2.0"}, execution_count=1)]
    shown = [new_code_cell("x", outputs=[new_output("display_data", {"text/html": html})]) for html in COVERS]
    told = [new_markdown_cell(html) for html in COVERS]
    stored.cells = [*told, *shown, text, graded, *told, *shown]
    path.chmod(0o644)
    path.write_text(json.dumps(stored))
    nbgrader(root, "generate_feedback", "01_tiny")
    return root


def is_uncovered(page: Page) -> None:
    """Each point of the report is the report's own, and only it is framed and sealed."""
    report = page.locator(f".output_area .seal-{SEAL}")
    report.evaluate("e => e.scrollIntoView({block: 'center'})")
    box = report.bounding_box()
    assert box is not None
    assert box["height"] < 300
    over = """([e, n]) => {
        const b = e.getBoundingClientRect(), found = [];
        for (let i = 1; i < n; i++) for (let j = 1; j < n; j++) {
            const top = document.elementFromPoint(b.x + b.width * i / n, b.y + b.height * j / n);
            if (!e.contains(top)) found.push(top ? top.outerHTML.slice(0, 80) : 'nothing');
        }
        return found;
    }"""
    assert page.evaluate(over, [report.element_handle(), 9]) == []
    sealed = """() => [...document.querySelectorAll('#notebook-container *')]
        .filter(e => getComputedStyle(e, '::before').content.includes('seal')).map(e => e.innerText.trim())"""
    note, shown = page.evaluate(sealed)
    assert note.startswith("Reports of the checks on this page are framed like this note and bear the seal 0123abcd")
    assert shown == "✗ 2 of 8 points"
    top = page.locator("#notebook-container .cell").first
    assert "bear the seal" in top.inner_text()
    top.evaluate("e => e.scrollIntoView({block: 'center'})")
    assert page.evaluate(over, [top.locator(f".seal-{SEAL}").element_handle(), 9]) == []


def test_report_is_uncovered_in_feedback(course: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.goto((course / "feedback/mallory/01_tiny/01_tiny.html").as_uri())
    page.screenshot(path=ARTEFACTS / "feedback-covered.png")
    is_uncovered(page)
    page.close()


def test_report_is_uncovered_in_formgrader(course: Path, browser: Browser, tmp_path: Path) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        (notebook,) = gradebook.notebook_submissions("01_tiny", "01_tiny")
        address = f"formgrader/submissions/{notebook.id}/?index=0"
    with serve(course, tmp_path / "home") as server:
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.goto(f"{server.url}lab?token={server.token}&reset")  # logs in
        page.goto(f"{server.url}{address}")
        expect(page.locator("input#reflection")).to_have_count(1)
        page.screenshot(path=ARTEFACTS / "formgrader-covered.png")
        is_uncovered(page)
        score = page.locator("input#reflection")
        score.scroll_into_view_if_needed()
        score.click()  # which fails if something covers it
        page.close()
