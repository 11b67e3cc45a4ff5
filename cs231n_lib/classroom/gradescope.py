"""What grades a submission on Gradescope, in the container that `gradescope_zip` fills.

Gradescope runs all in a container as root, in which bubblewrap can mostly start no sandbox. What a student wrote runs
as another user, who can neither write the results nor read the course's files and its secret seed; the checks run here,
as in any grading. The container is thrown away after each submission.
"""

import ctypes
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import psutil

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.report import Result
from cs231n_lib.course.notebook import CHECK

from .grading import JudgeChecks
from .one import Graded, Job, course_at, grade_one
from .report_class import ReportError
from .sandbox import LIMITS, NOBODY, SandboxedKernelManager, family, hand_over, homes_of, variables

PLACE = "AUTOGRADER"
"""The variable that names another folder than Gradescope's own, to try it elsewhere."""

ABOUT, BLANK = "lesson.json", "blank.db"
"""In the zip: the lesson, its seed and the parts with their points; and a gradebook that knows it."""

_ADOPT = 36
"""What Linux calls PR_SET_CHILD_SUBREAPER: processes below this one whose parent ends become its own children."""

_PROBE = """
import sys
for path in sys.argv[1:]:
    for mode in ("rb", "r+b", "xb"):
        try: open(path, mode).close()
        except OSError: continue
        print(path)
        break
"""


class OtherUserKernelManager(SandboxedKernelManager):
    """Starts each kernel as another user, within limits, with an environment of its own."""

    def command(self, program: Sequence[str], env: dict[str, str]) -> list[str]:
        """The command line that starts a kernel."""
        return as_another_user(self.folder, self.packages, program, env)

    def others(self) -> list[psutil.Process]:
        """What runs as the other user beside the kernel, below this process, which adopts what has lost its parent.

        What has ended counts among the processes that the user may have, until it is waited for.
        """
        kernel = self.provisioner.pid if self.has_kernel else None
        found = [one for one in family(os.getpid()) if one.pid != kernel and _is_anothers(one)]
        for one in found:
            with suppress(ChildProcessError):
                os.waitpid(one.pid, os.WNOHANG)
        return [one for one in found if one.is_running()]


class JudgeByAnotherUser(JudgeChecks):
    """Judges as anywhere, but for the user that runs the kernel; keeps what the checks said, as text."""

    said: ClassVar[dict[str, str]] = {}

    def _close_in(self, gradebook: str) -> None:
        packages = ("cs231n_lib", self.home.partition(".")[0])
        self.kernel_manager_class = type("Manager", (OtherUserKernelManager,), {"packages": packages})

    def _judged(self, exercise: Exercise, checks: str) -> Result:
        result = super()._judged(exercise, checks)
        self.said[exercise.name] = result.text()
        return result

    def _located(self, result: Result, exercise: Exercise, checks: str) -> Result:
        located = super()._located(result, exercise, checks)
        self.said[exercise.name] = located.text()
        return located


def _is_anothers(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.uids().real == NOBODY)
    return False


def as_another_user(folder: Path, packages: Iterable[str], program: Sequence[str], env: dict[str, str]) -> list[str]:
    """The command line that runs a program as a user who owns ``folder`` and nothing else."""
    seen = variables(folder, homes_of(packages), env)
    return [
        "env", "--ignore-environment", f"--chdir={folder}", *(f"{name}={value}" for name, value in seen.items()),
        *_without_network(),
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
        "prlimit", *(f"--{name}={value}" for name, value in LIMITS.items()), "--", *program,
    ]  # fmt: skip


def _without_network() -> list[str]:
    """What takes the network away, where the container lets it."""
    tried = subprocess.run(["unshare", "--net", "true"], capture_output=True)
    return [] if tried.returncode else ["unshare", "--net", "--"]


