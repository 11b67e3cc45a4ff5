"""A tenth lesson costs its folders and one line of the plan: build, checks, progress, grades and README follow.

This is "Adding a lesson" of CONTRIBUTING, done by a program in a copy of the project.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from machine import tracked

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "tests/fixtures/tenth"
LESSON = "11_waves"
NOTEBOOK = f"{LESSON}/{LESSON}.ipynb"
DONE = "return np.sin(2 * np.pi * frequency * t)"

pytestmark = pytest.mark.audit


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that git holds, with the lesson's folders beside the others' and its line in the plan."""
    folder = tmp_path_factory.mktemp("clone")
    for path in tracked():
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("line.txt", "__pycache__"))
    plan, end = folder / "cs231n_lib/course/plan.py", ")  # fmt: skip\n"
    text = plan.read_text()
    assert text.count(end) == 1
    plan.write_text(text.replace(end, (TEMPLATE / "line.txt").read_text() + end))
    return folder


def run(clone: Path, *arguments: str) -> str:
    """What a Python in the clone prints, which has to end well."""
    environment = os.environ | {"PYTHONPATH": str(clone), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(clone: Path) -> Path:
    run(clone, "-m", "cs231n_lib", "build", LESSON)
    return clone


def test_tenth_lesson_is_released_and_matches_its_text(built: Path) -> None:
    released = json.loads((built / "notebooks" / NOTEBOOK).read_text())
    cells = {cell["id"]: "".join(cell["source"]) for cell in released["cells"]}
    assert "raise NotImplementedError" in cells["wave"]
    assert DONE not in cells["wave"]
    assert cells["check_wave"] == "checks.wave()"
    run(built, "-m", "cs231n_lib", "build", "--check", LESSON)


def test_tests_of_the_tenth_lesson_pass(built: Path) -> None:
    assert "3 passed" in run(built, "-m", "pytest", "-p", "no:cacheprovider", "tests/lessons/waves")


def test_the_readme_and_the_map_show_it(built: Path) -> None:
    item = '[11 Waves](notebooks/11_waves/11_waves.ipynb "a sampled wave")'
    assert item in (built / "README.md").read_text()
    code = "from cs231n_lib.course.map import CourseMap, Path; print(repr(CourseMap(Path('notebooks'))))"
    shown = run(built, "-c", code)
    assert "from 1 to 11." in shown
    assert "Waves: about" in shown
    assert "1\N{NO-BREAK SPACE}exercises" in shown


def test_progress_and_grading_find_it(built: Path) -> None:
    begun = run(built, "-m", "cs231n_lib", "progress", "11")
    assert "0 of 94" in begun
    assert "reflection" in begun
    run(built, "-m", "nbgrader", "generate_assignment", LESSON, "--force")
    for student, answer in (("ada", DONE), ("bob", DONE.replace("2 * np.pi * ", ""))):
        notebook = json.loads((built / "notebooks" / NOTEBOOK).read_text())
        (cell,) = [cell for cell in notebook["cells"] if cell["id"] == "wave"]
        cell["source"] = "".join(cell["source"]).replace("raise NotImplementedError", answer)
        handed_in = built / "submitted" / student / NOTEBOOK
        handed_in.parent.mkdir(parents=True)
        handed_in.write_text(json.dumps(notebook))
    # The user whom a sandbox becomes cannot read the folders that pytest makes.
    run(built, "-m", "nbgrader", "autograde", LESSON, "--JudgeChecks.unsafe=True")
    run(built, "-m", "nbgrader", "export", "--to", "grades.csv")
    rows = [line.split(",") for line in (built / "grades.csv").read_text().splitlines()]
    at = {name: rows[0].index(name) for name in ("student_id", "score", "max_score")}
    points = {row[at["student_id"]]: (row[at["score"]], row[at["max_score"]]) for row in rows[1:]}
    assert points == {"ada": ("94.0", "100.0"), "bob": ("0.0", "100.0")}


def test_a_class_can_leave_out_and_set_a_date(built: Path) -> None:
    written = '[grading]\nseed = "their own"\n[lessons.11_waves]\ndue = 2027-02-01T18:00:00Z\n'
    (built / "class.toml").write_text(written)
    run(built, "-m", "cs231n_lib", "build", LESSON)
    metadata = json.loads((built / "notebooks" / NOTEBOOK).read_text())["metadata"]
    assert metadata["cs231n"]["due"] == "2027-02-01T18:00:00+00:00"
    (built / "class.toml").write_text(written + 'leave_out = ["waves"]')
    command = [sys.executable, "-m", "cs231n_lib", "build", LESSON]
    failed = subprocess.run(command, cwd=built, capture_output=True, text=True)
    assert failed.returncode == 1
    assert "leave_out: the lesson has no exercise 'waves'.\n  Remedy: write one of: wave.\n" in failed.stderr
