"""Grading of a submission on Gradescope, in the container of `gradescope_zip`.

Gradescope runs everything as root in a container where bubblewrap usually cannot start. The submission therefore runs
as another user, who cannot write the results or read ``source/``, which contains the secret seed. The checks run in
this process, as they do elsewhere. Gradescope discards the container after each submission.
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
from cs231n_lib.course.student.notebook import CHECK

from ..errors import ClassroomError
from ..grading.judge import JudgeChecks
from ..grading.submission import GradedSubmission, GradingJob, grade_submission, read_course_files
from ..intake import is_named_after, notebook_name
from ..kernels.sandbox import (
    LIMITS,
    NOBODY,
    SandboxedKernelManager,
    give_to_sandbox_user,
    package_folders,
    process_tree,
    sandbox_environment,
)

FOLDER_VARIABLE = "AUTOGRADER"
"""Environment variable that names a folder other than Gradescope's, as in tests."""

LESSON_FILE, GRADEBOOK_FILE = "lesson.json", "blank.db"
"""File with the lesson's name, seed and points, and file with a blank gradebook."""

_PR_SET_CHILD_SUBREAPER = 36
"""Linux's ``PR_SET_CHILD_SUBREAPER``, which makes a process adopt orphans."""

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
    """Manager of kernels that run as another user, within limits."""

    def command(self, program: Sequence[str], env: dict[str, str]) -> list[str]:
        """Return the command line that starts a kernel."""
        return other_user_command(self.folder, self.packages, program, env)

    def other_processes(self) -> list[psutil.Process]:
        """Return the other user's processes except the kernel.

        They are descendants of this process, which adopts orphans. This method also reaps processes that have ended,
        which would otherwise count towards the user's limit.
        """
        kernel = self.provisioner.pid if self.has_kernel else None
        found = [one for one in process_tree(os.getpid()) if one.pid != kernel and _is_other_user(one)]
        for one in found:
            with suppress(ChildProcessError):
                os.waitpid(one.pid, os.WNOHANG)
        return [one for one in found if one.is_running()]


class JudgeByAnotherUser(JudgeChecks):
    """Judge submissions that run as another user, and keep the checks' reports."""

    said: ClassVar[dict[str, str]] = {}

    def _use_sandbox(self, gradebook: str) -> None:
        packages = ("cs231n_lib", self.home.partition(".")[0])
        self.kernel_manager_class = type("Manager", (OtherUserKernelManager,), {"packages": packages})

    def _judge(self, exercise: Exercise, checks: str) -> Result:
        result = super()._judge(exercise, checks)
        self.said[exercise.name] = result.text()
        return result

    def _locate(self, result: Result, exercise: Exercise, checks: str) -> Result:
        located = super()._locate(result, exercise, checks)
        self.said[exercise.name] = located.text()
        return located


def _is_other_user(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.uids().real == NOBODY)
    return False


def other_user_command(folder: Path, packages: Iterable[str], program: Sequence[str], env: dict[str, str]) -> list[str]:
    """Return the command line that runs a program as a user who owns only ``folder``."""
    seen = sandbox_environment(folder, package_folders(packages), env)
    return [
        "env", "--ignore-environment", f"--chdir={folder}", *(f"{name}={value}" for name, value in seen.items()),
        *_without_network(),
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
        "prlimit", *(f"--{name}={value}" for name, value in LIMITS.items()), "--", *program,
    ]  # fmt: skip


def _without_network() -> list[str]:
    """Return the prefix that removes the network, if the container permits it."""
    tried = subprocess.run(["unshare", "--net", "true"], capture_output=True)
    return [] if tried.returncode else ["unshare", "--net", "--"]


def run(place: Path) -> dict[str, Any]:
    """Grade ``submission/`` with the files in ``source/``, and write the results.

    Raises
    ------
    ClassroomError
        If the process is not root, or the other user cannot run programs, could write the results or could read
        ``source/``. In these cases nothing is graded and no results are written.
    """
    source, submission, results = (place / name for name in ("source", "submission", "results"))
    if os.geteuid() != 0:
        raise ClassroomError("This process is not root, so it cannot run submissions as another user. Start it as root")
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    results.mkdir(exist_ok=True)
    for folder in (source, submission, results):
        folder.chmod(0o700)
    about = json.loads((source / LESSON_FILE).read_text())
    reached = _accessible_paths([source / LESSON_FILE, results / "results.json", results / "new", place / "new"])
    if reached:
        raise ClassroomError(
            f"A submission could read or write {', '.join(reached)}. Allow only root to access these paths"
        )
    notebooks = sorted(path for path in submission.rglob("*") if notebook_name(path.name))
    named = [path for path in notebooks if path.stem == about["lesson"]]
    named = named or [path for path in notebooks if is_named_after(path.name, about["lesson"])] or notebooks
    if len(named) != 1:
        found = f"there are {len(named)} notebooks instead of 1"
        graded = GradedSubmission(GradingJob(about["lesson"], "student", {}, ""), problem=found)
    else:
        job = GradingJob(about["lesson"], "student", {notebook_name(named[0].name): named[0].read_bytes()}, "")
        blank = (source / GRADEBOOK_FILE).read_bytes()
        graded = grade_submission(read_course_files(source, job.lesson, blank, about["seed"], unsafe=False), job)
    told = gradescope_results(graded, about["parts"], JudgeByAnotherUser.said)
    (results / "results.json").write_text(json.dumps(told, indent=1))
    return told


def gradescope_results(graded: GradedSubmission, parts: Mapping[str, float], said: Mapping[str, str]) -> dict[str, Any]:
    """Return Gradescope's results, with a summary and a test for each scored part.

    ``parts`` maps the lesson's graded parts, in order, to their points. ``said`` maps exercises to their reports.
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
            "output": said.get(exercise, "The answer is empty."), "output_format": "text", "visibility": "visible",
        })  # fmt: skip
    score, of = (sum(float(test[key]) for test in tests) for key in ("score", "max_score"))
    state = [f"{score:g} of {of:g} automatic"]
    state += [f"{waiting:g} not graded by hand yet"] if waiting else []
    state += [f"not asked: {', '.join(not_asked)}"] if not_asked else []
    return {
        "score": score, "output": ", ".join(state), "output_format": "text", "visibility": "visible",
        "stdout_visibility": "hidden", "tests": tests,
    }  # fmt: skip


def _accessible_paths(paths: Sequence[Path]) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        give_to_sandbox_user(Path(name))
        program = [sys.executable, "-c", _PROBE, *map(str, paths)]
        tried = subprocess.run(
            other_user_command(Path(name), (), program, {}), capture_output=True, text=True, timeout=60
        )
    if tried.returncode:
        last = (tried.stderr.strip().splitlines() or ["no error message"])[-1]
        raise ClassroomError(f"No program can run as another user ({last}). Build the zip again and upload it")
    return tried.stdout.splitlines()


def main() -> None:
    """Grade the submission in Gradescope's folder, or exit with the reason."""
    try:
        told = run(Path(os.environ.get(FOLDER_VARIABLE, "/autograder")))
    except ClassroomError as problem:
        sys.exit(str(problem))
    sys.stdout.write(f"{told['output']}\n")
