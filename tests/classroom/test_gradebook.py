"""What the one writer of the gradebook says while it writes: nothing."""

import os
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from cs231n_lib.classroom.grading.gradebook import transaction


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
