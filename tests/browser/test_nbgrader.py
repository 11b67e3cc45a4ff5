"""nbgrader in JupyterLab on lesson 01: what Validate tells students, and what formgrader shows instructors."""

import shutil
from pathlib import Path

import nbformat
import pytest
from browser.lab import ARTEFACTS, REPOSITORY, Lab, nbgrader, serve
from playwright.sync_api import Browser, expect

from cs231n_lib.classroom.grading.manual.assistants import mark_together

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSON = "01_optimization"
NOTEBOOK = f"{LESSON}.ipynb"
SIGNED = """def relative_error(a, b):
    scale = np.maximum(np.abs(a), np.abs(b))
    return (a - b) / np.where(scale == 0, 1, scale)"""
EXERCISES = 11


def put(folder: str, lab: Lab, name: str) -> str:
    """Copy the lesson's notebook from this folder of the repository to where the student works."""
    target = lab.root / name / NOTEBOOK
    target.parent.mkdir()
    shutil.copy(REPOSITORY / folder / LESSON / NOTEBOOK, target)
    return f"{name}/{NOTEBOOK}"


def test_validate_lists_missing_answers_and_then_wrong_ones(lab: Lab) -> None:
    lab.open(put("notebooks", lab, "begun"))
    said = lab.validate()
    assert said.count("The following cell failed") == EXERCISES + 1
    assert "You did not provide a response" in said
    answers = {cell.id: cell.source for cell in solution().cells if cell.metadata.get("nbgrader", {}).get("solution")}
    for name, answer in (answers | {"relative_error": SIGNED}).items():
        if name in ("numerical_gradient", "relative_error", "reflection"):
            write(lab, name, answer)
    said = lab.validate()
    assert said.count("The following cell failed") == EXERCISES - 1
    assert "checks.relative_error()" in said
    assert "checks.numerical_gradient()" not in said
    assert "did not provide" not in said


def test_validate_accepts_right_answers(lab: Lab) -> None:
    lab.open(put("solutions", lab, "done"))
    assert "Success! Your notebook passes all the tests." in lab.validate()


def write(lab: Lab, name: str, answer: str) -> None:
    lab.page.evaluate(
        "([name, answer]) => { const cells = window.jupyterapp.shell.currentWidget.content.widgets;"
        " cells.find(c => c.model.metadata.nbgrader?.grade_id === name).model.sharedModel.source = answer; }",
        [name, answer],
    )


def solution() -> nbformat.NotebookNode:
    return nbformat.read(REPOSITORY / "solutions" / LESSON / NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def graded_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with lesson 01 released, and one submission graded: all right but for one named mistake."""
    root = tmp_path_factory.mktemp("classroom") / "course"
    shutil.copytree(REPOSITORY / "solutions" / LESSON, root / "solutions" / LESSON)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    nbgrader(root, "generate_assignment", LESSON)
    notebook = solution()
    next(cell for cell in notebook.cells if cell.id == "relative_error").source = SIGNED
    submitted = root / "submitted" / "ada" / LESSON
    submitted.mkdir(parents=True)
    nbformat.write(notebook, submitted / NOTEBOOK)
    nbgrader(root, "autograde", LESSON)
    return root


def test_formgrader_shows_the_mistake_and_accepts_a_grade(
    graded_course: Path, browser: Browser, tmp_path: Path
) -> None:
    with serve(graded_course, tmp_path / "home") as server:
        page = browser.new_page(viewport={"width": 1400, "height": 1100})
        page.goto(f"{server.url}lab?token={server.token}&reset")  # logs in
        # The page itself, which JupyterLab shows in a frame.
        page.goto(f"{server.url}formgrader/gradebook/{LESSON}/{LESSON}")
        row = page.locator("tbody tr", has_text="Submission #1")
        expect(row).to_contain_text("88 / 94", timeout=30_000)
        page.screenshot(path=ARTEFACTS / "formgrader-gradebook.png")
        row.get_by_role("link").click()
        expect(page.get_by_text("Likely mistake: your error can be negative")).to_be_visible()
        assert "Traceback" not in page.inner_text("body")
        expect(page.locator("#check_relative_error")).to_have_attribute("placeholder", "0")
        page.locator("#check_relative_error").scroll_into_view_if_needed()
        page.screenshot(path=ARTEFACTS / "formgrader-submission.png")
        rubric = page.get_by_text("Only graders see this box.")
        expect(rubric).to_be_visible()
        rubric.scroll_into_view_if_needed()
        page.screenshot(path=ARTEFACTS / "formgrader-rubric.png")
        with page.expect_response(lambda response: response.request.method == "PUT") as saved:
            page.locator("#reflection").fill("5")
            page.keyboard.press("Tab")
        assert saved.value.ok
        page.goto(f"{server.url}formgrader/gradebook/{LESSON}/{LESSON}")
        expect(row).to_contain_text("93 / 100", timeout=30_000)
        (submission,) = mark_together(graded_course, LESSON, ["Grace"], server.url).submissions
        assert submission.done
        page.goto(submission.link)
        expect(page.get_by_text(f"Submission #{submission.number}")).to_be_visible()
        page.close()
