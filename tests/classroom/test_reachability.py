"""Which cells of a submission grading leaves out, and that the points are the same when it leaves none out."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cs231n_lib.classroom.kernels.reachability import shortened_sources, unreachable_cells

LESSON = {
    "imports": "import numpy as np\nfrom lesson import pictures",
    "data": "x = np.arange(3)\ncurve = []",
    "picture": "pictures.hill()",
    "experiment": "heights = pictures.measure()\nfor step in heights:\n    print(step)",
    "of the answer": "print(rise(2))",
    "of the data": "total = x.sum()",
    "of the total": "print(total)",
}
ANSWER = "def rise(step):\n    heights = step * 2\n    return heights"
ALL = set(LESSON)


def cell(name: str, source: str, **marks: object) -> NotebookNode:
    return new_code_cell(source, id=name.replace(" ", "-"), metadata={"nbgrader": marks} if marks else {})


def solution() -> NotebookNode:
    cells = [cell(name, source) for name, source in LESSON.items()]
    for one in cells:
        one.outputs = [new_output("stream", text=one.id)]
    return new_notebook(cells=cells)


def left_out(*own: str, answer: str = ANSWER, **changed: str) -> set[str]:
    """The names of the lesson's cells that need not run, in a submission with these cells of the student's own."""
    cells = [cell(name, changed.get(name, source)) for name, source in LESSON.items()]
    marks = {"grade_id": "rise", "grade": False, "solution": True}
    cells[3:3] = [cell("rise", answer, **marks), *(cell(f"own{i}", source) for i, source in enumerate(own))]
    submission = new_notebook(cells=cells)
    stored = unreachable_cells(submission, solution())
    assert all(outputs[0].text == cells[i].id for i, outputs in stored.items())
    return {cells[i].id.replace("-", " ") for i in stored}


def test_cells_that_no_answer_reaches_are_left_out() -> None:
    assert left_out() == ALL - {"of the answer"}


@pytest.mark.parametrize(
    ("own", "run"),
    [
        ("print(heights)", {"experiment", "imports"}),
        ("print(total, 1)", {"of the data", "of the total", "data", "imports"}),
        ("x = 4", {"data", "imports", "of the data", "of the total"}),
        ("x += 4", {"data", "imports", "of the data", "of the total"}),
        ("x[0] = 9", {"data", "imports", "of the data", "of the total"}),
        ("curve.append(1)", {"data", "imports", "of the data", "of the total"}),
        ("def total(): pass", {"of the data", "data", "imports", "of the total"}),
        ("def print(*words): pass", {"of the answer", "experiment", "of the total"}),
        ("pictures = None", {"imports", "picture", "experiment"}),
        ("def f(heights): return heights", set()),
        ("x.append(", set()),
        ("y = " + "-" * 50_000 + "1", set()),
        ("y = np" + ".a" * 50_000, set()),
        ("y = '\ud83d'", set()),
        ("from helpers import *", ALL),
        ("eval('heights')", ALL),
        ("%matplotlib inline", ALL),
        ("!ls", ALL),
        ("import sys", ALL),
    ],
)
def test_what_the_students_own_code_reaches_or_needs_is_run(own: str, run: set[str]) -> None:
    assert ALL - left_out(own) >= run | {"of the answer"}
    if own.startswith(("print", "def f", "x.append")):
        assert ALL - left_out(own) == run | {"of the answer"}


def test_changed_lesson_cell_runs_with_its_dependents() -> None:
    run = ALL - left_out(data="x = np.arange(4)\ncurve = []")
    assert run >= {"data", "imports", "of the data", "of the total"}
    assert "experiment" not in run


@pytest.mark.parametrize(
    ("own", "imports"),
    [
        ("y = 1", ""),
        ("y = np.ones(2)", "import numpy as np"),
        ("pictures = None", "from lesson import pictures"),
        ("def f():\n    return pictures.hill(np)", LESSON["imports"]),
        ("print(total, 1)", "import numpy as np"),
        ("eval('np')", None),
    ],
)
def test_unused_imports_are_removed_from_cells_that_run(own: str, imports: str | None) -> None:
    submission = new_notebook(cells=[cell(name, source) for name, source in LESSON.items()] + [cell("own", own)])
    stored = unreachable_cells(submission, solution())
    found = shortened_sources(submission, solution(), stored)
    assert found.get(0) == imports if 0 not in stored else not imports
    assert all(found[i] == submission.cells[i].source for i in found if i)  # all else runs as it is


def test_an_answer_that_uses_a_global_of_the_lesson_has_it() -> None:
    assert ALL - left_out(answer="def rise(step):\n    return heights[step]") >= {"experiment", "imports"}


def test_cells_of_the_same_text_are_run() -> None:
    twice = solution()
    twice.cells.append(cell("again", LESSON["picture"]))
    stored = unreachable_cells(new_notebook(cells=[cell("picture", LESSON["picture"])]), twice)
    assert stored == {}
