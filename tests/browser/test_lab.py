"""The browser harness itself, on a notebook of four cells."""

from pathlib import Path

import pytest
from browser.lab import REPOSITORY, Lab
from matplotlib.image import imread
from nbformat.v4 import new_code_cell, new_markdown_cell

pytestmark = pytest.mark.browser

ANSWER = """def double(x):
    if x:
        return 2 * x
    return 0"""


@pytest.fixture
def notebook(lab: Lab) -> Lab:
    """A page with a tiny lesson open in it."""
    answer = new_code_cell("def double(x):\n    raise NotImplementedError", metadata=_nbgrader("double", solution=True))
    check = new_code_cell("print('right' if double(4) == 8 else 'wrong')")
    slow = "import time\nprint('started', flush=True)\ntime.sleep(3600)"
    last = new_code_cell(slow, metadata=_nbgrader("check_double", grade=True, points=5))
    lab.write("tiny.ipynb", [new_markdown_cell("# A tiny lesson"), answer, check, last])
    lab.open("tiny.ipynb")
    return lab


def test_a_cell_is_run_and_its_output_read(notebook: Lab) -> None:
    notebook.run("double")
    assert "NotImplementedError" in notebook.run(2)


def test_an_answer_is_typed_and_passes(notebook: Lab) -> None:
    notebook.type("double", ANSWER)
    assert notebook.run("double") == ""
    assert notebook.run(2) == "right"
    notebook.type("double", ANSWER.replace("2 *", "3 *"))
    notebook.run("double")
    assert notebook.run(2) == "wrong"
    assert notebook.errors == []


def test_the_validate_button_reports_what_failed(notebook: Lab) -> None:
    notebook.type("double", ANSWER)
    notebook.type(-1, "3.0")
    said = notebook.validate()
    assert "Partial credit" in said
    assert "print(" not in said


def test_run_all_stops_at_the_first_error(notebook: Lab) -> None:
    notebook.type("double", "raise ValueError('here')")
    notebook.run_all()
    assert "here" in notebook.output("double")
    assert notebook.output(-1) == ""


def test_a_running_cell_can_be_watched_and_interrupted(notebook: Lab) -> None:
    notebook.start(-1)
    notebook.outputs(-1).get_by_text("started").wait_for()
    with pytest.raises(AssertionError, match="still ran"):
        notebook.wait_until_done(timeout=0.2)
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_until_done()
    assert "KeyboardInterrupt" in notebook.output(-1)


def test_both_themes_show_on_screenshots(notebook: Lab) -> None:
    assert _brightness(notebook, "dark") < 0.3
    assert _brightness(notebook, "light") > 0.7


def test_what_a_student_saves_stays_out_of_the_repository(notebook: Lab) -> None:
    notebook.type("double", ANSWER)
    notebook.save()
    assert "return 2 * x" in (notebook.root / "tiny.ipynb").read_text()
    assert not notebook.root.is_relative_to(REPOSITORY)


def test_reopened_notebook_has_saved_text_and_a_new_kernel(notebook: Lab) -> None:
    notebook.type("double", ANSWER)
    notebook.run("double")
    notebook.close_all()
    assert notebook.empty
    notebook.page.evaluate("() => { window.theSame = true; }")
    notebook.open("tiny.ipynb")
    assert notebook.page.evaluate("() => window.theSame")
    assert "NameError" in notebook.run(2)
    assert "NotImplementedError" in notebook.source("double")
    assert notebook.errors == []


def _nbgrader(grade_id: str, **given: object) -> dict[str, object]:
    required = {"grade": False, "solution": False, "locked": False, "cell_type": "code", "schema_version": 3}
    return {"nbgrader": {"grade_id": grade_id, **required, **given}}


def _brightness(lab: Lab, theme: str) -> float:
    lab.theme(theme)
    picture: Path = lab.screenshot(f"tiny-{theme}")
    return float(imread(picture)[..., :3].mean())
