"""Outputs of a submission show no cases that a check has used."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from classroom.test_endings import ALL, LESSON, MEAN, STUB, course, points  # noqa: F401  (a fixture)
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from cs231n_lib.classroom.grading.submission import (
    GradingJob,
    blank_gradebook,
    grade_submission,
    read_course_files,
)

pytestmark = [
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]

REMEMBERS = "seen.append(x); return 2 * x"
ABOVE = (
    "from IPython.display import display\nseen = []\nhandle = display('shown above', display_id=True)\nprint('above')"
)
BELOW = {
    "prints": "print('LEAK', seen)",
    "returns": "'LEAK', seen",
    "displays": "display('LEAK', seen)",
    "raises": "raise ValueError(f'LEAK {seen}')",
    "changes an output above": "handle.update(f'LEAK {seen}')",
    "writes to the standard error": "import sys\nprint('LEAK', seen, file=sys.stderr)",
    "runs a program": "get_ipython().system(f'echo LEAK {seen}')",
    "prints later": "import threading, time\nthreading.Timer(0.3, print, ['LEAK', seen]).start()\ntime.sleep(0.6)",
    "sends a message": "get_ipython().kernel.session.send(get_ipython().kernel.iopub_socket, 'stream',"
    " {'name': 'stdout', 'text': 'LEAK'}, parent=get_ipython().get_parent())",
}
Change = Callable[[NotebookNode], None]


def grade(course: Path, change: Change, seed: str = "a seed") -> tuple[dict[str, float | None], NotebookNode]:  # noqa: F811  (pytest takes fixtures by name)
    notebook = nbformat.read(course / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for cell in notebook.cells:
        body = {"double": REMEMBERS, "mean_square": MEAN}.get(cell.id, "")
        cell.source = cell.source.replace(STUB, f"    {body}")
    notebook.cells.insert(2, new_code_cell(ABOVE))
    change(notebook)
    with Gradebook(f"sqlite:///{course}/gradebook.db", "cs231n") as gradebook:
        packed = read_course_files(course, LESSON, blank_gradebook(gradebook, LESSON), seed, unsafe=False)
    job = GradingJob(LESSON, "ada", {f"{LESSON}.ipynb": nbformat.writes(notebook).encode()}, "")
    graded = grade_submission(packed, job)
    assert not graded.problem
    return points(graded), nbformat.reads(graded.files[f"{LESSON}.ipynb"].decode(), as_version=4)


def shown(notebook: NotebookNode) -> str:
    return str([cell.outputs for cell in notebook.cells if cell.cell_type == "code"])


def add_below(*sources: str) -> Change:
    def change(notebook: NotebookNode) -> None:
        at = next(i for i, cell in enumerate(notebook.cells) if cell.id == "check_double")
        notebook.cells[at + 1 : at + 1] = map(new_code_cell, sources)

    return change


def test_cells_below_a_check_show_no_cases(course: Path) -> None:  # noqa: F811  (pytest takes fixtures by name)
    got, notebook = grade(course, add_below(*BELOW.values()))
    assert got == ALL
    leaking = [cell.source for cell in notebook.cells if "LEAK" in str(cell.get("outputs"))]
    assert leaking == []
    assert "shown above" in shown(notebook)
    note = "The output of this cell is not shown"
    told = {cell.source for cell in notebook.cells if note in str(cell.get("outputs"))}
    assert told >= set(BELOW.values()) - {BELOW["changes an output above"]}


@pytest.mark.audit
def test_answer_below_a_check_shows_no_cases(course: Path) -> None:  # noqa: F811  (pytest takes fixtures by name)
    def change(notebook: NotebookNode) -> None:
        cell = next(cell for cell in notebook.cells if cell.id == "mean_square")
        cell.source += "\nprint('LEAK', seen)"

    got, notebook = grade(course, change)
    assert got == ALL
    assert "LEAK" not in shown(notebook)