def run(place: Path) -> dict[str, Any]:
    """Grade what is in ``submission/`` by what is in ``source/``, and write ``results/results.json``.

    Raises
    ------
    ReportError
        If this is not root, or the other user could write the results or read the course's files: then nothing is
        graded, and there are no results.
    """
    source, submission, results = (place / name for name in ("source", "submission", "results"))
    if os.geteuid() != 0:
        raise ReportError("only root can run submissions as another user, as Gradescope does")
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    results.mkdir(exist_ok=True)
    for folder in (source, submission, results):
        folder.chmod(0o700)
    about = json.loads((source / ABOUT).read_text())
    reached = _reached_by_another_user([source / ABOUT, results / "results.json", results / "new", place / "new"])
    if reached:
        raise ReportError(f"what a student wrote could reach {', '.join(reached)}: the other user may do too much")
    notebooks = sorted(submission.rglob("*.ipynb"))
    named = [path for path in notebooks if path.stem == about["lesson"]] or notebooks
    if len(named) != 1:
        graded = Graded(
            Job(about["lesson"], "student", {}, ""), problem=f"{len(named)} notebooks were handed in, not 1"
        )
    else:
        job = Job(about["lesson"], "student", {named[0].name: named[0].read_bytes()}, "")
        blank = (source / BLANK).read_bytes()
        graded = grade_one(course_at(source, job.lesson, blank, about["seed"], unsafe=False), job)
    told = results_of(graded, about["parts"], JudgeByAnotherUser.said)
    (results / "results.json").write_text(json.dumps(told, indent=1))
    return told


def results_of(graded: Graded, parts: Mapping[str, float], said: Mapping[str, str]) -> dict[str, Any]:
    """What Gradescope shows and counts: a test for each exercise, and what waits for a person in words.

    Parameters
    ----------
    parts : dict
        The graded parts in the order of the lesson, with their points.
    said : dict
        What the checks said, by the exercise.
    """
    if graded.problem:
        told = f"Not graded: {graded.problem}. Hand in the notebook of {graded.job.lesson} again."
        return {"score": 0.0, "output": told, "visibility": "visible", "stdout_visibility": "hidden", "tests": []}
    tests: list[dict[str, Any]] = []
    not_asked: list[str] = []
    waiting = 0.0
    for name, most in parts.items():
        points, needs_person = graded.scores.get(name, (None, False))
        exercise = name.removeprefix(CHECK)
        if points is None or needs_person:
            waiting += most if needs_person else 0.0
            not_asked += [] if needs_person else [exercise]
            continue
        tests.append({
            "name": exercise, "score": points, "max_score": most, "status": "passed" if points == most else "failed",
            "output": said.get(exercise, "An empty answer."), "output_format": "text", "visibility": "visible",
        })  # fmt: skip
    score, of = (sum(float(test[key]) for test in tests) for key in ("score", "max_score"))
    state = [f"{score:g} of {of:g} automatic"]
    state += [f"{waiting:g} waiting for a person"] if waiting else []
    state += [f"not asked: {', '.join(not_asked)}"] if not_asked else []
    return {
        "score": score, "output": ", ".join(state), "output_format": "text", "visibility": "visible",
        "stdout_visibility": "hidden", "tests": tests,
    }  # fmt: skip


def _reached_by_another_user(paths: Sequence[Path]) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        hand_over(Path(name))
        program = [sys.executable, "-c", _PROBE, *map(str, paths)]
        tried = subprocess.run(as_another_user(Path(name), (), program, {}), capture_output=True, text=True, timeout=60)
    if tried.returncode:
        last = (tried.stderr.strip().splitlines() or ["no word"])[-1]
        raise ReportError(f"nothing can be run as another user ({last})")
    return tried.stdout.splitlines()


def main() -> None:
    """Grade what Gradescope has put in its place; exit with the reason where nothing could be graded at all."""
    try:
        told = run(Path(os.environ.get(PLACE, "/autograder")))
    except ReportError as problem:
        sys.exit(str(problem))
    sys.stdout.write(f"{told['output']}\n")


if __name__ == "__main__":
    # By its name, since nbgrader imports the class above by its name too.
    from cs231n_lib.classroom.gradescope import main as main_by_name

    main_by_name()
