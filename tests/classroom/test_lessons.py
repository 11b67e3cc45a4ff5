"""Every lesson through nbgrader: the solution earns all that is graded automatically, the untouched release nothing."""

import shutil
from pathlib import Path

import nbformat
import pytest
from long import LONG
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.utils import is_grade

from cs231n_lib.classroom.kernels.client import INSTRUCTIONS
from cs231n_lib.classroom.nbgrader_course import nbgrader_api
from cs231n_lib.classroom.release.build import build_environment
from cs231n_lib.classroom.release.verify import leaks
from cs231n_lib.course import plan
from cs231n_lib.lessons.optimization import checks as optimization

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(path.parent.name for path in (ROOT / "solutions").glob("*/*.py"))
LESSONS = [name for name in NOTEBOOKS if name not in {one.folder for one in plan.NOTEBOOKS if not one.graded}]
ONE_AND_AUDIT = [LESSONS[0], *(pytest.param(lesson, marks=pytest.mark.audit) for lesson in LESSONS[1:])]
"""The build tries the solution of each lesson, too; the way through nbgrader is the same for all."""

pytestmark = [
    pytest.mark.slow,
    # nbgrader adds a submission to an assignment before it adds it to the session, which SQLAlchemy remarks on.
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]


def read(root: Path, folder: str, lesson: str) -> NotebookNode:
    return nbformat.read(root / folder / lesson / f"{lesson}.ipynb", as_version=4)


def grade(root: Path, lesson: str, student: str, notebook: NotebookNode) -> dict[str, float]:
    """Points by cell, as they are in the gradebook after nbgrader has graded the submission."""
    folder = root / "submitted" / student / lesson
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{lesson}.ipynb")
    graded = nbgrader_api(root, root / "gradebook.db").autograde(lesson, student)
    assert graded["success"], graded["log"]
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        grades = gradebook.find_submission_notebook(lesson, lesson, student).grades
        return {grade.name: grade.score for grade in grades}


@pytest.fixture
def classroom(sandbox: None, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The course with one lesson, released."""
    lesson = request.getfixturevalue("lesson")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "solutions" / lesson, tmp_path / "solutions" / lesson)
    assert nbgrader_api(tmp_path, tmp_path / "gradebook.db").generate_assignment(lesson)["success"]
    return tmp_path


@pytest.mark.parametrize("lesson", ONE_AND_AUDIT)
def test_solution_earns_all_and_release_nothing(classroom: Path, lesson: str) -> None:
    solution = read(classroom, "solutions", lesson)
    marks = {cell.id: cell.metadata.nbgrader for cell in solution.cells if "nbgrader" in cell.metadata}
    graded = {name: mark.points for name, mark in marks.items() if mark.grade}
    automatic = {name: points for name, points in graded.items() if not marks[name].solution}
    assert sum(graded.values()) == 100
    earned = grade(classroom, lesson, "solution", solution)
    assert {name: earned[name] for name in automatic} == automatic
    assert sum(grade(classroom, lesson, "untouched", read(classroom, "notebooks", lesson)).values()) == 0


@pytest.mark.audit
@pytest.mark.parametrize(
    "lesson", [pytest.param(one, marks=[pytest.mark.seeds] if one in LONG else []) for one in LESSONS]
)
def test_points_and_texts_are_the_same_where_every_cell_is_run(classroom: Path, lesson: str) -> None:
    """Grading takes outputs that no answer can reach from the solution, or else from the submission.

    The second submission has no outputs, so cells without points show nothing below its first check. The cells run with
    the instructions of the build, since the solution's figures would round differently with others.
    """
    solution = read(classroom, "solutions", lesson)
    some_right = read(classroom, "notebooks", lesson)
    right = {cell.id: cell.source for cell in solution.cells}
    for name in [cell.id for cell in solution.cells if "check_" + cell.id in right][::2]:
        next(cell for cell in some_right.cells if cell.id == name).source = right[name]
    submissions = {"right": solution, "some": some_right}
    environment = pytest.MonkeyPatch()
    environment.setenv("CS231N_GRADING_SEED", "a seed of this test")
    for name in build_environment().keys() & set(INSTRUCTIONS):
        environment.setenv(name, build_environment()[name])
    quick = {name: grade(classroom, lesson, name, notebook) for name, notebook in submissions.items()}
    with (classroom / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('\nc.JudgeChecks.solutions = ""\n')
    whole = {name: grade(classroom, lesson, f"{name}-whole", notebook) for name, notebook in submissions.items()}
    environment.undo()
    assert quick == whole
    assert 0 < sum(quick["some"].values()) < sum(quick["right"].values())
    for name in submissions:
        one, other = (read(classroom, f"autograded/{student}", lesson) for student in (name, f"{name}-whole"))
        first = next(number for number, cell in enumerate(one.cells) if is_grade(cell))
        shown = [texts(cell) for cell in one.cells]
        for number, cell in enumerate(other.cells):
            hidden = name == "some" and number > first and not is_grade(cell)
            assert texts(cell) in ([shown[number], [""]] if hidden else [shown[number]])


def texts(cell: NotebookNode) -> list[str]:
    """All that a cell printed, in however many pieces it comes, and what it returned, as text."""
    outputs = cell.get("outputs", [])
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    return [printed, *(o.data.get("text/plain", "") for o in outputs if "data" in o)]


@pytest.mark.parametrize("lesson", NOTEBOOKS)
def test_release_leaks_no_answer(lesson: str) -> None:
    assert leaks(ROOT, lesson) == []


@pytest.mark.parametrize("lesson", ["01_optimization"])
def test_mix_of_answers_earns_what_each_is_worth(classroom: Path, lesson: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One right but with a warning, one named mistake, one right but for 0/0; the rest is not written."""
    monkeypatch.setenv("CS231N_GRADING_SEED", "a seed of this test")
    answers = {
        "numerical_gradient": (
            "np.log(np.array(-1.0))\n"
            "dx = np.empty_like(x)\n"
            "for i in np.ndindex(x.shape):\n"
            "    moved = x.copy()\n"
            "    moved[i] = moved[i] + h\n"
            "    dx[i] = (f(moved) - f(x)) / h\n"
            "return dx"
        ),
        "numerical_gradient_centered": (
            "dx = np.empty_like(x)\n"
            "for i in np.ndindex(x.shape):\n"
            "    step = np.zeros_like(x)\n"
            "    step[i] = h\n"
            "    dx[i] = (f(x + step) - f(x - step)) / h\n"
            "return dx"
        ),
        "relative_error": "return np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))",
    }
    notebook = read(classroom, "notebooks", lesson)
    for cell in notebook.cells:
        if cell.id in answers:
            header, _, _ = cell.source.partition("    # Your code goes here")
            cell.source = header + "".join(f"    {line}\n" for line in answers[cell.id].splitlines())
    earned = grade(classroom, lesson, "mix", notebook)
    namespace: dict[str, object] = {}
    for cell in notebook.cells:
        if cell.id in answers:
            exec("import numpy as np\n" + cell.source, namespace)
    expected = {
        f"check_{name}": getattr(optimization, name)(namespace[name], seed="a seed of this test").points
        for name in answers
    }
    assert {name: points for name, points in earned.items() if points} == {n: p for n, p in expected.items() if p}
    assert expected["check_numerical_gradient"] == optimization.numerical_gradient.points
    assert expected["check_numerical_gradient_centered"] == 0  # divides by h, not by 2h
    assert 0 < expected["check_relative_error"] < optimization.relative_error.points
