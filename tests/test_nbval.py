"""Solutions say the same again when they are run again: text outputs are compared strictly, pictures are not."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from long import LONG
from nbformat.v4 import new_code_cell, new_notebook, new_output

METADATA = {"kernelspec": {"display_name": "Python 3", "name": "python3"}}
ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


def nbval(target: Path) -> subprocess.CompletedProcess[str]:
    """Run nbval on a notebook."""
    sanitize = ROOT / "tests" / "nbval_sanitize.cfg"
    command = [sys.executable, "-m", "pytest", "--nbval", f"--nbval-sanitize-with={sanitize}", "-p", "no:cacheprovider"]
    environment = os.environ | {"CS231N_STATIC": "1"}
    return subprocess.run([*command, target], cwd=ROOT, env=environment, capture_output=True, text=True)


SOLUTIONS = sorted(ROOT.glob("solutions/*/*.ipynb"))
SHORT = ("10_bridge",)
"""Tried in `make test`; the long ones in `make seeds`, the others in `make audit`, which builds all anew, too."""


def marks(lesson: str) -> list[pytest.MarkDecorator]:
    """When a lesson is tried."""
    if lesson in SHORT:
        return []
    return [pytest.mark.audit, pytest.mark.seeds] if lesson in LONG else [pytest.mark.audit]


@pytest.mark.parametrize(
    "lesson",
    [pytest.param(path, id=path.stem, marks=marks(path.stem)) for path in SOLUTIONS],
)
def test_a_solution_says_the_same_again(lesson: Path) -> None:
    finished = nbval(lesson)
    assert finished.returncode == 0, finished.stdout


def html(picture: str) -> str:
    return f'<img src="data:image/png;base64,{picture}">'


@pytest.mark.parametrize(
    ("text", "picture", "same"),
    [("42 ≈ 81.6%", "AAAA", True), ("42 ≈ 81.3%", "BBBB", True), ("43 ≈ 81.6%", "AAAA", False)],
)
def test_text_counts_and_pixels_and_what_is_about_do_not(tmp_path: Path, text: str, picture: str, same: bool) -> None:
    shown = {"text/plain": "<IPython.core.display.HTML object>", "text/html": html(picture)}
    outputs = [new_output("stream", text=f"{text}\n"), new_output("execute_result", shown, execution_count=1)]
    source = f"from IPython.display import HTML\nprint(6 * 7, '≈ 81.6%')\nHTML('{html('AAAA')}')"
    notebook = new_notebook(cells=[new_code_cell(source, outputs=outputs, execution_count=1)], metadata=METADATA)
    nbformat.write(notebook, tmp_path / "page.ipynb")
    finished = nbval(tmp_path / "page.ipynb")
    assert (finished.returncode == 0) is same, finished.stdout
