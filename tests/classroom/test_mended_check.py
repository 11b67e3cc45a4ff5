"""A check that is wrong when the class is graded, and is mended afterwards, as somebody who maintains it does."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from classroom.conftest import COURSE
from classroom.demo_class import LESSON, RIGHT, gradebook_of, hand_in, released_course

pytestmark = [
    pytest.mark.audit, pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")
]  # fmt: skip

FAULTS = {
    'Values("Doubles each number", 2, _vectors)': 'Values("Doubles each number", 2, lambda rng: [case("2", 2.0)])',
    "return scale * total / len(x)": "return scale * total / (len(x) - 1)",
}
"""A case that a wrong answer passes too, as 2 + 2 = 2 · 2, and a reference that refuses right answers."""

CLASS = {
    "ada": ("return 2 * x", RIGHT),
    "bob": ("return x * x", RIGHT),
    "cid": ("return 2 * x", "return 0.0"),
    "dan": ("return x + x", "return scale * float(x @ x) / len(x)"),
}
"""Answers of the students to `double` and `mean_square`. cid's points change in neither."""

CHANGES = [
    "ada: mean_square: 0 → 50 (named mistake: half before, none now)",
    "bob: double: 40 → 0 (named mistake: none before, square now)",
    "bob: mean_square: 0 → 50 (named mistake: half before, none now)",
    "dan: mean_square: 0 → 50 (named mistake: half before, none now, the 45 points given by hand remain)",
    "Points change for 3 of 4 students",
]


@pytest.fixture(scope="module")
def course(built: Path, sandbox: None) -> Iterator[Path]:
    """A class graded by the faulty checks, in which dan's objection has been granted by hand."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # the sandbox's user must reach the checks, unlike pytest's own folder
        root = released_course(built, Path(name, "course"), "c.JudgeChecks.places = False")
        shutil.copytree(COURSE / "course_lessons", root.parent / "packages" / "course_lessons")
        text = checks_of(root).read_text()
        for right, wrong in FAULTS.items():
            assert right in text
            text = text.replace(right, wrong)
        checks_of(root).write_text(text)
        for student, answers in CLASS.items():
            hand_in(root, student, *answers)
        assert run(root, "grade", LESSON).returncode == 0
        with gradebook_of(root) as gradebook:
            grade = gradebook.find_grade("check_mean_square", LESSON, LESSON, "dan")
            grade.manual_score = 45.0
            gradebook.db.commit()
        yield root


def checks_of(root: Path) -> Path:
    return root.parent / "packages" / "course_lessons" / "demo" / "checks.py"


def run(root: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own, which imports the checks anew."""
    call = [sys.executable, "-m", "cs231n_lib", *command, "--root", str(root)]
    environment = os.environ | {"PYTHONPATH": str(root.parent / "packages"), "TQDM_DISABLE": "1"}
    return subprocess.run(call, cwd=root, env=environment, capture_output=True, text=True)


def points(root: Path) -> dict[str, list[float]]:
    with gradebook_of(root) as gradebook:
        return {
            student: [
                float(gradebook.find_grade(f"check_{name}", LESSON, LESSON, student).score)
                for name in ("double", "mean_square")
            ]
            for student in CLASS
        }


def test_mended_check_changes_the_points_that_it_lists(course: Path) -> None:
    assert points(course) == {"ada": [40, 0], "bob": [40, 0], "cid": [40, 0], "dan": [40, 45]}
    page = course / "feedback" / "ada" / LESSON / f"{LESSON}.html"
    assert "40 of 90 points" in page.read_text()
    again = ["grade", LESSON, "--again"]
    assert "Points change for 0 of 4 students" in run(course, *again, "--dry-run").stdout

    shutil.copy(COURSE / "course_lessons" / "demo" / "checks.py", checks_of(course))
    code = re.findall(r"code for objections <code>([\w-]+)</code>", page.read_text())[1]
    told = "The points have changed: 50 of 50 in this run, 0 of 50 recorded."
    assert told in run(course, "regrade", code).stdout
    assert run(course, *again, "--dry-run").stdout.splitlines() == [*CHANGES, f"{LESSON}: 4 to grade"]
    assert points(course)["ada"] == [40, 0]

    done = run(course, *again, "--yes")
    assert done.returncode == 0
    assert done.stdout.splitlines()[:5] == CHANGES
    assert "dan: the answers that you graded by hand have changed" in done.stderr
    assert points(course) == {"ada": [40, 50], "bob": [0, 50], "cid": [40, 0], "dan": [40, 45]}
    assert "90 of 90 points" in page.read_text()

    assert "Points change for 0 of 4 students" in run(course, *again, "--dry-run").stdout
    assert "0 graded, 4 unchanged" in run(course, "grade", LESSON).stdout
