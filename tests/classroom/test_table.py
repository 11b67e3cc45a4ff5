"""The table of grades, through nbgrader for real: who has points, who waits, and who has none for which reason."""

import csv
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from classroom.test_grading import LESSON, answer, find, solution, untouched
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp

from cs231n_lib.classroom.intake import RELEASES_FILE
from cs231n_lib.classroom.nbgrader_course import nbgrader_api, read_config
from cs231n_lib.classroom.table import COLUMNS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]

NAME = f"{LESSON}.ipynb"
NO_NOTEBOOK = f"there is no notebook in {LESSON}. It contains readme.txt. The name of a notebook ends in .ipynb"


def older(content: bytes) -> dict[str, bytes]:
    document = json.loads(content)
    document["metadata"]["cs231n"]["version"] = "0.0.9"
    return {NAME: json.dumps(document).encode()}


def two_names(content: bytes) -> dict[str, bytes]:
    return {"a.ipynb": content, "b.ipynb": content}


def another(content: bytes) -> bytes:
    """The notebook of another lesson: the reflection has the same name there."""
    return content.replace(b"double", b"triple").replace(b"mean_square", b"mean_cube")


CLASS: dict[str, tuple[float | None, float, str, Callable[[bytes], dict[str, bytes]]]] = {
    "ada": (90, 100, "90 of 90 automatic, 10 not graded by hand yet", lambda n: {NAME: n}),
    "bob": (0, 100, "0 of 100 automatic", lambda n: {NAME: n}),
    "cut": (None, 100, "not graded: the file ends in the middle", lambda n: {NAME: n[:3000]}),
    "dan": (90, 100, "90 of 90 automatic, 10 not graded by hand yet", lambda n: {f"{LESSON} (1).ipynb": n}),
    "eve": (None, 100, f"not graded: none of the 2 notebooks is named {NAME}", two_names),
    "flo": (None, 100, f"not graded: {NO_NOTEBOOK}", lambda n: {"readme.txt": b"see my mail"}),
    "old": (40, 50, "40 of 40 automatic, 10 not graded by hand yet, not asked: mean_square", older),
    "oth": (None, 100, "not graded: it contains none of the lesson's exercises", lambda n: {NAME: another(n)}),
    "pip": (None, 100, "not graded: it is empty", lambda n: {NAME: b""}),
    "zoe": (90, 100, "90 of 90 automatic, 10 not graded by hand yet", lambda n: {NAME: n.decode().encode("utf-16")}),
}  # fmt: skip


@pytest.fixture(scope="module")
def course(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("table") / "course"
    shutil.copytree(built, root)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write('\nc.JudgeChecks.home = "course_lessons"\n')
    asked = json.loads((root / "notebooks" / RELEASES_FILE).read_text())
    (root / "notebooks" / RELEASES_FILE).write_text(json.dumps(asked | {"0.0.9": {LESSON: ["double", "reflection"]}}))
    api = nbgrader_api(root, root / "gradebook.db")
    assert api.generate_assignment(LESSON)["success"]
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        gradebook.add_student("mia", first_name="Mia", last_name='O\'Hara, "the" absent')
        gradebook.add_student("neo", first_name="=1+1", last_name=" @SUM(A1)", email="neo@example.org")
    for student, (*_, files) in CLASS.items():
        notebook = nbformat.read(root / "notebooks" / LESSON / NAME, as_version=4)
        (untouched if student == "bob" else solution)(notebook)
        hand_in(root, student, files(nbformat.writes(notebook).encode()))
        api.autograde(LESSON, student)
    return root


def hand_in(root: Path, student: str, files: dict[str, bytes]) -> None:
    folder = root / "submitted" / student / LESSON
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def table(root: Path, out: Path) -> dict[str, dict[str, str]]:
    app = ExportApp(config=read_config(root))
    app.plugin_class = app.config.ExportApp.plugin_class
    app.init_plugin()
    app.plugin_inst.to = str(out)
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        app.plugin_inst.export(gradebook)
    with out.open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


@pytest.mark.usefixtures("sandbox")
def test_table_rows_explain_their_scores(course: Path, tmp_path: Path) -> None:
    rows = table(course, tmp_path / "grades.csv")
    assert tuple(rows["ada"]) == COLUMNS
    found = {name: (row["score"], row["max_score"], row["state"]) for name, row in rows.items()}
    shown = {
        name: ("" if s is None else str(float(s)), str(float(m)), state) for name, (s, m, state, _) in CLASS.items()
    }
    assert found == shown | dict.fromkeys(("mia", "neo"), ("", "100.0", "handed in nothing"))
    assert [rows["neo"][name] for name in ("first_name", "last_name")] == ["'=1+1", "' @SUM(A1)"]
    assert rows["mia"]["last_name"] == 'O\'Hara, "the" absent'


def test_pipe_link_or_folder_does_not_count_as_a_notebook(course: Path, tmp_path: Path) -> None:
    """A pipe would be read for ever, a link would show whatever it points to."""
    root = shutil.copytree(course, tmp_path / "course")
    for student, put in {
        "pipe": os.mkfifo, "link": lambda path: path.symlink_to(root / "gradebook.db"), "folder": Path.mkdir
    }.items():  # fmt: skip
        hand_in(root, student, {})
        put(root / "submitted" / student / LESSON / NAME)
    rows = table(root, tmp_path / "grades.csv")
    said = [rows[student]["state"] for student in ("pipe", "link", "folder")]
    assert said == ["not graded: there is no notebook in 01_demo"] * 3


@pytest.mark.usefixtures("sandbox")
def test_points_by_hand_and_an_unreadable_second_file(course: Path, tmp_path: Path) -> None:
    root = shutil.copytree(course, tmp_path / "course")
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("reflection", LESSON, LESSON, "ada")
        grade.manual_score, grade.needs_manual_grade = 7, False
        gradebook.db.commit()
    hand_in(root, "ada", {NAME: b'{"cells": ['})
    nbgrader_api(root, root / "gradebook.db").autograde(LESSON, "ada", force=True)
    row = table(root, tmp_path / "grades.csv")["ada"]
    why = "from an earlier file, because the latest cannot be graded: the file ends in the middle"
    assert (row["score"], row["state"]) == ("97.0", f"90 of 90 automatic, {why}")


@pytest.mark.usefixtures("sandbox")
def test_changed_reflection_needs_manual_grading_again(course: Path, tmp_path: Path) -> None:
    root = shutil.copytree(course, tmp_path / "course")
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("reflection", LESSON, LESSON, "ada")
        grade.manual_score, grade.needs_manual_grade = 5, False
        gradebook.db.commit()
    notebook = nbformat.read(root / "notebooks" / LESSON / NAME, as_version=4)
    answer(notebook, "double", "return 2 * x")
    find(notebook, "reflection").source = "Better reasons."
    hand_in(root, "ada", {NAME: nbformat.writes(notebook).encode()})
    assert nbgrader_api(root, root / "gradebook.db").autograde(LESSON, "ada", force=True)["success"]
    row = table(root, tmp_path / "grades.csv")["ada"]
    assert (row["score"], row["state"]) == ("45.0", "40 of 90 automatic, 10 not graded by hand yet")
