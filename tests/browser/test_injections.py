"""A hostile submission in the instructor's browser: formgrader, logged in, and the page of feedback."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from browser.lab import ARTEFACTS, REPOSITORY, nbgrader, serve, write_notebook
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.audit]

CORPUS = (REPOSITORY / "tests/fixtures/injections.txt").read_text().splitlines()
INNOCENT = """Since $a<b$ and $\\frac{1}{2}$:

| rule | steps |
|------|------:|
| Adam | 12 |

```python
def f(x):
    return x < 1
```

![a dot](attachment:dot.png)
"""
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR42mNk+M+AFzAxjEoDALsfARX5mWzXAAAAAElFTkSuQmCC"
WATCH = "window.ran = []; window.send = () => { window.ran.push('send'); };"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two graded submissions: the corpus as text and as outputs, one of them stored as a kernel could have sent it."""
    root = tmp_path_factory.mktemp("hostile") / "course"
    (root / "solutions/01_tiny").mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    marks = {"grade_id": "reflection", "solution": True, "grade": True, "locked": False, "schema_version": 3}
    cell = new_markdown_cell("Why?", metadata={"nbgrader": {**marks, "points": 10, "cell_type": "markdown"}})
    write_notebook(root / "solutions/01_tiny/01_tiny.ipynb", [cell])
    nbgrader(root, "generate_assignment", "01_tiny")
    for student in ("innocent", "mallory", "stored"):
        notebook = nbformat.read(root / "notebooks/01_tiny/01_tiny.ipynb", as_version=4)
        notebook.cells[0].source = INNOCENT if student == "innocent" else "\n\n".join(CORPUS)
        notebook.cells[0].attachments = {"dot.png": {"image/png": DOT}}
        if student == "mallory":
            code = f"from IPython.display import *\nfor text in {CORPUS!r}:\n    display(HTML(text), Markdown(text))\n"
            notebook.cells.append(
                new_code_cell(f"{code}display(Javascript('send()'), SVG('<svg onload=\"send()\"/>'))")
            )
        (root / f"submitted/{student}/01_tiny").mkdir(parents=True)
        nbformat.write(notebook, root / f"submitted/{student}/01_tiny/01_tiny.ipynb")
    nbgrader(root, "autograde", "01_tiny")
    path = root / "autograded/stored/01_tiny/01_tiny.ipynb"
    stored = nbformat.read(path, as_version=4)
    outputs = [new_output("display_data", {"text/html": text}) for text in CORPUS]
    outputs += [
        new_output("display_data", {"application/javascript": "send()", "image/svg+xml": "<svg onload=send()>"})
    ]
    outputs += [new_output("display_data", {"image/png": DOT}, metadata={"width": "1 onload=send()"})]
    stored.cells.append(new_code_cell("x", outputs=outputs))
    path.chmod(0o644)
    path.write_text(json.dumps(stored))
    nbgrader(root, "generate_feedback", "01_tiny")
    return root


def watched(browser: Browser, asked: list[str]) -> Page:
    """A page on which ``send`` notes that it was called, and ``asked`` which addresses were fetched."""
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.add_init_script(WATCH)
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append("a dialog"))
    return page


def nothing_ran(page: Page, asked: list[str]) -> None:
    page.mouse.move(600, 300)
    for link in page.locator("#notebook a:has-text('x')").all()[:40]:
        link.click(force=True, no_wait_after=True, modifiers=["ControlOrMeta"])
    for summary in page.locator("#notebook summary").all():
        summary.click()
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") == []
    assert [url for url in asked if "example.org" in url or "logout" in url or url == "a dialog"] == []
    assert (
        page.locator("#notebook").first.evaluate("e => e.querySelectorAll('script, iframe, form, [onload]').length")
        == 0
    )


def test_nothing_runs_in_formgrader(course: Path, browser: Browser, tmp_path: Path) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        ids = {n.student.id: n.id for n in gradebook.notebook_submissions("01_tiny", "01_tiny")}
    with serve(course, tmp_path / "home") as server:
        asked: list[str] = []
        page = watched(browser, asked)
        page.goto(f"{server.url}lab?token={server.token}&reset")  # logs in
        for student in ("mallory", "stored", "innocent"):
            page.goto(f"{server.url}formgrader/submissions/{ids[student]}/?index=0")
            expect(page.locator("input#reflection")).to_have_count(1)
            page.screenshot(path=ARTEFACTS / f"formgrader-{student}.png")
            nothing_ran(page, asked)
        shown = page.locator("#notebook").first
        expect(shown.locator("table td")).to_have_text(["Adam", "12"])
        expect(shown.locator(".highlight .k").first).to_have_text("def")
        assert shown.locator("img").evaluate("e => e.naturalWidth") == 10
        assert "$a<b$" in shown.inner_text()
        page.close()


@pytest.mark.parametrize("student", ["mallory", "stored", "innocent"])
def test_nothing_runs_in_feedback(course: Path, browser: Browser, student: str) -> None:
    asked: list[str] = []
    page = watched(browser, asked)
    page.goto((course / f"feedback/{student}/01_tiny/01_tiny.html").as_uri())
    page.screenshot(path=ARTEFACTS / f"feedback-{student}.png", full_page=True)
    nothing_ran(page, asked)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []  # formulas need no script
    assert bool(page.locator("math").count()) == (student == "innocent")  # the others' formulas stay TeX
    page.close()
