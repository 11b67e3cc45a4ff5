"""Program that makes questions on one student's answers, usually in the sandbox.

It reads a job from the file given as its argument, and writes the questions as JSON to its standard output.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np

from cs231n_lib.checks.evaluate.prerequisites import checking
from cs231n_lib.checks.run.runner import silence
from cs231n_lib.course.plan import checks_of, exercises_of

from .answer_code import AnswerCode
from .generate import Subject, questions_on
from .inputs import tiny_input

MAX_QUESTIONS = 80
"""Maximum number of questions on one function."""


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Make the questions on a job's answers, and say why some answers have none."""
    exercises = exercises_of(checks_of(job["slug"], job["home"]))
    made: dict[str, Any] = {"questions": [], "problems": {}}
    for name, cell in job["answers"].items():
        exercise = exercises[name]
        rng = random.Random(f"{job['seed']}/{name}")
        tiny = tiny_input(job["slug"], name, rng)
        if tiny is None:
            continue
        problem = "the code does not run on its own"
        with suppress(Exception), silence(), checking(exercise.builds_on):
            subject = Subject(AnswerCode(name, cell["source"], cell["context"]), exercise, tiny, rng)
            problem = subject.problem or "the questions could not be made"
            if not subject.problem:
                found = sorted(questions_on(subject), key=lambda question: -question.score)
                made["questions"] += [question.to_json() for question in found[:MAX_QUESTIONS]]
                problem = ""
        if problem:
            made["problems"][name] = problem
    made["cpu_seconds"] = time.process_time()
    return made


def fill_empty_arrays() -> None:
    """Make ``np.empty`` fill its arrays, so that keys do not depend on unset numbers."""
    for name in ("empty", "empty_like"):
        setattr(np, name, _filled(getattr(np, name)))


def _filled(empty: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(empty)
    def filled(*args: Any, **kwargs: Any) -> Any:
        array = empty(*args, **kwargs)
        if array.dtype.kind in "fc":
            array.fill(np.nan)
        elif array.dtype.kind in "iu":
            array.fill(np.iinfo(array.dtype).max)
        return array

    return filled


def main() -> None:
    """Run one job."""
    fill_empty_arrays()
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as output:
        os.dup2(2, 1)  # what an answer prints goes to standard error
        output.write(json.dumps(answer(job)))


if __name__ == "__main__":
    main()
