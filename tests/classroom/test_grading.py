"""nbgrader for real: release, submit, autograde, grade by hand, feedback, export; and tries to get points for nothing.

Expected points, worked by hand from the weights in the fixture's check module: double 40, mean_square 50 (40 where the
scale is ignored, the form being right), reflection 10 by hand.
"""

import csv
import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from cs231n_lib.classroom.nbgrader_course import nbgrader_api

# nbgrader adds a submission to an assignment before it adds it to the session, which SQLAlchemy remarks on.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")

LESSON = "01_demo"
STUB = "    # Your code goes here, in place of the next line.\n    raise NotImplementedError"


def find(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def answer(notebook: NotebookNode, name: str, body: str) -> None:
    """Write ``body`` where the release has its stub, as a student does."""
    cell = find(notebook, name)
    assert STUB in cell.source
    cell.source = cell.source.replace(STUB, "\n".join(f"    {line}" for line in body.splitlines()))


def solution(notebook: NotebookNode) -> None:
    answer(notebook, "double", "return 2 * x")
    answer(notebook, "mean_square", "return scale * float(np.mean(x ** 2))")
    find(notebook, "reflection").source = "A reason, and another."


def untouched(notebook: NotebookNode) -> None:
    pass


def warns_and_ignores_the_scale(notebook: NotebookNode) -> None:
    answer(notebook, "double", "np.log(np.array(-1.0))\nreturn x + x")
    answer(notebook, "mean_square", "return 0.5 * float(np.mean(x ** 2))")


def squares_and_does_not_finish(notebook: NotebookNode) -> None:
    answer(notebook, "double", "return x * x")
    find(notebook, "reflection").source = "One reason."


def says_much_on_stderr(notebook: NotebookNode) -> None:
    solution(notebook)
    find(notebook, "double").source += "\nimport os\n"
    answer_with = (
        "import atexit, sys\n    os.write(2, b'noise\\n')\n    sys.__stderr__.write('noise')\n    return 2 * x"
    )
    cell = find(notebook, "double")
    cell.source = cell.source.replace("return 2 * x", answer_with)


def shows_no_results(notebook: NotebookNode) -> None:
    find(notebook, "double").source = "get_ipython().ast_node_interactivity = 'none'"


def fakes_the_name(notebook: NotebookNode) -> None:
    find(notebook, "double").source = "class checks:\n    double = lambda: 40.0\n    mean_square = lambda: 50.0"


def fakes_the_module(notebook: NotebookNode) -> None:
    find(
        notebook, "double"
    ).source = "checks.double = lambda: 40.0\ntype(checks.mean_square).__call__ = lambda self: 50.0"


def shows_a_result_of_its_own(notebook: NotebookNode) -> None:
    answer(
        notebook, "double", "import sys\nsys.__dict__['displayhook'](40.0)\nget_ipython().displayhook(40.0)\nreturn x"
    )


def edits_the_check(notebook: NotebookNode) -> None:
    find(notebook, "check_double").source = "40.0"


def deletes_imports(notebook: NotebookNode) -> None:
    solution(notebook)
    cell = find(notebook, "code-01")
    cell.source = cell.source.replace("from course_lessons.demo import checks", "")


def deletes_a_check(notebook: NotebookNode) -> None:
    solution(notebook)
    notebook.cells.remove(find(notebook, "check_double"))


def deletes_an_exercise(notebook: NotebookNode) -> None:
    solution(notebook)
    notebook.cells.remove(find(notebook, "double"))
    notebook.cells.remove(find(notebook, "check_double"))


def copies_a_cell(notebook: NotebookNode) -> None:
    solution(notebook)
    position = notebook.cells.index(find(notebook, "check_double"))
    notebook.cells.insert(position, new_code_cell("40.0", metadata=notebook.cells[position].metadata))


def pastes_from_another_lesson(notebook: NotebookNode) -> None:
    solution(notebook)
    metadata = NotebookNode(find(notebook, "double").metadata)
    metadata.nbgrader = metadata.nbgrader | {"grade_id": "softmax"}
    notebook.cells.insert(2, new_code_cell("import this_is_not_there", metadata=metadata))


def takes_another_kernel(notebook: NotebookNode) -> None:
    solution(notebook)
    notebook.metadata.kernelspec = {"name": "julia", "display_name": "Julia", "language": "julia"}


def raises_its_points(notebook: NotebookNode) -> None:
    answer(notebook, "double", "return 2 * x")
    find(notebook, "check_double").metadata.nbgrader.points = 4000


def ends_python_in_a_cell(notebook: NotebookNode) -> None:
    solution(notebook)
    notebook.cells.insert(-1, new_code_cell("import os\nos._exit(1)"))
    notebook.cells.insert(3, new_code_cell("exit()"))


def ends_python_in_an_answer(notebook: NotebookNode) -> None:
    solution(notebook)
    answer_with = "import os; os._exit(1)"
    find(notebook, "double").source = f"def double(x):\n    {answer_with}"


def reads_the_seed(notebook: NotebookNode) -> None:
    find(
        notebook, "double"
    ).source = "import os\nassert 'CS231N_GRADING_SEED' in os.environ\ndef double(x): return 2 * x"


def patches_what_compares(notebook: NotebookNode) -> None:
    find(notebook, "double").source = (
        "import builtins\nnp.isclose = np.allclose = np.array_equal = lambda *a, **k: True\n"
        "builtins.all = builtins.round = lambda *a: 40.0\ndef double(x): return x"
    )


def walks_the_frames(notebook: NotebookNode) -> None:
    find(notebook, "double").source = (
        "import sys\ndef double(x):\n    frame = sys._getframe()\n    while frame:\n"
        "        if 'expected' in frame.f_locals: return frame.f_locals['expected']\n        frame = frame.f_back"
    )


SUBMISSIONS: dict[Callable[[NotebookNode], None], float] = {
    solution: 90,
    untouched: 0,
    warns_and_ignores_the_scale: 80,
    squares_and_does_not_finish: 0,
    deletes_imports: 90,
    deletes_an_exercise: 50,
    ends_python_in_a_cell: 90,
    fakes_the_module: 0,
}
FURTHER: dict[Callable[[NotebookNode], None], float] = {
    says_much_on_stderr: 90,
    shows_no_results: 0,
    fakes_the_name: 0,
    shows_a_result_of_its_own: 0,
    edits_the_check: 0,
    deletes_a_check: 90,
    copies_a_cell: 90,
    pastes_from_another_lesson: 90,
    takes_another_kernel: 90,
    raises_its_points: 40,
    ends_python_in_an_answer: 50,
    reads_the_seed: 0,
    patches_what_compares: 0,
    walks_the_frames: 0,
}
"""Left to the audit, as the other attacks are."""
BY_HAND = {"solution": 10, "squares_and_does_not_finish": 7}


def grade(built: Path, root: Path, submissions: Iterable[Callable[[NotebookNode], None]]) -> Any:
    """Release the course in a new folder, hand in, autograde; return nbgrader there."""
    shutil.copytree(built, root)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write('\nc.JudgeChecks.home = "course_lessons"\n')
    api = nbgrader_api(root, root / "gradebook.db")
    assert api.generate_assignment(LESSON)["success"]
    for submission in submissions:
        notebook = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
        submission(notebook)
        folder = root / "submitted" / submission.__name__ / LESSON
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{LESSON}.ipynb")
        graded = api.autograde(LESSON, submission.__name__)
        assert graded["success"], f"{submission.__name__}\n{graded['log']}"
    return api


@pytest.fixture(scope="module")
def graded(sandbox: None, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course after a class was graded: released, submitted, autograded, one cell graded by hand, feedback."""
    root = tmp_path_factory.mktemp("class") / "course"
    api = grade(built, root, SUBMISSIONS)
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        for student, score in BY_HAND.items():
            mark = gradebook.find_grade("reflection", LESSON, LESSON, student)
            mark.manual_score, mark.needs_manual_grade = score, False
        gradebook.db.commit()
    assert api.generate_feedback(LESSON)["success"]
    return root


@pytest.fixture(scope="module")
def further(sandbox: None, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course after the further submissions were graded."""
    root = tmp_path_factory.mktemp("further") / "course"
    grade(built, root, FURTHER)
    return root


def feedback(root: Path, student: str) -> str:
    return html.unescape((root / "feedback" / student / LESSON / f"{LESSON}.html").read_text())


def score_in(root: Path, student: str) -> float:
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return float(gradebook.find_submission(LESSON, student).score)


@pytest.mark.slow
@pytest.mark.parametrize("submission", SUBMISSIONS)
def test_submission_earns_exactly_its_points(graded: Path, submission: Callable[[NotebookNode], None]) -> None:
    student = submission.__name__
    assert score_in(graded, student) == SUBMISSIONS[submission] + BY_HAND.get(student, 0)


@pytest.mark.audit
@pytest.mark.parametrize("submission", FURTHER)
def test_a_further_submission_earns_exactly_its_points(
    further: Path, submission: Callable[[NotebookNode], None]
) -> None:
    assert score_in(further, submission.__name__) == FURTHER[submission]


@pytest.mark.slow
def test_export_holds_every_student(graded: Path) -> None:
    command = [sys.executable, "-m", "nbgrader", "export", "--to", "grades.csv"]
    subprocess.run(command, cwd=graded, check=True, capture_output=True, env=os.environ)
    with (graded / "grades.csv").open() as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert len(scores) == len(SUBMISSIONS)
    assert (scores["solution"], scores["untouched"], scores["squares_and_does_not_finish"]) == (100, 0, 7)


@pytest.mark.slow
def test_feedback_names_the_mistake_and_hides_the_cases(graded: Path) -> None:
    page = feedback(graded, "squares_and_does_not_finish")
    assert "You square the numbers" in page
    assert "Not started" in page
    path = graded / "autograded" / "squares_and_does_not_finish" / LESSON / f"{LESSON}.ipynb"
    checks = [cell for cell in nbformat.read(path, as_version=4).cells if cell.id.startswith("check_")]
    reports = " ".join(str(output.data) for cell in checks for output in cell.outputs)
    assert "You square the numbers" in reports
    assert not re.search(r"expected|\[-?\d\.\d", reports)
    assert "You always take a half of it" in feedback(graded, "warns_and_ignores_the_scale")


@pytest.mark.parametrize(("written", "set_before", "used"), [("theirs", "", "theirs"), ("theirs", "mine", "mine")])
def test_seed_comes_from_the_environment_before_the_class(
    course: Path, monkeypatch: pytest.MonkeyPatch, written: str, set_before: str, used: str
) -> None:
    (course / "class.toml").write_text(f'[grading]\nseed = "{written}"\n')
    monkeypatch.setenv("CS231N_GRADING_SEED", set_before)
    if not set_before:
        monkeypatch.delenv("CS231N_GRADING_SEED")
    nbgrader_api(course, course / "gradebook.db")
    assert os.environ["CS231N_GRADING_SEED"] == used
