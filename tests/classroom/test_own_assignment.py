"""An instructor's own assignment beside the lessons: its cells run as nbgrader runs them; none is a check of ours."""

import shutil
from pathlib import Path

import pytest
from nbformat import NotebookNode, read, write, writes
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from cs231n_lib.classroom.grading.submission import GradingJob, blank_gradebook, grade_submission, read_course_files
from cs231n_lib.classroom.nbgrader_course import nbgrader_api

ROOT = Path(__file__).parents[2]
HOMEWORK = "20_homework"


def cell(name: str, source: str, *, points: float = 0, solution: bool = False) -> NotebookNode:
    """One of the cells that an instructor marks in JupyterLab."""
    marks = {"grade": bool(points), "solution": solution, "locked": not solution, "task": False, "schema_version": 3}
    marks |= {"grade_id": name} | ({"points": points} if points else {})
    return new_code_cell(source, id=name.replace("_", "-"), metadata={"nbgrader": marks})


CELLS = [
    new_code_cell("scale = 3", id="check_of_mine"),  # not marked at all
    cell("check_setup", "%matplotlib inline\nfactor = 2 * scale"),
    cell("times", "def times(x):\n    ### BEGIN SOLUTION\n    return factor * x\n    ### END SOLUTION", solution=True),
    cell("check_times", "assert times(2) == 12", points=3),
    cell("check_once_more", "checks = dict(times=times)\nassert times(0) == 0\nchecks.clear()", points=1),
]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize(
    ("body", "points"), [("return 6 * x", [3, 1]), ("return x + 10", [3, 0]), ("return x", [0, 1])]
)
def test_own_assignment_earns_the_points_of_its_assertions(tmp_path: Path, body: str, points: list[float]) -> None:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    for folder in ("solutions", "notebooks"):
        (tmp_path / folder / HOMEWORK).mkdir(parents=True)
    write(new_notebook(cells=CELLS), tmp_path / "solutions" / HOMEWORK / f"{HOMEWORK}.ipynb")
    api = nbgrader_api(tmp_path, tmp_path / "gradebook.db")
    released = api.generate_assignment(HOMEWORK)
    assert released["success"], released
    notebook = read(tmp_path / "notebooks" / HOMEWORK / f"{HOMEWORK}.ipynb", as_version=4)
    (answer,) = [one for one in notebook.cells if one.id == "times"]
    answer.source = f"def times(x):\n    {body}"
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        blank = blank_gradebook(gradebook, HOMEWORK)
    job = GradingJob(HOMEWORK, "ada", {f"{HOMEWORK}.ipynb": writes(notebook).encode()}, "")
    graded = grade_submission(read_course_files(tmp_path, HOMEWORK, blank, "seed", unsafe=True), job)
    assert not graded.problem
    assert [graded.scores[name][0] for name in ("check_times", "check_once_more")] == points
