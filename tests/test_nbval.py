"""Solutions and the start page show the same again when they are run again; nbval compares their outputs."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cs231n_lib.course.plan import NOTEBOOKS

ROOT = Path(__file__).parents[1]
LESSONS = sorted(ROOT.glob("solutions/*/*.ipynb"), reverse=True)
"""The later lessons first, because they take longest."""

pytestmark = pytest.mark.slow


def nbval(notebook: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run nbval on a notebook."""
    command = [sys.executable, ROOT / "tests" / "stored_outputs.py", notebook, *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("notebook", [*LESSONS, ROOT / "notebooks" / "index.ipynb"], ids=lambda path: path.stem)
def test_notebook_shows_the_same_again(notebook: Path) -> None:
    finished = nbval(notebook)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_every_solution_is_compared() -> None:
    folders = [path for path in ROOT.glob("solutions/[0-9]*") if path.is_dir()]
    assert len(LESSONS) == len(folders) == len(NOTEBOOKS)


@pytest.mark.parametrize("notebook", LESSONS, ids=lambda path: path.stem)
def test_stored_figures_are_small(notebook: Path) -> None:
    images = re.findall(r"data:image/png;base64,([\w+/=]+)", notebook.read_text(encoding="utf-8"))
    assert all(len(image) * 3 / 4 < 100_000 for image in images)


def printed(text: str, name: str = "stdout") -> NotebookNode:
    return new_output("stream", name=name, text=text)


def returned(metadata: dict[str, Any] | None = None, kind: str = "execute_result", **data: str) -> NotebookNode:
    bundle = {f"text/{name}": text for name, text in data.items()}
    counted = {"execution_count": 1} if kind == "execute_result" else {}
    return new_output(kind, bundle, metadata=metadata or {}, **counted)


def image(pixels: str, alt: str = "a curve") -> str:
    return f'<img src="data:image/png;base64,{pixels}" alt="{alt}">'


PLAIN = "<IPython.core.display.HTML object>"
SHOW = f"from IPython.display import HTML, display\ndisplay(HTML('{image('AAAA')}'))"
TAGGED = "# NBVAL_IGNORE_OUTPUT\nprint(42)"
SAME = [
    ("print(42)", printed("42\n")),
    ("print('≈ 81.6% ≈ 80.1%')", printed("≈ 81.6% ≈ 80.1%\n")),
    ("print('≈ 81.6% ≈ 80.1%')", printed("≈ 82.6% ≈ 79.1%\n")),
    (SHOW, returned(kind="display_data", html=image("BBBB"), plain=PLAIN)),
    ("40.0", returned(plain="40.0")),
    ("display('a', metadata={'measured': True})", returned({"measured": True}, "display_data", plain="'a'")),
]
DIFFERENT = [
    ("print(42)", printed("43\n")),
    ("print(42)",),
    (TAGGED, printed("43\n")),
    ("print('≈ 81.6% ≈ 80.1%')", printed("≈ 81.6% ≈ 81.2%\n")),
    ("print('≈ 81.6%')", printed("≈ 80.5%\n")),
    ("print('≈ 81.6%')", printed("≈ 81.60%\n")),
    ("print('≈ 81.6% of 10')", printed("≈ 81.6% of 11\n")),
    ("print('≈ 81.6%')", printed("81.6%\n")),
    (SHOW, returned(kind="display_data", html=image("AAAA", "another curve"), plain=PLAIN)),
    (SHOW, returned(kind="display_data", plain=PLAIN)),
    (SHOW, returned(html=image("AAAA"), plain=PLAIN)),
    ("import sys\nprint(42, file=sys.stderr)",),
    ("import os, time\n_ = os.write(2, b'from compiled code')\ntime.sleep(1)",),
    ("import warnings\nwarnings.warn('old')\n40.0", returned(plain="40.0")),
    ("40.0", returned(plain="38.0")),
    ("40.0", printed("40.0\n")),
    ("display('a')", returned({"measured": True}, "display_data", plain="'a'")),
    ("display('a', metadata={'measured': True})", returned(kind="display_data", plain="'a'")),
    ("display(1)\nprint(2)", printed("2\n"), returned(kind="display_data", plain="1")),
    ("1 / 0",),
]
"""A cell and the outputs that are stored of it."""


def write(path: Path, cells: list[NotebookNode]) -> Path:
    kernel = {"kernelspec": {"display_name": "Python 3", "name": "python3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
    return path


def test_kernel_that_crashes_fails_its_notebook(tmp_path: Path) -> None:
    crash = new_code_cell("import ctypes\nctypes.string_at(0)", execution_count=1)
    finished = nbval(write(tmp_path / "page.ipynb", [crash]), "--nbval-cell-timeout=3")
    assert "1 failed" in finished.stdout, finished.stdout + finished.stderr


def test_all_of_an_output_counts_but_pixels_and_close_figures(tmp_path: Path) -> None:
    cells = [new_code_cell(source, outputs=outputs, execution_count=1) for source, *outputs in SAME + DIFFERENT]
    cells[len(SAME) + 1].execution_count = None  # it was never run
    finished = nbval(write(tmp_path / "page.ipynb", cells))
    failed = [int(number) for number in re.findall(r"^FAILED .*::Cell (\d+)", finished.stdout, re.MULTILINE)]
    assert failed == [*range(len(SAME), len(SAME + DIFFERENT))], finished.stdout + finished.stderr
