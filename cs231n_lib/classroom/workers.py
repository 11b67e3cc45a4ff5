"""The workers of a class: processes of this machine, or those that a Dask scheduler has, wherever they are."""

import logging
import os
import sys
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

import dask
from distributed import Client, Future, LocalCluster, as_completed
from distributed.utils import get_mp_context

from .intake import MOST_BYTES
from .one import Course

J = TypeVar("J")
R = TypeVar("R")

AHEAD = 3
"""Jobs on the way for each worker, so that none waits, and a large class is never in memory as a whole."""

_AS_BYTES = {"distributed.admin.large-graph-warning-threshold": 2 * MOST_BYTES}
"""A submission may be large, and goes to its worker as it is."""

_FORGETFUL = {"distributed.admin.low-level-log-length": 0}
"""By default each connection keeps its last thousand messages to be looked at, here with a submission in each."""

_LIGHT = _FORGETFUL | {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "500ms",
    "distributed.worker.memory.monitor-interval": "500ms",
}
"""Local workers are looked at no more often than submissions need; by default it is up to a hundred times a second."""

_FORKED = {"distributed.worker.multiprocessing-method": "forkserver"} if sys.platform == "linux" else {}
"""Local workers are forked from a process that has loaded what they need: that takes a second, and 60 MB, which they
then share. macOS has libraries that do not stand it.
"""

LOCAL_WORKER = f"{__package__}.local_worker"
"""The module that is loaded before they are forked, and set up in each of them by Dask."""

_FOUND_WITHIN = 30
"""Seconds in which a scheduler must answer, and have a worker."""


class WorkersError(Exception):
    """There is nobody to grade, or no more: why, and what to do."""


@contextmanager
def workers_of(scheduler: str | None, local: int, folder: str) -> Iterator[Client]:
    """The workers of a scheduler, or some of this machine, one thread each, that keep their files in ``folder``.

    Raises
    ------
    WorkersError
        If the scheduler does not answer, or has no worker.
    """
    if scheduler is None:
        # What goes wrong comes back with its job; beside that only a worker's last words would be shown, after Ctrl+C.
        options = {"dashboard_address": "127.0.0.1:0", "local_directory": folder, "silence_logs": logging.CRITICAL}
        if _FORKED:
            with dask.config.set(_FORKED):
                get_mp_context().set_forkserver_preload([LOCAL_WORKER])
            options["preload"] = LOCAL_WORKER
            options["env"] = dict(os.environ)  # the process that they are forked from has what was there when it began
        with (
            dask.config.set(_LIGHT | _FORKED),
            LocalCluster(n_workers=local, threads_per_worker=1, **options) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        with dask.config.set(_FORGETFUL):
            client = Client(scheduler, timeout=_FOUND_WITHIN)
    except (OSError, ValueError) as error:
        raise WorkersError(f"No Dask scheduler answers at {scheduler} ({error}). Start one: dask scheduler") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_FOUND_WITHIN)
        except TimeoutError:
            why = f"The scheduler at {scheduler} has no worker. Start some: dask worker {scheduler} --nthreads 1"
            raise WorkersError(why) from None
        yield client


def spread(
    client: Client, function: Callable[[Course, J], R], course: Course, jobs: Iterable[J]
) -> Iterator[tuple[J, R | BaseException]]:
    """Have workers call a function with each job, and give back what came of each, in the order in which they end.

    A worker that ends leaves its job to another. The course goes to each worker once, also to one that comes later.

    Raises
    ------
    WorkersError
        If the scheduler ends.
    """
    shared = client.submit(_itself, course, key=f"course-{course.key}")
    left = iter(jobs)
    running: dict[Future, J] = {}

    def more() -> list[Future]:
        room = AHEAD * max(1, len(client.nthreads())) - len(running)
        with dask.config.set(_AS_BYTES):
            new = {
                client.submit(function, shared, job, pure=False, retries=2): job for job in islice(left, max(0, room))
            }
        running.update(new)
        return list(new)

    try:
        done = as_completed(more(), with_results=True, raise_errors=False)
        for future, result in done:
            if isinstance(result, CancelledError) or client.status != "running":
                raise OSError
            yield running.pop(future), result
            done.update(more())
    except OSError:
        raise WorkersError("The scheduler ended. What is graded is kept: start it, and run this again") from None


def _itself(course: Course) -> Course:
    return course
