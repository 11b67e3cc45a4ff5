"""The workers of a class: what is on its way is in memory, and what is done is not."""

import gc
from contextlib import suppress
from pathlib import Path

import pytest

from cs231n_lib.classroom.one import Course, Job
from cs231n_lib.classroom.workers import AHEAD, spread, workers_of

SUBMISSION = 100_000
"""Bytes, far below the megabyte from which Dask keeps no message; a lesson's notebook has half of one."""


def size_of(_: Course, job: Job) -> int:
    (content,) = job.files.values()
    return len(content)


def held() -> int:
    """How many objects of a submission's size the objects of this process hold."""
    found = set()
    for holder in gc.get_objects():
        for one in gc.get_referents(holder):
            if isinstance(one, bytes | bytearray | memoryview):
                with suppress(ValueError):  # a view that was released holds nothing, and has no length
                    if SUBMISSION <= len(one) < 2 * SUBMISSION:
                        found.add(id(one))
    return len(found)


@pytest.mark.audit
def test_a_submission_that_is_graded_is_held_no_more(tmp_path: Path) -> None:
    students = 30
    jobs = (Job("01_demo", f"student-{i}", {"a": bytes([i]) * SUBMISSION}, "") for i in range(students))
    before = held()
    with workers_of(None, 1, str(tmp_path)) as client:
        done = [size for _, size in spread(client, size_of, Course({}, b"", "", True), jobs)]
        gc.collect()
        assert held() - before <= AHEAD
    assert done == [SUBMISSION] * students
