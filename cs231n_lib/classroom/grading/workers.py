"""Workers that grade a class, either local processes or those of a Dask scheduler."""

import logging
import os
import sys
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, as_completed
from distributed.utils import get_mp_context

from ..errors import WorkersError
from ..intake import MAX_BYTES
from .submission import CourseFiles

J = TypeVar("J")
R = TypeVar("R")

JOBS_PER_WORKER = 3
"""Maximum number of jobs sent to a worker at a time. A few keep it busy, and a whole class would fill memory."""

_AS_BYTES = {"distributed.admin.large-graph-warning-threshold": 2 * MAX_BYTES}
"""Task size, in bytes, that makes Dask warn. Each submission is sent in one piece, so the default is too small."""

_FORGETFUL = {"distributed.admin.low-level-log-length": 0}
"""Dask would otherwise keep the last thousand messages, which contain submissions."""

_LIGHT = _FORGETFUL | {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "500ms",
    "distributed.worker.memory.monitor-interval": "500ms",
}
"""Settings for local workers, which Dask would otherwise monitor up to 100 times a second."""

_FORKED = {"distributed.worker.multiprocessing-method": "forkserver"} if sys.platform == "linux" else {}
"""Local workers are forked from a process that has already loaded their imports, which saves each of them a second and
60 MB. On macOS some libraries do not survive a fork.
"""

LOCAL_WORKER = f"{__package__}.local_worker"
"""Module that Dask loads before forking workers, and then sets up in each worker."""

_SCHEDULER_SECONDS = 30
"""Maximum seconds to wait for a scheduler's answer, and then for a worker."""


@contextmanager
def connect_workers(scheduler: str | None, local: int, folder: str) -> Iterator[Client]:
    """Connect to the workers of a scheduler, or start ``local`` workers here.

    Local workers keep their files in ``folder``.

    Raises
    ------
    WorkersError
        If the scheduler does not answer or has no worker.
    """
    if scheduler is None:
        # A failure is returned with its job. After Ctrl+C the logs would only show that the workers have ended.
        options = {"dashboard_address": "127.0.0.1:0", "local_directory": folder, "silence_logs": logging.CRITICAL}
        if _FORKED:
            with dask.config.set(_FORKED):
                get_mp_context().set_forkserver_preload([LOCAL_WORKER])
            options["preload"] = LOCAL_WORKER
            options["env"] = dict(os.environ)  # the process that forks them may have an older environment
        with (
            dask.config.set(_LIGHT | _FORKED),
            LocalCluster(n_workers=local, threads_per_worker=1, **options) as cluster,
            Client(cluster) as client,
        ):
            yield client
            with suppress(TimeoutError):  # Dask cannot close a cluster in which a worker restarts
                client.wait_for_workers(local, timeout=_SCHEDULER_SECONDS)
        return
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # it reports a lost scheduler with a traceback
    try:
        with dask.config.set(_FORGETFUL):
            client = Client(scheduler, timeout=_SCHEDULER_SECONDS)
    except (OSError, ValueError) as error:
        raise WorkersError(
            f"No Dask scheduler answers at {scheduler} ({error}). Start one with `dask scheduler`"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_SCHEDULER_SECONDS)
        except TimeoutError:
            reason = (
                f"The scheduler at {scheduler} has no worker. Start some with `dask worker {scheduler} --nthreads 1`"
            )
            raise WorkersError(reason) from None
        yield client


def map_jobs(
    client: Client, function: Callable[[CourseFiles, J], R], course: CourseFiles, jobs: Iterable[J]
) -> Iterator[tuple[J, R | BaseException]]:
    """Map a function over jobs on the workers, and yield results as they finish.

    If a worker ends, its jobs go to others. A job whose workers end repeatedly runs once more, alone and last, because
    other jobs may have ended these workers. This last run does not search for places, because the search itself may end
    a worker. The course is sent once to each worker, including workers that join later.

    Raises
    ------
    WorkersError
        If the scheduler ends.
    """
    shared = _share(client, course)
    remaining = iter(jobs)
    running: dict[Future, J] = {}
    suspected: list[J] = []

    def more() -> list[Future]:
        room = JOBS_PER_WORKER * max(1, len(client.nthreads())) - len(running)
        with dask.config.set(_AS_BYTES):
            new = {
                client.submit(function, shared, job, pure=False, retries=2): job
                for job in islice(remaining, max(0, room))
            }
        running.update(new)
        return list(new)

    try:
        done = as_completed(more())
        for future in done:
            if future.cancelled() or client.status != "running":
                raise OSError
            job, result = running.pop(future), _outcome(future)
            if isinstance(result, KilledWorker):
                suspected.append(job)
            else:
                yield job, result
            done.update(more())
        without_places = replace(course, places=False)
        for job in suspected:
            yield job, _outcome(client.submit(function, _share(client, without_places), job, pure=False))
    except (OSError, CancelledError):
        raise WorkersError(
            "The scheduler ended. Finished grades are kept. Start the scheduler, and run this command again"
        ) from None


def describe_failure(error: BaseException) -> str:
    """Describe why a worker gave no result, with a remedy if there is one."""
    if isinstance(error, KilledWorker):
        reason = "the worker ended each time, probably because the computer ran out of memory"
        return f"{reason}. Run this command again with --workers 1"
    return f"the worker ended: {error}"


def _outcome(future: Future) -> Any:
    """Wait for a job to end, and return its result or its error.

    If the worker ends before the result has been fetched, the result is lost. Dask then runs the job again, which may
    fail. If `as_completed` fetched the results, it would never report such a job.
    """
    error = future.exception()
    if error is None:
        try:
            return future.result()
        except KilledWorker as lost:
            return lost
    return error


def _share(client: Client, course: CourseFiles) -> Future:
    """Send a course to the workers, once for all jobs."""
    return client.submit(_identity, course, key=f"course-{course.key}")


def _identity(course: CourseFiles) -> CourseFiles:
    return course
