"""``python -m cs231n_lib grade``: a class at once, again after changes, and those whom it cannot grade."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from classroom.demo_class import LESSON, RIGHT, hand_in, released_course
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from sqlalchemy import text

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.grading import graded_notebooks, submission
from cs231n_lib.classroom.grading.grade import Grading
from cs231n_lib.classroom.grading.gradebook import transaction
from cs231n_lib.classroom.grading.ledger import Ledger
from cs231n_lib.classroom.report.graded_class import GradedCourse

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")]


def waits_for_ever(notebook: NotebookNode) -> None:
    notebook.cells.insert(2, new_code_cell("import time\nwhile True:\n    time.sleep(1)"))
    notebook.cells.insert(3, new_code_cell("late = 2"))


def download_in_a_browser(path: Path) -> None:
    """Give a submission the kernel and the name that it has if it comes from the course in a browser."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.kernelspec = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
    nbformat.write(notebook, path)
    path.rename(path.with_name(f"{LESSON}_{LESSON} (1).ipynb.txt"))


def scores(root: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {str(s.student.id): s.score for s in gradebook.assignment_submissions(LESSON)}


@pytest.fixture(scope="module")
def course(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released_course(built, tmp_path_factory.mktemp("class") / "course", "c.JudgeChecks.own_waits = 2.0")


@pytest.mark.usefixtures("sandbox")
def test_second_grading_run_grades_only_changed_submissions(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(course, "ada", "return 2 * x", RIGHT)
    wrong = "y = x * x\n    return y"
    hand_in(course, "bob", wrong, RIGHT)
    download_in_a_browser(hand_in(course, "eve", "return late * x", RIGHT, waits_for_ever))
    cut = hand_in(course, "cut", "return 2 * x", RIGHT)
    cut.write_bytes(cut.read_bytes()[:-200])
    (course / "submitted" / "eve" / "01_dmeo").mkdir()
    odd = hand_in(course, "odd", "return 2 * x", RIGHT).parent
    (course / "autograded").mkdir(exist_ok=True)
    (course / "autograded" / "odd").write_text("a file in place of the folder")

    assert main(["grade", LESSON, "--root", str(course), "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        *(f"{s}: new" for s in ("ada", "bob", "cut", "eve", "odd")), f"{LESSON}: 5 to grade"
    ]  # fmt: skip
    with monkeypatch.context() as patch:
        patch.delattr(graded_notebooks, "summarise")  # workers have read what the report needs
        assert main(["grade", LESSON, "--root", str(course)]) == 1
    said = capsys.readouterr()
    assert "3 graded, 0 unchanged, 2 not graded" in said.out
    assert "cut: not graded: the file ends in the middle" in said.err
    assert "submitted/eve/01_dmeo is not named after a lesson, so it was not graded. Rename it" in said.err
    assert re.search(r"odd: not graded: .*autograded/odd.* could not be written \(.*\)\. Fix the problem", said.err)
    shutil.rmtree(odd.parent)
    assert scores(course) == {"ada": 90, "bob": 50, "eve": 90}
    assert len(list((course / "backups").iterdir())) == 1
    with (course / "grades" / LESSON / "grades.csv").open() as table:
        states = {row["student_id"]: row["state"] for row in csv.DictReader(table)}
    assert states["cut"] == "not graded: the file ends in the middle"
    assert states["eve"] == "90 of 90 automatic, 10 not graded by hand yet"
    assert "3 of 5 submissions are graded." in (course / "report" / f"{LESSON}.html").read_text()

    feedback = {s: (course / "feedback" / s / LESSON / f"{LESSON}.html").read_text() for s in ("ada", "bob", "eve")}
    assert "own cells may compute for 20" in feedback["eve"]
    assert "own cells may compute for 20" not in feedback["ada"]
    assert feedback["bob"].count("code for objections <code>") == 3
    assert "line 8" in feedback["bob"]
    (double, *_) = GradedCourse(course).read(LESSON).marks["bob"].values()
    assert double.places == ((8, "x * x"),)

    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for student in ("ada", "bob"):
            grade = gradebook.find_grade("reflection", LESSON, LESSON, student)
            grade.manual_score, grade.needs_manual_grade = 7, False
        gradebook.db.commit()
    hand_in(course, "bob", "return 2 * x", RIGHT)
    path = hand_in(course, "ada", "return x", RIGHT)
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.id == "reflection").source = "Another."
    nbformat.write(notebook, path)
    page = course / "feedback" / "ada" / LESSON / f"{LESSON}.html"
    page.unlink()
    page.mkdir()
    assert main(["grade", LESSON, "--root", str(course)]) == 1
    said = capsys.readouterr()
    assert "2 graded, 1 unchanged, 2 not graded" in said.out
    assert re.search(r"ada: .*without feedback: .* could not be written", said.err)
    assert "ada: the answers that you graded by hand have changed" in said.err
    assert "bob: the answers that you" not in said.err
    assert scores(course) == {"ada": 57, "bob": 97, "eve": 90}
    assert {s: len(Ledger(course, LESSON).read(s)["earlier"]) for s in scores(course)} == {"ada": 1, "bob": 1, "eve": 0}

    page = course / "feedback" / "eve" / LESSON / f"{LESSON}.html"
    note = course / "grading" / LESSON / "eve.json"
    written = page.read_text()
    page.unlink()  # as if the run had been killed after the grades
    note.write_text(json.dumps({"key": json.loads(note.read_text())["key"]}))
    assert main(["grade", LESSON, "--root", str(course), "--student", "eve"]) == 0
    assert "0 graded, 1 unchanged" in capsys.readouterr().out
    assert page.read_text() == written

    good = (course / "gradebook.db").read_bytes()
    hand_in(course, "bob", "return 2 * x", RIGHT).write_text("{")
    assert main(["grade", LESSON, "--root", str(course), "--student", "bob"]) == 1
    assert scores(course)["bob"] == 97
    assert (course / "gradebook.db").read_bytes() == good


@pytest.mark.audit
def test_stop_before_feedback_keeps_grades_and_places(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    hand_in(course, "stopped", "y = x * x\n    return y", RIGHT)
    command = ["grade", LESSON, "--root", str(course), "--student", "stopped"]
    with monkeypatch.context() as patch:
        patch.setattr(Grading, "_write_feedback", stop)
        assert main(command) == 130
    assert "The grades written so far are kept" in capsys.readouterr().err
    assert scores(course)["stopped"] == 50
    (double, *_) = GradedCourse(course).read(LESSON).marks["stopped"].values()
    assert double.places == ((8, "x * x"),)
    assert main(command) == 0
    assert "0 graded, 1 unchanged" in capsys.readouterr().out
    assert "line 8" in (course / "feedback" / "stopped" / LESSON / f"{LESSON}.html").read_text()


@pytest.mark.audit
def test_next_run_searches_for_missing_places(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    hand_in(course, "hidden", "y = x * x\n    return y", RIGHT)
    command = ["grade", LESSON, "--root", str(course), "--student", "hidden"]
    settings = course / "class.toml"
    settings.write_text("[show]\nplaces = false\n")
    with monkeypatch.context() as patch:
        patch.setattr(Grading, "_write_feedback", stop)
        assert main(command) == 130
    settings.unlink()
    (double, *_) = GradedCourse(course).read(LESSON).marks["hidden"].values()
    assert not double.places
    assert main(command) == 0
    (double, *_) = GradedCourse(course).read(LESSON).marks["hidden"].values()
    assert double.places == ((8, "x * x"),)


@pytest.mark.audit
def test_feedback_has_the_change_only_if_the_class_wants_it(course: Path) -> None:
    hand_in(course, "fay", "y = x * x\n    return y", RIGHT)
    page = course / "feedback" / "fay" / LESSON / f"{LESSON}.html"
    command = ["grade", LESSON, "--root", str(course), "--student", "fay"]
    assert main(command) == 0
    assert "Show the change" not in page.read_text()
    (course / "class.toml").write_text("[show]\nchanges_in_feedback = true\n")
    try:
        hand_in(course, "fay", "z = x * x\n    return z", RIGHT)
        assert main(command) == 0
    finally:
        (course / "class.toml").unlink()
    assert "Show the change" in page.read_text()
    assert "+ z = x + x" in re.sub("<[^>]*>", "", page.read_text())


@pytest.mark.audit
def test_ctrl_c_ends_it_with_one_sentence(course: Path, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(course, root)
    for number in range(12):
        hand_in(root, f"one-of-many-{number}", "return 2 * x", RIGHT)
    command = [sys.executable, "-m", "cs231n_lib", "grade", LESSON, "--root", str(root), "--workers", "2"]
    with subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as grader:
        assert grader.stdout
        said = ""
        while "2/" not in said:
            more = grader.stdout.read(1)
            assert more, said
            said += more
        os.killpg(grader.pid, signal.SIGINT)  # as a terminal does
        said += grader.stdout.read()
    assert grader.returncode == 130
    assert "Traceback" not in said
    assert said.strip().endswith("Stopped. The grades written so far are kept. Run the command again to continue.")


@pytest.mark.usefixtures("sandbox")
def test_unreleased_or_unknown_lesson_is_reported(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "Training", "--root", str(course)]) == 1
    assert "09_training is not released" in capsys.readouterr().err
    assert main(["grade", "02_other", "--root", str(course)]) == 1
    assert capsys.readouterr().err.startswith(
        f"No lesson is called '02_other'. Pass the number, name or folder of one of {LESSON}, "
    )


def test_transaction_writes_a_student_completely_or_not_at_all(course: Path, tmp_path: Path) -> None:
    shutil.copy(course / "gradebook.db", tmp_path)
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:

        def fail_halfway() -> None:
            with transaction(gradebook):
                gradebook.update_or_create_student("new")
                gradebook.update_or_create_submission(LESSON, "new")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail_halfway()
        assert "new" not in {student.id for student in gradebook.students}


def test_worker_gradebook_has_the_version_without_alembic(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> str:
        raise AssertionError("alembic is started, which takes a second")

    monkeypatch.setattr("nbgrader.api.get_alembic_version", never)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        (tmp_path / "gradebook.db").write_bytes(submission.blank_gradebook(gradebook, LESSON))
        versions = gradebook.db.execute(text("SELECT version_num FROM alembic_version")).all()
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as blank:
        assert blank.db.execute(text("SELECT version_num FROM alembic_version")).all() == versions
        assert [cell.name for cell in blank.find_notebook(LESSON, LESSON).grade_cells]


@pytest.mark.parametrize(("whose", "waits"), [("its own", 0), ("the class's", 2)])
def test_only_a_temporary_gradebook_skips_disk_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whose: str, waits: int
) -> None:
    monkeypatch.setattr(submission, "_HERE", {"key": (SimpleNamespace(name=str(tmp_path)), None)})
    folder = tmp_path if whose == "its own" else tmp_path / "class"
    folder.mkdir(exist_ok=True)
    monkeypatch.setattr(Gradebook, "__init__", Gradebook.__init__)  # put back afterwards
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "")  # a program that not every user may start
    submission.share_engines()
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        assert gradebook.db.execute(text("PRAGMA synchronous")).scalar_one() == waits


def test_a_workers_gradebook_keeps_its_engine_but_no_student(course: Path) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        blank = submission.blank_gradebook(gradebook, LESSON)
        shared = submission.read_course_files(course, LESSON, blank, "seed", unsafe=True)
    _, api = submission.prepare_course(shared)
    with Gradebook(api.coursedir.db_url) as first:
        first.add_student("ada")
    submission.prepare_course(shared)
    with Gradebook(api.coursedir.db_url) as second, Gradebook(f"sqlite:///{course}/gradebook.db") as other:
        assert second.engine is first.engine is not other.engine
        assert second.students == []


def test_without_a_sandbox_it_refuses(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["grade", LESSON, "--root", str(course)]) == 1
    assert "or grade on another machine. With --unsafe" in capsys.readouterr().err
    assert main(["grade", LESSON, "--root", str(course), "--unsafe", "--dry-run"]) == 0
    assert "ran without a sandbox, with your permissions" in capsys.readouterr().err


@pytest.mark.usefixtures("sandbox")
def test_missing_scheduler_is_reported_with_its_address(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cs231n_lib.classroom.grading.workers._SCHEDULER_SECONDS", 1)
    hand_in(course, "new", "return 2 * x", RIGHT)
    assert main(["grade", LESSON, "--root", str(course), "--scheduler", "tcp://127.0.0.1:9"]) == 1
    assert "No Dask scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err
