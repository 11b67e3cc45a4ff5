"""Check an answer that lives in another process, forked from this one: ``python -m checks.across SLUG ...``.

Prints each answer, reference or named mistake, whose report differs from that in one process.
"""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.remote.runner import GRACE_SECONDS, judge, serve
from cs231n_lib.checks.remote.submitted_text import SubmittedText
from cs231n_lib.checks.report import Result
from cs231n_lib.course.plan import checks_of, exercises_of

SEED = "another seed than the public one"


def across(
    exercise: Exercise,
    student: Callable[[socket.socket], None],
    seconds: float | None = None,
    submitted: SubmittedText | None = None,
) -> Result:
    """The result where ``student`` holds the other end of the line, in a process of its own."""
    ours, theirs = socket.socketpair()
    if (child := os.fork()) == 0:
        ours.close()
        try:
            student(theirs)
        finally:
            os._exit(0)
    theirs.close()
    try:
        limit = exercise.seconds + GRACE_SECONDS if seconds is None else seconds
        return judge(exercise, ours, SEED, time.monotonic() + limit, submitted)
    finally:
        ours.close()
        os.kill(child, 9)
        os.waitpid(child, 0)


def serving(exercise: Exercise, function: Any) -> Callable[[socket.socket], None]:
    """A student who keeps to the protocol, and answers with ``function``."""
    return lambda line: serve(line, exercise, {exercise.name: function})


def differences(exercise: Exercise) -> Iterator[str]:
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    answers: dict[str, Any] = {m.name: m.implementation for m in exercise.mistakes}
    for name, function in answers.items():
        here = exercise(function, seed=SEED, where=False)
        there = across(exercise, serving(exercise, function))
        if here != there:
            yield f"{exercise.name}, {name}:\n{here.text()}\n{there.text()}"


if __name__ == "__main__":
    count = 0
    for slug in sys.argv[1:]:
        for exercise in exercises_of(checks_of(slug)).values():
            count += len(exercise.mistakes)
            for difference in differences(exercise):
                print(difference)
    print(count, "answers")
