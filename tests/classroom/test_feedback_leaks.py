"""Outputs of a submission show no cases that a check has used."""

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from classroom.test_endings import ALL, LESSON, MEAN, STUB, course, points  # noqa: F401  (a fixture)
from course_lessons.demo import checks as demo
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from nbgrader.api import Gradebook

from cs231n_lib.checks.evaluate.rows import draw
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
ABOVE = """\
from IPython.display import display
from matplotlib.figure import Figure
get_ipython()  # so that the lesson's own cells run
seen = []
handle = display('shown above', display_id=True)
Figure.savefig = lambda *rest: print('LEAK', seen)
"""
SEND = "kernel = get_ipython().kernel\nsend = kernel.session.send\nparent = get_ipython().get_parent()\n"
BELOW = {
    "prints": "print('LEAK', seen)",
    "returns": "'LEAK', seen",
    "displays": "display('LEAK', seen)",
    "raises": "raise ValueError(f'LEAK {seen}')",
    "changes an output above": "handle.update(f'LEAK {seen}')",
    "writes to the standard error": "import sys\nprint('LEAK', seen, file=sys.stderr)",
    "runs a program": "get_ipython().system(f'echo LEAK {seen}')",
    "prints later": "import threading, time\nthreading.Timer(0.3, print, ['LEAK', seen]).start()\ntime.sleep(0.6)",
    "sends a message": f"{SEND}send(kernel.iopub_socket, 'stream', {{'name': 'stdout', 'text': 'LEAK'}}, parent)",
    "counts its runs": f"{SEND}told = {{'execution_count': 31415, 'execution_state': 'busy'}}\n"
    "send(kernel.iopub_socket, 'execute_input', told, parent)\nsend(kernel.iopub_socket, 'status', told, parent)",
    "opens a widget": f"{SEND}state = {{'_model_name': 'LEAK', 'value': str(seen)}}\n"
    "send(kernel.iopub_socket, 'comm_open', {'comm_id': 'LEAK', 'target_name': 'jupyter.widget',"
    " 'data': {'state': state}}, parent)",
}
SHOWS = "shown before handing in"
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


def hand_in_outputs(notebook: NotebookNode) -> None:
    """Give each code cell the output that it had before, even a check."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("execute_result", {"text/plain": f"'{SHOWS}'"})]


def test_cells_below_a_check_show_submitted_outputs(course: Path) -> None:  # noqa: F811  (pytest takes fixtures by name)
    def change(notebook: NotebookNode) -> None:
        add_below(*BELOW.values())(notebook)
        next(cell for cell in notebook.cells if cell.id == "mean_square").source += "\nprint('LEAK', seen)"
        hand_in_outputs(notebook)

    got, notebook = grade(course, change)
    assert got == ALL
    assert "LEAK" not in json.dumps([notebook.metadata, [cell.get("outputs") for cell in notebook.cells]])
    assert "31415" not in json.dumps([notebook.metadata, [cell.get("execution_count") for cell in notebook.cells]])
    assert "shown above" in shown(notebook)
    at = next(i for i, cell in enumerate(notebook.cells) if cell.id == "check_double")
    graded = {"check_double", "check_mean_square"}
    for cell in notebook.cells[3:]:
        if cell.cell_type == "code":
            submitted = cell in notebook.cells[at:] and cell.id not in graded
            assert (SHOWS in str(cell.outputs)) == submitted, cell.source


@pytest.mark.audit
def test_feedback_below_a_check_does_not_depend_on_cases(course: Path) -> None:  # noqa: F811  (pytest takes fixtures by name)
    """Whether a cell has an output, or how long it takes, would tell as much as what it prints."""
    tells = [f"if seen[0][{i}] > 0:\n    {act}" for i, act in enumerate(("print(1)", "while True: pass", "exit()"))]
    pages, signs = set(), set()
    for seed in ("a seed", "another seed", "a third"):
        got, notebook = grade(course, add_below(*tells, "print(seen)"), seed)
        assert got == ALL
        signs.add(str([number > 0 for number in first_case(seed)]))
        pages.add(str([visible(cell) for cell in notebook.cells if not cell.id.startswith("check")]))
    assert len(signs) > 1
    assert len(pages) == 1


def visible(cell: NotebookNode) -> list[object]:
    """What a page shows of a cell, except how many cells were cut short."""
    return [cell.get("execution_count"), [o for o in cell.get("outputs", []) if o.get("ename") != "TimeLimit"]]


def first_case(seed: str) -> list[float]:
    (row,) = (row for row in draw(demo.double, seed) if row.title == "Doubles each number")
    return list(row.cases[0].args[0][:3])


@pytest.mark.audit
def test_interrupted_cells_below_a_check_are_counted(course: Path) -> None:  # noqa: F811  (pytest takes fixtures by name)
    endless, fast = "while True:\n    pass", "x = 1"
    got, notebook = grade(course, add_below(endless, fast, f"{endless}  # again", f"{fast}  # last"))
    assert got == ALL
    told = [cell.source for cell in notebook.cells if "were interrupted" in str(cell.get("outputs"))]
    assert told == [f"{fast}  # last"]
    assert "or did not run in grading is 2." in shown(notebook)
