"""The workers of a class: what is on its way is in memory, and what is done is not; they share what they load."""

import gc
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from cs231n_lib.classroom.grading.submission import CourseFiles, GradingJob
from cs231n_lib.classroom.grading.workers import JOBS_PER_WORKER, connect_workers, map_jobs

SUBMISSION = 100_000
"""Bytes, far below the megabyte from which Dask keeps no message; a lesson's notebook has half of one."""


def size_of(_: CourseFiles, job: GradingJob) -> int:
    (content,) = job.files.values()
    return len(content)


def held() -> int:
    """How many objects of a submission's size the objects of this process hold."""
    found = set()
    gc.unfreeze()  # what `garbage.py` froze is not listed
    for holder in gc.get_objects():
        # A dictionary of bytes alone, as in a job, is no object of the garbage collector's.
        for one in (part for each in gc.get_referents(holder) for part in (each, *gc.get_referents(each))):
            if isinstance(one, bytes | bytearray | memoryview):
                with suppress(ValueError):  # a view that was released holds nothing, and has no length
                    if SUBMISSION <= len(one) < 2 * SUBMISSION:
                        found.add(id(one))
    return len(found)


@pytest.mark.audit
def test_graded_submissions_are_released_from_memory(tmp_path: Path) -> None:
    students = 30
    jobs = (GradingJob("01_demo", f"student-{i}", {"a": bytes([i]) * SUBMISSION}, "") for i in range(students))
    before = held()
    with connect_workers(None, 1, str(tmp_path)) as client:
        done = [size for _, size in map_jobs(client, size_of, CourseFiles({}, b"", "", True), jobs)]
        gc.collect()
        assert held() - before <= JOBS_PER_WORKER
    assert done == [SUBMISSION] * students


def refuse(_: CourseFiles, job: GradingJob) -> int:
    raise ValueError(f"no page for {job.student}")


@pytest.mark.audit
def test_a_job_that_fails_yields_its_exception(tmp_path: Path) -> None:
    job = GradingJob("01_demo", "ada", {}, "")
    with connect_workers(None, 1, str(tmp_path)) as client:
        ((failed, error),) = map_jobs(client, refuse, CourseFiles({}, b"", "", True), [job])
    assert failed == job
    assert isinstance(error, ValueError)
    assert str(error) == "no page for ada"


PROGRAM = """
import os, sys, time
from cs231n_lib.classroom.grading.workers import connect_workers
if __name__ == "__main__":
    with connect_workers(None, 2, sys.argv[1]) as client:
        print(*client.run(os.getpid).values(), flush=True)
        time.sleep(120)
"""


@pytest.mark.slow
def test_when_the_grader_is_killed_its_workers_end(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    command = [sys.executable, str(tmp_path / "program.py"), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as grader:
        assert grader.stdout
        workers = [psutil.Process(int(pid)) for pid in grader.stdout.readline().split()]
        assert len(workers) == 2
        others = psutil.Process(grader.pid).children(recursive=True)
        grader.kill()
    _, left = psutil.wait_procs({*workers, *others}, timeout=60)
    assert not left


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only there are local workers forked")
def test_local_workers_are_forked_and_have_todays_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def loaded() -> tuple[int, bool, str | None, bool]:
        has_pages = "cs231n_lib.classroom.grading.feedback_pages" in sys.modules
        return gc.get_freeze_count(), has_pages, os.environ.get("CS231N_TODAY"), os.getsid(0) == os.getpid()

    for today in ("Monday", "Tuesday"):  # on Tuesday they are forked from what began on Monday
        monkeypatch.setenv("CS231N_TODAY", today)
        with connect_workers(None, 1, str(tmp_path)) as client:
            ((frozen, has_pages, told, hears_no_terminal),) = client.run(loaded).values()
        assert frozen > 10_000
        assert has_pages
        assert told == today
        assert hears_no_terminal
