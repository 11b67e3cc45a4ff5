"""The writer of the gradebook: without warnings, and with the same entries as nbgrader's own."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import compute_checksum
from sqlalchemy import event
from sqlalchemy.orm import Session

from cs231n_lib.classroom.grading.gradebook import SaveGrades, transaction

GRADE = ("name", "auto_score", "manual_score", "needs_manual_grade")


@pytest.mark.audit
def test_new_submission_causes_no_database_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)  # nbgrader calls `alembic`
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment("01_demo")
        gradebook.add_notebook("01_demo", "01_demo")
        gradebook.add_grade_cell("check_double", "01_demo", "01_demo", max_score=2, cell_type="code")
        with transaction(gradebook):
            gradebook.update_or_create_student("ada")
            gradebook.update_or_create_submission("01_demo", "ada")
        assert [one.student.id for one in gradebook.assignment_submissions("01_demo")] == ["ada"]


def marked(name: str, kind: str = "code", **marks: object) -> NotebookNode:
    make = new_code_cell if kind == "code" else new_markdown_cell
    known = {"grade": False, "solution": False, "task": False, "locked": False, "schema_version": 3, "cell_type": kind}
    cell = make(f"# {name}", metadata={"nbgrader": known | {"grade_id": name} | marks})
    if marks.get("checksum") == "unchanged":
        cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    return cell


@pytest.fixture
def answered() -> NotebookNode:
    """Full, partial and no points, an answer in words, and answers that are changed and unchanged."""
    cells = [marked("f", solution=True, checksum="unchanged"), marked("g", solution=True, checksum="another")]
    for name, points in (("check_f", "2.0"), ("check_g", "0.5"), ("check_h", "")):
        cells.append(marked(name, grade=True, locked=True, points=2))
        cells[-1].outputs = [new_output("execute_result", {"text/plain": points})] if points else []
    cells.append(marked("words", "markdown", grade=True, solution=True, points=3, checksum="unchanged"))
    return new_notebook(cells=cells)


@pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")
def test_points_are_saved_like_nbgrader_in_one_commit(
    answered: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)  # nbgrader calls `alembic`
    at = "demo", "demo"
    empty = tmp_path / "empty.db"
    with Gradebook(f"sqlite:///{empty}") as gradebook:
        gradebook.add_assignment("demo")
        gradebook.add_notebook(*at)
        for cell in answered.cells:
            marks = cell.metadata.nbgrader
            if marks.grade:
                gradebook.add_grade_cell(marks.grade_id, *at, max_score=marks.points, cell_type=cell.cell_type)
            if marks.solution:
                gradebook.add_solution_cell(marks.grade_id, *at)
        for student in ("ada", "bob"):
            gradebook.add_student(student)
            gradebook.add_submission("demo", student)
        gradebook.find_grade("check_g", *at, "ada").manual_score = 1.5
        gradebook.find_comment("g", *at, "ada").auto_comment = "No response."
        gradebook.db.commit()
    saved, commits = [], []
    for step in (SaveAutoGrades(), SaveGrades()):
        file = tmp_path / f"{type(step).__name__}.db"
        shutil.copy(empty, file)
        told = {"notebook": "demo", "assignment": "demo", "student": "ada", "db_url": f"sqlite:///{file}"}
        count: list[object] = []
        note = count.append
        event.listen(Session, "after_commit", note)
        step.preprocess(answered, {"nbgrader": told})
        event.remove(Session, "after_commit", note)
        commits.append(len(count))
        with Gradebook(told["db_url"]) as gradebook:
            books = [one for submission in gradebook.assignment_submissions("demo") for one in submission.notebooks]
            grades = {(b.student.id, *(getattr(g, name) for name in GRADE)) for b in books for g in b.grades}
            comments = {(b.student.id, c.name, c.auto_comment, c.manual_comment) for b in books for c in b.comments}
        saved.append(grades | comments)
    assert saved[0] == saved[1]
    assert ("ada", "check_g", 0.5, 1.5, True) in saved[1]
    assert ("ada", "f", "No response.", None) in saved[1]
    assert commits == [1 + 4 + 3, 1 + 1]  # opening a gradebook commits, too
