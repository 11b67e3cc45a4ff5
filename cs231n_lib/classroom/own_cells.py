"""How long a student's own cells may compute in grading, all together."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import psutil

from .sandbox import family

OWN_SECONDS = 20.0
"""Of CPU, for all cells that a student added; each answer's own statements have as much again."""

LEAST = 0.5
"""Seconds that a cell has even where others used up all: an answer may need what a short one defines."""

WAITS, LITTLE = 20.0, 0.2
"""Seconds in which a cell must have computed so little to count as one that waits for something that never comes."""

EVERY = 0.2
PATIENCE = 5.0
"""Seconds in which an interrupted cell must end; then its processes are killed."""


class Budget:
    """Seconds of CPU that several cells share, none of which may wait longer than ``waits`` seconds."""

    def __init__(self, seconds: float, waits: float = WAITS) -> None:
        self.left = seconds
        self.waits = waits
        self.interrupted = False
        """Whether the cell that ran last was interrupted."""
        self._used = 0.0

    @asynccontextmanager
    async def watching(self, pid: int, interrupt: Callable[[], Awaitable[None]]) -> AsyncIterator["Budget"]:
        """While a cell runs in the processes under ``pid``, interrupt it once the budget is spent, or if it only waits.

        What cannot be interrupted, or has stopped itself and so would never end, is killed with all of its processes.
        """
        self.interrupted = False
        before = self._used = cpu_seconds(pid)
        watch = asyncio.ensure_future(self._watch(pid, before + max(self.left, LEAST), interrupt))
        try:
            yield self
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            self.left -= max(self._used, cpu_seconds(pid)) - before  # of what was killed nobody can tell any more

    async def _watch(self, pid: int, end: float, interrupt: Callable[[], Awaitable[None]]) -> None:
        since, then = time.monotonic(), self._used
        while True:
            await asyncio.sleep(EVERY)
            self._used = max(self._used, cpu_seconds(pid))
            if self._used - then > LITTLE:
                since, then = time.monotonic(), self._used
            if self._used >= end or time.monotonic() - since > self.waits:
                self.interrupted = True
                await interrupt()
                await asyncio.sleep(PATIENCE)
                break
            if has_stopped(pid):
                break
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()


def has_stopped(pid: int) -> bool:
    """Whether a process, or a descendant, was sent a signal to stop, so that it waits for another."""
    with suppress(psutil.NoSuchProcess):
        return any(process.status() == psutil.STATUS_STOPPED for process in family(pid))
    return False


def cpu_seconds(pid: int) -> float:
    """What a process, its descendants, and those of them that have ended have computed so far."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        for process in family(pid):
            with suppress(psutil.NoSuchProcess):
                total += sum(process.cpu_times()[:4])
    return total
