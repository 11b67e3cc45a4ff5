"""nbgrader's exchange, as on a JupyterHub: released, fetched, handed in twice, collected, graded, and feedback back.

On one machine, where two of the system's own accounts are the students, each with a home; a hub has more of both.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from classroom.test_grading import find
from nbgrader.api import Gradebook

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.nbgrader_course import nbgrader_api

pytestmark = [
    pytest.mark.audit,
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]

LESSON = "01_demo"


ADA, BOB = "daemon", "games"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other accounts may pass, which pytest's own is not."""
    if os.geteuid() != 0:
        pytest.skip("only root can be several users")
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_lesson_goes_through_the_exchange_and_back(built: Path, place: Path) -> None:
    exchange, course = place / "exchange", place / "course"
    exchange.mkdir()
    exchange.chmod(0o777)
    shutil.copytree(built, course)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('\nc.JudgeChecks.home = "course_lessons"\n')
    assert nbgrader_api(course, course / "gradebook.db").generate_assignment(LESSON)["success"]

    def nbgrader(user: str, folder: Path, *command: str) -> None:
        account, home = pwd.getpwnam(user), place / f"home-{user}"
        for path in {home, folder}:
            path.mkdir(exist_ok=True)
            os.chown(path, account.pw_uid, account.pw_gid)
        program = [sys.executable, "-m", "nbgrader", *command, f"--Exchange.root={exchange}", "--course=cs231n"]
        done = subprocess.run(
            program, cwd=folder, env=os.environ | {"HOME": str(home)}, user=account.pw_uid, group=account.pw_gid,
            extra_groups=[], umask=0o022, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def answer(user: str, double: str) -> None:
        path = place / user / LESSON / f"{LESSON}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        find(notebook, "double").source = f"def double(x):\n    return {double}"
        nbformat.write(notebook, path)
        nbgrader(user, place / user, "submit", LESSON)

    nbgrader("root", course, "release_assignment", LESSON)
    for user in (ADA, BOB):
        nbgrader(user, place / user, "fetch_assignment", LESSON)
        answer(user, "x * x")
    nbgrader("root", course, "collect", LESSON)
    assert main(["grade", LESSON, "--root", str(course)]) == 0
    answer(ADA, "2 * x")
    nbgrader("root", course, "collect", LESSON, "--update")
    assert main(["grade", LESSON, "--root", str(course)]) == 0
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        submissions = {str(s.student.id): s for s in gradebook.assignment_submissions(LESSON)}
        assert {user: s.score for user, s in submissions.items()} == {ADA: 40, BOB: 0}
        assert all(submission.timestamp for submission in submissions.values())

    nbgrader("root", course, "release_feedback", LESSON)
    nbgrader(BOB, place / BOB, "fetch_feedback", LESSON)
    (page,) = (place / BOB / LESSON / "feedback").rglob(f"{LESSON}.html")
    assert "You square the numbers" in page.read_text()
