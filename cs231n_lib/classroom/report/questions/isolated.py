"""Questions on a student's answers, made by a process that is usually sandboxed."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from ...kernels.client import kernel_environment
from ...kernels.sandbox import DISK, MEMORY, command, enforce_limits, give_to_sandbox_user
from .question import CodeQuestion

WORKER = f"{__package__}.worker"
SECONDS = 180.0
"""Wall-clock limit of one process, in seconds."""

MAX_BYTES = 4_000_000
"""Maximum size in bytes of the questions that a process sends."""


@dataclass(frozen=True)
class QuestionJob:
    """Answers of one student. ``home`` is the package with the lessons' checks."""

    slug: str
    home: str
    seed: str
    answers: Mapping[str, Mapping[str, str]]
    """Source and context of each answer, by exercise."""

    @property
    def content(self) -> bytes:
        """Job as JSON, which the process reads."""
        data = {"slug": self.slug, "home": self.home, "seed": self.seed, "answers": self.answers}
        return json.dumps(data).encode()


@dataclass
class MadeQuestions:
    """Questions that one process made, and the reasons why some answers have none."""

    questions: list[CodeQuestion] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    """Reason why an answer has no questions, by exercise."""
    cpu_seconds: float = 0.0

    def joined(self, other: "MadeQuestions") -> "MadeQuestions":
        """Return the questions and problems of both."""
        seconds = self.cpu_seconds + other.cpu_seconds
        return MadeQuestions(self.questions + other.questions, self.problems | other.problems, seconds)


def confirmed(first: MadeQuestions, second: MadeQuestions) -> MadeQuestions:
    """Return the questions for which both processes found the same key."""
    keys = {question.identity: (question.key, question.options) for question in second.questions}
    kept = [one for one in first.questions if keys.get(one.identity) == (one.key, one.options)]
    made = MadeQuestions(kept, {**second.problems, **first.problems}, first.cpu_seconds + second.cpu_seconds)
    for name in {one.exercise for one in second.questions} - {one.exercise for one in kept}:
        made.problems.setdefault(name, "the code gives different results when it runs again")
    return made


def make_questions(job: QuestionJob, *, unsafe: bool) -> MadeQuestions:
    """Make the questions on all answers of a job in a separate process."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryFile() as output:
        folder = Path(name, "own")
        folder.mkdir()
        file = folder / "job.json"
        file.write_bytes(job.content)
        Path(name).chmod(0o711)
        program = [sys.executable, "-P", "-m", WORKER, str(file)]
        environment = kernel_environment()
        if not unsafe:
            give_to_sandbox_user(folder)
            program = command(folder, ("cs231n_lib", job.home.partition(".")[0]), program, environment)
            environment = {"PATH": os.environ.get("PATH", os.defpath)}
        _finish(program, folder, environment, output)
        output.seek(0)
        return _read(output.read(MAX_BYTES + 1), set(job.answers))


def _finish(program: Sequence[str], folder: Path, environment: dict[str, str], output: BinaryIO) -> None:
    """Run a program with the limits of a submission, for at most `SECONDS`."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(program, stdin=quiet, stdout=output, stderr=quiet, env=environment, cwd=folder)
    limits = threading.Thread(target=enforce_limits, args=(process.pid, folder, MEMORY, DISK), daemon=True)
    limits.start()
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        process.kill()
        process.wait()
        limits.join()


def _read(content: bytes, names: set[str]) -> MadeQuestions:
    """Read the output of a process, which can be anything."""
    try:
        data: Any = json.loads(content) if len(content) <= MAX_BYTES else None
        found = [CodeQuestion.from_json(one) for one in data["questions"]]
        reasons = {str(name): str(reason)[:200] for name, reason in data["problems"].items()}
        seconds = float(data["cpu_seconds"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return MadeQuestions(problems=dict.fromkeys(sorted(names), "the process that ran the code sent no questions"))
    questions = [question for question in found if question.exercise in names]
    return MadeQuestions(questions, {name: reason for name, reason in reasons.items() if name in names}, seconds)
