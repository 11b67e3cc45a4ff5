"""The zip for Gradescope, unpacked and run as Gradescope would: its folders, as root, offline, one submission each."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from classroom.corpora import ALL, RIGHT, WRONG
from classroom.test_corpora import STUB
from nbformat.v4 import new_code_cell

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.exchange.gradescope import gradescope_results
from cs231n_lib.classroom.grading.submission import GradedSubmission, GradingJob

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")

LESSON = "01_demo"
PARTS = {"check_a": 40.0, "check_b": 50.0, "reflection": 10.0}
JOB = GradingJob(LESSON, "student", {}, "")


def test_results_separate_points_pending_and_missing_parts() -> None:
    graded = GradedSubmission(
        JOB, scores={"check_a": (30.0, False), "check_b": (None, False), "reflection": (None, True)}
    )
    told = gradescope_results(graded, PARTS, {"a": "Partly right"})
    assert (told["score"], told["output"]) == (30, "30 of 40 automatic, 10 not graded by hand yet, not asked: b")
    (test,) = told["tests"]
    assert test == {
        "name": "a", "score": 30.0, "max_score": 40.0, "status": "failed", "output": "Partly right",
        "output_format": "text", "visibility": "visible",
    }  # fmt: skip


def test_results_say_why_a_submission_is_not_graded() -> None:
    told = gradescope_results(GradedSubmission(JOB, problem="it is empty"), PARTS, {})
    assert told["output"] == "Not graded: it is empty. Hand in the notebook of 01_demo again."


@pytest.fixture(scope="module")
def place(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Gradescope's folders, with the zip unpacked in ``source``; where another user may pass, as there."""
    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-c", "import numpy"]
    if os.geteuid() != 0 or subprocess.run(as_nobody, check=False).returncode:
        pytest.skip("only root can run a submission as another user, who must be able to open the course")
    course = tmp_path_factory.mktemp("course") / "course"
    shutil.copytree(built, course)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('\nc.JudgeChecks.home = "course_lessons"\n')
    assert main(["gradescope", LESSON, "--root", str(course), "--output", str(course / "dist")]) == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "home").mkdir()
        (folder / "home" / "env").symlink_to(sys.prefix)
        with zipfile.ZipFile(course / "dist" / f"gradescope-{LESSON}.zip") as archive:
            archive.extractall(folder / "source")
            assert {info.filename for info in archive.infolist() if (info.external_attr >> 16) & 0o100} == {
                "run_autograder",
                "setup.sh",
            }
        yield folder


def grade(place: Path, content: bytes, name: str = f"{LESSON}.ipynb") -> tuple[int, dict[str, Any]]:
    """Hand in one file and run what Gradescope runs, without a network; the exit code and the results."""
    for folder in ("submission", "results"):
        shutil.rmtree(place / folder, ignore_errors=True)
        (place / folder).mkdir()
    (place / "submission" / name).write_bytes(content)
    env = os.environ | {"AUTOGRADER": str(place), "COURSE_HOME": str(place / "home")}
    command = ["unshare", "--net", "sh", str(place / "source" / "run_autograder")]
    done = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, timeout=300)
    results = place / "results" / "results.json"
    print(done.stdout, done.stderr[-2000:])
    return done.returncode, json.loads(results.read_text()) if results.exists() else {}


def notebook(place: Path, answers: dict[str, str], before: str = "") -> bytes:
    released = nbformat.read(place / "source" / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for cell in released.cells:
        if cell.id in answers:
            cell.source = cell.source.replace(STUB, f"    {answers[cell.id]}")
    if before:
        released.cells.insert(2, new_code_cell(before.replace("PLACE", str(place))))
    return nbformat.writes(released).encode()


@pytest.mark.slow
def test_a_right_answer_and_a_named_mistake(place: Path) -> None:
    answers = RIGHT | {"double": "return x * x"}
    code, told = grade(place, notebook(place, answers), "handed in.ipynb")
    assert (code, told["score"]) == (0, 50)
    assert told["output"] == "50 of 100 automatic"  # an empty reflection is an empty answer
    double, mean, reflection = told["tests"]
    assert (double["name"], double["score"], double["max_score"], double["status"]) == ("double", 0, 40, "failed")
    assert "You square the numbers" in double["output"]
    assert "Where: line" in double["output"]
    assert (mean["status"], reflection["output"]) == ("passed", "The answer is empty.")


HOSTILE = """\
import os, pathlib, socket, subprocess, sys
place = pathlib.Path("PLACE")
did = []
def attempt(what, how):
    try:
        how()
        did.append(what)
    except BaseException as error:
        pass
attempt("results", lambda: (place / "results/results.json").write_text('{"score": 100}'))
attempt("results moved", lambda: (place / "results").rename(place / "old"))
attempt("source", lambda: (place / "source/lesson.json").read_text())
attempt("gradebook", lambda: (place / "source/blank.db").read_bytes())
attempt("run_autograder", lambda: (place / "source/run_autograder").write_text(""))
attempt("library", lambda: open(__import__("cs231n_lib").__file__, "a"))
attempt("seed", lambda: os.environ["CS231N_GRADING_SEED"])
attempt("root's environment", lambda: pathlib.Path(f"/proc/{os.getppid()}/environ").read_bytes())
attempt("root", lambda: os.setuid(0))
attempt("kill", lambda: os.kill(os.getppid(), 9))
attempt("network", lambda: socket.create_connection(("192.0.2.1", 80), 1))
assert did == [], did
reached = did
"""


@pytest.mark.slow
def test_a_hostile_submission_reaches_nothing_and_gains_nothing(place: Path) -> None:
    """Its answers are wrong, unless all it tried was in vain: then both are right."""
    in_vain = {
        "double": "return 2 * x if reached == [] else x",
        "mean_square": "return scale * float(np.mean(x ** 2)) if reached == [] else 0",
    }
    code, told = grade(place, notebook(place, in_vain, HOSTILE))
    assert (code, told["score"]) == (0, ALL)


@pytest.mark.audit
@pytest.mark.seeds
@pytest.mark.parametrize(
    ("before", "score"),
    [
        ("import os\nos._exit(0)", ALL),
        ("import os\n[os.fork() for _ in range(12)]", ALL),
        ("get_ipython().displayhook(40.0)\nprint('{\"score\": 100}')", ALL),
    ],
)
def test_ending_python_or_filling_the_machine_costs_nothing(place: Path, before: str, score: float) -> None:
    assert grade(place, notebook(place, RIGHT, before))[1]["score"] == score


@pytest.mark.slow
@pytest.mark.audit
def test_unreadable_submission_has_no_tests_and_a_reason(place: Path) -> None:
    code, told = grade(place, notebook(place, WRONG)[:-200])
    assert (code, told["tests"]) == (0, [])
    assert told["output"].startswith("Not graded: the file ends in the middle")
    code, told = grade(place, b"", "essay.txt")
    assert told["output"].startswith("Not graded: there are 0 notebooks instead of 1")


@pytest.mark.audit
def test_nothing_is_graded_if_the_other_user_reaches_results(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose root is not told from its users: the other user is root here."""
    seen = place / "source" / "lesson.json"
    content = seen.read_text()
    try:
        place.chmod(0o777)
        code, told = grade(place, notebook(place, RIGHT))
    finally:
        place.chmod(0o755)
    assert (code, told) == (1, {})
    assert seen.read_text() == content
